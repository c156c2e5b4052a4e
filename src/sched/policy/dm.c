/* dm.c - deadline monotonic: fixed priorities, the shorter the relative deadline the
 * higher; the best fixed priorities where deadlines are not past the periods.
 *
 * A task without a deadline has no rank and runs when nobody else wants to.
 */
#define HEAP_TIELESS            /* ranks differ, or the lower number is first */
#include "realtime.h"

static const struct policy_param params[] = { REALTIME_PREEMPTIVE, { 0 } };

static void init(void *rq, const struct sched_params *p)
{
    realtime_init(rq, p, RANK_RELATIVE_DEADLINE);
}

static int64_t urgency(const struct sched_params *p, const struct sched_task *t)
{
    (void)p;
    return realtime_rank(RANK_RELATIVE_DEADLINE, t);
}

const struct sched_ops sched_dm = {
    .abi = SCHED_ABI, .name = "dm",
    .source = "Leung, Whitehead, \"On the Complexity of Fixed-Priority Scheduling of "
              "Periodic, Real-Time Tasks\", Performance Evaluation 2(4), 1982",
    .about = "deadline monotonic: shortest relative deadline first",
    .params = params, REALTIME_OPS,
    .state_size = realtime_state_size, .init = init, .urgency = urgency,
};
