/* processes.c - fork, wait, and who sees which memory. OSTEP, "Process API". */
#include "common.h"
#include <errno.h>
#include <sys/resource.h>

static int depth(int n)
{
    int status;

    if (n == 0)
        return 0;
    pid_t pid = fork();
    if (pid == 0)
        exit(depth(n - 1) + 1);
    assert(waitpid(pid, &status, 0) == pid);
    return WEXITSTATUS(status);
}

int main(void)
{
    int x = 100, status;
    pid_t pid;

    setvbuf(stdout, NULL, _IOLBF, 0);   /* what a child inherits is not printed twice */
    pid = fork();
    if (pid < 0) {
        fprintf(stderr, "fork failed\n");
        exit(1);
    } else if (pid == 0) {
        x += 11;
        printf("child: x is %d, parent known: %d\n", x, getppid() > 0);
        fflush(stdout);
        _exit(3);
    }
    pid_t wc = wait(&status);
    printf("parent: x is %d, waited for the right one: %d, exited: %d with %d\n", x, wc == pid,
           WIFEXITED(status), WEXITSTATUS(status));
    printf("depth %d\n", depth(6));

    pid = fork();
    if (pid == 0) {
        char *args[] = { (char *)"nothing", NULL };

        execvp("no-such-program-anywhere", args);
        printf("exec failed: %s\n", strerror(errno));
        fflush(stdout);
        abort();
    }
    waitpid(pid, &status, 0);
    printf("signalled %d by %s\n", WIFSIGNALED(status), strsignal(WTERMSIG(status)));
    int none = wait(NULL);
    printf("no more children: %d %s\n", none, strerror(errno));

    struct rusage usage;
    assert(getrusage(RUSAGE_CHILDREN, &usage) == 0 && usage.ru_utime.tv_sec < 10);
    for (int i = 0; i < 5; i++)
        if ((pid = fork()) == 0)
            exit(i * i);
    int sum = 0;
    while (wait(&status) > 0)
        sum += WEXITSTATUS(status);
    printf("sum %d\n", sum);
    pid = vfork();
    if (pid == 0)
        _exit(7);
    printf("vfork: %d\n", waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 7);
    return 0;
}
