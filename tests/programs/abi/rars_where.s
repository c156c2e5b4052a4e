# The folder it works in, and the same into a buffer that is too short; then a dialog.
        .eqv PrintInt, 1
        .eqv PrintString, 4
        .eqv GetCWD, 17
        .data
buffer: .space 8
text:   .asciz "\u00e4\n"
        .text
main:   la   a0, buffer
        li   a1, 8
        li   a7, GetCWD
        ecall
        la   a0, buffer
        li   a7, PrintString
        ecall
        la   a0, buffer
        li   a1, 1
        li   a7, GetCWD
        ecall
        li   a7, PrintInt
        ecall
        la   a0, text
        li   a7, PrintString
        ecall
        li   a7, 55
        ecall
