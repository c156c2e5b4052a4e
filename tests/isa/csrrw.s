# csrrw.s - csrrw, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # writing a read-only register is illegal
    li gp, 2
    li a0, 4
    la a1, action
    li a2, 0
    li a3, 8
    li a7, 134
    ecall
    bnez a0, fail
    csrrw a0, cycle, x0
    j fail
handler:
    li t0, 0x4
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
action:
    .word handler, 0, 0, 0, 0
