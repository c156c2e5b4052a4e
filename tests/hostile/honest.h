/* honest.h - a policy without fault, for hostile plug-ins to spoil one op of.
 *
 * A file defines some of PICK, ENQUEUE, QUANTUM... as its own function and includes
 * this one; the rest is a round robin by tickets.
 */
#include <ossim/sched.h>

#ifndef NAME
#error "a hostile plug-in says its NAME"
#endif

struct honest {
    tid_t max_tasks;
    uint64_t issued;
    uint64_t ticket[];          /* by tid; 0 = not in line */
};

static inline size_t honest_state_size(const struct sched_params *p)
{
    return sizeof(struct honest) + p->max_tasks * sizeof(uint64_t);
}

static inline void honest_init(void *rq, const struct sched_params *p)
{
    ((struct honest *)rq)->max_tasks = p->max_tasks;
}

static inline void honest_enqueue(void *rq, const struct sched_task *t,
                                  enum sched_why why, ns_t now)
{
    struct honest *h = rq;

    (void)why, (void)now;
    h->ticket[t->tid] = ++h->issued;
}

/* The first in line, who stays there. */
static inline tid_t honest_first(const struct honest *h)
{
    tid_t first = TID_NONE;

    for (tid_t t = 0; t < h->max_tasks; t++)
        if (h->ticket[t] && (first == TID_NONE || h->ticket[t] < h->ticket[first]))
            first = t;
    return first;
}

static inline tid_t honest_pick(void *rq, ns_t now)
{
    struct honest *h = rq;
    tid_t first = honest_first(h);

    (void)now;
    if (first != TID_NONE)
        h->ticket[first] = 0;
    return first;
}

static inline void honest_remove(void *rq, tid_t tid)
{
    ((struct honest *)rq)->ticket[tid] = 0;
}

static inline ns_t honest_quantum(const void *rq, tid_t tid)
{
    (void)rq, (void)tid;
    return 2000000;
}

#ifndef STATE_SIZE
#define STATE_SIZE honest_state_size
#endif
#ifndef INIT
#define INIT honest_init
#endif
#ifndef ENQUEUE
#define ENQUEUE honest_enqueue
#endif
#ifndef PICK
#define PICK honest_pick
#endif
#ifndef REMOVE
#define REMOVE honest_remove
#endif
#ifndef QUANTUM
#define QUANTUM honest_quantum
#endif
#ifndef TIMER
#define TIMER NULL
#endif
#ifndef SELECT_HART
#define SELECT_HART NULL
#endif
#ifndef ABI
#define ABI SCHED_ABI
#endif
#ifndef FLAGS
#define FLAGS 0
#endif

#define HONEST_OPS                                                           \
    const struct sched_ops ossim_policy = {                                  \
        .abi = ABI, .name = NAME, .source = "tests/hostile", .flags = FLAGS, \
        .state_size = STATE_SIZE, .init = INIT, .enqueue = ENQUEUE,   \
        .pick = PICK, .remove = REMOVE, .quantum = QUANTUM, .timer = TIMER,  \
        .select_hart = SELECT_HART,                                          \
    }
