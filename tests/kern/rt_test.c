/* Periodic tasks: releases, deadlines and what a miss does. */
#include "../suite.h"
#include "simulate.h"

#include <kern/kern.h>

#include <stdio.h>

static void run_overload(struct simulation *s, const char *on_miss)
{
    char json[600];

    snprintf(json, sizeof json,
             "{\"ossim\":1,\"kernel\":{\"scheduler\":\"rm\"},\"processes\":["
             "{\"name\":\"H\",\"period\":4,\"cpu\":3,\"jobs\":6},"
             "{\"name\":\"L\",\"period\":6,\"cpu\":3,\"jobs\":4,\"on_miss\":\"%s\"}]}",
             on_miss);
    simulate(s, json);
    ck_assert_int_eq(s->end, MACHINE_DONE);
}

/* H leaves L one ms in four: L's jobs, due at 6, 12, 18 and 24, are all late. */
START_TEST(a_late_job_goes_on)
{
    struct simulation s;

    run_overload(&s, "continue");
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_MISS), 4);
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_FINISH), 10);
    ck_assert_int_eq(simulation_finish(&s, "L"), 30000000);
    simulate_close(&s);
}
END_TEST

START_TEST(a_late_job_is_given_up)
{
    struct simulation s;

    run_overload(&s, "abort");
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_ABORT), 4);
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_FINISH), 6);
    ck_assert_int_eq(simulation_finish(&s, "L"), 24000000);
    simulate_close(&s);
}
END_TEST

/* Job 1 runs 3-4, 7-8, 11-12 and is late from 6 on: the release at 6 is dropped. Job 3
 * (12) runs 15-16, 19-20, 23-24: that at 18 is dropped. */
START_TEST(releases_of_a_late_task_are_dropped)
{
    struct simulation s;

    run_overload(&s, "skip");
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_SKIP), 2);
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_MISS), 2);
    ck_assert_int_eq(simulation_finish(&s, "L"), 24000000);
    simulate_close(&s);
}
END_TEST

START_TEST(finishing_at_the_deadline_is_in_time)
{
    struct simulation s;

    simulate(&s, "{\"ossim\":1,\"kernel\":{\"scheduler\":\"edf\"},\"processes\":["
             "{\"name\":\"A\",\"period\":4,\"cpu\":2,\"jobs\":3},"
             "{\"name\":\"B\",\"period\":4,\"cpu\":2,\"jobs\":3}]}");
    ck_assert_int_eq(s.end, MACHINE_DONE);
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_MISS), 0);
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_FINISH), 6);
    simulate_close(&s);
}
END_TEST

START_TEST(a_start_that_comes_too_late_is_none)
{
    struct simulation s;
    char buf[256];

    simulate(&s, "{\"ossim\":1,\"kernel\":{\"scheduler\":\"fcfs\"},\"processes\":["
             "{\"name\":\"A\",\"cpu\":5},"
             "{\"name\":\"B\",\"cpu\":5,\"start_deadline\":5},"
             "{\"name\":\"C\",\"cpu\":5,\"start_deadline\":9}]}");
    ck_assert_int_eq(s.end, MACHINE_DONE);
    ck_assert_str_eq(simulation_gantt(&s, buf, sizeof buf), "A 0-5 B 5-10");
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_MISS), 1);
    simulate_close(&s);
}
END_TEST

START_TEST(a_stop_leaves_no_more_events)
{
    struct simulation s;

    simulate(&s, "{\"ossim\":1,\"kernel\":{\"scheduler\":\"edf\"},\"processes\":["
             "{\"name\":\"A\",\"period\":10,\"cpu\":2}],\"stop\":{\"at\":95}}");
    ck_assert_int_eq(s.end, MACHINE_STOPPED);
    ck_assert_int_eq(machine_now(s.machine), 95000000);
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_FINISH), 10);
    ck_assert_int_eq(s.events[s.nevents - 1].kind, EV_END);
    simulate_close(&s);
}
END_TEST

/* Millionths of a period of 100 ns: what stands in a loop counts so many times, what
 * stands behind it once; and however much it is, it is a number. */
START_TEST(load_is_counted_loop_by_loop)
{
    struct step in_out[] = {
        { .kind = STEP_CPU, .len = { .kind = DIST_CONST, .a = 1 } },
        { .kind = STEP_LOOP, .count = 3, .depth = 0 },
        { .kind = STEP_CPU, .len = { .kind = DIST_CONST, .a = 2 } },
        { .kind = STEP_LOOP, .count = 4, .depth = 1 },
        { .kind = STEP_CPU, .len = { .kind = DIST_CONST, .a = 1 } },
        { .kind = STEP_NEXT, .object = 4, .depth = 1 },
        { .kind = STEP_CPU, .len = { .kind = DIST_CONST, .a = 1 } },
        { .kind = STEP_NEXT, .object = 2, .depth = 0 },
        { .kind = STEP_CPU, .len = { .kind = DIST_CONST, .a = 5 } },
        { .kind = STEP_END },
    };
    struct process_config p = { .period = 100, .steps = in_out, .nsteps = 10 };

    /* 1 + 3 (2 + 4 x 1 + 1) + 5 = 27 */
    ck_assert_int_eq(rt_load(&p), 270000);
    in_out[1].count = in_out[3].count = UINT64_C(1) << 62;
    ck_assert_int_eq(rt_load(&p), 1000000000);
    p.period = 0;
    ck_assert_int_eq(rt_load(&p), 0);
}
END_TEST

SUITE(rt, 10, a_late_job_goes_on, a_late_job_is_given_up,
      releases_of_a_late_task_are_dropped, finishing_at_the_deadline_is_in_time,
      a_start_that_comes_too_late_is_none, a_stop_leaves_no_more_events,
      load_is_counted_loop_by_loop)
