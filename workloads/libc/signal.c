/* signal.c - signals. */
#include "internal.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

int siginterrupt(int sig, int on)
{
    struct sigaction act;

    if (sigaction(sig, NULL, &act) < 0)
        return -1;
    act.sa_flags = on ? act.sa_flags & ~(unsigned long)SA_RESTART : act.sa_flags | SA_RESTART;
    return sigaction(sig, &act, NULL);
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    return (int)CALL4(SYS_rt_sigprocmask, how, set, old, sizeof(sigset_t));
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
    return (int)-__syscall(SYS_rt_sigprocmask, how, (long)set, (long)old, sizeof(sigset_t), 0, 0);
}

int sigpending(sigset_t *set) { return (int)CALL2(SYS_rt_sigpending, set, sizeof *set); }

int sigsuspend(const sigset_t *mask)
{
    return (int)__result(__wait_call(SYS_rt_sigsuspend, (long)mask, sizeof *mask, 0, 0, 0, 0));
}

int pause(void)
{
    sigset_t now;

    sigprocmask(SIG_BLOCK, NULL, &now);
    return sigsuspend(&now);
}

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
    struct __ktime k = { 0, 0 };

    if (timeout)
        k = (struct __ktime){ timeout->tv_sec, timeout->tv_nsec };
    return (int)__result(__wait_call(SYS_rt_sigtimedwait_time64, (long)set, (long)info,
                                     (long)(timeout ? &k : NULL), sizeof *set, 0, 0));
}

int sigwaitinfo(const sigset_t *set, siginfo_t *info) { return sigtimedwait(set, info, NULL); }

int sigwait(const sigset_t *set, int *sig)
{
    int r;

    do
        r = sigwaitinfo(set, NULL);
    while (r < 0 && errno == EINTR);
    if (r < 0)
        return errno;
    *sig = r;
    return 0;
}

int sigqueue(pid_t pid, int sig, const union sigval value)
{
    siginfo_t info = { .si_signo = sig, .si_code = SI_QUEUE };

    info.__u.rt.pid = getpid();
    info.__u.rt.uid = getuid();
    info.__u.rt.value = value;
    return (int)CALL3(SYS_rt_sigqueueinfo, pid, sig, &info);
}

int sigaltstack(const stack_t *stack, stack_t *old)
{
    return (int)CALL2(SYS_sigaltstack, stack, old);
}

int kill(pid_t pid, int sig) { return (int)CALL2(SYS_kill, pid, sig); }
int killpg(pid_t group, int sig) { return kill(-group, sig); }
int tgkill(pid_t pid, pid_t tid, int sig) { return (int)CALL3(SYS_tgkill, pid, tid, sig); }

int raise(int sig)
{
    long pid = __syscall(SYS_getpid, 0, 0, 0, 0, 0, 0), tid = __syscall(SYS_gettid, 0, 0, 0, 0, 0, 0);

    return (int)CALL3(SYS_tgkill, pid, tid, sig);
}

int pthread_kill(pthread_t thread, int sig)
{
    int tid = __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE);

    return tid ? (int)-__syscall(SYS_tgkill, getpid(), tid, sig, 0, 0, 0) : ESRCH;
}

/* ---- sets ---- */

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

static int invalid(int sig)
{
    if (sig >= 1 && sig < NSIG)
        return 0;
    errno = EINVAL;
    return 1;
}

int sigaddset(sigset_t *set, int sig)
{
    if (invalid(sig))
        return -1;
    set->bits[(sig - 1) / 32] |= 1u << (sig - 1) % 32;
    return 0;
}

int sigdelset(sigset_t *set, int sig)
{
    if (invalid(sig))
        return -1;
    set->bits[(sig - 1) / 32] &= ~(1u << (sig - 1) % 32);
    return 0;
}

int sigismember(const sigset_t *set, int sig)
{
    return invalid(sig) ? -1 : (int)(set->bits[(sig - 1) / 32] >> (sig - 1) % 32 & 1);
}

/* ---- jumps that keep the mask ---- */

int __sigsetjmp_mask(sigjmp_buf at, int save)
{
    at->has_mask = save != 0;
    return save ? sigprocmask(SIG_BLOCK, NULL, &at->mask) : 0;
}

_Noreturn void siglongjmp(sigjmp_buf at, int value)
{
    if (at->has_mask)
        sigprocmask(SIG_SETMASK, &at->mask, NULL);
    longjmp(at, value);
}

/* ---- names ---- */

char *strsignal(int sig)
{
    static const char *const names[] = {
        [1] = "Hangup", "Interrupt", "Quit", "Illegal instruction", "Trace/breakpoint trap",
        "Aborted", "Bus error", "Floating point exception", "Killed", "User defined signal 1",
        "Segmentation fault", "User defined signal 2", "Broken pipe", "Alarm clock",
        "Terminated", "Stack fault", "Child exited", "Continued", "Stopped (signal)", "Stopped",
        "Stopped (tty input)", "Stopped (tty output)", "Urgent I/O condition",
        "CPU time limit exceeded", "File size limit exceeded", "Virtual timer expired",
        "Profiling timer expired", "Window changed", "I/O possible", "Power failure",
        "Bad system call",
    };
    static char other[32];

    if (sig > 0 && sig < (int)(sizeof names / sizeof *names))
        return (char *)(uintptr_t)names[sig];
    snprintf(other, sizeof other, sig >= 32 && sig < NSIG ? "Real-time signal %d" : "Unknown signal %d",
             sig >= 32 && sig < NSIG ? sig - 34 : sig);
    return other;
}

void psignal(int sig, const char *what)
{
    if (what && *what)
        fprintf(stderr, "%s: ", what);
    fprintf(stderr, "%s\n", strsignal(sig));
}
