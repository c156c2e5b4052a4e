/* textbook_test.c - the schedules that textbooks print, policy by policy. */
#include "../suite.h"
#include "harness.h"

/* Silberschatz, Galvin, Gagne, Operating System Concepts. */
START_TEST(silberschatz)
{
    static const struct job convoy[] = { { .cpu = 24 }, { .cpu = 3 }, { .cpu = 3 } };
    static const struct job sjf[] = { { .cpu = 6 }, { .cpu = 8 }, { .cpu = 7 },
                                      { .cpu = 3 } };
    static const struct job srtf[] = { { .cpu = 8 }, { .arrival = 1, .cpu = 4 },
                                       { .arrival = 2, .cpu = 9 },
                                       { .arrival = 3, .cpu = 5 } };
    static const struct job levels[] = {
        { .cpu = 4, .priority = 3 }, { .cpu = 5, .priority = 2 },
        { .cpu = 8, .priority = 2 }, { .cpu = 7, .priority = 1 },
        { .cpu = 3, .priority = 3 } };
    static const struct job five[] = {
        { .cpu = 10, .priority = 3 }, { .cpu = 1, .priority = 1 },
        { .cpu = 2, .priority = 3 }, { .cpu = 1, .priority = 4 },
        { .cpu = 5, .priority = 2 } };
    static const struct job ex516[] = {
        { .cpu = 2, .priority = 2 }, { .cpu = 1, .priority = 1 },
        { .cpu = 8, .priority = 4 }, { .cpu = 4, .priority = 2 },
        { .cpu = 5, .priority = 3 } };
    static const struct job fractions[] = { { .cpu = 8 }, { .arrival = 0.4, .cpu = 4 },
                                            { .arrival = 1, .cpu = 1 } };

    EXPECT("fcfs", convoy, "A 0-24, B 24-27, C 27-30");
    EXPECT("sjf", sjf, "D 0-3, A 3-9, C 9-16, B 16-24");
    EXPECT("srtf", srtf, "A 0-1, B 1-5, D 5-10, A 10-17, C 17-26");
    EXPECT("rr:quantum=4", convoy, "A 0-4, B 4-7, C 7-10, A 10-30");
    EXPECT("priority:quantum=2", levels,
           "D 0-7, B 7-9, C 9-11, B 11-13, C 13-15, B 15-16, C 16-20, A 20-22, "
           "E 22-24, A 24-26, E 26-27");
    EXPECT("rr:quantum=1", five,
           "A 0-1, B 1-2, C 2-3, D 3-4, E 4-5, A 5-6, C 6-7, E 7-8, A 8-9, E 9-10, "
           "A 10-11, E 11-12, A 12-13, E 13-14, A 14-19");
    EXPECT("priority:preemptive=0", five, "B 0-1, E 1-6, A 6-16, C 16-18, D 18-19");
    EXPECT("sjf", ex516, "B 0-1, A 1-3, D 3-7, E 7-12, C 12-20");
    EXPECT("rr:quantum=2", ex516,
           "A 0-2, B 2-3, C 3-5, D 5-7, E 7-9, C 9-11, D 11-13, E 13-15, C 15-17, "
           "E 17-18, C 18-20");
    EXPECT("priority:preemptive=0:order=high", ex516,
           "C 0-8, E 8-13, A 13-15, D 15-19, B 19-20");
    EXPECT("sjf", fractions, "A 0-8, C 8-9, B 9-13");
}
END_TEST

/* Stallings, Operating Systems, the five processes of "Uniprocessor Scheduling". */
START_TEST(stallings)
{
    static const struct job five[] = {
        { .cpu = 3 }, { .arrival = 2, .cpu = 6 }, { .arrival = 4, .cpu = 4 },
        { .arrival = 6, .cpu = 5 }, { .arrival = 8, .cpu = 2 } };

    EXPECT("fcfs", five, "A 0-3, B 3-9, C 9-13, D 13-18, E 18-20");
    EXPECT("rr:quantum=4", five,
           "A 0-3, B 3-7, C 7-11, D 11-15, B 15-17, E 17-19, D 19-20");
    EXPECT("rr:quantum=1", five,
           "A 0-2, B 2-3, A 3-4, B 4-5, C 5-6, B 6-7, D 7-8, C 8-9, B 9-10, E 10-11, "
           "D 11-12, C 12-13, B 13-14, E 14-15, D 15-16, C 16-17, B 17-18, D 18-20");
    EXPECT("srtf", five, "A 0-3, B 3-4, C 4-8, E 8-10, B 10-15, D 15-20");
    EXPECT("sjf", five, "A 0-3, B 3-9, E 9-11, C 11-15, D 15-20");
    EXPECT("hrrn", five, "A 0-3, B 3-9, C 9-13, E 13-15, D 15-20");
    EXPECT("mlfq:levels=5:quantum=1:demote=contended:requeue=arrivals-first", five,
           "A 0-2, B 2-3, A 3-4, C 4-5, B 5-6, D 6-7, C 7-8, E 8-9, D 9-10, E 10-11, "
           "B 11-12, C 12-13, D 13-14, B 14-15, C 15-16, D 16-17, B 17-18, D 18-19, "
           "B 19-20");
}
END_TEST

/* Arpaci-Dusseau, Operating Systems: Three Easy Pieces. */
START_TEST(ostep)
{
    static const struct job equal[] = { { .cpu = 10 }, { .cpu = 10 }, { .cpu = 10 } };
    static const struct job sjf[] = { { .cpu = 100 }, { .cpu = 10 }, { .cpu = 10 } };
    static const struct job stcf[] = { { .cpu = 100 }, { .arrival = 10, .cpu = 10 },
                                       { .arrival = 10, .cpu = 10 } };
    static const struct job fives[] = { { .cpu = 5 }, { .cpu = 5 }, { .cpu = 5 } };

    EXPECT("fcfs", equal, "A 0-10, B 10-20, C 20-30");
    EXPECT("sjf", sjf, "B 0-10, C 10-20, A 20-120");
    EXPECT("srtf", stcf, "A 0-10, B 10-20, C 20-30, A 30-120");
    EXPECT("rr:quantum=1", fives,
           "A 0-1, B 1-2, C 2-3, A 3-4, B 4-5, C 5-6, A 6-7, B 7-8, C 8-9, A 9-10, "
           "B 10-11, C 11-12, A 12-13, B 13-14, C 14-15");
}
END_TEST

/* OSTEP's mlfq.py: the examples of its chapter, and the corners of its rules. */
START_TEST(mlfq)
{
    static const struct job one[] = { { .cpu = 200 } };
    static const struct job two[] = { { .cpu = 140 }, { .cpu = 140 } };
    static const struct job io[] = { { .cpu = 175 },
                                     { .arrival = 50, .cpu = 25, .io_every = 1, .io = 9 } };
    struct lab l;

    lab_init(&l, "mlfq:levels=3:quantum=10", one, 1);
    lab_run(&l, 1000);
    ck_assert_int_eq(l.live[0].finish, 200 * UNIT);
    ck_assert_int_eq(l.dispatches, 20);
    lab_free(&l);
    EXPECT("mlfq:quantum=10/20/40", two,
           "A 0-10, B 10-20, A 20-40, B 40-60, A 60-100, B 100-140, A 140-180, "
           "B 180-220, A 220-250, B 250-280");
    lab_init(&l, "mlfq:io=reset", io, 2);
    lab_run(&l, 1000);
    ck_assert_int_eq(l.live[0].finish, 189 * UNIT);
    ck_assert_int_eq(l.live[1].finish, 291 * UNIT);
    ck_assert_ptr_nonnull(strstr(l.gantt, "A 0-50, B 50-51, A 51-60, B 60-61,"));
    ck_assert_ptr_nonnull(strstr(l.gantt, "A 181-189, B 190-191, B 200-201"));
    lab_free(&l);
}
END_TEST

START_TEST(mlfq_rules)
{
    /* io=keep: B's tenth tick on the top level uses its slice up; then it shares. */
    static const struct job keep[] = { { .cpu = 30 },
                                       { .cpu = 4, .io_every = 1, .io = 1 } };
    /* reset does not save a burst that ends exactly with its slice. */
    static const struct job exact[] = { { .cpu = 6 },
                                        { .cpu = 6, .io_every = 2, .io = 2 } };
    static const struct job hogs[] = { { .cpu = 12 }, { .cpu = 12 } };
    static const struct job late[] = { { .cpu = 7 }, { .arrival = 3, .cpu = 2 } };

    EXPECT("mlfq:levels=2:quantum=2/4:io=keep", keep,
           "A 0-2, B 2-3, A 3-4, B 4-5, A 5-8, B 8-9, A 9-13, B 13-14, A 14-34");
    EXPECT("mlfq:levels=2:quantum=2:io=reset", exact,
           "A 0-2, B 2-4, A 4-8, B 8-10, B 12-14");
    /* Both are boosted at 8: B, preempted by nobody, is at the head of the lower
     * level, which goes behind the (empty) top. */
    EXPECT("mlfq:levels=2:quantum=2/4:boost=8", hogs,
           "A 0-2, B 2-4, A 4-8, B 8-10, A 10-12, B 12-16, A 16-18, B 18-20, A 20-22, "
           "B 22-24");
    EXPECT("mlfq:levels=2:quantum=2/4", late, "A 0-3, B 3-5, A 5-9");
    EXPECT("mlfq:levels=2:quantum=2/4:preemptive=0", late, "A 0-6, B 6-8, A 8-9");
}
END_TEST

START_TEST(mlfq_bump)
{
    /* B is back at 3 from its I/O: with bump it takes the hart from A, of its level. */
    static const struct job io[] = { { .arrival = 1, .cpu = 8 },
                                     { .cpu = 3, .io_every = 1, .io = 2 },
                                     { .arrival = 1, .cpu = 2 } };

    EXPECT("mlfq:levels=1:quantum=4", io,
           "B 0-1, A 1-5, C 5-7, B 7-8, A 8-12, B 12-13");
    EXPECT("mlfq:levels=1:quantum=4:bump=1", io,
           "B 0-1, A 1-3, B 3-4, A 4-6, B 6-7, C 7-9, A 9-13");
}
END_TEST

/* C comes back from its I/O at 8, is bumped ahead of A, which was bumped at 7, and goes
 * on before A whenever B from the top level takes the hart from it. As mlfq.py has it. */
START_TEST(mlfq_bumped_ones_keep_their_order)
{
    static const struct job jobs[] = { { .cpu = 6, .io_every = 4, .io = 1 },
                                       { .arrival = 7, .cpu = 5, .io_every = 2, .io = 1 },
                                       { .cpu = 5, .io_every = 3, .io = 1 } };

    EXPECT("mlfq:levels=2:quantum=2/3:bump=1", jobs,
           "A 0-2, C 2-4, A 4-6, C 6-7, B 7-9, C 9-10, B 10-12, C 12-13, B 13-14, "
           "A 14-16");
}
END_TEST

START_TEST(mlfq_allotment)
{
    static const struct job hogs[] = { { .cpu = 6 }, { .cpu = 6 } };

    EXPECT("mlfq:levels=2:quantum=1/2:allotment=2", hogs,
           "A 0-1, B 1-2, A 2-3, B 3-4, A 4-6, B 6-8, A 8-10, B 10-12");
}
END_TEST

START_TEST(stride)
{
    static const struct job shares[] = { { .cpu = 400, .tickets = 100 },
                                         { .cpu = 400, .tickets = 50 },
                                         { .cpu = 400, .tickets = 250 } };
    struct lab l;

    lab_init(&l, "stride:quantum=1", shares, 3);
    lab_run(&l, 16);
    ck_assert_str_eq(l.gantt, "A 0-1, B 1-2, C 2-5, A 5-6, C 6-8, A 8-9, B 9-10, "
                              "C 10-13, A 13-14, C 14-16");
    lab_free(&l);
}
END_TEST

/* Shares within a percent or so of what tickets and nice values promise. */
static void shares(const char *spec, const struct job *jobs, unsigned n,
                   const double *want, double within)
{
    struct lab l;
    double sum = 0;

    lab_init(&l, spec, jobs, n);
    lab_run(&l, 100000);
    for (unsigned i = 0; i < n; i++)
        sum += want[i];
    for (unsigned i = 0; i < n; i++) {
        double got = (double)l.live[i].t.received / UNIT / 100000;

        ck_assert_msg(got > want[i] / sum - within && got < want[i] / sum + within,
                      "%s: %c has %g of the CPU", spec, 'A' + (int)i, got);
    }
    lab_free(&l);
}

START_TEST(proportional_shares)
{
    static const struct job t[] = { { .cpu = 1e6, .tickets = 100 },
                                    { .cpu = 1e6, .tickets = 50 },
                                    { .cpu = 1e6, .tickets = 250 } };
    static const struct job n[] = { { .cpu = 1e6 }, { .cpu = 1e6, .nice = 5 },
                                    { .cpu = 1e6, .nice = -5 } };
    static const double tickets[] = { 100, 50, 250 }, weight[] = { 1024, 335, 3121 };

    shares("lottery", t, 3, tickets, 0.02);
    shares("stride", t, 3, tickets, 0.0005);
    shares("fair", n, 3, weight, 0.0005);
    shares("eevdf", n, 3, weight, 0.0005);
    shares("rr:weighted=1", n, 3, weight, 0.0005);
}
END_TEST

START_TEST(fair_slices)
{
    static const struct job two[] = { { .cpu = 9 }, { .cpu = 9 } };
    static const struct job sleeper[] = { { .cpu = 30 },
                                          { .cpu = 4, .io_every = 1, .io = 10 } };

    EXPECT("fair", two, "A 0-3, B 3-6, A 6-9, B 9-12, A 12-15, B 15-18");
    EXPECT("eevdf", two, "A 0-3, B 3-6, A 6-9, B 9-12, A 12-15, B 15-18");
    /* The sleeper is 3 ms behind when it returns, and takes the hart. */
    EXPECT("fair", sleeper, "A 0-3, B 3-4, A 4-14, B 14-15, A 15-25, B 25-26, A 26-33, "
                            "B 36-37");
}
END_TEST

/* A lag is kept in sleep and does not grow there (Linux 6.6, place_entity): what a task
 * lets pass is lost. Each burst of 1 beside a hog costs B a lag of 1/2. With none left, it
 * is not eligible when it returns, and waits for the end of the hog's request, here of 4:
 * that is 4 bursts in 12 ms, a third of the hart, though B alone would take half. */
START_TEST(eevdf_short_sleeps)
{
    static const struct job two[] = { { .cpu = 20 }, { .cpu = 8, .io_every = 1, .io = 1 } };
    static const struct job longer[] = { { .cpu = 21 }, { .cpu = 6, .io_every = 1, .io = 2 } };

    EXPECT("eevdf:slice=4", two,
           "A 0-4, B 4-5, A 5-6, B 6-7, A 7-8, B 8-9, A 9-10, B 10-11, A 11-16, B 16-17, "
           "A 17-18, B 18-19, A 19-20, B 20-21, A 21-22, B 22-23, A 23-28");
    EXPECT("eevdf:slice=4", longer,
           "A 0-4, B 4-5, A 5-7, B 7-8, A 8-10, B 10-11, A 11-13, B 13-14, A 14-20, B 20-21, "
           "A 21-23, B 23-24, A 24-27");
}
END_TEST

START_TEST(aging)
{
    /* B, two levels below, would wait for all others; it gains one level each 5 ms, is
     * on their level at 10 and came before E. */
    static const struct job j[] = {
        { .cpu = 4, .priority = 1 }, { .cpu = 2, .priority = 3 },
        { .arrival = 2, .cpu = 4, .priority = 1 }, { .arrival = 7, .cpu = 4, .priority = 1 },
        { .arrival = 11, .cpu = 4, .priority = 1 } };
    static const struct job two[] = { { .cpu = 10, .priority = 1 },
                                      { .cpu = 2, .priority = 3 } };

    EXPECT("priority", j, "A 0-4, C 4-8, D 8-12, E 12-16, B 16-18");
    EXPECT("priority:aging=5", j, "A 0-4, C 4-8, D 8-12, B 12-14, E 14-18");
    EXPECT("priority:aging=3", j, "A 0-4, C 4-8, B 8-10, D 10-14, E 14-18");
    /* At 3 x 2 its level is above the running one's: it takes the hart. */
    EXPECT("priority:aging=2", two, "A 0-6, B 6-8, A 8-12");
    EXPECT("priority:aging=2:preemptive=0", two, "A 0-10, B 10-12");
}
END_TEST

SUITE(textbook, 20, silberschatz, stallings, ostep, mlfq, mlfq_rules, mlfq_bump,
      mlfq_bumped_ones_keep_their_order,
      mlfq_allotment, stride, proportional_shares, fair_slices,
      eevdf_short_sleeps, aging)
