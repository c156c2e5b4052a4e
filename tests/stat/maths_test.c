/* Our elementary functions against the C library's, whose errors are below one unit in the
 * last place: over all sizes that a double has, and where arguments are reduced. */
#include "../suite.h"

#include <sim/rng.h>
#include <stat/maths.h>

#include <float.h>
#include <math.h>

enum { TIMES = 20000 };

static double uniform(rng_t *r, double low, double high)
{
    return low + (high - low) * ((double)(rng_next(r) >> 11) * 0x1p-53);
}

static void near(double got, double want, double ulps, double at)
{
    double unit = fabs(want) < DBL_MIN ? 0x1p-1074 : fabs(want) * DBL_EPSILON;

    ck_assert_msg(got == want || fabs(got - want) <= ulps * unit, "at %.17g: %.17g, not %.17g",
                  at, got, want);
}

START_TEST(logarithms_and_powers)
{
    rng_t r = rng_stream(1, "maths", 0);

    for (int i = 0; i < TIMES; i++) {
        double x = ldexp(uniform(&r, 0.5, 1), (int)(rng_next(&r) % 2000) - 1000);
        double close = 1 + ldexp(uniform(&r, -1, 1), -(int)(rng_next(&r) % 50) - 1);
        double small = ldexp(uniform(&r, -0.9, 0.9), -(int)(rng_next(&r) % 60));
        double e = uniform(&r, -708, 708), base = uniform(&r, 0.001, 1e6);

        near(maths_log(x), log(x), 2, x);
        near(maths_log(close), log(close), 2, close);
        near(maths_log1p(small), log1p(small), 4, small);
        near(maths_exp(e), exp(e), 2, e);
        near(maths_exp(small), exp(small), 2, small);
        near(maths_pow(base, small), pow(base, small), 16, base);
    }
    ck_assert(maths_log(1) == 0 && maths_exp(0) == 1 && maths_log1p(0) == 0);
    ck_assert(isinf(maths_exp(1e4)) && maths_exp(-1e4) == 0);
    near(maths_pow(10, -4), 1e-4, 16, 10);
}
END_TEST

START_TEST(log_gamma_is_of_factorials)
{
    rng_t r = rng_stream(2, "maths", 0);
    double sum = 0;
    int sign;

    for (int n = 1; n <= 170; n++) {
        ck_assert_double_eq_tol(maths_log_gamma(n), sum, 1e-13 * (1 + sum));
        sum += log(n);
    }
    for (int i = 0; i < TIMES; i++) {
        double x = uniform(&r, 0.01, i % 2 ? 20 : 1e6), want = lgamma_r(x, &sign);

        ck_assert_double_eq_tol(maths_log_gamma(x), want, 1e-13 * (1 + fabs(want)));
    }
}
END_TEST

SUITE(maths, 20, logarithms_and_powers, log_gamma_is_of_factorials)
