/* round-robin.c - everyone in turn, for one quantum each.
 *
 *     ossim run w.json --sched ./workloads/plugins/round-robin.c:quantum=4
 *
 * New here: a parameter of the command line, and preemption by time. The policy
 * only says how long a task may run; the core takes the hart away when that is
 * over and enqueues the task again, with why == SCHED_EXPIRED. That it goes to the
 * *end* of the line is what makes this round robin.
 *
 * The line is a ring of task numbers, doubly linked, so that joining, leaving and
 * picking are one step each however many tasks there are. Numbers instead of
 * pointers: the core may copy this memory and put it back elsewhere.
 *
 * To try: what happens to response times when the quantum shrinks? And to the count
 * of context switches? What if an expired task joined at the front?
 */
#include <ossim/sched.h>

struct link {
    tid_t next, prev;
};

struct round_robin {
    ns_t quantum;            /* ns */
    tid_t anchor;            /* ring[anchor] is nobody: its next is the first in line */
    struct link ring[];      /* by tid, and the anchor after them */
};

static size_t state_size(const struct sched_params *p)
{
    return sizeof(struct round_robin) + (p->max_tasks + (size_t)1) * sizeof(struct link);
}

static void init(void *rq, const struct sched_params *p)
{
    struct round_robin *r = rq;

    r->quantum = p->quantum;     /* the core has read the parameter: 10 units if none */
    r->anchor = p->max_tasks;
    r->ring[r->anchor] = (struct link){ .next = r->anchor, .prev = r->anchor };
}

/* Join at the end: between the last in line and the anchor. */
static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct round_robin *r = rq;
    tid_t last = r->ring[r->anchor].prev;

    (void)why, (void)now;        /* new, woken or expired: the end of the line */
    r->ring[t->tid] = (struct link){ .next = r->anchor, .prev = last };
    r->ring[last].next = t->tid;
    r->ring[r->anchor].prev = t->tid;
}

/* Step out, from wherever in the line. */
static void leave(void *rq, tid_t tid)
{
    struct round_robin *r = rq;
    struct link gone = r->ring[tid];

    r->ring[gone.prev].next = gone.next;
    r->ring[gone.next].prev = gone.prev;
}

static tid_t pick(void *rq, ns_t now)
{
    struct round_robin *r = rq;
    tid_t first = r->ring[r->anchor].next;

    (void)now;
    if (first == r->anchor)
        return TID_NONE;
    leave(r, first);
    return first;
}

static ns_t quantum(const void *rq, tid_t tid)
{
    const struct round_robin *r = rq;

    (void)tid;                   /* the same for everyone */
    return r->quantum;
}

static const struct policy_param params[] = {
    { .name = "quantum", .type = PARAM_TIME, .def = "10", .min = 1, .max = NS_MAX,
      .max_values = 1, .about = "time until the next one's turn" },
    { .name = NULL },
};

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "round-robin",
    .source = "OSTEP, \"Scheduling: Introduction\", section \"Round Robin\"",
    .about = "everyone in turn, for one quantum each", .params = params,
    .state_size = state_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave, .quantum = quantum,
};
