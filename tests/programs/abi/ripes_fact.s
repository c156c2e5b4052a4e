# 7! and what it looks like.
.data
text:   .string "7! = "
.text
main:   la a0, text
        li a7, 4
        ecall
        li a0, 7
        jal ra, fact
        mv s0, a0
        li a7, 1
        ecall
        call line
        mv a0, s0
        li a7, 34
        ecall
        call line
        mv a0, s0
        li a7, 35
        ecall
        call line
        li a7, 10
        ecall
line:   li a0, 10
        li a7, 11
        ecall
        ret
fact:   addi sp, sp, -8
        sw ra, 4(sp)
        sw a0, 0(sp)
        li t0, 1
        ble a0, t0, one
        addi a0, a0, -1
        jal ra, fact
        lw t0, 0(sp)
        mul a0, a0, t0
        j back
one:    li a0, 1
back:   lw ra, 4(sp)
        addi sp, sp, 8
        ret
