/* mv.c - mv [-fv] FROM TO; mv [-fv] FROM... FOLDER */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
        const char *base = strrchr(argv[i], '/');
        char to[1024];

        snprintf(to, sizeof to, into ? "%s/%s" : "%s", last, base ? base + 1 : argv[i]);
        if (rename(argv[i], to)) {
            perror(argv[i]);
            bad = 1;
        } else if (said)
            printf("mv: %s to %s\n", argv[i], to);
    }
    return bad;
}
