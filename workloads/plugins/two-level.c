/* two-level.c - short bursts first, without knowing how long a burst will be.
 *
 *     ossim run w.json --sched ./workloads/plugins/two-level.c:quantum=5:boost=200
 *
 * Feedback scheduling with two levels. Everybody starts at the top and has one
 * quantum there. Who uses it up is taken for a long job and goes to the bottom,
 * where the quantum is `factor` times as long; the bottom runs only when the top is
 * empty. Who blocks earlier than that stays at the top: typing keeps its quick
 * answers while a compilation runs. So that nobody starves at the bottom, a boost
 * lifts everybody to the top from time to time.
 *
 * New here: memory for each task (task_size), what a task did with its quantum
 * (`why` of enqueue), preemption by an arrival, a timer, and the level for the
 * screen.
 *
 * To try: a job that blocks just before its quantum ends keeps the top for ever.
 * Find a workload that shows this, then repair it with `ran` (mlfq's `allotment`).
 */
#include <ossim/sched.h>

enum { TOP, BOTTOM, LEVELS };
enum { QUANTUM, FACTOR, BOOST };        /* the rows of `params` */

struct task {                /* one for each tid, zeroed at the start */
    tid_t next, prev;        /* in the line of its level */
    uint32_t level;          /* remembered while it runs and while it sleeps */
};

struct line {
    tid_t first, last;       /* TID_NONE: empty */
};

struct two_level {
    struct task *task;       /* the core's memory, shared by all queues */
    tid_t max_tasks;
    ns_t quantum[LEVELS];    /* ns */
    ns_t boost;              /* ns between two boosts; 0 = never */
    struct line line[LEVELS];
};

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct two_level);
}

static size_t task_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct task);
}

static void init(void *rq, const struct sched_params *p)
{
    struct two_level *q = rq;

    q->task = p->tasks;
    q->max_tasks = p->max_tasks;
    q->quantum[TOP] = p->quantum;
    q->quantum[BOTTOM] = p->quantum * sched_param_get(p, FACTOR, 4);
    q->boost = sched_param_get(p, BOOST, 0);
    for (int l = 0; l < LEVELS; l++)
        q->line[l] = (struct line){ TID_NONE, TID_NONE };
}

/* --- the two lines --- */

static void append(struct two_level *q, uint32_t level, tid_t tid)
{
    struct line *line = &q->line[level];

    q->task[tid] = (struct task){ .next = TID_NONE, .prev = line->last, .level = level };
    if (line->last == TID_NONE)
        line->first = tid;
    else
        q->task[line->last].next = tid;
    line->last = tid;
}

static void leave(void *rq, tid_t tid)
{
    struct two_level *q = rq;
    struct task *t = &q->task[tid];
    struct line *line = &q->line[t->level];

    if (t->prev == TID_NONE)
        line->first = t->next;
    else
        q->task[t->prev].next = t->next;
    if (t->next == TID_NONE)
        line->last = t->prev;
    else
        q->task[t->next].prev = t->prev;
}

/* --- the rules --- */

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct two_level *q = rq;
    uint32_t level = q->task[t->tid].level;

    (void)now;
    if (why == SCHED_NEW)
        level = TOP;
    else if (why == SCHED_EXPIRED)
        level = BOTTOM;
    append(q, level, t->tid);
}

static tid_t pick(void *rq, ns_t now)
{
    struct two_level *q = rq;

    (void)now;
    for (int l = 0; l < LEVELS; l++) {
        tid_t first = q->line[l].first;
        if (first != TID_NONE) {
            leave(q, first);
            return first;
        }
    }
    return TID_NONE;
}

static ns_t quantum(const void *rq, tid_t tid)
{
    const struct two_level *q = rq;

    return q->quantum[q->task[tid].level];
}

/* The top does not wait for the bottom. */
static bool preempts(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    const struct two_level *q = rq;

    return q->task[queued->tid].level < q->task[running->tid].level;
}

/* Lift the whole bottom line, in its order, behind the top line. Who is asleep or
 * running stays where it is until the next boost. */
static ns_t timer(void *rq, ns_t now)
{
    struct two_level *q = rq;
    tid_t tid;

    if (q->boost == 0)
        return NS_MAX;
    while ((tid = q->line[BOTTOM].first) != TID_NONE) {
        leave(q, tid);
        append(q, TOP, tid);
    }
    return now + q->boost;
}

static unsigned level(const void *rq, tid_t tid)
{
    const struct two_level *q = rq;

    return q->task[tid].level;
}

static const struct policy_param params[] = {
    [QUANTUM] = { .name = "quantum", .type = PARAM_TIME, .def = "10", .min = 1,
                  .max = NS_MAX / 1000, .max_values = 1, .about = "quantum at the top" },
    [FACTOR] = { .name = "factor", .type = PARAM_INT, .def = "4", .min = 1, .max = 1000,
                 .max_values = 1, .about = "how much longer it is at the bottom" },
    [BOOST] = { .name = "boost", .type = PARAM_TIME, .def = "", .min = 1,
                .max = NS_MAX / 1000, .max_values = 1,
                .about = "time between two boosts; none: never" },
    { .name = NULL },
};

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "two-level",
    .source = "OSTEP, \"Scheduling: The Multi-Level Feedback Queue\"",
    .about = "who uses up a quantum goes to the lower of two levels", .params = params,
    .state_size = state_size, .task_size = task_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave,
    .quantum = quantum, .preempts = preempts, .timer = timer, .level = level,
};
