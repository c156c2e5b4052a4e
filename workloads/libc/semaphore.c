/* semaphore.c - Dijkstra's semaphores. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <pthread.h>

enum { NAMED = 32, NAME = 48 };

static int wrong(int error)
{
    errno = error;
    return -1;
}

int sem_init(sem_t *s, int shared, unsigned value)
{
    *s = (sem_t){ .value = (int)value, .__shared = shared };
    return value > SEM_VALUE_MAX ? wrong(EINVAL) : 0;
}

int sem_destroy(sem_t *s)
{
    (void)s;
    return 0;
}

int sem_trywait(sem_t *s)
{
    int v = __atomic_load_n(&s->value, __ATOMIC_SEQ_CST);

    while (v > 0)
        if (__atomic_compare_exchange_n(&s->value, &v, v - 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
            return 0;
    return wrong(EAGAIN);
}

static void waits_no_more(void *s)
{
    __atomic_fetch_sub(&((sem_t *)s)->waiters, 1, __ATOMIC_SEQ_CST);
}

int sem_timedwait(sem_t *s, const struct timespec *until)
{
    int r, saved = errno;

    while (sem_trywait(s) < 0) {
        __atomic_fetch_add(&s->waiters, 1, __ATOMIC_SEQ_CST);
        pthread_cleanup_push(waits_no_more, s);
        r = __futex_until(&s->value, 0, CLOCK_REALTIME, until, 1);
        pthread_cleanup_pop(1);
        if (r == -EINTR || r == -ETIMEDOUT || r == -EINVAL)
            return wrong(-r);
    }
    errno = saved;
    return 0;
}

int sem_wait(sem_t *s)
{
    return sem_timedwait(s, NULL);
}

int sem_post(sem_t *s)
{
    if (__atomic_load_n(&s->value, __ATOMIC_SEQ_CST) == SEM_VALUE_MAX)
        return wrong(EOVERFLOW);
    __atomic_fetch_add(&s->value, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&s->waiters, __ATOMIC_SEQ_CST))
        futex_wake(&s->value, 1);
    return 0;
}

int sem_getvalue(sem_t *s, int *value)
{
    *value = __atomic_load_n(&s->value, __ATOMIC_SEQ_CST);
    return 0;
}

/* ---- named: in memory that children share ---- */

static struct named { char name[NAME]; sem_t sem; int used, open; } *all;
static int all_lock;

static struct named *find(const char *name)
{
    struct named *room = NULL;

    for (int i = 0; i < NAMED; i++) {
        if (all[i].used && strcmp(all[i].name, name) == 0)
            return &all[i];
        if (!all[i].used && !all[i].open && !room)
            room = &all[i];
    }
    return room;
}

static sem_t *open_named(const char *name, int flags, unsigned value)
{
    struct named *n;

    if (!all) {
        all = mmap(NULL, NAMED * sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                   -1, 0);
        if (all == MAP_FAILED) {
            all = NULL;
            return SEM_FAILED;
        }
    }
    n = find(name);
    if (n && n->used && (flags & O_CREAT) && (flags & O_EXCL))
        n = NULL, errno = EEXIST;
    else if (n && !n->used && !(flags & O_CREAT))
        n = NULL, errno = ENOENT;
    else if (!n)
        errno = ENFILE;
    if (!n)
        return SEM_FAILED;
    if (!n->used) {
        strcpy(n->name, name);
        n->used = 1;
        sem_init(&n->sem, 1, value);
    }
    n->open++;
    return &n->sem;
}

sem_t *sem_open(const char *name, int flags, ...)
{
    unsigned value = 0;
    va_list ap;
    sem_t *s;

    va_start(ap, flags);
    if (flags & O_CREAT) {
        (void)va_arg(ap, mode_t);
        value = va_arg(ap, unsigned);
    }
    va_end(ap);
    if (strlen(name) >= NAME || value > SEM_VALUE_MAX) {
        errno = strlen(name) >= NAME ? ENAMETOOLONG : EINVAL;
        return SEM_FAILED;
    }
    __lock(&all_lock);
    s = open_named(name, flags, value);
    __unlock(&all_lock);
    return s;
}

int sem_close(sem_t *s)
{
    struct named *n = (struct named *)((char *)s - offsetof(struct named, sem));

    n->open--;
    return 0;
}

int sem_unlink(const char *name)
{
    struct named *n;

    __lock(&all_lock);
    n = all ? find(name) : NULL;
    if (n && !n->used)
        n = NULL;
    if (n)
        n->used = 0;
    __unlock(&all_lock);
    return n ? 0 : wrong(ENOENT);
}
