/* math.c - elementary functions of double, computed in binary128 and rounded once, so that
 * nearly all results are the nearest double. Series are Taylor's after reducing the
 * argument; that of sin, cos and tan multiplies with as many bits of 2/pi as the argument
 * asks for. Source: Muller, "Elementary Functions", "Range Reduction".
 *
 * Differs from C17's Annex F: no flags, and one rounding direction.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef long double quad;

#define LN2 0.6931471805599453094172321214581765680755L
#define LN10 2.3025850929940456840179914546843642076011L
#define PI 3.1415926535897932384626433832795028841971L
#define TWO_OVER_SQRT_PI 1.1283791670955125738961589031215451716881L

static uint64_t bits_of(double x)
{
    uint64_t b;

    memcpy(&b, &x, sizeof b);
    return b;
}

static double invalid(void)
{
    errno = EDOM;
    return __builtin_nan("");
}

/* To double; overflow and underflow are said. */
static double result(quad v)
{
    double d = (double)v;

    if ((isinf(d) && !isinf(v)) || (d == 0 && v != 0))
        errno = ERANGE;
    return d;
}

/* v * 2^e */
static quad scale_quad(quad v, int e)
{
    union { quad value; uint32_t word[4]; } one = { 0 };

    for (; e > 16000; e -= 16000)
        v *= 0x1p16000L;
    for (; e < -16000; e += 16000)
        v *= 0x1p-16000L;
    one.word[3] = (uint32_t)(e + 16383) << 16;
    return v * one.value;
}

/* a[0] + a[1] x + ... */
static quad polynomial(const quad *a, int n, quad x)
{
    quad v = a[n - 1];

    for (int i = n - 2; i >= 0; i--)
        v = v * x + a[i];
    return v;
}

static quad root(quad v)
{
    quad s;

    if (v == 0)
        return v;
    s = sqrt((double)v);
    return s + (v - s * s) / (2 * s);
}

/* The same where double's range is too small. */
static quad root_wide(quad v)
{
    int e;

    if (v == 0)
        return v;
    v = frexpl(v, &e);
    if (e & 1)
        v *= 2, e--;
    return scale_quad(root(v), e / 2);
}

/* ---- exponentials and logarithms ---- */

static const quad inverse_factorial[] = {
    1, 1, 1 / 2.0L, 1 / 6.0L, 1 / 24.0L, 1 / 120.0L, 1 / 720.0L, 1 / 5040.0L, 1 / 40320.0L,
    1 / 362880.0L, 1 / 3628800.0L, 1 / 39916800.0L, 1 / 479001600.0L,
};

static quad exp_quad(quad x)
{
    int k;

    if (x > 12000 || x < -12000)
        return x > 0 ? INFINITY : 0;
    k = (int)(x / LN2 + (x < 0 ? -0.5L : 0.5L));
    x = (x - k * LN2) / 16;
    x = polynomial(inverse_factorial, 13, x);
    x *= x;
    x *= x;
    x *= x;
    x *= x;
    return scale_quad(x, k);
}

static quad expm1_quad(quad x)
{
    static const quad more[] = { 1 / 6227020800.0L, 1 / 87178291200.0L, 1 / 1307674368000.0L };

    if (x > 0.25L || x < -0.25L)
        return exp_quad(x) - 1;
    return x * (polynomial(inverse_factorial + 1, 12, x) +
                polynomial(more, 3, x) * x * x * x * x * x * x * x * x * x * x * x * x);
}

/* log((1 + s) / (1 - s)) */
static quad twice_atanh(quad s)
{
    static const quad odd[] = {
        1, 1 / 3.0L, 1 / 5.0L, 1 / 7.0L, 1 / 9.0L, 1 / 11.0L, 1 / 13.0L, 1 / 15.0L, 1 / 17.0L,
        1 / 19.0L, 1 / 21.0L, 1 / 23.0L, 1 / 25.0L, 1 / 27.0L, 1 / 29.0L, 1 / 31.0L, 1 / 33.0L,
        1 / 35.0L, 1 / 37.0L, 1 / 39.0L,
    };

    return 2 * s * polynomial(odd, 20, s * s);
}

/* Of a positive, finite number. */
static quad log_quad(quad v)
{
    int e;

    v = frexpl(v, &e);
    if (v < 0.70710678118654752440L) {
        v *= 2;
        e--;
    }
    return e * LN2 + twice_atanh((v - 1) / (v + 1));
}

double exp(double x) { return isfinite(x) ? result(exp_quad(x)) : x > 0 ? x : x < 0 ? 0 : x; }
double exp2(double x) { return isfinite(x) ? result(exp_quad(x * LN2)) : x > 0 ? x : x < 0 ? 0 : x; }
double expm1(double x) { return isfinite(x) && x != 0 ? result(expm1_quad(x)) : x == -INFINITY ? -1 : x; }

/* What all logarithms say of odd arguments; false: go on. */
static int odd_log(double x, double *y)
{
    if (x == 0) {
        errno = ERANGE;
        *y = -INFINITY;
        return 1;
    }
    *y = x < 0 ? invalid() : x;
    return x < 0 || !isfinite(x);
}

double log(double x) { double y; return odd_log(x, &y) ? y : (double)log_quad(x); }
double log2(double x) { double y; return odd_log(x, &y) ? y : (double)(log_quad(x) / LN2); }
double log10(double x) { double y; return odd_log(x, &y) ? y : (double)(log_quad(x) / LN10); }

static quad log1p_quad(quad x)
{
    if (x < 0.25L && x > -0.25L)
        return twice_atanh(x / (2 + x));
    return log_quad(1 + x);
}

double log1p(double x)
{
    double y;

    if (x == 0 || odd_log(1 + x, &y))
        return x == 0 ? x : y;
    return (double)log1p_quad(x);
}

static int is_odd_integer(double y)
{
    return fabs(y) < 0x1p53 && fmod(y, 2) != 0 && floor(y) == y;
}

/* pow where nothing is to be computed. */
static int odd_pow(double x, double y, double *r)
{
    if (y == 0 || x == 1)
        return *r = 1, 1;
    if (isnan(x) || isnan(y))
        return *r = x + y, 1;
    if (isinf(y))
        return *r = fabs(x) == 1 ? 1 : (fabs(x) > 1) == (y > 0) ? INFINITY : 0, 1;
    if (x == 0 || isinf(x)) {
        *r = (x == 0) == (y > 0) ? 0 : INFINITY;
        if (x == 0 && y < 0)
            errno = ERANGE;
        if (signbit(x) && is_odd_integer(y))
            *r = -*r;
        return 1;
    }
    if (x < 0 && floor(y) != y)
        return *r = invalid(), 1;
    return 0;
}

double pow(double x, double y)
{
    double r;

    if (odd_pow(x, y, &r))
        return r;
    r = result(exp_quad(y * log_quad(fabs(x))));
    return x < 0 && is_odd_integer(y) ? -r : r;
}

double cbrt(double x)
{
    quad r;

    if (x == 0 || !isfinite(x))
        return x;
    r = exp_quad(log_quad(fabs(x)) / 3);
    return (double)(x < 0 ? -r : r);
}

double hypot(double x, double y)
{
    if (isinf(x) || isinf(y))
        return INFINITY;
    return result(root_wide((quad)x * x + (quad)y * y));
}

/* ---- circles ---- */

static const uint32_t two_over_pi[] = {
    0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab,
    0xdebbc561, 0xb7246e3a, 0x424dd2e0, 0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e,
    0xe88235f5, 0x2ebb4484, 0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4, 0x9c845f8b,
    0xbdf9283b, 0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7,
    0x4f463f66, 0x9e5fea2d, 0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1,
    0x1f8d5d08, 0x56033046, 0xfc7b6bab, 0xf0cfbc20, 0x9af4361d,
};

/* x - n pi/2, at most pi/4 away from 0, and n mod 4. */
static quad reduce(double x, int *n)
{
    uint64_t m = (bits_of(x) & 0xfffffffffffffull) | 1ull << 52;
    int e = (int)(bits_of(x) >> 52 & 0x7ff) - 1075, start = e > 2 ? (e - 2) / 32 : 0;
    int fraction = 32 * (start + 8) - e, negative = x < 0;
    uint32_t p[11] = { 0 };
    quad r = 0;

    *n = 0;
    if (fabs(x) < 0.78539816339744830962)
        return x;
    for (int i = 0; i < 8; i++) {       /* most significant word of 2/pi first */
        uint64_t w = two_over_pi[start + 7 - i], low = w * (uint32_t)m + p[i];
        uint64_t high = w * (m >> 32) + p[i + 1] + (low >> 32);

        p[i] = (uint32_t)low;
        p[i + 1] = (uint32_t)high;
        p[i + 2] = (uint32_t)(high >> 32);
    }
    for (int i = 1; i >= 0; i--)
        *n = *n * 2 + (int)(p[(fraction + i) / 32] >> (fraction + i) % 32 & 1);
    for (int i = fraction; i < 352; i++)
        p[i / 32] &= ~(1u << i % 32);
    if (p[(fraction - 1) / 32] >> (fraction - 1) % 32 & 1) {    /* nearer to the next one */
        uint32_t carry = 1;

        for (int i = 0; i < 11; i++) {
            p[i] = ~p[i] + carry;
            carry = carry && p[i] == 0;
        }
        for (int i = fraction; i < 352; i++)
            p[i / 32] &= ~(1u << i % 32);
        ++*n;
        negative = !negative;
    }
    for (int i = 10, words = 0; i >= 0 && words < 5; i--) {
        words += words || p[i];
        r += scale_quad(p[i], 32 * i - fraction);
    }
    r *= PI / 2;
    *n = (x < 0 ? -*n : *n) & 3;
    return negative ? -r : r;
}

static quad sin_quad(quad x)
{
    static const quad a[] = {
        1, -1 / 6.0L, 1 / 120.0L, -1 / 5040.0L, 1 / 362880.0L, -1 / 39916800.0L,
        1 / 6227020800.0L, -1 / 1307674368000.0L, 1 / 355687428096000.0L,
        -1 / 121645100408832000.0L, 1 / 51090942171709440000.0L };

    return x * polynomial(a, 11, x * x);
}

static quad cos_quad(quad x)
{
    static const quad a[] = {
        1, -1 / 2.0L, 1 / 24.0L, -1 / 720.0L, 1 / 40320.0L, -1 / 3628800.0L, 1 / 479001600.0L,
        -1 / 87178291200.0L, 1 / 20922789888000.0L, -1 / 6402373705728000.0L,
        1 / 2432902008176640000.0L };

    return polynomial(a, 11, x * x);
}

/* sin(x + n pi/2) */
static double circle(double x, int turn)
{
    quad r;
    int n;

    if (!isfinite(x))
        return isnan(x) ? x : invalid();
    r = reduce(x, &n);
    n = (n + turn) & 3;
    r = n & 1 ? cos_quad(r) : sin_quad(r);
    return (double)(n & 2 ? -r : r);
}

double sin(double x) { return x == 0 ? x : circle(x, 0); }
double cos(double x) { return circle(x, 1); }

double tan(double x)
{
    quad r;
    int n;

    if (!isfinite(x) || x == 0)
        return isinf(x) ? invalid() : x;
    r = reduce(x, &n);
    return (double)(n & 1 ? -cos_quad(r) / sin_quad(r) : sin_quad(r) / cos_quad(r));
}

/* Of a number from 0 to 1: from the nearest of 0, 1/4, 1/2, 3/4, 1. */
static quad atan_small(quad x)
{
    static const quad at[] = { 0, 0.2449786631268641541720824812112758109141L, 0.4636476090008061162142562314612144020285L, 0.6435011087932843868028092287173226380415L, 0.7853981633974483096156608458198757210492L };
    static const quad a[] = {
        1, -1 / 3.0L, 1 / 5.0L, -1 / 7.0L, 1 / 9.0L, -1 / 11.0L, 1 / 13.0L, -1 / 15.0L,
        1 / 17.0L, -1 / 19.0L, 1 / 21.0L, -1 / 23.0L, 1 / 25.0L };
    int k = (int)(x * 4 + 0.5L);
    quad t = (x - k / 4.0L) / (1 + x * k / 4);

    return at[k] + t * polynomial(a, 13, t * t);
}

/* The angle of the point (x, y), y >= 0. */
static quad angle(quad y, quad x)
{
    quad ax = x < 0 ? -x : x, r;

    if (y == 0 && x == 0)
        return 0;
    r = y <= ax ? atan_small(y / ax) : PI / 2 - atan_small(ax / y);
    return x < 0 ? PI - r : r;
}

double atan(double x)
{
    quad r;

    if (x == 0 || isnan(x))
        return x;
    r = isinf(x) ? PI / 2 : angle(fabs(x), 1);
    return result(x < 0 ? -r : r);
}

double atan2(double y, double x)
{
    quad r;

    if (isnan(x) || isnan(y))
        return x + y;
    if (isinf(x) || isinf(y))
        r = angle(isinf(y) ? 1 : 0, isinf(x) ? copysign(1, x) : 0);
    else
        r = y == 0 ? (signbit(x) ? PI : 0) : angle(fabs(y), x);
    return result(signbit(y) ? -r : r);
}

double asin(double x)
{
    quad r;

    if (x == 0 || isnan(x))
        return x;
    if (fabs(x) > 1)
        return invalid();
    r = angle(fabs(x), root(((quad)1 - x) * ((quad)1 + x)));
    return (double)(x < 0 ? -r : r);
}

double acos(double x)
{
    if (isnan(x))
        return x;
    return fabs(x) > 1 ? invalid() : (double)angle(root(((quad)1 - x) * ((quad)1 + x)), x);
}

/* ---- hyperbolas ---- */

double sinh(double x)
{
    quad e;

    if (!isfinite(x) || x == 0)
        return x;
    e = expm1_quad(fabs(x));
    if (!isinf(e))
        e = (e + e / (e + 1)) / 2;
    return result(x < 0 ? -e : e);
}

double cosh(double x)
{
    quad e;

    if (!isfinite(x))
        return fabs(x);
    e = exp_quad(fabs(x));
    return result((e + 1 / e) / 2);
}

double tanh(double x)
{
    quad e;

    if (x == 0 || isnan(x))
        return x;
    if (fabs(x) > 30)
        return copysign(1, x);
    e = expm1_quad(2 * (quad)x);
    return (double)(e / (e + 2));
}

double asinh(double x)
{
    quad a = fabs(x), r;

    if (!isfinite(x) || x == 0)
        return x;
    r = log1p_quad(a + a * a / (1 + root_wide(a * a + 1)));
    return (double)(x < 0 ? -r : r);
}

double acosh(double x)
{
    quad t = (quad)x - 1;

    if (isnan(x) || x < 1)
        return isnan(x) ? x : invalid();
    return isinf(x) ? x : (double)log1p_quad(t + root_wide(t * (t + 2)));
}

double atanh(double x)
{
    if (isnan(x) || fabs(x) > 1)
        return isnan(x) ? x : invalid();
    if (fabs(x) == 1) {
        errno = ERANGE;
        return copysign(INFINITY, x);
    }
    return x == 0 ? x : (double)(log1p_quad(2 * (quad)x / (1 - (quad)x)) / 2);
}

/* ---- erf and gamma ---- */

/* Its power series below 2.5; above, the continued fraction of erfc. */
static quad erf_series(quad x)
{
    quad term = x, sum = x;

    for (int n = 1; n < 80; n++) {
        term *= -x * x / n;
        sum += term / (2 * n + 1);
    }
    return TWO_OVER_SQRT_PI * sum;
}

static quad erfc_fraction(quad x)
{
    quad f = 0;

    for (int n = 120; n > 0; n--)
        f = n / 2.0L / (x + f);
    return exp_quad(-x * x) * TWO_OVER_SQRT_PI / 2 / (x + f);
}

double erf(double x)
{
    quad a = fabs(x), r;

    if (x == 0 || isnan(x))
        return x;
    r = a < 2.5L ? erf_series(a) : a < 7 ? 1 - erfc_fraction(a) : 1;
    return (double)(x < 0 ? -r : r);
}

double erfc(double x)
{
    if (isnan(x))
        return x;
    if (x > 30 || x < -30)
        return x > 0 ? result(0x1p-16000L) : 2;
    return result(x < 2.5 ? 1 - (x < -2.5 ? erfc_fraction(-x) - 1 : erf_series(x)) : erfc_fraction(x));
}

/* log of gamma by Stirling's series, from 30 on; smaller ones by gamma(x+1) = x gamma(x). */
static quad log_gamma(quad x)
{
    static const quad a[] = { 1 / 12.0L, -1 / 360.0L, 1 / 1260.0L, -1 / 1680.0L, 1 / 1188.0L,
                              -691 / 360360.0L, 1 / 156.0L, -3617 / 122400.0L };
    quad product = 1;

    for (; x < 30; x += 1)
        product *= x;
    return (x - 0.5L) * log_quad(x) - x + log_quad(2 * PI) / 2 +
           polynomial(a, 8, 1 / (x * x)) / x - log_quad(product);
}

static quad sin_pi(quad x)
{
    double n = floor((double)x + 0.5);
    quad s = sin_quad((x - n) * PI);

    return fmod(n, 2) != 0 ? -s : s;
}

double tgamma(double x)
{
    if (isnan(x) || x == INFINITY)
        return x;
    if (x == 0) {
        errno = ERANGE;
        return copysign(INFINITY, x);
    }
    if (floor(x) == x && x < 0)
        return invalid();
    if (x > 0)
        return result(exp_quad(log_gamma(x)));
    /* gamma(x) gamma(1 - x) = pi / sin(pi x) */
    return result(PI / (sin_pi(x) * exp_quad(log_gamma(1 - (quad)x))));
}

double lgamma(double x)
{
    quad s;

    if (!isfinite(x))
        return isnan(x) ? x : INFINITY;
    if (floor(x) == x && x <= 0) {
        errno = ERANGE;
        return INFINITY;
    }
    if (x > 0)
        return result(x == 1 || x == 2 ? 0 : log_gamma(x));
    s = sin_pi(x);
    return result(log_quad(PI / (s < 0 ? -s : s)) - log_gamma(1 - (quad)x));
}
