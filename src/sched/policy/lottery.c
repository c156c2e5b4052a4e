/* lottery.c - lottery scheduling: each quantum goes to the holder of a drawn ticket.
 *
 * Tasks stand in the order of their numbers; the winner is the first at whom the sum of
 * tickets so far passes the number drawn. The tree knows the sum of each subtree, so a
 * draw is O(log n). Every queue draws from a stream of its own seed.
 *
 * O(log n) for each operation, 24 bytes a task. Differs from the paper: no compensation
 * tickets for those who use only a part of their quantum.
 */
#include <ossim/sched.h>
#include <sched/flat.h>
#include <sched/phrase.h>
#include <sched/tree.h>
#include <sim/rng.h>

static const struct policy_param params[] = {
    { "quantum", PARAM_TIME, "10", 1, NS_MAX, 1, NULL, "time a task may run at a stretch" },
    { 0 },
};

struct holder {
    struct tree_link link;      /* first: tree.h */
    uint32_t tickets;
    uint64_t sum;               /* of the subtree */
};

struct lottery {
    flat_t tasks;               /* struct holder by tid */
    tid_t root;
    ns_t quantum;
    rng_t rng;
};

static struct holder *tasks_of(const struct lottery *l)
{
    return flat_at(l, l->tasks);
}

static bool before(const void *tasks, tid_t a, tid_t b)
{
    (void)tasks;
    return a < b;
}

static uint64_t sum_of(const struct holder *tasks, tid_t tid)
{
    return tid == TID_NONE ? 0 : tasks[tid].sum;
}

static void gather(void *tasks, tid_t tid)
{
    struct holder *h = tasks, *t = &h[tid];

    t->sum = t->tickets + sum_of(h, t->link.left) + sum_of(h, t->link.right);
}

static const struct tree_kind by_number = { sizeof(struct holder), before, gather };

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct lottery);
}

static size_t task_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct holder);
}

static void init(void *rq, const struct sched_params *p)
{
    struct lottery *l = rq;

    l->tasks = flat_to(rq, p->tasks);
    l->root = TID_NONE;
    l->quantum = p->quantum;
    l->rng = rng_stream(p->seed, "lottery", 0);
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct lottery *l = rq;

    (void)why, (void)now;
    tasks_of(l)[t->tid].tickets = t->tickets > 0 ? t->tickets : 1;
    tree_add(&by_number, tasks_of(l), &l->root, t->tid);
}

static void leave(void *rq, tid_t tid)
{
    struct lottery *l = rq;

    tree_remove(&by_number, tasks_of(l), &l->root, tid);
}

static tid_t holder_of(const struct lottery *l, uint64_t ticket)
{
    tid_t at = l->root;

    for (;;) {
        const struct holder *h = &tasks_of(l)[at];
        uint64_t left = sum_of(tasks_of(l), h->link.left);

        if (ticket < left) {
            at = h->link.left;
        } else if (ticket < left + h->tickets) {
            return at;
        } else {
            ticket -= left + h->tickets;
            at = h->link.right;
        }
    }
}

static tid_t pick(void *rq, ns_t now)
{
    struct lottery *l = rq;
    tid_t winner = l->root;

    (void)now;
    if (winner == TID_NONE)
        return TID_NONE;
    if (tasks_of(l)[winner].sum > tasks_of(l)[winner].tickets)        /* not the only one */
        winner = holder_of(l, rng_below(&l->rng, tasks_of(l)[winner].sum));
    leave(l, winner);
    return winner;
}

static ns_t quantum(const void *rq, tid_t tid)
{
    const struct lottery *l = rq;

    (void)tid;
    return l->quantum;
}

static void explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    const struct lottery *l = rq;
    struct phrase say = phrase_in(buf, size);

    phrase_number(&say, tasks_of(l)[tid].tickets);
    phrase_text(&say, " of ");
    phrase_number(&say, (int64_t)sum_of(tasks_of(l), l->root));
    phrase_text(&say, " tickets");
}

const struct sched_ops sched_lottery = {
    .abi = SCHED_ABI, .name = "lottery",
    .source = "Waldspurger, Weihl, \"Lottery Scheduling: Flexible Proportional-Share "
              "Resource Management\", OSDI 1994",
    .about = "lottery scheduling: shares by tickets, on average",
    .flags = SCHED_BY_TICKETS,
    .params = params,
    .state_size = state_size, .task_size = task_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave, .quantum = quantum,
    .explain = explain,
};
