/* format.c - printf and its family. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where the text goes: a buffer, or a stream. */
struct out {
    char *s;
    size_t size, n;
    FILE *f;
    char part[128];             /* gathered for f */
    unsigned used;
};

struct spec {
    unsigned char left, zero, plus, space, alternate;
    int width, precision;       /* precision -1: none */
    int size;                   /* -2 hh, -1 h, 0, 1 l, 2 ll */
};

static void drain(struct out *o)
{
    if (o->used)
        fwrite(o->part, 1, o->used, o->f);
    o->used = 0;
}

static void put(struct out *o, char ch)
{
    if (o->f) {
        o->part[o->used++] = ch;
        if (o->used == sizeof o->part)
            drain(o);
    } else if (o->n + 1 < o->size) {
        o->s[o->n] = ch;
    }
    o->n++;
}

static void pad(struct out *o, char ch, int n)
{
    while (n-- > 0)
        put(o, ch);
}

static void put_text(struct out *o, const struct spec *p, const char *s, size_t n)
{
    int blanks = p->width - (int)n;

    if (!p->left)
        pad(o, ' ', blanks);
    for (size_t i = 0; i < n; i++)
        put(o, s[i]);
    if (p->left)
        pad(o, ' ', blanks);
}

static void put_number(struct out *o, const struct spec *p, uint64_t v, unsigned base,
                       const char *prefix, const char *digits)
{
    char text[24];
    int n = 0, zeros, nprefix = (int)strlen(prefix), blanks;

    if (v >> 32 == 0) {         /* 64-bit division costs a hundred instructions */
        for (uint32_t w = (uint32_t)v; w; w /= base)
            text[n++] = digits[w % base];
    } else {
        for (; v; v /= base)
            text[n++] = digits[v % base];
    }
    zeros = p->precision >= 0 ? p->precision - n : n == 0 ? 1 : 0;
    if (zeros < 0)
        zeros = 0;
    blanks = p->width - nprefix - n - zeros;
    if (p->zero && !p->left && p->precision < 0 && blanks > 0) {
        zeros += blanks;
        blanks = 0;
    }
    if (!p->left)
        pad(o, ' ', blanks);
    while (*prefix)
        put(o, *prefix++);
    pad(o, '0', zeros);
    while (n > 0)
        put(o, text[--n]);
    if (p->left)
        pad(o, ' ', blanks);
}

static const char *read_spec(const char *f, struct spec *p, va_list *ap)
{
    *p = (struct spec){ .precision = -1 };
    for (;; f++) {
        if (*f == '-')
            p->left = 1;
        else if (*f == '0')
            p->zero = 1;
        else if (*f == '+')
            p->plus = 1;
        else if (*f == ' ')
            p->space = 1;
        else if (*f == '#')
            p->alternate = 1;
        else
            break;
    }
    if (*f == '*') {
        p->width = va_arg(*ap, int);
        f++;
        if (p->width < 0) {
            p->left = 1;
            p->width = -p->width;
        }
    }
    while (*f >= '0' && *f <= '9')
        p->width = p->width * 10 + *f++ - '0';
    if (*f == '.') {
        p->precision = 0;
        if (*++f == '*') {
            p->precision = va_arg(*ap, int);
            f++;
        }
        while (*f >= '0' && *f <= '9')
            p->precision = p->precision * 10 + *f++ - '0';
    }
    for (; *f == 'h'; f++)
        p->size--;
    for (; *f == 'l'; f++)
        p->size++;
    if (*f == 'j')
        p->size = 2, f++;
    else if (*f == 'z' || *f == 't')
        f++;
    return f;
}

static int64_t signed_arg(const struct spec *p, va_list *ap)
{
    if (p->size >= 2)
        return va_arg(*ap, long long);
    int v = va_arg(*ap, int);   /* long is as wide */
    return p->size == -2 ? (signed char)v : p->size == -1 ? (short)v : v;
}

static uint64_t unsigned_arg(const struct spec *p, va_list *ap)
{
    if (p->size >= 2)
        return va_arg(*ap, unsigned long long);
    unsigned v = va_arg(*ap, unsigned);
    return p->size == -2 ? (unsigned char)v : p->size == -1 ? (unsigned short)v : v;
}

static void convert(struct out *o, struct spec *p, char kind, va_list *ap)
{
    static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
    const char *s;
    uint64_t u;
    int64_t i;
    char ch;

    switch (kind) {
    case 'd': case 'i':
        i = signed_arg(p, ap);
        u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
        put_number(o, p, u, 10, i < 0 ? "-" : p->plus ? "+" : p->space ? " " : "", lower);
        break;
    case 'u': put_number(o, p, unsigned_arg(p, ap), 10, "", lower); break;
    case 'o': put_number(o, p, unsigned_arg(p, ap), 8, p->alternate ? "0" : "", lower); break;
    case 'x': case 'X':
        u = unsigned_arg(p, ap);
        put_number(o, p, u, 16, !p->alternate || !u ? "" : kind == 'x' ? "0x" : "0X",
                   kind == 'x' ? lower : upper);
        break;
    case 'p':
        put_number(o, p, (uintptr_t)va_arg(*ap, void *), 16, "0x", lower);
        break;
    case 'c':
        ch = (char)va_arg(*ap, int);
        put_text(o, p, &ch, 1);
        break;
    case 's':
        s = va_arg(*ap, const char *);
        s = s ? s : "(null)";
        put_text(o, p, s, p->precision >= 0 ? strnlen(s, (size_t)p->precision) : strlen(s));
        break;
    default:
        put(o, '%');
        if (kind != '%')
            put(o, kind);
    }
}

static int format(struct out *o, const char *f, va_list *ap)
{
    for (; *f; f++) {
        struct spec p;

        if (*f != '%') {
            put(o, *f);
            continue;
        }
        f = read_spec(f + 1, &p, ap);
        if (!*f)
            break;
        convert(o, &p, *f, ap);
    }
    if (o->f)
        drain(o);
    else if (o->size)
        o->s[o->n < o->size ? o->n : o->size - 1] = '\0';
    return (int)o->n;
}

int vfprintf(FILE *f, const char *text, va_list ap)
{
    struct out o = { .f = f };
    va_list copy;
    int n;

    va_copy(copy, ap);
    n = format(&o, text, &copy);
    va_end(copy);
    return n;
}

int vsnprintf(char *s, size_t size, const char *text, va_list ap)
{
    struct out o = { .s = s, .size = size };
    va_list copy;
    int n;

    va_copy(copy, ap);
    n = format(&o, text, &copy);
    va_end(copy);
    return n;
}

int vprintf(const char *text, va_list ap)
{
    return vfprintf(stdout, text, ap);
}

#define FORWARD(call) va_list ap; int n; va_start(ap, text); n = call; va_end(ap); return n

int printf(const char *text, ...) { FORWARD(vfprintf(stdout, text, ap)); }
int fprintf(FILE *f, const char *text, ...) { FORWARD(vfprintf(f, text, ap)); }
int sprintf(char *s, const char *text, ...) { FORWARD(vsnprintf(s, INT32_MAX, text, ap)); }

int snprintf(char *s, size_t size, const char *text, ...)
{
    FORWARD(vsnprintf(s, size, text, ap));
}

/* One write, so that lines of several processes do not mix. */
int dprintf(int fd, const char *text, ...)
{
    char line[1024];
    va_list ap;
    int n;

    va_start(ap, text);
    n = vsnprintf(line, sizeof line, text, ap);
    va_end(ap);
    return (int)write(fd, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
}
