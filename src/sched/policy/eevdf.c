/* eevdf.c - earliest eligible virtual deadline first.
 *
 * As Linux 6.6 has it (kernel/sched/fair.c). Virtual runtime v grows by real time x 1024
 * / weight, the weight comes from nice. The queue's virtual time V is the weighted mean
 * of all its tasks' v, and a task's lag is V - v. A task is eligible while its lag is not
 * negative, that is while it has not had more than its share; of the eligible ones the
 * one with the earliest virtual deadline runs, which is `slice` x 1024 / weight after
 * the v at which its request began. A task that blocks keeps its lag, two slices of it
 * at most, and has it again when it returns. A waking task that
 * is eligible takes the hart from a running one that no longer is (RUN_TO_PARITY), for
 * whoever is first then.
 *
 * Differs from it: slices are exact, not rounded to timer ticks; a new task's first
 * request is a whole one, without PLACE_DEADLINE_INITIAL. Equal deadlines: the lowest
 * task number.
 *
 * A tree by deadline that knows the least v of each subtree: O(log n) for each
 * operation, 64 bytes a task.
 */
#include <ossim/sched.h>
#include <sched/flat.h>
#include <sched/phrase.h>
#include <sched/tree.h>
#include <sched/weight.h>

static const struct policy_param params[] = {
    { "slice", PARAM_TIME, "3ms", 1, NS_MAX, 1, NULL, "the length of a request" },
    { 0 },
};

enum {
    AWAY,                       /* v is the lag it left with */
    COUNTED,                    /* in the queue's sums, and queued */
    RUNS,                       /* in its sums, and picked: in the list `running` */
    BETWEEN,                    /* just stopped running, to be queued again */
};

#define NO_NEWCOMER (-1)

struct entity {
    struct tree_link link;      /* first: tree.h; while it runs, left and right are its
                                 * neighbours in the list */
    int32_t weight;
    uint16_t state;
    uint16_t turn;              /* picks of its queue when it was queued, or picked */
    int64_t v;                  /* virtual runtime, or the lag */
    int64_t deadline;
    int64_t least;              /* v in the subtree */
    ns_t mark;                  /* `received` when it was queued last */
    ns_t since;                 /* running: its pick; queued: when it came, if it was new
                                 * or woken, else NO_NEWCOMER */
};

struct eevdf {
    flat_t tasks;               /* struct entity by tid */
    tid_t root;
    tid_t running;              /* the first of them */
    ns_t slice, time_unit;
    int64_t weight;             /* of all tasks here, running ones too, */
    __int128 sum;               /* and of weight x v: the running ones as of their pick */
    int64_t last;               /* V when the queue was left empty */
    uint16_t picks;             /* so far; it wraps */
    ns_t now;                   /* of the last op */
};

static struct entity *tasks_of(const struct eevdf *q)
{
    return flat_at(q, q->tasks);
}

static bool before(const void *tasks, tid_t a, tid_t b)
{
    const struct entity *e = tasks;

    return e[a].deadline != e[b].deadline ? e[a].deadline < e[b].deadline : a < b;
}

static void gather(void *tasks, tid_t tid)
{
    struct entity *e = tasks, *t = &e[tid];
    int64_t least = t->v;

    if (t->link.left != TID_NONE && e[t->link.left].least < least)
        least = e[t->link.left].least;
    if (t->link.right != TID_NONE && e[t->link.right].least < least)
        least = e[t->link.right].least;
    t->least = least;
}

static const struct tree_kind by_deadline = { sizeof(struct entity), before, gather };

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct eevdf);
}

static size_t task_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct entity);
}

static void init(void *rq, const struct sched_params *p)
{
    struct eevdf *q = rq;

    q->tasks = flat_to(rq, p->tasks);
    q->time_unit = p->time_unit;
    q->root = q->running = TID_NONE;
    q->slice = sched_param_get(p, 0, 3000000);
}

static int64_t virtual_time(ns_t real, int32_t weight)
{
    return ns_scale(real, WEIGHT_NICE_0, (uint64_t)weight);
}

/* The sum of weight x v as of the last op: with what those that run have had since their
 * pick (Linux: update_curr comes first; a switch's cost counts as theirs until they stop). */
static __int128 sum_now(const struct eevdf *q)
{
    const struct entity *e = tasks_of(q);
    __int128 sum = q->sum;

    for (tid_t t = q->running; t != TID_NONE; t = e[t].link.right)
        sum += (__int128)e[t].weight * virtual_time(q->now - e[t].since, e[t].weight);
    return sum;
}

/* V, rounded down. */
static int64_t mean(const struct eevdf *q)
{
    __int128 v, sum = sum_now(q);

    if (q->weight == 0)
        return q->last;
    v = sum / q->weight;
    return (int64_t)(v * q->weight > sum ? v - 1 : v);
}

static bool eligible(const struct eevdf *q, __int128 sum, int64_t v)
{
    return (__int128)v * q->weight <= sum;
}

static void set_running(struct eevdf *q, tid_t tid)
{
    struct entity *e = tasks_of(q);

    e[tid].state = RUNS;
    e[tid].turn = ++q->picks;
    e[tid].since = q->now;
    e[tid].link.left = TID_NONE;
    e[tid].link.right = q->running;
    if (q->running != TID_NONE)
        e[q->running].link.left = tid;
    q->running = tid;
}

static void clear_running(struct eevdf *q, tid_t tid)
{
    struct entity *e = tasks_of(q);
    tid_t left = e[tid].link.left, right = e[tid].link.right;

    DCHECK(e[tid].state == RUNS);
    if (left == TID_NONE)
        q->running = right;
    else
        e[left].link.right = right;
    if (right != TID_NONE)
        e[right].link.left = left;
}

static void join(struct eevdf *q, struct entity *e)
{
    e->state = COUNTED;
    q->weight += e->weight;
    q->sum += (__int128)e->weight * e->v;
}

static void part(struct eevdf *q, struct entity *e)
{
    DCHECK(e->state == COUNTED || e->state == RUNS);
    DCHECK(q->weight >= e->weight);
    e->state = BETWEEN;
    if (q->weight == e->weight)
        q->last = e->v;
    q->weight -= e->weight;
    q->sum -= (__int128)e->weight * e->v;
}

static int64_t clamp_lag(const struct eevdf *q, int64_t lag, int32_t weight)
{
    int64_t most = virtual_time(q->slice > NS_MAX / 2 ? NS_MAX : 2 * q->slice, weight);

    return lag > most ? most : lag < -most ? -most : lag;
}

/* A task comes with its lag. Its own weight moves V, so that the lag must be larger
 * beforehand to be right afterwards (Linux, place_entity). */
static void place(struct eevdf *q, struct entity *e)
{
    int64_t lag = clamp_lag(q, e->v, e->weight);

    if (q->weight > 0)
        lag = (int64_t)((__int128)lag * (q->weight + e->weight) / q->weight);
    else
        lag = 0;
    e->v = mean(q) - lag;
    e->deadline = e->v + virtual_time(q->slice, e->weight);
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct eevdf *q = rq;
    struct entity *e = &tasks_of(q)[t->tid];
    bool comes = why == SCHED_NEW || why == SCHED_WOKEN || why == SCHED_MIGRATED;

    q->now = now;
    if (e->state == RUNS) {             /* picked, but it did not run */
        clear_running(q, t->tid);
        part(q, e);
    }
    if (why == SCHED_NEW)
        e->v = 0;
    e->weight = (int32_t)weight_of_nice(t->nice);
    e->mark = t->received;
    e->since = comes ? now : NO_NEWCOMER;
    if (why != SCHED_PREEMPTED)
        e->turn = q->picks;
    if (e->state == AWAY || why == SCHED_NEW)
        place(q, e);
    else if (why == SCHED_YIELDED)      /* its request is given up for the next one */
        e->deadline += virtual_time(q->slice, e->weight);
    join(q, e);
    tree_add(&by_deadline, tasks_of(q), &q->root, t->tid);
}

/* The eligible task with the earliest deadline. Left is earlier: go there while it has
 * an eligible one. The task with the least v is eligible unless a running one has less,
 * and then the earliest deadline serves. */
static tid_t first(const struct eevdf *q)
{
    const struct entity *e = tasks_of(q);
    tid_t at = q->root;

    if (at == TID_NONE)
        return TID_NONE;
    __int128 sum = sum_now(q);
    bool any = eligible(q, sum, e[at].least);
    for (;;) {
        tid_t left = e[at].link.left;

        if (left != TID_NONE && (!any || eligible(q, sum, e[left].least)))
            at = left;
        else if (!any || eligible(q, sum, e[at].v))
            return at;
        else
            at = e[at].link.right;
    }
}

static tid_t pick(void *rq, ns_t now)
{
    struct eevdf *q = rq;
    tid_t tid;

    q->now = now;
    tid = first(q);
    if (tid != TID_NONE) {
        tree_remove(&by_deadline, tasks_of(q), &q->root, tid);
        set_running(q, tid);
    }
    return tid;
}

/* From here on only the lag counts. */
static void set_apart(struct eevdf *q, struct entity *e)
{
    int64_t lag = clamp_lag(q, mean(q) - e->v, e->weight);

    part(q, e);
    e->v = lag;
    e->state = AWAY;
}

static void leave(void *rq, tid_t tid)
{
    struct eevdf *q = rq;

    tree_remove(&by_deadline, tasks_of(q), &q->root, tid);
    set_apart(q, &tasks_of(q)[tid]);
}

static tid_t pull(void *rq, unsigned idle_hart, ns_t now)
{
    struct eevdf *q = rq;
    tid_t tid;

    (void)idle_hart;
    q->now = now;
    tid = first(q);
    if (tid != TID_NONE)
        leave(q, tid);
    return tid;
}

static void ran(void *rq, const struct sched_task *t, ns_t ran_ns, enum sched_stop why,
                ns_t now)
{
    struct eevdf *q = rq;
    struct entity *e = &tasks_of(q)[t->tid];
    int64_t dv = virtual_time(ran_ns, e->weight);

    q->now = now;
    clear_running(q, t->tid);
    e->v += dv;
    q->sum += (__int128)e->weight * dv;
    if (e->v >= e->deadline)            /* the request is served; the next begins */
        e->deadline = e->v + virtual_time(q->slice, e->weight);
    if (why == STOP_BLOCKED || why == STOP_EXITED)
        set_apart(q, e);
    else
        part(q, e);
}

/* The rest of the request, rounded up. */
static ns_t quantum(const void *rq, tid_t tid)
{
    const struct eevdf *q = rq;
    const struct entity *e = &tasks_of(q)[tid];
    int64_t left = e->deadline > e->v ? e->deadline - e->v : 0;
    ns_t real = ns_scale(left, (uint64_t)e->weight, WEIGHT_NICE_0);

    return real < NS_MAX ? real + 1 - (virtual_time(real, e->weight) >= left && real > 0)
                         : NS_MAX;
}

static bool preempts(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    const struct eevdf *q = rq;
    const struct entity *r = &tasks_of(q)[running->tid], *e = &tasks_of(q)[queued->tid];

    /* Lock protocols ask about sleepers too. Only newcomers take a hart: who came earlier
     * waits for a slice to end, and who was there when the running task was picked has
     * been passed over for it. */
    if (r->state != RUNS || e->since != q->now || (int16_t)(uint16_t)(e->turn - r->turn) < 0)
        return false;
    __int128 sum = sum_now(q);
    int64_t v = r->v + virtual_time(running->received - r->mark, r->weight);
    return !eligible(q, sum, v) && eligible(q, sum, e->v);
}

static void explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    const struct eevdf *q = rq;
    const struct entity *e = &tasks_of(q)[tid];
    struct phrase say = phrase_in(buf, size);

    phrase_text(&say, "deadline ");
    phrase_ratio(&say, e->deadline, q->time_unit);
    phrase_text(&say, eligible(q, sum_now(q), e->v) ? ", eligible" : ", not yet eligible");
}

const struct sched_ops sched_eevdf = {
    .abi = SCHED_ABI, .name = "eevdf",
    .source = "Stoica, Abdel-Wahab, \"Earliest Eligible Virtual Deadline First\", Old "
              "Dominion University TR-95-22, 1995; Linux 6.6, sched-eevdf.rst",
    .about = "earliest eligible virtual deadline first",
    .flags = SCHED_BY_NICE,
    .params = params,
    .state_size = state_size, .task_size = task_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave, .ran = ran, .quantum = quantum,
    .preempts = preempts, .pull = pull, .explain = explain,
};
