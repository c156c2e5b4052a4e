/* math_exact.c - what of math.h has exact answers: by the bits, without rounding. Source:
 * IEEE 754-2019, "General operations". */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define SIGN (1ull << 63)
#define HIDDEN (1ull << 52)

static uint64_t bits_of(double x)
{
    uint64_t b;

    memcpy(&b, &x, sizeof b);
    return b;
}

static double from_bits(uint64_t b)
{
    double x;

    memcpy(&x, &b, sizeof x);
    return x;
}

static int exponent(double x)
{
    return (int)(bits_of(x) >> 52 & 0x7ff) - 1023;
}

double fabs(double x) { return from_bits(bits_of(x) & ~SIGN); }
double copysign(double x, double y) { return from_bits((bits_of(x) & ~SIGN) | (bits_of(y) & SIGN)); }
double nan(const char *tag) { (void)tag; return __builtin_nan(""); }
double fmax(double x, double y) { return isnan(x) ? y : isnan(y) ? x : x > y || (x == y && signbit(y)) ? x : y; }
double fmin(double x, double y) { return isnan(x) ? y : isnan(y) ? x : x < y || (x == y && signbit(x)) ? x : y; }
double fdim(double x, double y) { return isnan(x) || isnan(y) ? x + y : x > y ? x - y : 0; }

/* ---- to integers ---- */

double trunc(double x)
{
    int e = exponent(x);

    if (e >= 52)
        return x;
    return e < 0 ? copysign(0, x) : from_bits(bits_of(x) & ~(~0ull >> (12 + e)));
}

double floor(double x)
{
    double t = trunc(x);

    return t > x ? t - 1 : t;
}

double ceil(double x)
{
    double t = trunc(x);

    return t < x ? copysign(t + 1, x) : t;
}

double round(double x)
{
    double t = trunc(x);

    return fabs(x - t) >= 0.5 ? t + copysign(1, x) : t;
}

double rint(double x)
{
    double t = trunc(x), rest = fabs(x - t);

    if (rest > 0.5 || (rest == 0.5 && fabs(t) < 0x1p53 && (long long)t & 1))
        t += copysign(1, x);
    return t;
}

double nearbyint(double x) { return rint(x); }
long lrint(double x) { return (long)rint(x); }
long lround(double x) { return (long)round(x); }
long lroundf(float x) { return (long)round(x); }
long long llrint(double x) { return (long long)rint(x); }
long long llround(double x) { return (long long)round(x); }

double modf(double x, double *whole)
{
    *whole = trunc(x);
    return copysign(isinf(x) ? 0 : x - *whole, x);
}

/* ---- exponents ---- */

double frexp(double x, int *e)
{
    *e = 0;
    if (x == 0 || !isfinite(x))
        return x;
    if (exponent(x) == -1023) {
        x *= 0x1p54;
        *e = -54;
    }
    *e += exponent(x) + 1;
    return from_bits((bits_of(x) & ~(0x7ffull << 52)) | 1022ull << 52);
}

/* Rounded once: to the last but one step everything is exact. */
double scalbn(double x, int n)
{
    double y;
    int e;

    if (x == 0 || !isfinite(x))
        return x;
    y = frexp(x, &e);
    n = n > 5000 ? 5000 : n < -5000 ? -5000 : n;
    e += n;
    if (e > 1024)
        y *= 0x1p1023 * 2;
    else if (e < -1200)
        y *= 0x1p-1022 * 0x1p-52 * 0.25;
    else if (e > -1022)
        return from_bits((bits_of(y) & ~(0x7ffull << 52)) | (uint64_t)(e + 1022) << 52);
    else
        y = from_bits((bits_of(y) & ~(0x7ffull << 52)) | (uint64_t)(e + 1022 + 200) << 52) * 0x1p-200;
    if (isinf(y) || y == 0)
        errno = ERANGE;
    return y;
}

double ldexp(double x, int n) { return scalbn(x, n); }
double scalbln(double x, long n) { return scalbn(x, n > 5000 ? 5000 : n < -5000 ? -5000 : (int)n); }

int ilogb(double x)
{
    int e;

    if (x == 0 || isnan(x))
        return x == 0 ? FP_ILOGB0 : FP_ILOGBNAN;
    if (isinf(x))
        return INT_MAX;
    frexp(x, &e);
    return e - 1;
}

double logb(double x)
{
    return x == 0 ? -INFINITY : isinf(x) ? INFINITY : isnan(x) ? x : ilogb(x);
}

double nextafter(double x, double y)
{
    uint64_t b = bits_of(x);

    if (isnan(x) || isnan(y))
        return x + y;
    if (x == y)
        return y;
    if (x == 0)
        return copysign(from_bits(1), y);
    return from_bits((x < y) == (x > 0) ? b + 1 : b - 1);
}

/* ---- remainders: bit by bit, as many as the exponents differ ---- */

static uint64_t significand(double x, int *e)
{
    uint64_t m = bits_of(x) & (HIDDEN - 1);

    *e = (int)(bits_of(x) >> 52 & 0x7ff);
    if (*e)
        return m | HIDDEN;
    for (*e = 1; m && m < HIDDEN; m <<= 1)      /* below the least exponent, for now */
        --*e;
    return m;
}

static double pack(uint64_t m, int e)
{
    if (m == 0)
        return 0;
    for (; e < 1; e++)
        m >>= 1;                /* only zeros: m is a multiple of the divisor's last bit */
    while (m < HIDDEN && e > 1)
        m <<= 1, e--;
    return from_bits(m < HIDDEN ? m : (m & (HIDDEN - 1)) | (uint64_t)e << 52);
}

/* |x| mod |y|, and whether the quotient is odd. */
static double mod(double x, double y, int *odd)
{
    int ex, ey;
    uint64_t mx = significand(x, &ex), my = significand(y, &ey);

    *odd = 0;
    if (ex < ey || (ex == ey && mx < my))
        return fabs(x);
    for (; ex >= ey; ex--) {
        *odd = mx >= my;
        if (*odd)
            mx -= my;
        if (ex > ey)
            mx <<= 1;
    }
    return pack(mx, ey);
}

static int no_remainder(double x, double y, double *r)
{
    if (isnan(x) || isnan(y)) {
        *r = x + y;
        return 1;
    }
    if (isinf(x) || y == 0) {
        errno = EDOM;
        *r = __builtin_nan("");
        return 1;
    }
    *r = x;
    return isinf(y) || x == 0;
}

double fmod(double x, double y)
{
    double r;
    int odd;

    return no_remainder(x, y, &r) ? r : copysign(mod(x, y, &odd), x);
}

double remainder(double x, double y)
{
    double r, half, a = fabs(y);
    int odd;

    if (no_remainder(x, y, &r))
        return r;
    r = mod(x, y, &odd);
    half = a - r;               /* exact enough to compare: both are multiples of y's last bit */
    if (r > half || (r == half && odd))
        r -= a;
    return signbit(x) ? -r : r;
}

/* ---- roots and products ---- */

/* Two bits of the argument give one of the root. */
double sqrt(double x)
{
    int e;
    uint64_t m, root = 0, rest = 0;

    if (x == 0 || isnan(x) || (isinf(x) && x > 0))
        return x;
    if (x < 0) {
        errno = EDOM;
        return __builtin_nan("");
    }
    x = frexp(x, &e);
    m = (bits_of(x) & (HIDDEN - 1)) | HIDDEN;   /* x = m / 2^53 */
    if (e & 1)
        e++;
    else
        m <<= 1;
    /* root of m * 2^54, a number of 54 bits: the last one decides the rounding */
    for (int i = 53; i >= 0; i--) {
        int shift = 2 * i - 54;
        uint64_t bits = shift >= 0 ? m >> shift & 3 : shift == -1 ? m << 1 & 3 : 0, try = root << 2 | 1;

        rest = rest << 2 | bits;
        root <<= 1;
        if (rest >= try) {
            rest -= try;
            root |= 1;
        }
    }
    root = (root >> 1) + (root & 1);    /* never a tie: a root of 54 bits is none of 53 */
    return scalbn((double)root, e / 2 - 53);
}

/* The product is exact in binary128; the sum is rounded to odd, so that rounding again to
 * double is as rounding once. Source: Boldo and Melquiond, "Emulation of FMA and Correctly
 * Rounded Sums: Proved Algorithms Using Rounding to Odd". */
double fma(double x, double y, double z)
{
    union { long double value; uint32_t word[4]; } s;
    long double p = (long double)x * y, big, small, rest;

    s.value = p + z;
    if (!isfinite(s.value) || s.value == 0)
        return (double)s.value;
    big = p < 0 ? -p : p;
    small = z < 0 ? -z : z;
    rest = big > small ? z - (s.value - p) : p - (s.value - z);
    if (rest != 0 && !(s.word[0] & 1)) {
        int away = (rest > 0) == (s.value > 0);

        if (away) {
            s.word[0] |= 1;
        } else {
            uint64_t low = ((uint64_t)s.word[1] << 32 | s.word[0]) - 1;

            if (low == ~0ull) {
                uint64_t high = ((uint64_t)s.word[3] << 32 | s.word[2]) - 1;

                s.word[2] = (uint32_t)high;
                s.word[3] = (uint32_t)(high >> 32);
            }
            s.word[0] = (uint32_t)low;
            s.word[1] = (uint32_t)(low >> 32);
        }
    }
    return (double)s.value;
}

/* ---- binary128 ---- */

long double frexpl(long double x, int *e)
{
    union { long double value; uint32_t word[4]; } u = { x };
    int field = (int)(u.word[3] >> 16 & 0x7fff);

    *e = 0;
    if (x == 0 || field == 0x7fff)
        return x;
    if (field == 0) {
        u.value *= 0x1p120L;
        *e = -120;
        field = (int)(u.word[3] >> 16 & 0x7fff);
    }
    *e += field - 16382;
    u.word[3] = (u.word[3] & 0x8000ffff) | 16382u << 16;
    return u.value;
}

long double ldexpl(long double x, int e)
{
    for (; e > 16000; e -= 16000)
        x *= 0x1p16000L;
    for (; e < -16000; e += 16000)
        x *= 0x1p-16000L;
    for (; e >= 64; e -= 64)
        x *= 0x1p64L;
    for (; e <= -64; e += 64)
        x *= 0x1p-64L;
    for (; e > 0; e--)
        x *= 2;
    for (; e < 0; e++)
        x /= 2;
    return x;
}
