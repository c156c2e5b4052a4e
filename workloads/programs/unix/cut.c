/* cut.c - parts of each line: cut -f LIST [-d C] [-s] [FILE...]; cut -b LIST or -c LIST: bytes.
 * LIST: numbers from 1 on and stretches, 1,3-5,7-; -s: no lines without the C between fields. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STRETCHES = 64 };

static struct { unsigned long from, to; } wanted[STRETCHES];
static int nwanted, fields, only_fields;
static char between = '\t';

/* 0: it is none. */
static int take_list(const char *s)
{
    char *end;

    for (nwanted = 0; nwanted < STRETCHES; s = end + 1) {
        unsigned long from = *s == '-' ? 1 : strtoul(s, &end, 10), to = from;

        if (*s == '-')
            end = (char *)(size_t)s;
        if (*end == '-') {
            const char *p = end + 1;

            to = strtoul(p, &end, 10);
            if (end == p && *s != '-')
                to = (unsigned long)-1;
        }
        if (end == s || !from || to < from || (*end && *end != ','))
            return 0;
        wanted[nwanted].from = from;
        wanted[nwanted++].to = to;
        if (!*end)
            return 1;
    }
    return 0;
}

static int is_wanted(unsigned long n)
{
    for (int i = 0; i < nwanted; i++)
        if (wanted[i].from <= n && n <= wanted[i].to)
            return 1;
    return 0;
}

static void cut_fields(const char *p, const char *end)
{
    int any = 0;

    if (!memchr(p, between, (size_t)(end - p))) {
        if (!only_fields)
            printf("%.*s\n", (int)(end - p), p);
        return;
    }
    for (unsigned long n = 1; p <= end; n++) {
        const char *stop = memchr(p, between, (size_t)(end - p));

        stop = stop ? stop : end;
        if (is_wanted(n)) {
            if (any)
                putchar(between);
            fwrite(p, 1, (size_t)(stop - p), stdout);
            any = 1;
        }
        p = stop + 1;
    }
    putchar('\n');
}

static int cut(FILE *f, const char *name)
{
    static char *line;
    static size_t size;
    ssize_t n;

    while ((n = getline(&line, &size, f)) > 0) {
        n -= line[n - 1] == '\n';
        if (fields) {
            cut_fields(line, line + n);
            continue;
        }
        for (ssize_t i = 0; i < n; i++)
            if (is_wanted((unsigned long)i + 1))
                putchar(line[i]);
        putchar('\n');
    }
    if (ferror(f))
        perror(name);
    return ferror(f) != 0;
}

int main(int argc, char **argv)
{
    int c, bad = 0, lists = 0;

    while ((c = getopt(argc, argv, "b:c:f:d:s")) != -1)
        switch (c) {
        case 'b': case 'c': case 'f':
            fields = c == 'f';
            bad |= !take_list(optarg) || lists++;
            break;
        case 'd':
            between = *optarg;
            bad |= strlen(optarg) != 1;
            break;
        case 's': only_fields = 1; break;
        default: bad = 1; break;
        }
    if (bad || !lists || (only_fields && !fields)) {
        fputs("usage: cut -f LIST [-d C] [-s] [FILE...], cut -b LIST or -c LIST\n", stderr);
        return 2;
    }
    if (optind == argc)
        bad = cut(stdin, "cut");
    for (int i = optind; i < argc; i++) {
        FILE *f = strcmp(argv[i], "-") ? fopen(argv[i], "r") : stdin;

        if (!f) {
            perror(argv[i]);
            bad = 1;
            continue;
        }
        bad |= cut(f, argv[i]);
        if (f != stdin)
            fclose(f);
    }
    return bad;
}
