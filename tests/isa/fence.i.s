# fence.i.s - fence.i, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # changes nothing by itself
    li gp, 2
    li a1, 77
    fence.i
    li t0, 0x4d
    bne a1, t0, fail
test_3:                    # sees code that was just written
    li gp, 3
    li a0, 0
    li a1, 4096
    li a2, 7
    li a3, 34
    li a4, -1
    li a5, 0
    li a7, 222
    ecall
    mv s0, a0
    lw a1, insns
    sw a1, 0(s0)
    lw a1, insns + 4
    sw a1, 4(s0)
    fence.i
    jalr s0
    li t0, 0x1
    bne a0, t0, fail
test_4:                    # and when it is changed again
    li gp, 4
    lw a1, insns + 8
    sw a1, 0(s0)
    fence.i
    jalr s0
    li t0, 0x2
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
insns:
    .word 0x00100513        # li a0, 1
    .word 0x00008067        # ret
    .word 0x00200513        # li a0, 2
