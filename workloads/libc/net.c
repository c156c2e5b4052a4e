/* net.c - sockets and names: there is no network, and the kernel says so. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int h_errno;

int socket(int domain, int type, int protocol) { return (int)CALL3(SYS_socket, domain, type, protocol); }

int socketpair(int domain, int type, int protocol, int fd[2])
{
    return (int)CALL4(SYS_socketpair, domain, type, protocol, fd);
}

int bind(int fd, const struct sockaddr *addr, socklen_t n) { return (int)CALL3(SYS_bind, fd, addr, n); }
int listen(int fd, int backlog) { return (int)CALL2(SYS_listen, fd, backlog); }
int accept(int fd, struct sockaddr *addr, socklen_t *n) { return (int)CALL3(SYS_accept, fd, addr, n); }

int connect(int fd, const struct sockaddr *addr, socklen_t n)
{
    return (int)CALL3(SYS_connect, fd, addr, n);
}

int shutdown(int fd, int how) { return (int)CALL2(SYS_shutdown, fd, how); }

int getsockname(int fd, struct sockaddr *addr, socklen_t *n)
{
    return (int)CALL3(SYS_getsockname, fd, addr, n);
}

int getpeername(int fd, struct sockaddr *addr, socklen_t *n)
{
    return (int)CALL3(SYS_getpeername, fd, addr, n);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *n)
{
    return (int)CALL5(SYS_getsockopt, fd, level, name, value, n);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t n)
{
    return (int)CALL5(SYS_setsockopt, fd, level, name, value, n);
}

ssize_t sendto(int fd, const void *buf, size_t n, int flags, const struct sockaddr *to,
               socklen_t nto)
{
    return CALL6(SYS_sendto, fd, buf, n, flags, to, nto);
}

ssize_t recvfrom(int fd, void *buf, size_t n, int flags, struct sockaddr *from, socklen_t *nfrom)
{
    return CALL6(SYS_recvfrom, fd, buf, n, flags, from, nfrom);
}

ssize_t send(int fd, const void *buf, size_t n, int flags) { return sendto(fd, buf, n, flags, NULL, 0); }
ssize_t recv(int fd, void *buf, size_t n, int flags) { return recvfrom(fd, buf, n, flags, NULL, NULL); }

struct hostent *gethostbyname(const char *name)
{
    (void)name;
    h_errno = HOST_NOT_FOUND;
    return NULL;
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **out)
{
    (void)host, (void)service, (void)hints;
    *out = NULL;
    return EAI_NONAME;
}

void freeaddrinfo(struct addrinfo *info) { (void)info; }

const char *gai_strerror(int error)
{
    return error ? "Name or service not known" : "Success";
}

in_addr_t inet_addr(const char *text)
{
    uint32_t v = 0;
    char *p = (char *)(uintptr_t)text;

    for (int i = 0; i < 4; i++) {
        unsigned long part = strtoul(p, &p, 10);

        if (part > 255 || *p != (i < 3 ? '.' : '\0'))
            return INADDR_NONE;
        v = v << 8 | (uint32_t)part;
        p++;
    }
    return htonl(v);
}

char *inet_ntoa(struct in_addr addr)
{
    static char text[INET_ADDRSTRLEN];
    uint32_t v = ntohl(addr.s_addr);

    snprintf(text, sizeof text, "%u.%u.%u.%u", v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255);
    return text;
}

int inet_aton(const char *text, struct in_addr *addr) { return inet_pton(AF_INET, text, addr) == 1; }

int inet_pton(int family, const char *text, void *addr)
{
    unsigned a, b, c, d;
    int n = 0;

    if (family != AF_INET) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    if (sscanf(text, "%3u.%3u.%3u.%3u%n", &a, &b, &c, &d, &n) != 4 || text[n] ||
        a > 255 || b > 255 || c > 255 || d > 255)
        return 0;
    *(in_addr_t *)addr = a | b << 8 | c << 16 | d << 24;
    return 1;
}

const char *inet_ntop(int family, const void *addr, char *text, socklen_t n)
{
    const char *s = family == AF_INET ? inet_ntoa(*(const struct in_addr *)addr) : NULL;

    if (!s || strlen(s) >= n) {
        errno = s ? ENOSPC : EAFNOSUPPORT;
        return NULL;
    }
    return strcpy(text, s);
}

ssize_t sendmsg(int fd, const struct msghdr *m, int flags) { return CALL3(SYS_sendmsg, fd, m, flags); }
ssize_t recvmsg(int fd, struct msghdr *m, int flags) { return CALL3(SYS_recvmsg, fd, m, flags); }

struct hostent *gethostbyaddr(const void *addr, socklen_t n, int family)
{
    (void)addr, (void)n, (void)family;
    h_errno = HOST_NOT_FOUND;
    return NULL;
}

struct servent *getservbyname(const char *name, const char *protocol) { (void)name, (void)protocol; return NULL; }
struct servent *getservbyport(int port, const char *protocol) { (void)port, (void)protocol; return NULL; }
struct protoent *getprotobyname(const char *name) { (void)name; return NULL; }
struct protoent *getprotobynumber(int number) { (void)number; return NULL; }

int getnameinfo(const struct sockaddr *addr, socklen_t n, char *host, socklen_t nhost, char *service,
                socklen_t nservice, int flags)
{
    (void)addr, (void)n, (void)host, (void)nhost, (void)service, (void)nservice, (void)flags;
    return EAI_FAIL;
}
