# crt0.s - where a program begins, and the system calls that C cannot make.
    .section .text.start, "ax", @progbits
    .weak _start                # a program may bring its own
_start:
    mv a0, sp                   # argc, argv, environment: as the kernel left them
    andi sp, sp, -16
    call __start_c

    .text
# long __syscall(long number, long a, long b, long c, long d, long e, long f)
    .globl __syscall
__syscall:
    mv a7, a0
    mv a0, a1
    mv a1, a2
    mv a2, a3
    mv a3, a4
    mv a4, a5
    mv a5, a6
    ecall
    ret

# int __clone(void *(*fn)(void *), void *arg, void *stack_top, long flags,
#             int *parent_tid, void *tls, int *child_tid)
# The child begins on its own stack and never comes back here.
    .globl __clone
__clone:
    addi a2, a2, -16
    sw a0, 0(a2)
    sw a1, 4(a2)
    mv a0, a3
    mv a1, a2
    mv a2, a4
    mv a3, a5
    mv a4, a6
    li a7, 220
    ecall
    beqz a0, 1f
    ret
1:  lw t0, 0(sp)
    lw a0, 4(sp)
    jalr t0
    li a7, 93                   # this thread only
    ecall
