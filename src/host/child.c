/* child.c - see child.h */
#include <host/child.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int start_error, last_status;

static void limit(int what, rlim_t most)
{
    struct rlimit old, r = { most, most };

    if (!getrlimit((__rlimit_resource_t)what, &old) && old.rlim_max > most)
        setrlimit((__rlimit_resource_t)what, &r);
}

static int status_of(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return CHILD_BROKEN;
    return WIFEXITED(status) ? WEXITSTATUS(status)
         : WTERMSIG(status) == SIGKILL ? CHILD_KILLED : CHILD_BROKEN;
}

static void time_is_up(int signo)
{
    (void)signo;
    kill(0, SIGKILL);                   /* the group, and us */
}

/* Between the two: waits, and holds the clock. */
static _Noreturn void hold(pid_t inner, unsigned seconds)
{
    signal(SIGALRM, time_is_up);
    alarm(seconds);
    _exit(inner < 0 ? CHILD_BROKEN : status_of(inner));
}

pid_t child_fork(unsigned seconds)
{
    pid_t pid = fork();

    if (pid) {
        start_error = errno;
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    pid_t inner = fork();
    if (inner)
        hold(inner, seconds);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGXFSZ, SIG_DFL);
    limit(RLIMIT_CPU, CHILD_CPU_SECONDS);
#ifndef __SANITIZE_ADDRESS__            /* whose shadow is terabytes of address space */
    limit(RLIMIT_AS, (rlim_t)1 << 30);
#endif
    limit(RLIMIT_FSIZE, (rlim_t)256 << 20);
    return 0;
}

int child_wait(pid_t pid)
{
    last_status = pid < 0 ? CHILD_NO_START : status_of(pid);
    return last_status;
}

const char *child_trouble(void)
{
    static char text[128];

    if (last_status == CHILD_NO_START)
        snprintf(text, sizeof text, "cannot start the compiler: %s", strerror(start_error));
    else if (last_status == CHILD_KILLED)
        snprintf(text, sizeof text, "the compiler does not come to an end");
    else
        return NULL;
    return text;
}
