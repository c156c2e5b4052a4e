/* attr.c - attributes of threads and locks, names, scheduling, forks. */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>

enum { DEFAULT_STACK = 256 << 10, MAX_ATFORK = 16 };

/* A setter that takes a value between two, and its getter. */
#define ATTR(type, name, field, low, high)                                    \
    int pthread_##type##_set##name(pthread_##type##_t *a, int v)              \
    {                                                                         \
        if (v < (low) || v > (high))                                          \
            return EINVAL;                                                    \
        a->field = v;                                                         \
        return 0;                                                             \
    }                                                                         \
    int pthread_##type##_get##name(const pthread_##type##_t *a, int *v)       \
    {                                                                         \
        *v = a->field;                                                        \
        return 0;                                                             \
    }
#define BORN(type, ...)                                                       \
    int pthread_##type##_init(pthread_##type##_t *a)                          \
    {                                                                         \
        *a = (pthread_##type##_t){ __VA_ARGS__ };                             \
        return 0;                                                             \
    }                                                                         \
    int pthread_##type##_destroy(pthread_##type##_t *a)                       \
    {                                                                         \
        (void)a;                                                              \
        return 0;                                                             \
    }

BORN(attr, .stack_size = DEFAULT_STACK)
ATTR(attr, detachstate, detached, 0, 1)
ATTR(attr, schedpolicy, policy, 0, SCHED_DEADLINE)
ATTR(attr, inheritsched, inherit, 0, 1)
ATTR(attr, scope, scope, 0, 1)
BORN(mutexattr, 0)
ATTR(mutexattr, type, kind, 0, PTHREAD_MUTEX_ERRORCHECK)
ATTR(mutexattr, pshared, shared, 0, 1)
BORN(condattr, 0)
ATTR(condattr, clock, clock, 0, CLOCK_MONOTONIC)
ATTR(condattr, pshared, shared, 0, 1)
BORN(rwlockattr, 0)
BORN(barrierattr, 0)

int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *a, int shared)
{
    a->shared = shared;
    return 0;
}

int pthread_barrierattr_setpshared(pthread_barrierattr_t *a, int shared)
{
    a->shared = shared;
    return 0;
}

int pthread_attr_setstacksize(pthread_attr_t *a, size_t n)
{
    if (n < PTHREAD_STACK_MIN)
        return EINVAL;
    a->stack_size = n;
    return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t *a, size_t *n)
{
    *n = a->stack_size;
    return 0;
}

int pthread_attr_setstack(pthread_attr_t *a, void *stack, size_t n)
{
    a->stack = stack;
    return pthread_attr_setstacksize(a, n);
}

int pthread_attr_getstack(const pthread_attr_t *a, void **stack, size_t *n)
{
    *stack = a->stack;
    *n = a->stack_size;
    return 0;
}

int pthread_attr_setguardsize(pthread_attr_t *a, size_t n)
{
    a->guard_size = n;
    return 0;
}

int pthread_attr_getguardsize(const pthread_attr_t *a, size_t *n)
{
    *n = a->guard_size;
    return 0;
}

int pthread_attr_setschedparam(pthread_attr_t *a, const struct sched_param *p)
{
    a->param = *p;
    return 0;
}

int pthread_attr_getschedparam(const pthread_attr_t *a, struct sched_param *p)
{
    *p = a->param;
    return 0;
}

/* ---- of a thread that runs ---- */

int pthread_setname_np(pthread_t t, const char *name)
{
    if (strlen(name) >= sizeof t->name)
        return ERANGE;
    strcpy(t->name, name);
    if (t == __self())
        __syscall(SYS_prctl, PR_SET_NAME, (long)name, 0, 0, 0, 0);
    return 0;
}

int pthread_getname_np(pthread_t t, char *name, size_t n)
{
    if (strlen(t->name) >= n)
        return ERANGE;
    strcpy(name, t->name);
    return 0;
}

int pthread_getschedparam(pthread_t t, int *policy, struct sched_param *p)
{
    long r = __syscall(SYS_sched_getscheduler, t->tid, 0, 0, 0, 0, 0);

    if (r < 0)
        return (int)-r;
    *policy = (int)r;
    return (int)-__syscall(SYS_sched_getparam, t->tid, (long)p, 0, 0, 0, 0);
}

int pthread_setschedparam(pthread_t t, int policy, const struct sched_param *p)
{
    return (int)-__syscall(SYS_sched_setscheduler, t->tid, policy, (long)p, 0, 0, 0);
}

int pthread_setschedprio(pthread_t t, int priority)
{
    struct sched_param p = { priority };

    return (int)-__syscall(SYS_sched_setparam, t->tid, (long)&p, 0, 0, 0, 0);
}

int pthread_setaffinity_np(pthread_t t, size_t n, const cpu_set_t *set)
{
    return (int)-__syscall(SYS_sched_setaffinity, t->tid, (long)n, (long)set, 0, 0, 0);
}

int pthread_getaffinity_np(pthread_t t, size_t n, cpu_set_t *set)
{
    return sched_getaffinity(t->tid, n, set) < 0 ? errno : 0;
}

int pthread_getcpuclockid(pthread_t t, clockid_t *clock)
{
    if (t != __self())
        return ENOENT;
    *clock = CLOCK_THREAD_CPUTIME_ID;
    return 0;
}

int pthread_getconcurrency(void) { return 0; }
int pthread_setconcurrency(int n) { return n < 0 ? EINVAL : 0; }

/* ---- around a fork ---- */

static struct { void (*prepare)(void), (*parent)(void), (*child)(void); } atfork[MAX_ATFORK];
static int natfork;

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    if (natfork == MAX_ATFORK)
        return ENOMEM;
    atfork[natfork].prepare = prepare;
    atfork[natfork].parent = parent;
    atfork[natfork++].child = child;
    return 0;
}

void __fork_prepare(void)
{
    for (int i = natfork; i-- > 0;)
        if (atfork[i].prepare)
            atfork[i].prepare();
}

void __fork_parent(void)
{
    for (int i = 0; i < natfork; i++)
        if (atfork[i].parent)
            atfork[i].parent();
}

void __fork_child(void)
{
    for (int i = 0; i < natfork; i++)
        if (atfork[i].child)
            atfork[i].child();
}

int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *a, int *shared) { *shared = a->shared; return 0; }
int pthread_barrierattr_getpshared(const pthread_barrierattr_t *a, int *shared) { *shared = a->shared; return 0; }

/* --- what locks cannot do --- */

int pthread_mutexattr_setprotocol(pthread_mutexattr_t *a, int protocol)
{
    (void)a;
    return protocol == PTHREAD_PRIO_NONE ? 0 : protocol < 0 || protocol > PTHREAD_PRIO_PROTECT ? EINVAL : ENOTSUP;
}

int pthread_mutexattr_getprotocol(const pthread_mutexattr_t *a, int *protocol)
{
    (void)a;
    *protocol = PTHREAD_PRIO_NONE;
    return 0;
}

int pthread_mutexattr_setrobust(pthread_mutexattr_t *a, int robust)
{
    (void)a;
    return robust == PTHREAD_MUTEX_STALLED ? 0 : robust == PTHREAD_MUTEX_ROBUST ? ENOTSUP : EINVAL;
}

int pthread_mutexattr_getrobust(const pthread_mutexattr_t *a, int *robust)
{
    (void)a;
    *robust = PTHREAD_MUTEX_STALLED;
    return 0;
}

int pthread_mutex_consistent(pthread_mutex_t *m)
{
    (void)m;
    return EINVAL;
}
