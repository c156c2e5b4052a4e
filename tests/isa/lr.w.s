# lr.w.s - lr.w, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # loads 0x0
    li gp, 2
    la a1, data
    li a2, 0x0
    sw a2, 0(a1)
    lr.w a0, (a1)
    li t0, 0x0
    bne a0, t0, fail
test_3:                    # loads 0x1
    li gp, 3
    la a1, data
    li a2, 0x1
    sw a2, 0(a1)
    lr.w a0, (a1)
    li t0, 0x1
    bne a0, t0, fail
test_4:                    # loads 0x80000000
    li gp, 4
    la a1, data
    li a2, 0x80000000
    sw a2, 0(a1)
    lr.w a0, (a1)
    li t0, 0x80000000
    bne a0, t0, fail
test_5:                    # loads 0xffffffff
    li gp, 5
    la a1, data
    li a2, 0xffffffff
    sw a2, 0(a1)
    lr.w a0, (a1)
    li t0, 0xffffffff
    bne a0, t0, fail
test_6:                    # acquire and release
    li gp, 6
    la a1, data
    li a2, 6
    sw a2, 0(a1)
    lr.w.aqrl a0, (a1)
    li t0, 0x6
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
    .word 0, 0
