/* sys/epoll.h - the kernel has poll, and not this: ENOSYS. */
#ifndef SYS_EPOLL_H
#define SYS_EPOLL_H
#include <stdint.h>
#define EPOLLIN 1u
#define EPOLLPRI 2u
#define EPOLLOUT 4u
#define EPOLLERR 8u
#define EPOLLHUP 16u
#define EPOLLRDHUP 0x2000u
#define EPOLLONESHOT (1u << 30)
#define EPOLLET (1u << 31)
#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3
#define EPOLL_CLOEXEC 02000000
typedef union { void *ptr; int fd; uint32_t u32; uint64_t u64; } epoll_data_t;
struct epoll_event { uint32_t events; epoll_data_t data; };
int epoll_create(int n);
int epoll_create1(int flags);
int epoll_ctl(int fd, int how, int on, struct epoll_event *e);
int epoll_wait(int fd, struct epoll_event *e, int n, int timeout);
#endif
