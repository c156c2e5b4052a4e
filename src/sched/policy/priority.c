/* priority.c - the most urgent priority first; first come, first served within a level,
 * or round robin if there is a quantum.
 *
 * A task keeps its place within its level by when it was queued; one that is preempted
 * returns to the head of its level with the rest of its quantum. `aging`: for each such
 * time that a task waits, it gains one level. It keeps what it gained while it runs and
 * when it is preempted, and starts anew whenever it is queued otherwise. Gains have no
 * end, so that every task runs at last. Between two tasks on one level, the one that was
 * queued earlier is first.
 *
 * O(log n) for each operation and for each level gained. 32 bytes a task; 8 more with a
 * quantum, 32 more with aging.
 */
#include <ossim/sched.h>
#include <sched/flat.h>
#include <sched/heap.h>
#include <sched/phrase.h>

enum { PREEMPTIVE, ORDER, QUANTUM, AGING };

static const struct policy_param params[] = {
    [PREEMPTIVE] = { "preemptive", PARAM_CHOICE, "1", 0, 1, 1, "0/1",
                     "a more urgent task takes the hart at once" },
    [ORDER] = { "order", PARAM_CHOICE, "low", 0, 1, 1, "low/high",
                "which number is the more urgent: the smaller or the larger" },
    [QUANTUM] = { "quantum", PARAM_TIME, "", 1, NS_MAX, 1, NULL,
                  "round robin within a level, with this quantum" },
    [AGING] = { "aging", PARAM_TIME, "", 1, NS_MAX, 1, NULL,
                "a waiting task gains one level in this time" },
    { 0 },
};

/* nodes[].key is the level, smaller = more urgent, .tie the place in it and .data the
 * levels gained. aged[].key is the time of the next gain. */
struct priority {
    flat_t nodes;               /* struct heap_node by tid */
    flat_t aged;                /* struct heap_node by tid; 0: no aging */
    flat_t left;                /* ns_t by tid, of the quantum; 0: no quantum */
    struct heap ready, waiting; /* waiting: the same tasks in aged[] */
    ns_t quantum, aging;
    int64_t back, front;        /* places given so far */
    int64_t top;                /* the most urgent level seen */
    tid_t stopped;              /* just left its hart, not of itself */
    bool preemptive, high;
};

static struct heap_node *nodes_of(const struct priority *q)
{
    return flat_at(q, q->nodes);
}

static struct heap_node *aged_of(const struct priority *q)
{
    return flat_at(q, q->aged);
}

static ns_t *left_of(const struct priority *q)
{
    return flat_at(q, q->left);
}

static bool has(const struct sched_params *p, unsigned i)
{
    return p->value[i].n > 0;
}

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct priority);
}

static size_t task_size(const struct sched_params *p)
{
    return sizeof(struct heap_node) + (has(p, AGING) ? sizeof(struct heap_node) : 0)
           + (has(p, QUANTUM) ? sizeof(ns_t) : 0);
}

static void init(void *rq, const struct sched_params *p)
{
    struct priority *q = rq;
    struct heap_node *end = (struct heap_node *)p->tasks + p->max_tasks;

    q->nodes = flat_to(rq, p->tasks);
    if (has(p, AGING)) {
        q->aged = flat_to(rq, end);
        end += p->max_tasks;
    }
    if (has(p, QUANTUM))
        q->left = flat_to(rq, end);
    heap_init(&q->ready);
    heap_init(&q->waiting);
    q->quantum = sched_param_get(p, QUANTUM, NS_MAX);
    q->aging = sched_param_get(p, AGING, NS_MAX);
    q->preemptive = sched_param_get(p, PREEMPTIVE, 1);
    q->high = sched_param_get(p, ORDER, 0);
    q->top = INT64_MAX;
    q->stopped = TID_NONE;
}

static int64_t level_of(const struct priority *q, const struct sched_task *t)
{
    return (q->high ? -(int64_t)t->priority : t->priority) - nodes_of(q)[t->tid].data;
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct priority *q = rq;
    struct heap_node *n = &nodes_of(q)[t->tid];
    bool resumes = why == SCHED_PREEMPTED && (!q->left || left_of(q)[t->tid] > 0);

    if (!resumes) {
        n->data = 0;
        if (q->left)
            left_of(q)[t->tid] = q->quantum;
    }
    n->key = level_of(q, t);
    n->tie = resumes ? --q->front : ++q->back;
    if (n->key < q->top)
        q->top = n->key;
    if (resumes && !q->preemptive && q->stopped == t->tid)
        n->key = INT64_MIN;             /* handed back only; it goes on */
    q->stopped = TID_NONE;
    heap_add(&q->ready, nodes_of(q), t->tid);
    if (q->aged) {
        aged_of(q)[t->tid].key = q->aging < NS_MAX - now ? now + q->aging : NS_MAX;
        aged_of(q)[t->tid].tie = 0;
        heap_add(&q->waiting, aged_of(q), t->tid);
    }
}

static tid_t pick(void *rq, ns_t now)
{
    struct priority *q = rq;
    tid_t tid = heap_take(&q->ready, nodes_of(q));

    (void)now;
    if (tid != TID_NONE && q->aged)
        heap_remove(&q->waiting, aged_of(q), tid);
    return tid;
}

static void leave(void *rq, tid_t tid)
{
    struct priority *q = rq;

    heap_remove(&q->ready, nodes_of(q), tid);
    if (q->aged)
        heap_remove(&q->waiting, aged_of(q), tid);
}

static void ran(void *rq, const struct sched_task *t, ns_t ran_ns, enum sched_stop why,
                ns_t now)
{
    struct priority *q = rq;

    (void)now;
    if (q->left)
        left_of(q)[t->tid] -= ran_ns;
    q->stopped = why == STOP_PREEMPTED ? t->tid : TID_NONE;
}

static ns_t quantum(const void *rq, tid_t tid)
{
    const struct priority *q = rq;

    return q->left ? left_of(q)[tid] : NS_MAX;
}

static bool preempts(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    const struct priority *q = rq;

    return q->preemptive && level_of(q, queued) < level_of(q, running);
}

/* One level for everybody whose time has come. Nobody who is queued later gains before
 * now + aging, so there is no need to come back earlier for them. */
static ns_t timer(void *rq, ns_t now)
{
    struct priority *q = rq;

    if (!q->aged || q->aging > NS_MAX - now)
        return NS_MAX;
    while (q->waiting.root != TID_NONE && aged_of(q)[q->waiting.root].key <= now) {
        tid_t tid = heap_take(&q->waiting, aged_of(q));
        struct heap_node *n = &nodes_of(q)[tid];

        aged_of(q)[tid].key += q->aging;
        heap_add(&q->waiting, aged_of(q), tid);
        if (n->key == INT64_MIN || n->data == INT32_MAX)
            continue;
        heap_remove(&q->ready, nodes_of(q), tid);
        n->key--;
        n->data++;
        if (n->key < q->top)
            q->top = n->key;
        heap_add(&q->ready, nodes_of(q), tid);
    }
    ns_t next = now + q->aging;
    if (q->waiting.root != TID_NONE && aged_of(q)[q->waiting.root].key < next)
        next = aged_of(q)[q->waiting.root].key;
    return next;
}

static int64_t urgency(const struct sched_params *p, const struct sched_task *t)
{
    return sched_param_get(p, ORDER, 0) ? -(int64_t)t->priority : t->priority;
}

static unsigned level(const void *rq, tid_t tid)
{
    const struct priority *q = rq;

    return nodes_of(q)[tid].key <= q->top ? 0 : (unsigned)(nodes_of(q)[tid].key - q->top);
}

static void explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    const struct priority *q = rq;
    const struct heap_node *n = &nodes_of(q)[tid];
    struct phrase say = phrase_in(buf, size);

    if (n->key == INT64_MIN) {
        phrase_text(&say, "goes on");
        return;
    }
    phrase_text(&say, "priority ");
    phrase_number(&say, q->high ? -n->key : n->key);
    if (n->data > 0) {
        phrase_text(&say, ", gained ");
        phrase_number(&say, n->data);
    }
}

const struct sched_ops sched_priority = {
    .abi = SCHED_ABI, .name = "priority",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, "
              "\"Priority Scheduling\"",
    .about = "most urgent priority first",
    .flags = SCHED_HANDS_BACK,
    .params = params,
    .state_size = state_size, .task_size = task_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave, .ran = ran, .quantum = quantum,
    .preempts = preempts, .timer = timer, .urgency = urgency, .level = level,
    .explain = explain,
};
