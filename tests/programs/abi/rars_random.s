# Seeded random numbers, sleeping and the heap.
        .text
main:   li   a0, 0
        li   a1, 42
        li   a7, 40             # RandSeed
        ecall
        li   a0, 0
        li   a7, 41             # RandInt
        ecall
        call show
        li   a0, 0
        li   a1, 10
        li   a7, 42             # RandIntRange
        ecall
        call show
        li   a7, 30             # Time
        ecall
        mv   s0, a0
        li   a0, 250
        li   a7, 32             # Sleep
        ecall
        li   a7, 30
        ecall
        sub  a0, a0, s0
        call show
        li   a0, 5
        li   a7, 9              # Sbrk
        ecall
        mv   s0, a0
        li   a0, 1
        li   a7, 9
        ecall
        sw   a0, 4(s0)
        sub  a0, a0, s0
        call show
        li   a7, 10             # Exit
        ecall
show:   li   a7, 1
        ecall
        li   a0, '\n'
        li   a7, 11
        ecall
        ret
