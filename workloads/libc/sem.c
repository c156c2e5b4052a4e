/* sem.c - sets of semaphores of System V: all operations of a call, or none. */
#include "sysv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>
#include <unistd.h>

enum { SETS = 64, GREATEST = 32767 };
struct semaphore { int value, pid, more, zero; };       /* more, zero: who waits for that */

/* What exit() takes back. */
static struct undo { int id, which, by; struct undo *next; } *undone;
static pid_t owner;

static int wrong(int error)
{
    errno = error;
    return -1;
}

int semget(key_t key, int n, int flags)
{
    return n < 0 || n > SETS ? wrong(EINVAL)
         : __sysv_get(SYSV_SEM, key, (size_t)n * sizeof(struct semaphore), n, flags);
}

static void undo_all(void)
{
    for (struct undo *u = owner == getpid() ? undone : NULL; u; u = u->next) {
        struct sysv *o = __sysv_open(SYSV_SEM, u->id);
        struct semaphore *s = o ? __sysv_memory(o) : NULL;

        if (s) {
            s[u->which].value += u->by;
            if (s[u->which].value < 0)
                s[u->which].value = 0;
            __sysv_changed();
        }
        if (o)
            __sysv_close();
    }
}

static int remember(int id, int which, int by)
{
    struct undo *u;

    if (owner != getpid()) {            /* a child has nothing to take back */
        undone = NULL;
        if (owner == 0)
            atexit(undo_all);
        owner = getpid();
    }
    for (u = undone; u && (u->id != id || u->which != which); u = u->next)
        continue;
    if (!u) {
        u = calloc(1, sizeof *u);
        if (!u)
            return wrong(ENOMEM);
        *u = (struct undo){ id, which, 0, undone };
        undone = u;
    }
    u->by -= by;
    return 0;
}

/* The first operation that cannot be done now, `n`: all can. Those before it are done. */
static size_t attempt(struct semaphore *s, const struct sembuf *ops, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct semaphore *at = &s[ops[i].sem_num];

        if (ops[i].sem_op == 0 ? at->value != 0 : at->value + ops[i].sem_op < 0)
            return i;
        at->value += ops[i].sem_op;
    }
    return n;
}

static void take_back(struct semaphore *s, const struct sembuf *ops, size_t n)
{
    while (n-- > 0)
        s[ops[n].sem_num].value -= ops[n].sem_op;
}

static int check(const struct sysv *o, const struct semaphore *s, const struct sembuf *ops, size_t n)
{
    if (!s)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (ops[i].sem_num >= o->n)
            return wrong(EFBIG);
        if (ops[i].sem_op > 0 && s[ops[i].sem_num].value + ops[i].sem_op > GREATEST)
            return wrong(ERANGE);
    }
    return 0;
}

/* Until all can be done. NULL and errno, without the lock: they are not. */
static struct sysv *perform(struct sysv *o, int id, struct semaphore *s, const struct sembuf *ops, size_t n,
                            const struct timespec *until)
{
    size_t stuck;

    while ((stuck = attempt(s, ops, n)) < n) {
        int *waiting = ops[stuck].sem_op ? &s[ops[stuck].sem_num].more : &s[ops[stuck].sem_num].zero;

        take_back(s, ops, stuck);
        if (ops[stuck].sem_flg & IPC_NOWAIT) {
            __sysv_close();
            return wrong(EAGAIN), NULL;
        }
        ++*waiting;
        o = __sysv_wait(SYSV_SEM, id, until);
        --*waiting;             /* mapped still, even if it is removed */
        if (!o)
            return NULL;
    }
    return o;
}

int semtimedop(int id, struct sembuf *ops, size_t n, const struct timespec *timeout)
{
    struct sysv *o = n == 0 || n > 500 ? (wrong(n ? E2BIG : EINVAL), NULL) : __sysv_open(SYSV_SEM, id);
    struct semaphore *s = o ? __sysv_memory(o) : NULL;
    struct timespec until;
    int r = 0;

    if (!o)
        return -1;
    if (check(o, s, ops, n) < 0) {
        __sysv_close();
        return -1;
    }
    if (timeout) {
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += timeout->tv_sec + (until.tv_nsec + timeout->tv_nsec) / 1000000000;
        until.tv_nsec = (until.tv_nsec + timeout->tv_nsec) % 1000000000;
    }
    o = perform(o, id, s, ops, n, timeout ? &until : NULL);
    if (!o)
        return -1;
    for (size_t i = 0; i < n; i++) {
        s[ops[i].sem_num].pid = getpid();
        if (ops[i].sem_flg & SEM_UNDO && remember(id, ops[i].sem_num, ops[i].sem_op) < 0)
            r = -1;
    }
    o->used = time(NULL);
    __sysv_changed();
    __sysv_close();
    return r;
}

int semop(int id, struct sembuf *ops, size_t n) { return semtimedop(id, ops, n, NULL); }

/* ---- looking and setting ---- */

union semun { int val; struct semid_ds *buf; unsigned short *array; };

static int set_values(struct sysv *o, struct semaphore *s, int from, int n, const unsigned short *values)
{
    for (int i = 0; i < n; i++)
        if (values[i] > GREATEST)
            return wrong(ERANGE);
    for (int i = 0; i < n; i++) {
        s[from + i].value = values[i];
        s[from + i].pid = getpid();
    }
    o->created = time(NULL);
    __sysv_changed();
    return 0;
}

static int one(struct sysv *o, struct semaphore *s, int which, int how, int value)
{
    unsigned short word = (unsigned short)value;

    if (which < 0 || which >= o->n)
        return wrong(EINVAL);
    switch (how) {
    case GETVAL: return s[which].value;
    case GETPID: return s[which].pid;
    case GETNCNT: return s[which].more;
    case GETZCNT: return s[which].zero;
    case SETVAL: return value < 0 || value > GREATEST ? wrong(ERANGE) : set_values(o, s, which, 1, &word);
    default: return wrong(EINVAL);
    }
}

static int control(struct sysv *o, struct semaphore *s, int which, int how, union semun arg)
{
    switch (how) {
    case IPC_STAT:
        *arg.buf = (struct semid_ds){ .sem_perm = o->perm, .sem_otime = o->used, .sem_ctime = o->created,
                                      .sem_nsems = (unsigned long)o->n };
        return 0;
    case IPC_SET: return __sysv_set(o, &arg.buf->sem_perm), 0;
    case IPC_RMID: return __sysv_remove(o), 0;
    case GETALL:
        for (int i = 0; i < o->n; i++)
            arg.array[i] = (unsigned short)s[i].value;
        return 0;
    case SETALL: return set_values(o, s, 0, o->n, arg.array);
    default: return one(o, s, which, how, arg.val);
    }
}

int semctl(int id, int which, int how, ...)
{
    struct sysv *o = __sysv_open(SYSV_SEM, id);
    struct semaphore *s = o ? __sysv_memory(o) : NULL;
    union semun arg;
    va_list ap;
    int r;

    if (!o)
        return -1;
    va_start(ap, how);
    arg = va_arg(ap, union semun);
    va_end(ap);
    r = s ? control(o, s, which, how, arg) : -1;
    __sysv_close();
    return r;
}
