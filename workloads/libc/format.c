/* format.c - printf and its family. */
#include "decimal.h"
#include "stream.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Where the text goes: a buffer, or a stream. */
struct out {
    char *s;
    size_t size, n;
    FILE *f;
    char part[128];             /* gathered for f */
    unsigned used;
    int failed, wide;           /* wide: characters are counted, not bytes */
};

struct spec {
    unsigned char left, zero, plus, space, alternate, quad;
    int width, precision;       /* precision -1: none */
    int size;                   /* -2 hh, -1 h, 0, 1 l, 2 ll */
};

static void drain(struct out *o)
{
    if (o->used && __put_all(o->f, o->part, o->used) != o->used)
        o->failed = 1;
    o->used = 0;
}

static int begins_char(char ch) { return (ch & 0xc0) != 0x80; }

static void put(struct out *o, char ch)
{
    if (o->f) {
        o->part[o->used++] = ch;
        if (o->used == sizeof o->part)
            drain(o);
    } else if (o->n + 1 < o->size) {
        o->s[o->n] = ch;
    }
    o->n += !o->wide || begins_char(ch);
}

static void pad(struct out *o, char ch, int n)
{
    while (n-- > 0)
        put(o, ch);
}

static void put_text(struct out *o, const struct spec *p, const char *s, size_t n)
{
    int blanks = p->width - (int)n;

    for (size_t i = 0; o->wide && i < n; i++)
        blanks += !begins_char(s[i]);
    if (!p->left)
        pad(o, ' ', blanks);
    for (size_t i = 0; i < n; i++)
        put(o, s[i]);
    if (p->left)
        pad(o, ' ', blanks);
}

/* ---- integers ---- */

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
    if (base == 8 && p->alternate && zeros <= 0)
        zeros = 1;              /* "0" is a digit, not a prefix */
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

/* ---- floating point ---- */

enum { MOST = 30000 };          /* no number has as many digits */

static const char *sign_of(const struct spec *p, int negative)
{
    return negative ? "-" : p->plus ? "+" : p->space ? " " : "";
}

/* Blanks or zeros around a body of n characters: what stands before it. */
static int before(struct out *o, const struct spec *p, const char *sign, const char *prefix, int n)
{
    int fill = p->width - n - (int)strlen(sign) - (int)strlen(prefix);

    if (!p->left && !p->zero)
        pad(o, ' ', fill);
    while (*sign)
        put(o, *sign++);
    while (*prefix)
        put(o, *prefix++);
    if (!p->left && p->zero)
        pad(o, '0', fill);
    return p->left ? fill : 0;
}

static void put_digits(struct out *o, const struct decimal *d, int from, int n)
{
    while (n-- > 0)
        put(o, (char)('0' + __decimal_digit(d, from--)));
}

static void put_fixed(struct out *o, const struct spec *p, const struct decimal *d,
                      const char *sign, int precision)
{
    int e = __decimal_exponent(d), whole = e > 0 ? e + 1 : 1, point = precision > 0 || p->alternate;
    int after = before(o, p, sign, "", whole + point + precision);

    put_digits(o, d, whole - 1, whole);
    if (point)
        put(o, '.');
    put_digits(o, d, -1, precision);
    pad(o, ' ', after);
}

static int exponent_text(char *s, int e, char letter)
{
    unsigned v = (unsigned)(e < 0 ? -e : e);
    char digits[8];
    int n = 0, at = 0;

    s[at++] = letter;
    s[at++] = e < 0 ? '-' : '+';
    do
        digits[n++] = (char)('0' + v % 10);
    while ((v /= 10) || (n < 2 && letter != 'p' && letter != 'P'));
    while (n)
        s[at++] = digits[--n];
    return at;
}

static void put_scientific(struct out *o, const struct spec *p, const struct decimal *d,
                           const char *sign, int precision, char letter)
{
    char tail[10];
    int e = __decimal_exponent(d), n = exponent_text(tail, e, letter);
    int point = precision > 0 || p->alternate;
    int after = before(o, p, sign, "", 1 + point + precision + n);

    put_digits(o, d, e, 1);
    if (point)
        put(o, '.');
    put_digits(o, d, e - 1, precision);
    for (int i = 0; i < n; i++)
        put(o, tail[i]);
    pad(o, ' ', after);
}

/* How many of `precision` digits behind the one of 10^e are needed. */
static int without_zeros(const struct decimal *d, int e, int precision)
{
    while (precision > 0 && __decimal_digit(d, e - precision) == 0)
        precision--;
    return precision;
}

static void put_decimal(struct out *o, const struct spec *p, const struct real *r, char kind)
{
    uint32_t limb[__decimal_room(r)];
    const char *sign = sign_of(p, r->negative);
    int precision = p->precision < 0 ? 6 : p->precision, e;
    struct decimal d;

    __decimal_make(&d, r, limb);
    if ((kind | 32) == 'f') {
        __decimal_round(&d, -(precision < MOST ? precision : MOST));
        put_fixed(o, p, &d, sign, precision);
        return;
    }
    if ((kind | 32) == 'g')
        precision = precision == 0 ? 0 : precision - 1;
    __decimal_round(&d, __decimal_exponent(&d) - (precision < MOST ? precision : MOST));
    e = __decimal_exponent(&d);
    if ((kind | 32) == 'e') {
        put_scientific(o, p, &d, sign, precision, kind);
    } else if (e < -4 || e > precision) {
        put_scientific(o, p, &d, sign, p->alternate ? precision : without_zeros(&d, e, precision),
                       (char)(kind - 2));
    } else {
        precision -= e;
        put_fixed(o, p, &d, sign, p->alternate ? precision : without_zeros(&d, 0, precision));
    }
}

/* r->m as digits of 16: the fraction's, most significant first; what stands before it. */
static unsigned hex_digits(const struct real *r, unsigned char *digit, int n)
{
    for (int i = 0; i < n; i++) {
        int bit = r->fraction - 4 * (i + 1);

        digit[i] = (unsigned char)(r->m[bit / 32] >> bit % 32 & 15);
    }
    return r->m[r->fraction / 32] >> r->fraction % 32 & 1;
}

static void put_hex(struct out *o, const struct spec *p, const struct real *r, char kind)
{
    const char *letters = kind == 'a' ? "0123456789abcdef" : "0123456789ABCDEF";
    unsigned char digit[28];
    char tail[10];
    int all = r->fraction / 4, n = all, precision = p->precision, e = r->exp + r->fraction, nt, after;
    unsigned lead = hex_digits(r, digit, all);

    while (n > 0 && digit[n - 1] == 0)
        n--;
    if (!lead && n == 0)
        e = 0;
    if (precision < 0)
        precision = n;
    if (precision < n) {
        unsigned last = precision ? digit[precision - 1] : lead, up = digit[precision] > 8 ||
            (digit[precision] == 8 && (n > precision + 1 || last & 1));
        int i = precision;

        while (up && i > 0) {
            up = digit[--i] == 15;
            digit[i] = (digit[i] + 1) & 15;
        }
        lead += up;
        n = precision;
    }
    nt = exponent_text(tail, e, kind == 'a' ? 'p' : 'P');
    after = before(o, p, sign_of(p, r->negative), kind == 'a' ? "0x" : "0X",
                   1 + (precision > 0 || p->alternate) + precision + nt);
    put(o, letters[lead]);
    if (precision > 0 || p->alternate)
        put(o, '.');
    for (int i = 0; i < precision; i++)
        put(o, i < n ? letters[digit[i]] : '0');
    for (int i = 0; i < nt; i++)
        put(o, tail[i]);
    pad(o, ' ', after);
}

static void put_real(struct out *o, struct spec *p, char kind, const struct real *r)
{
    if (r->kind != REAL_FINITE) {
        const char *name = r->kind == REAL_NAN ? (kind & 32 ? "nan" : "NAN")
                                               : (kind & 32 ? "inf" : "INF");
        int after;

        p->zero = 0;
        after = before(o, p, sign_of(p, r->negative), "", 3);
        for (int i = 0; i < 3; i++)
            put(o, name[i]);
        pad(o, ' ', after);
    } else if ((kind | 32) == 'a') {
        put_hex(o, p, r, kind);
    } else {
        put_decimal(o, p, r, kind);
    }
}

/* The bits of an argument, without a computation. */
static struct real real_arg(const struct spec *p, va_list *ap)
{
    union { long double value; uint32_t bits[4]; } quad;
    union { double value; uint64_t bits; } plain;

    if (p->quad) {
        quad.value = va_arg(*ap, long double);
        return __real_quad(quad.bits);
    }
    plain.value = va_arg(*ap, double);
    return __real_double(plain.bits);
}

/* ---- formats ---- */

static const char *read_int(const char *f, int *n, va_list *ap)
{
    if (*f == '*') {
        *n = va_arg(*ap, int);
        return f + 1;
    }
    for (*n = 0; *f >= '0' && *f <= '9'; f++)
        *n = *n > (INT_MAX - 9) / 10 ? INT_MAX : *n * 10 + *f - '0';
    return f;
}

static const char *read_size(const char *f, struct spec *p)
{
    for (;; f++) {
        switch (*f) {
        case 'h': p->size--; break;
        case 'l': p->size++; break;
        case 'j': case 'q': p->size = 2; break;
        case 'L': p->size = 2, p->quad = 1; break;
        case 'z': case 't': break;
        default: return f;
        }
    }
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
        else if (*f != '\'')
            break;
    }
    f = read_int(f, &p->width, ap);
    if (p->width < 0) {
        p->left = 1;
        p->width = -p->width;
    }
    if (*f == '.') {
        f = read_int(f + 1, &p->precision, ap);
        if (p->precision < 0)
            p->precision = -1;
    }
    return read_size(f, p);
}

static int64_t signed_arg(const struct spec *p, va_list *ap)
{
    if (p->size >= 2)
        return va_arg(*ap, long long);
    if (p->size == 1)
        return va_arg(*ap, long);
    int v = va_arg(*ap, int);
    return p->size <= -2 ? (signed char)v : p->size == -1 ? (short)v : v;
}

static uint64_t unsigned_arg(const struct spec *p, va_list *ap)
{
    if (p->size >= 2)
        return va_arg(*ap, unsigned long long);
    if (p->size == 1)
        return va_arg(*ap, unsigned long);
    unsigned v = va_arg(*ap, unsigned);
    return p->size <= -2 ? (unsigned char)v : p->size == -1 ? (unsigned short)v : v;
}

static void store_count(const struct spec *p, void *to, size_t n)
{
    switch (p->size) {
    case -2: *(signed char *)to = (signed char)n; break;
    case -1: *(short *)to = (short)n; break;
    case 2: *(long long *)to = (long long)n; break;
    default: *(int *)to = (int)n;
    }
}

/* At most `n` wide characters up to a null, as many as fit into the precision. */
static void put_wide(struct out *o, const struct spec *p, const wchar_t *s, size_t n)
{
    size_t chars = 0, bytes = 0;
    char text[4];

    for (; chars < n && s[chars]; chars++) {
        size_t size = wcrtomb(text, s[chars], NULL);

        if (size == (size_t)-1) {
            o->failed = 1;
            return;
        }
        if (p->precision >= 0 && (o->wide ? chars + 1 : bytes + size) > (size_t)p->precision)
            break;
        bytes += size;
    }
    n = o->wide ? chars : bytes;
    if (!p->left)
        pad(o, ' ', p->width - (int)n);
    for (size_t i = 0; i < chars; i++) {
        size_t size = wcrtomb(text, s[i], NULL);

        for (size_t k = 0; k < size; k++)
            put(o, text[k]);
    }
    if (p->left)
        pad(o, ' ', p->width - (int)n);
}

static size_t text_size(const struct out *o, const char *s, int precision)
{
    size_t n = 0;

    if (precision < 0 || !o->wide)
        return precision < 0 ? strlen(s) : strnlen(s, (size_t)precision);
    while (s[n] && (!begins_char(s[n]) || precision-- > 0))
        n++;
    return n;
}

static void convert_text(struct out *o, struct spec *p, char kind, va_list *ap)
{
    const char *s;
    wchar_t wide;
    char ch;

    if (kind == 'c') {
        wide = va_arg(*ap, int);
        ch = (char)wide;
        if (p->size > 0 && wide) {
            p->precision = -1;
            put_wide(o, p, &wide, 1);
        } else {
            put_text(o, p, &ch, 1);
        }
        return;
    }
    s = va_arg(*ap, const char *);
    if (s && p->size > 0) {
        put_wide(o, p, (const wchar_t *)(const void *)s, (size_t)-1);
        return;
    }
    if (!s)
        s = p->precision >= 0 && p->precision < 6 ? "" : "(null)";
    put_text(o, p, s, text_size(o, s, p->precision));
}

static void convert(struct out *o, struct spec *p, char kind, va_list *ap)
{
    static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
    struct real r;
    uint64_t u;
    int64_t i;
    void *at;

    switch (kind) {
    case 'd': case 'i':
        i = signed_arg(p, ap);
        put_number(o, p, i < 0 ? 0 - (uint64_t)i : (uint64_t)i, 10, sign_of(p, i < 0), lower);
        break;
    case 'u': put_number(o, p, unsigned_arg(p, ap), 10, "", lower); break;
    case 'o': put_number(o, p, unsigned_arg(p, ap), 8, "", lower); break;
    case 'x': case 'X':
        u = unsigned_arg(p, ap);
        put_number(o, p, u, 16, !p->alternate || !u ? "" : kind == 'x' ? "0x" : "0X",
                   kind == 'x' ? lower : upper);
        break;
    case 'p':
        at = va_arg(*ap, void *);
        if (at)
            put_number(o, p, (uintptr_t)at, 16, "0x", lower);
        else
            put_text(o, p, "(nil)", 5);
        break;
    case 'C': case 'S':
        p->size = 1;
        kind = (char)(kind | 32);
        /* fall through */
    case 'c': case 's': convert_text(o, p, kind, ap); break;
    case 'n': store_count(p, va_arg(*ap, void *), o->n); break;
    case 'a': case 'A': case 'e': case 'E': case 'f': case 'F': case 'g': case 'G':
        r = real_arg(p, ap);
        put_real(o, p, kind, &r);
        break;
    default:
        put(o, '%');
        if (kind != '%')
            put(o, kind);
    }
}

static int format(struct out *o, const char *f, va_list ap)
{
    va_list copy;

    va_copy(copy, ap);
    for (; *f; f++) {
        struct spec p;

        if (*f != '%') {
            put(o, *f);
            continue;
        }
        f = read_spec(f + 1, &p, &copy);
        if (!*f)
            break;
        convert(o, &p, *f, &copy);
    }
    va_end(copy);
    if (o->f)
        drain(o);
    else if (o->size)
        o->s[o->n < o->size ? o->n : o->size - 1] = '\0';
    if (o->n > INT_MAX) {
        errno = EOVERFLOW;
        return -1;
    }
    return o->failed ? -1 : (int)o->n;
}

/* ---- the family ---- */

static int to_stream(FILE *f, int wide, const char *text, va_list ap)
{
    struct out o = { .f = f, .wide = wide };
    int n;

    flockfile(f);
    n = format(&o, text, ap);
    funlockfile(f);
    return n;
}

int vfprintf(FILE *f, const char *text, va_list ap) { return to_stream(f, 0, text, ap); }
int __format_wide(FILE *f, const char *text, va_list ap) { return to_stream(f, 1, text, ap); }

int vsnprintf(char *s, size_t size, const char *text, va_list ap)
{
    struct out o = { .s = s, .size = size };

    return format(&o, text, ap);
}

int vasprintf(char **s, const char *text, va_list ap)
{
    int n = vsnprintf(NULL, 0, text, ap);

    if (n < 0 || !(*s = malloc((size_t)n + 1)))
        return -1;
    return vsnprintf(*s, (size_t)n + 1, text, ap);
}

/* One write, so that lines of several processes do not mix. */
int vdprintf(int fd, const char *text, va_list ap)
{
    unsigned char buf[1024];
    FILE f = { .fd = fd, .can_write = 1, .buf = buf, .size = sizeof buf };
    int n = vfprintf(&f, text, ap);

    return fflush(&f) ? -1 : n;
}

int vprintf(const char *text, va_list ap) { return vfprintf(stdout, text, ap); }
int vsprintf(char *s, const char *text, va_list ap) { return vsnprintf(s, INT_MAX, text, ap); }

#define FORWARD(call) va_list ap; int n; va_start(ap, text); n = call; va_end(ap); return n

int printf(const char *text, ...) { FORWARD(vfprintf(stdout, text, ap)); }
int fprintf(FILE *f, const char *text, ...) { FORWARD(vfprintf(f, text, ap)); }
int dprintf(int fd, const char *text, ...) { FORWARD(vdprintf(fd, text, ap)); }
int sprintf(char *s, const char *text, ...) { FORWARD(vsnprintf(s, INT_MAX, text, ap)); }
int asprintf(char **s, const char *text, ...) { FORWARD(vasprintf(s, text, ap)); }

int snprintf(char *s, size_t size, const char *text, ...)
{
    FORWARD(vsnprintf(s, size, text, ap));
}
