/* sys/timerfd.h - not in this kernel, which has timer_create: ENOSYS. */
#ifndef SYS_TIMERFD_H
#define SYS_TIMERFD_H
#include <time.h>
#define TFD_NONBLOCK 04000
#define TFD_CLOEXEC 02000000
#define TFD_TIMER_ABSTIME 1
int timerfd_create(int clock, int flags);
int timerfd_settime(int fd, int flags, const struct itimerspec *to, struct itimerspec *old);
int timerfd_gettime(int fd, struct itimerspec *now);
#endif
