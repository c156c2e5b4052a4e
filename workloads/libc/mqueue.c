/* mqueue.c - message queues. The kernel's names have no '/' before them. */
#include "internal.h"

#include <errno.h>
#include <mqueue.h>
#include <unistd.h>

static const char *bare(const char *name)
{
    return *name == '/' ? name + 1 : name;
}

mqd_t mq_open(const char *name, int flags, ...)
{
    return (mqd_t)CALL4(SYS_mq_open, bare(name), flags, 0, 0);
}

int mq_close(mqd_t q)
{
    return close(q);
}

int mq_unlink(const char *name)
{
    return (int)CALL1(SYS_mq_unlink, bare(name));
}

int mq_setattr(mqd_t q, const struct mq_attr *attr, struct mq_attr *old)
{
    return (int)CALL3(SYS_mq_getsetattr, q, attr, old);
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

    return (int)__result(__wait_call(SYS_mq_timedsend_time64, q, (long)bytes, (long)size,
                                     (long)priority, (long)until_when(until, &t), 0));
}

int mq_send(mqd_t q, const char *bytes, size_t size, unsigned priority)
{
    return mq_timedsend(q, bytes, size, priority, NULL);
}

ssize_t mq_timedreceive(mqd_t q, char *bytes, size_t size, unsigned *priority,
                        const struct timespec *until)
{
    struct __ktime t;

    return (ssize_t)__result(__wait_call(SYS_mq_timedreceive_time64, q, (long)bytes, (long)size,
                                         (long)priority, (long)until_when(until, &t), 0));
}

ssize_t mq_receive(mqd_t q, char *bytes, size_t size, unsigned *priority)
{
    return mq_timedreceive(q, bytes, size, priority, NULL);
}
