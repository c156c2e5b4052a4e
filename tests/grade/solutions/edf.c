/* Earliest deadline first, preemptive. */
#include <ossim/sched.h>

struct task {
    ns_t deadline;
    int64_t place;              /* for ties: who came first */
    bool queued;
};

struct queue {
    tid_t max;
    int64_t places;
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
    k->deadline = t->deadline;
    if (why != SCHED_PREEMPTED)
        k->place = ++q->places;
    k->queued = true;
}

static bool before(const struct task *a, const struct task *b)
{
    return a->deadline != b->deadline ? a->deadline < b->deadline : a->place < b->place;
}

static tid_t pick(void *rq, ns_t now)
{
    struct queue *q = rq;
    tid_t best = TID_NONE;

    (void)now;
    for (tid_t i = 0; i < q->max; i++)
        if (q->task[i].queued && (best == TID_NONE || before(&q->task[i], &q->task[best])))
            best = i;
    if (best != TID_NONE)
        leave(q, best);
    return best;
}

static bool preempts(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    (void)rq;
    return queued->deadline < running->deadline;
}

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "my-edf", .source = "Liu, Layland, JACM 20(1), 1973",
    .state_size = state_size, .init = init, .enqueue = enqueue, .pick = pick, .remove = leave,
    .flags = SCHED_BY_DEADLINE, .preempts = preempts,
};
