/* sharedqueue.c - see sharedqueue.h. Messages stand in their order: the greater priority
 * first, of one priority the older. Source: POSIX.1-2017, "mq_open", "mq_send". */
#include "sharedqueue.h"
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN = 32, MARK = 0x71756575, PRIORITIES = 32768, MOST = 1024, LONGEST = 65536 };

struct queue {
    int mark, lock, changes;    /* mark: it is a queue, and whole */
    long maxmsg, msgsize, n;
    char room[];                /* of maxmsg messages */
};
struct message { size_t size; unsigned priority; char bytes[]; };

static struct { mqd_t q; struct queue *at; size_t size; } opened[OPEN];

static int wrong(int error)
{
    errno = error;
    return -1;
}

static size_t slot_size(const struct queue *q) { return sizeof(struct message) + (((size_t)q->msgsize + 3) & ~(size_t)3); }

static struct message *message(struct queue *q, long i)
{
    return (struct message *)(q->room + (size_t)i * slot_size(q));
}

static struct queue *queue_of(mqd_t q)
{
    struct stat s;
    int i = 0;

    while (i < OPEN && (!opened[i].at || opened[i].q != q))
        i++;
    if (i < OPEN && fstat(q, &s) == 0)
        return opened[i].at;
    errno = EBADF;
    return NULL;
}

/* ---- names ---- */

static int path_of(const char *name, char *path, size_t n)
{
    return (size_t)snprintf(path, n, "mqueue.%s", name + (*name == '/')) < n ? 0 : wrong(ENAMETOOLONG);
}

static int make(const char *path, int flags, mode_t mode, const struct mq_attr *attr)
{
    struct queue q = { .mark = MARK, .maxmsg = attr ? attr->mq_maxmsg : 10, .msgsize = attr ? attr->mq_msgsize : 8192 };
    int fd;

    if (q.maxmsg < 1 || q.maxmsg > MOST || q.msgsize < 1 || q.msgsize > LONGEST)
        return wrong(EINVAL);
    fd = shm_open(path, O_RDWR | O_CREAT | O_EXCL, mode);
    if (fd < 0)
        return errno == EEXIST && !(flags & O_EXCL) ? shm_open(path, O_RDWR, 0) : -1;
    if (ftruncate(fd, (off_t)(sizeof q + (size_t)q.maxmsg * slot_size(&q))) == 0 &&
        pwrite(fd, &q, sizeof q, 0) == (ssize_t)sizeof q)
        return fd;
    close(fd);
    return -1;
}

static struct queue *map(int fd, size_t *size)
{
    struct queue *q;
    struct stat s = { .st_size = 0 };

    while (fstat(fd, &s) == 0 && (size_t)s.st_size < sizeof *q)
        sched_yield();          /* it is being made */
    *size = (size_t)s.st_size;
    q = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (q == MAP_FAILED)
        return NULL;
    while (__atomic_load_n(&q->mark, __ATOMIC_ACQUIRE) != MARK)
        sched_yield();
    return q;
}

/* The way it is opened is kept with the descriptor, which itself must be mapped for both. */
mqd_t __queue_open(const char *name, int flags, mode_t mode, const struct mq_attr *attr)
{
    char path[NAME_MAX];
    int i = 0, fd;

    if (path_of(name, path, sizeof path) < 0)
        return -1;
    while (i < OPEN && opened[i].at)
        i++;
    if (i == OPEN)
        return wrong(EMFILE);
    fd = flags & O_CREAT ? make(path, flags, mode, attr) : shm_open(path, O_RDWR, 0);
    if (fd < 0)
        return -1;
    fcntl(fd, F_SETFL, flags & O_NONBLOCK);
    opened[i].at = map(fd, &opened[i].size);
    opened[i].q = fd;
    return opened[i].at ? fd : (close(fd), -1);
}

int __queue_unlink(const char *name)
{
    char path[NAME_MAX];

    return path_of(name, path, sizeof path) < 0 ? -1 : shm_unlink(path);
}

void __queue_close(mqd_t q)
{
    for (int i = 0; i < OPEN; i++) {
        if (opened[i].at && opened[i].q == q) {
            munmap(opened[i].at, opened[i].size);
            opened[i].at = NULL;
        }
    }
}

int __queue_attr(mqd_t fd, const struct mq_attr *attr, struct mq_attr *old)
{
    struct queue *q = queue_of(fd);

    if (!q)
        return -1;
    if (old)
        *old = (struct mq_attr){ fcntl(fd, F_GETFL) & O_NONBLOCK, q->maxmsg, q->msgsize, q->n, { 0 } };
    return attr ? fcntl(fd, F_SETFL, (int)attr->mq_flags & O_NONBLOCK) : 0;
}

/* ---- messages ---- */

static void let_go(struct queue *q) { __unlock(&q->lock); }

static void changed(struct queue *q)
{
    __atomic_fetch_add(&q->changes, 1, __ATOMIC_SEQ_CST);
    let_go(q);
    futex_wake(&q->changes, INT_MAX);
}

/* With the lock, and with a message (or room for one): 0; else -1 and errno, without it. */
static int take(mqd_t fd, struct queue *q, int full, const struct timespec *until)
{
    __lock(&q->lock);
    while (q->n == (full ? 0 : q->maxmsg)) {
        int before = q->changes, r;

        let_go(q);
        if (fcntl(fd, F_GETFL) & O_NONBLOCK)
            return wrong(EAGAIN);
        r = __futex_until(&q->changes, before, CLOCK_REALTIME, until, 1);
        if (r == -EINTR || r == -ETIMEDOUT || r == -EINVAL)
            return wrong(-r);
        __lock(&q->lock);
    }
    return 0;
}

int __queue_send(mqd_t fd, const char *bytes, size_t size, unsigned priority, const struct timespec *until)
{
    struct queue *q = queue_of(fd);
    long at;

    if (!q)
        return -1;
    if (size > (size_t)q->msgsize || priority >= PRIORITIES)
        return wrong(size > (size_t)q->msgsize ? EMSGSIZE : EINVAL);
    if (take(fd, q, 0, until) < 0)
        return -1;
    for (at = q->n; at > 0 && message(q, at - 1)->priority < priority; at--)
        continue;
    memmove(message(q, at + 1), message(q, at), (size_t)(q->n - at) * slot_size(q));
    *message(q, at) = (struct message){ .size = size, .priority = priority };
    memcpy(message(q, at)->bytes, bytes, size);
    q->n++;
    changed(q);
    return 0;
}

ssize_t __queue_receive(mqd_t fd, char *bytes, size_t size, unsigned *priority, const struct timespec *until)
{
    struct queue *q = queue_of(fd);
    struct message *m;

    if (!q)
        return -1;
    if (size < (size_t)q->msgsize)
        return wrong(EMSGSIZE);
    if (take(fd, q, 1, until) < 0)
        return -1;
    m = message(q, 0);
    size = m->size;
    memcpy(bytes, m->bytes, size);
    if (priority)
        *priority = m->priority;
    q->n--;
    memmove(m, message(q, 1), (size_t)q->n * slot_size(q));
    changed(q);
    return (ssize_t)size;
}
