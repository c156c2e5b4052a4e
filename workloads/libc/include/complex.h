/* complex.h - the compiler's complex numbers, and their simplest functions. */
#ifndef COMPLEX_H
#define COMPLEX_H
#include <math.h>
#define complex _Complex
#define _Complex_I (__extension__ 1.0iF)
#define I _Complex_I
static inline double creal(double complex z) { return __real__ z; }
static inline double cimag(double complex z) { return __imag__ z; }
static inline double cabs(double complex z) { return hypot(__real__ z, __imag__ z); }
static inline double carg(double complex z) { return atan2(__imag__ z, __real__ z); }
static inline double complex conj(double complex z) { return ~z; }
static inline float crealf(float complex z) { return __real__ z; }
static inline float cimagf(float complex z) { return __imag__ z; }
static inline float cabsf(float complex z) { return hypotf(__real__ z, __imag__ z); }
static inline double complex cexp(double complex z)
{
    double r = exp(__real__ z);

    return r * cos(__imag__ z) + I * (r * sin(__imag__ z));
}
static inline double complex csqrt(double complex z)
{
    double r = sqrt(cabs(z)), half = carg(z) / 2;

    return r * cos(half) + I * (r * sin(half));
}
#endif
