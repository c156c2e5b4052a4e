/* realtime.h - what edf, rm, dm and llf have in common.
 *
 * Tasks stand in order of a rank that does not change while they are queued; of equal
 * ranks the lowest task number is first (llf: the last one that ran). Tasks without a deadline come last, in the
 * order in which they came. A running task is never ousted by one of equal rank.
 *
 * With a queue per hart, tasks are partitioned: each lives on the hart where it fits
 * first and stays there; an idle hart gets nothing from a busy one. O(log n) for each
 * operation, 20 bytes a task (llf: 32).
 */
#ifndef SCHED_POLICY_REALTIME_H
#define SCHED_POLICY_REALTIME_H

#include <ossim/sched.h>
#include <sched/flat.h>
#include <sched/heap.h>
#include <sched/phrase.h>

#define RANK_NONE INT64_MAX     /* no deadline: behind everybody who has one */
#define RANK_LAST (INT64_MAX / 2)       /* behind it, in nodes, are those without */

#define REALTIME_PREEMPTIVE                                                     \
    { "preemptive", PARAM_CHOICE, "1", 0, 1, 1, "0/1",                          \
      "0: a running job is left alone until it ends or blocks" }

enum realtime_rank {
    RANK_PERIOD,                /* rm */
    RANK_RELATIVE_DEADLINE,     /* dm */
    RANK_DEADLINE,              /* edf */
    RANK_LAXITY,                /* llf: the latest time to begin what is left */
};

struct realtime {
    flat_t nodes;               /* struct heap_node by tid */
    struct heap heap;
    enum realtime_rank by;
    bool preemptive;
    int64_t back, front;        /* places of tasks without a rank, from the middle of theirs */
    ns_t time_unit;
};

static inline struct heap_node *realtime_nodes(const struct realtime *r)
{
    return flat_at(r, r->nodes);
}

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
static inline void realtime_init(struct realtime *r, const struct sched_params *p,
                                 enum realtime_rank by)
{
    r->nodes = flat_to(r, p->tasks);
    r->by = by;
    r->preemptive = sched_param_get(p, 0, 1);
    r->time_unit = p->time_unit;
    heap_init(&r->heap);
}

static inline int64_t realtime_rank(enum realtime_rank by, const struct sched_task *t)
{
    switch (by) {
    case RANK_RELATIVE_DEADLINE:
        if (t->relative_deadline > 0)
            return t->relative_deadline;
        break;
    case RANK_DEADLINE:
        return t->deadline;
    case RANK_LAXITY:
        return t->deadline == NS_MAX ? RANK_NONE : t->deadline - t->burst;
    case RANK_PERIOD:
        break;
    }
    return t->period > 0 ? t->period : RANK_NONE;
}

static inline void realtime_enqueue(void *rq, const struct sched_task *t,
                                    enum sched_why why, ns_t now)
{
    struct realtime *r = rq;
    struct heap_node *n = &realtime_nodes(r)[t->tid];

    int64_t rank = realtime_rank(r->by, t);
    n->key = rank < RANK_LAST ? rank : RANK_LAST;
#ifndef HEAP_TIELESS
    /* Laxities are compared again and again: of equal ones, the last to run is first. */
    n->tie = why == SCHED_PREEMPTED ? -now : 0;
#else
    (void)now;
#endif
    if (rank == RANK_NONE)      /* one that was preempted is still the first of them */
        n->key = RANK_NONE - RANK_LAST / 2 + (why == SCHED_PREEMPTED ? --r->front : ++r->back);
    heap_add(&r->heap, realtime_nodes(r), t->tid);
}

static inline tid_t realtime_pick(void *rq, ns_t now)
{
    struct realtime *r = rq;

    (void)now;
    return heap_take(&r->heap, realtime_nodes(r));
}

static inline void realtime_remove(void *rq, tid_t tid)
{
    struct realtime *r = rq;

    heap_remove(&r->heap, realtime_nodes(r), tid);
}

static inline bool realtime_preempts(const void *rq, const struct sched_task *queued,
                                     const struct sched_task *running)
{
    const struct realtime *r = rq;

    return r->preemptive && realtime_rank(r->by, queued) < realtime_rank(r->by, running);
}

/* Preemption levels of those whose rank changes with time (Baker, "Stack-Based Scheduling
 * of Realtime Processes", Real-Time Systems 3, 1991). */
static inline int64_t realtime_level(const struct sched_params *p,
                                     const struct sched_task *t)
{
    (void)p;
    return t->relative_deadline > 0 ? t->relative_deadline : RANK_NONE;
}

static inline void realtime_explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    static const char *const what[] = {
        [RANK_PERIOD] = "period ", [RANK_RELATIVE_DEADLINE] = "relative deadline ",
        [RANK_DEADLINE] = "deadline ", [RANK_LAXITY] = "must begin by ",
    };
    const struct realtime *r = rq;
    struct phrase say = phrase_in(buf, size);
    int64_t rank = realtime_nodes(r)[tid].key;

    if (rank > RANK_LAST) {
        phrase_text(&say, r->by == RANK_PERIOD ? "no period" : "no deadline");
        return;
    }
    phrase_text(&say, what[r->by]);
    phrase_ratio(&say, rank, r->time_unit);
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

#define REALTIME_OPS                                                            \
    .task_size = realtime_task_size, .enqueue = realtime_enqueue,               \
    .pick = realtime_pick, .remove = realtime_remove,                           \
    .preempts = realtime_preempts, .select_hart = realtime_select_hart,         \
    .pull = realtime_pull, .explain = realtime_explain

#endif
