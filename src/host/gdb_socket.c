/* gdb_socket.c - see gdb_socket.h. Only loopback: whoever speaks to a debugger's port can
 * change what runs. */
#include <host/gdb_socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static enum err failed(int fd, unsigned port, struct diag *diag)
{
    memset(diag, 0, sizeof *diag);
    snprintf(diag->text, sizeof diag->text, "--gdb %u: %s", port, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ERR_IO;
}

enum err gdb_accept(unsigned port, void (*waiting)(unsigned port), int *fd,
                    struct diag *diag)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (listener < 0)
        return failed(-1, port, diag);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 1))
        return failed(listener, port, diag);
    waiting(port);
    do {
        *fd = accept(listener, NULL, NULL);
    } while (*fd < 0 && errno == EINTR);
    if (*fd < 0)
        return failed(listener, port, diag);
    close(listener);
    setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return ERR_OK;
}

int gdb_get(int fd)
{
    unsigned char c;
    ssize_t n;

    do {
        n = read(fd, &c, 1);
    } while (n < 0 && errno == EINTR);
    return n == 1 ? c : -1;
}

bool gdb_ready(int fd)
{
    return gdb_ready_within(fd, 0);
}

bool gdb_ready_within(int fd, int ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };

    return poll(&p, 1, ms) > 0;
}

bool gdb_put(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = send(fd, bytes, n, MSG_NOSIGNAL);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

void gdb_close(int fd)
{
    close(fd);
}
