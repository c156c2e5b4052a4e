# jal.s - jal, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # forward, links
    li gp, 2
1:
    jal a0, 2f
    j fail
2:
    la a1, 1b
    addi a1, a1, 4
    bne a0, a1, fail
test_3:                    # backward
    li gp, 3
    j 2f
1:
    j 3f
2:
    jal a0, 1b
    j fail
3:
    nop
test_4:                    # rd is x0
    li gp, 4
    jal x0, 1f
    j fail
1:
    bnez x0, fail
test_5:                    # far forward and back
    li gp, 5
    jal a0, far
back:
    la a1, back
    bne a0, a1, fail
    j 1f
    .space 70000
far:
    jr a0
1:
    nop

    li a0, 0
    li a7, 93
    ecall
fail:
    mv a0, gp
    li a7, 93
    ecall
