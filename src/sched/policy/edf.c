/* edf.c - earliest deadline first. The rank of a job is its absolute deadline. */
#define HEAP_TIELESS            /* ranks differ, or the lower number is first */
#include "realtime.h"

static const struct policy_param params[] = { REALTIME_PREEMPTIVE, { 0 } };

static void init(void *rq, const struct sched_params *p)
{
    realtime_init(rq, p, RANK_DEADLINE);
}

const struct sched_ops sched_edf = {
    .abi = SCHED_ABI, .name = "edf", .flags = SCHED_BY_DEADLINE,
    .source = "Liu, Layland, \"Scheduling Algorithms for Multiprogramming in a "
              "Hard-Real-Time Environment\", JACM 20(1), 1973, section 7",
    .about = "earliest deadline first",
    .params = params, REALTIME_OPS,
    .state_size = realtime_state_size, .init = init, .urgency = realtime_level,
};
