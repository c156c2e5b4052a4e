/* head.c - the first lines, or bytes: head [-n N | -N | -c N] [FILE...] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Not 0: it could not be read. */
static int copy(FILE *f, const char *name, long n, int bytes)
{
    int c;

    while (n > 0 && (c = getc(f)) != EOF) {
        putchar(c);
        n -= bytes || c == '\n';
    }
    if (ferror(f))
        perror(name);
    return ferror(f) != 0;
}

int main(int argc, char **argv)
{
    long n = 10;
    int c, bytes = 0, bad = 0, named;
    char *end = "";

    if (argc > 1 && argv[1][0] == '-' && argv[1][1] >= '0' && argv[1][1] <= '9') {
        n = strtol(argv[1] + 1, &end, 10);
        optind = 2;
    }
    while ((c = getopt(argc, argv, "n:c:")) != -1) {
        bytes = c == 'c';
        n = optarg ? strtol(optarg, &end, 10) : -1;
        bad |= c == '?';
    }
    if (bad || *end || n < 0) {
        fputs("usage: head [-n N | -N | -c N] [FILE...]\n", stderr);
        return 2;
    }
    if (optind == argc)
        bad = copy(stdin, "head", n, bytes);
    named = argc - optind > 1;
    for (int i = optind; i < argc; i++) {
        FILE *f = fopen(argv[i], "r");

        if (!f) {
            perror(argv[i]);
            bad = 1;
            continue;
        }
        if (named)
            printf("%s==> %s <==\n", i > optind ? "\n" : "", argv[i]);
        bad |= copy(f, argv[i], n, bytes);
        fclose(f);
    }
    return bad;
}
