/* trial_test.c - where two schedules part, and what counts as a tie. */
#include <lab/trial.h>

#include "../suite.h"

#include <stdlib.h>
#include <string.h>

enum { TASKS = 3, HARTS = 2, PIECES = 12 };

/* A is unlike B and C, which are alike: the same work, arrival and attributes. */
static const struct step long_step = { .kind = STEP_CPU, .len = { .kind = DIST_CONST, .a = 9 } };
static const struct step short_step = { .kind = STEP_CPU, .len = { .kind = DIST_CONST, .a = 5 } };

static struct process_config processes[TASKS];
static struct config config = { .time_unit = 1, .ncpus = HARTS, .nprocesses = TASKS,
                                .processes = processes, .ntasks = TASKS };
static ns_t arrival[TASKS];

struct drawn {
    struct gantt_piece pieces[PIECES];
    struct trial t;
};

static void set_up(void)
{
    for (tid_t i = 0; i < TASKS; i++) {
        processes[i] = (struct process_config){
            .count = 1, .first = i, .tickets = 100, .affinity = UINT64_MAX,
            .steps = i ? &short_step : &long_step, .nsteps = 1,
        };
        arrival[i] = 0;
    }
}

/* One string for each hart, one letter for each ns: "AABB.C". */
static const struct trial *draw(struct drawn *d, const char *first, const char *second)
{
    const char *text[HARTS] = { first, second };
    size_t n = 0, length = strlen(first);

    for (size_t i = 0; i < length; i++)
        for (uint16_t h = 0; h < HARTS; h++) {
            const char *s = text[h];
            size_t end = i;

            if (i >= strlen(s) || s[i] == '.' || (i > 0 && s[i - 1] == s[i]))
                continue;
            while (s[end] == s[i])
                end++;
            d->pieces[n++] = (struct gantt_piece){ .from = (ns_t)i, .to = (ns_t)end,
                                                   .tid = (tid_t)(s[i] - 'A'), .hart = h };
        }
    d->t = (struct trial){ .config = &config, .npieces = n, .pieces = d->pieces,
                           .arrival = arrival };
    return &d->t;
}

static struct divergence between(const char *a0, const char *a1, const char *b0,
                                 const char *b1, bool exact)
{
    struct drawn a, b;
    struct divergence out;

    trial_diverge(draw(&a, a0, a1), draw(&b, b0, b1), exact, &out);
    return out;
}

static void parts_at(struct divergence d, ns_t at, unsigned hart, char expected, char got)
{
    ck_assert(d.differ);
    ck_assert_int_eq(d.at, at);
    ck_assert_uint_eq(d.hart, hart);
    ck_assert_uint_eq(d.expected, expected == '.' ? TID_NONE : (tid_t)(expected - 'A'));
    ck_assert_uint_eq(d.got, got == '.' ? TID_NONE : (tid_t)(got - 'A'));
}

START_TEST(a_schedule_is_its_own)
{
    set_up();
    ck_assert(!between("AABBCC", "......", "AABBCC", "......", true).differ);
    ck_assert(!between("AABBCC", "......", "AABBCC", "......", false).differ);
}
END_TEST

START_TEST(the_first_difference_is_told)
{
    set_up();
    parts_at(between("AABB", "....", "AAAB", "....", false), 2, 0, 'B', 'A');
    parts_at(between("AABB", "....", "AA.B", "....", false), 2, 0, 'B', '.');
    parts_at(between("AA.B", "....", "AABB", "....", false), 2, 0, '.', 'B');
    parts_at(between("AABB", "....", "AA", "....", false), 2, 0, 'B', '.');
    parts_at(between("AA", "....", "AABB", "....", false), 2, 0, '.', 'B');
}
END_TEST

START_TEST(twins_may_change_places)
{
    set_up();
    ck_assert(!between("ABBCC", ".....", "ACCBB", ".....", false).differ);
    parts_at(between("ABBCC", ".....", "ACCBB", ".....", true), 1, 0, 'B', 'C');
    /* ... once and for all: whoever was B stays B. */
    parts_at(between("ABCBC", ".....", "ACBBC", ".....", false), 3, 0, 'B', 'B');
}
END_TEST

START_TEST(who_has_run_is_no_twin_any_more)
{
    set_up();
    parts_at(between("ABBBC", ".....", "ABCCB", ".....", false), 2, 0, 'B', 'C');
    /* Both stopped at 2, and one has run longer. */
    parts_at(between("BBB", ".C.", "BBC", ".C.", false), 2, 0, 'B', 'C');
}
END_TEST

START_TEST(what_can_be_told_apart_is_no_tie)
{
    set_up();
    parts_at(between("ABBCC", ".....", "BBACC", ".....", false), 0, 0, 'A', 'B');
    processes[2].priority = 1;
    parts_at(between("ABBCC", ".....", "ACCBB", ".....", false), 1, 0, 'B', 'C');
    set_up();
    processes[2].tickets = 50;
    parts_at(between("ABBCC", ".....", "ACCBB", ".....", false), 1, 0, 'B', 'C');
    set_up();
    processes[2].nice = 5;
    parts_at(between("ABBCC", ".....", "ACCBB", ".....", false), 1, 0, 'B', 'C');
    set_up();
    arrival[2] = 1;
    parts_at(between("ABBCC", ".....", "ACCBB", ".....", false), 1, 0, 'B', 'C');
    set_up();
    processes[2].steps = &long_step;
    parts_at(between("ABBCC", ".....", "ACCBB", ".....", false), 1, 0, 'B', 'C');
}
END_TEST

START_TEST(harts_count_only_exactly)
{
    set_up();
    ck_assert(!between("AABB", "BBAA", "BBAA", "AABB", false).differ);
    parts_at(between("AABB", "BBAA", "BBAA", "AABB", true), 0, 0, 'A', 'B');
    parts_at(between("AA", "BB", "AA", "..", false), 0, 1, 'B', '.');
}
END_TEST

/* Over all short schedules of one hart: exactly, they part at the first letter that is not
 * the same; and what parts with ties allowed parts exactly, no later. */
START_TEST(all_short_schedules)
{
    enum { LENGTH = 4, ALL = 256 };
    char a[LENGTH + 1] = "", b[LENGTH + 1] = "";

    set_up();
    for (unsigned i = 0; i < ALL; i++)
        for (unsigned k = 0; k < ALL; k++) {
            int first = -1;
            for (int at = LENGTH - 1; at >= 0; at--) {
                a[at] = ".ABC"[i >> 2 * at & 3];
                b[at] = ".ABC"[k >> 2 * at & 3];
                first = a[at] != b[at] ? at : first;
            }
            struct divergence exact = between(a, "", b, "", true);
            struct divergence any = between(a, "", b, "", false);
            ck_assert_int_eq(exact.differ, first >= 0);
            ck_assert(!exact.differ || exact.at == first);
            ck_assert(!any.differ || (exact.differ && any.at >= exact.at));
        }
}
END_TEST

SUITE(trial, 60, a_schedule_is_its_own, the_first_difference_is_told, twins_may_change_places,
      who_has_run_is_no_twin_any_more, what_can_be_told_apart_is_no_tie,
      harts_count_only_exactly, all_short_schedules)
