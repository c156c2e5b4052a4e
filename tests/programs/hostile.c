/* hostile.c - programs that mean harm, one after another, each in a child. Whatever they
 * do, they end as they should, and this one goes on. */
#include "sys.h"

static void overflow_stack(void)
{
    __asm__ volatile("1: addi sp, sp, -2000\nsw ra, 0(sp)\nj 1b");
}

static void jump_wild(void) { ((void (*)(void))0x7ffffff0)(); }
static void jump_null(void) { ((void (*)(void))0)(); }
static void jump_odd(void)
{
    __asm__ volatile("la t0, 1f\naddi t0, t0, 2\njr t0\n1: nop\nnop" ::: "t0");
}
static void jump_stack(void)
{
    uint32_t code[2] = { 0x00008067, 0 };       /* ret: but the stack is no code */

    ((void (*)(void))code)();
}
static void write_text(void) { *(volatile int *)(long)write_text = 0; }
/* csrw satp, zero */
static void privileged(void) { __asm__ volatile(".word 0x18001073"); }
static void mret(void) { __asm__ volatile(".word 0x30200073"); }

static void bad_stack_in_handler(void)
{
    struct { void *h; uint32_t flags, mask[2]; } a = { (void *)0x10000, 0, { 0, 0 } };

    SYS(NR_sigaction, SIGSEGV, &a, 0, 8);
    __asm__ volatile("li sp, 64\nlw t0, 0(zero)" ::: "t0");
}

static void forged_return(void)
{
    __asm__ volatile("li sp, 0x7ffffff0\nli a7, 139\necall");
}

/* Every call with every kind of nonsense. */
static void garbage_calls(void)
{
    static const long values[] = { 0, 1, -1, 3, 4096, 0x7fffffff, (long)0x80000000,
                                   (long)0xbffff000, (long)0xfffffffc, 0x10000, 17 };
    enum { N = sizeof values / sizeof *values };
    uint32_t x = 1;

    for (int round = 0; round < 12; round++)
        for (long nr = 0; nr < 512; nr++) {
            long a[6];

            /* Not those that end it, multiply it, or put it to sleep. */
            if (nr == NR_exit || nr == NR_exit_group || nr == NR_clone || nr == NR_kill ||
                nr == 130 || nr == 131 || nr == 139 || nr == NR_sigsuspend ||
                nr == NR_futex || nr == 98 || nr == 101 || nr == 115 ||
                nr == NR_clock_nanosleep || nr == NR_ppoll || nr == NR_munmap ||
                nr == NR_mprotect || nr == NR_mmap || nr == NR_setitimer ||
                nr == NR_read || nr == NR_readv || nr == NR_write || nr == NR_writev ||
                nr == NR_sched_setattr || nr == NR_dup3 || nr == NR_sched_yield)
                continue;
            for (int i = 0; i < 6; i++) {
                x = x * 1664525 + 1013904223;
                a[i] = values[(x >> 16) % N];
            }
            sys6(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
        }
    exit_(77);
}

static void eat_memory(void)
{
    for (;;) {
        volatile char *p = (char *)SYS(NR_mmap, 0, 65536, 3, 0x22, -1, 0);

        if ((long)p < 0 && (long)p > -4096)
            exit_(78);          /* told so in time */
        for (int i = 0; i < 65536; i += 4096)
            p[i] = 1;
    }
}

static void fork_for_ever(void)
{
    long n = 0, pid;

    while ((pid = fork_()) > 0)
        n++;
    if (pid == 0) {
        sleep_ms(20);
        exit_(0);
    }
    if (pid == -EAGAIN || pid == -ENOMEM)
        exit_(n > 10 ? 79 : 1);
    exit_(2);
}

/* Code that rewrites itself, with fence.i between. */
static void rewrite_self(void)
{
    uint32_t *code = (uint32_t *)SYS(NR_mmap, 0, 4096, 7, 0x22, -1, 0);
    long sum = 0;

    for (uint32_t i = 0; i < 50; i++) {
        code[0] = 0x00000513 | i << 20;         /* li a0, i */
        code[1] = 0x00008067;                   /* ret */
        __asm__ volatile(".word 0x0000100f" ::: "memory");      /* fence.i */
        sum += ((long (*)(void))code)();
    }
    exit_(sum == 1225 ? 80 : 1);
}

static void expect(const char *name, void (*fn)(void), int want)
{
    int status = 0;
    long pid = fork_();

    if (pid == 0) {
        fn();
        exit_(0);
    }
    wait_for(pid, &status);
    if (status == want)
        return;
    print(name);
    print(": status ");
    print_number(status);
    print("\n");
    exit_(1);
}

int main(void)
{
    expect("overflow_stack", overflow_stack, SIGSEGV);
    expect("jump_wild", jump_wild, SIGSEGV);
    expect("jump_null", jump_null, SIGSEGV);
    expect("jump_odd", jump_odd, SIGBUS);
    expect("jump_stack", jump_stack, SIGSEGV);
    expect("write_text", write_text, SIGSEGV);
    expect("privileged", privileged, SIGILL);
    expect("mret", mret, SIGILL);
    expect("bad_stack_in_handler", bad_stack_in_handler, SIGSEGV);
    expect("forged_return", forged_return, SIGSEGV);
    expect("garbage_calls", garbage_calls, 77 << 8);
    expect("eat_memory", eat_memory, 78 << 8);
    expect("fork_for_ever", fork_for_ever, 79 << 8);
    expect("rewrite_self", rewrite_self, 80 << 8);
    print("ok\n");
    return 0;
}
