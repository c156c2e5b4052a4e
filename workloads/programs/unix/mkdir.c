/* mkdir.c - makes folders: mkdir [-p] PATH...; -p: and those above, and they may be there */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int above(char *path)
{
    for (char *p = path + 1; *p; p++)
        if (*p == '/') {
            *p = '\0';
            int err = mkdir(path, 0777) && errno != EEXIST;
            *p = '/';
            if (err)
                return 1;
        }
    return mkdir(path, 0777) && errno != EEXIST;
}

int main(int argc, char **argv)
{
    int parents = argc > 1 && !strcmp(argv[1], "-p"), bad = 0;

    if (argc - parents < 2) {
        fputs("usage: mkdir [-p] PATH...\n", stderr);
        return 2;
    }
    for (int i = 1 + parents; i < argc; i++)
        if (parents ? above(argv[i]) : mkdir(argv[i], 0777)) {
            perror(argv[i]);
            bad = 1;
        }
    return bad;
}
