/* thread.c - threads, mutexes and conditions. Source of the mutex: Drepper, "Futexes Are
 * Tricky", "Mutex, Take 2". */
#include "internal.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum {
    STACK = 65536,
    CLONE_VM = 0x100, CLONE_FS = 0x200, CLONE_FILES = 0x400, CLONE_SIGHAND = 0x800,
    CLONE_THREAD = 0x10000, CLONE_SYSVSEM = 0x40000, CLONE_SETTLS = 0x80000,
    CLONE_PARENT_SETTID = 0x100000, CLONE_CHILD_CLEARTID = 0x200000,
    FUTEX_WAIT = 0, FUTEX_WAKE = 1,
};

int futex_wait(int *at, int value)
{
    return (int)__syscall(SYS_futex_time64, (long)at, FUTEX_WAIT, value, 0, 0, 0);
}

int futex_wake(int *at, int n)
{
    return (int)__syscall(SYS_futex_time64, (long)at, FUTEX_WAKE, n, 0, 0, 0);
}

/* ---- locks ---- */

static int exchange(int *at, int value)
{
    return __atomic_exchange_n(at, value, __ATOMIC_ACQ_REL);
}

void __lock(int *lock)
{
    int free = 0;

    if (__atomic_compare_exchange_n(lock, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return;
    while (exchange(lock, 2) != 0)
        futex_wait(lock, 2);
}

void __unlock(int *lock)
{
    if (exchange(lock, 0) == 2)
        futex_wake(lock, 1);
}

int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr)
{
    m->state = 0;
    return attr ? EINVAL : 0;
}

int pthread_mutex_lock(pthread_mutex_t *m)
{
    __lock(&m->state);
    return 0;
}

int pthread_mutex_trylock(pthread_mutex_t *m)
{
    int free = 0;

    return __atomic_compare_exchange_n(&m->state, &free, 1, 0, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED) ? 0 : EBUSY;
}

int pthread_mutex_unlock(pthread_mutex_t *m)
{
    __unlock(&m->state);
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *m)
{
    return m->state ? EBUSY : 0;
}

/* ---- conditions: a count of signals; who waits sleeps while it stays ---- */

int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr)
{
    c->turn = 0;
    return attr ? EINVAL : 0;
}

int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m)
{
    int turn = __atomic_load_n(&c->turn, __ATOMIC_ACQUIRE);

    pthread_mutex_unlock(m);
    futex_wait(&c->turn, turn);
    return pthread_mutex_lock(m);
}

int pthread_cond_signal(pthread_cond_t *c)
{
    __atomic_fetch_add(&c->turn, 1, __ATOMIC_ACQ_REL);
    futex_wake(&c->turn, 1);
    return 0;
}

int pthread_cond_broadcast(pthread_cond_t *c)
{
    __atomic_fetch_add(&c->turn, 1, __ATOMIC_ACQ_REL);
    futex_wake(&c->turn, 0x7fffffff);
    return 0;
}

int pthread_cond_destroy(pthread_cond_t *c)
{
    (void)c;
    return 0;
}

/* ---- threads ---- */

static void *run(void *arg)
{
    struct __tcb *t = arg;

    t->result = t->fn(t->arg);
    return NULL;
}

/* The thread's own block lies at the low end of its stack. */
int pthread_create(pthread_t *out, const pthread_attr_t *attr, void *(*fn)(void *), void *arg)
{
    const long flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                       CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    struct __tcb *t;
    int r;

    if (attr)
        return EINVAL;
    t = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (t == MAP_FAILED)
        return EAGAIN;
    t->fn = fn;
    t->arg = arg;
    t->stack = t;
    t->tid = -1;
    r = __clone(run, t, (char *)t + STACK, flags, &t->tid, t, &t->tid);
    if (r < 0) {
        munmap(t, STACK);
        return -r;
    }
    *out = t;
    return 0;
}

int pthread_join(pthread_t t, void **result)
{
    int tid;

    if (t == __self())
        return EDEADLK;
    while ((tid = __atomic_load_n(&t->tid, __ATOMIC_ACQUIRE)) != 0)
        futex_wait(&t->tid, tid);
    if (result)
        *result = t->result;
    munmap(t->stack, STACK);
    return 0;
}

_Noreturn void pthread_exit(void *result)
{
    __self()->result = result;
    for (;;)
        __syscall(SYS_exit, 0, 0, 0, 0, 0, 0);
}

pthread_t pthread_self(void)
{
    return __self();
}
