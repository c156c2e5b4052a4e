# ecall.s - ecall, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # getpid twice
    li gp, 2
    li a7, 172
    ecall
    mv s0, a0
    blez a0, fail
    li a7, 172
    ecall
    bne a0, s0, fail
test_3:                    # keeps the other registers
    li gp, 3
    li a1, 11
    li t3, 13
    li s1, 15
    li a7, 172
    ecall
    li t0, 0xb
    bne a1, t0, fail
    li t0, 0xd
    bne t3, t0, fail
    li t0, 0xf
    bne s1, t0, fail
    li t0, 0xac
    bne a7, t0, fail
test_4:                    # an unknown call is -ENOSYS
    li gp, 4
    li a7, 4000
    ecall
    li t0, 0xffffffda
    bne a0, t0, fail

    li a0, 0
    li a7, 93
    ecall
fail:
    mv a0, gp
    li a7, 93
    ecall
