/* chmod.c - set rights: chmod OCTAL|+x FILE... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    int bad = 0;

    if (argc < 3 || (strcmp(argv[1], "+x") && argv[1][strspn(argv[1], "01234567")])) {
        fputs("usage: chmod OCTAL|+x FILE...\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        struct stat st;
        mode_t mode = (mode_t)strtoul(argv[1], NULL, 8);

        if (!strcmp(argv[1], "+x"))
            mode = stat(argv[i], &st) ? 0755 : (st.st_mode & 07777) | 0111;
        if (chmod(argv[i], mode)) {
            perror(argv[i]);
            bad = 1;
        }
    }
    return bad;
}
