/* mv.c - mv [-fv] FROM TO; mv [-fv] FROM... FOLDER */
#include "paths.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Two names of one file, of which rename() would leave both; or a link onto what it points to,
 * which would be lost. */
static int same(const char *from, const char *to)
{
    struct stat link, file, there;

    return !lstat(to, &there) && ((!lstat(from, &link) && same_file(&link, &there)) ||
                                  (!stat(from, &file) && same_file(&file, &there)));
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
