/* times.c - clocks, sleeping, and what a program says about its scheduling. */
#include "sys.h"

static void clocks(void)
{
    struct timespec64 t = { 0, 7000000 }, bad = { 0, 1000000000 };
    int64_t before = now_ns(), after;

    WANT(SYS(NR_clock_nanosleep, 1, 0, &t), 0);
    after = now_ns();
    WANT(after - before >= 7000000 && after - before < 7100000, 1);
    t = (struct timespec64){ (after + 5000000) / 1000000000,
                             (after + 5000000) % 1000000000 };
    WANT(SYS(NR_clock_nanosleep, 1, 1, &t), 0);
    WANT(now_ns() >= after + 5000000, 1);
    WANT(SYS(NR_clock_nanosleep, 1, 0, &bad), -EINVAL);
    WANT(SYS(NR_clock_nanosleep, 1, 0, 4), -EFAULT);
    WANT(SYS(NR_clock_gettime, 99, &t), -EINVAL);
    WANT(SYS(NR_clock_gettime, 1, 4), -EFAULT);
}

static void cpu_time(void)
{
    struct timespec64 cpu;
    int32_t usage[18];

    sleep_ms(50);
    for (volatile int i = 0; i < 1000000; i++)
        continue;
    WANT(SYS(NR_clock_gettime, 2, &cpu), 0);
    WANT(cpu.sec == 0 && cpu.nsec > 2000000 && cpu.nsec < 40000000, 1);
    WANT(SYS(NR_getrusage, 0, usage), 0);
    WANT(usage[0] == 0 && usage[1] > 2000, 1);
    WANT(SYS(NR_getrusage, 7, usage), -EINVAL);
}

static void scheduling(void)
{
    int priority = 10;
    struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority;
             uint64_t runtime, deadline, period; } a =
        { 48, 6, 0, 0, 0, 2000000, 10000000, 20000000 }, b;

    WANT(SYS(NR_getpriority, 0, 0), 20);
    WANT(SYS(NR_setpriority, 0, 0, 5), 0);
    WANT(SYS(NR_getpriority, 0, 0), 15);
    WANT(SYS(NR_setpriority, 0, 12345, 5), -ESRCH);
    WANT(SYS(NR_sched_getscheduler, 0), 0);
    WANT(SYS(NR_sched_getscheduler, -1), -EINVAL);
    WANT(SYS(NR_sched_getscheduler, 1234567), -ESRCH);
    WANT(SYS(NR_sched_setscheduler, 0, 1, &priority), 0);
    WANT(SYS(NR_sched_getscheduler, 0), 1);
    priority = 0;
    WANT(SYS(NR_sched_getparam, 0, &priority), 0);
    WANT(priority, 10);
    WANT(SYS(NR_sched_setscheduler, 0, 0, &priority), -EINVAL);
    WANT(SYS(NR_sched_setattr, 0, &a, 0), 0);
    WANT(SYS(NR_sched_getattr, 0, &b, sizeof b, 0), 0);
    WANT(b.policy, 6);
    WANT((long)b.period, 20000000);
    int64_t before = now_ns();
    WANT(SYS(NR_sched_yield), 0);       /* until the next period */
    WANT(now_ns() - before > 10000000, 1);
    a.deadline = 1;
    WANT(SYS(NR_sched_setattr, 0, &a, 0), -EINVAL);
    priority = 0;
    WANT(SYS(NR_sched_setscheduler, 0, 0, &priority), 0);
}

static void names(void)
{
    char name[16];

    WANT(SYS(NR_prctl, 15, "a name that is much too long"), 0);
    WANT(SYS(NR_prctl, 16, name), 0);
    WANT(length(name), 15);
    WANT(name[13], 's');
}

static void randomness(void)
{
    uint32_t a[4] = { 0 }, b[4] = { 0 };

    WANT(SYS(NR_getrandom, a, sizeof a, 0), sizeof a);
    WANT(SYS(NR_getrandom, b, sizeof b, 0), sizeof b);
    WANT(a[0] != b[0] && a[0] != 0, 1);
    WANT(SYS(NR_getrandom, 8, 4, 0), -EFAULT);
}

int main(void)
{
    clocks();
    cpu_time();
    scheduling();
    names();
    randomness();
    print("ok\n");
    return 0;
}
