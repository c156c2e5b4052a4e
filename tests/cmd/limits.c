/* limits.c - RLIMIT_STACK, _AS, _DATA, _NPROC and _NOFILE: what a call says at the limit, what
 * below. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KIB = 1024, PAGE = 4096 };

static char *program;

static int set(int what, rlim_t soft)
{
    struct rlimit l;

    getrlimit(what, &l);
    l.rlim_cur = soft;
    return setrlimit(what, &l);
}

static long soft_of(int what)
{
    struct rlimit l;

    getrlimit(what, &l);
    return l.rlim_cur == RLIM_INFINITY ? -1 : (long)l.rlim_cur;
}

/* So many bytes of stack, all touched. */
static int deep(unsigned bytes)
{
    volatile char room[KIB];

    room[0] = (char)bytes;
    return bytes > KIB ? deep(bytes - KIB) + room[0] : room[0];
}

/* A child goes so deep: the signal that ended it, or 0. Its limit is set before; or before an
 * execve. */
static int falls(unsigned limit, unsigned bytes, int exec)
{
    char text[16];
    int status;

    if (fork() == 0) {
        set(RLIMIT_STACK, limit);
        snprintf(text, sizeof text, "%u", bytes);
        if (exec)
            execl(program, program, text, NULL);
        deep(bytes);
        _exit(0);
    }
    wait(&status);
    return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void stack(void)
{
    printf("stack %ld\n", soft_of(RLIMIT_STACK));
    printf("%d %d\n", falls(64 * KIB, 32 * KIB, 0), falls(64 * KIB, 96 * KIB, 0));
    printf("%d %d\n", falls(64 * KIB, 32 * KIB, 1), falls(64 * KIB, 96 * KIB, 1));
    /* What was touched stays, and a higher limit is one. */
    deep(200 * KIB);
    set(RLIMIT_STACK, 64 * KIB);
    deep(150 * KIB);
    set(RLIMIT_STACK, 1024 * KIB);
    deep(900 * KIB);
    printf("stack %ld\n", soft_of(RLIMIT_STACK));
    set(RLIMIT_STACK, 8192 * KIB);
    printf("%d\n", falls(8192 * KIB, 7000 * KIB, 0));
}

static void *map(size_t size, int prot, int flags)
{
    return mmap(NULL, size, prot, flags | MAP_ANONYMOUS, -1, 0);
}

/* Pages that can be had until it fails; they are given back. */
static int pages(int prot, int flags)
{
    static void *at[64];
    int n = 0;

    while (n < 64 && (at[n] = map(PAGE, prot, flags)) != MAP_FAILED)
        n++;
    if (n < 64 && errno != ENOMEM)
        n = -1;
    for (int i = 0; i < n; i++)
        munmap(at[i], PAGE);
    return n;
}

/* The highest limit at which there is no page, by the call's own word. */
static long tight(int what)
{
    long limit = 0;

    do {
        limit += PAGE;
        set(what, (rlim_t)limit);
    } while (!pages(PROT_READ | PROT_WRITE, MAP_PRIVATE));
    return limit - PAGE;
}

static void memory(int what)
{
    const int rw = PROT_READ | PROT_WRITE;
    long full = tight(what);
    char *had = map(PAGE, rw, MAP_PRIVATE), *brk;

    munmap(had, PAGE);
    set(what, (rlim_t)full + 10 * PAGE);
    printf("private %d shared %d to read %d\n", pages(rw, MAP_PRIVATE), pages(rw, MAP_SHARED),
           pages(PROT_READ, MAP_PRIVATE));
    had = map(6 * PAGE, rw, MAP_PRIVATE);
    printf("in its own place %d\n", mmap(had, 6 * PAGE, rw, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS,
                                         -1, 0) == had);
    printf("mremap %d %d\n", mremap(had, 6 * PAGE, 11 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED,
           mremap(had, 6 * PAGE, 2 * PAGE, 0) == had);
    brk = sbrk(0);
    printf("brk %d %d %d\n", sbrk(8 * PAGE) == brk, sbrk(PAGE) == (void *)-1 && errno == ENOMEM,
           sbrk(-8 * PAGE) == brk + 8 * PAGE);
    set(what, RLIM_INFINITY);
    printf("without %d\n", pages(rw, MAP_PRIVATE));
}

static void tasks(void)
{
    int n = 0;
    pid_t pid = 0;

    set(RLIMIT_NPROC, 5);
    while (n < 20 && (pid = fork()) > 0)
        n++;
    if (pid == 0) {
        pause();
        _exit(0);
    }
    printf("children %d: %s\n", n, strerror(errno));
    signal(SIGTERM, SIG_IGN);   /* the children do not */
    kill(0, SIGTERM);
    while (wait(NULL) > 0)
        continue;
    pid = fork();
    if (pid == 0)
        _exit(0);
    printf("again %d\n", pid > 0);
    printf("hard %d\n", setrlimit(RLIMIT_NPROC, &(struct rlimit){ 5, RLIM_INFINITY }) && errno == EPERM);
}

static int open_all(void)
{
    int n = 0;

    while (dup(0) >= 0)
        n++;
    return n;
}

/* The limit is the process's, also where the table of descriptors is two processes' (clone(2),
 * CLONE_FILES; Linux has limits in signal_struct, not in files_struct). */
static void descriptors(void)
{
    pid_t pid;

    set(RLIMIT_NOFILE, 6);
    pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        printf("files %ld\n", soft_of(RLIMIT_NOFILE));
        set(RLIMIT_NOFILE, 4);
        int n = open_all();
        printf("the child's %d: %s\n", n, strerror(errno));
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    printf("still %ld: %d\n", soft_of(RLIMIT_NOFILE), open_all());
}

int main(int argc, char **argv)
{
    unsigned bytes = 0;

    program = argv[0];
    for (const char *s = argc > 1 ? argv[1] : ""; *s; s++)
        bytes = bytes * 10 + (unsigned)(*s - '0');
    if (argc > 1)
        return deep(bytes) & 0;
    setvbuf(stdout, NULL, _IONBF, 0);
    stack();
    memory(RLIMIT_AS);
    memory(RLIMIT_DATA);
    tasks();
    descriptors();
    return 0;
}
