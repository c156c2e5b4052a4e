# lui.s - lui, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # 0x0
    li gp, 2
    lui a0, 0x0
    li t0, 0
    srai a0, a0, 4
    srai t0, t0, 4
    bne a0, t0, fail
    slli a1, a0, 24
    bnez a1, fail
test_3:                    # 0x1
    li gp, 3
    lui a0, 0x1
    li t0, 4096
    srai a0, a0, 4
    srai t0, t0, 4
    bne a0, t0, fail
    slli a1, a0, 24
    bnez a1, fail
test_4:                    # 0x80000
    li gp, 4
    lui a0, 0x80000
    li t0, -2147483648
    srai a0, a0, 4
    srai t0, t0, 4
    bne a0, t0, fail
    slli a1, a0, 24
    bnez a1, fail
test_5:                    # 0x7ffff
    li gp, 5
    lui a0, 0x7ffff
    li t0, 2147479552
    srai a0, a0, 4
    srai t0, t0, 4
    bne a0, t0, fail
    slli a1, a0, 24
    bnez a1, fail
test_6:                    # 0xfffff
    li gp, 6
    lui a0, 0xfffff
    li t0, -4096
    srai a0, a0, 4
    srai t0, t0, 4
    bne a0, t0, fail
    slli a1, a0, 24
    bnez a1, fail
test_7:                    # 0x12345
    li gp, 7
    lui a0, 0x12345
    li t0, 305418240
    srai a0, a0, 4
    srai t0, t0, 4
    bne a0, t0, fail
    slli a1, a0, 24
    bnez a1, fail
test_8:                    # rd is x0
    li gp, 8
    lui x0, 0x80000
    bnez x0, fail

    li a0, 0
    li a7, 93
    ecall
fail:
    mv a0, gp
    li a7, 93
    ecall
