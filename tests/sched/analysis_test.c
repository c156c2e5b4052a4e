/* analysis_test.c - published bounds, response times and verdicts; then random sets,
 * against a run of every unit of time. */
#include "../suite.h"

#include <math.h>
#include <sched/analysis.h>
#include <sim/rng.h>

/* Liu, Layland 1973, theorem 5, to the last of six digits. */
START_TEST(liu_layland_bound)
{
    static const struct { unsigned n; double bound; } row[] = {
        { 1, 1.0 }, { 2, 0.828427 }, { 3, 0.779763 }, { 4, 0.756828 }, { 5, 0.743492 },
        { 6, 0.734772 }, { 10, 0.717735 }, { 100, 0.695555 }, { 100000000, 0.693147 } };

    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        double got = ldexp((double)rt_liu_layland(row[i].n), -62);

        ck_assert_msg(fabs(got - row[i].bound) < 6e-7, "%u: %.9f", row[i].n, got);
    }
}
END_TEST

struct known {
    const char *name;
    unsigned n;
    struct rt_task t[3];        /* wcet, period, deadline */
    double utilisation;
    bool ll, fp, edf;
    ns_t dm[3];
    ns_t hyperperiod;
};

static const struct known known[] = {
    { "Silberschatz .75", 2, { { 20, 50, 50 }, { 35, 100, 100 } }, .75, true, true, true,
      { 20, 75 }, 100 },
    { "Silberschatz .94", 2, { { 25, 50, 50 }, { 35, 80, 80 } }, .9375, false, false,
      true, { 25, 85 }, 400 },
    { "Liu Layland", 2, { { 1, 2, 2 }, { 1, 5, 5 } }, .7, true, true, true, { 1, 2 }, 10 },
    { "Liu Layland, too much", 2, { { 1, 2, 2 }, { 3, 5, 5 } }, 1.1, false, false, false,
      { 1, 6 }, 10 },
    { "Burns Wellings A", 3, { { 12, 50, 50 }, { 10, 40, 40 }, { 10, 30, 30 } }, .823333,
      false, false, true, { 52, 20, 10 }, 600 },
    { "Burns Wellings C", 3, { { 40, 80, 80 }, { 10, 40, 40 }, { 5, 20, 20 } }, 1, false,
      true, true, { 80, 15, 5 }, 80 },
    { "Stallings", 3, { { 20, 100, 100 }, { 40, 150, 150 }, { 100, 350, 350 } }, .752381,
      true, true, true, { 20, 60, 240 }, 2100 },
    { "Tanenbaum", 3, { { 10, 30, 30 }, { 15, 40, 40 }, { 5, 50, 50 } }, .808333, false,
      true, true, { 10, 25, 30 }, 600 },
    { "Buttazzo", 3, { { 2, 6, 4 }, { 2, 8, 5 }, { 3, 9, 7 } }, .916667, false, false, true,
      { 2, 4, 11 }, 72 },
    { "overload", 3, { { 2, 4, 4 }, { 3, 6, 6 }, { 3, 12, 12 } }, 1.25, false, false, false,
      { 2, 7, NS_MAX }, 12 },
};

START_TEST(published_sets)
{
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        const struct known *s = &known[k];
        struct rt_sum u = rt_utilisation(s->t, s->n);
        ns_t response[3];

        ck_assert(u.exact);
        ck_assert_double_lt(fabs((double)u.num / (double)u.den - s->utilisation), 6e-7);
        ck_assert_msg(rt_liu_layland_test(s->t, s->n) == s->ll, "%s", s->name);
        enum rt_verdict fp = rt_fixed_priority(s->t, s->n, RT_DEADLINE_MONOTONIC, response);
        ck_assert_msg((fp == RT_YES) == s->fp, "%s", s->name);
        ck_assert_msg((rt_edf(s->t, s->n).verdict == RT_YES) == s->edf, "%s", s->name);
        for (unsigned i = 0; i < s->n; i++)
            ck_assert_msg(response[i] == s->dm[i], "%s: task %u: %lld", s->name, i + 1,
                          (long long)response[i]);
        ck_assert_int_eq(rt_hyperperiod(s->t, s->n), s->hyperperiod);
    }
}
END_TEST

START_TEST(hyperbolic_is_sharper)
{
    /* 1.5 x 4/3 = 2 exactly: passes, where Liu and Layland's bound says nothing. */
    static const struct rt_task edge[] = { { 1, 2, 2 }, { 1, 3, 3 } };
    static const struct rt_task past[] = { { 1, 2, 2 }, { 334, 1000, 1000 } };

    ck_assert(!rt_liu_layland_test(edge, 2));
    ck_assert(rt_hyperbolic_test(edge, 2));
    ck_assert(!rt_hyperbolic_test(past, 2));
    ck_assert_double_lt(fabs(ldexp((double)rt_hyperbolic(edge, 2), -32) - 2), 1e-8);
}
END_TEST

/* Lehoczky 1990: deadlines past the period; the worst job is not the first. */
START_TEST(arbitrary_deadlines)
{
    static const struct rt_task t[] = { { 26, 70, 70 }, { 62, 100, 120 } };

    ck_assert_int_eq(rt_response(t, 2, 0, RT_RATE_MONOTONIC), 26);
    ck_assert_int_eq(rt_response(t, 2, 1, RT_RATE_MONOTONIC), 118);
}
END_TEST

START_TEST(demand)
{
    struct rt_demand d = rt_edf(known[8].t, 3);
    static const struct rt_task tight[] = { { 2, 10, 3 }, { 2, 10, 3 } };

    ck_assert_int_eq(d.verdict, RT_YES);
    ck_assert_int_eq(rt_demand_in(known[8].t, 3, 4), 2);
    ck_assert_int_eq(rt_demand_in(known[8].t, 3, 7), 7);
    d = rt_edf(tight, 2);
    ck_assert_int_eq(d.verdict, RT_NO);
    ck_assert_int_eq(d.overload, 3);
    ck_assert_int_eq(d.needed, 4);
}
END_TEST

START_TEST(large_numbers)
{
    static const struct rt_task huge[] = {
        { INT64_MAX / 2, INT64_MAX, INT64_MAX }, { INT64_MAX / 3, INT64_MAX - 1, INT64_MAX },
        { INT64_MAX / 7, INT64_MAX - 3, INT64_MAX - 3 } };
    ns_t response[3];

    ck_assert_int_eq(rt_hyperperiod(huge, 3), 0);
    struct rt_sum u = rt_utilisation(huge, 3);
    ck_assert(rt_sum_within(&u, 1));
    (void)rt_edf(huge, 3);
    (void)rt_fixed_priority(huge, 3, RT_RATE_MONOTONIC, response);
    ck_assert(!rt_liu_layland_test(huge, 3));
    (void)rt_hyperbolic_test(huge, 3);
    (void)rt_global_edf_test(huge, 3, 4);
}
END_TEST

START_TEST(several_processors)
{
    static const struct rt_task full[] = { { 2, 3, 3 }, { 2, 3, 3 }, { 2, 3, 3 } };
    static const struct rt_task halves[] = { { 1, 2, 2 }, { 6, 10, 10 }, { 1, 2, 2 },
                                             { 4, 10, 10 } };
    struct rt_task scratch[4];
    ns_t response[4];
    uint16_t cpu[4];

    ck_assert_int_eq(rt_first_fit(full, 3, 2, RT_PARTITION_EDF, cpu, scratch, response),
                     RT_NO);
    ck_assert(rt_feasible(full, 3, 2));
    ck_assert(!rt_feasible(full, 3, 1));
    ck_assert(!rt_global_edf_test(full, 3, 2));
    ck_assert(rt_global_edf_test(full, 3, 4));
    ck_assert_int_eq(rt_first_fit(halves, 4, 2, RT_PARTITION_EDF, cpu, scratch, response),
                     RT_YES);
    ck_assert_uint_eq(cpu[0], 0);
    ck_assert_uint_eq(cpu[1], 1);
    ck_assert_uint_eq(cpu[2], 0);
    ck_assert_uint_eq(cpu[3], 1);
}
END_TEST

/* --- against a run --- */

enum { MOST = 4 };

struct job_state { ns_t release, left, worst; };

/* Every unit of time, from a synchronous release, over `length`; all jobs of a task in
 * order. Worst response of jobs that finish; *missed if any is late. */
static void simulate(const struct rt_task *t, unsigned n, bool edf, ns_t length,
                     ns_t *worst, bool *missed)
{
    ns_t left[MOST] = { 0 };            /* of all released jobs of the task */
    ns_t done[MOST] = { 0 };            /* jobs finished */

    *missed = false;
    for (unsigned i = 0; i < n; i++)
        worst[i] = 0;
    for (ns_t now = 0; now < length; now++) {
        int best = -1;
        ns_t best_rank = NS_MAX;

        for (unsigned i = 0; i < n; i++) {
            if (now % t[i].period == 0)
                left[i] += t[i].wcet;
            ns_t due = done[i] * t[i].period + t[i].deadline;
            ns_t rank = edf ? due : t[i].deadline;

            if (left[i] > 0 && due <= now)
                *missed = true;
            if (left[i] > 0 && rank < best_rank) {
                best_rank = rank;
                best = (int)i;
            }
        }
        if (best < 0)
            continue;
        left[best]--;
        /* Work of a job is done when what is left is that of later releases only. */
        ns_t released = now / t[best].period + 1;
        if (left[best] == (released - done[best] - 1) * t[best].wcet) {
            ns_t response = now + 1 - done[best] * t[best].period;

            if (response > worst[best])
                worst[best] = response;
            if (response > t[best].deadline)
                *missed = true;
            done[best]++;
        }
    }
}

START_TEST(random_sets_against_a_run)
{
    rng_t r = rng_stream(11, "analysis", 0);
    int edf_only = 0, none = 0;

    for (int round = 0; round < 1500; round++) {
        struct rt_task t[MOST];
        unsigned n = 1 + (unsigned)rng_below(&r, MOST);
        ns_t worst[MOST], response[MOST];
        bool missed;

        for (unsigned i = 0; i < n; i++) {
            static const ns_t periods[] = { 4, 5, 6, 8, 10, 12, 15, 20 };

            t[i].period = periods[rng_below(&r, 8)];
            t[i].wcet = 1 + (ns_t)rng_below(&r, (uint64_t)t[i].period * 2 / n);
            t[i].deadline = 1 + (ns_t)rng_below(&r, (uint64_t)t[i].period * 3 / 2);
        }
        struct rt_sum u = rt_utilisation(t, n);
        ns_t length = 2 * rt_hyperperiod(t, n) + 40;
        simulate(t, n, true, length, worst, &missed);
        enum rt_verdict edf = rt_edf(t, n).verdict;
        if (rt_sum_within(&u, 1))
            ck_assert_int_eq(edf, missed ? RT_NO : RT_YES);
        else
            ck_assert_int_eq(edf, RT_NO);
        simulate(t, n, false, length, worst, &missed);
        enum rt_verdict fp = rt_fixed_priority(t, n, RT_DEADLINE_MONOTONIC, response);
        if (rt_sum_within(&u, 1))
            ck_assert_int_eq(fp, missed ? RT_NO : RT_YES);
        if (fp == RT_YES)
            for (unsigned i = 0; i < n; i++)
                ck_assert_int_eq(response[i], worst[i]);
        edf_only += edf == RT_YES && fp == RT_NO;
        none += edf == RT_NO;
        if (rt_liu_layland_test(t, n)) {
            ck_assert(rt_hyperbolic_test(t, n));
            ck_assert_int_eq(fp, RT_YES);
        }
        if (rt_hyperbolic_test(t, n))
            ck_assert_int_eq(fp, RT_YES);
    }
    ck_assert_int_gt(edf_only, 5);      /* the sets do tell the tests apart */
    ck_assert_int_gt(none, 100);
}
END_TEST

/* George, Rivierre, Spuri 1996: the worst job need not be the first. */
START_TEST(without_preemption)
{
    static const struct rt_task three[] = { { 10, 25, 25 }, { 10, 35, 32 }, { 10, 35, 33 } };
    static const struct rt_task two[] = { { 1, 4, 4 }, { 10, 100, 100 } };
    const struct rt_blocking alone = { .preemptive = false };
    ns_t r[3];

    rt_fixed_priority_blocked(three, 3, RT_DEADLINE_MONOTONIC, &alone, r);
    ck_assert(r[0] == 20 && r[1] == 30 && r[2] == 35);
    struct rt_demand d = rt_edf_blocked(two, 2, &alone);
    ck_assert_int_eq(d.verdict, RT_NO);
    ck_assert(d.overload == 4 && d.needed == 11);
    ck_assert_int_eq(rt_edf(two, 2).verdict, RT_YES);
}
END_TEST

/* A set of which every order that its deadlines or periods suggest may fail. */
START_TEST(some_priorities_are_found)
{
    static const struct rt_task t[] = { { 4, 8, 11 }, { 2, 6, 11 }, { 1, 7, 14 } };
    ns_t r[3];

    ck_assert_int_eq(rt_fixed_priority(t, 3, RT_DEADLINE_MONOTONIC, r), RT_NO);
    ck_assert_int_eq(rt_some_priorities(t, 3, true), RT_YES);
    static const struct rt_task full[] = { { 2, 4, 3 }, { 3, 6, 5 } };
    ck_assert_int_eq(rt_some_priorities(full, 2, true), RT_NO);
}
END_TEST

/* What grows slowly is neither never nor no: it is found by a jump, or not known. */
START_TEST(long_searches_jump)
{
    struct rt_task t[] = { { 500000, 1000000, 1000000 }, { 499999, 1000001, 1000001 },
                           { 1000000000, 10000000000000, 10000000000000 } };
    ns_t r = rt_response(t, 3, 2, RT_RATE_MONOTONIC);

    ck_assert(r > 666600000000000 && r < 666800000000000);
    t[2].wcet = 1000000;
    r = rt_response(t, 3, 2, RT_RATE_MONOTONIC);
    ck_assert(r == RT_TIME_UNKNOWN || (r > 666600000000 && r < 1400000000000));
    ck_assert_int_eq(rt_edf(t, 3).verdict, RT_YES);
}
END_TEST

/* H is held up by L's section, M too (the ceiling is H's); nothing comes before L. */
START_TEST(sections_block)
{
    static const struct rt_task t[] = { { 2, 10, 10 }, { 2, 20, 20 }, { 6, 40, 40 } };
    static const struct rt_section s[] = { { 0, 1, 10, 10 }, { 2, 4, 10, 10 } };
    const struct rt_blocking b = { .preemptive = true, .nsections = 2, .section = s };
    ns_t r[3];

    ck_assert_int_eq(rt_fixed_priority_blocked(t, 3, RT_RATE_MONOTONIC, &b, r), RT_YES);
    ck_assert(r[0] == 6 && r[1] == 8 && r[2] == 10);
}
END_TEST

/* No response without preemption is longer than its bound: every unit of time is run, from
 * all offsets of a small set. */
static int run_alone(const struct rt_task *t, const int *offset, int n, int who)
{
    int next[3] = { offset[0], offset[1], offset[2] }, busy = 0, running = -1, worst = 0;
    int release = 0;

    for (int now = 0; now < 400; now++) {
        if (running >= 0 && busy == 0) {
            if (running == who && now - release > worst)
                worst = now - release;
            running = -1;
        }
        for (int i = 0; i < n && running < 0; i++)      /* in order of urgency */
            if (next[i] <= now) {
                running = i;
                busy = (int)t[i].wcet;
                release = next[i];
                next[i] += (int)t[i].period;
            }
        busy -= running >= 0;
    }
    return worst;
}

START_TEST(bounds_without_preemption_hold)
{
    const struct rt_blocking alone = { .preemptive = false };
    rng_t dice = rng_stream(1, "alone", 0);

    for (int round = 0; round < 200; round++) {
        struct rt_task t[3];
        ns_t p = 0;

        for (int i = 0; i < 3; i++) {
            p += 2 + (ns_t)rng_below(&dice, 6);
            t[i] = (struct rt_task){ 1 + (ns_t)rng_below(&dice, 4), p, p };
        }
        for (unsigned i = 0; i < 3; i++) {
            ns_t bound = rt_response_blocked(t, 3, i, RT_RATE_MONOTONIC, &alone);

            for (int k = 0; k < 40 && bound != NS_MAX && bound != RT_TIME_UNKNOWN; k++) {
                int offset[3];

                for (int o = 0; o < 3; o++)
                    offset[o] = (int)rng_below(&dice, 12);
                ck_assert_int_le(run_alone(t, offset, 3, (int)i), bound);
            }
        }
    }
}
END_TEST

SUITE(analysis, 60, liu_layland_bound, published_sets, hyperbolic_is_sharper,
      arbitrary_deadlines, demand, large_numbers, several_processors,
      random_sets_against_a_run,
      without_preemption, some_priorities_are_found, long_searches_jump, sections_block,
      bounds_without_preemption_hold)
