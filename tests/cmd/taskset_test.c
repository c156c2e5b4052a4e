/* taskset_test.c - what a job can ask for at most, read off its script. */
#include "../suite.h"

#include <cmd/taskset.h>
#include <string.h>

#define CPU(t) { .kind = STEP_CPU, .len = { .kind = DIST_CONST, .a = t } }

START_TEST(loops_multiply)
{
    static const struct step steps[] = {
        CPU(1),
        { .kind = STEP_LOOP, .count = 3 },
        CPU(10),
        { .kind = STEP_LOOP, .count = 5, .depth = 1 },
        CPU(100),
        { .kind = STEP_NEXT, .object = 4, .depth = 1 },
        CPU(1000),
        { .kind = STEP_NEXT, .object = 2 },
        CPU(10000),
        { .kind = STEP_END },
    };
    static const struct process_config p[] = {
        { .name = "a", .count = 2, .steps = steps, .nsteps = 10, .period = 50000 },
        { .name = "b", .count = 1, .steps = steps, .nsteps = 10 },
    };
    struct config c = { .nprocesses = 2, .processes = p };
    struct taskset s;

    ck_assert(taskset_make(&s, &c));
    ck_assert_uint_eq(s.n, 2);
    ck_assert_int_eq(s.task[0].wcet, 1 + 3 * (10 + 5 * 100 + 1000) + 10000);
    ck_assert_int_eq(s.task[1].deadline, 50000);
    ck_assert_uint_eq(s.copy[1], 1);
    ck_assert_uint_eq(s.nnotes, 1);     /* b has no period */
    taskset_free(&s);
}
END_TEST

START_TEST(distributions_have_a_most)
{
    static const int64_t choices[] = { 3, 9, 5 };
    struct dist uniform = { .kind = DIST_UNIFORM, .a = 3, .b = 8 };
    struct dist choice = { .kind = DIST_CHOICE, .nchoices = 3, .choices = choices };
    struct dist tail = { .kind = DIST_EXP, .a = 3 };
    const struct step steps[] = { { .kind = STEP_CPU, .len = tail } };
    const struct process_config p = { .name = "x", .count = 1, .steps = steps, .nsteps = 1,
                                      .period = 10 };
    struct config c = { .nprocesses = 1, .processes = &p };
    struct taskset s;

    ck_assert_int_eq(dist_most(&uniform), 8);
    ck_assert_int_eq(dist_most(&choice), 9);
    ck_assert_int_eq(dist_most(&tail), NS_MAX);
    ck_assert(taskset_make(&s, &c));
    ck_assert_uint_eq(s.n, 0);
    ck_assert_uint_eq(s.periodic, 1);
    ck_assert_ptr_nonnull(strstr(s.notes[0], "no upper bound"));
    taskset_free(&s);
}
END_TEST

SUITE(taskset, 5, loops_multiply, distributions_have_a_most)
