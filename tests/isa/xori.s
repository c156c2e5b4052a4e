# xori.s - xori, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # 0x0, 0
    li gp, 2
    li a1, 0x0
    xori a0, a1, 0
    li t0, 0x0
    bne a0, t0, fail
test_3:                    # 0x0, 1
    li gp, 3
    li a1, 0x0
    xori a0, a1, 1
    li t0, 0x1
    bne a0, t0, fail
test_4:                    # 0x0, 5
    li gp, 4
    li a1, 0x0
    xori a0, a1, 5
    li t0, 0x5
    bne a0, t0, fail
test_5:                    # 0x0, 31
    li gp, 5
    li a1, 0x0
    xori a0, a1, 31
    li t0, 0x1f
    bne a0, t0, fail
test_6:                    # 0x0, 2047
    li gp, 6
    li a1, 0x0
    xori a0, a1, 2047
    li t0, 0x7ff
    bne a0, t0, fail
test_7:                    # 0x0, -1
    li gp, 7
    li a1, 0x0
    xori a0, a1, -1
    li t0, 0xffffffff
    bne a0, t0, fail
test_8:                    # 0x0, -5
    li gp, 8
    li a1, 0x0
    xori a0, a1, -5
    li t0, 0xfffffffb
    bne a0, t0, fail
test_9:                    # 0x0, -2048
    li gp, 9
    li a1, 0x0
    xori a0, a1, -2048
    li t0, 0xfffff800
    bne a0, t0, fail
test_10:                   # 0x0, 1365
    li gp, 10
    li a1, 0x0
    xori a0, a1, 1365
    li t0, 0x555
    bne a0, t0, fail
test_11:                   # 0x0, -256
    li gp, 11
    li a1, 0x0
    xori a0, a1, -256
    li t0, 0xffffff00
    bne a0, t0, fail
test_12:                   # 0x1, 0
    li gp, 12
    li a1, 0x1
    xori a0, a1, 0
    li t0, 0x1
    bne a0, t0, fail
test_13:                   # 0x1, 1
    li gp, 13
    li a1, 0x1
    xori a0, a1, 1
    li t0, 0x0
    bne a0, t0, fail
test_14:                   # 0x1, 5
    li gp, 14
    li a1, 0x1
    xori a0, a1, 5
    li t0, 0x4
    bne a0, t0, fail
test_15:                   # 0x1, 31
    li gp, 15
    li a1, 0x1
    xori a0, a1, 31
    li t0, 0x1e
    bne a0, t0, fail
test_16:                   # 0x1, 2047
    li gp, 16
    li a1, 0x1
    xori a0, a1, 2047
    li t0, 0x7fe
    bne a0, t0, fail
test_17:                   # 0x1, -1
    li gp, 17
    li a1, 0x1
    xori a0, a1, -1
    li t0, 0xfffffffe
    bne a0, t0, fail
test_18:                   # 0x1, -5
    li gp, 18
    li a1, 0x1
    xori a0, a1, -5
    li t0, 0xfffffffa
    bne a0, t0, fail
test_19:                   # 0x1, -2048
    li gp, 19
    li a1, 0x1
    xori a0, a1, -2048
    li t0, 0xfffff801
    bne a0, t0, fail
test_20:                   # 0x1, 1365
    li gp, 20
    li a1, 0x1
    xori a0, a1, 1365
    li t0, 0x554
    bne a0, t0, fail
test_21:                   # 0x1, -256
    li gp, 21
    li a1, 0x1
    xori a0, a1, -256
    li t0, 0xffffff01
    bne a0, t0, fail
test_22:                   # 0x7fffffff, 0
    li gp, 22
    li a1, 0x7fffffff
    xori a0, a1, 0
    li t0, 0x7fffffff
    bne a0, t0, fail
test_23:                   # 0x7fffffff, 1
    li gp, 23
    li a1, 0x7fffffff
    xori a0, a1, 1
    li t0, 0x7ffffffe
    bne a0, t0, fail
test_24:                   # 0x7fffffff, 5
    li gp, 24
    li a1, 0x7fffffff
    xori a0, a1, 5
    li t0, 0x7ffffffa
    bne a0, t0, fail
test_25:                   # 0x7fffffff, 31
    li gp, 25
    li a1, 0x7fffffff
    xori a0, a1, 31
    li t0, 0x7fffffe0
    bne a0, t0, fail
test_26:                   # 0x7fffffff, 2047
    li gp, 26
    li a1, 0x7fffffff
    xori a0, a1, 2047
    li t0, 0x7ffff800
    bne a0, t0, fail
test_27:                   # 0x7fffffff, -1
    li gp, 27
    li a1, 0x7fffffff
    xori a0, a1, -1
    li t0, 0x80000000
    bne a0, t0, fail
test_28:                   # 0x7fffffff, -5
    li gp, 28
    li a1, 0x7fffffff
    xori a0, a1, -5
    li t0, 0x80000004
    bne a0, t0, fail
test_29:                   # 0x7fffffff, -2048
    li gp, 29
    li a1, 0x7fffffff
    xori a0, a1, -2048
    li t0, 0x800007ff
    bne a0, t0, fail
test_30:                   # 0x7fffffff, 1365
    li gp, 30
    li a1, 0x7fffffff
    xori a0, a1, 1365
    li t0, 0x7ffffaaa
    bne a0, t0, fail
test_31:                   # 0x7fffffff, -256
    li gp, 31
    li a1, 0x7fffffff
    xori a0, a1, -256
    li t0, 0x800000ff
    bne a0, t0, fail
test_32:                   # 0x80000000, 0
    li gp, 32
    li a1, 0x80000000
    xori a0, a1, 0
    li t0, 0x80000000
    bne a0, t0, fail
test_33:                   # 0x80000000, 1
    li gp, 33
    li a1, 0x80000000
    xori a0, a1, 1
    li t0, 0x80000001
    bne a0, t0, fail
test_34:                   # 0x80000000, 5
    li gp, 34
    li a1, 0x80000000
    xori a0, a1, 5
    li t0, 0x80000005
    bne a0, t0, fail
test_35:                   # 0x80000000, 31
    li gp, 35
    li a1, 0x80000000
    xori a0, a1, 31
    li t0, 0x8000001f
    bne a0, t0, fail
test_36:                   # 0x80000000, 2047
    li gp, 36
    li a1, 0x80000000
    xori a0, a1, 2047
    li t0, 0x800007ff
    bne a0, t0, fail
test_37:                   # 0x80000000, -1
    li gp, 37
    li a1, 0x80000000
    xori a0, a1, -1
    li t0, 0x7fffffff
    bne a0, t0, fail
test_38:                   # 0x80000000, -5
    li gp, 38
    li a1, 0x80000000
    xori a0, a1, -5
    li t0, 0x7ffffffb
    bne a0, t0, fail
test_39:                   # 0x80000000, -2048
    li gp, 39
    li a1, 0x80000000
    xori a0, a1, -2048
    li t0, 0x7ffff800
    bne a0, t0, fail
test_40:                   # 0x80000000, 1365
    li gp, 40
    li a1, 0x80000000
    xori a0, a1, 1365
    li t0, 0x80000555
    bne a0, t0, fail
test_41:                   # 0x80000000, -256
    li gp, 41
    li a1, 0x80000000
    xori a0, a1, -256
    li t0, 0x7fffff00
    bne a0, t0, fail
test_42:                   # 0xffffffff, 0
    li gp, 42
    li a1, 0xffffffff
    xori a0, a1, 0
    li t0, 0xffffffff
    bne a0, t0, fail
test_43:                   # 0xffffffff, 1
    li gp, 43
    li a1, 0xffffffff
    xori a0, a1, 1
    li t0, 0xfffffffe
    bne a0, t0, fail
test_44:                   # 0xffffffff, 5
    li gp, 44
    li a1, 0xffffffff
    xori a0, a1, 5
    li t0, 0xfffffffa
    bne a0, t0, fail
test_45:                   # 0xffffffff, 31
    li gp, 45
    li a1, 0xffffffff
    xori a0, a1, 31
    li t0, 0xffffffe0
    bne a0, t0, fail
test_46:                   # 0xffffffff, 2047
    li gp, 46
    li a1, 0xffffffff
    xori a0, a1, 2047
    li t0, 0xfffff800
    bne a0, t0, fail
test_47:                   # 0xffffffff, -1
    li gp, 47
    li a1, 0xffffffff
    xori a0, a1, -1
    li t0, 0x0
    bne a0, t0, fail
test_48:                   # 0xffffffff, -5
    li gp, 48
    li a1, 0xffffffff
    xori a0, a1, -5
    li t0, 0x4
    bne a0, t0, fail
test_49:                   # 0xffffffff, -2048
    li gp, 49
    li a1, 0xffffffff
    xori a0, a1, -2048
    li t0, 0x7ff
    bne a0, t0, fail
test_50:                   # 0xffffffff, 1365
    li gp, 50
    li a1, 0xffffffff
    xori a0, a1, 1365
    li t0, 0xfffffaaa
    bne a0, t0, fail
test_51:                   # 0xffffffff, -256
    li gp, 51
    li a1, 0xffffffff
    xori a0, a1, -256
    li t0, 0xff
    bne a0, t0, fail
test_52:                   # 0xff0f0f, 0
    li gp, 52
    li a1, 0xff0f0f
    xori a0, a1, 0
    li t0, 0xff0f0f
    bne a0, t0, fail
test_53:                   # 0xff0f0f, 1
    li gp, 53
    li a1, 0xff0f0f
    xori a0, a1, 1
    li t0, 0xff0f0e
    bne a0, t0, fail
test_54:                   # 0xff0f0f, 5
    li gp, 54
    li a1, 0xff0f0f
    xori a0, a1, 5
    li t0, 0xff0f0a
    bne a0, t0, fail
test_55:                   # 0xff0f0f, 31
    li gp, 55
    li a1, 0xff0f0f
    xori a0, a1, 31
    li t0, 0xff0f10
    bne a0, t0, fail
test_56:                   # 0xff0f0f, 2047
    li gp, 56
    li a1, 0xff0f0f
    xori a0, a1, 2047
    li t0, 0xff08f0
    bne a0, t0, fail
test_57:                   # 0xff0f0f, -1
    li gp, 57
    li a1, 0xff0f0f
    xori a0, a1, -1
    li t0, 0xff00f0f0
    bne a0, t0, fail
test_58:                   # 0xff0f0f, -5
    li gp, 58
    li a1, 0xff0f0f
    xori a0, a1, -5
    li t0, 0xff00f0f4
    bne a0, t0, fail
test_59:                   # 0xff0f0f, -2048
    li gp, 59
    li a1, 0xff0f0f
    xori a0, a1, -2048
    li t0, 0xff00f70f
    bne a0, t0, fail
test_60:                   # 0xff0f0f, 1365
    li gp, 60
    li a1, 0xff0f0f
    xori a0, a1, 1365
    li t0, 0xff0a5a
    bne a0, t0, fail
test_61:                   # 0xff0f0f, -256
    li gp, 61
    li a1, 0xff0f0f
    xori a0, a1, -256
    li t0, 0xff00f00f
    bne a0, t0, fail
test_62:                   # 0xfffff800, 0
    li gp, 62
    li a1, 0xfffff800
    xori a0, a1, 0
    li t0, 0xfffff800
    bne a0, t0, fail
test_63:                   # 0xfffff800, 1
    li gp, 63
    li a1, 0xfffff800
    xori a0, a1, 1
    li t0, 0xfffff801
    bne a0, t0, fail
test_64:                   # 0xfffff800, 5
    li gp, 64
    li a1, 0xfffff800
    xori a0, a1, 5
    li t0, 0xfffff805
    bne a0, t0, fail
test_65:                   # 0xfffff800, 31
    li gp, 65
    li a1, 0xfffff800
    xori a0, a1, 31
    li t0, 0xfffff81f
    bne a0, t0, fail
test_66:                   # 0xfffff800, 2047
    li gp, 66
    li a1, 0xfffff800
    xori a0, a1, 2047
    li t0, 0xffffffff
    bne a0, t0, fail
test_67:                   # 0xfffff800, -1
    li gp, 67
    li a1, 0xfffff800
    xori a0, a1, -1
    li t0, 0x7ff
    bne a0, t0, fail
test_68:                   # 0xfffff800, -5
    li gp, 68
    li a1, 0xfffff800
    xori a0, a1, -5
    li t0, 0x7fb
    bne a0, t0, fail
test_69:                   # 0xfffff800, -2048
    li gp, 69
    li a1, 0xfffff800
    xori a0, a1, -2048
    li t0, 0x0
    bne a0, t0, fail
test_70:                   # 0xfffff800, 1365
    li gp, 70
    li a1, 0xfffff800
    xori a0, a1, 1365
    li t0, 0xfffffd55
    bne a0, t0, fail
test_71:                   # 0xfffff800, -256
    li gp, 71
    li a1, 0xfffff800
    xori a0, a1, -256
    li t0, 0x700
    bne a0, t0, fail
test_72:                   # rd is rs1
    li gp, 72
    li a1, 13
    xori a1, a1, 11
    li t0, 0x6
    bne a1, t0, fail
test_73:                   # rs1 is x0
    li gp, 73
    xori a0, x0, -5
    li t0, 0xfffffffb
    bne a0, t0, fail
test_74:                   # rd is x0
    li gp, 74
    li a1, 33
    xori x0, a1, 50
    bnez x0, fail

    li a0, 0
    li a7, 93
    ecall
fail:
    mv a0, gp
    li a7, 93
    ecall
