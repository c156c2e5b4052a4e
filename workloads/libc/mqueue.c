/* mqueue.c - message queues. The kernel's are the channels of the workload, and have no '/'
 * before their names; others are the library's. */
#include "internal.h"
#include "sharedqueue.h"

#include <errno.h>
#include <mqueue.h>
#include <stdarg.h>
#include <unistd.h>

static const char *bare(const char *name)
{
    return *name == '/' ? name + 1 : name;
}

mqd_t mq_open(const char *name, int flags, ...)
{
    const struct mq_attr *attr = NULL;
    mode_t mode = 0;
    va_list ap;
    mqd_t q;

    va_start(ap, flags);
    if (flags & O_CREAT) {
        mode = va_arg(ap, mode_t);
        attr = va_arg(ap, const struct mq_attr *);
    }
    va_end(ap);
    q = (mqd_t)CALL4(SYS_mq_open, bare(name), flags, 0, 0);
    if (q >= 0 || (errno != ENOENT && errno != ENOSPC))
        return q;
    q = __queue_open(name, flags, mode, attr);
    if (q < 0 && flags & O_CREAT && errno == ENOENT)
        errno = ENOSPC;         /* a machine without files */
    return q;
}

int mq_close(mqd_t q)
{
    __queue_close(q);
    return close(q);
}

int mq_unlink(const char *name)
{
    int r = (int)CALL1(SYS_mq_unlink, bare(name));

    return r < 0 && errno == ENOENT ? __queue_unlink(name) : r;
}

int mq_setattr(mqd_t q, const struct mq_attr *attr, struct mq_attr *old)
{
    int r = (int)CALL3(SYS_mq_getsetattr, q, attr, old);

    return r < 0 && errno == EBADF ? __queue_attr(q, attr, old) : r;
}

int mq_getattr(mqd_t q, struct mq_attr *attr)
{
    return mq_setattr(q, NULL, attr);
}

static struct __ktime *until_when(const struct timespec *t, struct __ktime *out)
{
    if (!t)
        return NULL;
    *out = (struct __ktime){ t->tv_sec, t->tv_nsec };
    return out;
}

int mq_timedsend(mqd_t q, const char *bytes, size_t size, unsigned priority,
                 const struct timespec *until)
{
    struct __ktime t;
    long r = __result(__wait_call(SYS_mq_timedsend_time64, q, (long)bytes, (long)size, (long)priority,
                                  (long)until_when(until, &t), 0));

    return r < 0 && errno == EBADF ? __queue_send(q, bytes, size, priority, until) : (int)r;
}

int mq_send(mqd_t q, const char *bytes, size_t size, unsigned priority)
{
    return mq_timedsend(q, bytes, size, priority, NULL);
}

ssize_t mq_timedreceive(mqd_t q, char *bytes, size_t size, unsigned *priority,
                        const struct timespec *until)
{
    struct __ktime t;
    long r = __result(__wait_call(SYS_mq_timedreceive_time64, q, (long)bytes, (long)size, (long)priority,
                                  (long)until_when(until, &t), 0));

    return r < 0 && errno == EBADF ? __queue_receive(q, bytes, size, priority, until) : (ssize_t)r;
}

ssize_t mq_receive(mqd_t q, char *bytes, size_t size, unsigned *priority)
{
    return mq_timedreceive(q, bytes, size, priority, NULL);
}
