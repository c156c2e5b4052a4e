/* semaphore.c - Dijkstra's semaphores. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME = 128 };

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

/* ---- named: a file in shared memory, mapped once in a process ---- */

static struct named { char name[NAME]; sem_t *at; int open; struct named *next; } *all;
static int all_lock;

/* The file holds a semaphore from the first moment that it has its size. */
static int make_file(const char *path, int flags, mode_t mode, unsigned value)
{
    sem_t first = { .value = (int)value, .__shared = 1 };
    int fd = shm_open(path, O_RDWR | O_CREAT | O_EXCL, mode);

    if (fd < 0)
        return errno == EEXIST && !(flags & O_EXCL) ? shm_open(path, O_RDWR, 0) : -1;
    if (write(fd, &first, sizeof first) == (ssize_t)sizeof first)
        return fd;
    close(fd);
    return -1;
}

static sem_t *map(int fd)
{
    struct stat s = { .st_size = 0 };
    void *at;

    while (fstat(fd, &s) == 0 && (size_t)s.st_size < sizeof(sem_t))
        sched_yield();
    at = mmap(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return at == MAP_FAILED ? SEM_FAILED : at;
}

static sem_t *open_named(const char *name, int flags, mode_t mode, unsigned value)
{
    char path[NAME + 8] = "sem.";
    struct named *n = all;
    int fd;

    while (n && strcmp(n->name, name))
        n = n->next;
    if (n && !(flags & O_EXCL)) {
        n->open++;
        return n->at;
    }
    strcat(path, name + (*name == '/'));
    fd = flags & O_CREAT ? make_file(path, flags, mode, value) : shm_open(path, O_RDWR, 0);
    if (fd < 0 || !(n = calloc(1, sizeof *n)))
        return SEM_FAILED;
    strcpy(n->name, name);
    n->open = 1;
    n->next = all;
    n->at = map(fd);
    if (n->at != SEM_FAILED)
        return (all = n)->at;
    free(n);
    return SEM_FAILED;
}

sem_t *sem_open(const char *name, int flags, ...)
{
    unsigned value = 0;
    mode_t mode = 0;
    va_list ap;
    sem_t *s;

    va_start(ap, flags);
    if (flags & O_CREAT) {
        mode = va_arg(ap, mode_t);
        value = va_arg(ap, unsigned);
    }
    va_end(ap);
    if (strlen(name) >= NAME || value > SEM_VALUE_MAX) {
        errno = strlen(name) >= NAME ? ENAMETOOLONG : EINVAL;
        return SEM_FAILED;
    }
    __lock(&all_lock);
    s = open_named(name, flags, mode, value);
    __unlock(&all_lock);
    return s;
}

int sem_close(sem_t *s)
{
    struct named **slot = &all, *n;

    __lock(&all_lock);
    while ((n = *slot) && n->at != s)
        slot = &n->next;
    if (n && --n->open == 0) {
        *slot = n->next;
        munmap(s, sizeof *s);
        free(n);
    }
    __unlock(&all_lock);
    return n ? 0 : wrong(EINVAL);
}

/* Who opens the name from now on gets another one. */
int sem_unlink(const char *name)
{
    char path[NAME + 8] = "sem.";

    if (strlen(name) >= NAME)
        return wrong(ENAMETOOLONG);
    __lock(&all_lock);
    for (struct named *n = all; n; n = n->next)
        if (strcmp(n->name, name) == 0)
            n->name[0] = '\0';
    __unlock(&all_lock);
    return shm_unlink(strcat(path, name + (*name == '/')));
}
