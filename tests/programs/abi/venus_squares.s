.data
source: .word 3 1 4 1 5 9 0
dest:   .word 0 0 0 0 0 0 0
str:    .asciiz "done\n"
.text
main:
    addi t0 x0 0
    addi s0 x0 0
    la s1 source
    la s2 dest
loop:
    slli s3 t0 2
    add t1 s1 s3
    lw t2 0(t1)
    beq t2 x0 exit
    add a0 x0 t2
    addi sp sp -8
    sw t0 0(sp)
    sw t2 4(sp)
    jal square
    lw t0 0(sp)
    lw t2 4(sp)
    addi sp sp 8
    add t2 x0 a0
    add t3 s2 s3
    sw t2 0(t3)
    add s0 s0 t2
    addi t0 t0 1
    jal x0 loop
square:
    mul a0 a0 a0
    jr ra
exit:
    addi a0 x0 1
    add a1 x0 s0
    ecall # Print integer
    addi a0 x0 11
    addi a1 x0 '\n'
    ecall
    li a0 4
    la a1 str
    ecall
    addi a0 x0 10
    ecall
