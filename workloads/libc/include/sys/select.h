/* sys/select.h */
#ifndef SYS_SELECT_H
#define SYS_SELECT_H
#include <signal.h>
#include <sys/types.h>
#include <time.h>
#define FD_SETSIZE 1024
struct timeval { time_t tv_sec; suseconds_t tv_usec; };
typedef struct { unsigned bits[FD_SETSIZE / 32]; } fd_set;
#define FD_ZERO(s) __builtin_memset((s), 0, sizeof(fd_set))
#define FD_SET(fd, s) ((void)((s)->bits[(fd) / 32] |= 1u << (fd) % 32))
#define FD_CLR(fd, s) ((void)((s)->bits[(fd) / 32] &= ~(1u << (fd) % 32)))
#define FD_ISSET(fd, s) ((int)((s)->bits[(fd) / 32] >> (fd) % 32 & 1))
int select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout);
int pselect(int n, fd_set *in, fd_set *out, fd_set *except, const struct timespec *timeout,
            const sigset_t *mask);
#endif
