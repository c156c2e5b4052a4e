/* hist_test.c - percentiles by hand, and large samples against sorted ones. */
#include "../suite.h"

#include <math.h>
#include <stat/estimate.h>
#include <stat/hist.h>
#include <stdlib.h>

START_TEST(nearest_rank)
{
    /* The ordinal rank is ceil(p/100 * n): of 5 values, p50 is the 3rd. */
    ns_t v[] = { 50, 15, 40, 20, 35 };
    struct spread s = spread_of(v, 5);

    ck_assert_int_eq(s.min, 15);
    ck_assert_int_eq(s.p50, 35);
    ck_assert_int_eq(s.p95, 50);
    ck_assert_int_eq(s.max, 50);
    ck_assert_double_eq(spread_mean(&s), 32);
    ck_assert_uint_eq(percentile_rank(100, 95), 94);
    ck_assert_uint_eq(percentile_rank(101, 95), 95);
    ck_assert_uint_eq(percentile_rank(1, 1), 0);
}
END_TEST

START_TEST(nothing_measured)
{
    struct spread s = spread_of(NULL, 0);
    struct hist h = { 0 };

    ck_assert(isnan(spread_mean(&s)));
    ck_assert_uint_eq(hist_spread(&h).n, 0);
}
END_TEST

static int ascending(const void *a, const void *b)
{
    ns_t x = *(const ns_t *)a, y = *(const ns_t *)b;

    return (x > y) - (x < y);
}

/* Every order that could mislead a selection, against a sort. */
START_TEST(percentiles_are_those_of_a_sort)
{
    enum { N = 3000 };
    static ns_t v[N], sorted[N];

    for (unsigned order = 0; order < 7; order++)
        for (size_t n = 1; n <= N; n += 1 + n / 3) {
            for (size_t i = 0; i < n; i++) {
                uint64_t x = i * UINT64_C(0x9E3779B97F4A7C15) >> 40;
                const uint64_t of[] = { i, n - i, 7, x, x % 3, i % 2 ? i : n - i,
                                        i < n / 2 ? i : n - i };

                v[i] = sorted[i] = (ns_t)of[order] - 5;
            }
            qsort(sorted, n, sizeof *sorted, ascending);
            struct spread s = spread_of(v, n);
            ck_assert_int_eq(s.min, sorted[0]);
            ck_assert_int_eq(s.p50, sorted[percentile_rank(n, 50)]);
            ck_assert_int_eq(s.p95, sorted[percentile_rank(n, 95)]);
            ck_assert_int_eq(s.p99, sorted[percentile_rank(n, 99)]);
            ck_assert_int_eq(s.max, sorted[n - 1]);
        }
}
END_TEST

static ns_t sample(size_t i)
{
    uint64_t x = i * UINT64_C(0x9E3779B97F4A7C15);

    return (ns_t)(x >> 34) - (INT64_C(1) << 28);        /* some below zero */
}

START_TEST(buckets_stay_close)
{
    enum { N = HIST_EXACT + 100000 };
    struct hist h = { 0 };
    ns_t *all = malloc(N * sizeof *all);

    for (size_t i = 0; i < N; i++)
        hist_add(&h, all[i] = sample(i));
    struct spread got = hist_spread(&h), want = spread_of(all, N);
    ck_assert_ptr_null(h.exact);
    ck_assert(got.sum == want.sum);
    ck_assert_int_eq(got.min, want.min);
    ck_assert_int_eq(got.max, want.max);
    ck_assert_double_eq_tol((double)got.p50, (double)want.p50, fabs((double)want.p50) / 500);
    ck_assert_double_eq_tol((double)got.p95, (double)want.p95, fabs((double)want.p95) / 500);
    ck_assert_double_eq_tol((double)got.p99, (double)want.p99, fabs((double)want.p99) / 500);
    hist_free(&h);
    free(all);
}
END_TEST

/* Nearest rank: of 2n samples, the n-th is the median. Small values have a bucket each. */
START_TEST(buckets_count_to_the_very_sample)
{
    enum { N = HIST_EXACT + 200 };
    static const struct { size_t zeros; ns_t p50, p95, p99; } t[] = {
        { N / 2, 0, 7, 7 }, { N / 2 - 1, 7, 7, 7 },
        { N / 20 * 19 + 19, 0, 0, 7 }, { N / 100 * 99 - 1, 0, 0, 7 },
    };

    for (size_t k = 0; k < sizeof t / sizeof *t; k++) {
        struct hist h = { 0 };
        ns_t v[3] = { 0 };

        for (size_t i = 0; i < N; i++)
            hist_add(&h, i < t[k].zeros ? 0 : 7);
        struct spread s = hist_spread(&h);
        ck_assert_ptr_null(h.exact);
        v[0] = s.p50, v[1] = s.p95, v[2] = s.p99;
        ck_assert_msg(v[0] == t[k].p50 && v[1] == t[k].p95 && v[2] == t[k].p99,
                      "%zu zeros of %d: %d %d %d", t[k].zeros, N, (int)v[0], (int)v[1],
                      (int)v[2]);
        hist_free(&h);
    }
}
END_TEST

START_TEST(students_t)
{
    /* Any table of the t distribution, two-sided 95%. */
    ck_assert_double_eq_tol(t_quantile(0.975, 1), 12.7062, 1e-4);
    ck_assert_double_eq_tol(t_quantile(0.975, 4), 2.7764, 1e-4);
    ck_assert_double_eq_tol(t_quantile(0.975, 29), 2.0452, 1e-4);
    ck_assert_double_eq_tol(t_quantile(0.975, 1e6), 1.9600, 1e-4);
    ck_assert_double_eq_tol(t_quantile(0.025, 4), -2.7764, 1e-4);
    ck_assert_double_eq_tol(t_quantile(0.5, 7), 0, 1e-12);
}
END_TEST

START_TEST(intervals_and_pairs)
{
    double v[] = { 1, 2, 3, 4, 5, NAN }, base[] = { 1, 1, 1, 1, 1, 1 };
    struct estimate e = estimate_of(v, 6), d = estimate_paired(v, base, 6);

    ck_assert_uint_eq(e.n, 5);
    ck_assert_double_eq_tol(e.mean, 3, 1e-12);
    ck_assert_double_eq_tol(e.sd, sqrt(2.5), 1e-12);
    ck_assert_double_eq_tol(e.high, 3 + 2.776445 * sqrt(2.5 / 5), 1e-5);
    ck_assert_double_eq_tol(d.mean, 2, 1e-12);
    ck_assert_double_eq_tol(d.low, 2 - 2.776445 * sqrt(2.5 / 5), 1e-5);
    ck_assert(isnan(estimate_of(v, 1).sd));
    ck_assert(isnan(estimate_of(v, 0).mean));
}
END_TEST

SUITE(hist, 20, nearest_rank, percentiles_are_those_of_a_sort,
      nothing_measured, buckets_stay_close, buckets_count_to_the_very_sample, students_t,
      intervals_and_pairs)
