/* track_test.c - pieces, what a column shows, and what a bounded track forgets. */
#include "../suite.h"

#include <string.h>
#include <tui/track.h>

START_TEST(pieces_follow_each_other)
{
    struct track t = { 0 };

    track_begin(&t, 0, 0, 7, 100);
    track_begin(&t, 0, 0, 8, 100);      /* 7 got no time at all */
    track_begin(&t, 5, 1, 9, 100);
    track_end(&t, 9);
    track_end(&t, 12);
    ck_assert_uint_eq(t.n, 2);
    ck_assert_uint_eq(t.v[0].value, 8);
    ck_assert_int_eq(t.v[0].to, 5);
    ck_assert_int_eq(t.v[1].work, 6);
    ck_assert_int_eq(t.v[1].to, 9);
    track_free(&t);
}
END_TEST

START_TEST(the_oldest_half_goes)
{
    struct track t = { 0 };

    for (int i = 0; i < 100; i++)
        track_begin(&t, i * 10, 0, (uint32_t)i, 8);
    ck_assert_uint_le(t.n, 8);
    ck_assert_uint_eq(t.v[t.n - 1].value, 99);
    ck_assert_int_eq(t.lost, t.v[0].from);
    track_free(&t);
}
END_TEST

START_TEST(a_column_shows_who_had_most_of_it)
{
    struct track t = { 0 };
    struct column c;
    uint32_t hint = 0;

    track_begin(&t, 0, 0, 1, 100);
    track_begin(&t, 4, 0, 2, 100);
    track_end(&t, 10);
    c = track_column(&t, 0, 10, 10, &hint);
    ck_assert_int_eq(c.kind, COLUMN_ONE);
    ck_assert_uint_eq(c.value, 2);
    c = track_column(&t, 8, 18, 20, &hint);
    ck_assert_int_eq(c.kind, COLUMN_EMPTY);     /* idle for 8 of 10 */
    c = track_column(&t, 8, 18, 10, &hint);
    ck_assert_int_eq(c.kind, COLUMN_ONE);       /* it is only 10 yet */
    track_free(&t);
}
END_TEST

START_TEST(many_in_a_column_and_none)
{
    struct track t = { 0 };
    uint32_t hint = 0;

    for (int i = 0; i < 10; i++)
        track_begin(&t, i, 0, (uint32_t)i, 100);
    track_begin(&t, 10, 8, 42, 100);
    track_end(&t, 20);
    ck_assert_int_eq(track_column(&t, 0, 10, 20, &hint).kind, COLUMN_MANY);
    ck_assert_int_eq(track_column(&t, 10, 20, 20, &hint).kind, COLUMN_ONE);
    ck_assert_int_eq(track_column(&t, 20, 30, 20, &hint).kind, COLUMN_EMPTY);
    track_free(&t);
}
END_TEST

/* A hint is only a place to begin: columns come out the same without it. */
START_TEST(hints_change_nothing)
{
    struct track t = { 0 };
    uint32_t hint = 0;
    ns_t end = 0;

    for (uint32_t i = 0; i < 1000; i++, end += 1 + i % 7)
        track_begin(&t, end, 0, i, 2000);
    for (ns_t at = 0; at < end + 20; at += 3) {
        uint32_t none = 0;
        struct column a = track_column(&t, at, at + 3, end, &hint);
        struct column b = track_column(&t, at, at + 3, end, &none);

        ck_assert_int_eq(a.kind, b.kind);
        ck_assert_uint_eq(a.piece, b.piece);
    }
    track_free(&t);
}
END_TEST

SUITE(track, 5, pieces_follow_each_other, the_oldest_half_goes,
      a_column_shows_who_had_most_of_it, many_in_a_column_and_none,
      hints_change_nothing)
