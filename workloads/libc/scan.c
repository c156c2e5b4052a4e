/* scan.c - scanf and its family: characters are gathered for strtol and strtod as far as
 * they can belong to a number, one more is looked at. */
#include "stream.h"

#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { NUMBER = 512 };

struct in {
    FILE *f;
    size_t n;                   /* characters taken */
    int width;                  /* left for this item */
};

struct spec {
    int skip, allocate, size, width;    /* size as for printf; 3: L */
};

static int next(struct in *in)
{
    int c;

    if (in->width == 0)
        return EOF;
    c = __get(in->f);
    if (c != EOF) {
        in->n++;
        if (in->width > 0)
            in->width--;
    }
    return c;
}

static void back(struct in *in, int c)
{
    if (c == EOF)
        return;
    in->f->at--;
    in->n--;
    if (in->width >= 0)
        in->width++;
}

static void skip_space(struct in *in)
{
    int c;

    in->width = -1;
    do
        c = next(in);
    while (c != EOF && isspace(c));
    back(in, c);
}

/* ---- numbers ---- */

struct gather { char text[NUMBER]; size_t n; };

static int take(struct in *in, struct gather *g, const char *set)
{
    int c = next(in);

    if (c == EOF || c == '\0' || !strchr(set, c) || g->n == NUMBER - 1) {
        back(in, c);
        return 0;
    }
    g->text[g->n++] = (char)c;
    return c;
}

static void take_all(struct in *in, struct gather *g, const char *set)
{
    while (take(in, g, set))
        continue;
}

/* As many letters of the word as there are, whatever the case. */
static size_t take_word(struct in *in, struct gather *g, const char *word)
{
    size_t n = 0;

    while (word[n]) {
        const char set[3] = { word[n], (char)toupper(word[n]), '\0' };

        if (!take(in, g, set))
            break;
        n++;
    }
    return n;
}

static int gather_int(struct in *in, struct gather *g, int *base)
{
    static const char digits[] = "0123456789abcdef", upper[] = "ABCDEF";
    char set[24];
    size_t before;

    take(in, g, "+-");
    before = g->n;
    if ((*base == 0 || *base == 16) && take(in, g, "0")) {
        if (take(in, g, "xX")) {
            *base = 16;
            before = g->n;      /* a digit must follow */
        } else if (*base == 0) {
            *base = 8;
        }
    }
    if (*base == 0)
        *base = 10;
    memcpy(set, digits, (size_t)*base);
    strcpy(set + *base, *base == 16 ? upper : "");
    take_all(in, g, set);
    g->text[g->n] = '\0';
    return g->n > before;
}

static int gather_real(struct in *in, struct gather *g)
{
    static const char decimal[] = "0123456789", hex[] = "0123456789abcdefABCDEF";
    const char *set = decimal;
    size_t start, n, point;

    take(in, g, "+-");
    start = g->n;
    if ((n = take_word(in, g, "inf")) > 0)
        return n == 3 && ((n = take_word(in, g, "inity")) == 0 || n == 5);
    if ((n = take_word(in, g, "nan")) > 0)
        return n == 3;
    if (take(in, g, "0") && take(in, g, "xX"))
        set = hex, start = g->n;
    take_all(in, g, set);
    point = g->n;
    if (take(in, g, "."))
        take_all(in, g, set);
    n = g->n - start - (g->n > point);
    if (n == 0)
        return 0;
    if (take(in, g, set == hex ? "pP" : "eE")) {
        size_t mark;

        take(in, g, "+-");
        mark = g->n;
        take_all(in, g, decimal);
        return g->n > mark;
    }
    return 1;
}

static void store_int(const struct spec *p, void *to, unsigned long long v)
{
    switch (p->size) {
    case -2: *(char *)to = (char)v; break;
    case -1: *(short *)to = (short)v; break;
    case 1: *(long *)to = (long)v; break;
    case 2: case 3: *(long long *)to = (long long)v; break;
    default: *(int *)to = (int)v;
    }
}

static int scan_int(struct in *in, const struct spec *p, char kind, void *to)
{
    int base = kind == 'i' ? 0 : kind == 'o' ? 8 : kind == 'x' || kind == 'X' || kind == 'p' ? 16 : 10;
    int is_signed = kind == 'd' || kind == 'i', wide = p->size >= 2;
    struct gather g = { .n = 0 };
    unsigned long long v;

    if (!gather_int(in, &g, &base))
        return 0;
    if (wide)
        v = is_signed ? (unsigned long long)strtoll(g.text, NULL, base) : strtoull(g.text, NULL, base);
    else
        v = is_signed ? (unsigned long long)strtol(g.text, NULL, base) : strtoul(g.text, NULL, base);
    if (to)
        store_int(p, to, v);
    return 1;
}

static int scan_real(struct in *in, const struct spec *p, void *to)
{
    struct gather g = { .n = 0 };

    if (!gather_real(in, &g))
        return 0;
    g.text[g.n] = '\0';
    if (!to)
        return 1;
    if (p->size == 3)
        *(long double *)to = strtold(g.text, NULL);
    else if (p->size == 1)
        *(double *)to = strtod(g.text, NULL);
    else
        *(float *)to = strtof(g.text, NULL);
    return 1;
}

/* ---- text ---- */

struct set { unsigned char has[256]; };

static const char *read_set(const char *f, struct set *set)
{
    int invert = *f == '^', first = 1;

    f += invert;
    memset(set, invert, sizeof *set);
    for (; *f && (first || *f != ']'); f++, first = 0) {
        unsigned char from = (unsigned char)*f, to = from;

        if (f[1] == '-' && f[2] && f[2] != ']') {
            to = (unsigned char)f[2];
            f += 2;
        }
        for (int c = from; c <= to; c++)
            set->has[c] = (unsigned char)!invert;
    }
    return f;
}

struct text { char *s; size_t n, room; int wide; mbstate_t state; };

/* One more byte; 0: no memory, or it is no character. */
static int keep(struct text *t, const struct spec *p, int c)
{
    size_t unit = t->wide ? sizeof(wchar_t) : 1;
    char byte = (char)c;
    wchar_t wide = 0;

    if (t->wide) {
        size_t used = mbrtowc(&wide, &byte, 1, &t->state);

        if (used >= (size_t)-2)
            return used == (size_t)-2;
    }
    if (p->allocate && t->n + 1 >= t->room) {
        char *more = realloc(t->s, (t->room = t->room * 2 + 32) * unit);

        if (!more)
            return 0;
        t->s = more;
    }
    if (t->s && t->wide)
        memcpy(t->s + t->n * unit, &wide, unit);
    else if (t->s)
        t->s[t->n] = byte;
    t->n++;
    return 1;
}

/* Characters of the set into *to, which grows if it is ours to allocate. */
static int scan_text(struct in *in, const struct spec *p, const struct set *set, void *to, int is_string)
{
    struct text t = { .s = p->allocate ? NULL : to, .wide = p->size == 1 };
    size_t unit = t.wide ? sizeof(wchar_t) : 1;
    int c;

    while ((c = next(in)) != EOF) {
        if (set && !set->has[c]) {
            back(in, c);
            break;
        }
        if (!keep(&t, p, c))
            break;
        if (t.state.left && in->width >= 0)
            in->width++;        /* characters are counted */
    }
    if (t.s && is_string)
        memset(t.s + t.n * unit, 0, unit);
    if (p->allocate)
        *(char **)to = t.s;
    return is_string ? t.n > 0 : t.n == (size_t)p->width;
}

/* ---- formats ---- */

static const char *read_spec(const char *f, struct spec *p)
{
    *p = (struct spec){ .width = -1 };
    if (*f == '*')
        p->skip = 1, f++;
    if (isdigit((unsigned char)*f))
        for (p->width = 0; isdigit((unsigned char)*f); f++)
            p->width = p->width < INT_MAX / 20 ? p->width * 10 + *f - '0' : p->width;
    if (*f == 'm')
        p->allocate = 1, f++;
    for (;; f++) {
        switch (*f) {
        case 'h': p->size--; break;
        case 'l': p->size++; break;
        case 'j': case 'q': p->size = 2; break;
        case 'L': p->size = 3; break;
        case 'z': case 't': break;
        default: return f;
        }
    }
}

static int scan_item(struct in *in, struct spec *p, char kind, const struct set *set, void *to)
{
    struct set word;

    in->width = p->width;
    switch (kind) {
    case 'c':
        if (p->width < 0)
            p->width = in->width = 1;
        return scan_text(in, p, NULL, to, 0);
    case 's':
        memset(&word, 1, sizeof word);
        for (int c = 0; c < 256; c++)
            word.has[c] = !isspace(c);
        return scan_text(in, p, &word, to, 1);
    case '[': return scan_text(in, p, set, to, 1);
    case 'd': case 'i': case 'u': case 'o': case 'x': case 'X': case 'p':
        return scan_int(in, p, kind, to);
    case 'a': case 'A': case 'e': case 'E': case 'f': case 'F': case 'g': case 'G':
        return scan_real(in, p, to);
    default: return 0;
    }
}

static int at_end(struct in *in)
{
    int c;

    in->width = -1;
    c = next(in);
    back(in, c);
    return c == EOF;
}

static int literal(struct in *in, int want)
{
    int c;

    in->width = -1;
    c = next(in);
    if (c == want)
        return 1;
    back(in, c);
    return 0;
}

static int scan(struct in *in, const char *f, va_list *ap)
{
    int done = 0;

    for (; *f; f++) {
        struct spec p;
        struct set set;
        char kind;

        if (isspace((unsigned char)*f)) {
            skip_space(in);
            continue;
        }
        if (*f != '%' || f[1] == '%') {
            if (*f == '%')
                skip_space(in), f++;
            if (at_end(in))
                return done ? done : EOF;
            if (!literal(in, (unsigned char)*f))
                return done;
            continue;
        }
        f = read_spec(f + 1, &p);
        kind = *f;
        if (kind == '[')
            f = read_set(f + 1, &set);
        if (kind == 'n') {
            if (!p.skip)
                store_int(&p, va_arg(*ap, void *), in->n);
            continue;
        }
        if (kind != 'c' && kind != '[')
            skip_space(in);
        if (at_end(in))
            return done ? done : EOF;
        if (!scan_item(in, &p, kind, &set, p.skip ? NULL : va_arg(*ap, void *)))
            return done;
        done += !p.skip;
        if (!*f)
            break;
    }
    return done;
}

/* ---- the family ---- */

int vfscanf(FILE *f, const char *format, va_list ap)
{
    struct in in = { .f = f };
    va_list copy;
    int n;

    va_copy(copy, ap);
    flockfile(f);
    n = scan(&in, format, &copy);
    funlockfile(f);
    va_end(copy);
    return n;
}

int vsscanf(const char *s, const char *format, va_list ap)
{
    FILE f = { .fd = -1, .can_read = 1, .buf = (unsigned char *)(uintptr_t)s, .n = strlen(s),
               .mem = (unsigned char *)(uintptr_t)s };

    return vfscanf(&f, format, ap);
}

int vscanf(const char *format, va_list ap) { return vfscanf(stdin, format, ap); }

#define FORWARD(call) va_list ap; int n; va_start(ap, format); n = call; va_end(ap); return n

int scanf(const char *format, ...) { FORWARD(vfscanf(stdin, format, ap)); }
int fscanf(FILE *f, const char *format, ...) { FORWARD(vfscanf(f, format, ap)); }
int sscanf(const char *s, const char *format, ...) { FORWARD(vsscanf(s, format, ap)); }
