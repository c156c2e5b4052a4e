# fib.s - Fibonacci numbers by recursion, printed in decimal: a stack at work.
#
# Look for: what is saved across the two calls, and how many instructions fib(20)
# takes compared with a loop.
    .globl _start
    .text
_start:
    li s0, 0                    # n
1:  mv a0, s0
    call fib
    call print
    addi s0, s0, 1
    li t0, 20
    ble s0, t0, 1b
    li a0, 0
    li a7, 93
    ecall

# a0 = fib(a0)
fib:
    li t0, 2
    bltu a0, t0, 2f
    addi sp, sp, -16
    sw ra, 12(sp)
    sw s0, 8(sp)
    sw s1, 4(sp)
    mv s0, a0
    addi a0, a0, -1
    call fib
    mv s1, a0
    addi a0, s0, -2
    call fib
    add a0, a0, s1
    lw s1, 4(sp)
    lw s0, 8(sp)
    lw ra, 12(sp)
    addi sp, sp, 16
2:  ret

# Print a0 in decimal, and a newline.
print:
    la t0, line_end
    li t1, 10
    li t2, '\n'
    sb t2, -1(t0)
    addi a1, t0, -1
3:  remu t2, a0, t1
    divu a0, a0, t1
    addi t2, t2, '0'
    addi a1, a1, -1
    sb t2, 0(a1)
    bnez a0, 3b
    sub a2, t0, a1
    li a0, 1
    li a7, 64
    ecall
    ret

    .bss
    .space 16
line_end:
    .space 1
