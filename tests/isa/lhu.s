# lhu.s - lhu, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # byte 0, positive offset
    li gp, 2
    la a1, data
    lhu a0, 0(a1)
    li t0, 0xff
    bne a0, t0, fail
test_3:                    # byte 0, negative offset
    li gp, 3
    la a1, end
    lhu a0, -16(a1)
    li t0, 0xff
    bne a0, t0, fail
test_4:                    # byte 2, positive offset
    li gp, 4
    la a1, data
    lhu a0, 2(a1)
    li t0, 0xff0
    bne a0, t0, fail
test_5:                    # byte 2, negative offset
    li gp, 5
    la a1, end
    lhu a0, -14(a1)
    li t0, 0xff0
    bne a0, t0, fail
test_6:                    # byte 4, positive offset
    li gp, 6
    la a1, data
    lhu a0, 4(a1)
    li t0, 0xff00
    bne a0, t0, fail
test_7:                    # byte 4, negative offset
    li gp, 7
    la a1, end
    lhu a0, -12(a1)
    li t0, 0xff00
    bne a0, t0, fail
test_8:                    # byte 6, positive offset
    li gp, 8
    la a1, data
    lhu a0, 6(a1)
    li t0, 0xf00f
    bne a0, t0, fail
test_9:                    # byte 6, negative offset
    li gp, 9
    la a1, end
    lhu a0, -10(a1)
    li t0, 0xf00f
    bne a0, t0, fail
test_10:                   # byte 8, positive offset
    li gp, 10
    la a1, data
    lhu a0, 8(a1)
    li t0, 0x7f80
    bne a0, t0, fail
test_11:                   # byte 8, negative offset
    li gp, 11
    la a1, end
    lhu a0, -8(a1)
    li t0, 0x7f80
    bne a0, t0, fail
test_12:                   # byte 10, positive offset
    li gp, 12
    la a1, data
    lhu a0, 10(a1)
    li t0, 0xfe01
    bne a0, t0, fail
test_13:                   # byte 10, negative offset
    li gp, 13
    la a1, end
    lhu a0, -6(a1)
    li t0, 0xfe01
    bne a0, t0, fail
test_14:                   # byte 12, positive offset
    li gp, 14
    la a1, data
    lhu a0, 12(a1)
    li t0, 0x3412
    bne a0, t0, fail
test_15:                   # byte 12, negative offset
    li gp, 15
    la a1, end
    lhu a0, -4(a1)
    li t0, 0x3412
    bne a0, t0, fail
test_16:                   # byte 14, positive offset
    li gp, 16
    la a1, data
    lhu a0, 14(a1)
    li t0, 0x7856
    bne a0, t0, fail
test_17:                   # byte 14, negative offset
    li gp, 17
    la a1, end
    lhu a0, -2(a1)
    li t0, 0x7856
    bne a0, t0, fail
test_18:                   # rd is rs1
    li gp, 18
    la a1, data
    lhu a1, 8(a1)
    li t0, 0x7f80
    bne a1, t0, fail
test_19:                   # far offset
    li gp, 19
    la a1, data + 8 - 2047
    lhu a0, 2047(a1)
    li t0, 0x7f80
    bne a0, t0, fail
test_20:                   # rd is x0
    li gp, 20
    la a1, data
    lhu x0, 0(a1)
    bnez x0, fail
test_21:                   # misaligned
    li gp, 21
    la a1, data
    lhu a0, 1(a1)
    li t0, 0xf000
    bne a0, t0, fail

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
