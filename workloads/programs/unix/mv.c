/* mv.c - mv [-fv] FROM TO; mv [-fv] FROM... FOLDER */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* Two names of one file, of which rename() would leave both; or a link onto what it points to,
 * which would be lost. */
static int same(const char *from, const char *to)
{
    struct stat link, file, there;

    return !lstat(to, &there) && ((!lstat(from, &link) && is(&link, &there)) ||
                                  (!stat(from, &file) && is(&file, &there)));
}

/* The last name of a path, which slashes may follow. */
static const char *base_of(const char *path)
{
    const char *base = path;

    for (const char *p = path; *p; p++)
        if (p > path && p[-1] == '/' && *p != '/')
            base = p;
    return base;
}

int main(int argc, char **argv)
{
    const char *last = argv[argc - 1];
    int c, n, said = 0, wrong = 0, into, bad = 0;
    struct stat st;

    while ((c = getopt(argc, argv, "fv")) != -1) {
        said |= c == 'v';
        wrong |= c == '?';
    }
    n = argc - optind;
    into = n > 1 && !stat(last, &st) && S_ISDIR(st.st_mode);
    if (wrong || n < 2 || (n > 2 && !into)) {
        fputs("usage: mv [-fv] FROM TO; mv [-fv] FROM... FOLDER\n", stderr);
        return 2;
    }
    for (int i = optind; i < argc - 1; i++) {
        char to[1024];

        snprintf(to, sizeof to, into ? "%s/%s" : "%s", last, base_of(argv[i]));
        if (same(argv[i], to)) {
            fprintf(stderr, "mv: %s and %s are the same file\n", argv[i], to);
            bad = 1;
        } else if (rename(argv[i], to)) {
            perror(argv[i]);
            bad = 1;
        } else if (said)
            printf("mv: %s to %s\n", argv[i], to);
    }
    return bad;
}
