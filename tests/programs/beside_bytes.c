/* beside_bytes.c - descriptors and bytes: fcntl, vectors, places, pipes, fifos, poll, sendfile,
 * sizes and holes. Run as root in an empty folder of an ext2 file system. */
#include "beside.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/time.h>

#ifndef SEEK_DATA
#define SEEK_DATA 3
#define SEEK_HOLE 4
#endif

static char buf[200000];

/* Is what the descriptor says of itself what its name says? */
static long same(const char *path, int fd)
{
    struct stat a, b;

    if (stat(path, &a) || fstat(fd, &b))
        return -1;
    return a.st_ino == b.st_ino && a.st_mode == b.st_mode && a.st_rdev == b.st_rdev &&
           a.st_uid == b.st_uid && a.st_gid == b.st_gid && a.st_nlink == b.st_nlink &&
           a.st_size == b.st_size;
}

static void descriptors(void)
{
    int fd, p[2];

    part("descriptors");
    put("f", "0123456789", 0644);
    fd = open("f", O_RDWR | O_CREAT | O_NOFOLLOW, 0644);
    SAY(pipe(p));
    SAY(fcntl(fd, F_GETFL) & (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | O_NONBLOCK));
    SAY(fcntl(p[0], F_GETFL));
    SAY(fcntl(p[1], F_GETFL));
    SAY(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK | O_WRONLY | O_CREAT | O_TRUNC));
    SAY(fcntl(fd, F_GETFL) & (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | O_NONBLOCK));
    SAY(size_of("f"));
    SAY(fcntl(fd, F_SETFL, 0));
    SAY(fcntl(fd, F_GETFL) & (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | O_NONBLOCK));
    SAY(fcntl(p[0], F_SETFL, O_APPEND));
    SAY(fcntl(p[0], F_SETFL, 0));
    SAY(fcntl(fd, F_GETFD));
    SAY(fcntl(fd, F_SETFD, ~0));
    SAY(fcntl(fd, F_GETFD));
    SAY(fcntl(fd, F_SETFD, 2));
    SAY(fcntl(fd, F_GETFD));
    OPENS(fcntl(fd, F_DUPFD, -1));
    OPENS(fcntl(fd, F_DUPFD, 1 << 30));
    SAY(fcntl(fd, F_DUPFD, 100));
    SAY(fcntl(fd, F_DUPFD, 100));
    SAY(fcntl(fd, F_DUPFD_CLOEXEC, 100));
    SAY(fcntl(102, F_GETFD));
    SAY(fcntl(101, F_GETFD));
    SAY(fcntl(102, F_GETFL) & O_ACCMODE);
    SAY(dup2(102, 101));
    SAY(fcntl(101, F_GETFD));
    SAY(dup2(101, 101));
    SAY(dup2(99, 99));
    SAY(dup2(99, 101));
    SAY(dup2(101, -1));
    SAY(fcntl(101, F_GETFD));
    SAY(dup3(101, 103, O_CLOEXEC));
    SAY(fcntl(103, F_GETFD));
    SAY(dup3(101, 101, O_CLOEXEC));
    SAY(dup3(99, 99, 0));
    SAY(dup3(101, 103, O_NONBLOCK));
    SAY(dup3(101, -1, 0));
    SAY(fcntl(-1, F_GETFD));
    SAY(fcntl(fd, 9999));
    SAY(fcntl(-1, 9999));
    SAY(fcntl(fd, F_GETPIPE_SZ));
    SAY(lseek(fd, 4, SEEK_SET));
    SAY(lseek(101, 0, SEEK_CUR));
    SAY(close(101) | close(100) | close(102) | close(103));
    SAY(close(100));
    SAY(pipe2(p, O_APPEND));
    SAY(pipe2((int *)nowhere, 0));
    SAY(pipe2(p, O_NONBLOCK | O_CLOEXEC));
    SAY(fcntl(p[1], F_GETFD));
    SAY(fcntl(p[1], F_GETFL));
    SAY(read(p[0], buf, 1));
    SAY(read(p[0], buf, 0));
    SAY(read(p[1], buf, 1));
    SAY(write(p[0], buf, 1));
    SAY(write(p[1], buf, 0));
}

static long span(int fd, char *a, size_t n, char *b, size_t m, int writing)
{
    struct iovec v[2] = { { a, n }, { b, m } };

    return writing ? writev(fd, v, 2) : readv(fd, v, 2);
}

static void vectors(void)
{
    static struct iovec v[1025];
    int fd = open("v", O_RDWR | O_CREAT | O_TRUNC, 0644), dir = open(".", O_RDONLY), p[2];

    part("vectors and bad pointers");
    for (int i = 0; i < 1025; i++)
        v[i] = (struct iovec){ buf + i, 1 };
    SAY(writev(fd, v, 0));
    SAY(writev(fd, v, 1024));
    SAY(writev(fd, v, 1025));
    SAY(writev(fd, v, -1));
    SAY(size_of("v"));
    SAY(span(fd, buf, 4, nowhere, 4, 1));
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(span(fd, nowhere, 4, buf, 4, 1));
    SAY(span(fd, nowhere, 0, buf, 4, 1));
    SAY(span(fd, buf, 4, buf, (size_t)-1, 1));
    SAY(span(fd, buf, (size_t)-1, buf, 4, 1));
    SAY(size_of("v"));
    SAY(lseek(fd, 0, SEEK_SET));
    SAY(span(fd, buf, 4, nowhere, 4, 0));
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(span(fd, nowhere, 4, buf, 4, 0));
    SAY(span(fd, buf, 4, buf, (size_t)-1, 0));
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(readv(fd, (struct iovec *)nowhere, 1));
    SAY(readv(fd, (struct iovec *)nowhere, 0));
    SAY(readv(dir, v, 0));
    SAY(readv(dir, v, 1));
    SAY(read(dir, buf, 0));
    SAY(read(dir, buf, 1));
    SAY(pread(dir, buf, 1, 0));
    SAY(write(dir, buf, 1));
    SAY(read(fd, nowhere, 1));
    SAY(read(fd, nowhere, 0));
    SAY(write(fd, nowhere, 1));
    SAY(write(fd, nowhere, 0));
    SAY(pread(fd, nowhere, 1, 0));
    SAY(pread(fd, nowhere, 1, 1 << 20));
    SAY(pwrite(fd, nowhere, 1, 0));
    SAY(pread(fd, buf, 1, -1));
    SAY(pwrite(fd, buf, 1, -1));
    SAY(pwrite(fd, buf, 0, 1 << 20));
    SAY(size_of("v"));
    pipe2(p, O_NONBLOCK);
    SAY(span(p[1], buf, 4, nowhere, 4, 1));
    SAY(span(p[1], nowhere, 4, buf, 4, 1));
    SAY(read(p[0], buf, 100));
    SAY(write(p[1], nowhere, 1));
    SAY(write(p[1], "xy", 2));
    SAY(read(p[0], nowhere, 1));
    SAY(read(p[0], buf, 100));
    SAY(pread(p[0], buf, 1, 0));
    SAY(pwrite(p[1], buf, 1, 0));
    SAY(pread(p[0], buf, 1, -1));
    SAY(pread(p[1], buf, 1, 0));
    SAY(lseek(p[0], 0, SEEK_CUR));
    SAY(lseek(p[0], 0, 99));
    close(p[0]), close(p[1]), close(fd), close(dir);
}

static void places(void)
{
    int fd = open("a", O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0644);
    int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);
    int full = open("/dev/full", O_RDWR), rd = open("a", O_RDONLY);

    part("places");
    SAY(write(fd, "abcdef", 6));
    SAY(size_of("a"));
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(lseek(fd, 2, SEEK_SET));
    SAY(write(fd, "", 0));
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(write(fd, "z", 1));
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(lseek(fd, 0, 5));
    SAY(lseek(fd, -1, SEEK_SET));
    SAY(lseek(fd, -100, SEEK_END));
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(ftruncate(rd, 0));
    SAY(ftruncate(fd, -1));
    SAY(truncate("a", -1));
    SAY(ftruncate(null, 0));
    SAY(truncate("/dev/null", 0));
    SAY(fallocate(fd, 0, -1, 1));
    SAY(fallocate(fd, 0, 0, 0));
    SAY(fallocate(fd, 0, 0, -1));
    SAY(fallocate(rd, 0, 0, 10));
    SAY(fallocate(null, 0, 0, 10));
    SAY(lseek(null, 10, SEEK_SET));
    SAY(lseek(zero, 10, SEEK_CUR));
    SAY(pread(null, buf, 10, 5));
    SAY(pread(zero, buf, 10, 5));
    SAY(pwrite(null, buf, 10, 5));
    SAY(pwrite(full, buf, 10, 5));
    SAY(pread(full, buf, 10, 5));
    SAY(write(null, nowhere, 10));
    SAY(read(zero, nowhere, 10));
    SAY(read(null, nowhere, 10));
    SAY(fsync(fd));
    SAY(fsync(rd));
    SAY(fdatasync(rd));
    SAY(fsync(null));
    SAY(fsync(99));
    SAY(same("/dev/null", null));
    SAY(same("/dev/zero", zero));
    SAY(same("a", rd));
    SAY(mode_of("/dev/null") & S_IFMT);
    SAY(isatty(null));
    close(fd), close(rd), close(null), close(zero), close(full);
}

/* Where data and holes begin, by turns. */
static void walk_holes(int fd)
{
    long at = 0;

    for (int i = 0; at >= 0 && i < 12; i++) {
        at = lseek(fd, at, i & 1 ? SEEK_HOLE : SEEK_DATA);
        printf("    %s %ld\n", i & 1 ? "hole" : "data", at);
    }
    fflush(stdout);
}

static void holes(void)
{
    int fd = open("h", O_RDWR | O_CREAT | O_TRUNC, 0644), null = open("/dev/null", O_RDWR);

    part("holes");
    SAY(lseek(fd, 0, SEEK_DATA));
    SAY(lseek(fd, 0, SEEK_HOLE));
    SAY(pwrite(fd, "x", 1, 0));
    SAY(lseek(fd, 0, SEEK_DATA));
    SAY(lseek(fd, 0, SEEK_HOLE));
    SAY(lseek(fd, 1, SEEK_DATA));
    SAY(lseek(fd, 1, SEEK_HOLE));
    SAY(lseek(fd, -1, SEEK_DATA));
    SAY(lseek(fd, -1, SEEK_HOLE));
    SAY(lseek(null, 0, SEEK_DATA));
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(ftruncate(fd, 100000));
    SAY(pwrite(fd, "x", 1, 50000));
    SAY(pwrite(fd, "x", 1, 20000));
    walk_holes(fd);
    SAY(pwrite(fd, buf, 30000, 20001));
    SAY(pwrite(fd, "x", 1, 30000000));
    walk_holes(fd);
    SAY(ftruncate(fd, 40000));
    walk_holes(fd);
    SAY(ftruncate(fd, 0));
    SAY(ftruncate(fd, 65536));
    walk_holes(fd);
    char *map = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    SAY(map != MAP_FAILED);
    map[33000] = 'x';
    walk_holes(fd);
    SAY(pread(fd, buf, 10, 32996));
    SAY(buf[4]);
    munmap(map, 65536);
    walk_holes(fd);
    close(fd), close(null);
}

/* Descriptors of /proc go back to the beginning, and read at a place. */
static void machine(void)
{
    static char again[sizeof buf];
    int fd = open("/proc/version", O_RDONLY), dir = open("/proc", O_RDONLY);
    long n = read(fd, buf, 5);

    part("/proc");
    SAY(n);
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(lseek(fd, 0, SEEK_SET));
    SAY(read(fd, again, 5));
    SAY(memcmp(buf, again, 5));
    SAY(pread(fd, again, 3, 2));
    SAY(memcmp(buf + 2, again, 3));
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(lseek(fd, 0, SEEK_END));
    SAY(lseek(fd, -1, SEEK_SET));
    n = syscall(SYS_getdents64, dir, buf, 200);
    SAY(lseek(dir, 0, SEEK_SET));
    SAY(syscall(SYS_getdents64, dir, again, 200) == n && !memcmp(buf, again, (size_t)n));
    close(fd), close(dir);
}

/* Small vectors of several writers are not mixed, even if the pipe is full now and then. */
static void together(void)
{
    struct iovec v[3];
    char mine[3000];
    long mixed = 0, n = 0, got;
    int p[2], writers = 3;

    part("writev to a pipe");
    pipe(p);
    for (int i = 0; i < writers; i++)
        if (fork() == 0) {
            memset(mine, 'a' + i, sizeof mine);
            v[0] = (struct iovec){ mine, 1 };
            v[1] = (struct iovec){ mine, 1000 };
            v[2] = (struct iovec){ mine, 1999 };
            for (int k = 0; k < 60; k++)
                if (writev(p[1], v, 3) != 3000)
                    puts("short");
            _exit(0);
        }
    close(p[1]);
    while ((got = read(p[0], mine, 3000 - (size_t)(n % 3000))) > 0) {
        for (long i = 0; i < got; i++)
            mixed += n % 3000 ? mine[i] != buf[0] : (buf[0] = mine[i], 0), n++;
    }
    SAY(n);
    SAY(mixed);
    while (wait(NULL) > 0)
        ;
    pipe2(p, O_NONBLOCK);
    while (write(p[1], buf, 4096) > 0)
        ;
    SAY(read(p[0], buf, 4096));
    v[0] = (struct iovec){ buf, 4000 };
    v[1] = (struct iovec){ buf, 96 };
    SAY(writev(p[1], v, 2));
    SAY(read(p[0], buf, 4095));
    SAY(writev(p[1], v, 2));
    close(p[0]), close(p[1]);
}

static long poll_one(int fd, int events, int timeout)
{
    struct pollfd p = { fd, (short)events, 0 };
    long n = poll(&p, 1, timeout);

    return n < 0 ? n : n * 1000 + p.revents;
}

enum { ALL = POLLIN | POLLOUT | POLLPRI };

static void polling(void)
{
    struct pollfd none = { -1, ALL, 99 }, two[2] = { { -1, 0, 0 }, { 0, 0, 0 } };
    int p[2], fd = open("f", O_RDWR), dir = open(".", O_RDONLY), null = open("/dev/null", O_RDWR);
    long n;

    part("poll");
    pipe2(p, O_NONBLOCK);
    SAY(poll_one(p[0], ALL, 0));
    SAY(poll_one(p[1], ALL, 0));
    SAY(write(p[1], "x", 1));
    SAY(poll_one(p[0], ALL, 0));
    SAY(poll_one(p[0], 0, 0));
    SAY(poll_one(p[0], POLLPRI, 0));
    SAY(poll_one(p[0], POLLRDNORM, 0));
    SAY(poll_one(p[0], POLLIN | POLLRDNORM | POLLWRNORM | POLLOUT, 0));
    SAY(poll_one(p[1], POLLIN | POLLRDNORM | POLLWRNORM | POLLOUT, 0));
    SAY(poll_one(fd, POLLIN | POLLRDNORM | POLLWRNORM | POLLOUT | POLLPRI, 0));
    SAY(poll_one(null, POLLIN | POLLRDNORM | POLLWRNORM | POLLOUT | POLLPRI, 0));
    while (write(p[1], buf, 4096) > 0)
        ;
    SAY(poll_one(p[1], ALL, 0));
    SAY(read(p[0], buf, 4096));
    SAY(poll_one(p[1], ALL, 0));
    SAY(dup2(p[1], 120));
    SAY(close(p[1]));
    SAY(poll_one(p[0], ALL, 0));
    SAY(close(120));
    SAY(poll_one(p[0], ALL, 0));
    SAY(poll_one(p[0], 0, -1));
    while ((n = read(p[0], buf, sizeof buf)) > 0)
        ;
    SAY(n);
    SAY(poll_one(p[0], ALL, -1));
    close(p[0]);
    pipe(p);
    close(p[0]);
    SAY(poll_one(p[1], ALL, 0));
    SAY(poll_one(p[1], 0, -1));
    SAY(poll_one(p[0], ALL, -1));
    SAY(poll_one(fd, ALL, -1));
    SAY(poll_one(fd, 0, 0));
    SAY(poll_one(dir, ALL, 0));
    SAY(poll(&none, 1, 1));
    SAY(none.revents);
    SAY(poll(NULL, 0, 1));
    SAY(poll((struct pollfd *)nowhere, 1, 0));
    SAY(poll(two, 2, 0));
    SAY(poll_one(-2, ALL, 1));
    SAY(poll_one(500, ALL, -1));
    SAY(poll_one(500, 0, 0));
    close(p[1]), close(fd), close(dir), close(null);
}

static void no_signal(int n)
{
    (void)n;
}

/* The time-out is relative, bad ones are refused, the mask holds while it waits. */
static void ppolling(void)
{
    struct timespec bad = { 0, 1000000000 }, negative = { -1, 0 }, none = { 0, 0 }, soon = { 0, 20000000 };
    struct itimerval it = { { 0, 0 }, { 0, 5000 } };
    struct sigaction a = { .sa_handler = no_signal };
    sigset_t all, empty;
    int p[2];

    part("ppoll");
    pipe(p);
    struct pollfd one = { p[0], POLLIN, 0 };
    SAY(ppoll(&one, 1, &bad, NULL));
    SAY(ppoll(&one, 1, &negative, NULL));
    SAY(ppoll(&one, 1, &none, NULL));
    SAY(ppoll(&one, 1, &none, (sigset_t *)nowhere));
    sigfillset(&all);
    sigemptyset(&empty);
    sigaction(SIGALRM, &a, NULL);
    setitimer(ITIMER_REAL, &it, NULL);
    SAY(ppoll(&one, 1, &soon, &all));
    sigprocmask(SIG_BLOCK, &all, NULL);
    setitimer(ITIMER_REAL, &it, NULL);
    SAY(ppoll(&one, 1, NULL, &empty));
    setitimer(ITIMER_REAL, &it, NULL);
    SAY(poll(&one, 1, 20));
    SAY(write(p[1], "x", 1));
    SAY(ppoll(&one, 1, NULL, &empty));
    SAY(poll(&one, 1, 20));
    SAY(read(p[0], buf, 1));
    SAY(ppoll(&one, 1, &none, &empty));
    sigprocmask(SIG_SETMASK, &empty, NULL);
    close(p[0]), close(p[1]);
}

static void sending(void)
{
    int in = open("f", O_RDONLY), out = open("out", O_RDWR | O_CREAT | O_TRUNC, 0644), p[2];
    int app = open("app", O_WRONLY | O_CREAT | O_APPEND, 0644), dir = open(".", O_RDONLY);
    int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY), w = open("f", O_WRONLY);
    off_t at = 2, far = 100, bad = -1;

    part("sendfile");
    pipe2(p, O_NONBLOCK);
    SAY(sendfile(out, in, NULL, 4));
    SAY(lseek(in, 0, SEEK_CUR));
    SAY(lseek(out, 0, SEEK_CUR));
    SAY(sendfile(out, in, &at, 3));
    SAY(at);
    SAY(lseek(in, 0, SEEK_CUR));
    SAY(sendfile(out, in, NULL, 100));
    SAY(sendfile(out, in, NULL, 100));
    SAY(sendfile(out, in, &far, 100));
    SAY(far);
    SAY(sendfile(out, in, &bad, 1));
    SAY(sendfile(out, in, NULL, 0));
    SAY(size_of("out"));
    at = 0;
    SAY(sendfile(p[1], in, &at, 5));
    SAY(read(p[0], buf, 100));
    SAY(sendfile(null, in, &at, 5));
    SAY(sendfile(app, in, &at, 1));
    SAY(sendfile(out, dir, NULL, 1));
    SAY(sendfile(out, p[0], NULL, 1));
    SAY(sendfile(out, w, NULL, 1));
    SAY(sendfile(in, in, NULL, 1));
    SAY(sendfile(out, in, (off_t *)nowhere, 1));
    SAY(sendfile(99, in, NULL, 1));
    SAY(sendfile(out, 99, NULL, 1));
    at = 0;
    SAY(sendfile(out, out, &at, 5));
    SAY(size_of("out"));
    while (write(p[1], buf, 4096) > 0)
        ;
    at = 0;
    SAY(sendfile(p[1], in, &at, 5));
    SAY(read(p[0], buf, 4096));
    SAY(sendfile(p[1], in, &at, 5));
    close(p[0]);
    signal(SIGPIPE, SIG_IGN);
    SAY(sendfile(p[1], in, &at, 5));
    close(p[1]), close(in), close(out), close(app), close(dir), close(null), close(zero), close(w);
}

/* --- fifos --- */


static int child(void (*what)(void))
{
    int pid = fork();

    if (pid == 0) {
        what();
        _exit(0);
    }
    return pid;
}

static void later_write(void)
{
    struct timespec t = { 0, 20000000 };

    nanosleep(&t, NULL);
    int fd = open("p", O_WRONLY);

    if (write(fd, "from the child", 14) != 14)
        puts("no write");
}

static void later_read(void)
{
    struct timespec t = { 0, 20000000 };

    nanosleep(&t, NULL);
    close(open("p2", O_RDONLY | O_NONBLOCK));
}

static void later_unlink(void)
{
    struct timespec t = { 0, 20000000 };

    nanosleep(&t, NULL);
    int fd = open("p3", O_WRONLY | O_NONBLOCK);

    unlink("p3");
    close(fd);
}

static void fifos(void)
{
    int rd, wr, fd;

    part("fifos");
    signal(SIGPIPE, SIG_IGN);
    SAY(mkfifo("p", 0644) | mkfifo("p2", 0644) | mkfifo("p3", 0644));
    SAY(open("p", O_WRONLY | O_NONBLOCK));
    rd = open("p", O_RDONLY | O_NONBLOCK);
    SAY(rd >= 0);
    SAY(read(rd, buf, 1));
    SAY(poll_one(rd, ALL, 0));
    wr = open("p", O_WRONLY | O_NONBLOCK);
    SAY(wr >= 0);
    SAY(read(rd, buf, 1));
    SAY(poll_one(rd, ALL, 0));
    SAY(write(wr, "abc", 3));
    SAY(close(wr));
    SAY(poll_one(rd, ALL, 0));
    SAY(read(rd, buf, 10));
    SAY(read(rd, buf, 10));
    SAY(close(rd));
    fd = open("p", O_RDWR | O_NONBLOCK);
    SAY(fd >= 0);
    SAY(poll_one(fd, ALL, 0));
    SAY(read(fd, buf, 1));
    SAY(write(fd, "xyz", 3));
    SAY(poll_one(fd, ALL, 0));
    SAY(size_of("p"));
    SAY(close(fd));
    fd = open("p", O_RDWR | O_NONBLOCK);
    SAY(read(fd, buf, 10));
    SAY(lseek(fd, 0, SEEK_SET));
    SAY(ftruncate(fd, 0));
    SAY(fsync(fd));
    SAY(same("p", fd));
    SAY(fchmod(fd, 0600));
    SAY(fchown(fd, 7, 8));
    SAY(same("p", fd));
    SAY(mode_of("p"));
    SAY(close(fd));
    OPENS(open("p", O_RDONLY | O_TRUNC | O_NONBLOCK));
    OPENS(open("p", O_RDONLY | O_DIRECTORY | O_NONBLOCK));
    OPENS(open("p", O_RDONLY | O_CREAT | O_EXCL | O_NONBLOCK, 0644));
    SAY(child(later_write) > 0);
    rd = open("p", O_RDONLY);
    SAY(rd >= 0);
    SAY(read(rd, buf, 100));
    SAY(read(rd, buf, 100));
    SAY(wait(NULL) > 0);
    SAY(close(rd));
    SAY(child(later_read) > 0);
    wr = open("p2", O_WRONLY);
    SAY(wr >= 0);
    SAY(wait(NULL) > 0);
    SAY(write(wr, "x", 1));
    SAY(close(wr));
    SAY(child(later_unlink) > 0);
    rd = open("p3", O_RDONLY);
    SAY(rd >= 0);
    SAY(wait(NULL) > 0);
    SAY(read(rd, buf, 1));
    SAY(close(rd));
    OPENS(open("p3", O_RDONLY | O_NONBLOCK));
}

/* Up to PIPE_BUF bytes go in together or not at all; more as far as there is room. */
static void room(void)
{
    int p[2];
    long total = 0, n;

    part("room in a pipe");
    pipe2(p, O_NONBLOCK);
    while ((n = write(p[1], buf, 4096)) > 0)
        total += n;
    SAY(total);
    SAY(write(p[1], buf, 1));
    SAY(read(p[0], buf, 4095));
    SAY(write(p[1], buf, 4096));
    SAY(read(p[0], buf, 1));
    SAY(write(p[1], buf, 4096));
    SAY(read(p[0], buf, 8192));
    SAY(write(p[1], buf, 20000));
    SAY(write(p[1], buf, 20000));
    total = 0;
    while ((n = read(p[0], buf, sizeof buf)) > 0)
        total += n;
    SAY(total);
    SAY(write(p[1], buf, sizeof buf));
    close(p[0]), close(p[1]);
}

static void (*const parts[])(void) = {
    descriptors, vectors, places, holes, machine, together, polling, ppolling, sending, fifos, room,
};

int main(void)
{
    return in_order(parts, sizeof parts / sizeof *parts);
}
