/* strip_test.c - cells of a row, by hand. */
#include "../suite.h"

#include <stat/strip.h>
#include <string.h>

enum { N = 8 };
static struct strip_cell cells[N];
static uint32_t row[N];
static tid_t owner[N];

static struct strip blank(ns_t end)
{
    memset(cells, 0, sizeof cells);
    return (struct strip){ .from = 0, .cell = 16, .end = end, .n = N, .cells = cells };
}

static const char *name(void *ctx, tid_t tid, char *buf, size_t size)
{
    static const char *const names[] = { "A", "B", "heron1", "heron2", "\303\244pfel" };

    (void)ctx, (void)buf, (void)size;
    return names[tid];
}

static char symbol(void *ctx, tid_t tid)
{
    (void)ctx;
    return "AB12p"[tid];
}

static void put(void *ctx, unsigned x, uint32_t glyph, tid_t tid)
{
    (void)ctx;
    row[x] = glyph;
    owner[x] = tid;
}

static const struct strip_pen pen = { NULL, name, symbol, put };

START_TEST(a_cell_belongs_to_whoever_has_half)
{
    struct strip s = blank(8 * 16);

    strip_add(&s, 0, 8, 0);             /* half, and half: the first */
    strip_add(&s, 8, 16, 1);
    strip_add(&s, 16, 22, 0);           /* 6, 5, 5 of 16: nobody */
    strip_add(&s, 22, 27, 1);
    strip_add(&s, 27, 32, 2);
    strip_add(&s, 32, 33, 1);           /* 1 of 16 */
    strip_add(&s, 50, 52, 0);           /* 2 + 3 of 16 */
    strip_add(&s, 52, 55, 1);
    strip_add(&s, 64, 67, 2);           /* three times 3: more than half in all */
    strip_add(&s, 68, 71, 1);
    strip_add(&s, 72, 75, 2);
    ck_assert_int_eq(strip_view(&s, 0).kind, STRIP_TASK);
    ck_assert_uint_eq(strip_view(&s, 0).tid, 0);
    ck_assert_int_eq(strip_view(&s, 1).kind, STRIP_SHARED);
    ck_assert_int_eq(strip_view(&s, 2).kind, STRIP_PART);
    ck_assert_uint_eq(strip_view(&s, 2).eighths, 1);    /* something is never nothing */
    ck_assert_uint_eq(strip_view(&s, 2).tid, 1);
    ck_assert_int_eq(strip_view(&s, 3).kind, STRIP_PART);
    ck_assert_uint_eq(strip_view(&s, 3).eighths, 2);
    ck_assert_uint_eq(strip_view(&s, 3).tid, TID_NONE);
    ck_assert_int_eq(strip_view(&s, 4).kind, STRIP_SHARED);
    ck_assert_int_eq(strip_view(&s, 5).kind, STRIP_EMPTY);
    ck_assert_uint_eq(strip_view(&s, 5).eighths, 0);
}
END_TEST

START_TEST(many_short_pieces_of_one_task_add_up)
{
    struct strip s = blank(8 * 16);

    for (ns_t t = 0; t < 16; t += 2) {
        strip_add(&s, t, t + 1, 0);
        strip_add(&s, t + 1, t + 2, (tid_t)(1 + t / 2));
    }
    ck_assert_int_eq(strip_view(&s, 0).kind, STRIP_TASK);
    ck_assert_uint_eq(strip_view(&s, 0).tid, 0);
}
END_TEST

START_TEST(the_last_cell_may_be_short)
{
    struct strip s = blank(7 * 16 + 4);

    strip_add(&s, 7 * 16, 9 * 16, 1);   /* 4 of 4, and no further */
    ck_assert_int_eq(strip_view(&s, 7).kind, STRIP_TASK);
    ck_assert_uint_eq(strip_view(&s, 7).eighths, 8);
    strip_add(&s, -50, 8, 0);           /* what came before it begins is cut too */
    ck_assert_uint_eq(strip_view(&s, 0).eighths, 4);
}
END_TEST

/* "heron1" needs six cells, or five to be cut; "1" is less but not misleading. */
START_TEST(names_where_they_fit_else_symbols)
{
    static const uint32_t want[] = { '1', '1', 0xb7, 'h', 'e', 'r', 'o', 'n' };
    static const uint32_t umlaut[] = { 0xe4, 'p', 'f', 'e', 'l', 0x2500, 'A', 'A' };
    struct strip s = blank(8 * 16);

    strip_add(&s, 0, 32, 2);
    strip_add(&s, 48, 128, 3);
    strip_draw_owners(&s, &pen);
    ck_assert_mem_eq(row, want, sizeof want);
    ck_assert_uint_eq(owner[2], TID_NONE);
    ck_assert_uint_eq(owner[7], 3);
    s = blank(8 * 16);
    strip_add(&s, 0, 96, 4);
    strip_add(&s, 96, 128, 0);
    strip_draw_owners(&s, &pen);
    ck_assert_mem_eq(row, umlaut, sizeof umlaut);
}
END_TEST

START_TEST(shares_are_in_eighths)
{
    struct strip s = blank(8 * 16);

    for (ns_t i = 0; i < N; i++)
        strip_add(&s, i * 16, i * 16 + 2 * i, 0);
    strip_draw_shares(&s, &pen);
    ck_assert_uint_eq(row[0], 0xb7);
    for (unsigned i = 1; i < N; i++)
        ck_assert_uint_eq(row[i], 0x2580 + i);
}
END_TEST

START_TEST(symbols_are_told_apart)
{
    struct process_config p[] = {
        { .name = "T1", .count = 1, .first = 0 }, { .name = "T2", .count = 1, .first = 1 },
        { .name = "crowd", .count = 2, .first = 2 }, { .name = "cat", .count = 1, .first = 4 },
        { .name = "U1", .count = 1, .first = 5 },
    };
    struct config c = { .nprocesses = 5, .processes = p };
    char of[6];

    strip_symbols(&c, of, sizeof of);
    ck_assert_mem_eq(of, "12rocU", 6);  /* cat is alone under its name: it has the c */
}
END_TEST

SUITE(strip, 5, a_cell_belongs_to_whoever_has_half, many_short_pieces_of_one_task_add_up,
      the_last_cell_may_be_short, names_where_they_fit_else_symbols, shares_are_in_eighths,
      symbols_are_told_apart)
