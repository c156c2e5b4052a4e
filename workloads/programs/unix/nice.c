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

    if (argc > 1 && argv[1][0] == '-') {
        char *end = argv[1];

        if (argc > 2 && !strcmp(argv[1], "-n"))
            by = (int)strtol(argv[2], &end, 10);
        first = argc > 2 && end > argv[2] && !*end ? 3 : argc;
    }
    if (first >= argc) {
        fputs("usage: nice [-n N] COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    errno = 0;
    if (nice(by) == -1 && errno)
        perror("nice");
    snprintf(path, sizeof path, "%s%s", strchr(argv[first], '/') ? "" : "/bin/", argv[first]);
    execve(path, argv + first, environ);
    perror(argv[first]);
    return errno == ENOENT ? 127 : 126;
}
