/* threads.c - threads share memory and descriptors; futexes make them wait. */
#include "sys.h"

enum { THREADS = 4, ROUNDS = 2000 };
/* VM FS FILES SIGHAND THREAD SYSVSEM SETTLS PARENT_SETTID CHILD_CLEARTID */
#define THREAD_FLAGS 0x3d0f00

static char stacks[THREADS][4096] __attribute__((aligned(16)));
static volatile int tids[THREADS], tls_seen[THREADS];
static int mutex;               /* 0 free, 1 held, 2 held and waited for */
static volatile int counter;

static int swap_if(int *p, int old, int new)
{
    __atomic_compare_exchange_n(p, &old, new, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    return old;
}

/* Drepper, "Futexes Are Tricky", mutex 2. */
static void lock(void)
{
    int c = swap_if(&mutex, 0, 1);

    if (!c)
        return;
    if (c != 2)
        c = __atomic_exchange_n(&mutex, 2, __ATOMIC_ACQ_REL);
    while (c) {
        SYS(NR_futex, &mutex, 128, 2, 0);
        c = __atomic_exchange_n(&mutex, 2, __ATOMIC_ACQ_REL);
    }
}

static void unlock(void)
{
    if (__atomic_exchange_n(&mutex, 0, __ATOMIC_ACQ_REL) == 2)
        SYS(NR_futex, &mutex, 129, 1);
}

static void work(int i)
{
    long tp;

    __asm__("mv %0, tp" : "=r"(tp));
    tls_seen[i] = (int)tp;
    for (int n = 0; n < ROUNDS; n++) {
        lock();
        int c = counter;
        if (n % 100 == i)
            SYS(NR_sched_yield);
        counter = c + 1;
        unlock();
    }
}

__attribute__((noinline)) static long start(int i)
{
    register long a0 __asm__("a0") = THREAD_FLAGS;
    register long a1 __asm__("a1") = (long)(stacks[i] + sizeof stacks[i]);
    register long a2 __asm__("a2") = (long)&tids[i];
    register long a3 __asm__("a3") = 1000 + i;
    register long a4 __asm__("a4") = (long)&tids[i];
    register long a7 __asm__("a7") = NR_clone;
    register long s1 __asm__("s1") = i;
    register long s2 __asm__("s2") = (long)work;

    /* The child has nothing on its stack: it goes to work from its registers. */
    __asm__ volatile("ecall\n"
                     "bnez a0, 1f\n"
                     "mv a0, %[i]\n"
                     "jalr %[fn]\n"
                     "li a0, 0\n"
                     "li a7, 93\n"
                     "ecall\n"
                     "1:\n"
                     : "+r"(a0)
                     : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a7), [i] "r"(s1), [fn] "r"(s2)
                     : "memory", "ra");
    return a0;
}

static void join(int i)
{
    int tid;

    while ((tid = tids[i]))
        SYS(NR_futex, &tids[i], 0, tid, 0);
}

static void futex_answers(void)
{
    int word = 5;
    struct timespec64 t = { 0, 3000000 }, bad = { 0, -1 };
    int64_t before = now_ns();

    WANT(SYS(NR_futex, &word, 0, 4, 0), -EAGAIN);
    WANT(SYS(NR_futex, &word, 0, 5, &t), -ETIMEDOUT);
    WANT(now_ns() - before >= 3000000, 1);
    WANT(SYS(NR_futex, &word, 0, 5, &bad), -EINVAL);
    WANT(SYS(NR_futex, 8, 0, 5, 0), -EFAULT);
    WANT(SYS(NR_futex, (char *)&word + 1, 0, 5, 0), -EINVAL);
    WANT(SYS(NR_futex, &word, 1, 1), 0);
}

/* Between processes, in shared memory. */
static void futex_shared(void)
{
    int *p = (int *)SYS(NR_mmap, 0, 4096, 3, 0x21, -1, 0), status = 0;
    long pid = fork_();

    if (pid == 0) {
        while (__atomic_load_n(p, __ATOMIC_ACQUIRE) == 0)
            SYS(NR_futex, p, 0, 0, 0);
        exit_(*p);
    }
    sleep_ms(3);
    __atomic_store_n(p, 6, __ATOMIC_RELEASE);
    WANT(SYS(NR_futex, p, 1, 10), 1);
    wait_for(pid, &status);
    WANT(status, 6 << 8);
}

int main(void)
{
    long pid = SYS(NR_getpid);

    WANT(SYS(NR_gettid), pid);
    for (int i = 0; i < THREADS; i++) {
        long tid = start(i);

        WANT(tid > 0, 1);
        WANT(SYS(NR_tgkill, pid, tid, 0), 0);
    }
    for (int i = 0; i < THREADS; i++)
        join(i);
    WANT(counter, THREADS * ROUNDS);
    for (int i = 0; i < THREADS; i++)
        WANT(tls_seen[i], 1000 + i);
    WANT(SYS(NR_clone, 0x10000, 0), -EINVAL);   /* THREAD without SIGHAND */
    futex_answers();
    futex_shared();
    print("ok\n");
    return 0;
}
