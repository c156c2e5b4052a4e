/* The smallest number first; who waits gains a level every 10 units.
 *
 * A task keeps what it gained while it runs and when it is preempted; it starts anew when it
 * comes back by itself. Within a level who was queued earlier is first, and one that was
 * preempted stands ahead of all.
 */
#include <ossim/sched.h>

struct task {
    int32_t level;              /* smaller: more urgent */
    int32_t gained;
    int64_t place;              /* in the level */
    ns_t gains;                 /* when it gains the next level */
    bool queued;
};

struct queue {
    tid_t max;
    ns_t age;
    int64_t front, back;        /* places given so far */
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
    q->age = 10 * p->time_unit;
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct queue *q = rq;
    struct task *k = &q->task[t->tid];

    if (why != SCHED_PREEMPTED)
        k->gained = 0;
    k->level = t->priority - k->gained;
    k->place = why == SCHED_PREEMPTED ? --q->front : ++q->back;
    k->gains = now + q->age;
    k->queued = true;
}

static void leave(void *rq, tid_t tid)
{
    ((struct queue *)rq)->task[tid].queued = false;
}

static bool before(const struct task *a, const struct task *b)
{
    return a->level != b->level ? a->level < b->level : a->place < b->place;
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
    const struct queue *q = rq;

    return q->task[queued->tid].level < q->task[running->tid].level;
}

/* Who has waited long enough gains a level. */
static ns_t timer(void *rq, ns_t now)
{
    struct queue *q = rq;
    ns_t next = now + q->age;

    for (tid_t i = 0; i < q->max; i++) {
        struct task *k = &q->task[i];

        if (!k->queued)
            continue;
        if (k->gains <= now) {
            k->level--;
            k->gained++;
            k->gains += q->age;
        }
        if (k->gains < next)
            next = k->gains;
    }
    return next;
}

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "my-ageing", .source = "Silberschatz, Galvin, Gagne, \"CPU Scheduling\"",
    .state_size = state_size, .init = init, .enqueue = enqueue, .pick = pick, .remove = leave,
    .flags = SCHED_HANDS_BACK, .preempts = preempts, .timer = timer,
};
