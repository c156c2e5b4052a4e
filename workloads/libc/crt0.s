# crt0.s - where a program begins, and what C cannot say: system calls, clone, jumps.
    .section .text.start, "ax", @progbits
    .weak _start                # a program may bring its own
_start:
    mv a0, sp                   # argc, argv, environment: as the kernel left them
    andi sp, sp, -16
    call __start_c

    .section .text.__syscall, "ax", @progbits
# long __syscall(long number, long a, long b, long c, long d, long e, long f)
    .globl __syscall
    .type __syscall, @function
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

# long __wait_call_at(const int *cancelled, long number, long a, ... long f)
# What the handler of cancellation looks for: from here to __wait_call_end nothing has
# been done yet, or a call that would go on waiting is about to be made again.
    .section .text.__wait_call_at, "ax", @progbits
    .globl __wait_call_at, __wait_call_end, __wait_call_cancel
    .type __wait_call_at, @function
__wait_call_at:
    mv t0, a0
    mv t1, a1
    mv a0, a2
    mv a1, a3
    mv a2, a4
    mv a3, a5
    mv a4, a6
    mv a5, a7
    mv a7, t1
    lw t1, 0(t0)
    bnez t1, __wait_call_cancel
    ecall
__wait_call_end:
    ret
__wait_call_cancel:
    tail __cancelled

    .section .text.__clone, "ax", @progbits
# int __clone(void *(*fn)(void *), void *arg, void *stack_top, long flags,
#             int *parent_tid, void *tls, int *child_tid)
# The child begins on its own stack and never comes back here.
    .globl __clone
    .type __clone, @function
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
    li a7, 93                   # this thread only; its result is the status
    ecall

# pid_t vfork(void): the child borrows memory and stack until it execs or ends, so the
# way back must be in a register.
    .section .text.vfork, "ax", @progbits
    .globl vfork
    .type vfork, @function
vfork:
    li a0, 0x4111               # CLONE_VFORK, CLONE_VM, SIGCHLD
    li a1, 0
    li a7, 220
    ecall
    bltz a0, 1f
    ret
1:  tail __result

    .section .text.__leave, "ax", @progbits
# void __leave(void *stack, size_t size)
    .globl __leave
    .type __leave, @function
__leave:
    li a7, 215                  # munmap
    ecall
    li a0, 0
    li a7, 93
    ecall

    .section .text.setjmp, "ax", @progbits
    .globl setjmp, _setjmp, longjmp, _longjmp
    .type setjmp, @function
    .type longjmp, @function
setjmp:
_setjmp:
    sw ra, 0(a0)
    sw sp, 4(a0)
    sw s0, 8(a0)
    sw s1, 12(a0)
    sw s2, 16(a0)
    sw s3, 20(a0)
    sw s4, 24(a0)
    sw s5, 28(a0)
    sw s6, 32(a0)
    sw s7, 36(a0)
    sw s8, 40(a0)
    sw s9, 44(a0)
    sw s10, 48(a0)
    sw s11, 52(a0)
    li a0, 0
    ret
    .section .text.longjmp, "ax", @progbits
longjmp:
_longjmp:
    lw ra, 0(a0)
    lw sp, 4(a0)
    lw s0, 8(a0)
    lw s1, 12(a0)
    lw s2, 16(a0)
    lw s3, 20(a0)
    lw s4, 24(a0)
    lw s5, 28(a0)
    lw s6, 32(a0)
    lw s7, 36(a0)
    lw s8, 40(a0)
    lw s9, 44(a0)
    lw s10, 48(a0)
    lw s11, 52(a0)
    seqz a0, a1                 # longjmp(at, 0) returns 1
    add a0, a0, a1
    ret

# int swapcontext(ucontext_t *old, const ucontext_t *u), and its halves: what a call preserves
# (ra, sp, s0 to s11), and the arguments that makecontext has put there. U is where gregs lies
# (context.c holds it against the struct).
    .equ U, 160
    .macro context_save
    sw ra, U(a0)
    sw ra, U + 4(a0)
    sw sp, U + 8(a0)
    sw s0, U + 32(a0)
    sw s1, U + 36(a0)
    .irp n, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    sw x\n, U + 4 * \n(a0)
    .endr
    sw zero, U + 40(a0)         # the call that it returns from a second time has succeeded
    .endm
    .section .text.getcontext, "ax", @progbits
    .globl getcontext
    .type getcontext, @function
getcontext:
    context_save
    mv a1, a0
    li a0, 0
    tail __context_mask
    .section .text.swapcontext, "ax", @progbits
    .globl swapcontext
    .type swapcontext, @function
swapcontext:
    context_save
    addi sp, sp, -16
    sw a1, 0(sp)
    mv t0, a0
    mv a0, a1
    mv a1, t0
    call __context_mask
    lw a0, 0(sp)
    j __context_go
    .section .text.setcontext, "ax", @progbits
    .globl setcontext
    .type setcontext, @function
setcontext:
    addi sp, sp, -16
    sw a0, 0(sp)
    li a1, 0
    call __context_mask
    lw a0, 0(sp)
    j __context_go
    .section .text.__context_go, "ax", @progbits
    .globl __context_go
    .type __context_go, @function
__context_go:
    mv t1, a0
    lw t0, U(t1)
    lw ra, U + 4(t1)
    lw sp, U + 8(t1)
    lw s0, U + 32(t1)
    lw s1, U + 36(t1)
    .irp n, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    lw x\n, U + 4 * \n(t1)
    .endr
    lw a0, U + 40(t1)
    jr t0
    .section .text.__context_begin, "ax", @progbits
    .globl __context_begin
    .type __context_begin, @function
__context_begin:
    mv a0, s1                   # uc_link, which the function has preserved
    call __context_end
