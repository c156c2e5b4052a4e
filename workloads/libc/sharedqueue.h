/* sharedqueue.h - message queues that a program makes, by O_CREAT, where the workload has no
 * channel of that name: files in shared memory. For mqueue.c. */
#ifndef LIBC_SHAREDQUEUE_H
#define LIBC_SHAREDQUEUE_H
#include <mqueue.h>

/* As mq_open and the others; a descriptor that is no such queue is EBADF. */
mqd_t __queue_open(const char *name, int flags, mode_t mode, const struct mq_attr *attr);
int __queue_unlink(const char *name);
int __queue_attr(mqd_t q, const struct mq_attr *attr, struct mq_attr *old);
int __queue_send(mqd_t q, const char *bytes, size_t size, unsigned priority, const struct timespec *until);
ssize_t __queue_receive(mqd_t q, char *bytes, size_t size, unsigned *priority, const struct timespec *until);
void __queue_close(mqd_t q);
#endif
