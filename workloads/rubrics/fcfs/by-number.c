/* A mistake to compare with: of those that wait, the first in the file, whenever it came. */
#include <ossim/sched.h>

struct queue {
    tid_t max;
    bool waits[];
};

static size_t state_size(const struct sched_params *p)
{
    return sizeof(struct queue) + p->max_tasks * sizeof(bool);
}

static void init(void *rq, const struct sched_params *p)
{
    ((struct queue *)rq)->max = p->max_tasks;
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    (void)why, (void)now;
    ((struct queue *)rq)->waits[t->tid] = true;
}

static void leave(void *rq, tid_t tid)
{
    ((struct queue *)rq)->waits[tid] = false;
}

static tid_t pick(void *rq, ns_t now)
{
    struct queue *q = rq;

    (void)now;
    for (tid_t i = 0; i < q->max; i++)
        if (q->waits[i]) {
            leave(q, i);
            return i;
        }
    return TID_NONE;
}

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "by-number", .source = "Silberschatz, Galvin, Gagne, \"CPU Scheduling\"",
    .state_size = state_size, .init = init, .enqueue = enqueue, .pick = pick, .remove = leave,
};
