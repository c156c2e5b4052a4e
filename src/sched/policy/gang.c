/* gang.c - gang scheduling: tasks that belong together run at the same time.
 *
 * The tasks of one entry of the workload are a gang: the threads of a parallel program, or
 * the virtual CPUs of one guest, among which one that stands still lets the others wait in
 * vain for what it holds. Time has slots of a quantum; in each it is one gang's turn, round
 * robin in the order of the entries, and at its end everybody is chosen afresh. A hart for
 * which the gang has nobody takes the next gang's tasks meanwhile (Ousterhout's "alternate
 * selection"), and gives them up again when one of the gang wakes.
 *
 * With one queue for all harts the gang has all of them. With a queue each, every queue has
 * a column of the paper's matrix: slots begin at multiples of the quantum everywhere, so
 * that gangs with a task in each column meet.
 *
 * O(log n) for each operation, 32 bytes a task.
 */
#include <ossim/sched.h>
#include <sched/flat.h>
#include <sched/phrase.h>
#include <sched/tree.h>

static const struct policy_param params[] = {
    { "quantum", PARAM_TIME, "10", 1, NS_MAX, 1, NULL, "time for which it is a gang's turn" },
    { 0 },
};

struct member {
    struct tree_link link;      /* first: tree.h */
    int32_t gang;
    uint64_t turn;              /* within it: who came first goes first */
};

struct gang {
    flat_t tasks;               /* struct member by tid */
    tid_t root;                 /* by gang, then by turn */
    int32_t present;            /* whose turn it is */
    ns_t quantum;
    uint64_t turns;
};

static struct member *tasks_of(const struct gang *g)
{
    return flat_at(g, g->tasks);
}

static bool before(const void *tasks, tid_t a, tid_t b)
{
    const struct member *m = tasks;

    return m[a].gang != m[b].gang ? m[a].gang < m[b].gang : m[a].turn < m[b].turn;
}

static void gather(void *tasks, tid_t tid)
{
    (void)tasks, (void)tid;
}

static const struct tree_kind by_gang = { sizeof(struct member), before, gather };

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct gang);
}

static size_t task_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct member);
}

static void init(void *rq, const struct sched_params *p)
{
    struct gang *g = rq;

    g->tasks = flat_to(rq, p->tasks);
    g->root = TID_NONE;
    g->quantum = p->quantum;
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct gang *g = rq;
    struct member *m = &tasks_of(g)[t->tid];

    (void)why, (void)now;
    m->gang = t->priority;
    m->turn = ++g->turns;
    tree_add(&by_gang, tasks_of(g), &g->root, t->tid);
}

static void leave(void *rq, tid_t tid)
{
    struct gang *g = rq;

    tree_remove(&by_gang, tasks_of(g), &g->root, tid);
}

/* The first in line of the first gang from this one on; after the last, of the first. */
static tid_t first_from(const struct gang *g, int64_t gang)
{
    const struct member *m = tasks_of(g);
    tid_t best = TID_NONE, leftmost = g->root;

    for (tid_t at = g->root; at != TID_NONE;) {
        bool fits = m[at].gang >= gang;

        best = fits ? at : best;
        at = fits ? m[at].link.left : m[at].link.right;
    }
    while (leftmost != TID_NONE && m[leftmost].link.left != TID_NONE)
        leftmost = m[leftmost].link.left;
    return best != TID_NONE ? best : leftmost;
}

static tid_t pick(void *rq, ns_t now)
{
    struct gang *g = rq;
    tid_t tid = first_from(g, g->present);

    (void)now;
    if (tid != TID_NONE)
        leave(g, tid);
    return tid;
}

static bool preempts(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    const struct gang *g = rq;

    return queued->priority == g->present && running->priority != g->present;
}

/* Everybody is queued: it is the turn of the next gang that has somebody. */
static ns_t timer(void *rq, ns_t now)
{
    struct gang *g = rq;
    tid_t next = first_from(g, (int64_t)g->present + 1);

    if (next != TID_NONE)
        g->present = tasks_of(g)[next].gang;
    return now < NS_MAX - g->quantum ? now - now % g->quantum + g->quantum : NS_MAX;
}

static void explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    const struct gang *g = rq;
    struct phrase say = phrase_in(buf, size);
    int32_t gang = tasks_of(g)[tid].gang;

    phrase_text(&say, "gang ");
    phrase_number(&say, gang + 1);
    phrase_text(&say, gang == g->present ? ", its turn" : "");
}

const struct sched_ops sched_gang = {
    .abi = SCHED_ABI, .name = "gang",
    .source = "Ousterhout, \"Scheduling Techniques for Concurrent Systems\" (1982)",
    .about = "gang scheduling: the tasks of one entry, or CPUs of one guest, at a time",
    .flags = SCHED_GANGS | SCHED_HANDS_BACK,
    .params = params,
    .state_size = state_size, .task_size = task_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave,
    .preempts = preempts, .timer = timer, .explain = explain,
};
