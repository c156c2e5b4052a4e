/* fifo.c - first come, first served; a task keeps the hart until it blocks.
 *
 *     ossim workloads/convoy.json --sched ./workloads/plugins/fifo.c
 *
 * The smallest policy there can be: the five ops that every policy must have.
 *
 * Numbered tickets rather than a list: leaving the line early is one store,
 * and there is no link to dangle. pick() is O(max_tasks): fine for a lecture, too
 * slow for a million tasks. round-robin.c shows a line in which everything is O(1).
 */
#include <ossim/sched.h>

struct fifo {
    tid_t    max_tasks;
    uint64_t issued;         /* tickets handed out so far */
    uint64_t ticket[];       /* by tid; 0 = not in line */
};

static size_t state_size(const struct sched_params *p)
{
    return sizeof(struct fifo) + p->max_tasks * sizeof(uint64_t);
}

static void init(void *rq, const struct sched_params *p)
{
    struct fifo *f = rq;

    f->max_tasks = p->max_tasks; /* all-zero tickets already mean: empty */
}

static void enqueue(void *rq, const struct sched_task *t,
                    enum sched_why why, ns_t now)
{
    struct fifo *f = rq;

    (void)why, (void)now;        /* only the order of arrival counts */
    f->ticket[t->tid] = ++f->issued;
}

static void leave(void *rq, tid_t tid)
{
    struct fifo *f = rq;

    f->ticket[tid] = 0;
}

static tid_t pick(void *rq, ns_t now)
{
    struct fifo *f = rq;
    tid_t first = TID_NONE;

    (void)now;
    for (tid_t t = 0; t < f->max_tasks; t++)
        if (f->ticket[t] && (first == TID_NONE || f->ticket[t] < f->ticket[first]))
            first = t;
    if (first != TID_NONE)
        leave(f, first);
    return first;
}

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "fifo", .source = "OSTEP, \"Scheduling: Introduction\"",
    .state_size = state_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave,
};
