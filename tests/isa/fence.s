# fence.s - fence, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # orders a store and a load:
    li gp, 2
    la a1, data
    li a2, 55
    sw a2, 0(a1)
    fence
    lw a0, 0(a1)
    li t0, 0x37
    bne a0, t0, fail
test_3:                    # orders a store and a load: rw, rw
    li gp, 3
    la a1, data
    li a2, 55
    sw a2, 0(a1)
    fence rw, rw
    lw a0, 0(a1)
    li t0, 0x37
    bne a0, t0, fail
test_4:                    # orders a store and a load: w, r
    li gp, 4
    la a1, data
    li a2, 55
    sw a2, 0(a1)
    fence w, r
    lw a0, 0(a1)
    li t0, 0x37
    bne a0, t0, fail
test_5:                    # orders a store and a load: iorw, iorw
    li gp, 5
    la a1, data
    li a2, 55
    sw a2, 0(a1)
    fence iorw, iorw
    lw a0, 0(a1)
    li t0, 0x37
    bne a0, t0, fail
test_6:                    # fence.tso
    li gp, 6
    fence.tso

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
    .word 0
