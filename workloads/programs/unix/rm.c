/* rm.c - rm [-r] [-f] PATH... */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int deep, quiet;

static int removed(const char *path)
{
    struct stat st;
    struct dirent *e;
    int bad = 0;

    if (lstat(path, &st)) {
        if (quiet && errno == ENOENT)
            return 0;
        perror(path);
        return 1;
    }
    if (!S_ISDIR(st.st_mode) || !deep) {
        if (unlink(path)) {
            perror(path);
            return 1;
        }
        return 0;
    }
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
    if (rmdir(path)) {
        perror(path);
        bad = 1;
    }
    return bad;
}

int main(int argc, char **argv)
{
    int bad = 0;

    if (argc < 2) {
        fputs("usage: rm [-r] [-f] PATH...\n", stderr);
        return 2;
    }
    for (int i = 1; i < argc; i++)
        if (argv[i][0] == '-') {
            deep |= strchr(argv[i], 'r') != NULL;
            quiet |= strchr(argv[i], 'f') != NULL;
        } else
            bad |= removed(argv[i]);
    return bad;
}
