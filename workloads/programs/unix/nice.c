/* nice.c - run a command with another nice value: nice [-n N | -N] COMMAND [ARGUMENT...]; alone:
 * which one there is */
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

    if (argc == 1) {
        printf("%d\n", nice(0));
        return 0;
    }
    if (argv[1][0] == '-') {
        int apart = !strcmp(argv[1], "-n");
        const char *text = apart ? argc > 2 ? argv[2] : "" : argv[1] + 1;
        char *end;

        by = (int)strtol(text, &end, 10);
        first = *text && !*end ? 2 + apart : argc;
    }
    if (first >= argc) {
        fputs("usage: nice [-n N | -N] COMMAND [ARGUMENT...]\n", stderr);
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
