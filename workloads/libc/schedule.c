/* schedule.c - the scheduler and memory, as programs speak to them. */
#include "internal.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

int sched_yield(void) { return (int)CALL0(SYS_sched_yield); }

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *p)
{
    return (int)CALL3(SYS_sched_setscheduler, pid, policy, p);
}

int sched_getscheduler(pid_t pid) { return (int)CALL1(SYS_sched_getscheduler, pid); }

int sched_setparam(pid_t pid, const struct sched_param *p)
{
    return (int)CALL2(SYS_sched_setparam, pid, p);
}

int sched_getparam(pid_t pid, struct sched_param *p)
{
    return (int)CALL2(SYS_sched_getparam, pid, p);
}

int sched_get_priority_max(int policy) { return (int)CALL1(SYS_sched_get_priority_max, policy); }
int sched_get_priority_min(int policy) { return (int)CALL1(SYS_sched_get_priority_min, policy); }

int sched_rr_get_interval(pid_t pid, struct timespec *t)
{
    struct __ktime k = { 0, 0 };
    int r = (int)CALL2(SYS_sched_rr_get_interval_time64, pid, &k);

    *t = (struct timespec){ .tv_sec = k.sec, .tv_nsec = (long)k.nsec };
    return r;
}

int sched_setattr(pid_t pid, const struct sched_attr *attr, unsigned flags)
{
    return (int)CALL3(SYS_sched_setattr, pid, attr, flags);
}

int sched_getattr(pid_t pid, struct sched_attr *attr, unsigned size, unsigned flags)
{
    return (int)CALL4(SYS_sched_getattr, pid, attr, size, flags);
}

int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
    return (int)CALL3(SYS_sched_setaffinity, pid, size, set);
}

/* The kernel fills in as many bytes as it has harts for, and says how many. */
int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
    long n = CALL3(SYS_sched_getaffinity, pid, size, set);

    if (n < 0)
        return -1;
    for (size_t i = (size_t)n; i < size; i++)
        ((char *)set)[i] = 0;
    return 0;
}

int __cpu_count(const cpu_set_t *s)
{
    int n = 0;

    for (int i = 0; i < CPU_SETSIZE; i++)
        n += CPU_ISSET(i, s);
    return n;
}

int sched_getcpu(void)
{
    unsigned cpu;

    return CALL3(SYS_getcpu, &cpu, NULL, NULL) < 0 ? -1 : (int)cpu;
}

int clone(int (*fn)(void *), void *top, int flags, void *arg, ...)
{
    int *parent, *child;
    void *tls;
    va_list ap;

    va_start(ap, arg);
    parent = va_arg(ap, int *);
    tls = va_arg(ap, void *);
    child = va_arg(ap, int *);
    va_end(ap);
    return (int)__result(__clone((void *(*)(void *))(uintptr_t)fn, arg,
                                 (void *)((uintptr_t)top & ~(uintptr_t)15), flags, parent, tls,
                                 child));
}

/* The kernel answers 20 - nice, so that no answer looks like an error. */
int getpriority(int which, id_t who)
{
    long r = CALL2(SYS_getpriority, which, who);

    return r < 0 ? -1 : 20 - (int)r;
}

int setpriority(int which, id_t who, int value)
{
    return (int)CALL3(SYS_setpriority, which, who, value);
}

int nice(int increment)
{
    int value = getpriority(PRIO_PROCESS, 0) + increment;

    if (setpriority(PRIO_PROCESS, 0, value) < 0) {
        if (errno == EACCES)
            errno = EPERM;
        return -1;
    }
    return getpriority(PRIO_PROCESS, 0);
}

/* ---- memory ---- */

int brk(void *end)
{
    if (__syscall(SYS_brk, (long)end, 0, 0, 0, 0, 0) == (long)end)
        return 0;
    errno = ENOMEM;
    return -1;
}

void *sbrk(intptr_t increment)
{
    char *old = (char *)__syscall(SYS_brk, 0, 0, 0, 0, 0, 0);

    return increment && brk(old + increment) < 0 ? (void *)-1 : old;
}

void *mmap(void *addr, size_t n, int prot, int flags, int fd, off_t offset)
{
    if (offset & 4095) {
        errno = EINVAL;
        return MAP_FAILED;
    }
    return (void *)CALL6(SYS_mmap2, addr, n, prot, flags, fd, offset >> 12);
}

int munmap(void *addr, size_t n) { return (int)CALL2(SYS_munmap, addr, n); }
int mprotect(void *addr, size_t n, int prot) { return (int)CALL3(SYS_mprotect, addr, n, prot); }
int msync(void *addr, size_t n, int flags) { return (int)CALL3(SYS_msync, addr, n, flags); }
int madvise(void *addr, size_t n, int advice) { return (int)CALL3(SYS_madvise, addr, n, advice); }
int mlock(const void *addr, size_t n) { return (int)CALL2(SYS_mlock, addr, n); }
int mlockall(int flags) { return (int)CALL1(SYS_mlockall, flags); }
int munlockall(void) { return (int)CALL0(SYS_munlockall); }
int munlock(const void *addr, size_t n) { return (int)CALL2(SYS_munlock, addr, n); }

void *mremap(void *addr, size_t old, size_t n, int flags, ...)
{
    return (void *)CALL5(SYS_mremap, addr, old, n, flags, 0);
}
