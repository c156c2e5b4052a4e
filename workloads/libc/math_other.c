/* math_other.c - the functions of float and long double, by those of double. */
#include <math.h>

#define ONE(f) \
    float f##f(float x) { return (float)f(x); } \
    long double f##l(long double x) { return f((double)x); }
#define TWO(f) \
    float f##f(float x, float y) { return (float)f(x, y); } \
    long double f##l(long double x, long double y) { return f((double)x, (double)y); }
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
