/* hrrn.c - highest response ratio next: (waiting + burst) / burst, not preemptive.
 *
 * pick() looks at every queued task. The ratios grow at different speeds, so which of
 * two tasks is first changes with time and no order can be kept; a kinetic structure
 * would be O(log n) but many times this file, for a policy that is only taught. Where
 * a burst is not known (0) it counts as 1 ns. 32 bytes a task.
 */
#include <ossim/sched.h>
#include <sched/fifo.h>
#include <sched/flat.h>
#include <sched/phrase.h>

static const struct policy_param params[] = { { 0 } };

struct waiting {
    ns_t since, burst, arrival;
};

struct hrrn {
    flat_t tasks, links;        /* struct waiting and struct fifo_link by tid */
    struct fifo line;
    ns_t time_unit;
};

static struct waiting *tasks_of(const struct hrrn *h)
{
    return flat_at(h, h->tasks);
}

static struct fifo_link *links_of(const struct hrrn *h)
{
    return flat_at(h, h->links);
}

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct hrrn);
}

static size_t task_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct waiting) + sizeof(struct fifo_link);
}

static void init(void *rq, const struct sched_params *p)
{
    struct hrrn *h = rq;

    h->tasks = flat_to(rq, p->tasks);
    h->links = flat_to(rq, tasks_of(h) + p->max_tasks);
    h->time_unit = p->time_unit;
    fifo_init(&h->line);
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct hrrn *h = rq;

    if (why != SCHED_PREEMPTED)         /* never by us: it has not waited less */
        tasks_of(h)[t->tid].since = now;
    tasks_of(h)[t->tid].burst = t->burst > 0 ? t->burst : 1;
    tasks_of(h)[t->tid].arrival = t->arrival;
    fifo_append(&h->line, links_of(h), t->tid);
}

/* Is a's ratio higher? Both are compared as fractions, exactly. */
static bool before(const struct hrrn *h, tid_t a, tid_t b, ns_t now)
{
    const struct waiting *x = &tasks_of(h)[a], *y = &tasks_of(h)[b];
    __int128 left = (__int128)(now - x->since) * y->burst;
    __int128 right = (__int128)(now - y->since) * x->burst;

    if (left != right)
        return left > right;
    return x->arrival != y->arrival ? x->arrival < y->arrival : a < b;
}

static void leave(void *rq, tid_t tid)
{
    struct hrrn *h = rq;

    fifo_remove(&h->line, links_of(h), tid);
}

static tid_t pick(void *rq, ns_t now)
{
    struct hrrn *h = rq;
    tid_t best = h->line.head;

    for (tid_t t = best; t != TID_NONE; t = links_of(h)[t].next)
        if (before(h, t, best, now))
            best = t;
    if (best != TID_NONE)
        leave(h, best);
    return best;
}

static void explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    const struct hrrn *h = rq;
    struct phrase say = phrase_in(buf, size);

    phrase_text(&say, "burst ");
    phrase_ratio(&say, tasks_of(h)[tid].burst, h->time_unit);
    phrase_text(&say, ", waits since ");
    phrase_ratio(&say, tasks_of(h)[tid].since, h->time_unit);
}

const struct sched_ops sched_hrrn = {
    .abi = SCHED_ABI, .name = "hrrn",
    .source = "Stallings, Operating Systems: Internals and Design Principles, "
              "\"Highest Response Ratio Next\"",
    .about = "highest response ratio next",
    .params = params,
    .state_size = state_size, .task_size = task_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave, .explain = explain,
};
