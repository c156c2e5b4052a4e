/* file_ops.c SEED STEPS - a file against a copy in memory, the way fsx does it: written and read by
 * calls, vectors, appends, sendfile and through shared pages, cut, grown, synced, by a child now and
 * then. Says where the two differ first, and ends with status 1. The same on Linux. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SEEK_DATA
#define SEEK_DATA 3
#define SEEK_HOLE 4
#endif

enum { MOST = 96 * 1024, PIECE = 9000, PAGE = 4096 };

static char copy[MOST], buf[MOST];
static long size, step;
static int fd, more, pretend;
static char *shared;            /* all of it, and what is behind the end */
static uint32_t state;
static const char *doing;

static long any(long below)
{
    state = state * 1664525u + 1013904223u;
    return below > 0 ? (long)((state >> 8) % (uint32_t)below) : 0;
}

static void must(int good, const char *what)
{
    if (good)
        return;
    printf("step %ld, %s: %s, size %ld\n", step, doing, what, size);
    exit(1);
}

static void fill(char *to, long n)
{
    for (long i = 0; i < n; i++)
        to[i] = (char)(1 + any(255));
}

static void grow(long end)
{
    if (end > size)
        size = end;             /* the copy is zero there */
}

static void write_at(long at, long n)
{
    struct iovec v[2];
    long first = any(n);

    fill(copy + at, n);
    if (any(2)) {
        must(pretend || pwrite(fd, copy + at, (size_t)n, at) == n, "pwrite");
    } else {
        v[0] = (struct iovec){ copy + at, (size_t)first };
        v[1] = (struct iovec){ copy + at + first, (size_t)(n - first) };
        must(pretend || (lseek(fd, at, SEEK_SET) == at && writev(fd, v, 2) == n), "writev");
    }
    grow(at + n);
}

static void append(long n)
{
    if (size + n > MOST)
        return;
    fill(copy + size, n);
    must(write(more, copy + size, (size_t)n) == n, "append");
    size += n;
}

static void cut(long to)
{
    must(ftruncate(fd, to) == 0, "ftruncate");
    if (to < size)
        memset(copy + to, 0, (size_t)(size - to));
    size = to;
}

/* Through the pages; now and then also behind the end, which is nobody's. */
static void store(long at, long n)
{
    if (at + n > size)
        n = size - at;
    if (n <= 0)
        return;
    fill(copy + at, n);
    if (!pretend)
        memcpy(shared + at, copy + at, (size_t)n);
    if (size % PAGE && any(2) && !pretend)
        shared[size] = '!';
}

static void send(long at, long n)
{
    off_t from = at, to = at + n + any(MOST / 4);

    if (at + n > size || to + n > MOST || to < at + n)
        return;
    must(lseek(fd, to, SEEK_SET) == to, "lseek");
    must(sendfile(fd, fd, &from, (size_t)n) == n, "sendfile");
    memcpy(copy + to, copy + at, (size_t)n);
    grow(to + n);
}

static void compare(void)
{
    struct stat st;
    long at = any(size), n = any(size - at + 100);

    must(fstat(fd, &st) == 0 && st.st_size == size, "its size");
    long got = pread(fd, buf, (size_t)n, at), want = n < size - at ? n : size - at;
    must(got == want, "how much is read");
    must(!memcmp(buf, copy + at, (size_t)got), "what is read");
    if (any(2))
        must(!memcmp(shared + at, copy + at, (size_t)got), "what is mapped");
    long data = lseek(fd, at, SEEK_DATA), end = data < 0 ? size : data;
    for (long i = at; i < end && i < size; i++)
        must(!copy[i], "a hole");
}

static void map_again(void)
{
    if (shared)
        munmap(shared, MOST);
    shared = mmap(NULL, MOST, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    must(shared != MAP_FAILED, "mmap");
}

/* The child writes; both have the copy, since it goes by the same numbers. */
static void by_child(long at, long n)
{
    uint32_t from = state;
    int status;

    if (fork() == 0) {
        write_at(at, n);
        store(at / 2, n / 2);
        _exit(0);
    }
    wait(&status);
    must(status == 0, "a child");
    state = from;
    pretend = 1;                /* once more, for the copy alone */
    write_at(at, n);
    store(at / 2, n / 2);
    pretend = 0;
}

static void one_step(void)
{
    long at = any(MOST - PIECE), n = 1 + any(any(2) ? 200 : PIECE);

    switch (any(14)) {
    case 0: case 1: doing = "write"; write_at(at, n); break;
    case 2: doing = "append"; append(n); break;
    case 3: doing = "cut"; cut(any(size + 1)); break;
    case 4: doing = "grow"; cut(any(MOST)); break;
    case 5: case 6: case 7: doing = "store"; store(at, n); break;
    case 8: doing = "send"; send(at, n); break;
    case 9: doing = "fsync"; must((any(2) ? fsync(fd) : msync(shared, MOST, MS_SYNC)) == 0, "sync"); break;
    case 10: doing = "map"; map_again(); break;
    case 11: doing = "child"; if (!any(4)) by_child(at, n); break;
    default: break;
    }
    if (any(2))
        compare();
}

int main(int argc, char **argv)
{
    char name[32];

    if (argc < 3)
        return 2;
    state = (uint32_t)atoi(argv[1]);
    snprintf(name, sizeof name, "ops%s", argv[1]);
    fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
    more = open(name, O_WRONLY | O_APPEND);
    doing = "open";
    must(fd >= 0 && more >= 0, "open");
    map_again();
    for (step = 0; step < atoi(argv[2]); step++)
        one_step();
    must(pread(fd, buf, MOST, 0) == size && !memcmp(buf, copy, (size_t)size), "the end");
    printf("%s: right\n", argv[1]);
    return 0;
}
