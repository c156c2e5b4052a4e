# A list of three squares on the heap, printed.
.data
comma:  .string ", "
.text
main:   li s0, 0                # the list
        li s1, 1
more:   li a0, 9                # sbrk
        li a1, 8
        ecall
        mul t0, s1, s1
        sw t0, 0(a0)
        sw s0, 4(a0)
        mv s0, a0
        addi s1, s1, 1
        li t0, 3
        ble s1, t0, more
show:   li a0, 1                # print_int
        lw a1, 0(s0)
        ecall
        lw s0, 4(s0)
        beqz s0, over
        li a0, 4                # print_string
        la a1, comma
        ecall
        j show
over:   li a0, 11               # print_character
        li a1, '\n'
        ecall
        li a0, 34               # printHex
        li a1, -2
        ecall
        li a0, 17               # exit2
        li a1, 7
        ecall
