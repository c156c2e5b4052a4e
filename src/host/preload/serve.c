/* serve.c - loaded into e2fsck (LD_PRELOAD): where it would open its image for the first time,
 * the process stops, and for each byte that it is sent it goes on from there to its end.
 *
 * At its end it is put back to where it stopped: all that it may write to (data of program
 * and libraries, heap, stack, registers) as it was then, files that it left open closed. So
 * neither a process nor its memory has to be made for an image: what is left is e2fsck's own
 * work. Who puts back runs on a stack of its own, in memory that is not put back.
 *
 * What it reads and writes of its image is a copy in memory, since the image is a file in
 * memory anyway: a call of the kernel for each block would be a third of the time.
 *
 * What the kernel knows of a process and this does not put back: handlers of signals, which
 * e2fsck sets before it opens anything, and its working directory, which it leaves alone.
 */
#include "serve.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { RANGES = 64, MOST = 1 << 20, HEAP = 384 << 10, STACK = 64 << 10, SAID = 64 << 10,
       PAGE = 4096, FDS = 64 };

static struct { char *at, *saved; size_t size; } range[RANGES];
static int nranges;
static ucontext_t waits, works; /* who puts back; e2fsck where it stopped */
static void *heap_end;
static uint64_t were_open;      /* descriptors below FDS, then */
static bool serves;
static int ended;               /* with this exit status */

static char *image;             /* mapped */
static size_t image_size;
static uint64_t are_image;      /* descriptors */

/* ---- back to where it stopped ---- */

/* Not in a range: it would be put back itself. */
static void *apart(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        _exit(127);
    return p;
}

/* Private memory that can be written to; what e2fsck takes later comes from the heap. */
static void find_ranges(void)
{
    FILE *f = fopen("/proc/self/maps", "r");
    unsigned long from, to;
    char line[512], rights[8];

    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3 && !strcmp(rights, "rw-p")) {
            if (nranges == RANGES)
                _exit(127);
            range[nranges].at = (char *)from;
            range[nranges++].size = to - from;
        }
    if (!f || fclose(f))
        _exit(127);
}

static void keep(void)
{
    heap_end = (void *)syscall(SYS_brk, 0);
    for (int fd = 0; fd < FDS; fd++)
        were_open |= (uint64_t)(fcntl(fd, F_GETFD) >= 0) << fd;
    for (int i = 0; i < nranges; i++)
        memcpy(range[i].saved, range[i].at, range[i].size);
}

static void put_back(void)
{
    for (int i = 0; i < nranges; i++)
        for (size_t at = 0; at < range[i].size; at += PAGE)
            if (memcmp(range[i].at + at, range[i].saved + at, PAGE))
                memcpy(range[i].at + at, range[i].saved + at, PAGE);
    syscall(SYS_brk, heap_end);
    for (int fd = 3; fd < FDS; fd++)
        if (!(were_open >> fd & 1))
            syscall(SYS_close, fd);
}

static void serve(void)
{
    char byte;

    keep();
    while (read(SERVE_ASK, &byte, 1) == 1) {
        swapcontext(&waits, &works);
        int status = ended;

        put_back();
        if (write(SERVE_ANSWER, &status, sizeof status) != sizeof status)
            break;
    }
    _exit(0);
}

static void map_image(const char *path)
{
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat(fd, &st))
        _exit(127);
    image_size = (size_t)st.st_size;
    image = mmap(NULL, image_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (image == MAP_FAILED)
        _exit(127);
    close(fd);
}

/* It writes its words one by one: a call of the kernel for each, half of the time that an image
 * with many faults takes. Both outputs are one, so that they stay in order; of one that dies the
 * last words are lost. */
static void buffer_output(void)
{
    fflush(NULL);
    stderr = stdout;
    setvbuf(stdout, apart(SAID), _IOFBF, SAID);
}

/* Returns once for each image. */
static void stop_here(const char *path)
{
    serves = true;
    buffer_output();
    map_image(path);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    mallopt(M_MMAP_THRESHOLD, INT_MAX);
    free(malloc(HEAP));         /* it stays the heap's */
    find_ranges();
    for (int i = 0; i < nranges; i++)
        range[i].saved = apart(range[i].size);
    getcontext(&waits);
    waits.uc_stack.ss_sp = apart(STACK);
    waits.uc_stack.ss_size = STACK;
    makecontext(&waits, serve, 0);
    swapcontext(&works, &waits);
}

static _Noreturn void finish(int status)
{
    fflush(NULL);
    if (!serves)
        _exit(status);
    ended = status & 0xff;
    setcontext(&waits);
    _exit(127);
}

/* ---- instead of the C library's ---- */

void exit(int status)
{
    finish(status);
}

typedef int main_fn(int argc, char **argv, char **envp);
static main_fn *its_main;

static int main_to_the_end(int argc, char **argv, char **envp)
{
    finish(its_main(argc, argv, envp));
}

typedef int start_fn(main_fn *, int, char **, void (*)(void), void (*)(void), void (*)(void),
                     void *);
int __libc_start_main(main_fn *, int, char **, void (*)(void), void (*)(void), void (*)(void),
                      void *);

int __libc_start_main(main_fn *its, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
    void *found = dlsym(RTLD_NEXT, "__libc_start_main");
    start_fn *start;

    memcpy(&start, &found, sizeof start);
    its_main = its;
    return start(main_to_the_end, argc, argv, init, fini, rtld_fini, stack_end);
}

static int opened(const char *path, int flags, int mode)
{
    const char *served = getenv(SERVE_ENV);
    bool is_image = served && !strcmp(path, served);

    if (is_image && !serves)
        stop_here(path);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);

    if (is_image && fd >= 0 && fd < FDS)
        are_image |= UINT64_C(1) << fd;
    return fd;
}

/* The names by which a libext2fs may know it; declared here, since headers make others of
 * them. */
#define OPEN(name)                                                              \
    int name(const char *path, int flags, ...);                                 \
    int name(const char *path, int flags, ...)                                  \
    {                                                                           \
        va_list ap;                                                             \
                                                                                \
        va_start(ap, flags);                                                    \
        int mode = flags & O_CREAT ? va_arg(ap, int) : 0;                       \
        va_end(ap);                                                             \
        return opened(path, flags, mode);                                       \
    }
OPEN(open)
OPEN(open64)

#define OPEN_2(name)                                                            \
    int name(const char *path, int flags);                                      \
    int name(const char *path, int flags)                                       \
    {                                                                           \
        return opened(path, flags, 0);                                          \
    }
OPEN_2(__open_2)
OPEN_2(__open64_2)

int close(int fd)
{
    if (fd >= 0 && fd < FDS)
        are_image &= ~(UINT64_C(1) << fd);
    return (int)syscall(SYS_close, fd);
}

static bool in_image(int fd, off_t at, size_t n)
{
    return fd >= 0 && fd < FDS && are_image >> fd & 1 && at >= 0 &&
           (size_t)at <= image_size && n <= image_size - (size_t)at;
}

ssize_t pread64(int fd, void *buf, size_t n, off_t at);
ssize_t pread64(int fd, void *buf, size_t n, off_t at)
{
    if (!in_image(fd, at, n))
        return syscall(SYS_pread64, fd, buf, n, at);
    memcpy(buf, image + at, n);
    return (ssize_t)n;
}

ssize_t pwrite64(int fd, const void *buf, size_t n, off_t at);
ssize_t pwrite64(int fd, const void *buf, size_t n, off_t at)
{
    if (!in_image(fd, at, n))
        return syscall(SYS_pwrite64, fd, buf, n, at);
    memcpy(image + at, buf, n);
    return (ssize_t)n;
}
