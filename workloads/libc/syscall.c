/* syscall.c - the kernel's calls under the names that C programs know. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { AT_FDCWD = -100, P_ALL = 0, P_PID = 1, P_PGID = 2, WEXITED = 4 };

#define CALL0(n) __result(__syscall(n, 0, 0, 0, 0, 0, 0))
#define CALL1(n, a) __result(__syscall(n, (long)(a), 0, 0, 0, 0, 0))
#define CALL2(n, a, b) __result(__syscall(n, (long)(a), (long)(b), 0, 0, 0, 0))
#define CALL3(n, a, b, c) __result(__syscall(n, (long)(a), (long)(b), (long)(c), 0, 0, 0))
#define CALL4(n, a, b, c, d) \
    __result(__syscall(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0))

long __result(long r)
{
    if (r < 0 && r >= -4095) {
        errno = (int)-r;
        return -1;
    }
    return r;
}

long syscall(long number, ...)
{
    long a[6];
    va_list ap;

    va_start(ap, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(ap, long);
    va_end(ap);
    return __result(__syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]));
}

/* ---- descriptors ---- */

ssize_t read(int fd, void *buf, size_t n) { return CALL3(SYS_read, fd, buf, n); }
ssize_t write(int fd, const void *buf, size_t n) { return CALL3(SYS_write, fd, buf, n); }
int close(int fd) { return (int)CALL1(SYS_close, fd); }
int pipe(int fd[2]) { return (int)CALL2(SYS_pipe2, fd, 0); }
int dup(int fd) { return (int)CALL1(SYS_dup, fd); }

int dup2(int from, int to)
{
    return from == to ? to : (int)CALL3(SYS_dup3, from, to, 0);
}

int open(const char *path, int flags, ...)
{
    va_list ap;
    int mode;

    va_start(ap, flags);
    mode = flags & O_CREAT ? va_arg(ap, int) : 0;
    va_end(ap);
    return (int)CALL4(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* ---- processes ---- */

pid_t getpid(void) { return (pid_t)CALL0(SYS_getpid); }
pid_t getppid(void) { return (pid_t)CALL0(SYS_getppid); }
pid_t gettid(void) { return (pid_t)CALL0(SYS_gettid); }
pid_t fork(void) { return (pid_t)CALL2(SYS_clone, SIGCHLD, 0); }

int execve(const char *path, char *const argv[], char *const envp[])
{
    return (int)CALL3(SYS_execve, path, argv, envp);
}

int execv(const char *path, char *const argv[])
{
    return execve(path, argv, environ);
}

/* RV32 has no wait4: waitid's siginfo becomes the old status word. */
pid_t waitpid(pid_t pid, int *status, int options)
{
    struct { int signo, error, code, pid, uid, status, rest[26]; } info = { 0 };
    int type = pid == -1 ? P_ALL : pid > 0 ? P_PID : P_PGID, word;

    if (__result(__syscall(SYS_waitid, type, pid < 0 ? (pid == -1 ? 0 : -pid) : pid,
                           (long)&info, options | WEXITED, 0, 0)) < 0)
        return -1;
    if (info.pid == 0)
        return 0;               /* WNOHANG, and none has ended */
    word = info.code == 1 ? (info.status & 255) << 8            /* exited */
         : info.code == 2 ? info.status                         /* killed */
         : info.code == 3 ? info.status | 128                   /* dumped core */
         : info.code == 6 ? 0xffff : info.status << 8 | 127;    /* continued, stopped */
    if (status)
        *status = word;
    return info.pid;
}

pid_t wait(int *status)
{
    return waitpid(-1, status, 0);
}

/* ---- the scheduler ---- */

int sched_yield(void) { return (int)CALL0(SYS_sched_yield); }

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *p)
{
    return (int)CALL3(SYS_sched_setscheduler, pid, policy, p);
}

int sched_getscheduler(pid_t pid) { return (int)CALL1(SYS_sched_getscheduler, pid); }

int sched_setattr(pid_t pid, const struct sched_attr *attr, unsigned flags)
{
    return (int)CALL3(SYS_sched_setattr, pid, attr, flags);
}

int sched_getattr(pid_t pid, struct sched_attr *attr, unsigned size, unsigned flags)
{
    return (int)CALL4(SYS_sched_getattr, pid, attr, size, flags);
}

/* The kernel answers 20 - nice, so that no answer looks like an error. */
int getpriority(int which, int who)
{
    long r = CALL2(SYS_getpriority, which, who);

    return r < 0 ? -1 : 20 - (int)r;
}

int setpriority(int which, int who, int value)
{
    return (int)CALL3(SYS_setpriority, which, who, value);
}

int nice(int increment)
{
    int value = getpriority(PRIO_PROCESS, 0) + increment;

    return setpriority(PRIO_PROCESS, 0, value) < 0 ? -1 : getpriority(PRIO_PROCESS, 0);
}

/* ---- time ---- */

struct kernel_time { int64_t sec, nsec; };

int clock_gettime(int clock, struct timespec *t)
{
    struct kernel_time k;

    if (CALL2(SYS_clock_gettime64, clock, &k) < 0)
        return -1;
    t->tv_sec = k.sec;
    t->tv_nsec = (int32_t)k.nsec;
    return 0;
}

int nanosleep(const struct timespec *t, struct timespec *left)
{
    struct kernel_time k = { t->tv_sec, t->tv_nsec }, rest = { 0, 0 };
    long r = CALL4(SYS_clock_nanosleep_time64, CLOCK_MONOTONIC, 0, &k, &rest);

    if (r < 0 && left) {
        left->tv_sec = rest.sec;
        left->tv_nsec = (int32_t)rest.nsec;
    }
    return (int)r;
}

time_t time(time_t *t)
{
    struct timespec now = { 0 };

    clock_gettime(CLOCK_REALTIME, &now);
    if (t)
        *t = now.tv_sec;
    return now.tv_sec;
}

unsigned sleep(unsigned seconds)
{
    struct timespec t = { .tv_sec = seconds };

    return nanosleep(&t, &t) < 0 ? (unsigned)t.tv_sec : 0;
}

int usleep(unsigned microseconds)
{
    struct timespec t = { .tv_sec = microseconds / 1000000,
                          .tv_nsec = (int32_t)(microseconds % 1000000 * 1000) };

    return nanosleep(&t, NULL);
}

/* ---- memory ---- */

int brk(void *end)
{
    if (__syscall(SYS_brk, (long)end, 0, 0, 0, 0, 0) == (long)end)
        return 0;
    errno = ENOMEM;
    return -1;
}

void *sbrk(intptr_t increment)
{
    char *old = (char *)__syscall(SYS_brk, 0, 0, 0, 0, 0, 0);

    return increment && brk(old + increment) < 0 ? (void *)-1 : old;
}

void *mmap(void *addr, size_t n, int prot, int flags, int fd, off_t offset)
{
    return (void *)__result(__syscall(SYS_mmap2, (long)addr, (long)n, prot, flags, fd,
                                      (long)(offset >> 12)));
}

int munmap(void *addr, size_t n) { return (int)CALL2(SYS_munmap, addr, n); }
int mprotect(void *addr, size_t n, int prot) { return (int)CALL3(SYS_mprotect, addr, n, prot); }

/* ---- signals ---- */

/* With room behind: some emulators of RV32 Linux write a word more, sa_restorer. */
int sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
    struct { struct sigaction act; long room; } in = { 0 }, out = { 0 };
    int r;

    if (act)
        in.act = *act;
    r = (int)CALL4(SYS_rt_sigaction, sig, act ? &in : NULL, &out, sizeof(sigset_t));
    if (r == 0 && old)
        *old = out.act;
    return r;
}

void (*signal(int sig, void (*handler)(int)))(int)
{
    struct sigaction act = { .sa_handler = handler, .sa_flags = SA_RESTART }, old;

    return sigaction(sig, &act, &old) < 0 ? SIG_ERR : old.sa_handler;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    return (int)CALL4(SYS_rt_sigprocmask, how, set, old, sizeof(sigset_t));
}

int kill(pid_t pid, int sig) { return (int)CALL2(SYS_kill, pid, sig); }
int raise(int sig) { return (int)CALL3(SYS_tgkill, getpid(), gettid(), sig); }

int sigemptyset(sigset_t *set)
{
    *set = (sigset_t){ { 0, 0 } };
    return 0;
}

int sigfillset(sigset_t *set)
{
    *set = (sigset_t){ { ~0u, ~0u } };
    return 0;
}

int sigaddset(sigset_t *set, int sig)
{
    set->bits[(sig - 1) / 32] |= 1u << (sig - 1) % 32;
    return 0;
}

int sigdelset(sigset_t *set, int sig)
{
    set->bits[(sig - 1) / 32] &= ~(1u << (sig - 1) % 32);
    return 0;
}

int sigismember(const sigset_t *set, int sig)
{
    return set->bits[(sig - 1) / 32] >> (sig - 1) % 32 & 1;
}
