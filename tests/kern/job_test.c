/* Programs with a period: what a job is, how it ends, and what is left of it. */
#include "../suite.h"
#include "guest.h"

/* Work of 1000 rounds of two instructions, "." to the console; memory starts afresh in
 * each job, so a counter there says 1 each time. */
#define WORK(rounds)                                                                      \
    "li t0, " #rounds "\n1: addi t0, t0, -1\nbnez t0, 1b\n"
#define COUNT_AND_SAY                                                                     \
    "la a1, n\nlbu t1, 0(a1)\naddi t1, t1, 1\nsb t1, 0(a1)\n"                             \
    "li a0, 1\nli a2, 1\n" SYS(64)
#define DATA ".data\nn: .byte 48\n"

START_TEST(each_job_starts_at_main)
{
    struct guest g = { .period = 5000000, .jobs = 4, .policy = "edf",
                       .source = "_start:\n" WORK(1000) COUNT_AND_SAY EXIT(3) DATA };

    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_DONE);
    ck_assert_str_eq(g.out, "1111");
    ck_assert_int_eq(g.status, 3);
    ck_assert_uint_eq(g.count[EV_JOB_RELEASE], 4);
    ck_assert_uint_eq(g.count[EV_JOB_FINISH], 4);
    ck_assert_uint_eq(g.count[EV_JOB_MISS], 0);
    ck_assert_uint_eq(g.count[EV_EXIT], 1);
    /* 2000 rounds and a handful, after the last release. */
    ck_assert_int_ge(g.time, 15002000);
    ck_assert_int_lt(g.time, 15002100);
}
END_TEST

START_TEST(a_job_may_end_by_yielding)
{
    struct guest g = { .period = 5000000, .jobs = 3, .yields = true, .policy = "edf",
                       .source = "_start:\nloop:\n" WORK(1000) COUNT_AND_SAY SYS(124)
                                 "j loop\n" DATA };

    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_DONE);
    ck_assert_str_eq(g.out, "123");
    ck_assert_uint_eq(g.count[EV_JOB_FINISH], 3);
    ck_assert_uint_eq(g.count[EV_EXIT], 1);
    ck_assert_int_lt(g.time, 10002100);
}
END_TEST

START_TEST(a_yielder_that_exits_is_done)
{
    struct guest g = { .period = 5000000, .jobs = 3, .yields = true, .policy = "edf",
                       .source = "_start:\n" COUNT_AND_SAY SYS(124) COUNT_AND_SAY
                                 EXIT(5) DATA };

    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_DONE);
    ck_assert_str_eq(g.out, "12");
    ck_assert_int_eq(g.status, 5);
    ck_assert_uint_eq(g.count[EV_JOB_FINISH], 2);
    ck_assert_uint_eq(g.count[EV_JOB_RELEASE], 2);
}
END_TEST

/* 20,000 us of work every 5 ms: given up at each deadline, and begun anew. */
START_TEST(a_late_job_is_given_up_whole)
{
    struct guest g = { .period = 5000000, .jobs = 3, .on_miss = MISS_ABORT,
                       .policy = "edf",
                       .source = "_start:\n" COUNT_AND_SAY WORK(10000000) EXIT(0) DATA };

    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_DONE);
    ck_assert_str_eq(g.out, "111");
    ck_assert_uint_eq(g.count[EV_JOB_ABORT], 3);
    ck_assert_uint_eq(g.count[EV_JOB_FINISH], 0);
    ck_assert_int_eq(g.time, 15000000);
}
END_TEST

/* A job that waits when it is given up is not woken by what it waited for. */
START_TEST(a_waiting_job_is_given_up)
{
    struct guest g = { .period = 5000000, .jobs = 2, .on_miss = MISS_ABORT,
                       .policy = "edf", .input_open = true,
                       .source = "_start:\n" COUNT_AND_SAY
                                 "li a0, 0\nla a1, n\nli a2, 1\n" SYS(63)
                                 EXIT(0) DATA };

    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_DONE);
    ck_assert_str_eq(g.out, "11");
    ck_assert_uint_eq(g.count[EV_JOB_ABORT], 2);
}
END_TEST

START_TEST(a_job_that_is_killed_ends_the_task)
{
    struct guest g = { .period = 5000000, .jobs = 4, .policy = "edf",
                       .source = "_start:\n" COUNT_AND_SAY "lw t0, 0(zero)\n" DATA };

    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_DONE);
    ck_assert_str_eq(g.out, "1");
    ck_assert_int_eq(g.signal, 11);
    ck_assert_uint_eq(g.count[EV_JOB_FINISH], 0);
}
END_TEST

/* A job that takes 7 of 5 ms is late, and the next one waits for it. */
START_TEST(releases_wait_for_a_late_job)
{
    struct guest g = { .period = 5000000, .jobs = 2, .policy = "edf",
                       .source = "_start:\n" WORK(3500000) COUNT_AND_SAY EXIT(0) DATA };

    guest_run(&g);
    ck_assert_str_eq(g.out, "11");
    ck_assert_uint_eq(g.count[EV_JOB_FINISH], 2);
    ck_assert_uint_eq(g.count[EV_JOB_MISS], 2);
    ck_assert_int_ge(g.time, 14000000);
    ck_assert_int_lt(g.time, 14000100);
}
END_TEST

SUITE(job, 10, each_job_starts_at_main, a_job_may_end_by_yielding,
      a_yielder_that_exits_is_done, a_late_job_is_given_up_whole,
      a_waiting_job_is_given_up, a_job_that_is_killed_ends_the_task,
      releases_wait_for_a_late_job)
