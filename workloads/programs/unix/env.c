/* env.c - a command with other variables: env [-i] [-u NAME] [NAME=VALUE...] [COMMAND [ARGUMENT...]];
 * without a command: which ones there are. -i: none of those there were. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
    static char *none[] = { NULL };
    int c, wrong = 0;

    while ((c = getopt(argc, argv, "+iu:")) != -1)
        switch (c) {
        case 'i': environ = none; break;
        case 'u': wrong |= unsetenv(optarg); break;
        default: wrong = 1; break;
        }
    if (wrong) {
        fputs("usage: env [-i] [-u NAME] [NAME=VALUE...] [COMMAND [ARGUMENT...]]\n", stderr);
        return 125;
    }
    for (; optind < argc && strchr(argv[optind], '='); optind++)
        putenv(argv[optind]);
    if (optind < argc) {
        execvp(argv[optind], argv + optind);
        c = errno == ENOENT ? 127 : 126;
        perror(argv[optind]);
        return c;
    }
    for (char **e = environ; *e; e++)
        puts(*e);
    return 0;
}
