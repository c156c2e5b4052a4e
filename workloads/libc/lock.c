/* lock.c - mutexes, conditions, semaphores, and what is made like them. Source of the
 * mutex: Drepper, "Futexes Are Tricky", "Mutex, Take 2". */
#include "internal.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_WAIT_BITSET = 9, FUTEX_CLOCK_REALTIME = 256 };

int futex_wait(int *at, int value)
{
    return (int)__syscall(SYS_futex_time64, (long)at, FUTEX_WAIT, value, 0, 0, 0);
}

int futex_wake(int *at, int n)
{
    return (int)__syscall(SYS_futex_time64, (long)at, FUTEX_WAKE, n, 0, 0, 0);
}

/* WAIT_BITSET, since its time is a point, not a stretch. */
int __futex_until(int *at, int value, int clock, const struct timespec *until, int cancel)
{
    int op = FUTEX_WAIT_BITSET | (clock == CLOCK_REALTIME ? FUTEX_CLOCK_REALTIME : 0);
    struct __ktime k = { 0, 0 };

    if (until) {
        if (until->tv_nsec < 0 || until->tv_nsec >= 1000000000)
            return -EINVAL;
        k = (struct __ktime){ until->tv_sec, until->tv_nsec };
        if (until->tv_sec < 0)
            return -ETIMEDOUT;
    }
    return (int)(cancel ? __wait_call : __syscall)(SYS_futex_time64, (long)at, op, value,
                                                   (long)(until ? &k : NULL), 0, -1);
}

static int compare_exchange(int *at, int expected, int value)
{
    return __atomic_compare_exchange_n(at, &expected, value, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* ---- the lock below them: 0 free, 1 held, 2 held and wanted ---- */

void __lock(int *lock)
{
    if (compare_exchange(lock, 0, 1))
        return;
    while (__atomic_exchange_n(lock, 2, __ATOMIC_ACQ_REL) != 0)
        futex_wait(lock, 2);
}

void __unlock(int *lock)
{
    if (__atomic_exchange_n(lock, 0, __ATOMIC_ACQ_REL) == 2)
        futex_wake(lock, 1);
}

/* ---- mutexes ---- */

int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr)
{
    *m = (pthread_mutex_t){ .kind = attr ? attr->kind : PTHREAD_MUTEX_DEFAULT };
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *m)
{
    return m->state ? EBUSY : 0;
}

/* What a mutex that knows its owner says to him. -1: go on. */
static int known(pthread_mutex_t *m)
{
    if (m->kind == PTHREAD_MUTEX_NORMAL || !m->state || m->owner != __self()->tid)
        return -1;
    if (m->kind == PTHREAD_MUTEX_ERRORCHECK)
        return EDEADLK;
    if (m->count == 0x7fffffff)
        return EAGAIN;
    m->count++;
    return 0;
}

static int taken(pthread_mutex_t *m)
{
    m->owner = __self()->tid;
    m->count = 1;
    return 0;
}

int pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *until)
{
    int r = known(m);

    if (r >= 0)
        return r;
    if (!compare_exchange(&m->state, 0, 1))
        while (__atomic_exchange_n(&m->state, 2, __ATOMIC_ACQ_REL) != 0) {
            r = __futex_until(&m->state, 2, CLOCK_REALTIME, until, 0);
            if (r == -ETIMEDOUT || r == -EINVAL)
                return -r;
        }
    return taken(m);
}

int pthread_mutex_lock(pthread_mutex_t *m)
{
    int r = known(m);

    if (r >= 0)
        return r;
    __lock(&m->state);
    return taken(m);
}

int pthread_mutex_trylock(pthread_mutex_t *m)
{
    int r = m->kind == PTHREAD_MUTEX_RECURSIVE ? known(m) : -1;

    if (r >= 0)
        return r;
    return compare_exchange(&m->state, 0, 1) ? taken(m) : EBUSY;
}

int pthread_mutex_unlock(pthread_mutex_t *m)
{
    if (m->kind != PTHREAD_MUTEX_NORMAL) {
        if (!m->state || m->owner != __self()->tid)
            return EPERM;
        if (--m->count > 0)
            return 0;
    }
    m->owner = 0;
    __unlock(&m->state);
    return 0;
}

/* ---- conditions: a count of signals; who waits sleeps while it stays ---- */

int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr)
{
    *c = (pthread_cond_t){ .clock = attr ? attr->clock : CLOCK_REALTIME };
    return 0;
}

int pthread_cond_destroy(pthread_cond_t *c)
{
    (void)c;
    return 0;
}

static void lock_again(void *m)
{
    pthread_mutex_lock(m);
}

int pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until)
{
    int turn = __atomic_load_n(&c->turn, __ATOMIC_ACQUIRE), r;

    if (until && (until->tv_nsec < 0 || until->tv_nsec >= 1000000000))
        return EINVAL;
    if ((r = pthread_mutex_unlock(m)) != 0)
        return r;
    pthread_cleanup_push(lock_again, m);        /* cancelled, it still holds the mutex */
    do
        r = __futex_until(&c->turn, turn, c->clock, until, 1);
    while (r == -EINTR && __atomic_load_n(&c->turn, __ATOMIC_ACQUIRE) == turn);
    pthread_cleanup_pop(1);
    return r == -ETIMEDOUT ? ETIMEDOUT : 0;
}

int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m)
{
    return pthread_cond_timedwait(c, m, NULL);
}

static int wake(pthread_cond_t *c, int n)
{
    __atomic_fetch_add(&c->turn, 1, __ATOMIC_ACQ_REL);
    futex_wake(&c->turn, n);
    return 0;
}

int pthread_cond_signal(pthread_cond_t *c) { return wake(c, 1); }
int pthread_cond_broadcast(pthread_cond_t *c) { return wake(c, 0x7fffffff); }

/* ---- readers and writers: the number of readers, or -1; readers go first ---- */

int pthread_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *attr)
{
    (void)attr;
    *l = (pthread_rwlock_t){ 0 };
    return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *l)
{
    return l->state ? EBUSY : 0;
}

static int await_change(pthread_rwlock_t *l, int state, const struct timespec *until)
{
    int r;

    __atomic_fetch_add(&l->waiters, 1, __ATOMIC_SEQ_CST);
    r = __futex_until(&l->state, state, CLOCK_REALTIME, until, 0);
    __atomic_fetch_sub(&l->waiters, 1, __ATOMIC_SEQ_CST);
    return r == -ETIMEDOUT || r == -EINVAL ? -r : 0;
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *l)
{
    for (int s; (s = __atomic_load_n(&l->state, __ATOMIC_SEQ_CST)) >= 0;)
        if (compare_exchange(&l->state, s, s + 1))
            return 0;
    return EBUSY;
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *l)
{
    if (!compare_exchange(&l->state, 0, -1))
        return EBUSY;
    l->owner = __self()->tid;
    return 0;
}

static int acquire(pthread_rwlock_t *l, int (*try)(pthread_rwlock_t *),
                   const struct timespec *until)
{
    int r = 0;

    while (r == 0) {
        int s = __atomic_load_n(&l->state, __ATOMIC_SEQ_CST);

        if (try(l) == 0)
            return 0;
        if (s == -1 && l->owner == __self()->tid)
            return EDEADLK;
        if (s != 0)
            r = await_change(l, s, until);
    }
    return r;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *l) { return acquire(l, pthread_rwlock_tryrdlock, NULL); }
int pthread_rwlock_wrlock(pthread_rwlock_t *l) { return acquire(l, pthread_rwlock_trywrlock, NULL); }

int pthread_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *until)
{
    return acquire(l, pthread_rwlock_tryrdlock, until);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *until)
{
    return acquire(l, pthread_rwlock_trywrlock, until);
}

int pthread_rwlock_unlock(pthread_rwlock_t *l)
{
    int left;

    if (l->state < 0) {
        l->owner = 0;
        left = 0;
        __atomic_store_n(&l->state, 0, __ATOMIC_SEQ_CST);
    } else {
        left = __atomic_sub_fetch(&l->state, 1, __ATOMIC_SEQ_CST);
    }
    if (left == 0 && __atomic_load_n(&l->waiters, __ATOMIC_SEQ_CST))
        futex_wake(&l->state, 0x7fffffff);
    return 0;
}

/* ---- barriers ---- */

int pthread_barrier_init(pthread_barrier_t *b, const pthread_barrierattr_t *attr, unsigned n)
{
    (void)attr;
    *b = (pthread_barrier_t){ .need = n };
    return n ? 0 : EINVAL;
}

int pthread_barrier_destroy(pthread_barrier_t *b)
{
    return b->have ? EBUSY : 0;
}

int pthread_barrier_wait(pthread_barrier_t *b)
{
    int turn;

    __lock(&b->lock);
    turn = b->turn;
    if (++b->have == b->need) {
        b->have = 0;
        __atomic_store_n(&b->turn, turn + 1, __ATOMIC_RELEASE);
        __unlock(&b->lock);
        futex_wake(&b->turn, 0x7fffffff);
        return PTHREAD_BARRIER_SERIAL_THREAD;
    }
    __unlock(&b->lock);
    while (__atomic_load_n(&b->turn, __ATOMIC_ACQUIRE) == turn)
        futex_wait(&b->turn, turn);
    return 0;
}

/* ---- spin locks ---- */

int pthread_spin_init(pthread_spinlock_t *l, int shared)
{
    (void)shared;
    l->state = 0;
    return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *l)
{
    return l->state ? EBUSY : 0;
}

int pthread_spin_trylock(pthread_spinlock_t *l)
{
    return __atomic_exchange_n(&l->state, 1, __ATOMIC_ACQUIRE) ? EBUSY : 0;
}

int pthread_spin_lock(pthread_spinlock_t *l)
{
    while (pthread_spin_trylock(l))
        while (__atomic_load_n(&l->state, __ATOMIC_RELAXED))
            continue;
    return 0;
}

int pthread_spin_unlock(pthread_spinlock_t *l)
{
    __atomic_store_n(&l->state, 0, __ATOMIC_RELEASE);
    return 0;
}

/* ---- once: 0 not yet, 1 under way, 2 done ---- */

int pthread_once(pthread_once_t *once, void (*fn)(void))
{
    while (__atomic_load_n(once, __ATOMIC_ACQUIRE) != 2) {
        if (compare_exchange(once, 0, 1)) {
            fn();
            __atomic_store_n(once, 2, __ATOMIC_RELEASE);
            futex_wake(once, 0x7fffffff);
        } else {
            futex_wait(once, 1);
        }
    }
    return 0;
}
