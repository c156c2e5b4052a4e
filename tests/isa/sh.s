# sh.s - sh, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # 0xaa at 0
    li gp, 2
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sh a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xdead00aa
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_3:                    # 0xaa at 2
    li gp, 3
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sh a2, 2(a1)
    lw a0, 0(a1)
    li t0, 0xaabeef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_4:                    # 0xaa at 4
    li gp, 4
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sh a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xdead00aa
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_5:                    # 0xaa at 6
    li gp, 5
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sh a2, 6(a1)
    lw a0, 4(a1)
    li t0, 0xaabeef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_6:                    # 0xffffff00 at 0
    li gp, 6
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sh a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xdeadff00
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_7:                    # 0xffffff00 at 2
    li gp, 7
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sh a2, 2(a1)
    lw a0, 0(a1)
    li t0, 0xff00beef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_8:                    # 0xffffff00 at 4
    li gp, 8
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sh a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xdeadff00
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_9:                    # 0xffffff00 at 6
    li gp, 9
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sh a2, 6(a1)
    lw a0, 4(a1)
    li t0, 0xff00beef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_10:                   # 0xbeef1234 at 0
    li gp, 10
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sh a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xdead1234
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_11:                   # 0xbeef1234 at 2
    li gp, 11
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sh a2, 2(a1)
    lw a0, 0(a1)
    li t0, 0x1234beef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_12:                   # 0xbeef1234 at 4
    li gp, 12
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sh a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xdead1234
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_13:                   # 0xbeef1234 at 6
    li gp, 13
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sh a2, 6(a1)
    lw a0, 4(a1)
    li t0, 0x1234beef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_14:                   # 0x80008000 at 0
    li gp, 14
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sh a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xdead8000
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_15:                   # 0x80008000 at 2
    li gp, 15
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sh a2, 2(a1)
    lw a0, 0(a1)
    li t0, 0x8000beef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_16:                   # 0x80008000 at 4
    li gp, 16
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sh a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xdead8000
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_17:                   # 0x80008000 at 6
    li gp, 17
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sh a2, 6(a1)
    lw a0, 4(a1)
    li t0, 0x8000beef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_18:                   # 0xffffffff at 0
    li gp, 18
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sh a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xdeadffff
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_19:                   # 0xffffffff at 2
    li gp, 19
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sh a2, 2(a1)
    lw a0, 0(a1)
    li t0, 0xffffbeef
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_20:                   # 0xffffffff at 4
    li gp, 20
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sh a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xdeadffff
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_21:                   # 0xffffffff at 6
    li gp, 21
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sh a2, 6(a1)
    lw a0, 4(a1)
    li t0, 0xffffbeef
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_22:                   # negative offset
    li gp, 22
    la a1, end
    li a2, 0x5a
    sh a2, -16(a1)
    lbu a0, -16(a1)
    li t0, 0x5a
    bne a0, t0, fail
test_23:                   # far offset
    li gp, 23
    la a1, data - 2047
    li a2, 0x33
    sh a2, 2047(a1)
    la a1, data
    lbu a0, 0(a1)
    li t0, 0x33
    bne a0, t0, fail
test_24:                   # x0 is stored as zero
    li gp, 24
    la a1, data
    sh x0, 0(a1)
    lbu a0, 0(a1)
    bnez a0, fail
test_25:                   # misaligned
    li gp, 25
    la a1, data
    li a2, 0x44332211
    sh a2, 1(a1)
    lbu a0, 2(a1)
    li t0, 0x22
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
    .space 16
end:
