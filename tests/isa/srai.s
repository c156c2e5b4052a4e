# srai.s - srai, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # 0x1 by 0
    li gp, 2
    li a1, 0x1
    srai a0, a1, 0
    li t0, 0x1
    bne a0, t0, fail
test_3:                    # 0x1 by 1
    li gp, 3
    li a1, 0x1
    srai a0, a1, 1
    li t0, 0x0
    bne a0, t0, fail
test_4:                    # 0x1 by 7
    li gp, 4
    li a1, 0x1
    srai a0, a1, 7
    li t0, 0x0
    bne a0, t0, fail
test_5:                    # 0x1 by 14
    li gp, 5
    li a1, 0x1
    srai a0, a1, 14
    li t0, 0x0
    bne a0, t0, fail
test_6:                    # 0x1 by 16
    li gp, 6
    li a1, 0x1
    srai a0, a1, 16
    li t0, 0x0
    bne a0, t0, fail
test_7:                    # 0x1 by 31
    li gp, 7
    li a1, 0x1
    srai a0, a1, 31
    li t0, 0x0
    bne a0, t0, fail
test_8:                    # 0xffffffff by 0
    li gp, 8
    li a1, 0xffffffff
    srai a0, a1, 0
    li t0, 0xffffffff
    bne a0, t0, fail
test_9:                    # 0xffffffff by 1
    li gp, 9
    li a1, 0xffffffff
    srai a0, a1, 1
    li t0, 0xffffffff
    bne a0, t0, fail
test_10:                   # 0xffffffff by 7
    li gp, 10
    li a1, 0xffffffff
    srai a0, a1, 7
    li t0, 0xffffffff
    bne a0, t0, fail
test_11:                   # 0xffffffff by 14
    li gp, 11
    li a1, 0xffffffff
    srai a0, a1, 14
    li t0, 0xffffffff
    bne a0, t0, fail
test_12:                   # 0xffffffff by 16
    li gp, 12
    li a1, 0xffffffff
    srai a0, a1, 16
    li t0, 0xffffffff
    bne a0, t0, fail
test_13:                   # 0xffffffff by 31
    li gp, 13
    li a1, 0xffffffff
    srai a0, a1, 31
    li t0, 0xffffffff
    bne a0, t0, fail
test_14:                   # 0x21212121 by 0
    li gp, 14
    li a1, 0x21212121
    srai a0, a1, 0
    li t0, 0x21212121
    bne a0, t0, fail
test_15:                   # 0x21212121 by 1
    li gp, 15
    li a1, 0x21212121
    srai a0, a1, 1
    li t0, 0x10909090
    bne a0, t0, fail
test_16:                   # 0x21212121 by 7
    li gp, 16
    li a1, 0x21212121
    srai a0, a1, 7
    li t0, 0x424242
    bne a0, t0, fail
test_17:                   # 0x21212121 by 14
    li gp, 17
    li a1, 0x21212121
    srai a0, a1, 14
    li t0, 0x8484
    bne a0, t0, fail
test_18:                   # 0x21212121 by 16
    li gp, 18
    li a1, 0x21212121
    srai a0, a1, 16
    li t0, 0x2121
    bne a0, t0, fail
test_19:                   # 0x21212121 by 31
    li gp, 19
    li a1, 0x21212121
    srai a0, a1, 31
    li t0, 0x0
    bne a0, t0, fail
test_20:                   # 0x80000000 by 0
    li gp, 20
    li a1, 0x80000000
    srai a0, a1, 0
    li t0, 0x80000000
    bne a0, t0, fail
test_21:                   # 0x80000000 by 1
    li gp, 21
    li a1, 0x80000000
    srai a0, a1, 1
    li t0, 0xc0000000
    bne a0, t0, fail
test_22:                   # 0x80000000 by 7
    li gp, 22
    li a1, 0x80000000
    srai a0, a1, 7
    li t0, 0xff000000
    bne a0, t0, fail
test_23:                   # 0x80000000 by 14
    li gp, 23
    li a1, 0x80000000
    srai a0, a1, 14
    li t0, 0xfffe0000
    bne a0, t0, fail
test_24:                   # 0x80000000 by 16
    li gp, 24
    li a1, 0x80000000
    srai a0, a1, 16
    li t0, 0xffff8000
    bne a0, t0, fail
test_25:                   # 0x80000000 by 31
    li gp, 25
    li a1, 0x80000000
    srai a0, a1, 31
    li t0, 0xffffffff
    bne a0, t0, fail
test_26:                   # 0x7fffffff by 0
    li gp, 26
    li a1, 0x7fffffff
    srai a0, a1, 0
    li t0, 0x7fffffff
    bne a0, t0, fail
test_27:                   # 0x7fffffff by 1
    li gp, 27
    li a1, 0x7fffffff
    srai a0, a1, 1
    li t0, 0x3fffffff
    bne a0, t0, fail
test_28:                   # 0x7fffffff by 7
    li gp, 28
    li a1, 0x7fffffff
    srai a0, a1, 7
    li t0, 0xffffff
    bne a0, t0, fail
test_29:                   # 0x7fffffff by 14
    li gp, 29
    li a1, 0x7fffffff
    srai a0, a1, 14
    li t0, 0x1ffff
    bne a0, t0, fail
test_30:                   # 0x7fffffff by 16
    li gp, 30
    li a1, 0x7fffffff
    srai a0, a1, 16
    li t0, 0x7fff
    bne a0, t0, fail
test_31:                   # 0x7fffffff by 31
    li gp, 31
    li a1, 0x7fffffff
    srai a0, a1, 31
    li t0, 0x0
    bne a0, t0, fail
test_32:                   # rd is rs1
    li gp, 32
    li a1, 0x80000001
    srai a1, a1, 3
    li t0, 0xf0000000
    bne a1, t0, fail
test_33:                   # rd is x0
    li gp, 33
    li a1, 33
    srai x0, a1, 3
    bnez x0, fail

    li a0, 0
    li a7, 93
    ecall
fail:
    mv a0, gp
    li a7, 93
    ecall
