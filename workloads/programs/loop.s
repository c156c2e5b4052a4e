# loop.s - runs for ever and never lets go by itself: only a quantum stops it.
    .globl _start
_start:
    addi s0, s0, 1
    j _start
