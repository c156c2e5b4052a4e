/* rm.c - rate monotonic: fixed priorities, the shorter the period the higher.
 *
 * A task without a period has no rank and runs when nobody else wants to.
 */
#include "realtime.h"

static const struct policy_param params[] = { REALTIME_PREEMPTIVE, { 0 } };

static int64_t rank(const struct sched_task *t)
{
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

const struct sched_ops sched_rm = {
    .abi = SCHED_ABI, .name = "rm",
    .source = "Liu, Layland, \"Scheduling Algorithms for Multiprogramming in a "
              "Hard-Real-Time Environment\", JACM 20(1), 1973, section 4",
    .about = "rate monotonic: shortest period first",
    .params = params,
    .state_size = realtime_state_size, .task_size = realtime_task_size,
    .init = realtime_init, .enqueue = enqueue, .pick = realtime_pick,
    .remove = realtime_remove, .preempts = preempts,
    .select_hart = realtime_select_hart, .pull = realtime_pull, .urgency = urgency,
};
