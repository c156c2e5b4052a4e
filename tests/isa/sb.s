# sb.s - sb, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # 0xaa at 0
    li gp, 2
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sb a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xdeadbeaa
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_3:                    # 0xaa at 1
    li gp, 3
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sb a2, 1(a1)
    lw a0, 0(a1)
    li t0, 0xdeadaaef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_4:                    # 0xaa at 2
    li gp, 4
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sb a2, 2(a1)
    lw a0, 0(a1)
    li t0, 0xdeaabeef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_5:                    # 0xaa at 3
    li gp, 5
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sb a2, 3(a1)
    lw a0, 0(a1)
    li t0, 0xaaadbeef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_6:                    # 0xaa at 4
    li gp, 6
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sb a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xdeadbeaa
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_7:                    # 0xaa at 5
    li gp, 7
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sb a2, 5(a1)
    lw a0, 4(a1)
    li t0, 0xdeadaaef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_8:                    # 0xaa at 6
    li gp, 8
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sb a2, 6(a1)
    lw a0, 4(a1)
    li t0, 0xdeaabeef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_9:                    # 0xaa at 7
    li gp, 9
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sb a2, 7(a1)
    lw a0, 4(a1)
    li t0, 0xaaadbeef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_10:                   # 0xffffff00 at 0
    li gp, 10
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sb a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xdeadbe00
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_11:                   # 0xffffff00 at 1
    li gp, 11
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sb a2, 1(a1)
    lw a0, 0(a1)
    li t0, 0xdead00ef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_12:                   # 0xffffff00 at 2
    li gp, 12
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sb a2, 2(a1)
    lw a0, 0(a1)
    li t0, 0xde00beef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_13:                   # 0xffffff00 at 3
    li gp, 13
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sb a2, 3(a1)
    lw a0, 0(a1)
    li t0, 0xadbeef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_14:                   # 0xffffff00 at 4
    li gp, 14
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sb a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xdeadbe00
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_15:                   # 0xffffff00 at 5
    li gp, 15
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sb a2, 5(a1)
    lw a0, 4(a1)
    li t0, 0xdead00ef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_16:                   # 0xffffff00 at 6
    li gp, 16
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sb a2, 6(a1)
    lw a0, 4(a1)
    li t0, 0xde00beef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_17:                   # 0xffffff00 at 7
    li gp, 17
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sb a2, 7(a1)
    lw a0, 4(a1)
    li t0, 0xadbeef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_18:                   # 0xbeef1234 at 0
    li gp, 18
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sb a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xdeadbe34
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_19:                   # 0xbeef1234 at 1
    li gp, 19
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sb a2, 1(a1)
    lw a0, 0(a1)
    li t0, 0xdead34ef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_20:                   # 0xbeef1234 at 2
    li gp, 20
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sb a2, 2(a1)
    lw a0, 0(a1)
    li t0, 0xde34beef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_21:                   # 0xbeef1234 at 3
    li gp, 21
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sb a2, 3(a1)
    lw a0, 0(a1)
    li t0, 0x34adbeef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_22:                   # 0xbeef1234 at 4
    li gp, 22
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sb a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xdeadbe34
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_23:                   # 0xbeef1234 at 5
    li gp, 23
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sb a2, 5(a1)
    lw a0, 4(a1)
    li t0, 0xdead34ef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_24:                   # 0xbeef1234 at 6
    li gp, 24
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sb a2, 6(a1)
    lw a0, 4(a1)
    li t0, 0xde34beef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_25:                   # 0xbeef1234 at 7
    li gp, 25
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sb a2, 7(a1)
    lw a0, 4(a1)
    li t0, 0x34adbeef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_26:                   # 0x80008000 at 0
    li gp, 26
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sb a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xdeadbe00
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_27:                   # 0x80008000 at 1
    li gp, 27
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sb a2, 1(a1)
    lw a0, 0(a1)
    li t0, 0xdead00ef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_28:                   # 0x80008000 at 2
    li gp, 28
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sb a2, 2(a1)
    lw a0, 0(a1)
    li t0, 0xde00beef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_29:                   # 0x80008000 at 3
    li gp, 29
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sb a2, 3(a1)
    lw a0, 0(a1)
    li t0, 0xadbeef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_30:                   # 0x80008000 at 4
    li gp, 30
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sb a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xdeadbe00
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_31:                   # 0x80008000 at 5
    li gp, 31
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sb a2, 5(a1)
    lw a0, 4(a1)
    li t0, 0xdead00ef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_32:                   # 0x80008000 at 6
    li gp, 32
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sb a2, 6(a1)
    lw a0, 4(a1)
    li t0, 0xde00beef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_33:                   # 0x80008000 at 7
    li gp, 33
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sb a2, 7(a1)
    lw a0, 4(a1)
    li t0, 0xadbeef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_34:                   # 0xffffffff at 0
    li gp, 34
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sb a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xdeadbeff
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_35:                   # 0xffffffff at 1
    li gp, 35
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sb a2, 1(a1)
    lw a0, 0(a1)
    li t0, 0xdeadffef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_36:                   # 0xffffffff at 2
    li gp, 36
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sb a2, 2(a1)
    lw a0, 0(a1)
    li t0, 0xdeffbeef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_37:                   # 0xffffffff at 3
    li gp, 37
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sb a2, 3(a1)
    lw a0, 0(a1)
    li t0, 0xffadbeef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_38:                   # 0xffffffff at 4
    li gp, 38
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sb a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xdeadbeff
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_39:                   # 0xffffffff at 5
    li gp, 39
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sb a2, 5(a1)
    lw a0, 4(a1)
    li t0, 0xdeadffef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_40:                   # 0xffffffff at 6
    li gp, 40
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sb a2, 6(a1)
    lw a0, 4(a1)
    li t0, 0xdeffbeef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_41:                   # 0xffffffff at 7
    li gp, 41
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sb a2, 7(a1)
    lw a0, 4(a1)
    li t0, 0xffadbeef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_42:                   # negative offset
    li gp, 42
    la a1, end
    li a2, 0x5a
    sb a2, -16(a1)
    lbu a0, -16(a1)
    li t0, 0x5a
    bne a0, t0, fail
test_43:                   # far offset
    li gp, 43
    la a1, data - 2047
    li a2, 0x33
    sb a2, 2047(a1)
    la a1, data
    lbu a0, 0(a1)
    li t0, 0x33
    bne a0, t0, fail
test_44:                   # x0 is stored as zero
    li gp, 44
    la a1, data
    sb x0, 0(a1)
    lbu a0, 0(a1)
    bnez a0, fail

    li a0, 0
    li a7, 93
    ecall
fail:
    mv a0, gp
    li a7, 93
    ecall

    .data
    .balign 4
data:
    .space 16
end:
