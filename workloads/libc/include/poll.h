/* poll.h */
#ifndef POLL_H
#define POLL_H
#include <signal.h>
#include <time.h>
#define POLLIN 1
#define POLLPRI 2
#define POLLOUT 4
#define POLLERR 8
#define POLLHUP 16
#define POLLNVAL 32
#define POLLRDNORM 64
#define POLLWRNORM 256
typedef unsigned nfds_t;
struct pollfd { int fd; short events, revents; };
int poll(struct pollfd *fds, nfds_t n, int ms);
int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask);
#endif
