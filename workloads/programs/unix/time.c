/* time.c - how long a command takes: time COMMAND [ARGUMENT...] */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    struct timespec a, b;
    struct rusage r;
    char path[256];
    int status = 0;
    pid_t child;

    if (argc < 2) {
        fputs("time: which command?\n", stderr);
        return 1;
    }
    snprintf(path, sizeof path, "%s%s", strchr(argv[1], '/') ? "" : "/bin/", argv[1]);
    clock_gettime(CLOCK_MONOTONIC, &a);
    if ((child = fork()) == 0) {
        execve(path, argv + 1, environ);
        perror(argv[1]);
        _exit(errno == ENOENT ? 127 : 126);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        perror("time");
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    getrusage(RUSAGE_CHILDREN, &r);
    fprintf(stderr, "real %.3f\nuser %.3f\nsys  %.3f\n",
            (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9,
            seconds(r.ru_utime), seconds(r.ru_stime));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
