/* nowhere.c - sends every task to a hart that is not there. */
#define NAME "nowhere"
#define SELECT_HART select_hart
#include "honest.h"

static unsigned select_hart(const struct sched_task *t, const struct sched_hart *harts,
                            unsigned nharts, enum sched_why why, ns_t now)
{
    (void)t, (void)harts, (void)why, (void)now;
    return nharts + 7;
}

HONEST_OPS;
