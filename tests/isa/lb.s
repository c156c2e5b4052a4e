# lb.s - lb, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # byte 0, positive offset
    li gp, 2
    la a1, data
    lb a0, 0(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
test_3:                    # byte 0, negative offset
    li gp, 3
    la a1, end
    lb a0, -16(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
test_4:                    # byte 1, positive offset
    li gp, 4
    la a1, data
    lb a0, 1(a1)
    li t0, 0x0
    bne a0, t0, fail
test_5:                    # byte 1, negative offset
    li gp, 5
    la a1, end
    lb a0, -15(a1)
    li t0, 0x0
    bne a0, t0, fail
test_6:                    # byte 2, positive offset
    li gp, 6
    la a1, data
    lb a0, 2(a1)
    li t0, 0xfffffff0
    bne a0, t0, fail
test_7:                    # byte 2, negative offset
    li gp, 7
    la a1, end
    lb a0, -14(a1)
    li t0, 0xfffffff0
    bne a0, t0, fail
test_8:                    # byte 3, positive offset
    li gp, 8
    la a1, data
    lb a0, 3(a1)
    li t0, 0xf
    bne a0, t0, fail
test_9:                    # byte 3, negative offset
    li gp, 9
    la a1, end
    lb a0, -13(a1)
    li t0, 0xf
    bne a0, t0, fail
test_10:                   # byte 4, positive offset
    li gp, 10
    la a1, data
    lb a0, 4(a1)
    li t0, 0x0
    bne a0, t0, fail
test_11:                   # byte 4, negative offset
    li gp, 11
    la a1, end
    lb a0, -12(a1)
    li t0, 0x0
    bne a0, t0, fail
test_12:                   # byte 5, positive offset
    li gp, 12
    la a1, data
    lb a0, 5(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
test_13:                   # byte 5, negative offset
    li gp, 13
    la a1, end
    lb a0, -11(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
test_14:                   # byte 6, positive offset
    li gp, 14
    la a1, data
    lb a0, 6(a1)
    li t0, 0xf
    bne a0, t0, fail
test_15:                   # byte 6, negative offset
    li gp, 15
    la a1, end
    lb a0, -10(a1)
    li t0, 0xf
    bne a0, t0, fail
test_16:                   # byte 7, positive offset
    li gp, 16
    la a1, data
    lb a0, 7(a1)
    li t0, 0xfffffff0
    bne a0, t0, fail
test_17:                   # byte 7, negative offset
    li gp, 17
    la a1, end
    lb a0, -9(a1)
    li t0, 0xfffffff0
    bne a0, t0, fail
test_18:                   # byte 8, positive offset
    li gp, 18
    la a1, data
    lb a0, 8(a1)
    li t0, 0xffffff80
    bne a0, t0, fail
test_19:                   # byte 8, negative offset
    li gp, 19
    la a1, end
    lb a0, -8(a1)
    li t0, 0xffffff80
    bne a0, t0, fail
test_20:                   # byte 9, positive offset
    li gp, 20
    la a1, data
    lb a0, 9(a1)
    li t0, 0x7f
    bne a0, t0, fail
test_21:                   # byte 9, negative offset
    li gp, 21
    la a1, end
    lb a0, -7(a1)
    li t0, 0x7f
    bne a0, t0, fail
test_22:                   # byte 10, positive offset
    li gp, 22
    la a1, data
    lb a0, 10(a1)
    li t0, 0x1
    bne a0, t0, fail
test_23:                   # byte 10, negative offset
    li gp, 23
    la a1, end
    lb a0, -6(a1)
    li t0, 0x1
    bne a0, t0, fail
test_24:                   # byte 11, positive offset
    li gp, 24
    la a1, data
    lb a0, 11(a1)
    li t0, 0xfffffffe
    bne a0, t0, fail
test_25:                   # byte 11, negative offset
    li gp, 25
    la a1, end
    lb a0, -5(a1)
    li t0, 0xfffffffe
    bne a0, t0, fail
test_26:                   # byte 12, positive offset
    li gp, 26
    la a1, data
    lb a0, 12(a1)
    li t0, 0x12
    bne a0, t0, fail
test_27:                   # byte 12, negative offset
    li gp, 27
    la a1, end
    lb a0, -4(a1)
    li t0, 0x12
    bne a0, t0, fail
test_28:                   # byte 13, positive offset
    li gp, 28
    la a1, data
    lb a0, 13(a1)
    li t0, 0x34
    bne a0, t0, fail
test_29:                   # byte 13, negative offset
    li gp, 29
    la a1, end
    lb a0, -3(a1)
    li t0, 0x34
    bne a0, t0, fail
test_30:                   # byte 14, positive offset
    li gp, 30
    la a1, data
    lb a0, 14(a1)
    li t0, 0x56
    bne a0, t0, fail
test_31:                   # byte 14, negative offset
    li gp, 31
    la a1, end
    lb a0, -2(a1)
    li t0, 0x56
    bne a0, t0, fail
test_32:                   # byte 15, positive offset
    li gp, 32
    la a1, data
    lb a0, 15(a1)
    li t0, 0x78
    bne a0, t0, fail
test_33:                   # byte 15, negative offset
    li gp, 33
    la a1, end
    lb a0, -1(a1)
    li t0, 0x78
    bne a0, t0, fail
test_34:                   # rd is rs1
    li gp, 34
    la a1, data
    lb a1, 8(a1)
    li t0, 0xffffff80
    bne a1, t0, fail
test_35:                   # far offset
    li gp, 35
    la a1, data + 8 - 2047
    lb a0, 2047(a1)
    li t0, 0xffffff80
    bne a0, t0, fail
test_36:                   # rd is x0
    li gp, 36
    la a1, data
    lb x0, 0(a1)
    bnez x0, fail

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
    .byte 0xff, 0x0, 0xf0, 0xf, 0x0, 0xff, 0xf, 0xf0, 0x80, 0x7f, 0x1, 0xfe, 0x12, 0x34, 0x56, 0x78
end:
