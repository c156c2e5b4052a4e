# Writes a file, appends to it, reads it again from the fourth byte on; a file that is not there.
.data
fout:   .asciz "testout.txt"
none:   .asciz "none.txt"
line:   .ascii "The quick brown fox\n"
more:   .ascii "jumps.\n"
buffer: .space 64
.text
main:   li a7, 1024             # Open
        la a0, fout
        li a1, 1                # to write
        ecall
        mv s6, a0
        li a7, 64               # Write
        mv a0, s6
        la a1, line
        li a2, 20
        ecall
        mv a0, s6
        li a7, 57               # Close
        ecall
        li a7, 1024
        la a0, fout
        li a1, 9                # to append
        ecall
        mv s6, a0
        li a7, 64
        la a1, more
        li a2, 7
        ecall
        li a7, 57
        mv a0, s6
        ecall
        li a7, 1024
        la a0, fout
        li a1, 0                # to read
        ecall
        mv s6, a0
        li a7, 62               # LSeek
        li a1, 4
        li a2, 0
        ecall
        li a7, 1                # PrintInt: 4
        ecall
        li a7, 63               # Read
        mv a0, s6
        la a1, buffer
        li a2, 64
        ecall
        mv s0, a0
        li a7, 1                # 23
        ecall
        li a7, 11
        li a0, ' '
        ecall
        la a0, buffer
        li a7, 4
        ecall
        li a7, 1024
        la a0, none
        li a1, 0
        ecall
        li a7, 1                # -1
        ecall
        li a7, 1024
        la a0, fout
        li a1, 5                # no such way
        ecall
        li a7, 1                # -1
        ecall
        li a7, 62
        li a0, 1
        li a1, 0
        li a2, 0
        ecall                   # the console: -1
        li a7, 1
        ecall
        li a7, 10
        ecall
