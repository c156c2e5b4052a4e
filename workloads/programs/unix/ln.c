/* ln.c - another name for a file: ln [-s] TARGET NAME */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int soft = argc > 1 && !strcmp(argv[1], "-s");

    if (argc != 3 + soft) {
        fputs("usage: ln [-s] TARGET NAME\n", stderr);
        return 1;
    }
    if (soft ? symlink(argv[2], argv[3]) : link(argv[1], argv[2])) {
        fprintf(stderr, "ln: %s to %s: %s\n", argv[2 + soft], argv[1 + soft], strerror(errno));
        return 1;
    }
    return 0;
}
