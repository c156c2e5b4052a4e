/* A fair share by nice: the smallest virtual runtime runs 3 units at most. */
#include <ossim/sched.h>

struct task {
    int64_t vruntime;           /* CPU time / weight */
    bool queued;
};

struct queue {
    tid_t max;
    ns_t slice;
    int64_t least;              /* of those here; never falls */
    struct task task[];
};

static size_t state_size(const struct sched_params *p)
{
    return sizeof(struct queue) + p->max_tasks * sizeof(struct task);
}

static void init(void *rq, const struct sched_params *p)
{
    struct queue *q = rq;

    q->max = p->max_tasks;
    q->slice = 3 * p->time_unit;
}

static void leave(void *rq, tid_t tid)
{
    ((struct queue *)rq)->task[tid].queued = false;
}

/* 1024 * 1.25^-nice */
static int64_t weight(int nice)
{
    int64_t w = 1024 * 1024;

    for (; nice > 0; nice--)
        w = w * 4 / 5;
    for (; nice < 0; nice++)
        w = w * 5 / 4;
    return w;
}

/* Who comes back has no more credit than one slice. */
static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct queue *q = rq;
    struct task *k = &q->task[t->tid];

    (void)now;
    if (why == SCHED_NEW)
        k->vruntime = q->least;
    else if (why == SCHED_WOKEN && k->vruntime < q->least - q->slice)
        k->vruntime = q->least - q->slice;
    k->queued = true;
}

static tid_t pick(void *rq, ns_t now)
{
    struct queue *q = rq;
    tid_t best = TID_NONE;

    (void)now;
    for (tid_t i = 0; i < q->max; i++)
        if (q->task[i].queued &&
            (best == TID_NONE || q->task[i].vruntime < q->task[best].vruntime))
            best = i;
    if (best != TID_NONE) {
        if (q->task[best].vruntime > q->least)
            q->least = q->task[best].vruntime;
        leave(q, best);
    }
    return best;
}

static void ran(void *rq, const struct sched_task *t, ns_t time, enum sched_stop why, ns_t now)
{
    struct queue *q = rq;

    (void)why, (void)now;
    q->task[t->tid].vruntime += time * 1024 * 1024 / weight(t->nice);
}

static ns_t quantum(const void *rq, tid_t tid)
{
    (void)tid;
    return ((const struct queue *)rq)->slice;
}

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "my-fair", .source = "Linux, Documentation/scheduler/sched-design-CFS",
    .state_size = state_size, .init = init, .enqueue = enqueue, .pick = pick, .remove = leave,
    .ran = ran, .quantum = quantum,
};
