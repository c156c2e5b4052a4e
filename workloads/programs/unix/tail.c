/* tail.c - the last lines, or bytes: tail [-n N | -N | -c N] [FILE] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All of a file; NULL: there is no memory, or it cannot be read. */
static char *take(FILE *f, size_t *n)
{
    size_t size = 4096, got;
    char *text = malloc(size);

    for (*n = 0; text && (got = fread(text + *n, 1, size - *n, f)) > 0;) {
        *n += got;
        if (*n == size)
            text = realloc(text, size *= 2);
    }
    return ferror(f) ? NULL : text;
}

int main(int argc, char **argv)
{
    long want = 10;
    int c, bytes = 0, bad = 0;
    size_t n, from;
    char *text, *end = "";

    if (argc > 1 && argv[1][0] == '-' && argv[1][1] >= '0' && argv[1][1] <= '9') {
        want = strtol(argv[1] + 1, &end, 10);
        optind = 2;
    }
    while ((c = getopt(argc, argv, "n:c:")) != -1) {
        bytes = c == 'c';
        want = optarg ? strtol(optarg, &end, 10) : -1;
        bad |= c == '?';
    }
    if (bad || *end || want < 0 || argc - optind > 1) {
        fputs("usage: tail [-n N | -N | -c N] [FILE]\n", stderr);
        return 2;
    }
    FILE *f = optind < argc ? fopen(argv[optind], "r") : stdin;
    if (!f || !(text = take(f, &n))) {
        perror(optind < argc ? argv[optind] : "tail");
        return 1;
    }
    from = n;
    if (bytes)
        from = (size_t)want < n ? n - (size_t)want : 0;
    else if (want)
        while (from > 0 && (from == n || text[from - 1] != '\n' || --want > 0))
            from--;
    fwrite(text + from, 1, n - from, stdout);
    return 0;
}
