/* gantt_test.c - pieces of hand-made streams. */
#include "../suite.h"
#include "feed.h"

#include <stat/gantt.h>

static struct feed f;
static struct gantt *g;

static void begin(uint32_t ncpus, size_t bound)
{
    feed_init(&f, ncpus, 3);
    g = gantt_create(ncpus, bound);
    feed_to(&f, gantt_event, g);
}

START_TEST(one_piece_per_stretch)
{
    static const ns_t from[] = { 0, 4, 7, 10 };     /* A is alone from 10 to 30 */
    size_t n;

    begin(1, 0);
    feed_textbook(&f);
    const struct gantt_piece *p = gantt_pieces(g, &n);
    ck_assert_uint_eq(n, 4);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(p[i].from, from[i] * MS);
        ck_assert_int_eq(p[i].to, (i + 1 < n ? from[i + 1] : 30) * MS);
    }
    ck_assert_uint_eq(p[1].tid, 1);
    ck_assert_uint_eq(p[3].why, STOP_EXITED);
    gantt_destroy(g);
}
END_TEST

START_TEST(a_stretch_ends_when_the_hart_is_left)
{
    static const ns_t from[] = { 0, 4, 5, 7, 9 };
    size_t n;

    begin(1, 0);
    run(&f, 0, 1, 0, 0, STOP_EXPIRED);
    run(&f, 1, 2, 0, 0, STOP_YIELDED);
    run(&f, 2, 3, 0, 0, STOP_EXPIRED);          /* idle from 3 to 4 */
    run(&f, 4, 5, 0, 0, STOP_BLOCKED);          /* for no time */
    run(&f, 5, 6, 0, 0, STOP_EXPIRED);
    gantt_pieces(g, &n);                        /* in between: it goes on all the same */
    run(&f, 6, 7, 0, 0, STOP_PREEMPTED);
    run(&f, 7, 9, 0, 1, STOP_EXPIRED);
    feed_ns(&f, 9 * MS, EV_DISPATCH, 0, 1, MS, 0);      /* it was away: a switch */
    const struct gantt_piece *p = gantt_pieces(g, &n);
    ck_assert_uint_eq(n, 5);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(p[i].from, from[i] * MS);
    ck_assert_int_eq(p[0].to, 3 * MS);
    ck_assert_int_eq(p[2].to, 7 * MS);
    gantt_destroy(g);
}
END_TEST

START_TEST(order_is_by_time_then_hart)
{
    size_t n;

    begin(2, 0);
    feed_ns(&f, 0, EV_DISPATCH, 1, 0, 0, 0);
    feed_ns(&f, 0, EV_DISPATCH, 0, 1, 0, 0);
    feed_ns(&f, 5 * MS, EV_DESCHED, 1, 0, STOP_EXITED, 5 * MS);
    const struct gantt_piece *p = gantt_pieces(g, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(p[0].hart, 0);
    ck_assert_uint_eq(p[0].open, 1);
    ck_assert_int_eq(p[1].to, 5 * MS);
    /* the open one is still found after they were put in order */
    feed_ns(&f, 9 * MS, EV_DESCHED, 0, 1, STOP_EXITED, 9 * MS);
    p = gantt_pieces(g, &n);
    ck_assert_int_eq(p[0].to, 9 * MS);
    ck_assert_uint_eq(p[0].open, 0);
    gantt_destroy(g);
}
END_TEST

START_TEST(the_oldest_are_forgotten)
{
    size_t n;

    begin(1, 300);
    for (ns_t t = 0; t < 1000; t++)
        run(&f, t, t + 1, 0, t % 2 ? 2 : 0, STOP_EXPIRED);
    const struct gantt_piece *p = gantt_pieces(g, &n);
    ck_assert_uint_eq(n, 300);
    ck_assert_uint_eq(gantt_lost(g), 700);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(p[i].from, (700 + (ns_t)i) * MS);
    run(&f, 1000, 1001, 0, 1, STOP_EXPIRED);    /* and it goes on from there */
    p = gantt_pieces(g, &n);
    ck_assert_int_eq(p[299].to, 1001 * MS);
    ck_assert_int_eq(p[0].from, 701 * MS);
    gantt_destroy(g);
}
END_TEST

SUITE(gantt, 10, one_piece_per_stretch, a_stretch_ends_when_the_hart_is_left,
      order_is_by_time_then_hart,
      the_oldest_are_forgotten)
