/* math.h - floating point by software. Exact: rounding, remainders, sqrt, fma, scaling.
 * Elementary functions of double are nearly always the nearest double; those of float are
 * computed in double, those of long double are as exact as double's. An elementary
 * function costs some ten thousand instructions. Exceptions raise no flags; errno is set for domain errors and overflow of
 * the elementary functions. */
#ifndef MATH_H
#define MATH_H
typedef float float_t;
typedef double double_t;
#define HUGE_VAL __builtin_huge_val()
#define HUGE_VALF __builtin_huge_valf()
#define HUGE_VALL __builtin_huge_vall()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define M_E 2.7182818284590452354
#define M_LOG2E 1.4426950408889634074
#define M_LOG10E 0.43429448190325182765
#define M_LN2 0.69314718055994530942
#define M_LN10 2.30258509299404568402
#define M_PI 3.14159265358979323846
#define M_PI_2 1.57079632679489661923
#define M_PI_4 0.78539816339744830962
#define M_1_PI 0.31830988618379067154
#define M_2_PI 0.63661977236758134308
#define M_2_SQRTPI 1.12837916709551257390
#define M_SQRT2 1.41421356237309504880
#define M_SQRT1_2 0.70710678118654752440
#define FP_NAN 0
#define FP_INFINITE 1
#define FP_ZERO 2
#define FP_SUBNORMAL 3
#define FP_NORMAL 4
#define FP_ILOGB0 (-2147483647 - 1)
#define FP_ILOGBNAN 2147483647
#define MATH_ERRNO 1
#define MATH_ERREXCEPT 2
#define math_errhandling MATH_ERRNO
#define fpclassify(x) __builtin_fpclassify(FP_NAN, FP_INFINITE, FP_NORMAL, FP_SUBNORMAL, FP_ZERO, x)
#define isfinite(x) __builtin_isfinite(x)
#define isinf(x) __builtin_isinf_sign(x)
#define isnan(x) __builtin_isnan(x)
#define isnormal(x) __builtin_isnormal(x)
#define signbit(x) __builtin_signbit(x)
#define isgreater(x, y) __builtin_isgreater(x, y)
#define isgreaterequal(x, y) __builtin_isgreaterequal(x, y)
#define isless(x, y) __builtin_isless(x, y)
#define islessequal(x, y) __builtin_islessequal(x, y)
#define islessgreater(x, y) __builtin_islessgreater(x, y)
#define isunordered(x, y) __builtin_isunordered(x, y)
/* Their parameter must not be called as what is pasted to it. */
#define ONE(fn) double fn(double x); float fn##f(float x); long double fn##l(long double x);
#define TWO(fn) double fn(double x, double y); float fn##f(float x, float y); \
    long double fn##l(long double x, long double y);
ONE(acos) ONE(asin) ONE(atan) ONE(cos) ONE(sin) ONE(tan) ONE(acosh) ONE(asinh) ONE(atanh)
ONE(cosh) ONE(sinh) ONE(tanh) ONE(exp) ONE(exp2) ONE(expm1) ONE(log) ONE(log10) ONE(log1p)
ONE(log2) ONE(logb) ONE(cbrt) ONE(fabs) ONE(sqrt) ONE(erf) ONE(erfc) ONE(lgamma) ONE(tgamma)
ONE(ceil) ONE(floor) ONE(nearbyint) ONE(rint) ONE(round) ONE(trunc)
TWO(atan2) TWO(hypot) TWO(pow) TWO(fmod) TWO(remainder) TWO(copysign) TWO(nextafter) TWO(fdim)
TWO(fmax) TWO(fmin)
#undef ONE
#undef TWO
double fma(double x, double y, double z);
float fmaf(float x, float y, float z);
long double fmal(long double x, long double y, long double z);
double nexttoward(double x, long double y);
float nexttowardf(float x, long double y);
long double nexttowardl(long double x, long double y);
double remquo(double x, double y, int *quotient);
float remquof(float x, float y, int *quotient);
long double remquol(long double x, long double y, int *quotient);
double frexp(double x, int *e);
double ldexp(double x, int e);
double scalbn(double x, int e);
double scalbln(double x, long e);
double modf(double x, double *whole);
double nan(const char *tag);
int ilogb(double x);
long lrint(double x);
long lround(double x);
long long llrint(double x);
long long llround(double x);
float frexpf(float x, int *e);
float ldexpf(float x, int e);
float modff(float x, float *whole);
long double modfl(long double x, long double *whole);
float scalbnf(float x, int e);
long double scalbnl(long double x, int e);
float scalblnf(float x, long e);
long double scalblnl(long double x, long e);
float nanf(const char *tag);
long double nanl(const char *tag);
int ilogbf(float x);
int ilogbl(long double x);
long lrintf(float x);
long lrintl(long double x);
long lroundf(float x);
long lroundl(long double x);
long long llrintf(float x);
long long llrintl(long double x);
long long llroundf(float x);
long long llroundl(long double x);
long double frexpl(long double x, int *e);
long double ldexpl(long double x, int e);
#endif
