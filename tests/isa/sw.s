# sw.s - sw, one test after the other. Written by make.py.
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
    sw a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xaa
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_3:                    # 0xaa at 4
    li gp, 3
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xaa
    sw a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xaa
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_4:                    # 0xffffff00 at 0
    li gp, 4
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sw a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xffffff00
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_5:                    # 0xffffff00 at 4
    li gp, 5
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffff00
    sw a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xffffff00
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_6:                    # 0xbeef1234 at 0
    li gp, 6
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sw a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xbeef1234
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_7:                    # 0xbeef1234 at 4
    li gp, 7
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xbeef1234
    sw a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xbeef1234
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_8:                    # 0x80008000 at 0
    li gp, 8
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sw a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0x80008000
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_9:                    # 0x80008000 at 4
    li gp, 9
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0x80008000
    sw a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0x80008000
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_10:                   # 0xffffffff at 0
    li gp, 10
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sw a2, 0(a1)
    lw a0, 0(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
    lw a0, 4(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_11:                   # 0xffffffff at 4
    li gp, 11
    la a1, data
    li a2, 0xdeadbeef
    sw a2, 0(a1)
    sw a2, 4(a1)
    li a2, 0xffffffff
    sw a2, 4(a1)
    lw a0, 4(a1)
    li t0, 0xffffffff
    bne a0, t0, fail
    lw a0, 0(a1)
    li t0, 0xdeadbeef
    bne a0, t0, fail
test_12:                   # negative offset
    li gp, 12
    la a1, end
    li a2, 0x5a
    sw a2, -16(a1)
    lbu a0, -16(a1)
    li t0, 0x5a
    bne a0, t0, fail
test_13:                   # far offset
    li gp, 13
    la a1, data - 2047
    li a2, 0x33
    sw a2, 2047(a1)
    la a1, data
    lbu a0, 0(a1)
    li t0, 0x33
    bne a0, t0, fail
test_14:                   # x0 is stored as zero
    li gp, 14
    la a1, data
    sw x0, 0(a1)
    lbu a0, 0(a1)
    bnez a0, fail
test_15:                   # misaligned
    li gp, 15
    la a1, data
    li a2, 0x44332211
    sw a2, 1(a1)
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
