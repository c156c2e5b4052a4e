/* rm.c - rate monotonic: fixed priorities, the shorter the period the higher.
 *
 * A task without a period has no rank and runs when nobody else wants to.
 */
#define HEAP_TIELESS            /* ranks differ, or the lower number is first */
#include "realtime.h"

static const struct policy_param params[] = { REALTIME_PREEMPTIVE, { 0 } };

static void init(void *rq, const struct sched_params *p)
{
    realtime_init(rq, p, RANK_PERIOD);
}

static int64_t urgency(const struct sched_params *p, const struct sched_task *t)
{
    (void)p;
    return realtime_rank(RANK_PERIOD, t);
}

const struct sched_ops sched_rm = {
    .abi = SCHED_ABI, .name = "rm",
    .source = "Liu, Layland, \"Scheduling Algorithms for Multiprogramming in a "
              "Hard-Real-Time Environment\", JACM 20(1), 1973, section 4",
    .about = "rate monotonic: shortest period first",
    .params = params, REALTIME_OPS,
    .state_size = realtime_state_size, .init = init, .urgency = urgency,
};
