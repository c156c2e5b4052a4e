/* llf.c - least laxity first.
 *
 * Laxity is how long a job could still wait: deadline - now - work left. It falls while
 * the job waits and stands still while it runs, so deadline - work left orders waiting
 * jobs for good, and a heap will do. A running job's laxity is compared when a job
 * arrives and at every multiple of `granularity`: comparing all the time would let jobs
 * of equal laxity take the hart from each other at every instant. Of equal laxities the
 * job that ran last is first, so that at a multiple, too, an equal does not oust.
 */
#include "realtime.h"

enum { PREEMPTIVE, GRANULARITY };

static const struct policy_param params[] = {
    [PREEMPTIVE] = REALTIME_PREEMPTIVE,
    [GRANULARITY] = { "granularity", PARAM_TIME, "1", 1, NS_MAX, 1, NULL,
                      "laxities are compared this often" },
    { 0 },
};

struct llf {
    struct realtime common;     /* first: the shared operations see only this */
    ns_t granularity;
};

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct llf);
}

static void init(void *rq, const struct sched_params *p)
{
    struct llf *l = rq;

    realtime_init(&l->common, p, RANK_LAXITY);
    l->granularity = sched_param_get(p, GRANULARITY, p->time_unit);
}

/* The next multiple. Running jobs stand in the queue during this call, so that the
 * pick after it compares everybody; they came back at this very time, later than all who
 * lost a hart before. */
static ns_t timer(void *rq, ns_t now)
{
    const struct llf *l = rq;
    ns_t wait = l->granularity - now % l->granularity;

    if (!l->common.preemptive || wait > NS_MAX - now)
        return NS_MAX;
    return now + wait;
}

const struct sched_ops sched_llf = {
    .abi = SCHED_ABI, .name = "llf",
    .source = "Mok, \"Fundamental Design Problems of Distributed Systems for the "
              "Hard-Real-Time Environment\", PhD thesis, MIT, 1983",
    .about = "least laxity first",
    .flags = SCHED_HANDS_BACK | SCHED_BY_DEADLINE,
    .params = params, REALTIME_OPS,
    .state_size = state_size, .init = init, .timer = timer, .urgency = realtime_level,
};
