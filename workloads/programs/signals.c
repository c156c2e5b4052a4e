/* signals.c - a handler, a blocked signal, an ignored one, and a child that is killed. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void handler(int sig)
{
    caught = caught * 100 + sig;
}

int main(void)
{
    struct sigaction act = { .sa_handler = handler };
    sigset_t set;
    pid_t child;
    int status;

    sigaction(SIGUSR1, &act, NULL);
    raise(SIGUSR1);
    printf("caught %d\n", (int)caught);

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    caught = 0;
    raise(SIGUSR1);
    printf("while blocked: %d\n", (int)caught);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    printf("after it: %d\n", (int)caught);

    signal(SIGUSR2, SIG_IGN);
    raise(SIGUSR2);
    printf("ignored one\n");

    child = fork();
    if (child == 0)
        for (;;)
            ;
    kill(child, SIGTERM);
    waitpid(child, &status, 0);
    printf("child killed by %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : -1);
    return 0;
}
