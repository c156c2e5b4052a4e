/* decimal.c - see decimal.h */
#include "decimal.h"

#include <string.h>

#define BASE 1000000000u

static const uint32_t tens[DECIMAL_DIGITS] = { 1, 10, 100, 1000, 10000, 100000, 1000000,
                                               10000000, 100000000 };

/* ---- from bits ---- */

struct real __real_double(uint64_t bits)
{
    int e = (int)(bits >> 52) & 0x7ff;
    uint64_t m = bits & (((uint64_t)1 << 52) - 1);
    struct real r = { .negative = (int)(bits >> 63), .fraction = 52, .least = -1022 };

    r.kind = e != 0x7ff ? REAL_FINITE : m ? REAL_NAN : REAL_INFINITE;
    if (e)
        m |= (uint64_t)1 << 52;
    r.exp = (e ? e : 1) - 1075;
    r.m[0] = (uint32_t)m;
    r.m[1] = (uint32_t)(m >> 32);
    return r;
}

struct real __real_quad(const uint32_t bits[4])
{
    int e = (int)(bits[3] >> 16) & 0x7fff;
    struct real r = { .negative = (int)(bits[3] >> 31), .fraction = 112, .least = -16382 };

    memcpy(r.m, bits, sizeof r.m);
    r.m[3] &= 0xffff;
    r.kind = e != 0x7fff ? REAL_FINITE
           : r.m[0] | r.m[1] | r.m[2] | r.m[3] ? REAL_NAN : REAL_INFINITE;
    if (e)
        r.m[3] |= 0x10000;
    r.exp = (e ? e : 1) - 16383 - 112;
    return r;
}

/* ---- to digits ---- */

/* m /= 10^9; the remainder. */
static uint32_t divide(uint32_t m[4])
{
    uint64_t rest = 0;

    for (int i = 3; i >= 0; i--) {
        uint64_t n = rest << 32 | m[i];

        m[i] = n >> 32 ? (uint32_t)(n / BASE) : (uint32_t)n / BASE;
        rest = n - (uint64_t)m[i] * BASE;
    }
    return (uint32_t)rest;
}

static void shift_right(uint32_t m[4], int n)
{
    for (int i = 0; i < 4; i++)
        m[i] = m[i] >> n | (n && i < 3 ? m[i + 1] << (32 - n) : 0);
}

/* Without the zero bits at the end, which would only have to be shifted out again. */
static struct real shortened(struct real r)
{
    while (r.exp < 0 && (r.m[0] | r.m[1] | r.m[2] | r.m[3])) {
        int n = r.m[0] ? __builtin_ctz(r.m[0]) : 31;

        if (n > -r.exp)
            n = -r.exp;
        if (n == 0)
            break;
        shift_right(r.m, n);
        r.exp += n;
    }
    return r;
}

size_t __decimal_room(const struct real *r)
{
    return r->exp >= 0 ? 8 + (size_t)r->exp / 29 : 8 + (size_t)-r->exp / 9;
}

static void times_power_of_two(struct decimal *d, int n)
{
    uint32_t carry = 0;

    for (int i = d->end; i-- > d->first;) {
        uint64_t v = ((uint64_t)d->limb[i] << n) + carry;

        carry = v >> 32 ? (uint32_t)(v / BASE) : (uint32_t)v / BASE;
        d->limb[i] = (uint32_t)(v - (uint64_t)carry * BASE);
    }
    if (carry)
        d->limb[--d->first] = carry;
}

static void by_power_of_two(struct decimal *d, int n)
{
    uint32_t rest = 0, part = BASE >> n, mask = (1u << n) - 1;
    int from = d->first;

    while (from < d->point && d->limb[from] == 0)
        from = ++d->first;
    while (from < d->end - 1 && d->limb[from] == 0)
        from++;
    for (int i = from; i < d->end; i++) {
        uint32_t v = d->limb[i];

        d->limb[i] = (v >> n) + rest;
        rest = (v & mask) * part;
    }
    if (rest)
        d->limb[d->end++] = rest;
}

void __decimal_make(struct decimal *d, const struct real *full, uint32_t *limb)
{
    struct real r = shortened(*full);
    int room = (int)__decimal_room(full), at = full->exp >= 0 ? room : 6;

    d->limb = limb;
    d->end = at;
    d->point = at - 1;
    do
        limb[--at] = divide(r.m);
    while (r.m[0] | r.m[1] | r.m[2] | r.m[3]);
    d->first = at;
    while (r.exp > 0) {
        int n = r.exp < 29 ? r.exp : 29;

        times_power_of_two(d, n);
        r.exp -= n;
    }
    while (r.exp < 0) {
        int n = r.exp > -9 ? -r.exp : 9;

        by_power_of_two(d, n);
        r.exp += n;
    }
}

int __decimal_exponent(const struct decimal *d)
{
    int i = d->first, n = 0;

    while (i < d->end && d->limb[i] == 0)
        i++;
    if (i == d->end)
        return 0;
    while (n < DECIMAL_DIGITS - 1 && d->limb[i] >= tens[n + 1])
        n++;
    return (d->point - i) * DECIMAL_DIGITS + n;
}

/* ---- rounding ---- */

/* The limb that holds the digit of 10^power, and what one of that digit is there. */
static int place(const struct decimal *d, int power, uint32_t *unit)
{
    int up = power >= 0 ? power / DECIMAL_DIGITS : -((-power + DECIMAL_DIGITS - 1) / DECIMAL_DIGITS);

    *unit = tens[power - up * DECIMAL_DIGITS];
    return d->point - up;
}

/* -1, 0, 1: what stands below the digit, against half of one. */
static int against_half(const struct decimal *d, int i, uint32_t unit)
{
    uint32_t rest = d->limb[i] % unit, half = unit / 2;
    int next = i + 1;

    if (unit == 1) {
        rest = next < d->end ? d->limb[next] : 0;
        half = BASE / 2;
        next++;
    }
    if (rest != half)
        return rest < half ? -1 : 1;
    while (next < d->end)
        if (d->limb[next++])
            return 1;
    return 0;
}

void __decimal_round(struct decimal *d, int power)
{
    uint32_t unit;
    int i = place(d, power, &unit), half;

    if (i >= d->end)
        return;
    while (i < d->first)        /* above all digits, as in 0.3 to a multiple of 100 */
        d->limb[--d->first] = 0;
    half = against_half(d, i, unit);
    if (half == 0)
        half = d->limb[i] / unit % 2 ? 1 : -1;
    d->limb[i] -= d->limb[i] % unit;
    d->end = i + 1 > d->point ? i + 1 : d->point + 1;
    for (int k = i + 1; k < d->end; k++)
        d->limb[k] = 0;
    if (half < 0)
        return;
    for (d->limb[i] += unit; d->limb[i] >= BASE; d->limb[i]++) {
        d->limb[i] -= BASE;
        if (--i < d->first)
            d->limb[d->first = i] = 0;
    }
}

unsigned __decimal_digit(const struct decimal *d, int power)
{
    uint32_t unit;
    int i = place(d, power, &unit);

    return i < d->first || i >= d->end ? 0 : d->limb[i] / unit % 10;
}
