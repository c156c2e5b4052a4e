/* math_other.c - the functions of float and long double, by those of double. */
#include <math.h>

/* Their parameter must not be called as what is pasted to it. */
#define ONE(fn) \
    float fn##f(float x) { return (float)fn(x); } \
    long double fn##l(long double x) { return fn((double)x); }
#define TWO(fn) \
    float fn##f(float x, float y) { return (float)fn(x, y); } \
    long double fn##l(long double x, long double y) { return fn((double)x, (double)y); }
ONE(acos) ONE(asin) ONE(atan) ONE(cos) ONE(sin) ONE(tan) ONE(acosh) ONE(asinh) ONE(atanh)
ONE(cosh) ONE(sinh) ONE(tanh) ONE(exp) ONE(exp2) ONE(expm1) ONE(log) ONE(log10) ONE(log1p)
ONE(log2) ONE(logb) ONE(cbrt) ONE(sqrt) ONE(erf) ONE(erfc) ONE(lgamma) ONE(tgamma)
ONE(ceil) ONE(floor) ONE(nearbyint) ONE(rint) ONE(round) ONE(trunc)
TWO(atan2) TWO(hypot) TWO(pow) TWO(fmod) TWO(remainder) TWO(fdim) TWO(fmax) TWO(fmin)

float fabsf(float x) { return (float)fabs(x); }
long double fabsl(long double x) { return x < 0 ? -x : x == 0 ? 0 : x; }
float copysignf(float x, float y) { return (float)copysign(x, y); }
long double copysignl(long double x, long double y) { return signbit(x) == signbit(y) ? x : -x; }
float ldexpf(float x, int e) { return (float)ldexp(x, e); }
float frexpf(float x, int *e) { return (float)frexp(x, e); }

float modff(float x, float *whole)
{
    double w, r = modf(x, &w);

    *whole = (float)w;
    return (float)r;
}

float nextafterf(float x, float y)
{
    union { float value; unsigned bits; } u = { x };

    if (x != x || y != y)
        return x + y;
    if (x == y)
        return y;
    if (x == 0)
        return copysignf(1.4e-45f, y);
    u.bits += (x < y) == (x > 0) ? 1u : -1u;
    return u.value;
}

long double nextafterl(long double x, long double y) { return nextafter((double)x, (double)y); }
double nexttoward(double x, long double y) { return x == y ? (double)y : nextafter(x, y > x ? HUGE_VAL : y < x ? -HUGE_VAL : NAN); }
float nexttowardf(float x, long double y) { return x == y ? (float)y : nextafterf(x, y > x ? HUGE_VALF : y < x ? -HUGE_VALF : NAN); }
long double nexttowardl(long double x, long double y) { return nextafterl(x, y); }

float fmaf(float x, float y, float z)
{
    double product = (double)x * y, sum = product + z;
    union { double value; unsigned long long bits; } u = { sum };

    /* Rounded twice, which matters only if the first one lands between two floats: then what
     * was lost decides (Boldo, Melquiond, "Emulation of FMA and correctly rounded sums"). */
    if ((u.bits & 0x1fffffff) == 0x10000000 && sum == sum) {
        double back = sum - product, lost = (product - (sum - back)) + (z - back);

        if (lost != 0)
            u.bits += (lost > 0) == (sum > 0) ? 1 : -1ull;
    }
    return (float)u.value;
}

long double fmal(long double x, long double y, long double z) { return fma((double)x, (double)y, (double)z); }

/* The quotient's low three bits: of what is left of x below eight times y. */
double remquo(double x, double y, int *quotient)
{
    double r = remainder(x, y), ax = fabs(x), ay = fabs(y);
    double low = ay > 1e307 ? ax : fmod(ax, 8 * ay);
    long long q = r == r ? llround((low - (x < 0 ? -r : r)) / ay) : 0;

    *quotient = (int)((x < 0) != (y < 0) ? -(q & 7) : q & 7);
    return r;
}

float remquof(float x, float y, int *quotient) { return (float)remquo(x, y, quotient); }

long double remquol(long double x, long double y, int *quotient)
{
    return remquo((double)x, (double)y, quotient);
}

long double modfl(long double x, long double *whole)
{
    double w, r = modf((double)x, &w);

    *whole = w;
    return r;
}

float scalbnf(float x, int e) { return (float)scalbn(x, e); }
long double scalbnl(long double x, int e) { return ldexpl(x, e); }
float scalblnf(float x, long e) { return (float)scalbln(x, e); }
long double scalblnl(long double x, long e) { return ldexpl(x, (int)e); }
float nanf(const char *tag) { return (float)nan(tag); }
long double nanl(const char *tag) { return nan(tag); }
int ilogbf(float x) { return ilogb(x); }
int ilogbl(long double x) { return ilogb((double)x); }
long lrintf(float x) { return lrint(x); }
long lrintl(long double x) { return lrint((double)x); }
long lroundl(long double x) { return lround((double)x); }
long long llrintf(float x) { return llrint(x); }
long long llrintl(long double x) { return llrint((double)x); }
long long llroundf(float x) { return llround(x); }
long long llroundl(long double x) { return llround((double)x); }
