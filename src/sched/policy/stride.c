/* stride.c - stride scheduling: the task with the smallest pass runs a quantum, and its
 * pass moves on by a stride that is inversely proportional to its tickets.
 *
 * A stretch shorter than the quantum moves the pass by that part of the stride; a yield
 * gives the whole quantum away. A newcomer starts at the queue's pass, the one picked
 * last, and so has neither credit nor debt; a task that blocked returns as far ahead of
 * it as it was when it left. Ties go to the lowest task number.
 *
 * O(log n) for each operation, 32 bytes a task.
 */
#include <ossim/sched.h>
#include <sched/flat.h>
#include <sched/heap.h>
#include <sched/phrase.h>
#include <sched/weight.h>

/* Divisible by every number to 16 and by the usual round ones, so that equal passes
 * come out equal; 2^63 of them are 300 million quanta with a single ticket. */
#define STRIDE_OF_ONE INT64_C(29099070000)      /* 2^4 3^2 5^4 7 11 13 17 19 */

static const struct policy_param params[] = {
    { "quantum", PARAM_TIME, "10", 1, NS_MAX, 1, NULL, "time a task may run at a stretch" },
    { 0 },
};

struct stride {
    flat_t nodes;               /* struct heap_node by tid; key: the pass if data is 1; if
                                 * it is 0, how far ahead of its queue's pass the task was
                                 * when it blocked or moved away */
    struct heap heap;
    ns_t quantum;
    int64_t pass;               /* of the task picked last; never falls */
};

static struct heap_node *nodes_of(const struct stride *s)
{
    return flat_at(s, s->nodes);
}

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct stride);
}

static size_t task_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct heap_node);
}

static void init(void *rq, const struct sched_params *p)
{
    struct stride *s = rq;

    s->nodes = flat_to(rq, p->tasks);
    heap_init(&s->heap);
    s->quantum = p->quantum;
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct stride *s = rq;
    struct heap_node *n = &nodes_of(s)[t->tid];

    (void)now;
    if (why == SCHED_NEW)
        n->key = s->pass;
    else if (n->data == 0)
        n->key += s->pass;
    n->tie = 0;
    n->data = 1;
    heap_add(&s->heap, nodes_of(s), t->tid);
}

static tid_t pick(void *rq, ns_t now)
{
    struct stride *s = rq;
    tid_t tid = heap_take(&s->heap, nodes_of(s));

    (void)now;
    if (tid != TID_NONE && nodes_of(s)[tid].key > s->pass)
        s->pass = nodes_of(s)[tid].key;
    return tid;
}

static void set_apart(struct stride *s, tid_t tid)
{
    int64_t ahead = nodes_of(s)[tid].key - s->pass;

    nodes_of(s)[tid].key = ahead > 0 ? ahead : 0;
    nodes_of(s)[tid].data = 0;
}

static void leave(void *rq, tid_t tid)
{
    struct stride *s = rq;

    heap_remove(&s->heap, nodes_of(s), tid);
    set_apart(s, tid);
}

static tid_t pull(void *rq, unsigned idle_hart, ns_t now)
{
    struct stride *s = rq;
    tid_t tid = s->heap.root;

    (void)idle_hart, (void)now;
    if (tid != TID_NONE)
        leave(s, tid);
    return tid;
}

static void ran(void *rq, const struct sched_task *t, ns_t ran_ns, enum sched_stop why,
                ns_t now)
{
    struct stride *s = rq;
    int64_t stride = STRIDE_OF_ONE / (t->tickets > 0 ? t->tickets : 1);

    (void)now;
    if (stride == 0)
        stride = 1;
    if (why != STOP_YIELDED)
        stride = ns_scale(stride, (uint64_t)ran_ns, (uint64_t)s->quantum);
    nodes_of(s)[t->tid].key += stride;
    if (why == STOP_BLOCKED)
        set_apart(s, t->tid);
}

static ns_t quantum(const void *rq, tid_t tid)
{
    const struct stride *s = rq;

    (void)tid;
    return s->quantum;
}

/* In strides of one ticket: a task with 100 tickets moves by 0.01 a quantum. */
static void explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    struct phrase say = phrase_in(buf, size);

    phrase_text(&say, "pass ");
    phrase_ratio(&say, nodes_of(rq)[tid].key, STRIDE_OF_ONE);
}

const struct sched_ops sched_stride = {
    .abi = SCHED_ABI, .name = "stride",
    .source = "Waldspurger, Weihl, \"Stride Scheduling: Deterministic "
              "Proportional-Share Resource Management\", MIT/LCS/TM-528, 1995",
    .about = "stride scheduling: shares by tickets, exactly",
    .flags = SCHED_BY_TICKETS,
    .params = params,
    .state_size = state_size, .task_size = task_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave, .ran = ran, .quantum = quantum,
    .pull = pull, .explain = explain,
};
