/* signals.c - handlers, masks, interrupted calls, faults that are caught. */
#include "sys.h"

struct action { void (*handler)(int, int *, uint32_t *); uint32_t flags, mask[2]; };

enum { SA_SIGINFO = 4, SA_ONSTACK = 0x08000000, SA_RESTART = 0x10000000,
       SA_NODEFER = 0x40000000 };

static long self;
static volatile int hits, last, depth, deepest;
static volatile uint32_t address, stack_seen;

static void count(int signo, int *info, uint32_t *context)
{
    (void)info, (void)context;
    last = signo;
    hits++;
    depth++;
    if (depth > deepest)
        deepest = depth;
    if (hits == 1)
        SYS(NR_kill, self, signo);    /* blocked until we return */
    depth--;
}

static void plain(int signo, int *info, uint32_t *context)
{
    uint32_t here;

    (void)info, (void)context;
    last = signo;
    hits++;
    stack_seen = (uint32_t)&here;
}

/* A fault: note its address and step over the instruction (ucontext: pc at 160). */
static void step_over(int signo, int *info, uint32_t *context)
{
    last = signo;
    address = (uint32_t)info[3];
    context[40] += 4;
}

static void on(int signo, void (*fn)(int, int *, uint32_t *), uint32_t flags)
{
    struct action a = { fn, flags | SA_SIGINFO, { 0, 0 } };

    WANT(SYS(NR_sigaction, signo, &a, 0, 8), 0);
}

static void handlers_nest(void)
{
    on(SIGUSR1, count, 0);
    SYS(NR_kill, self, SIGUSR1);
    WANT(hits, 2);
    WANT(deepest, 1);
    WANT(last, SIGUSR1);
}

/* All registers survive a handler that comes in the middle of nothing in particular. */
static void registers_survive(void)
{
    on(SIGALRM, plain, 0);
    struct { int32_t v[4]; } it = { { 0, 100, 0, 100 } };      /* every 100 us */
    uint32_t sum = 0, quiet = 0;

    for (volatile uint32_t i = 0; i < 300000; i++)
        quiet = quiet * 31 + i;
    hits = 0;
    WANT(SYS(NR_setitimer, 0, &it, 0), 0);
    for (volatile uint32_t i = 0; i < 300000; i++)
        sum = sum * 31 + i;
    it.v[1] = it.v[3] = 0;
    SYS(NR_setitimer, 0, &it, 0);
    WANT(sum, quiet);
    WANT(hits > 5, 1);
}

static void masks(void)
{
    uint32_t set[2] = { 1u << (SIGUSR2 - 1), 0 }, old[2], pending[2];

    hits = 0;
    on(SIGUSR2, plain, 0);
    WANT(SYS(NR_sigprocmask, 0, set, old, 8), 0);
    SYS(NR_kill, self, SIGUSR2);
    WANT(hits, 0);
    WANT(SYS(NR_sigpending, pending, 8), 0);
    WANT(pending[0], 1u << (SIGUSR2 - 1));
    WANT(SYS(NR_sigprocmask, 2, old, 0, 8), 0);
    WANT(hits, 1);
    WANT(SYS(NR_sigprocmask, 2, 1, 0, 8), -EFAULT);
    WANT(SYS(NR_sigprocmask, 9, set, 0, 8), -EINVAL);
    struct action a = { plain, 0, { 0, 0 } };
    WANT(SYS(NR_sigaction, SIGKILL, &a, 0, 8), -EINVAL);
}

static void faults(void)
{
    on(SIGSEGV, step_over, 0);
    on(SIGILL, step_over, 0);
    on(SIGTRAP, step_over, 0);
    volatile int *nowhere = (int *)16;

    __asm__("" : "+r"(nowhere));
    *nowhere = 1;
    WANT(last, SIGSEGV);
    WANT(address, 16);
    (void)*(volatile int *)0xfffffff0;
    WANT(address, 0xfffffff0);
    __asm__ volatile(".word 0");
    WANT(last, SIGILL);
    __asm__ volatile("ebreak");
    WANT(last, SIGTRAP);
}

static void interrupted(uint32_t flags, long want)
{
    int fd[2], status = 0;
    char c = 0;
    long parent = SYS(NR_getpid);

    hits = 0;
    on(SIGUSR1, plain, flags);
    WANT(SYS(NR_pipe2, fd, 0), 0);
    long pid = fork_();
    if (pid == 0) {
        sleep_ms(3);
        SYS(NR_kill, parent, SIGUSR1);
        sleep_ms(3);
        SYS(NR_write, fd[1], "x", 1);
        exit_(0);
    }
    WANT(SYS(NR_read, fd[0], &c, 1), want);
    WANT(hits, 1);
    WANT(wait_for(pid, &status), pid);
    SYS(NR_close, fd[0]);
    SYS(NR_close, fd[1]);
}

static void sleep_is_interrupted(void)
{
    struct timespec64 t = { 10, 0 }, left = { 0, 0 };
    struct { int32_t v[4]; } it = { { 0, 0, 0, 5000 } };

    on(SIGALRM, plain, SA_RESTART);
    SYS(NR_setitimer, 0, &it, 0);
    WANT(SYS(NR_clock_nanosleep, 1, 0, &t, &left), -EINTR);
    WANT(left.sec, 9);
}

static void child_signal(void)
{
    int status = 0;

    hits = 0;
    on(SIGCHLD, plain, 0);
    long pid = fork_();
    if (pid == 0)
        exit_(1);
    while (!hits)
        SYS(NR_sched_yield);
    WANT(last, SIGCHLD);
    WANT(wait_for(pid, &status), pid);
}

static void suspend(void)
{
    uint32_t block[2] = { 1u << (SIGUSR1 - 1), 0 }, none[2] = { 0, 0 }, old[2];
    int status = 0;
    long parent = SYS(NR_getpid);

    struct action dfl = { 0 };

    hits = 0;
    SYS(NR_sigaction, SIGCHLD, &dfl, 0, 8);
    on(SIGUSR1, plain, 0);
    SYS(NR_sigprocmask, 0, block, old, 8);
    long pid = fork_();
    if (pid == 0) {
        SYS(NR_kill, parent, SIGUSR1);
        exit_(0);
    }
    sleep_ms(5);
    WANT(hits, 0);
    WANT(SYS(NR_sigsuspend, none, 8), -EINTR);
    WANT(hits, 1);
    SYS(NR_sigprocmask, 2, old, block, 8);
    WANT(block[0] >> (SIGUSR1 - 1) & 1, 1);     /* blocked again after it */
    wait_for(pid, &status);
}

static void other_stack(void)
{
    static char room[8192] __attribute__((aligned(16)));
    struct { void *sp; int flags; size_t size; } ss = { room, 0, sizeof room };

    WANT(SYS(NR_sigaltstack, &ss, 0), 0);
    on(SIGUSR2, plain, SA_ONSTACK);
    SYS(NR_kill, self, SIGUSR2);
    WANT(stack_seen >= (uint32_t)room && stack_seen < (uint32_t)room + sizeof room, 1);
}

static void default_actions(void)
{
    static const int deadly[] = { SIGHUP, SIGINT, SIGSEGV, SIGUSR1, SIGALRM, SIGTERM, 34 };
    int status = 0;

    for (unsigned i = 0; i < sizeof deadly / sizeof *deadly; i++) {
        long pid = fork_();

        if (pid == 0) {
            struct action dfl = { 0 };

            SYS(NR_sigaction, deadly[i], &dfl, 0, 8);
            self = SYS(NR_getpid);
            SYS(NR_kill, self, deadly[i]);
            exit_(99);
        }
        wait_for(pid, &status);
        WANT(status & 0x7f, deadly[i]);
    }
}

int main(void)
{
    self = SYS(NR_getpid);
    handlers_nest();
    registers_survive();
    masks();
    faults();
    interrupted(0, -EINTR);
    interrupted(SA_RESTART, 1);
    sleep_is_interrupted();
    child_signal();
    suspend();
    other_stack();
    default_actions();
    print("ok\n");
    return 0;
}
