/* Lottery scheduling: whoever holds the ticket that is drawn runs 10 units. */
#include <ossim/sched.h>

struct task {
    uint32_t tickets;
    bool queued;
};

struct queue {
    tid_t max;
    ns_t quantum;
    uint64_t random;
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
    q->random = p->seed;
}

static void leave(void *rq, tid_t tid)
{
    ((struct queue *)rq)->task[tid].queued = false;
}

/* Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014 */
static uint64_t draw(struct queue *q)
{
    uint64_t x = q->random += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct queue *q = rq;

    (void)why, (void)now;
    q->task[t->tid] = (struct task){ .tickets = t->tickets, .queued = true };
}

static tid_t pick(void *rq, ns_t now)
{
    struct queue *q = rq;
    uint64_t all = 0, winner;

    (void)now;
    for (tid_t i = 0; i < q->max; i++)
        all += q->task[i].queued ? q->task[i].tickets : 0;
    if (all == 0)
        return TID_NONE;
    winner = draw(q) % all;
    for (tid_t i = 0; i < q->max; i++) {
        if (!q->task[i].queued)
            continue;
        if (winner < q->task[i].tickets) {
            leave(q, i);
            return i;
        }
        winner -= q->task[i].tickets;
    }
    return TID_NONE;
}

static ns_t quantum(const void *rq, tid_t tid)
{
    (void)tid;
    return ((const struct queue *)rq)->quantum;
}

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "my-lottery", .source = "Waldspurger, Weihl, \"Lottery Scheduling\", OSDI 1994",
    .state_size = state_size, .init = init, .enqueue = enqueue, .pick = pick, .remove = leave,
    .quantum = quantum,
};
