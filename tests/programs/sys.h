/* sys.h - system calls by hand, so that these programs test the kernel and no library. */
#ifndef TESTS_PROGRAMS_SYS_H
#define TESTS_PROGRAMS_SYS_H

#include <stddef.h>
#include <stdint.h>

static inline long sys6(long n, long a, long b, long c, long d, long e, long f)
{
    register long a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c;
    register long a3 __asm__("a3") = d, a4 __asm__("a4") = e, a5 __asm__("a5") = f;
    register long a7 __asm__("a7") = n;

    __asm__ volatile("ecall" : "+r"(a0)
                     : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
    return a0;
}

#define SYS(n, ...) SYS_(n, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define SYS_(n, a, b, c, d, e, f, ...)                                        \
    sys6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

enum { NR_dup = 23, NR_dup3 = 24, NR_fcntl = 25, NR_ioctl = 29, NR_openat = 56, NR_close = 57,
       NR_pipe2 = 59, NR_read = 63, NR_write = 64, NR_readv = 65, NR_writev = 66,
       NR_fstat = 80, NR_exit = 93, NR_exit_group = 94, NR_waitid = 95,
       NR_set_tid_address = 96, NR_setitimer = 103, NR_sched_setparam = 118, NR_sched_setscheduler = 119,
       NR_sched_getscheduler = 120, NR_sched_getparam = 121, NR_sched_yield = 124,
       NR_sched_setaffinity = 122, NR_kill = 129, NR_tkill = 130, NR_tgkill = 131,
       NR_sigaltstack = 132, NR_sigsuspend = 133, NR_rt_sigqueueinfo = 138,
       NR_sigaction = 134, NR_sigprocmask = 135, NR_sigpending = 136, NR_setpriority = 140,
       NR_getpriority = 141, NR_times = 153, NR_setpgid = 154, NR_uname = 160,
       NR_getrusage = 165, NR_prctl = 167, NR_getpid = 172, NR_getppid = 173,
       NR_gettid = 178, NR_sysinfo = 179, NR_brk = 214, NR_munmap = 215, NR_clone = 220,
       NR_execve = 221, NR_mmap = 222, NR_mprotect = 226, NR_wait4 = 260,
       NR_sched_setattr = 274, NR_sched_getattr = 275, NR_getrandom = 278, NR_statx = 291,
       NR_clock_gettime = 403, NR_clock_nanosleep = 407, NR_ppoll = 414, NR_futex = 422 };

enum { EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, EBADF = 9, ECHILD = 10, EAGAIN = 11,
       ENOMEM = 12, EFAULT = 14, EEXIST = 17, EINVAL = 22, EMFILE = 24, ENOTTY = 25,
       EPIPE = 32, ENOSYS = 38, ETIMEDOUT = 110 };
enum { SIGHUP = 1, SIGINT = 2, SIGILL = 4, SIGTRAP = 5, SIGBUS = 7, SIGKILL = 9,
       SIGUSR1 = 10, SIGSEGV = 11, SIGUSR2 = 12, SIGPIPE = 13, SIGALRM = 14, SIGTERM = 15,
       SIGCHLD = 17, SIGCONT = 18, SIGSTOP = 19 };

struct timespec64 { int64_t sec, nsec; };

static inline size_t length(const char *s)
{
    size_t n = 0;

    while (s[n])
        n++;
    return n;
}

static inline void print(const char *s)
{
    SYS(NR_write, 1, s, length(s));
}

static inline void print_number(long n)
{
    char buf[12];
    int at = sizeof buf;
    unsigned long u = n < 0 ? -(unsigned long)n : (unsigned long)n;

    buf[--at] = 0;
    do {
        buf[--at] = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (n < 0)
        buf[--at] = '-';
    print(buf + at);
}

/* Ends the program with status 1, saying where. */
#define WANT(expr, value)                                                     \
    do {                                                                      \
        long got_ = (long)(expr), want_ = (long)(value);                      \
        if (got_ != want_) {                                                  \
            print(__FILE__ ":");                                              \
            print_number(__LINE__);                                           \
            print(": " #expr " is ");                                         \
            print_number(got_);                                               \
            print(", not ");                                                  \
            print_number(want_);                                              \
            print("\n");                                                      \
            SYS(NR_exit_group, 1);                                            \
        }                                                                     \
    } while (0)

static inline long fork_(void)
{
    return SYS(NR_clone, SIGCHLD);
}

/* As wait4, which RISC-V Linux with 32 bits does not have. */
static inline long wait_for(long pid, int *status)
{
    int info[32];
    long err = SYS(NR_waitid, pid > 0, pid, info, 4);   /* P_PID or P_ALL, WEXITED */

    if (err)
        return err;
    *status = info[2] == 1 ? info[5] << 8 : info[5];
    return info[3];
}

static inline void sleep_ms(long ms)
{
    struct timespec64 t = { ms / 1000, ms % 1000 * 1000000 };

    SYS(NR_clock_nanosleep, 1, 0, &t);
}

static inline int64_t now_ns(void)
{
    struct timespec64 t;

    SYS(NR_clock_gettime, 1, &t);
    return t.sec * 1000000000 + t.nsec;
}

static inline void exit_(int status)
{
    SYS(NR_exit_group, status);
    __builtin_unreachable();
}

#endif
