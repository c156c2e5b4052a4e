# csrrci.s - csrrci, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # cycle grows
    li gp, 2
    csrrci a1, cycle, 0
    nop
    nop
    nop
    csrrci a2, cycle, 0
    bgeu a1, a2, fail
test_3:                    # instret grows
    li gp, 3
    csrrci a1, instret, 0
    nop
    nop
    nop
    csrrci a2, instret, 0
    bgeu a1, a2, fail
test_4:                    # time does not fall
    li gp, 4
    csrrci a3, timeh, 0
    csrrci a1, time, 0
    csrrci a2, time, 0
    csrrci a4, timeh, 0
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
