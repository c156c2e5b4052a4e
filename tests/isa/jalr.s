# jalr.s - jalr, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # links
    li gp, 2
    la a1, 2f
1:
    jalr a0, 0(a1)
    j fail
2:
    la a2, 1b
    addi a2, a2, 4
    bne a0, a2, fail
test_3:                    # rd is rs1
    li gp, 3
    la a1, 2f
1:
    jalr a1, 0(a1)
    j fail
2:
    la a2, 1b
    addi a2, a2, 4
    bne a1, a2, fail
test_4:                    # offset forward
    li gp, 4
    la a1, 1f - 2000
    jalr a0, 2000(a1)
    j fail
1:
    nop
test_5:                    # offset backward
    li gp, 5
    la a1, 1f + 2048
    jalr a0, -2048(a1)
    j fail
1:
    nop
test_6:                    # bit 0 is cleared
    li gp, 6
    la a1, 1f
    jalr a0, 1(a1)
    j fail
1:
    nop
test_7:                    # rd is x0
    li gp, 7
    la a1, 1f
    jalr x0, 0(a1)
    j fail
1:
    bnez x0, fail

    li a0, 0
    li a7, 93
    ecall
fail:
    mv a0, gp
    li a7, 93
    ecall
