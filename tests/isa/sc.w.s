# sc.w.s - sc.w, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # fails without a reservation
    li gp, 2
    la a1, data
    li a2, 1
    sc.w a0, a2, (a1)
    beqz a0, fail
    lw a0, 0(a1)
    bnez a0, fail
test_3:                    # succeeds after lr.w
    li gp, 3
    la a1, data
    li a2, 7
1:
    lr.w a3, (a1)
    sc.w a0, a2, (a1)
    bnez a0, 1b
    lw a0, 0(a1)
    li t0, 0x7
    bne a0, t0, fail
test_4:                    # a second one fails
    li gp, 4
    li a2, 8
    sc.w a0, a2, (a1)
    beqz a0, fail
    lw a0, 0(a1)
    li t0, 0x7
    bne a0, t0, fail
test_5:                    # a loop counts to 1000
    li gp, 5
    la a1, data
    sw x0, 0(a1)
    li a3, 1000
1:
    lr.w.aq a0, (a1)
    addi a0, a0, 1
    sc.w.rl a2, a0, (a1)
    bnez a2, 1b
    addi a3, a3, -1
    bnez a3, 1b
    lw a0, 0(a1)
    li t0, 0x3e8
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
