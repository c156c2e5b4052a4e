/* mkdir.c - makes folders: mkdir [-pv] [-m OCTAL] PATH...; -p: and those above, and they may be there */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int said, parents;
static mode_t mode = 0777;

static int make(const char *path, mode_t rights, int may_be_there)
{
    if (!mkdir(path, rights)) {
        if (said)
            printf("mkdir: made %s\n", path);
        return 0;
    }
    struct stat st;
    int err = errno;

    if (may_be_there && err == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode))
        return 0;
    errno = err;
    perror(path);
    return 1;
}

static int above(char *path)
{
    int bad = 0;

    for (char *p = path + 1; *p && !bad; p++)
        if (*p == '/') {
            *p = '\0';
            bad = make(path, 0777, 1);
            *p = '/';
        }
    return bad || make(path, mode, 1);
}

int main(int argc, char **argv)
{
    int c, bad = 0, wrong = 0;
    char *end = "";

    while ((c = getopt(argc, argv, "pvm:")) != -1)
        switch (c) {
        case 'p': parents = 1; break;
        case 'v': said = 1; break;
        case 'm': mode = (mode_t)strtoul(optarg, &end, 8); break;
        default: wrong = 1; break;
        }
    if (wrong || *end || optind == argc) {
        fputs("usage: mkdir [-pv] [-m OCTAL] PATH...\n", stderr);
        return 2;
    }
    for (int i = optind; i < argc; i++)
        bad |= parents ? above(argv[i]) : make(argv[i], mode, 0);
    return bad;
}
