# Reads two numbers and a name, prints their sum in several ways.
        .data
ask:    .string "two numbers: "
sum:    .string "sum "
hello:  .string "hello, "
name:   .space 8
        .text
        .globl main
main:
        la   a0, ask
        li   a7, 4              # PrintString
        ecall
        li   a7, 5              # ReadInt
        ecall
        mv   s0, a0
        li   a7, 5
        ecall
        add  s0, s0, a0
        la   a0, sum
        li   a7, 4
        ecall
        mv   a0, s0
        li   a7, 1              # PrintInt
        ecall
        call newline
        mv   a0, s0
        li   a7, 34             # PrintIntHex
        ecall
        call newline
        mv   a0, s0
        li   a7, 35             # PrintIntBinary
        ecall
        call newline
        mv   a0, s0
        li   a7, 36             # PrintIntUnsigned
        ecall
        call newline
        la   a0, name
        li   a1, 8
        li   a7, 8              # ReadString
        ecall
        la   a0, hello
        li   a7, 4
        ecall
        la   a0, name
        ecall
        li   a7, 12             # ReadChar
        ecall
        li   a7, 11             # PrintChar
        ecall
        call newline
        li   a0, 3
        li   a7, 93             # Exit2
        ecall
newline:
        li   a0, '\n'
        li   a7, 11
        ecall
        ret
