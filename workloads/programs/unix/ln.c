/* ln.c - another name for a file: ln [-sf] TARGET NAME|FOLDER; -f: in place of one that is there */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int c, soft = 0, force = 0, wrong = 0;
    char in[1024];
    struct stat st;

    while ((c = getopt(argc, argv, "sf")) != -1) {
        soft |= c == 's';
        force |= c == 'f';
        wrong |= c == '?';
    }
    if (wrong || argc - optind != 2) {
        fputs("usage: ln [-sf] TARGET NAME|FOLDER\n", stderr);
        return 2;
    }
    const char *target = argv[optind], *name = argv[optind + 1], *base = strrchr(target, '/');
    if (!stat(name, &st) && S_ISDIR(st.st_mode)) {
        snprintf(in, sizeof in, "%s/%s", name, base ? base + 1 : target);
        name = in;
    }
    if (force)
        unlink(name);
    if (soft ? symlink(target, name) : link(target, name)) {
        fprintf(stderr, "ln: %s to %s: %s\n", name, target, strerror(errno));
        return 1;
    }
    return 0;
}
