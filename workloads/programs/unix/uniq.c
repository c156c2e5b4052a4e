/* uniq.c - lines that follow one like them are left out: uniq [-cdui] [FROM [TO]]; -c: how often
 * there were; -d: those there were more than once, -u: those there were once; -i: A is a */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static int counts, repeated, lone, folds;

static void show(const char *line, unsigned long n)
{
    if (!n || (n > 1 && lone) || (n == 1 && repeated))
        return;
    if (counts)
        printf("%7lu ", n);
    puts(line);
}

/* 0: done. */
static int next(char **line, size_t *size)
{
    ssize_t n = getline(line, size, stdin);

    if (n > 0 && (*line)[n - 1] == '\n')
        (*line)[n - 1] = '\0';
    return n > 0;
}

int main(int argc, char **argv)
{
    char *line = NULL, *other = NULL, *swap;
    size_t size = 0, other_size = 0, n;
    unsigned long times = 0;
    int c, wrong = 0;

    while ((c = getopt(argc, argv, "cdui")) != -1)
        switch (c) {
        case 'c': counts = 1; break;
        case 'd': repeated = 1; break;
        case 'u': lone = 1; break;
        case 'i': folds = 1; break;
        default: wrong = 1; break;
        }
    if (wrong || argc - optind > 2) {
        fputs("usage: uniq [-cdui] [FROM [TO]]\n", stderr);
        return 2;
    }
    for (int i = optind; i < argc; i++)
        if (!(i == optind ? freopen(argv[i], "r", stdin) : freopen(argv[i], "w", stdout))) {
            perror(argv[i]);
            return 1;
        }
    while (next(&line, &size)) {
        if (times && !(folds ? strcasecmp(line, other) : strcmp(line, other))) {
            times++;
            continue;
        }
        if (times)
            show(other, times);
        swap = line, line = other, other = swap;        /* the first of those alike is kept */
        n = size, size = other_size, other_size = n;
        times = 1;
    }
    if (times)
        show(other, times);
    if (ferror(stdin))
        perror(optind < argc ? argv[optind] : "uniq");
    return ferror(stdin) != 0;
}
