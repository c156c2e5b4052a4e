/* core.c - asking a policy, and checking what it says.
 *
 * The core keeps one fact a task, on which queue it stands, and believes nothing else:
 * a pick that is not on the queue is said and replaced by the lowest task that is. That
 * search is linear, but only a policy that answered wrongly pays for it.
 */
#include <sched/sched.h>

#include <sim/check.h>

#include <string.h>

enum { STATE_ALIGN = 64 };

static size_t align_up(size_t n)
{
    return (n + STATE_ALIGN - 1) & ~(size_t)(STATE_ALIGN - 1);
}

static struct sched_params params_for(const struct config *c,
                                      const struct policy_config *p)
{
    struct sched_params params = p->params;

    params.max_tasks = c->ntasks + c->max_forks;
    params.nharts = c->ncpus;
    params.time_unit = c->time_unit;
    params.seed = c->seed;
    return params;
}

/* The largest need of the first policy and of those that take over later. */
static void sizes(const struct config *c, const struct policy_config *first,
                  size_t *state, size_t *task)
{
    *state = 1;
    *task = 0;
    for (uint32_t i = 0; i <= c->nevents; i++) {
        const struct policy_config *p = i ? c->events[i - 1].policy : first;

        if (!p)
            continue;
        struct sched_params params = params_for(c, p);
        size_t s = p->ops->state_size(&params);
        size_t t = p->ops->task_size ? p->ops->task_size(&params) : 0;
        if (s > *state)
            *state = s;
        if (t > *task)
            *task = t;
    }
    *state = align_up(*state);
}

/* The policy's flag, unless its parameter `requeue` says otherwise. */
static bool expired_first(const struct sched *s)
{
    const struct policy_param *p = s->ops->params;

    for (unsigned i = 0; p && p[i].name; i++)
        if (strcmp(p[i].name, "requeue") == 0 && s->params.value[i].n) {
            bool second = s->params.value[i].v[0] == 1;
            bool arrivals_named_first = p[i].choices &&
                strncmp(p[i].choices, "arrivals-first", 14) == 0;

            return second == arrivals_named_first;
        }
    return s->ops->flags & SCHED_EXPIRED_FIRST;
}

static void start(struct sched *s, const struct policy_config *p)
{
    void *tasks = s->params.tasks;
    struct sched_params params = p->params;

    params.max_tasks = s->params.max_tasks;
    params.nharts = s->params.nharts;
    params.time_unit = s->params.time_unit;
    params.seed = s->params.seed;
    params.tasks = tasks;
    s->params = params;
    s->ops = p->ops;
    s->expired_first = expired_first(s);
    for (unsigned q = 0; q < s->nqueues; q++)
        s->ops->init(s->state + q * s->state_size, &s->params);
}

void sched_init(struct sched *s, struct arena *a, const struct config *c,
                const struct policy_config *p, struct stream *stream)
{
    uint16_t nqueues = c->global_queue ? 1 : (uint16_t)c->ncpus;
    tid_t n = c->ntasks + c->max_forks;
    size_t state_size, task_size;

    sizes(c, p, &state_size, &task_size);
    uint8_t *state = arena_take(a, state_size * nqueues, STATE_ALIGN);
    uint8_t *tasks = task_size ? arena_take(a, task_size * n, STATE_ALIGN) : NULL;
    uint16_t *on_queue = arena_array(a, uint16_t, n);
    uint32_t *length = arena_array(a, uint32_t, nqueues);
    s->state_size = state_size;         /* known when measuring, too */
    s->task_size = task_size;
    if (!a->base)
        return;
    memset(on_queue, 0xff, sizeof *on_queue * n);
    *s = (struct sched){ .stream = stream, .nqueues = nqueues, .state = state,
                         .state_size = state_size, .task_size = task_size,
                         .tasks = tasks, .on_queue = on_queue, .length = length };
    s->params = params_for(c, p);
    s->params.tasks = tasks;
    start(s, p);
}

void sched_switch(struct sched *s, const struct policy_config *p)
{
    for (unsigned q = 0; q < s->nqueues; q++)
        CHECK(s->length[q] == 0);
    memset(s->state, 0, s->state_size * s->nqueues);
    if (s->tasks)
        memset(s->tasks, 0, s->task_size * s->params.max_tasks);
    start(s, p);
}

static inline void *rq(const struct sched *s, unsigned queue)
{
    return s->state + queue * s->state_size;
}

static void fault(struct sched *s, enum sched_fault what, unsigned queue, tid_t tid,
                  int64_t detail, ns_t now)
{
    s->faults++;
    stream_emit(s->stream, now, EV_POLICY_FAULT, queue, tid, what, detail);
}

void sched_enqueue(struct sched *s, unsigned queue, const struct sched_task *t,
                   enum sched_why why, ns_t now)
{
    DCHECK(s->on_queue[t->tid] == QUEUE_NONE);
    s->on_queue[t->tid] = (uint16_t)queue;
    s->length[queue]++;
    s->ops->enqueue(rq(s, queue), t, why, now);
}

static void off_queue(struct sched *s, tid_t tid)
{
    s->length[s->on_queue[tid]]--;
    s->on_queue[tid] = QUEUE_NONE;
}

/* What the core runs when a policy has no sensible answer: the lowest task queued. */
static tid_t lowest_queued(struct sched *s, unsigned queue)
{
    for (tid_t t = 0; t < s->params.max_tasks; t++)
        if (s->on_queue[t] == queue) {
            s->ops->remove(rq(s, queue), t);
            return t;
        }
    check_failed(__FILE__, __LINE__, "a queue with a length has tasks");
    return TID_NONE;
}

/* Is `t` a possible answer for this queue? Says what is wrong with it if not. */
static bool plausible(struct sched *s, unsigned queue, tid_t t, ns_t now)
{
    if (t < s->params.max_tasks && s->on_queue[t] == queue)
        return true;
    fault(s, t < s->params.max_tasks ? FAULT_NOT_QUEUED : FAULT_NO_SUCH_TASK, queue,
          t < s->params.max_tasks ? t : TID_NONE, t, now);
    return false;
}

tid_t sched_pick(struct sched *s, unsigned queue, ns_t now)
{
    if (s->length[queue] == 0)
        return TID_NONE;
    tid_t t = s->ops->pick(rq(s, queue), now);
    if (t == TID_NONE) {
        if (s->ops->flags & SCHED_MAY_IDLE)
            return TID_NONE;
        fault(s, FAULT_IDLE, queue, TID_NONE, s->length[queue], now);
        t = lowest_queued(s, queue);
    } else if (__builtin_expect(!plausible(s, queue, t, now), 0)) {
        t = lowest_queued(s, queue);
    }
    off_queue(s, t);
    return t;
}

void sched_remove(struct sched *s, tid_t tid)
{
    s->ops->remove(rq(s, s->on_queue[tid]), tid);
    off_queue(s, tid);
}

tid_t sched_pull(struct sched *s, unsigned queue, unsigned hart, ns_t now)
{
    if (!s->ops->pull)
        return sched_pick(s, queue, now);
    tid_t t = s->ops->pull(rq(s, queue), hart, now);
    if (t == TID_NONE || !plausible(s, queue, t, now))
        return TID_NONE;
    off_queue(s, t);
    return t;
}

ns_t sched_quantum(struct sched *s, unsigned queue, tid_t tid, ns_t now)
{
    if (!s->ops->quantum)
        return NS_MAX;
    ns_t q = s->ops->quantum(rq(s, queue), tid);
    if (q >= 1)
        return q;
    fault(s, FAULT_QUANTUM, queue, tid, q, now);
    return s->params.quantum;
}

void sched_ran(struct sched *s, unsigned queue, const struct sched_task *t, ns_t ran,
               enum sched_stop why, ns_t now)
{
    if (s->ops->ran)
        s->ops->ran(rq(s, queue), t, ran, why, now);
}

ns_t sched_timer(struct sched *s, unsigned queue, ns_t now)
{
    if (!s->ops->timer)
        return NS_MAX;
    ns_t next = s->ops->timer(rq(s, queue), now);
    if (next > now)
        return next;
    fault(s, FAULT_TIMER, queue, TID_NONE, next, now);
    return NS_MAX;
}

int64_t sched_urgency(const struct sched *s, const struct sched_task *t)
{
    return s->ops->urgency ? s->ops->urgency(&s->params, t) : t->priority;
}
