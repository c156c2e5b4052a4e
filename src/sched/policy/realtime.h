/* realtime.h - what edf, rm, dm and llf have in common.
 *
 * Tasks stand in order of a rank that does not change while they are queued; of equal
 * ranks the lowest task number is first. Tasks without a deadline come last, in the
 * order in which they came. A running task is never ousted by one of equal rank.
 *
 * With a queue per hart, tasks are partitioned: each lives on the hart where it fits
 * first and stays there; an idle hart gets nothing from a busy one. O(log n) for each
 * operation, 32 bytes a task.
 */
#ifndef SCHED_POLICY_REALTIME_H
#define SCHED_POLICY_REALTIME_H

#include <ossim/sched.h>
#include <sched/heap.h>

#define RANK_NONE INT64_MAX     /* no deadline: behind everybody who has one */

#define REALTIME_PREEMPTIVE                                                     \
    { "preemptive", PARAM_CHOICE, "1", 0, 1, 1, "0/1",                          \
      "0: a running job is left alone until it ends or blocks" }

struct realtime {
    struct heap_node *nodes;    /* by tid */
    struct heap heap;
    bool preemptive;
    int64_t back, front;        /* places for tasks without a rank */
};

static inline size_t realtime_state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct realtime);
}

static inline size_t realtime_task_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct heap_node);
}

/* `preemptive` is the first row of each table. */
static inline void realtime_init(void *rq, const struct sched_params *p)
{
    struct realtime *r = rq;

    r->nodes = p->tasks;
    r->preemptive = sched_param_get(p, 0, 1);
    heap_init(&r->heap);
}

static inline void realtime_enqueue(struct realtime *r, tid_t tid, int64_t rank,
                                    enum sched_why why)
{
    struct heap_node *n = &r->nodes[tid];

    n->key = rank;
    n->tie = 0;
    if (rank == RANK_NONE)      /* one that was preempted is still the first of them */
        n->tie = why == SCHED_PREEMPTED ? --r->front : ++r->back;
    heap_add(&r->heap, r->nodes, tid);
}

static inline tid_t realtime_pick(void *rq, ns_t now)
{
    struct realtime *r = rq;

    (void)now;
    return heap_take(&r->heap, r->nodes);
}

static inline void realtime_remove(void *rq, tid_t tid)
{
    struct realtime *r = rq;

    heap_remove(&r->heap, r->nodes, tid);
}

static inline tid_t realtime_pull(void *rq, unsigned idle_hart, ns_t now)
{
    (void)rq, (void)idle_hart, (void)now;
    return TID_NONE;
}

static inline bool hart_allowed(const struct sched_task *t, unsigned hart)
{
    return hart >= 64 || t->affinity >> hart & 1;
}

/* First fit: the first hart whose utilisation stays within 1, in the order in which
 * tasks come (Lopez, Diaz, Garcia: "Utilization Bounds for EDF Scheduling on Real-Time
 * Multiprocessor Systems", Real-Time Systems 28, 2004). Without a fit, or when the need
 * is not known: the least loaded hart, and of those the one with the fewest tasks. */
static inline unsigned realtime_select_hart(const struct sched_task *t,
                                            const struct sched_hart *harts,
                                            unsigned nharts, enum sched_why why,
                                            ns_t now)
{
    const int64_t whole = 1000000;
    unsigned best = HART_NONE;
    uint64_t fewest = UINT64_MAX;
    int64_t need = 0;

    (void)why, (void)now;
    if (t->hart < nharts && hart_allowed(t, t->hart))
        return t->hart;
    if (t->period > 0 && t->burst > 0 && t->burst < t->period)
        need = (int64_t)((unsigned __int128)(uint64_t)t->burst * (uint64_t)whole
                         / (uint64_t)t->period);
    for (unsigned h = 0; h < nharts; h++) {
        if (!hart_allowed(t, h))
            continue;
        if (need > 0 && harts[h].load + need <= whole)
            return h;
        uint64_t crowd = (uint64_t)harts[h].load << 24
                         | (harts[h].nqueued + (harts[h].running != TID_NONE));
        if (crowd < fewest) {
            fewest = crowd;
            best = h;
        }
    }
    return best == HART_NONE ? 0 : best;
}

#endif
