/* signal.h */
#ifndef SIGNAL_H
#define SIGNAL_H
#include <sys/types.h>
#include <time.h>
#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGIOT 6
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGSTKFLT 16
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SIGTSTP 20
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGURG 23
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#define SIGWINCH 28
#define SIGIO 29
#define SIGPOLL 29
#define SIGPWR 30
#define SIGSYS 31
#define SIGRTMIN 35             /* 32 to 34 are the library's */
#define SIGRTMAX 64
#define NSIG 65
#define _NSIG 65
#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2
#define SA_NOCLDSTOP 1u
#define SA_NOCLDWAIT 2u
#define SA_SIGINFO 4u
#define SA_ONSTACK 0x08000000u
#define SA_RESTART 0x10000000u
#define SA_NODEFER 0x40000000u
#define SA_RESETHAND 0x80000000u
#define SA_NOMASK SA_NODEFER
#define SA_ONESHOT SA_RESETHAND
#define SS_ONSTACK 1
#define SS_DISABLE 2
#define MINSIGSTKSZ 2048
#define SIGSTKSZ 8192
#define SI_USER 0
#define SI_KERNEL 0x80
#define SI_QUEUE (-1)
#define SI_TIMER (-2)
#define SI_MESGQ (-3)
#define SI_ASYNCIO (-4)
#define SI_TKILL (-6)
#define ILL_ILLOPC 1
#define ILL_ILLOPN 2
#define ILL_ILLADR 3
#define ILL_ILLTRP 4
#define ILL_PRVOPC 5
#define FPE_INTDIV 1
#define FPE_INTOVF 2
#define FPE_FLTDIV 3
#define FPE_FLTOVF 4
#define FPE_FLTUND 5
#define SEGV_MAPERR 1
#define SEGV_ACCERR 2
#define BUS_ADRALN 1
#define BUS_ADRERR 2
#define BUS_OBJERR 3
#define TRAP_BRKPT 1
#define TRAP_TRACE 2
#define CLD_EXITED 1
#define CLD_KILLED 2
#define CLD_DUMPED 3
#define CLD_TRAPPED 4
#define CLD_STOPPED 5
#define CLD_CONTINUED 6
typedef int sig_atomic_t;
typedef void (*sighandler_t)(int);
typedef sighandler_t sig_t;
#define SIGCLD SIGCHLD
#define SIG_DFL ((void (*)(int))0)
#define SIG_IGN ((void (*)(int))1)
#define SIG_ERR ((void (*)(int))-1)
typedef struct { uint32_t bits[2]; } sigset_t;
union sigval { int sival_int; void *sival_ptr; };
typedef struct {                /* laid out as the kernel has it */
    int si_signo, si_errno, si_code;
    union {
        struct { pid_t pid; uid_t uid; int status; clock_t utime, stime; } child;
        struct { pid_t pid; uid_t uid; union sigval value; } rt;
        struct { void *addr; } fault;
        int room[29];
    } __u;
} siginfo_t;
#define si_pid __u.child.pid
#define si_uid __u.child.uid
#define si_status __u.child.status
#define si_utime __u.child.utime
#define si_stime __u.child.stime
#define si_value __u.rt.value
#define si_int __u.rt.value.sival_int
#define si_ptr __u.rt.value.sival_ptr
#define si_timerid __u.rt.pid
#define si_overrun __u.rt.uid
#define si_addr __u.fault.addr
typedef struct { void *ss_sp; int ss_flags; size_t ss_size; } stack_t;
typedef struct { unsigned long gregs[32]; } __attribute__((aligned(16))) mcontext_t;
typedef struct __ucontext {     /* gregs: pc, then x1 to x31 */
    unsigned long uc_flags;
    struct __ucontext *uc_link;
    stack_t uc_stack;
    sigset_t uc_sigmask;
    char __room[128 - sizeof(sigset_t)];
    mcontext_t uc_mcontext;
} ucontext_t;
struct sigaction {              /* laid out as the kernel has it on RISC-V */
    union {
        void (*sa_handler)(int);
        void (*sa_sigaction)(int, siginfo_t *, void *);
    };
    unsigned long sa_flags;
    sigset_t sa_mask;
};
#define SIGEV_SIGNAL 0
#define SIGEV_NONE 1
#define SIGEV_THREAD 2
#define SIGEV_THREAD_ID 4
struct sigevent {
    union sigval sigev_value;
    int sigev_signo, sigev_notify, sigev_notify_thread_id;
    void (*sigev_notify_function)(union sigval);
    void *sigev_notify_attributes;
};
int sigaction(int sig, const struct sigaction *act, struct sigaction *old);
void (*signal(int sig, void (*handler)(int)))(int);
int sigprocmask(int how, const sigset_t *set, sigset_t *old);
int pthread_sigmask(int how, const sigset_t *set, sigset_t *old);
int sigpending(sigset_t *set);
int sigsuspend(const sigset_t *mask);
int sigwait(const sigset_t *set, int *sig);
int sigwaitinfo(const sigset_t *set, siginfo_t *info);
int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout);
int sigqueue(pid_t pid, int sig, const union sigval value);
int sigaltstack(const stack_t *stack, stack_t *old);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int sig);
int sigdelset(sigset_t *set, int sig);
int sigismember(const sigset_t *set, int sig);
int siginterrupt(int sig, int on);
int kill(pid_t pid, int sig);
int killpg(pid_t group, int sig);
int raise(int sig);
int tgkill(pid_t pid, pid_t tid, int sig);
void psignal(int sig, const char *what);
void psiginfo(const siginfo_t *info, const char *what);
#define SIG_HOLD ((void (*)(int))2)
int sighold(int sig);
int sigrelse(int sig);
int sigignore(int sig);
int sigpause(int sig);
void (*sigset(int sig, void (*handler)(int)))(int);
#define sigmask(sig) ((int)(1u << ((sig) - 1)))
int sigblock(int mask);
int sigsetmask(int mask);
int siggetmask(void);
int sigisemptyset(const sigset_t *set);
int sigandset(sigset_t *to, const sigset_t *a, const sigset_t *b);
int sigorset(sigset_t *to, const sigset_t *a, const sigset_t *b);
const char *sigabbrev_np(int sig);      /* "INT"; NULL: none */
const char *sigdescr_np(int sig);
struct __tcb;
int pthread_kill(struct __tcb *thread, int sig);
#endif
