# csrrs.s - csrrs, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # cycle grows
    li gp, 2
    csrrs a1, cycle, x0
    nop
    nop
    nop
    csrrs a2, cycle, x0
    bgeu a1, a2, fail
test_3:                    # instret grows
    li gp, 3
    csrrs a1, instret, x0
    nop
    nop
    nop
    csrrs a2, instret, x0
    bgeu a1, a2, fail
test_4:                    # time does not fall
    li gp, 4
    csrrs a3, timeh, x0
    csrrs a1, time, x0
    csrrs a2, time, x0
    csrrs a4, timeh, x0
    bne a3, a4, 1f
    bltu a2, a1, fail
1:
    nop

    li a0, 0
    li a7, 93
    ecall
fail:
    mv a0, gp
    li a7, 93
    ecall
