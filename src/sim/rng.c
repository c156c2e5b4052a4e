/* rng.c - SplitMix64 streams, and distributions by inversion in fixed point.
 *
 * ln and exp are Taylor series around 1 and 0 after a reduction to an octave, in
 * fractions of 2^62: no table, a few dozen multiplications, the same bits everywhere.
 */
#include <sim/rng.h>

#include <string.h>

typedef unsigned __int128 wide_t;
typedef __int128 swide_t;

enum { Q = 62 };                        /* fraction bits while computing */
#define Q_ONE (INT64_C(1) << Q)
#define Q_LN2 INT64_C(3196577161300663915)      /* ln 2 x 2^62, rounded */
#define DRAW_MAX (INT64_MAX / 2)        /* 146 years */

/* --- streams --- */

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t rng_next(rng_t *r)
{
    *r += UINT64_C(0x9e3779b97f4a7c15);
    return mix(*r);
}

/* The name by FNV-1a; then each part is mixed in, so that neighbouring seeds and
 * elements have nothing in common. */
rng_t rng_stream(uint64_t seed, const char *name, uint64_t index)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
    h = mix(h + UINT64_C(0x9e3779b97f4a7c15));
    h = mix(h ^ mix(seed + UINT64_C(0xd1b54a32d192ed03)));
    return mix(h ^ mix(index + UINT64_C(0x8cb92ba72f3d8dd7)));
}

/* Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29 (2019):
 * a product's upper half, drawn again for the few lower halves that would favour
 * some results. */
uint64_t rng_below(rng_t *r, uint64_t n)
{
    wide_t product = (wide_t)rng_next(r) * n;

    if ((uint64_t)product < n) {
        uint64_t unfair = (0 - n) % n;

        while ((uint64_t)product < unfair)
            product = (wide_t)rng_next(r) * n;
    }
    return (uint64_t)(product >> 64);
}

/* --- fixed point --- */

static int64_t mul_q(int64_t a, int64_t b)
{
    return (int64_t)(((swide_t)a * b) >> Q);
}

/* ln of m / 2^62 for m in [2^62 / sqrt 2, 2^62 x sqrt 2): 2 atanh((m-1)/(m+1)),
 * whose argument is at most 0.172, so 12 terms leave less than 2^-62. */
static int64_t log_octave(int64_t m)
{
    int64_t y = (int64_t)(((swide_t)(m - Q_ONE) * Q_ONE) / ((swide_t)m + Q_ONE));
    int64_t square = mul_q(y, y), sum = 0;

    for (int k = 23; k >= 1; k -= 2)
        sum = mul_q(sum, square) + Q_ONE / k;
    return 2 * mul_q(sum, y);
}

/* ln(x / 2^32), in fractions of 2^32. */
int64_t fixed_log(uint64_t x)
{
    int top = 63 - __builtin_clzll(x);          /* x is in [2^top, 2^(top+1)) */
    uint64_t m = top >= Q ? x >> (top - Q) : x << (Q - top);
    int octave = top - 32;

    if (m > UINT64_C(6521908912666391106)) {    /* sqrt 2 x 2^62 */
        m >>= 1;
        octave++;
    }
    swide_t ln = (swide_t)octave * Q_LN2 + log_octave((int64_t)m);
    return (int64_t)((ln + (1 << (Q - 33))) >> (Q - 32));
}

/* exp(x / 2^32) = *m / 2^62 x 2^result, *m in about [0.7, 1.42) x 2^62. */
static int64_t exp_parts(int64_t x, int64_t *m)
{
    swide_t wide = (swide_t)x * (1 << (Q - 32));
    swide_t half = wide < 0 ? -(Q_LN2 / 2) : Q_LN2 / 2;
    int64_t octave = (int64_t)((wide + half) / Q_LN2);
    int64_t r = (int64_t)(wide - (swide_t)octave * Q_LN2);
    int64_t sum = Q_ONE;

    for (int k = 18; k >= 1; k--)               /* 0.35^19 / 19! is below 2^-62 */
        sum = Q_ONE + mul_q(sum, r) / k;
    *m = sum;
    return octave;
}

/* value x exp(x / 2^32), at most `limit`; value >= 0. */
static int64_t times_exp(int64_t value, int64_t x, int64_t limit)
{
    int64_t m, octave = exp_parts(x, &m);
    swide_t product = (swide_t)value * m;       /* < 2^126 */
    int64_t shift = Q - octave;

    if (product == 0 || shift > 126)
        return 0;
    if (shift <= 0)                             /* value >= 1, so 2^62 or more */
        return limit;
    if (product >> shift >= limit)
        return limit;
    return (int64_t)((product + ((swide_t)1 << (shift - 1))) >> shift);
}

int64_t fixed_exp(int64_t x)
{
    return times_exp(INT64_C(1) << 32, x, INT64_MAX);
}

/* Newton's method from above; exact floor. */
static uint64_t square_root(wide_t n)
{
    wide_t x = (wide_t)1 << 64, next;

    if (n < 2)
        return (uint64_t)n;
    while ((x >> 1) * (x >> 1) > n)
        x >>= 1;
    while ((next = (x + n / x) >> 1) < x)
        x = next;
    return (uint64_t)x;
}

/* --- draws --- */

/* -ln U for U uniform on (0, 1], in fractions of 2^32. */
static int64_t draw_log(rng_t *r)
{
    uint64_t u = rng_next(r);

    if (u == 0)
        u = 1;
    int64_t ln = fixed_log(u) - (int64_t)((swide_t)Q_LN2 * 32 >> (Q - 32));
    return ln < 0 ? -ln : 0;
}

/* A standard normal number in fractions of 2^32: Marsaglia's polar method (Knuth,
 * TAOCP vol. 2, "Numerical Distributions", algorithm P), which needs no cosine. */
static int64_t draw_normal(rng_t *r)
{
    for (;;) {
        int64_t u = (int64_t)(rng_next(r) >> 31) - (INT64_C(1) << 32);
        int64_t v = (int64_t)(rng_next(r) >> 31) - (INT64_C(1) << 32);
        wide_t s = (wide_t)((swide_t)u * u + (swide_t)v * v) >> 32;

        if (s == 0 || s >= (wide_t)1 << 32)
            continue;
        /* sqrt(-2 ln s / s): the quotient with 64 fraction bits, its root with 32. */
        wide_t quotient = ((wide_t)(-2 * fixed_log((uint64_t)s)) << 64) / s;
        return (int64_t)(((swide_t)u * (swide_t)square_root(quotient)) >> 32);
    }
}

static int64_t clamp(swide_t x)
{
    return x < 0 ? 0 : x > DRAW_MAX ? DRAW_MAX : (int64_t)x;
}

int64_t dist_draw(const struct dist *d, rng_t *r)
{
    const int64_t million = 1000000;

    switch ((enum dist_kind)d->kind) {
    case DIST_CONST:
        return d->a;
    case DIST_EXP:
        return clamp(((swide_t)d->a * draw_log(r) + (UINT32_C(1) << 31)) >> 32);
    case DIST_UNIFORM:
        return d->a + (int64_t)rng_below(r, (uint64_t)(d->b - d->a) + 1);
    case DIST_LOGNORMAL: {
        swide_t x = ((swide_t)d->a * (INT64_C(1) << 32)) + (swide_t)d->b * draw_normal(r);

        return times_exp(d->unit, clamp(x / million + DRAW_MAX / 2) - DRAW_MAX / 2,
                         DRAW_MAX);
    }
    case DIST_PARETO:
        return times_exp(d->b, clamp((swide_t)draw_log(r) * million / d->a), DRAW_MAX);
    case DIST_CHOICE:
        return d->choices[rng_below(r, d->nchoices)];
    }
    return 0;
}
