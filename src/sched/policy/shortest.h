/* shortest.h - what sjf and srtf have in common: how long a task's CPU burst is.
 *
 * With burst=oracle it is what the workload says, as far as its "knowledge" allows;
 * with burst=estimate an exponential average of the task's past bursts, less what the
 * present one has had. Tasks of unknown need come last. Of equal needs, the task that
 * arrived earlier is first, then the lower number. O(log n) for each operation; 32
 * bytes a task, 56 with estimates.
 */
#ifndef SCHED_POLICY_SHORTEST_H
#define SCHED_POLICY_SHORTEST_H

#include <ossim/sched.h>
#include <sched/average.h>
#include <sched/flat.h>
#include <sched/heap.h>
#include <sched/phrase.h>

enum { SHORTEST_BURST, SHORTEST_ALPHA, SHORTEST_TAU0 };

#define SHORTEST_PARAMS                                                         \
    [SHORTEST_BURST] = { "burst", PARAM_CHOICE, "oracle", 0, 1, 1,              \
                         "oracle/estimate", "where the length of a burst comes from" }, \
    [SHORTEST_ALPHA] = { "alpha", PARAM_REAL, "0.5", 0, 1000000, 1, NULL,       \
                         "weight of the last burst in the estimate" },          \
    [SHORTEST_TAU0] = { "tau0", PARAM_TIME, "10", 0, NS_MAX, 1, NULL,           \
                        "estimate for a task's first burst" },                  \
    { 0 }

struct shortest_guess {
    ns_t tau;                   /* predicted length of the present burst */
    ns_t used;                  /* what it had in earlier stretches */
    ns_t mark;                  /* `received` when it was queued last */
};

struct shortest {
    flat_t nodes;               /* struct heap_node by tid */
    flat_t guesses;             /* struct shortest_guess by tid; 0 with an oracle */
    struct heap heap;
    int64_t alpha;
    ns_t tau0, time_unit;
};

static inline struct heap_node *shortest_nodes(const struct shortest *s)
{
    return flat_at(s, s->nodes);
}

static inline struct shortest_guess *shortest_guess(const struct shortest *s, tid_t tid)
{
    return (struct shortest_guess *)flat_at(s, s->guesses) + tid;
}

static inline bool shortest_guesses(const struct sched_params *p)
{
    return sched_param_get(p, SHORTEST_BURST, 0);
}

static inline size_t shortest_state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct shortest);
}

static inline size_t shortest_task_size(const struct sched_params *p)
{
    return sizeof(struct heap_node)
           + (shortest_guesses(p) ? sizeof(struct shortest_guess) : 0);
}

static inline void shortest_init(void *rq, const struct sched_params *p)
{
    struct shortest *s = rq;

    s->nodes = flat_to(rq, p->tasks);
    if (shortest_guesses(p))
        s->guesses = flat_to(rq, shortest_nodes(s) + p->max_tasks);
    s->time_unit = p->time_unit;
    heap_init(&s->heap);
    s->alpha = sched_param_get(p, SHORTEST_ALPHA, 500000);
    s->tau0 = sched_param_get(p, SHORTEST_TAU0, 0);
}

/* What is left of the burst that t is in, running or not. */
static inline ns_t shortest_left(const struct shortest *s, const struct sched_task *t)
{
    if (!s->guesses)
        return t->burst > 0 ? t->burst : NS_MAX;
    const struct shortest_guess *g = shortest_guess(s, t->tid);
    ns_t used = g->used + (t->received - g->mark);
    return g->tau > used ? g->tau - used : 0;
}

static inline void shortest_enqueue(void *rq, const struct sched_task *t,
                                    enum sched_why why, ns_t now)
{
    struct shortest *s = rq;
    struct heap_node *n = &shortest_nodes(s)[t->tid];

    (void)now;
    if (s->guesses) {
        struct shortest_guess *g = shortest_guess(s, t->tid);

        /* data: 1 once we know it; a job of a periodic task is new, the task is not. */
        if (n->data == 0 || (t->received == 0 && why == SCHED_NEW))
            *g = (struct shortest_guess){ .tau = s->tau0 };
        n->data = 1;
        g->mark = t->received;
    }
    n->key = shortest_left(s, t);
    n->tie = t->arrival;
    heap_add(&s->heap, shortest_nodes(s), t->tid);
}

static inline tid_t shortest_pick(void *rq, ns_t now)
{
    struct shortest *s = rq;

    (void)now;
    return heap_take(&s->heap, shortest_nodes(s));
}

static inline void shortest_remove(void *rq, tid_t tid)
{
    struct shortest *s = rq;

    heap_remove(&s->heap, shortest_nodes(s), tid);
}

/* A burst is over when the task blocks or yields; then it is a fact to learn from. */
static inline void shortest_ran(void *rq, const struct sched_task *t, ns_t ran,
                                enum sched_stop why, ns_t now)
{
    struct shortest *s = rq;

    (void)now;
    if (!s->guesses)
        return;
    struct shortest_guess *g = shortest_guess(s, t->tid);
    g->used += ran;
    g->mark = t->received;
    if (why == STOP_BLOCKED || why == STOP_YIELDED) {
        g->tau = average_next(g->tau, g->used, s->alpha);
        g->used = 0;
    }
}

static inline void shortest_explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    const struct shortest *s = rq;
    struct phrase say = phrase_in(buf, size);
    ns_t left = shortest_nodes(s)[tid].key;

    if (left == NS_MAX) {
        phrase_text(&say, "length not known");
        return;
    }
    phrase_ratio(&say, left, s->time_unit);
    phrase_text(&say, s->guesses ? " left, as estimated" : " left");
}

#endif
