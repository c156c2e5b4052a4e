/* rm.c - rm [-rfiv] PATH... */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int deep, quiet, asking, said;

static int wanted(const char *path)
{
    char answer[80];

    if (!asking)
        return 1;
    fprintf(stderr, "rm: %s? ", path);
    return fgets(answer, sizeof answer, stdin) && (*answer == 'y' || *answer == 'Y');
}

static int gone(const char *path, int bad)
{
    if (bad)
        perror(path);
    else if (said)
        printf("rm: removed %s\n", path);
    return bad;
}

static int removed(const char *path)
{
    struct stat st;
    struct dirent *e;
    int bad = 0;

    if (lstat(path, &st)) {
        if (quiet && (errno == ENOENT || errno == ENOTDIR))
            return 0;
        perror(path);
        return 1;
    }
    if (!wanted(path))
        return 0;
    if (!S_ISDIR(st.st_mode) || !deep)
        return gone(path, unlink(path) != 0);
    DIR *d = opendir(path);
    while (d && (e = readdir(d))) {
        char in[1024];

        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        snprintf(in, sizeof in, "%s/%s", path, e->d_name);
        bad |= removed(in);
    }
    if (d)
        closedir(d);
    return gone(path, rmdir(path) != 0) | bad;
}

int main(int argc, char **argv)
{
    int c, bad = 0, wrong = 0;

    while ((c = getopt(argc, argv, "rRfiv")) != -1)
        switch (c) {
        case 'r': case 'R': deep = 1; break;
        case 'f': quiet = 1; break;
        case 'i': asking = 1; break;
        case 'v': said = 1; break;
        default: wrong = 1; break;
        }
    if (wrong || (optind == argc && !quiet)) {
        fputs("usage: rm [-rfiv] PATH...\n", stderr);
        return 2;
    }
    for (int i = optind; i < argc; i++)
        bad |= removed(argv[i]);
    return bad;
}
