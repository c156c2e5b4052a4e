/* edf.c - earliest deadline first.
 *
 * The rank of a job is its absolute deadline. For lock protocols a task's preemption
 * level is its relative deadline (Baker, "Stack-Based Scheduling of Realtime Processes",
 * Real-Time Systems 3, 1991), since urgency must not change with time.
 */
#include "realtime.h"

static const struct policy_param params[] = { REALTIME_PREEMPTIVE, { 0 } };

static int64_t rank(const struct sched_task *t)
{
    return t->deadline;
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
    return t->relative_deadline > 0 ? t->relative_deadline : RANK_NONE;
}

const struct sched_ops sched_edf = {
    .abi = SCHED_ABI, .name = "edf", .flags = SCHED_BY_DEADLINE,
    .source = "Liu, Layland, \"Scheduling Algorithms for Multiprogramming in a "
              "Hard-Real-Time Environment\", JACM 20(1), 1973, section 7",
    .about = "earliest deadline first",
    .params = params,
    .state_size = realtime_state_size, .task_size = realtime_task_size,
    .init = realtime_init, .enqueue = enqueue, .pick = realtime_pick,
    .remove = realtime_remove, .preempts = preempts,
    .select_hart = realtime_select_hart, .pull = realtime_pull, .urgency = urgency,
};
