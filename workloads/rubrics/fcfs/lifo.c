/* A mistake to compare with: a line that is served from the wrong end. */
#include <ossim/sched.h>

struct queue {
    tid_t n;
    tid_t waiting[];
};

static size_t state_size(const struct sched_params *p)
{
    return sizeof(struct queue) + p->max_tasks * sizeof(tid_t);
}

static void init(void *rq, const struct sched_params *p)
{
    (void)rq, (void)p;
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct queue *q = rq;

    (void)why, (void)now;
    q->waiting[q->n++] = t->tid;
}

static void leave(void *rq, tid_t tid)
{
    struct queue *q = rq;
    tid_t kept = 0;

    for (tid_t i = 0; i < q->n; i++)
        if (q->waiting[i] != tid)
            q->waiting[kept++] = q->waiting[i];
    q->n = kept;
}

static tid_t pick(void *rq, ns_t now)
{
    struct queue *q = rq;
    tid_t tid = q->n ? q->waiting[q->n - 1] : TID_NONE;

    (void)now;
    leave(q, tid);
    return tid;
}

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "lifo", .source = "Silberschatz, Galvin, Gagne, \"CPU Scheduling\"",
    .state_size = state_size, .init = init, .enqueue = enqueue, .pick = pick, .remove = leave,
};
