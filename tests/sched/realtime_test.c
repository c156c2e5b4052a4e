/* realtime_test.c - task sets with published verdicts, run over a hyperperiod. */
#include "../suite.h"
#include "harness.h"

struct verdict { const char *spec; int misses; double response[3]; };

/* response 0: not to be compared (it depends on ties, or never ends). */
static void judge(const struct job *jobs, unsigned n, double hyperperiod,
                  const struct verdict *v)
{
    struct lab l;
    int misses = 0;

    lab_init(&l, v->spec, jobs, n);
    lab_run(&l, 100 * hyperperiod);
    for (unsigned i = 0; i < n; i++) {
        ck_assert_int_eq(l.live[i].state, DONE);
        misses += l.live[i].misses;
        if (v->response[i] > 0)
            ck_assert_msg(l.live[i].worst == lab_ns(v->response[i]),
                          "%s: %c took %g, not %g", v->spec, 'A' + (int)i,
                          (double)l.live[i].worst / UNIT, v->response[i]);
    }
    ck_assert_msg(misses == v->misses, "%s: %d misses, not %d", v->spec, misses,
                  v->misses);
    lab_free(&l);
}

#define TASK(c, d, t, h) { .cpu = c, .deadline = d, .period = t, .njobs = (h) / (t) }

START_TEST(silberschatz_sets)
{
    static const struct job easy[] = { TASK(20, 50, 50, 100), TASK(35, 100, 100, 100) };
    static const struct job tight[] = { TASK(25, 50, 50, 400), TASK(35, 80, 80, 400) };

    judge(easy, 2, 100, &(struct verdict){ "rm", 0, { 20, 75 } });
    judge(easy, 2, 100, &(struct verdict){ "edf", 0, { 0 } });
    judge(tight, 2, 400, &(struct verdict){ "rm", 1, { 25, 85 } });
    judge(tight, 2, 400, &(struct verdict){ "edf", 0, { 35, 65 } });
    judge(tight, 2, 400, &(struct verdict){ "llf", 0, { 0 } });
}
END_TEST

START_TEST(liu_and_layland)
{
    static const struct job fits[] = { TASK(1, 2, 2, 10), TASK(1, 5, 5, 10) };
    static const struct job over[] = { TASK(1, 2, 2, 10), TASK(3, 5, 5, 10) };

    judge(fits, 2, 10, &(struct verdict){ "rm", 0, { 1, 2 } });
    judge(fits, 2, 10, &(struct verdict){ "edf", 0, { 1, 2 } });
    judge(over, 2, 10, &(struct verdict){ "rm", 2, { 1, 6 } });
    judge(over, 2, 10, &(struct verdict){ "edf", 1, { 0 } });
}
END_TEST

START_TEST(burns_and_wellings)
{
    static const struct job a[] = { TASK(12, 50, 50, 600), TASK(10, 40, 40, 600),
                                    TASK(10, 30, 30, 600) };
    static const struct job c[] = { TASK(40, 80, 80, 80), TASK(10, 40, 40, 80),
                                    TASK(5, 20, 20, 80) };

    judge(a, 3, 600, &(struct verdict){ "rm", 1, { 52, 20, 10 } });
    judge(a, 3, 600, &(struct verdict){ "edf", 0, { 32, 22, 12 } });
    judge(c, 3, 80, &(struct verdict){ "rm", 0, { 80, 15, 5 } });
    judge(c, 3, 80, &(struct verdict){ "edf", 0, { 0 } });
}
END_TEST

START_TEST(other_books)
{
    static const struct job stallings[] = {
        TASK(20, 100, 100, 2100), TASK(40, 150, 150, 2100), TASK(100, 350, 350, 2100) };
    static const struct job tanenbaum[] = {
        TASK(10, 30, 30, 600), TASK(15, 40, 40, 600), TASK(5, 50, 50, 600) };
    static const struct job buttazzo[] = { TASK(2, 4, 6, 72), TASK(2, 5, 8, 72),
                                           TASK(3, 7, 9, 72) };

    judge(stallings, 3, 2100, &(struct verdict){ "rm", 0, { 20, 60, 240 } });
    judge(stallings, 3, 2100, &(struct verdict){ "edf", 0, { 20, 60, 240 } });
    judge(tanenbaum, 3, 600, &(struct verdict){ "rm", 0, { 10, 25, 30 } });
    judge(tanenbaum, 3, 600, &(struct verdict){ "edf", 0, { 0 } });
    judge(buttazzo, 3, 72, &(struct verdict){ "dm", 4, { 2, 4, 11 } });
    judge(buttazzo, 3, 72, &(struct verdict){ "edf", 0, { 0 } });
}
END_TEST

START_TEST(others_come_last)
{
    static const struct job mixed[] = {
        { .cpu = 3 }, { .cpu = 3 }, { .arrival = 1, .cpu = 2, .deadline = 4, .period = 5,
                                      .njobs = 2 } };

    EXPECT("edf", mixed, "A 0-1, C 1-3, A 3-5, B 5-6, C 6-8, B 8-10");
    EXPECT("rm", mixed, "A 0-1, C 1-3, A 3-5, B 5-6, C 6-8, B 8-10");
    EXPECT("dm", mixed, "A 0-1, C 1-3, A 3-5, B 5-6, C 6-8, B 8-10");
    EXPECT("llf", mixed, "A 0-1, C 1-3, A 3-5, B 5-6, C 6-8, B 8-10");
    EXPECT("edf:preemptive=0", mixed, "A 0-3, C 3-5, B 5-8, C 8-10");
}
END_TEST

/* A queued job's laxity falls below the running one's after a while; an equal one does
 * not oust. */
START_TEST(llf_compares_at_its_granularity)
{
    static const struct job two[] = { { .cpu = 4, .deadline = 10 },
                                      { .cpu = 4, .deadline = 11 } };

    EXPECT("llf:granularity=100", two, "A 0-4, B 4-8");
    EXPECT("llf:granularity=1", two, "A 0-2, B 2-4, A 4-6, B 6-8");
    EXPECT("llf:granularity=2", two, "A 0-2, B 2-4, A 4-6, B 6-8");
    EXPECT("llf:granularity=1:preemptive=0", two, "A 0-4, B 4-8");
}
END_TEST

START_TEST(first_fit)
{
    const struct sched_ops *edf = sched_find("edf", 3);
    struct sched_hart harts[3] = { { 0, 0, 700000 }, { TID_NONE, 0, 400000 },
                                   { 2, 4, 100000 } };
    struct sched_task t = { .hart = HART_NONE, .affinity = UINT64_MAX, .period = 100,
                            .burst = 30 };

    ck_assert_uint_eq(edf->select_hart(&t, harts, 3, SCHED_NEW, 0), 0);
    t.burst = 31;
    ck_assert_uint_eq(edf->select_hart(&t, harts, 3, SCHED_NEW, 0), 1);
    t.affinity = 4;
    ck_assert_uint_eq(edf->select_hart(&t, harts, 3, SCHED_NEW, 0), 2);
    t.affinity = UINT64_MAX;
    t.burst = 95;                       /* fits nowhere: the least loaded */
    ck_assert_uint_eq(edf->select_hart(&t, harts, 3, SCHED_NEW, 0), 2);
    t.hart = 1;
    ck_assert_uint_eq(edf->select_hart(&t, harts, 3, SCHED_WOKEN, 0), 1);
}
END_TEST

SUITE(realtime, 10, silberschatz_sets, liu_and_layland, burns_and_wellings, other_books,
      others_come_last, llf_compares_at_its_granularity, first_fit)
