# hello.s - the smallest program that says something: two system calls.
#
# Look for: a7 is the number of the call (64 write, 93 exit), a0.. its arguments.
    .globl _start
    .text
_start:
    li a0, 1                    # standard output
    la a1, text
    li a2, length
    li a7, 64
    ecall
    li a0, 0
    li a7, 93
    ecall

    .section .rodata
text:
    .ascii "Hello, world\n"
    .equ length, . - text
