# lw.s - lw, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # byte 0, positive offset
    li gp, 2
    la a1, data
    lw a0, 0(a1)
    li t0, 0xff000ff
    bne a0, t0, fail
test_3:                    # byte 0, negative offset
    li gp, 3
    la a1, end
    lw a0, -16(a1)
    li t0, 0xff000ff
    bne a0, t0, fail
test_4:                    # byte 4, positive offset
    li gp, 4
    la a1, data
    lw a0, 4(a1)
    li t0, 0xf00fff00
    bne a0, t0, fail
test_5:                    # byte 4, negative offset
    li gp, 5
    la a1, end
    lw a0, -12(a1)
    li t0, 0xf00fff00
    bne a0, t0, fail
test_6:                    # byte 8, positive offset
    li gp, 6
    la a1, data
    lw a0, 8(a1)
    li t0, 0xfe017f80
    bne a0, t0, fail
test_7:                    # byte 8, negative offset
    li gp, 7
    la a1, end
    lw a0, -8(a1)
    li t0, 0xfe017f80
    bne a0, t0, fail
test_8:                    # byte 12, positive offset
    li gp, 8
    la a1, data
    lw a0, 12(a1)
    li t0, 0x78563412
    bne a0, t0, fail
test_9:                    # byte 12, negative offset
    li gp, 9
    la a1, end
    lw a0, -4(a1)
    li t0, 0x78563412
    bne a0, t0, fail
test_10:                   # rd is rs1
    li gp, 10
    la a1, data
    lw a1, 8(a1)
    li t0, 0xfe017f80
    bne a1, t0, fail
test_11:                   # far offset
    li gp, 11
    la a1, data + 8 - 2047
    lw a0, 2047(a1)
    li t0, 0xfe017f80
    bne a0, t0, fail
test_12:                   # rd is x0
    li gp, 12
    la a1, data
    lw x0, 0(a1)
    bnez x0, fail
test_13:                   # misaligned
    li gp, 13
    la a1, data
    lw a0, 1(a1)
    li t0, 0xff000
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
