/* dm.c - deadline monotonic: fixed priorities, the shorter the relative deadline the
 * higher; the best fixed priorities where deadlines are not past the periods.
 *
 * A task without a deadline has no rank and runs when nobody else wants to.
 */
#include "realtime.h"

static const struct policy_param params[] = { REALTIME_PREEMPTIVE, { 0 } };

static int64_t rank(const struct sched_task *t)
{
    if (t->relative_deadline > 0)
        return t->relative_deadline;
    return t->period > 0 ? t->period : RANK_NONE;
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    (void)now;
    realtime_enqueue(rq, t->tid, rank(t), why);
}

static bool preempts(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    const struct realtime *r = rq;

    return r->preemptive && rank(queued) < rank(running);
}

static int64_t urgency(const struct sched_params *p, const struct sched_task *t)
{
    (void)p;
    return rank(t);
}

const struct sched_ops sched_dm = {
    .abi = SCHED_ABI, .name = "dm",
    .source = "Leung, Whitehead, \"On the Complexity of Fixed-Priority Scheduling of "
              "Periodic, Real-Time Tasks\", Performance Evaluation 2(4), 1982",
    .about = "deadline monotonic: shortest relative deadline first",
    .params = params,
    .state_size = realtime_state_size, .task_size = realtime_task_size,
    .init = realtime_init, .enqueue = enqueue, .pick = realtime_pick,
    .remove = realtime_remove, .preempts = preempts,
    .select_hart = realtime_select_hart, .pull = realtime_pull, .urgency = urgency,
};
