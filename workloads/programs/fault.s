# fault.s - says what it is about to do, then reads address 0: SIGSEGV.
    .globl _start
    .text
_start:
    li a0, 1
    la a1, text
    li a2, length
    li a7, 64
    ecall
    lw a0, 0(zero)              # page 0 is never mapped
    li a0, 0                    # not reached
    li a7, 93
    ecall

    .section .rodata
text:
    .ascii "reading address 0\n"
    .equ length, . - text
