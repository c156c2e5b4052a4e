/* nice.c - run a command with another nice value: nice [-n N] COMMAND [ARGUMENT...] */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
    int by = 10, first = 1;
    char path[256];

    if (argc > 2 && !strcmp(argv[1], "-n")) {
        by = atoi(argv[2]);
        first = 3;
    }
    if (first >= argc) {
        fputs("nice: which command?\n", stderr);
        return 1;
    }
    errno = 0;
    if (nice(by) == -1 && errno)
        perror("nice");
    snprintf(path, sizeof path, "%s%s", strchr(argv[first], '/') ? "" : "/bin/", argv[first]);
    execve(path, argv + first, environ);
    perror(argv[first]);
    return errno == ENOENT ? 127 : 126;
}
