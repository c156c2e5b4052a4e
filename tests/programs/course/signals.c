/* signals.c - handlers, masks, alarms, children that end. */
#include "common.h"
#include <errno.h>
#include <setjmp.h>
#include <signal.h>

static volatile sig_atomic_t usr, alarms, children, info_ok;
static sigjmp_buf back;

static void on_usr(int sig) { usr += sig == SIGUSR1; }
static void on_alarm(int sig) { (void)sig; alarms++; }

static void on_child(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    children++;
    info_ok = info->si_code == CLD_EXITED && info->si_status == 5;
}

static void on_fault(int sig)
{
    siglongjmp(back, sig);
}

static char order[16];
static size_t told;

/* In two steps, so that one that interrupts it stands between them. */
static void in_order(int sig)
{
    order[told++] = sig == SIGUSR1 ? 'a' : 'b';
    getpid();
    order[told++] = sig == SIGUSR1 ? 'A' : 'B';
}

/* Each gets its frame before the program runs on: the last one's handler runs first, whole. */
static void several_at_once(void)
{
    struct sigaction act = { .sa_handler = in_order };
    sigset_t set, old;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    sigaction(SIGUSR1, &act, NULL);
    sigaction(SIGUSR2, &act, NULL);
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(SIGUSR2);
    raise(SIGUSR1);
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("several: %s\n", order);
}

int main(void)
{
    struct sigaction act = { .sa_handler = on_usr };
    sigset_t set, old, pending;
    int status, sig;

    sigaction(SIGUSR1, &act, NULL);
    for (int i = 0; i < 3; i++)
        raise(SIGUSR1);
    printf("usr %d\n", (int)usr);

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    kill(getpid(), SIGUSR1);
    sigpending(&pending);
    printf("held back: %d, pending %d\n", (int)usr, sigismember(&pending, SIGUSR1));
    sigsuspend(&old);
    printf("after sigsuspend: %d %s\n", (int)usr, strerror(errno));
    sigprocmask(SIG_SETMASK, &old, NULL);

    act.sa_handler = on_alarm;
    sigaction(SIGALRM, &act, NULL);
    alarm(1);
    pause();
    struct itimerval t = { .it_value = { .tv_usec = 1000 }, .it_interval = { .tv_usec = 1000 } };
    setitimer(ITIMER_REAL, &t, NULL);
    while (alarms < 4)
        pause();
    memset(&t, 0, sizeof t);
    setitimer(ITIMER_REAL, &t, NULL);
    printf("alarms %d\n", alarms >= 4);

    struct sigaction child = { .sa_sigaction = on_child, .sa_flags = SA_SIGINFO | SA_RESTART };
    sigaction(SIGCHLD, &child, NULL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(5);
    assert(waitpid(pid, &status, 0) == pid);
    printf("child %d %d\n", (int)children, (int)info_ok);

    signal(SIGSEGV, on_fault);
    sig = sigsetjmp(back, 1);
    if (sig == 0)
        *(volatile int *)8 = 1;
    printf("fault %d\n", sig == SIGSEGV);
    if (sigsetjmp(back, 1) == 0)
        *(volatile int *)8 = 1;
    printf("and again\n");

    pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    kill(pid, SIGSTOP);
    waitpid(pid, &status, WUNTRACED);
    printf("stopped %d\n", WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    kill(pid, SIGCONT);
    kill(pid, SIGTERM);
    waitpid(pid, &status, 0);
    printf("ended by %s\n", strsignal(WTERMSIG(status)));
    several_at_once();
    return 0;
}
