/* tr.c - bytes for others: tr [-c] [-s] FROM TO; tr -d [-c] FROM; tr -s [-c] FROM. A set is bytes,
 * a-z, [:class:], \n and the like, \NNN; the last of TO stands for all that are more in FROM.
 * -c: all but these; -d: they are left out; -s: several alike in a row become one. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BYTES = 256, MOST = 1024 };

struct set { unsigned char byte[MOST]; int n; };

static void add(struct set *s, int byte)
{
    if (s->n < MOST)
        s->byte[s->n++] = (unsigned char)byte;
}

/* One byte of a set, and *p is behind it. */
static int take_byte(const char **p)
{
    static const char letters[] = "abfnrtv", bytes[] = "\a\b\f\n\r\t\v";
    int c = (unsigned char)*(*p)++, n = 0;

    if (c != '\\' || !**p)
        return c;
    for (c = 0; n < 3 && **p >= '0' && **p <= '7'; n++)
        c = c * 8 + *(*p)++ - '0';
    if (n)
        return c & 255;
    c = (unsigned char)*(*p)++;
    const char *letter = strchr(letters, c);
    return letter ? bytes[letter - letters] : c;
}

/* [:alpha:] and its like: *p is behind it. 0: it is none. */
static int take_class(const char **p, struct set *s)
{
    static const struct { const char *name; int (*has)(int); } classes[] = {
        { "alpha", isalpha }, { "digit", isdigit }, { "alnum", isalnum }, { "upper", isupper },
        { "lower", islower }, { "space", isspace }, { "blank", isblank }, { "punct", ispunct },
        { "cntrl", iscntrl }, { "print", isprint }, { "graph", isgraph }, { "xdigit", isxdigit },
    };
    const char *end = strncmp(*p, "[:", 2) ? NULL : strstr(*p, ":]");

    for (size_t i = 0; end && i < sizeof classes / sizeof *classes; i++) {
        size_t n = strlen(classes[i].name);

        if (n != (size_t)(end - *p) - 2 || memcmp(*p + 2, classes[i].name, n))
            continue;
        for (int b = 0; b < BYTES; b++)
            if (classes[i].has(b))
                add(s, b);
        *p = end + 2;
        return 1;
    }
    return 0;
}

/* 0: a stretch of it runs backwards. */
static int take_set(const char *p, struct set *s)
{
    while (*p) {
        if (take_class(&p, s))
            continue;
        int from = take_byte(&p), to = from;
        if (*p == '-' && p[1]) {
            p++;
            to = take_byte(&p);
        }
        if (to < from)
            return 0;
        for (; from <= to; from++)
            add(s, from);
    }
    return 1;
}

static void all_but(struct set *s)
{
    struct set other = { .n = 0 };

    for (int b = 0; b < BYTES; b++)
        if (!memchr(s->byte, b, (size_t)s->n))
            add(&other, b);
    *s = other;
}

static void has(const struct set *s, char of[BYTES])
{
    for (int i = 0; i < s->n; i++)
        of[s->byte[i]] = 1;
}

int main(int argc, char **argv)
{
    static struct set from, to;
    static char leaves[BYTES], squeezes[BYTES];
    int c, but = 0, cuts = 0, once = 0, wrong = 0, last = -1, becomes[BYTES];

    while ((c = getopt(argc, argv, "+cCds")) != -1)
        switch (c) {
        case 'c': case 'C': but = 1; break;
        case 'd': cuts = 1; break;
        case 's': once = 1; break;
        default: wrong = 1; break;
        }
    int sets = argc - optind;
    if (wrong || sets < 1 || sets > 2 || (sets == 2 ? cuts && !once : !cuts && !once) ||
        (sets == 1 && cuts && once) || !take_set(argv[optind], &from) ||
        (sets == 2 && (!take_set(argv[optind + 1], &to) || !to.n))) {
        fputs("usage: tr [-c] [-s] FROM TO, tr -d [-c] FROM, tr -s [-c] FROM, tr -ds [-c] FROM ONCE\n", stderr);
        return 2;
    }
    if (but)
        all_but(&from);
    for (int b = 0; b < BYTES; b++)
        becomes[b] = b;
    for (int i = 0; i < from.n && sets == 2 && !cuts; i++)
        becomes[from.byte[i]] = to.byte[i < to.n ? i : to.n - 1];
    if (cuts)
        has(&from, leaves);
    if (once)
        has(sets == 2 ? &to : &from, squeezes);
    while ((c = getchar()) != EOF) {
        if (leaves[c] || ((c = becomes[c]) == last && squeezes[c]))
            continue;
        putchar(last = c);
    }
    if (ferror(stdin))
        perror("tr");
    return ferror(stdin) != 0;
}
