/* mv.c - mv FROM TO; mv FROM... FOLDER */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    const char *last = argc > 2 ? argv[argc - 1] : "";
    struct stat st;
    int into = argc > 2 && !stat(last, &st) && S_ISDIR(st.st_mode), bad = 0;

    if (argc < 3 || (argc > 3 && !into)) {
        fputs("usage: mv FROM... TO\n", stderr);
        return 2;
    }
    for (int i = 1; i < argc - 1; i++) {
        const char *base = strrchr(argv[i], '/');
        char to[1024];

        snprintf(to, sizeof to, into ? "%s/%s" : "%s", last, base ? base + 1 : argv[i]);
        if (rename(argv[i], to)) {
            perror(argv[i]);
            bad = 1;
        }
    }
    return bad;
}
