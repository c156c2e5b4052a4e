/* fair.c - the completely fair scheduler: the task that had the least weighted time.
 *
 * As Linux 2.6.23 to 6.5 has it (Documentation/scheduler/sched-design-CFS.rst and
 * kernel/sched/fair.c): virtual runtime grows by real time x 1024 / weight, the weight
 * comes from nice; the smallest runs. In each `latency` every task runs once, in slices
 * by weight, but no slice is below `granularity`. A sleeper returns at most half a
 * latency behind the queue's virtual time, and takes the hart if that puts it more than
 * `wakeup` behind the running task.
 *
 * Differs from it: slices are exact, not rounded to timer ticks, and are set when a task
 * is picked (of a lone task: half a latency, lest a newcomer wait so much longer); values
 * are not scaled by the number of CPUs; a new task starts at the queue's
 * virtual time, without START_DEBIT; one that yields goes behind the next one. Equal
 * virtual runtimes: who was queued first.
 *
 * Linux keeps a red-black tree; only the first is ever asked for, so a heap does. O(log n)
 * for each operation, 56 bytes a task.
 */
#include <ossim/sched.h>
#include <sched/flat.h>
#include <sched/heap.h>
#include <sched/phrase.h>
#include <sched/weight.h>

enum { LATENCY, GRANULARITY, WAKEUP };

static const struct policy_param params[] = {
    [LATENCY] = { "latency", PARAM_TIME, "6ms", 1, NS_MAX, 1, NULL,
                  "every task runs once in this time" },
    [GRANULARITY] = { "granularity", PARAM_TIME, "0.75ms", 1, NS_MAX, 1, NULL,
                      "the shortest slice" },
    [WAKEUP] = { "wakeup", PARAM_TIME, "1ms", 0, NS_MAX, 1, NULL,
                 "how far behind a waking task must be to preempt" },
    { 0 },
};

#define NO_NEWCOMER (-1)

struct more {                   /* beside the node, whose key is the virtual runtime and
                                 * whose data is the weight, 0 while it counts nowhere */
    ns_t mark;                  /* `received` when it was queued last */
    flat_t home;                /* `nodes` of the queue that its virtual runtime belongs
                                 * to: each has another; 0: none yet */
    ns_t since;                 /* running: its pick. Queued: when it came, if it was new
                                 * or woken; else NO_NEWCOMER */
};

struct fair {
    flat_t nodes, more;         /* struct heap_node and struct more by tid */
    struct heap heap;
    tid_t running;              /* the first of them, linked by nodes[].next and .prev */
    int64_t floor;              /* the queue's virtual time: never falls */
    int64_t arrivals;           /* enqueues so far, for ties */
    uint64_t weight;            /* of all tasks here, running ones too */
    uint64_t ntasks;
    ns_t latency, granularity, wakeup, time_unit;
    ns_t now;                   /* of the last op */
};

static struct heap_node *nodes_of(const struct fair *f)
{
    return flat_at(f, f->nodes);
}

static struct more *more_of(const struct fair *f)
{
    return flat_at(f, f->more);
}

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct fair);
}

static size_t task_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct heap_node) + sizeof(struct more);
}

static void init(void *rq, const struct sched_params *p)
{
    struct fair *f = rq;

    f->nodes = flat_to(rq, p->tasks);
    f->more = flat_to(rq, nodes_of(f) + p->max_tasks);
    f->time_unit = p->time_unit;
    heap_init(&f->heap);
    f->running = TID_NONE;
    f->latency = sched_param_get(p, LATENCY, 6000000);
    f->granularity = sched_param_get(p, GRANULARITY, 750000);
    f->wakeup = sched_param_get(p, WAKEUP, 1000000);
}

static int64_t virtual_time(ns_t real, int32_t weight)
{
    return ns_scale(real, WEIGHT_NICE_0, (uint64_t)weight);
}

/* --- those that run --- */

static void set_running(struct fair *f, tid_t tid, ns_t now)
{
    struct heap_node *n = nodes_of(f);

    more_of(f)[tid].since = now;
    n[tid].prev = TID_NONE;
    n[tid].next = f->running;
    if (f->running != TID_NONE)
        n[f->running].prev = tid;
    f->running = tid;
}

static void clear_running(struct fair *f, tid_t tid)
{
    struct heap_node *n = nodes_of(f);
    tid_t prev = n[tid].prev, next = n[tid].next;

    if (prev == TID_NONE)
        f->running = next;
    else
        n[prev].next = next;
    if (next != TID_NONE)
        n[next].prev = prev;
}

/* Time goes on for those that run, too (Linux: update_curr, update_min_vruntime): the
 * least virtual runtime of all, which never falls. A switch's cost counts as theirs until
 * they stop. */
static void look_at_clock(struct fair *f, ns_t now)
{
    const struct heap_node *n = nodes_of(f);
    tid_t first = f->heap.root;
    int64_t least = first == TID_NONE ? INT64_MAX : n[first].key;

    f->now = now;
    for (tid_t t = f->running; t != TID_NONE; t = n[t].next) {
        int64_t v = n[t].key + virtual_time(now - more_of(f)[t].since, n[t].data);

        if (v < least)
            least = v;
    }
    if (least != INT64_MAX && least > f->floor)
        f->floor = least;
}

/* A task is no longer one of this queue's, queued or running. */
static void forget(struct fair *f, tid_t tid)
{
    if (nodes_of(f)[tid].data > 0)
        f->ntasks--;
    f->weight -= (uint64_t)nodes_of(f)[tid].data;
    nodes_of(f)[tid].data = 0;
}

/* Where a task that was away joins. */
static int64_t place(const struct fair *f, const struct sched_task *t,
                     enum sched_why why)
{
    int64_t own = nodes_of(f)[t->tid].key;
    int64_t start = why == SCHED_WOKEN ? f->floor - f->latency / 2 : f->floor;

    if (why == SCHED_NEW || more_of(f)[t->tid].home != f->nodes)
        return start;
    return own > start ? own : start;
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct fair *f = rq;
    struct heap_node *n = &nodes_of(f)[t->tid];
    struct more *m = &more_of(f)[t->tid];
    bool comes = why == SCHED_NEW || why == SCHED_WOKEN || m->home != f->nodes;

    look_at_clock(f, now);
    if (m->home == f->nodes && n->data > 0) {   /* it was picked but did not run */
        clear_running(f, t->tid);
        forget(f, t->tid);
    }
    if (why == SCHED_YIELDED && f->heap.root != TID_NONE
        && n->key < nodes_of(f)[f->heap.root].key)
        n->key = nodes_of(f)[f->heap.root].key;
    else if (comes)
        n->key = place(f, t, why);
    n->tie = ++f->arrivals;
    n->data = (int32_t)weight_of_nice(t->nice);
    *m = (struct more){ .mark = t->received, .home = f->nodes,
                        .since = comes ? now : NO_NEWCOMER };
    f->weight += (uint64_t)n->data;
    f->ntasks++;
    heap_add(&f->heap, nodes_of(f), t->tid);
}

static tid_t pick(void *rq, ns_t now)
{
    struct fair *f = rq;
    tid_t tid;

    look_at_clock(f, now);
    tid = heap_take(&f->heap, nodes_of(f));
    if (tid != TID_NONE)
        set_running(f, tid, now);
    return tid;
}

static void leave(void *rq, tid_t tid)
{
    struct fair *f = rq;

    heap_remove(&f->heap, nodes_of(f), tid);
    forget(f, tid);
}

static tid_t pull(void *rq, unsigned idle_hart, ns_t now)
{
    struct fair *f = rq;
    tid_t tid = f->heap.root;

    (void)idle_hart, (void)now;
    if (tid != TID_NONE)
        leave(f, tid);
    return tid;
}

static void ran(void *rq, const struct sched_task *t, ns_t ran_ns, enum sched_stop why,
                ns_t now)
{
    struct fair *f = rq;
    struct heap_node *n = &nodes_of(f)[t->tid];

    (void)why;
    n->key += virtual_time(ran_ns, n->data);
    more_of(f)[t->tid].since = now;
    look_at_clock(f, now);
    clear_running(f, t->tid);
    forget(f, t->tid);
}

static ns_t quantum(const void *rq, tid_t tid)
{
    const struct fair *f = rq;
    ns_t period = f->latency, slice;

    if (f->ntasks <= 1)                 /* lest one that comes wait so much longer */
        return f->latency / 2 > f->granularity ? f->latency / 2 : f->granularity;
    if (f->ntasks > (uint64_t)(f->latency / f->granularity))
        period = ns_scale(f->granularity, f->ntasks, 1);
    slice = ns_scale(period, (uint64_t)nodes_of(f)[tid].data, f->weight ? f->weight : 1);
    return slice > f->granularity ? slice : f->granularity;
}

static bool preempts(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    const struct fair *f = rq;
    const struct heap_node *q = &nodes_of(f)[queued->tid], *r = &nodes_of(f)[running->tid];

    /* Lock protocols ask about sleepers too. Only newcomers take a hart: who came earlier
     * waits for a slice to end. */
    if (q->data == 0 || r->data == 0 || more_of(f)[queued->tid].since != f->now)
        return false;
    ns_t stretch = running->received - more_of(f)[running->tid].mark;
    int64_t behind = r->key + virtual_time(stretch, r->data) - q->key;

    return behind > virtual_time(f->wakeup, q->data);
}

static void explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    const struct fair *f = rq;
    struct phrase say = phrase_in(buf, size);

    phrase_text(&say, "vruntime ");
    phrase_ratio(&say, nodes_of(f)[tid].key, f->time_unit);
}

#define FAIR_OPS                                                                       \
    .params = params, .state_size = state_size, .task_size = task_size, .init = init,  \
    .enqueue = enqueue, .pick = pick, .remove = leave, .ran = ran, .quantum = quantum, \
    .preempts = preempts, .pull = pull, .explain = explain

const struct sched_ops sched_fair = {
    .abi = SCHED_ABI, .name = "fair",
    .source = "Linux 6.5, Documentation/scheduler/sched-design-CFS.rst",
    .about = "completely fair scheduler: least weighted time first",
    .flags = SCHED_BY_NICE, FAIR_OPS,
};

/* Energy-aware scheduling chooses the hart; on it, tasks share it as under fair. */
const struct sched_ops sched_eas = {
    .abi = SCHED_ABI, .name = "eas",
    .source = "Linux 6.5, Documentation/scheduler/sched-energy.rst",
    .about = "fair, and a task wakes up on the hart where it costs the least energy",
    .flags = SCHED_BY_NICE | SCHED_BY_ENERGY, FAIR_OPS,
};
