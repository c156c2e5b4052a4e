# amoor.w.s - amoor.w, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # 0x80000000, 0xfffff800
    li gp, 2
    la a1, data
    li a2, 0x80000000
    sw a2, 0(a1)
    li a2, 0xfffff800
    amoor.w a0, a2, (a1)
    li t0, 0x80000000
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xfffff800
    bne a0, t0, fail
test_3:                    # 0x0, 0xffffffff
    li gp, 3
    la a1, data
    li a2, 0x0
    sw a2, 0(a1)
    li a2, 0xffffffff
    amoor.w a0, a2, (a1)
    li t0, 0x0
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
test_4:                    # 0xffffffff, 0x0
    li gp, 4
    la a1, data
    li a2, 0xffffffff
    sw a2, 0(a1)
    li a2, 0x0
    amoor.w a0, a2, (a1)
    li t0, 0xffffffff
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
test_5:                    # 0x1, 0x2
    li gp, 5
    la a1, data
    li a2, 0x1
    sw a2, 0(a1)
    li a2, 0x2
    amoor.w a0, a2, (a1)
    li t0, 0x1
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0x3
    bne a0, t0, fail
test_6:                    # 0x7fffffff, 0x80000000
    li gp, 6
    la a1, data
    li a2, 0x7fffffff
    sw a2, 0(a1)
    li a2, 0x80000000
    amoor.w a0, a2, (a1)
    li t0, 0x7fffffff
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
test_7:                    # 0x7, 0x7
    li gp, 7
    la a1, data
    li a2, 0x7
    sw a2, 0(a1)
    li a2, 0x7
    amoor.w a0, a2, (a1)
    li t0, 0x7
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0x7
    bne a0, t0, fail
test_8:                    # 0xf0f0f0f0, 0xff00ff0
    li gp, 8
    la a1, data
    li a2, 0xf0f0f0f0
    sw a2, 0(a1)
    li a2, 0xff00ff0
    amoor.w a0, a2, (a1)
    li t0, 0xf0f0f0f0
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xfff0fff0
    bne a0, t0, fail
test_9:                    # 0x7fffffff, 0x1
    li gp, 9
    la a1, data
    li a2, 0x7fffffff
    sw a2, 0(a1)
    li a2, 0x1
    amoor.w a0, a2, (a1)
    li t0, 0x7fffffff
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0x7fffffff
    bne a0, t0, fail
test_10:                   # 0x80000000, 0xfffff800.aq
    li gp, 10
    la a1, data
    li a2, 0x80000000
    sw a2, 0(a1)
    li a2, 0xfffff800
    amoor.w.aq a0, a2, (a1)
    li t0, 0x80000000
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xfffff800
    bne a0, t0, fail
test_11:                   # 0x0, 0xffffffff.aq
    li gp, 11
    la a1, data
    li a2, 0x0
    sw a2, 0(a1)
    li a2, 0xffffffff
    amoor.w.aq a0, a2, (a1)
    li t0, 0x0
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
test_12:                   # 0x80000000, 0xfffff800.rl
    li gp, 12
    la a1, data
    li a2, 0x80000000
    sw a2, 0(a1)
    li a2, 0xfffff800
    amoor.w.rl a0, a2, (a1)
    li t0, 0x80000000
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xfffff800
    bne a0, t0, fail
test_13:                   # 0x0, 0xffffffff.rl
    li gp, 13
    la a1, data
    li a2, 0x0
    sw a2, 0(a1)
    li a2, 0xffffffff
    amoor.w.rl a0, a2, (a1)
    li t0, 0x0
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
test_14:                   # 0x80000000, 0xfffff800.aqrl
    li gp, 14
    la a1, data
    li a2, 0x80000000
    sw a2, 0(a1)
    li a2, 0xfffff800
    amoor.w.aqrl a0, a2, (a1)
    li t0, 0x80000000
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xfffff800
    bne a0, t0, fail
test_15:                   # 0x0, 0xffffffff.aqrl
    li gp, 15
    la a1, data
    li a2, 0x0
    sw a2, 0(a1)
    li a2, 0xffffffff
    amoor.w.aqrl a0, a2, (a1)
    li t0, 0x0
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
test_16:                   # rd is rs2
    li gp, 16
    la a1, data
    li a2, 5
    sw a2, 0(a1)
    li a2, 9
    amoor.w a2, a2, (a1)
    li t0, 0x5
    bne a2, t0, fail
    lw a0, 0(a1)
    li t0, 0xd
    bne a0, t0, fail
test_17:                   # rd is rs1
    li gp, 17
    la a1, data
    mv a3, a1
    li a2, 5
    sw a2, 0(a1)
    li a2, 9
    amoor.w a1, a2, (a1)
    li t0, 0x5
    bne a1, t0, fail
    lw a0, 0(a3)
    li t0, 0xd
    bne a0, t0, fail
test_18:                   # rd is x0
    li gp, 18
    la a1, data
    li a2, 5
    sw a2, 0(a1)
    li a2, 9
    amoor.w x0, a2, (a1)
    bnez x0, fail
    lw a0, 0(a1)
    li t0, 0xd
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
