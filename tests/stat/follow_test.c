/* The follower of task states: each event in each state, by hand. */
#include "../suite.h"

#include <ossim/sched.h>
#include <stat/follow.h>

enum { U = TASK_UNBORN, R = TASK_RUNNABLE, X = TASK_RUNNING, L = FOLLOW_LEAVING,
       S = TASK_SLEEPING, D = TASK_DEAD };

static const struct { unsigned kind; int64_t a; unsigned from, to; bool may; } steps[] = {
    { EV_ARRIVE, 0, U, R, true },   { EV_ARRIVE, 0, D, R, true },  { EV_ARRIVE, 0, X, R, false },
    { EV_DISPATCH, 0, R, X, true }, { EV_DISPATCH, 0, S, X, false },
    { EV_BLOCK, 1, X, L, true },    { EV_BLOCK, 1, S, S, true },   { EV_BLOCK, 1, R, S, true },
    { EV_BLOCK, 1, D, D, false },   { EV_BLOCK, 1, L, L, false },
    { EV_DESCHED, STOP_EXPIRED, X, R, true },  { EV_DESCHED, STOP_YIELDED, X, R, true },
    { EV_DESCHED, STOP_BLOCKED, X, S, true },  { EV_DESCHED, STOP_BLOCKED, L, S, true },
    { EV_DESCHED, STOP_EXITED, X, S, true },   { EV_DESCHED, STOP_EXITED, D, D, true },
    { EV_DESCHED, STOP_EXPIRED, S, R, false },
    { EV_WAKE, 0, S, R, true },     { EV_WAKE, 0, X, X, false },   { EV_WAKE, 0, L, L, false },
    { EV_EXIT, 0, X, D, true },     { EV_EXIT, 0, S, D, true },    { EV_EXIT, 0, U, D, false },
    { EV_EXIT, 0, D, D, false },    { EV_LOCK, 0, X, X, true },    { EV_LOCK, 0, S, S, true },
};

START_TEST(each_step)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct event e = { .kind = (uint16_t)steps[i].kind, .a = steps[i].a };

        ck_assert_msg(follow_after(steps[i].from, &e) == steps[i].to, "step %zu", i);
        ck_assert_msg(follow_allows(steps[i].from, &e) == steps[i].may, "step %zu", i);
    }
    ck_assert_int_eq(follow_shown(FOLLOW_LEAVING), TASK_RUNNING);
    ck_assert_int_eq(follow_shown(TASK_SLEEPING), TASK_SLEEPING);
}
END_TEST

SUITE(follow, 10, each_step)
