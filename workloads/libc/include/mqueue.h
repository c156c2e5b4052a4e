/* mqueue.h - POSIX message queues: the channels that the workload lets a process use, which
 * have one priority, and, under other names, queues that programs make (O_CREAT), which live
 * in shared memory and cannot be polled. */
#ifndef _MQUEUE_H
#define _MQUEUE_H

#include <fcntl.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

typedef int mqd_t;

struct mq_attr { long mq_flags, mq_maxmsg, mq_msgsize, mq_curmsgs, __room[4]; };

mqd_t mq_open(const char *name, int flags, ...);
int mq_close(mqd_t q);
int mq_unlink(const char *name);
int mq_getattr(mqd_t q, struct mq_attr *attr);
int mq_setattr(mqd_t q, const struct mq_attr *attr, struct mq_attr *old);
int mq_send(mqd_t q, const char *bytes, size_t size, unsigned priority);
ssize_t mq_receive(mqd_t q, char *bytes, size_t size, unsigned *priority);
int mq_timedsend(mqd_t q, const char *bytes, size_t size, unsigned priority,
                 const struct timespec *until);
ssize_t mq_timedreceive(mqd_t q, char *bytes, size_t size, unsigned *priority,
                        const struct timespec *until);

#endif
