# xor.s - xor, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # 0x0, 0x0
    li gp, 2
    li a1, 0x0
    li a2, 0x0
    xor a0, a1, a2
    li t0, 0x0
    bne a0, t0, fail
test_3:                    # 0x1, 0x1
    li gp, 3
    li a1, 0x1
    li a2, 0x1
    xor a0, a1, a2
    li t0, 0x0
    bne a0, t0, fail
test_4:                    # 0x3, 0x7
    li gp, 4
    li a1, 0x3
    li a2, 0x7
    xor a0, a1, a2
    li t0, 0x4
    bne a0, t0, fail
test_5:                    # 0x0, 0xffff8000
    li gp, 5
    li a1, 0x0
    li a2, 0xffff8000
    xor a0, a1, a2
    li t0, 0xffff8000
    bne a0, t0, fail
test_6:                    # 0x80000000, 0x0
    li gp, 6
    li a1, 0x80000000
    li a2, 0x0
    xor a0, a1, a2
    li t0, 0x80000000
    bne a0, t0, fail
test_7:                    # 0x80000000, 0xffff8000
    li gp, 7
    li a1, 0x80000000
    li a2, 0xffff8000
    xor a0, a1, a2
    li t0, 0x7fff8000
    bne a0, t0, fail
test_8:                    # 0x0, 0x7fff
    li gp, 8
    li a1, 0x0
    li a2, 0x7fff
    xor a0, a1, a2
    li t0, 0x7fff
    bne a0, t0, fail
test_9:                    # 0x7fffffff, 0x0
    li gp, 9
    li a1, 0x7fffffff
    li a2, 0x0
    xor a0, a1, a2
    li t0, 0x7fffffff
    bne a0, t0, fail
test_10:                   # 0x7fffffff, 0x7fff
    li gp, 10
    li a1, 0x7fffffff
    li a2, 0x7fff
    xor a0, a1, a2
    li t0, 0x7fff8000
    bne a0, t0, fail
test_11:                   # 0x80000000, 0x7fff
    li gp, 11
    li a1, 0x80000000
    li a2, 0x7fff
    xor a0, a1, a2
    li t0, 0x80007fff
    bne a0, t0, fail
test_12:                   # 0x7fffffff, 0xffff8000
    li gp, 12
    li a1, 0x7fffffff
    li a2, 0xffff8000
    xor a0, a1, a2
    li t0, 0x80007fff
    bne a0, t0, fail
test_13:                   # 0x0, 0xffffffff
    li gp, 13
    li a1, 0x0
    li a2, 0xffffffff
    xor a0, a1, a2
    li t0, 0xffffffff
    bne a0, t0, fail
test_14:                   # 0xffffffff, 0x1
    li gp, 14
    li a1, 0xffffffff
    li a2, 0x1
    xor a0, a1, a2
    li t0, 0xfffffffe
    bne a0, t0, fail
test_15:                   # 0xffffffff, 0xffffffff
    li gp, 15
    li a1, 0xffffffff
    li a2, 0xffffffff
    xor a0, a1, a2
    li t0, 0x0
    bne a0, t0, fail
test_16:                   # 0x1, 0x7fffffff
    li gp, 16
    li a1, 0x1
    li a2, 0x7fffffff
    xor a0, a1, a2
    li t0, 0x7ffffffe
    bne a0, t0, fail
test_17:                   # 0x80000000, 0xffffffff
    li gp, 17
    li a1, 0x80000000
    li a2, 0xffffffff
    xor a0, a1, a2
    li t0, 0x7fffffff
    bne a0, t0, fail
test_18:                   # 0x80000000, 0x1
    li gp, 18
    li a1, 0x80000000
    li a2, 0x1
    xor a0, a1, a2
    li t0, 0x80000001
    bne a0, t0, fail
test_19:                   # 0xff00ff00, 0xf0f0f0f
    li gp, 19
    li a1, 0xff00ff00
    li a2, 0xf0f0f0f
    xor a0, a1, a2
    li t0, 0xf00ff00f
    bne a0, t0, fail
test_20:                   # 0x12345678, 0x9abcdef0
    li gp, 20
    li a1, 0x12345678
    li a2, 0x9abcdef0
    xor a0, a1, a2
    li t0, 0x88888888
    bne a0, t0, fail
test_21:                   # 0x14, 0xfffffffa
    li gp, 21
    li a1, 0x14
    li a2, 0xfffffffa
    xor a0, a1, a2
    li t0, 0xffffffee
    bne a0, t0, fail
test_22:                   # 0xffffffec, 0x6
    li gp, 22
    li a1, 0xffffffec
    li a2, 0x6
    xor a0, a1, a2
    li t0, 0xffffffea
    bne a0, t0, fail
test_23:                   # 0xffffffec, 0xfffffffa
    li gp, 23
    li a1, 0xffffffec
    li a2, 0xfffffffa
    xor a0, a1, a2
    li t0, 0x16
    bne a0, t0, fail
test_24:                   # 0x5, 0x1f
    li gp, 24
    li a1, 0x5
    li a2, 0x1f
    xor a0, a1, a2
    li t0, 0x1a
    bne a0, t0, fail
test_25:                   # 0x5, 0x20
    li gp, 25
    li a1, 0x5
    li a2, 0x20
    xor a0, a1, a2
    li t0, 0x25
    bne a0, t0, fail
test_26:                   # rd is rs1
    li gp, 26
    li a1, 0x80000011
    li a2, 13
    xor a1, a1, a2
    li t0, 0x8000001c
    bne a1, t0, fail
test_27:                   # rd is rs2
    li gp, 27
    li a1, 0x80000011
    li a2, 13
    xor a2, a1, a2
    li t0, 0x8000001c
    bne a2, t0, fail
test_28:                   # all the same
    li gp, 28
    li a1, 0x80000011
    xor a1, a1, a1
    li t0, 0x0
    bne a1, t0, fail
test_29:                   # rs1 is x0
    li gp, 29
    li a2, 0x80000011
    xor a0, x0, a2
    li t0, 0x80000011
    bne a0, t0, fail
test_30:                   # rs2 is x0
    li gp, 30
    li a1, 0x80000011
    xor a0, a1, x0
    li t0, 0x80000011
    bne a0, t0, fail
test_31:                   # rd is x0
    li gp, 31
    li a1, 0x80000011
    li a2, 13
    xor x0, a1, a2
    bnez x0, fail

    li a0, 0
    li a7, 93
    ecall
fail:
    mv a0, gp
    li a7, 93
    ecall
