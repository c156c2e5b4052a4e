# auipc.s - auipc, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # 0x0
    li gp, 2
1:
    auipc a0, 0x0
    la a1, 1b
    sub a0, a0, a1
    li t0, 0x0
    bne a0, t0, fail
test_3:                    # 0x1
    li gp, 3
1:
    auipc a0, 0x1
    la a1, 1b
    sub a0, a0, a1
    li t0, 0x1000
    bne a0, t0, fail
test_4:                    # 0x10
    li gp, 4
1:
    auipc a0, 0x10
    la a1, 1b
    sub a0, a0, a1
    li t0, 0x10000
    bne a0, t0, fail
test_5:                    # 0xfffff
    li gp, 5
1:
    auipc a0, 0xfffff
    la a1, 1b
    sub a0, a0, a1
    li t0, 0xfffff000
    bne a0, t0, fail
test_6:                    # 0x80000
    li gp, 6
1:
    auipc a0, 0x80000
    la a1, 1b
    sub a0, a0, a1
    li t0, 0x80000000
    bne a0, t0, fail
test_7:                    # twice, eight bytes apart
    li gp, 7
    auipc a0, 0
    nop
    auipc a1, 0
    sub a0, a1, a0
    li t0, 0x8
    bne a0, t0, fail

    li a0, 0
    li a7, 93
    ecall
fail:
    mv a0, gp
    li a7, 93
    ecall
