/* files.c - descriptors, pipes and what the console says. */
#include "sys.h"

static char big[200000];

static void pipe_basics(void)
{
    int fd[2], n = 0;
    char buf[16];

    WANT(SYS(NR_pipe2, fd, 0), 0);
    WANT(fd[0], 3);
    WANT(fd[1], 4);
    WANT(SYS(NR_write, fd[1], "hello", 5), 5);
    WANT(SYS(NR_ioctl, fd[0], 0x541b, &n), 0);
    WANT(n, 5);
    WANT(SYS(NR_read, fd[0], buf, 3), 3);
    WANT(SYS(NR_read, fd[0], buf, 16), 2);
    WANT(buf[1], 'o');
    WANT(SYS(NR_read, fd[1], buf, 1), -EBADF);
    WANT(SYS(NR_write, fd[0], buf, 1), -EBADF);
    WANT(SYS(NR_write, fd[1], 4, 1), -EFAULT);
    WANT(SYS(NR_close, fd[1]), 0);
    WANT(SYS(NR_read, fd[0], buf, 16), 0);
    WANT(SYS(NR_close, fd[0]), 0);
    WANT(SYS(NR_close, fd[0]), -EBADF);
    WANT(SYS(NR_pipe2, 8, 0), -EFAULT);
    WANT(SYS(NR_pipe2, fd, 1), -EINVAL);
}

static void nonblocking(void)
{
    int fd[2];
    long total = 0, n;

    WANT(SYS(NR_pipe2, fd, 04000), 0);
    WANT(SYS(NR_read, fd[0], big, 1), -EAGAIN);
    while ((n = SYS(NR_write, fd[1], big, 4096)) > 0)
        total += n;
    WANT(n, -EAGAIN);
    WANT(total, 65536);
    WANT(SYS(NR_read, fd[0], big, 100), 100);
    WANT(SYS(NR_write, fd[1], big, 4096), -EAGAIN);     /* all or nothing */
    WANT(SYS(NR_write, fd[1], big, 5000), 100);         /* more than PIPE_BUF: a part */
    SYS(NR_close, fd[0]);
    SYS(NR_close, fd[1]);
}

static void broken_pipe(void)
{
    int fd[2], status = 0;
    struct { void *h; uint32_t flags, mask[2]; } ignore = { (void *)1, 0, { 0, 0 } };
    long pid;

    WANT(SYS(NR_pipe2, fd, 0), 0);
    SYS(NR_close, fd[0]);
    if ((pid = fork_()) == 0) {
        SYS(NR_write, fd[1], "x", 1);
        exit_(1);
    }
    wait_for(pid, &status);
    WANT(status, SIGPIPE);
    SYS(NR_sigaction, SIGPIPE, &ignore, 0, 8);
    WANT(SYS(NR_write, fd[1], "x", 1), -EPIPE);
    SYS(NR_close, fd[1]);
}

/* More than the pipe holds, checked at the other end. */
static void producer_consumer(void)
{
    int fd[2], status = 0;
    long pid, n, total = 0;
    unsigned char buf[777];

    for (unsigned i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 7 + i / 256);
    WANT(SYS(NR_pipe2, fd, 0), 0);
    if ((pid = fork_()) == 0) {
        SYS(NR_close, fd[0]);
        WANT(SYS(NR_write, fd[1], big, sizeof big), sizeof big);
        exit_(0);
    }
    SYS(NR_close, fd[1]);
    while ((n = SYS(NR_read, fd[0], buf, sizeof buf)) > 0)
        for (long i = 0; i < n; i++, total++)
            WANT((char)buf[i], big[total]);
    WANT(total, sizeof big);
    wait_for(pid, &status);
    WANT(status, 0);
    SYS(NR_close, fd[0]);
}

static void vectors(void)
{
    int fd[2], status = 0;
    char a[4] = "", b[8] = "";
    struct { const void *base; size_t len; } out[3] = { { "ab", 2 }, { "", 0 }, { "cdef", 4 } };
    struct { const void *base; size_t len; } in[2] = { { a, 3 }, { b, 8 } };
    struct { const void *base; size_t len; } large[2] = { { big, 100000 }, { big, 100000 } };
    long pid, total = 0, n;

    WANT(SYS(NR_pipe2, fd, 0), 0);
    WANT(SYS(NR_writev, fd[1], out, 3), 6);
    WANT(SYS(NR_readv, fd[0], in, 2), 6);
    WANT(a[2], 'c');
    WANT(b[2], 'f');
    if ((pid = fork_()) == 0) {
        SYS(NR_close, fd[0]);
        WANT(SYS(NR_writev, fd[1], large, 2), 200000);
        exit_(0);
    }
    SYS(NR_close, fd[1]);
    static char sink[3000];
    while ((n = SYS(NR_read, fd[0], sink, sizeof sink)) > 0)
        for (long i = 0; i < n; i++, total++)
            WANT(sink[i], big[total % 100000]);
    WANT(total, 200000);
    wait_for(pid, &status);
    SYS(NR_close, fd[0]);
}

static void duplicates(void)
{
    int fd[2];
    char c;

    WANT(SYS(NR_pipe2, fd, 0), 0);
    WANT(SYS(NR_dup, fd[1]), 5);
    WANT(SYS(NR_dup3, fd[1], 10, 0), 10);
    WANT(SYS(NR_dup3, fd[1], fd[1], 0), -EINVAL);
    WANT(SYS(NR_dup3, fd[1], 5000, 0), -EBADF);
    WANT(SYS(NR_dup, 33), -EBADF);
    SYS(NR_close, fd[1]);
    SYS(NR_close, 5);
    WANT(SYS(NR_write, 10, "z", 1), 1);
    WANT(SYS(NR_fcntl, 10, 0, 20), 20);
    WANT(SYS(NR_fcntl, 20, 1), 0);
    WANT(SYS(NR_fcntl, 20, 2, 1), 0);
    WANT(SYS(NR_fcntl, 20, 1), 1);
    WANT(SYS(NR_fcntl, 20, 3), 1);
    SYS(NR_close, 10);
    SYS(NR_close, 20);
    WANT(SYS(NR_read, fd[0], &c, 1), 1);
    WANT(SYS(NR_read, fd[0], &c, 1), 0);
    SYS(NR_close, fd[0]);
    long n = 0;
    while (SYS(NR_dup, 1) >= 0)
        n++;
    WANT(SYS(NR_dup, 1), -EMFILE);
    while (n--)
        SYS(NR_close, n + 3);
}

static void polling(void)
{
    int fd[2], status = 0;
    long pid;
    struct { int fd; int16_t events, revents; } p[1];
    struct timespec64 t = { 0, 2000000 };

    WANT(SYS(NR_pipe2, fd, 0), 0);
    p[0].fd = fd[0];
    p[0].events = 1;
    WANT(SYS(NR_ppoll, p, 1, &t, 0, 8), 0);
    if ((pid = fork_()) == 0) {
        sleep_ms(5);
        SYS(NR_write, fd[1], "x", 1);
        exit_(0);
    }
    WANT(SYS(NR_ppoll, p, 1, 0, 0, 8), 1);
    WANT(p[0].revents, 1);
    wait_for(pid, &status);
    SYS(NR_close, fd[0]);
    SYS(NR_close, fd[1]);
}

static void asking(void)
{
    uint32_t st[64], name[100];

    WANT(SYS(NR_statx, 1, "", 0x1000, 0x7ff, st), 0);
    WANT(SYS(NR_statx, 40, "", 0x1000, 0x7ff, st), -EBADF);
    WANT(SYS(NR_statx, 1, 0, 0x1000, 0x7ff, st), -EFAULT);
    WANT(SYS(NR_openat, -100, "/etc/motd", 0, 0), -ENOENT);
    WANT(SYS(NR_uname, name), 0);
    WANT(SYS(400), -ENOSYS);
    WANT(SYS(-1), -ENOSYS);
}

int main(void)
{
    pipe_basics();
    nonblocking();
    broken_pipe();
    producer_consumer();
    vectors();
    duplicates();
    polling();
    asking();
    print("ok\n");
    return 0;
}
