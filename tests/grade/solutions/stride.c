/* Stride scheduling: the smallest pass runs 10 units. */
#include <ossim/sched.h>

struct task {
    int64_t pass;               /* while it sleeps: how far ahead it was */
    bool queued;
};

struct queue {
    tid_t max;
    ns_t quantum;
    int64_t pass;               /* of the one picked last */
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
    q->quantum = 10 * p->time_unit;
}

static void leave(void *rq, tid_t tid)
{
    ((struct queue *)rq)->task[tid].queued = false;
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct queue *q = rq;
    struct task *k = &q->task[t->tid];

    (void)now;
    if (why == SCHED_NEW)
        k->pass = q->pass;      /* neither credit nor debt */
    else if (why == SCHED_WOKEN)
        k->pass += q->pass;
    k->queued = true;
}

static tid_t pick(void *rq, ns_t now)
{
    struct queue *q = rq;
    tid_t best = TID_NONE;

    (void)now;
    for (tid_t i = 0; i < q->max; i++)
        if (q->task[i].queued && (best == TID_NONE || q->task[i].pass < q->task[best].pass))
            best = i;
    if (best != TID_NONE) {
        if (q->task[best].pass > q->pass)
            q->pass = q->task[best].pass;
        leave(q, best);
    }
    return best;
}

/* A whole quantum moves a task with one ticket by 2^4 3^2 5^4 7 11 13 units; less by its part. */
static void ran(void *rq, const struct sched_task *t, ns_t time, enum sched_stop why, ns_t now)
{
    struct queue *q = rq;
    struct task *k = &q->task[t->tid];

    (void)now;
    if (why == STOP_YIELDED)
        time = q->quantum;
    k->pass += INT64_C(90090000) / t->tickets * time / q->quantum;
    if (why == STOP_BLOCKED)
        k->pass = k->pass > q->pass ? k->pass - q->pass : 0;
}

static ns_t quantum(const void *rq, tid_t tid)
{
    (void)tid;
    return ((const struct queue *)rq)->quantum;
}

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "my-stride", .source = "Waldspurger, Weihl, \"Stride Scheduling\", 1995",
    .state_size = state_size, .init = init, .enqueue = enqueue, .pick = pick, .remove = leave,
    .ran = ran, .quantum = quantum,
};
