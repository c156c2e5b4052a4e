/* pipes.c - children that talk through pipes, with dup2, and one poll over several. */
#include "common.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/select.h>

static void filter(int from, int to, int (*change)(int))
{
    int c;

    dup2(from, STDIN_FILENO);
    dup2(to, STDOUT_FILENO);
    while ((c = getchar()) != EOF)
        putchar(change(c));
    exit(0);
}

static int upper(int c) { return c >= 'a' && c <= 'z' ? c - 32 : c; }
static int dots(int c) { return c == ' ' ? '.' : c; }

int main(void)
{
    int a[2], b[2], c[2], n = 0;
    char line[128];
    FILE *in;

    assert(pipe(a) == 0 && pipe(b) == 0 && pipe(c) == 0);
    fflush(stdout);
    if (fork() == 0) {
        close(a[1]), close(b[0]), close(c[0]), close(c[1]);
        filter(a[0], b[1], upper);
    }
    if (fork() == 0) {
        close(a[0]), close(a[1]), close(b[1]), close(c[0]);
        filter(b[0], c[1], dots);
    }
    close(a[0]), close(b[0]), close(b[1]), close(c[1]);
    for (int i = 0; i < 3; i++)
        dprintf(a[1], "line %d of the text\n", i);
    close(a[1]);
    in = fdopen(c[0], "r");
    while (fgets(line, sizeof line, in))
        printf("%d: %s", n++, line);
    fclose(in);
    while (wait(NULL) > 0)
        continue;

    /* Events: whoever is ready. */
    int fd[3][2];
    struct pollfd p[3];
    for (int i = 0; i < 3; i++) {
        assert(pipe(fd[i]) == 0);
        p[i] = (struct pollfd){ .fd = fd[i][0], .events = POLLIN };
    }
    printf("nothing: %d\n", poll(p, 3, 10));
    write(fd[1][1], "x", 1);
    n = poll(p, 3, -1);
    printf("one: %d %d%d%d\n", n, p[0].revents, p[1].revents, p[2].revents);
    close(fd[2][1]);
    n = poll(p, 3, 1000);
    printf("two: %d %d\n", n, p[2].revents == POLLHUP);
    fd_set set;
    struct timeval t = { .tv_usec = 1000 };
    FD_ZERO(&set);
    FD_SET(fd[0][0], &set);
    FD_SET(fd[1][0], &set);
    n = select(16, &set, NULL, NULL, &t);
    printf("select: %d %d %d\n", n, !!FD_ISSET(fd[0][0], &set),
           !!FD_ISSET(fd[1][0], &set));

    signal(SIGPIPE, SIG_IGN);
    close(fd[0][0]);
    n = (int)write(fd[0][1], "y", 1);
    printf("broken: %d %s\n", n, strerror(errno));
    fcntl(fd[1][0], F_SETFL, O_NONBLOCK);
    read(fd[1][0], line, 10);
    n = (int)read(fd[1][0], line, 10);
    printf("empty: %d %s\n", n, strerror(errno));
    n = close(99);
    printf("closed: %d %s\n", n, strerror(errno));
    return 0;
}
