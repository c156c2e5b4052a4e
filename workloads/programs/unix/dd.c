/* dd.c - copy blocks: dd [if=F] [of=F] [bs=N[k|K|M]] [count=N] [seek=N] [skip=N]
 * [conv=fsync,notrunc] [status=none] */
#include <errno.h>
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

    return *end == 'k' || *end == 'K' ? n * 1024 : *end == 'M' ? n * 1048576 : n;
}

static int complain(const char *what)
{
    perror(what);
    return 1;
}

static const char *from, *to;
static long bs = 512, count = -1, seek, skip;
static int sync_at_end, keep, quiet;

/* Words with commas between; 0: one is none. */
static int conversions(char *v)
{
    for (char *w = strtok(v, ","); w; w = strtok(NULL, ","))
        if (!strcmp(w, "fsync") || !strcmp(w, "fdatasync"))
            sync_at_end = 1;
        else if (!strcmp(w, "notrunc"))
            keep = 1;
        else
            return 0;
    return 1;
}

static int take(char *arg)
{
    char *v = strchr(arg, '=');

    if (!v)
        return 0;
    v++;
    if (!strncmp(arg, "if=", 3)) from = v;
    else if (!strncmp(arg, "of=", 3)) to = v;
    else if (!strncmp(arg, "bs=", 3)) bs = number(v);
    else if (!strncmp(arg, "count=", 6)) count = number(v);
    else if (!strncmp(arg, "seek=", 5)) seek = number(v);
    else if (!strncmp(arg, "skip=", 5)) skip = number(v);
    else if (!strncmp(arg, "conv=", 5)) return conversions(v);
    else if (!strcmp(arg, "status=none")) quiet = 1;
    else return 0;
    return 1;
}

int main(int argc, char **argv)
{
    long whole = 0, part = 0, bytes = 0;
    int in = 0, out = 1;
    struct timespec a, b;

    for (int i = 1; i < argc; i++)
        if (!take(argv[i])) {
            fprintf(stderr, "dd: %s is not known; usage: dd [if=F] [of=F] [bs=N[k|M]] [count=N] [seek=N] "
                    "[skip=N] [conv=fsync,notrunc] [status=none]\n", argv[i]);
            return 2;
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
    if (to && (out = open(to, O_WRONLY | O_CREAT | (seek || keep ? 0 : O_TRUNC), 0644)) < 0)
        return complain(to);
    if (skip && lseek(in, skip * bs, SEEK_SET) < 0)
        return complain("skip");
    /* What is behind the place to write at goes, as the whole does without one. */
    if (to && seek && !keep && ftruncate(out, seek * bs) && errno != EINVAL)
        return complain(to);
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
    if (sync_at_end && fsync(out))
        return complain(to ? to : "stdout");
    clock_gettime(CLOCK_MONOTONIC, &b);
    if (!quiet)
        fprintf(stderr, "%ld+%ld blocks, %ld bytes, %.6f s\n", whole, part, bytes,
                (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9);
    return 0;
}
