/* maths.c - see maths.h
 *
 * Arguments are reduced exactly (Cody, Waite, "Software Manual for the Elementary
 * Functions"), and what is left is small enough for a few terms of a series.
 */
#include <stat/maths.h>

#include <math.h>

/* ln 2 in two parts: products of the first with exponents are exact. */
static const double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;

/* 1/3 + z/5 + z^2/7 + ..: the rest of the series of artanh. z < 0.03. */
static double artanh_rest(double z)
{
    double sum = 0;

    for (int n = 23; n >= 3; n -= 2)
        sum = sum * z + 1.0 / n;
    return sum;
}

/* x = m 2^e with m from sqrt(1/2) to sqrt(2); log m = 2 artanh((m - 1) / (m + 1)). */
double maths_log(double x)
{
    int e;
    double m = frexp(x, &e);

    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2;
        e--;
    }
    double f = m - 1, s = f / (2 + f), z = s * s;
    double low = 2 * s * z * artanh_rest(z) + e * LN2_LOW;

    /* 2 s = f - s f, and f is exact. */
    return e * LN2_HIGH + (f - (s * f - low));
}

/* What is lost in 1 + x is made good (Goldberg, "What Every Computer Scientist Should Know
 * About Floating-Point Arithmetic", theorem 4). */
double maths_log1p(double x)
{
    double y = 1 + x;

    return y == 1 ? x : maths_log(y) * (x / (y - 1));
}

double maths_exp(double x)
{
    if (x > 709.79 || x < -745.2)
        return x > 0 ? INFINITY : 0;
    int k = (int)(x * 0x1.71547652b82fep0 + (x < 0 ? -0.5 : 0.5));
    double r = (x - k * LN2_HIGH) - k * LN2_LOW, sum = 1;

    for (int n = 14; n >= 1; n--)
        sum = 1 + sum * r / n;
    return ldexp(sum, k);
}

double maths_pow(double base, double x)
{
    return maths_exp(x * maths_log(base));
}

/* Compiled without a thought for errno (Makefile), it is one instruction. */
double maths_sqrt(double x)
{
    return sqrt(x);
}

/* Stirling's series (Abramowitz and Stegun, 6.1.41), after going up by the recurrence
 * until it is exact enough. */
double maths_log_gamma(double x)
{
    double product = 1;

    for (; x < 15; x++)
        product *= x;
    double z = 1 / (x * x);
    double rest = (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 -
                  z * (1.0 / 1188 - z * 691.0 / 360360))))) / x;

    return (x - 0.5) * maths_log(x) - x + 0.91893853320467274178 + rest - maths_log(product);
}
