/* rng_test.c - fixed point against libm, and distributions against their moments. */
#include "../suite.h"

#include <math.h>
#include <sim/rng.h>
#include <stdlib.h>

static const double one = 4294967296.0;         /* 2^32 */

START_TEST(log_is_close)
{
    rng_t r = rng_stream(1, "log", 0);

    for (int i = 0; i < 200000; i++) {
        uint64_t x = rng_next(&r) >> rng_below(&r, 64);
        if (x == 0)
            x = 1;
        double want = (log((double)x) - 32 * log(2)) * one;

        ck_assert_double_le(fabs((double)fixed_log(x) - want), 2 + fabs(want) / 1e12);
    }
    ck_assert_int_eq(fixed_log(UINT64_C(1) << 32), 0);
}
END_TEST

START_TEST(exp_is_close)
{
    rng_t r = rng_stream(1, "exp", 0);

    for (int i = 0; i < 200000; i++) {
        int64_t x = (int64_t)rng_below(&r, UINT64_C(42) << 32) - (INT64_C(21) << 32);
        double want = exp((double)x / one) * one;

        ck_assert_double_le(fabs((double)fixed_exp(x) - want), 1 + want / 268435456);
    }
    ck_assert_int_eq(fixed_exp(0), INT64_C(1) << 32);
    ck_assert_int_eq(fixed_exp(INT64_C(22) << 32), INT64_MAX);
    ck_assert_int_eq(fixed_exp(INT64_MAX), INT64_MAX);
    ck_assert_int_eq(fixed_exp(INT64_MIN), 0);
}
END_TEST

START_TEST(below_is_fair)
{
    rng_t r = rng_stream(7, "below", 0);
    int count[7] = { 0 };

    for (int i = 0; i < 700000; i++)
        count[rng_below(&r, 7)]++;
    for (int i = 0; i < 7; i++)
        ck_assert_int_lt(abs(count[i] - 100000), 1500);         /* 5 sigma */
    for (int i = 0; i < 100; i++) {
        ck_assert_uint_eq(rng_below(&r, 1), 0);
        ck_assert_uint_lt(rng_below(&r, UINT64_MAX), UINT64_MAX);
    }
}
END_TEST

/* Vigna's published outputs of SplitMix64 from state 1234567. */
START_TEST(known_sequence)
{
    rng_t r = 1234567;

    ck_assert_uint_eq(rng_next(&r), UINT64_C(6457827717110365317));
    ck_assert_uint_eq(rng_next(&r), UINT64_C(3203168211198807973));
    ck_assert_uint_eq(rng_next(&r), UINT64_C(9817491932198370423));
}
END_TEST

/* Correlation of two streams that differ in one respect only: under 5 sigma. */
static void independent(rng_t a, rng_t b)
{
    const int n = 100000;
    double sum = 0;

    ck_assert_uint_ne(a, b);
    for (int i = 0; i < n; i++) {
        double x = (double)rng_next(&a) / 18446744073709551616.0 - 0.5;
        double y = (double)rng_next(&b) / 18446744073709551616.0 - 0.5;

        sum += 12 * x * y;
    }
    ck_assert_double_lt(fabs(sum / n), 5 / sqrt(n));
}

START_TEST(streams_are_independent)
{
    independent(rng_stream(0, "arrival", 0), rng_stream(0, "arrival", 1));
    independent(rng_stream(0, "arrival", 0), rng_stream(1, "arrival", 0));
    independent(rng_stream(0, "arrival", 0), rng_stream(0, "bursts", 0));
    independent(rng_stream(1, "arrival", 0), rng_stream(0, "arrival", 1));
    ck_assert_uint_eq(rng_stream(5, "x", 3), rng_stream(5, "x", 3));
}
END_TEST

struct moments { double mean, sd; };

static struct moments draw_many(const struct dist *d, int n)
{
    rng_t r = rng_stream(42, "moments", d->kind);
    double sum = 0, squares = 0;

    for (int i = 0; i < n; i++) {
        int64_t x = dist_draw(d, &r);

        ck_assert_int_ge(x, 0);
        sum += (double)x;
        squares += (double)x * (double)x;
    }
    double mean = sum / n;
    return (struct moments){ mean, sqrt(squares / n - mean * mean) };
}

static void near(double got, double want, double relative)
{
    ck_assert_msg(fabs(got - want) <= relative * fabs(want), "%g, not %g", got, want);
}

START_TEST(moments_of_distributions)
{
    const int n = 400000;
    static const int64_t choices[] = { 1000, 3000, 5000 };
    struct dist constant = { .kind = DIST_CONST, .a = 5000 };
    struct dist expo = { .kind = DIST_EXP, .a = 10000000 };
    struct dist uniform = { .kind = DIST_UNIFORM, .a = 1000, .b = 2000 };
    struct dist lognormal = { .kind = DIST_LOGNORMAL, .a = 1000000, .b = 500000,
                              .unit = 1000000 };
    struct dist pareto = { .kind = DIST_PARETO, .a = 3000000, .b = 1000000 };
    struct dist choice = { .kind = DIST_CHOICE, .nchoices = 3, .choices = choices };

    struct moments m = draw_many(&constant, 10);
    near(m.mean, 5000, 0);
    m = draw_many(&expo, n);
    near(m.mean, 1e7, 0.01);
    near(m.sd, 1e7, 0.02);
    m = draw_many(&uniform, n);
    near(m.mean, 1500, 0.003);
    near(m.sd, 1001 / sqrt(12), 0.01);
    m = draw_many(&lognormal, n);
    near(m.mean, exp(1 + 0.125) * 1e6, 0.01);
    near(m.sd, exp(1 + 0.125) * sqrt(exp(0.25) - 1) * 1e6, 0.02);
    m = draw_many(&pareto, n);
    near(m.mean, 1.5e6, 0.01);
    m = draw_many(&choice, n);
    near(m.mean, 3000, 0.005);
    near(m.sd, sqrt(8e6 / 3), 0.005);
}
END_TEST

START_TEST(tails)
{
    struct dist huge = { .kind = DIST_EXP, .a = INT64_MAX };
    struct dist heavy = { .kind = DIST_PARETO, .a = 100000, .b = INT64_C(1) << 40 };
    struct dist wide = { .kind = DIST_LOGNORMAL, .a = INT64_MAX, .b = INT64_MAX,
                         .unit = INT64_MAX };
    struct dist whole = { .kind = DIST_UNIFORM, .a = 0, .b = INT64_MAX };
    struct dist expo = { .kind = DIST_EXP, .a = 1000000 };
    rng_t r = rng_stream(0, "tails", 0);
    int beyond = 0;

    for (int i = 0; i < 100000; i++) {
        ck_assert_int_ge(dist_draw(&huge, &r), 0);
        ck_assert_int_ge(dist_draw(&heavy, &r), heavy.b);
        ck_assert_int_ge(dist_draw(&wide, &r), 0);
        ck_assert_int_ge(dist_draw(&whole, &r), 0);
        beyond += dist_draw(&expo, &r) > 5000000;
    }
    ck_assert_int_gt(beyond, 550);              /* e^-5 x 100000 = 674 +- 26 */
    ck_assert_int_lt(beyond, 800);
}
END_TEST

SUITE(rng, 40, log_is_close, exp_is_close, below_is_fair, known_sequence,
      streams_are_independent, moments_of_distributions, tails)
