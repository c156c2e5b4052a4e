/* dd.c - copy blocks: dd [if=F] [of=F] [bs=N[k]] [count=N] [seek=N] [skip=N] [conv=fsync] */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long number(const char *s)
{
    char *end;
    long n = strtol(s, &end, 10);

    return *end == 'k' ? n * 1024 : *end == 'M' ? n * 1048576 : n;
}

static int complain(const char *what)
{
    perror(what);
    return 1;
}

int main(int argc, char **argv)
{
    const char *from = NULL, *to = NULL;
    long bs = 512, count = -1, seek = 0, skip = 0, whole = 0, part = 0, bytes = 0;
    int sync = 0, in = 0, out = 1;
    struct timespec a, b;

    for (int i = 1; i < argc; i++) {
        const char *v = strchr(argv[i], '=');

        if (!v) {
            fprintf(stderr, "dd: %s?\n", argv[i]);
            return 1;
        }
        v++;
        if (!strncmp(argv[i], "if=", 3)) from = v;
        else if (!strncmp(argv[i], "of=", 3)) to = v;
        else if (!strncmp(argv[i], "bs=", 3)) bs = number(v);
        else if (!strncmp(argv[i], "count=", 6)) count = number(v);
        else if (!strncmp(argv[i], "seek=", 5)) seek = number(v);
        else if (!strncmp(argv[i], "skip=", 5)) skip = number(v);
        else if (!strcmp(argv[i], "conv=fsync")) sync = 1;
        else {
            fprintf(stderr, "dd: %s?\n", argv[i]);
            return 1;
        }
    }
    if (bs <= 0 || skip < 0 || seek < 0) {
        fputs("dd: bs is at least 1, and nothing is negative\n", stderr);
        return 1;
    }
    char *buf = malloc((size_t)bs);
    if (!buf)
        return complain("bs");
    if (from && (in = open(from, O_RDONLY)) < 0)
        return complain(from);
    if (to && (out = open(to, O_WRONLY | O_CREAT | (seek ? 0 : O_TRUNC), 0644)) < 0)
        return complain(to);
    if (skip && lseek(in, skip * bs, SEEK_SET) < 0)
        return complain("skip");
    if (seek && lseek(out, seek * bs, SEEK_SET) < 0)
        return complain("seek");
    clock_gettime(CLOCK_MONOTONIC, &a);
    while (count < 0 || whole + part < count) {
        ssize_t n = read(in, buf, (size_t)bs);

        if (n < 0)
            return complain(from ? from : "stdin");
        if (n == 0)
            break;
        if (write(out, buf, (size_t)n) != n)
            return complain(to ? to : "stdout");
        bytes += n;
        n == bs ? whole++ : part++;
    }
    if (sync && fsync(out))
        return complain(to ? to : "stdout");
    clock_gettime(CLOCK_MONOTONIC, &b);
    fprintf(stderr, "%ld+%ld blocks, %ld bytes, %.6f s\n", whole, part, bytes,
            (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9);
    return 0;
}
