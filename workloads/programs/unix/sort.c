/* sort.c - lines in order: sort [-r] [-n] [FILE] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int reverse, numbers;

static int order(const void *pa, const void *pb)
{
    const char *a = *(char *const *)pa, *b = *(char *const *)pb;
    long x = numbers ? atol(a) : 0, y = numbers ? atol(b) : 0;
    int c = x < y ? -1 : x > y ? 1 : strcmp(a, b);

    return reverse ? -c : c;
}

int main(int argc, char **argv)
{
    char text[4096], **line = NULL;
    size_t n = 0, have = 0;
    FILE *f = stdin;

    for (int i = 1; i < argc; i++)
        if (argv[i][0] == '-') {
            reverse |= strchr(argv[i], 'r') != NULL;
            numbers |= strchr(argv[i], 'n') != NULL;
        } else if (!(f = fopen(argv[i], "r"))) {
            perror(argv[i]);
            return 1;
        }
    while (fgets(text, sizeof text, f)) {
        if (n == have)
            line = realloc(line, (have = have ? 2 * have : 64) * sizeof *line);
        if (!line || !(line[n++] = strdup(text)))
            return 1;
    }
    if (n)
        qsort(line, n, sizeof *line, order);
    for (size_t i = 0; i < n; i++)
        fputs(line[i], stdout);
    return 0;
}
