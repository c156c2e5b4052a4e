/* sys/socket.h - declared so that programs compile; there is no network: ENOSYS. */
#ifndef SYS_SOCKET_H
#define SYS_SOCKET_H
#include <sys/types.h>
#include <sys/uio.h>
#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_LOCAL 1
#define AF_INET 2
#define AF_INET6 10
#define PF_UNIX AF_UNIX
#define PF_INET AF_INET
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOL_SOCKET 1
#define SO_REUSEADDR 2
#define SO_ERROR 4
#define SO_BROADCAST 6
#define SO_KEEPALIVE 9
#define SO_RCVTIMEO 66
#define SO_SNDTIMEO 67
#define SOMAXCONN 128
#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2
#define MSG_PEEK 2
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000
typedef unsigned socklen_t;
typedef unsigned short sa_family_t;
struct sockaddr { sa_family_t sa_family; char sa_data[14]; };
struct sockaddr_storage { sa_family_t ss_family; char __room[126]; };
int socket(int domain, int type, int protocol);
int socketpair(int domain, int type, int protocol, int fd[2]);
int bind(int fd, const struct sockaddr *addr, socklen_t n);
int listen(int fd, int backlog);
int accept(int fd, struct sockaddr *addr, socklen_t *n);
int connect(int fd, const struct sockaddr *addr, socklen_t n);
int shutdown(int fd, int how);
int getsockname(int fd, struct sockaddr *addr, socklen_t *n);
int getpeername(int fd, struct sockaddr *addr, socklen_t *n);
int getsockopt(int fd, int level, int name, void *value, socklen_t *n);
int setsockopt(int fd, int level, int name, const void *value, socklen_t n);
ssize_t send(int fd, const void *buf, size_t n, int flags);
struct msghdr { void *msg_name; socklen_t msg_namelen; struct iovec *msg_iov; size_t msg_iovlen;
                void *msg_control; size_t msg_controllen; int msg_flags; };
ssize_t sendmsg(int fd, const struct msghdr *m, int flags);
ssize_t recvmsg(int fd, struct msghdr *m, int flags);
ssize_t recv(int fd, void *buf, size_t n, int flags);
ssize_t sendto(int fd, const void *buf, size_t n, int flags, const struct sockaddr *to,
               socklen_t nto);
ssize_t recvfrom(int fd, void *buf, size_t n, int flags, struct sockaddr *from, socklen_t *nfrom);
#endif
