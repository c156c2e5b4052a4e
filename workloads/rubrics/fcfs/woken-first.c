/* A mistake to compare with: whoever comes back from an I/O goes ahead of those that wait. */
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

    tid_t at = why == SCHED_WOKEN ? 0 : q->n;

    (void)now;
    for (tid_t i = q->n++; i > at; i--)
        q->waiting[i] = q->waiting[i - 1];
    q->waiting[at] = t->tid;
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
    tid_t tid = q->n ? q->waiting[0] : TID_NONE;

    (void)now;
    leave(q, tid);
    return tid;
}

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "woken-first", .source = "Silberschatz, Galvin, Gagne, \"CPU Scheduling\"",
    .state_size = state_size, .init = init, .enqueue = enqueue, .pick = pick, .remove = leave,
};
