/* sort.c - lines in order: sort [-r] [-n] [-u] [FILE...] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int reverse, numbers, unique;
static char **line;
static size_t n, have;

static int order(const void *pa, const void *pb)
{
    const char *a = *(char *const *)pa, *b = *(char *const *)pb;
    long x = numbers ? atol(a) : 0, y = numbers ? atol(b) : 0;
    int c = x < y ? -1 : x > y ? 1 : strcmp(a, b);

    return reverse ? -c : c;
}

/* All lines of f; the last may lack its end. */
static void take(FILE *f)
{
    char text[4096];

    while (fgets(text, sizeof text - 1, f)) {
        if (!strchr(text, '\n'))
            strcat(text, "\n");
        if (n == have)
            line = realloc(line, (have = have ? 2 * have : 64) * sizeof *line);
        if (!line || !(line[n++] = strdup(text))) {
            fputs("sort: not enough memory\n", stderr);
            exit(2);
        }
    }
}

static int take_options(const char *p)
{
    for (; *p; p++)
        if (*p == 'r')
            reverse = 1;
        else if (*p == 'n')
            numbers = 1;
        else if (*p == 'u')
            unique = 1;
        else
            return 0;
    return 1;
}

int main(int argc, char **argv)
{
    int i = 1;

    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++)
        if (!take_options(argv[i] + 1)) {
            fputs("usage: sort [-r] [-n] [-u] [FILE...]\n", stderr);
            return 2;
        }
    if (i == argc)
        take(stdin);
    for (; i < argc; i++) {
        FILE *f = fopen(argv[i], "r");

        if (!f) {
            perror(argv[i]);
            return 2;
        }
        take(f);
        fclose(f);
    }
    if (n)
        qsort(line, n, sizeof *line, order);
    for (size_t k = 0; k < n; k++)
        if (!unique || !k || order(&line[k - 1], &line[k]))
            fputs(line[k], stdout);
    return 0;
}
