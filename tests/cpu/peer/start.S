/* start.S - runs main() in user mode under Sv32, without any firmware.
 *
 * Memory begins zeroed. 16 MiB from 0x80000000 on are mapped to themselves in pages of
 * 4 KiB, as ossim's own bench maps its kernels. The ecall behind main() traps to machine
 * mode, which is not translated: it prints the instructions since the start in
 * hexadecimal (minstret is exact under -icount) and ends qemu with main's result.
 * Source: The RISC-V Instruction Set Manual, Volume II, "Sv32" and "Physical Memory
 * Protection"; the devices are those of qemu's "virt" machine.
 */
#define UART        0x10000000
#define TEST_DEVICE 0x100000    /* "sifive_test" */
#define PASS        0x5555
#define FAIL        0x3333      /* the status above it */
#define LEAF        0xdf        /* V R W X U A D */
#define MPP         0x1800
#define LEAVES      4

    .section .text.start, "ax"
    .globl _start
_start:
    la   sp, stack_top
    la   t0, trapped
    csrw mtvec, t0

    /* All of memory, for user mode, too. */
    li   t0, -1
    csrw pmpaddr0, t0
    li   t0, 0x1f               /* NAPOT, R W X */
    csrw pmpcfg0, t0

    /* root[0x200 + i]: the i-th leaf table. */
    la   t0, root
    li   t1, 0x200 * 4
    add  t1, t0, t1
    la   t2, tables
    srli t3, t2, 2
    ori  t3, t3, 1              /* V */
    li   t4, LEAVES
1:  sw   t3, 0(t1)
    addi t1, t1, 4
    addi t3, t3, 0x400
    addi t4, t4, -1
    bnez t4, 1b

    /* The leaf tables lie one behind the other: one row of PTEs. */
    li   t3, (0x80000000 >> 2) | LEAF
    li   t4, LEAVES * 1024
1:  sw   t3, 0(t2)
    addi t2, t2, 4
    addi t3, t3, 0x400
    addi t4, t4, -1
    bnez t4, 1b

    srli t0, t0, 12
    li   t1, 0x80000000         /* Sv32 */
    or   t0, t0, t1
    csrw satp, t0
    sfence.vma
    li   t0, MPP
    csrc mstatus, t0            /* mret leads to user mode */
    la   t0, user
    csrw mepc, t0
    csrr t0, minstret
    csrw mscratch, t0
    mret

user:
    call main
    ecall

    .balign 4
trapped:
    csrr s0, minstret
    csrr t0, mscratch
    sub  s0, s0, t0
    csrr t0, mcause
    addi t0, t0, -8             /* anything but an ecall of user mode: a failure */
    or   a0, a0, t0

    li   t1, UART
    li   t2, 28
1:  srl  t3, s0, t2
    andi t3, t3, 15
    addi t4, t3, '0'
    li   t5, 10
    blt  t3, t5, 2f
    addi t4, t3, 'a' - 10
2:  sb   t4, 0(t1)
    addi t2, t2, -4
    bgez t2, 1b
    li   t4, '\n'
    sb   t4, 0(t1)

    li   t1, TEST_DEVICE
    li   t0, PASS
    beqz a0, 3f
    li   t0, (1 << 16) | FAIL
3:  sw   t0, 0(t1)
4:  j    4b
