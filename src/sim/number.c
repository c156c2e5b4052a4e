/* number.c - exact decimals: digits are kept as an integer and a power of ten. */
#include <sim/number.h>

#include <string.h>

typedef unsigned __int128 wide_t;

struct decimal {                /* +-mantissa x 10^exponent */
    bool negative, fits;        /* fits: the mantissa does, in 126 bits */
    wide_t mantissa;
    int64_t exponent;
};

enum { EXPONENT_LIMIT = 100000 };       /* far past what any result can hold */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* One more digit. Zeros are only counted until another digit follows, so that a long
 * tail of them costs no room. */
static void append(struct decimal *d, int digit, int64_t *zeros)
{
    if (digit == 0) {
        *zeros += d->mantissa != 0;
        return;
    }
    for (; *zeros >= 0 && d->fits; --*zeros) {
        if (d->mantissa >> 122)
            d->fits = false;
        d->mantissa *= 10;
    }
    d->mantissa += (unsigned)digit;
    *zeros = 0;
}

static const char *read_exponent(const char *p, int64_t *exponent)
{
    const char *q = p + 1;
    bool negative = *q == '-';
    int64_t value = 0;

    if (*q == '-' || *q == '+')
        q++;
    if (!is_digit(*q))
        return p;                       /* "3e" is the number 3 and an e */
    for (; is_digit(*q); q++)
        if (value < EXPONENT_LIMIT)
            value = value * 10 + (*q - '0');
    *exponent += negative ? -value : value;
    return q;
}

/* The longest number at text; NULL if there is none. */
static const char *read_decimal(const char *text, struct decimal *d)
{
    const char *p = text;
    int64_t zeros = 0;
    bool any = false;

    *d = (struct decimal){ .fits = true };
    if (*p == '-' || *p == '+')
        d->negative = *p++ == '-';
    for (; is_digit(*p); p++, any = true)
        append(d, *p - '0', &zeros);
    if (*p == '.' && is_digit(p[1])) {
        for (p++; is_digit(*p); p++, any = true) {
            append(d, *p - '0', &zeros);
            d->exponent--;
        }
    }
    if (!any)
        return NULL;
    d->exponent += zeros;               /* those at the end were not multiplied in */
    if (*p == 'e' || *p == 'E')
        p = read_exponent(p, &d->exponent);
    return p;
}

/* Divide a or b by `prime`; false if neither can be. */
static bool cancel(wide_t *a, wide_t *b, unsigned prime)
{
    if (*a % prime == 0)
        *a /= prime;
    else if (*b % prime == 0)
        *b /= prime;
    else
        return false;
    return true;
}

/* d x scale as an integer of 64 bits; scale > 0. */
static bool scaled(struct decimal d, int64_t scale, int64_t *out)
{
    wide_t m = d.mantissa, s = (wide_t)scale;
    wide_t limit = ((wide_t)1 << 63) - (d.negative ? 0 : 1);

    if (!d.fits)
        return false;
    if (m == 0) {
        *out = 0;
        return true;
    }
    for (; d.exponent < 0; d.exponent++)
        if (!cancel(&m, &s, 2) || !cancel(&m, &s, 5))
            return false;
    for (; d.exponent > 0; d.exponent--) {
        if (m > limit)
            return false;
        m *= 10;
    }
    if (m > limit / s)
        return false;
    m *= s;
    *out = d.negative ? (int64_t)(0 - (uint64_t)m) : (int64_t)m;
    return true;
}

bool decimal_parse(const char *text, int64_t scale, int64_t *out, const char **end)
{
    struct decimal d;
    const char *p = read_decimal(text, &d);

    *end = p ? p : text;
    return p && scaled(d, scale, out);
}

bool time_parse(const char *text, ns_t time_unit, ns_t *out, const char **end)
{
    static const struct { char name[3]; ns_t ns; } suffix[] = {
        { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 },
    };
    struct decimal d;
    const char *p = read_decimal(text, &d);
    ns_t scale = time_unit;

    *end = p ? p : text;
    if (!p)
        return false;
    for (size_t i = 0; i < sizeof suffix / sizeof *suffix; i++) {
        size_t len = strlen(suffix[i].name);

        if (strncmp(p, suffix[i].name, len) == 0) {
            scale = suffix[i].ns;
            *end = p + len;
            break;
        }
    }
    return scaled(d, scale, out) && *out >= 0;
}
