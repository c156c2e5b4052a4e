/* metrics_test.c - numbers of schedules that were worked out by hand. */
#include "../suite.h"
#include "feed.h"

#include <math.h>
#include <stat/metrics.h>

static struct feed f;
static struct metrics *m;
static struct run_metrics r;

static void begin(uint32_t ncpus, uint32_t ntasks)
{
    feed_init(&f, ncpus, ntasks);
    m = metrics_create(&f.config);
    ck_assert_ptr_nonnull(m);
    feed_to(&f, metrics_event, m);
}

/* Sums up at `ms`, the identity of times holding. */
static void sum_up(ns_t ms)
{
    ck_assert(metrics_ok(m));
    ck_assert(metrics_check(m, ms * MS));
    ck_assert(metrics_run(m, ms * MS, &r));
}

static struct task_metrics task(tid_t tid, ns_t ms)
{
    struct task_metrics t;

    metrics_task(m, tid, ms * MS, &t);
    return t;
}

START_TEST(textbook_round_robin)
{
    begin(1, 3);
    feed_textbook(&f);
    sum_up(30);
    /* waiting 6, 4 and 7: mean 17/3 */
    ck_assert_int_eq(task(0, 30).waiting, 6 * MS);
    ck_assert_int_eq(task(1, 30).waiting, 4 * MS);
    ck_assert_int_eq(task(2, 30).waiting, 7 * MS);
    ck_assert_int_eq((int64_t)r.waiting.sum, 17 * MS);
    ck_assert_int_eq(r.waiting.p50, 6 * MS);
    ck_assert_int_eq(r.turnaround.max, 30 * MS);
    ck_assert_int_eq(r.first_response.max, 7 * MS);
    ck_assert_int_eq(r.makespan, 30 * MS);
    ck_assert_double_eq_tol(r.throughput, 100, 1e-9);
    ck_assert_uint_eq(r.context_switches, 3);   /* A B C A; A after A is none */
    ck_assert_uint_eq(r.preemptions, 1);        /* only at 4 did another follow */
    ck_assert_uint_eq(r.migrations, 0);
    ck_assert_double_eq_tol(r.cpu_user, 1, 1e-12);
    ck_assert_double_eq_tol(r.slowdown.min, 30.0 / 24, 1e-12);
    /* x = 24/30, 3/7, 3/10 */
    double x[] = { 24.0 / 30, 3.0 / 7, 3.0 / 10 }, s = 0, q = 0;
    for (int i = 0; i < 3; i++)
        s += x[i], q += x[i] * x[i];
    ck_assert_double_eq_tol(r.jain_fairness, s * s / (3 * q), 1e-12);
    metrics_destroy(m);
}
END_TEST

START_TEST(blocked_is_split_by_cause)
{
    begin(1, 1);
    arrive(&f, 0, 0);
    run(&f, 0, 2, 0, 0, STOP_BLOCKED);
    feed_ns(&f, 2 * MS, EV_BLOCK, HART_NONE, 0, WAIT_IO, 0);
    feed_ns(&f, 7 * MS, EV_WAKE, HART_NONE, 0, WAIT_IO, 0);
    run(&f, 8, 9, 0, 0, STOP_BLOCKED);
    feed_ns(&f, 9 * MS, EV_BLOCK, HART_NONE, 0, WAIT_LOCK, 0);
    feed_ns(&f, 12 * MS, EV_WAKE, HART_NONE, 0, WAIT_LOCK, 0);
    run(&f, 12, 13, 0, 0, STOP_EXITED);
    sum_up(20);
    struct task_metrics t = task(0, 20);
    ck_assert_int_eq(t.cpu, 4 * MS);
    ck_assert_int_eq(t.waiting, 1 * MS);
    ck_assert_int_eq(t.blocked, 8 * MS);
    ck_assert_int_eq(t.blocked_by[WAIT_IO], 5 * MS);
    ck_assert_int_eq(t.blocked_by[WAIT_LOCK], 3 * MS);
    ck_assert_double_eq_tol(t.slowdown, 13.0 / 9, 1e-12);
    ck_assert_double_eq_tol(r.cpu_idle, 9.0 / 13, 1e-12);
    metrics_destroy(m);
}
END_TEST

START_TEST(block_may_be_said_before_the_stretch_ends)
{
    begin(1, 1);
    arrive(&f, 0, 0);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    feed_ns(&f, 2 * MS, EV_BLOCK, HART_NONE, 0, WAIT_SLEEP, 0);
    feed_ns(&f, 2 * MS, EV_DESCHED, 0, 0, STOP_BLOCKED, 2 * MS);
    sum_up(5);
    ck_assert_int_eq(task(0, 5).blocked_by[WAIT_SLEEP], 3 * MS);
    ck_assert_int_eq(task(0, 5).state, TASK_SLEEPING);
    ck_assert(task(0, 5).finish == NS_MAX);
    metrics_destroy(m);
}
END_TEST

START_TEST(idle_between_two_is_a_switch_only_if_they_differ)
{
    begin(1, 2);
    arrive(&f, 0, 0);
    arrive(&f, 0, 1);
    run(&f, 0, 1, 0, 0, STOP_BLOCKED);
    run(&f, 5, 6, 0, 0, STOP_BLOCKED);          /* A, idle, A: none */
    run(&f, 9, 10, 0, 1, STOP_EXITED);          /* A, idle, B: one */
    ck_assert(metrics_run(m, 10 * MS, &r));
    ck_assert_uint_eq(r.context_switches, 1);
    ck_assert_uint_eq(r.preemptions, 0);
    metrics_destroy(m);
}
END_TEST

START_TEST(moving_to_another_hart_is_a_migration)
{
    begin(2, 3);
    for (tid_t t = 0; t < 3; t++)
        arrive(&f, 0, t);
    run(&f, 0, 1, 0, 0, STOP_EXPIRED);
    feed_ns(&f, 1 * MS, EV_DISPATCH, 1, 1, 0, 0);
    feed_ns(&f, 2 * MS, EV_DESCHED, 1, 1, STOP_EXITED, 1 * MS);
    feed_ns(&f, 2 * MS, EV_EXIT, HART_NONE, 1, 0, 0);
    run(&f, 2, 3, 1, 0, STOP_EXITED);           /* A: hart 0, then 1 */
    ck_assert(metrics_run(m, 3 * MS, &r));
    ck_assert_uint_eq(r.migrations, 1);
    ck_assert_uint_eq(r.context_switches, 1);
    metrics_destroy(m);
}
END_TEST

START_TEST(overhead_is_kernel_time_and_no_waiting)
{
    begin(1, 1);
    arrive(&f, 0, 0);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 2 * MS, 0);
    feed_ns(&f, 6 * MS, EV_KERNEL, 0, 0, 1 * MS, 0);
    feed_ns(&f, 10 * MS, EV_DESCHED, 0, 0, STOP_EXITED, 7 * MS);
    feed_ns(&f, 10 * MS, EV_EXIT, HART_NONE, 0, 3, 0);
    sum_up(10);
    ck_assert_int_eq(task(0, 10).overhead, 3 * MS);
    ck_assert_int_eq(task(0, 10).cpu, 7 * MS);
    ck_assert_int_eq(task(0, 10).waiting, 0);
    ck_assert_int_eq(task(0, 10).exit_status, 3);
    ck_assert_double_eq_tol(r.cpu_kernel, 0.3, 1e-12);
    ck_assert_double_eq_tol(r.cpu_user, 0.7, 1e-12);
    ck_assert_double_eq(r.cpu_idle, 0);         /* and not 1 - 0.7 - 0.3 */
    ns_t user, kernel;
    metrics_hart(m, 0, 10 * MS, &user, &kernel);
    ck_assert_int_eq(user, 7 * MS);
    ck_assert_int_eq(kernel, 3 * MS);
    metrics_destroy(m);
}
END_TEST

/* rr with quantum 2 and a switch of 1 ms: A 0..2, a switch begins, the run stops at 2.5. */
START_TEST(a_switch_that_is_cut_short_counts_as_far_as_it_came)
{
    begin(1, 2);
    arrive(&f, 0, 0);
    arrive(&f, 0, 1);
    run(&f, 0, 2, 0, 0, STOP_EXPIRED);
    feed_ns(&f, 2 * MS, EV_DISPATCH, 0, 1, MS, 0);
    ck_assert(metrics_run(m, 2500000, &r));     /* still running */
    ck_assert_double_eq_tol(r.cpu_user, 0.8, 1e-12);
    ck_assert_double_eq_tol(r.cpu_kernel, 0.2, 1e-12);
    ns_t user, kernel;
    metrics_hart(m, 0, 2500000, &user, &kernel);
    ck_assert_int_eq(kernel, 500000);
    feed_ns(&f, 2500000, EV_DESCHED, 0, 1, STOP_PREEMPTED, 0);
    feed_ns(&f, 2500000, EV_DISPATCH, 0, 0, MS, 0);     /* and again */
    ck_assert(metrics_run(m, 3 * MS, &r));
    ck_assert_double_eq_tol(r.cpu_kernel, 1.0 / 3, 1e-12);
    ck_assert_double_eq_tol(r.cpu_user, 2.0 / 3, 1e-12);
    metrics_destroy(m);
}
END_TEST

/* While one hart switches, the other's task finishes. */
START_TEST(a_switch_under_way_at_the_last_finish)
{
    begin(2, 3);
    for (tid_t t = 0; t < 3; t++)
        arrive(&f, 0, t);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    run(&f, 0, 2, 1, 1, STOP_EXPIRED);
    feed_ns(&f, 2 * MS, EV_DISPATCH, 1, 2, 4 * MS, 0);
    feed_ns(&f, 5 * MS, EV_DESCHED, 0, 0, STOP_EXITED, 5 * MS);
    feed_ns(&f, 5 * MS, EV_EXIT, HART_NONE, 0, 0, 0);
    feed_ns(&f, 9 * MS, EV_DESCHED, 1, 2, STOP_EXPIRED, 3 * MS);
    ck_assert(metrics_run(m, 9 * MS, &r));
    ck_assert_double_eq_tol(r.cpu_kernel, 0.3, 1e-12);  /* 2..5 of 2 harts x 5 */
    ck_assert_double_eq_tol(r.cpu_user, 0.7, 1e-12);
    metrics_destroy(m);
}
END_TEST

/* Period 10, jobs of 4: responses 4, 8 and 4. */
START_TEST(slowdown_of_a_periodic_task_is_the_mean_over_its_jobs)
{
    static const ns_t begins[] = { 0, 14, 20 };

    begin(1, 1);
    f.process[0].period = f.process[0].deadline = 10 * MS;
    for (int64_t i = 0; i < 3; i++) {
        ns_t at = begins[i], release = i * 10;

        if (!i)
            arrive(&f, 0, 0);
        else
            feed_ns(&f, release * MS, EV_WAKE, HART_NONE, 0, WAIT_RELEASE, 0);
        feed_ns(&f, release * MS, EV_JOB_RELEASE, HART_NONE, 0, i + 1, (i + 1) * 10 * MS);
        feed_ns(&f, at * MS, EV_DISPATCH, 0, 0, 0, 0);
        feed_ns(&f, (at + 4) * MS, EV_JOB_FINISH, HART_NONE, 0, i + 1, (i + 1) * 10 * MS);
        feed_ns(&f, (at + 4) * MS, EV_DESCHED, 0, 0, STOP_BLOCKED, 4 * MS);
        job_over(&f, at + 4, 0);
    }
    ck_assert_double_eq_tol(task(0, 30).slowdown, (1 + 2 + 1) / 3.0, 1e-12);
    sum_up(30);
    ck_assert_double_eq_tol(r.slowdown.mean, 4 / 3.0, 1e-12);
    metrics_destroy(m);
}
END_TEST

static void job(ns_t ms, enum event_kind kind, int64_t number)
{
    feed_ns(&f, ms * MS, kind, HART_NONE, 0, number, number * 10 * MS);
}

/* Period and deadline 10. Job 1 takes 0..4, job 2 takes 10..20 and meets f = d, job 3
 * takes 20..32 and is late, job 4 waits for it and takes 32..35. */
START_TEST(jobs_meet_and_miss)
{
    begin(1, 1);
    f.process[0].period = f.process[0].deadline = 10 * MS;
    arrive(&f, 0, 0);
    job(0, EV_JOB_RELEASE, 1);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    job(4, EV_JOB_FINISH, 1);
    feed_ns(&f, 4 * MS, EV_DESCHED, 0, 0, STOP_BLOCKED, 4 * MS);
    job_over(&f, 4, 0);
    job(10, EV_JOB_RELEASE, 2);
    job_begins(&f, 10, 0);
    feed_ns(&f, 10 * MS, EV_DISPATCH, 0, 0, 0, 0);
    job(20, EV_JOB_RELEASE, 3);
    job(20, EV_JOB_FINISH, 2);
    feed_ns(&f, 20 * MS, EV_DESCHED, 0, 0, STOP_BLOCKED, 10 * MS);
    job_over(&f, 20, 0);
    job_begins(&f, 20, 0);
    feed_ns(&f, 20 * MS, EV_DISPATCH, 0, 0, 0, 0);
    job(30, EV_JOB_RELEASE, 4);
    job(30, EV_JOB_MISS, 3);
    job(32, EV_JOB_FINISH, 3);
    feed_ns(&f, 32 * MS, EV_DESCHED, 0, 0, STOP_BLOCKED, 12 * MS);
    job_over(&f, 32, 0);
    job_begins(&f, 32, 0);
    feed_ns(&f, 32 * MS, EV_DISPATCH, 0, 0, 0, 0);
    job(35, EV_JOB_FINISH, 4);
    feed_ns(&f, 35 * MS, EV_DESCHED, 0, 0, STOP_BLOCKED, 3 * MS);
    job_over(&f, 35, 0);
    sum_up(39);
    struct task_metrics t = task(0, 39);
    ck_assert_uint_eq(t.job.jobs, 4);
    ck_assert_uint_eq(t.job.misses, 1);
    ck_assert_int_eq(t.job.response_min, 4 * MS);
    ck_assert_int_eq(t.job.response_max, 12 * MS);
    ck_assert_double_eq_tol(t.job.response_mean, 31.0 / 4 * MS, 1e-3);
    ck_assert_int_eq(t.job.lateness_min, -6 * MS);
    ck_assert_int_eq(t.job.lateness_max, 2 * MS);
    ck_assert_double_eq_tol(t.job.tardiness_mean, 0.5 * MS, 1e-3);
    ck_assert_int_eq(t.waiting, 0);
    ck_assert_int_eq(t.blocked, 0);             /* the next release is no wait */
    ck_assert_int_eq(t.dormant, 10 * MS);
    ck_assert_double_eq_tol(r.miss_ratio, 0.25, 1e-12);
    ck_assert_int_eq(r.tardiness.max, 2 * MS);
    ck_assert_int_eq(r.tardiness.min, 0);
    ck_assert_int_eq(r.response_time.p50, 5 * MS);
    ck_assert_int_eq(r.response_jitter, 8 * MS);
    metrics_destroy(m);
}
END_TEST

START_TEST(aborted_job_is_missed_once)
{
    begin(1, 1);
    f.process[0].period = f.process[0].deadline = 10 * MS;
    arrive(&f, 0, 0);
    job(0, EV_JOB_RELEASE, 1);
    feed_ns(&f, 2 * MS, EV_DISPATCH, 0, 0, 0, 0);
    job(10, EV_JOB_RELEASE, 2);
    job(10, EV_JOB_MISS, 1);
    job(10, EV_JOB_ABORT, 1);
    feed_ns(&f, 10 * MS, EV_DESCHED, 0, 0, STOP_BLOCKED, 8 * MS);
    job_over(&f, 10, 0);
    job_begins(&f, 10, 0);
    sum_up(15);                                 /* job 2 stands in the queue */
    ck_assert_uint_eq(r.jobs, 1);
    ck_assert_uint_eq(r.deadline_misses, 1);
    ck_assert_uint_eq(r.jobs_aborted, 1);
    ck_assert_uint_eq(r.response_time.n, 0);
    ck_assert_int_eq(task(0, 15).waiting, 7 * MS);
    metrics_destroy(m);
}
END_TEST

START_TEST(unfinished_and_unborn_tasks)
{
    begin(1, 3);
    arrive(&f, 1, 0);
    arrive(&f, 1, 1);
    feed_ns(&f, 1 * MS, EV_DISPATCH, 0, 0, 0, 0);
    sum_up(6);
    ck_assert_int_eq(task(0, 6).cpu, 5 * MS);
    ck_assert_int_eq(task(1, 6).waiting, 5 * MS);
    ck_assert_int_eq(task(2, 6).state, TASK_UNBORN);
    ck_assert_uint_eq(metrics_process(&f.config, &(struct task_metrics){ .tid = 2 }), 2);
    ck_assert_int_eq(r.makespan, 5 * MS);       /* nothing finished: up to the end */
    ck_assert_double_eq_tol(r.cpu_user, 1, 1e-12);
    ck_assert(isnan(r.jain_fairness));
    ck_assert_uint_eq(r.turnaround.n, 0);
    metrics_destroy(m);
}
END_TEST

START_TEST(shares_end_with_the_last_finish)
{
    begin(2, 2);
    arrive(&f, 0, 0);
    arrive(&f, 0, 1);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    feed_ns(&f, 0, EV_DISPATCH, 1, 1, 0, 0);
    feed_ns(&f, 4 * MS, EV_DESCHED, 0, 0, STOP_EXITED, 4 * MS);
    feed_ns(&f, 4 * MS, EV_EXIT, HART_NONE, 0, 0, 0);
    feed_ns(&f, 10 * MS, EV_DESCHED, 1, 1, STOP_EXPIRED, 10 * MS);
    sum_up(10);
    ck_assert_int_eq(r.makespan, 4 * MS);
    ck_assert_double_eq_tol(r.cpu_user, 1, 1e-12);
    ck_assert_double_eq_tol(r.cpu_user + r.cpu_kernel + r.cpu_idle, 1, 1e-12);
    metrics_destroy(m);
}
END_TEST

START_TEST(a_slot_that_is_used_again_keeps_both_lives)
{
    begin(1, 1);
    arrive(&f, 0, 0);
    feed_ns(&f, 1 * MS, EV_ARRIVE, HART_NONE, 1, 0, 0);
    feed_ns(&f, 2 * MS, EV_EXIT, HART_NONE, 1, 7, 0);
    feed_ns(&f, 3 * MS, EV_ARRIVE, HART_NONE, 1, 0, 0);
    ck_assert_uint_eq(metrics_ntasks(m), 3);
    ck_assert(task(1, 5).past);
    ck_assert_int_eq(task(1, 5).exit_status, 7);
    ck_assert_uint_eq(metrics_entry(m, 1), 2);
    ck_assert_int_eq(task(2, 5).arrival, 3 * MS);
    ck_assert(task(2, 5).forked);
    metrics_destroy(m);
}
END_TEST

START_TEST(metrics_have_names)
{
    begin(1, 3);
    feed_textbook(&f);
    sum_up(30);
    ck_assert_double_eq_tol(metric_find("waiting")->value(&r), 17.0 / 3 * MS, 1e-3);
    ck_assert_ptr_null(metric_find("waitin"));
    for (unsigned i = 0; metric_at(i); i++)
        ck_assert_ptr_eq(metric_find(metric_at(i)->name), metric_at(i));
    metrics_destroy(m);
}
END_TEST

/* Five jobs of some 146 years each: their sum is beyond 64 bits. Job 3 is numbered 4, as after
 * one that was skipped. */
START_TEST(sums_over_jobs_have_room)
{
    static const int64_t number[] = { 1, 2, 4, 5, 6 };
    const ns_t end = INT64_C(1) << 62;

    begin(1, 1);
    f.process[0].period = f.process[0].deadline = 1;
    feed_ns(&f, 0, EV_ARRIVE, HART_NONE, 0, 0, 0);
    for (unsigned i = 0; i < 5; i++)
        feed_ns(&f, number[i] - 1, EV_JOB_RELEASE, HART_NONE, 0, number[i], number[i]);
    for (unsigned i = 0; i < 5; i++)
        feed_ns(&f, end, EV_JOB_FINISH, HART_NONE, 0, number[i], number[i]);
    feed_ns(&f, end, EV_JOB_MISS, HART_NONE, 0, 6, 6);          /* known already */
    struct task_metrics t;
    metrics_task(m, 0, end, &t);
    ck_assert_uint_eq(t.job.jobs, 5);
    ck_assert_uint_eq(t.job.finished, 5);
    ck_assert_uint_eq(t.job.misses, 5);
    ck_assert_int_eq(t.job.response_max, end);
    ck_assert_int_eq(t.job.response_min, end - 5);
    ck_assert_int_eq(t.job.lateness_min, end - 6);
    ck_assert_double_eq_tol(t.job.response_mean, (double)end, 4096);
    ck_assert_double_eq_tol(t.job.tardiness_mean, (double)end, 4096);
    metrics_destroy(m);
}
END_TEST

/* A had 4 ms of the faster hart and 8 of one that is a quarter of it: 6 ms of work in 12. */
START_TEST(slowdown_is_over_the_time_of_the_fastest_hart)
{
    static const struct cpu_config cpus[] = { { .mhz = 1000 }, { .mhz = 250 } };

    feed_init(&f, 2, 1);
    f.config.cpus = cpus;
    m = metrics_create(&f.config);
    feed_to(&f, metrics_event, m);
    arrive(&f, 0, 0);
    run(&f, 0, 4, 0, 0, STOP_EXPIRED);
    run(&f, 4, 12, 1, 0, STOP_EXITED);
    sum_up(12);
    ck_assert_int_eq(task(0, 12).cpu, 12 * MS);
    ck_assert_double_eq_tol(r.slowdown.mean, 12.0 / 6, 1e-12);
    metrics_destroy(m);
}
END_TEST

/* 2 ms at 1000 MHz and 4 at 500, by a kernel that is interpreted at a factor of 3: 4/3 ms. */
START_TEST(slowdown_is_over_the_time_of_the_highest_frequency)
{
    static const struct opp opps[] = { { 500, 1 }, { 1000, 2 } };
    static const struct cpu_config cpu = { .mhz = 1000, .opps = opps, .nopps = 2 };

    for (uint32_t factor = 1; factor <= 3; factor += 2) {
        feed_init(&f, 1, 1);
        f.config.cpus = &cpu;
        f.config.slowdown = factor;
        m = metrics_create(&f.config);
        feed_to(&f, metrics_event, m);
        arrive(&f, 0, 0);
        feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
        feed_ns(&f, 2 * MS, EV_FREQUENCY, 0, 0, 500, 2 * MS);
        feed_ns(&f, 6 * MS, EV_DESCHED, 0, 0, STOP_EXITED, 6 * MS);
        feed_ns(&f, 6 * MS, EV_EXIT, HART_NONE, 0, 0, 0);
        sum_up(6);
        ck_assert_double_eq_tol(r.slowdown.mean, factor * 6.0 / 4, 1e-5);
        metrics_destroy(m);
    }
}
END_TEST

SUITE(metrics, 10, slowdown_is_over_the_time_of_the_fastest_hart,
      slowdown_is_over_the_time_of_the_highest_frequency, a_switch_that_is_cut_short_counts_as_far_as_it_came,
      a_switch_under_way_at_the_last_finish,
      slowdown_of_a_periodic_task_is_the_mean_over_its_jobs,
      textbook_round_robin, blocked_is_split_by_cause,
      block_may_be_said_before_the_stretch_ends,
      idle_between_two_is_a_switch_only_if_they_differ,
      moving_to_another_hart_is_a_migration, overhead_is_kernel_time_and_no_waiting,
      jobs_meet_and_miss, aborted_job_is_missed_once, sums_over_jobs_have_room,
      unfinished_and_unborn_tasks,
      shares_end_with_the_last_finish, a_slot_that_is_used_again_keeps_both_lives,
      metrics_have_names)
