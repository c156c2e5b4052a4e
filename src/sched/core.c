/* core.c - asking a policy, and checking what it says.
 *
 * The core keeps one fact a task, on which queue it stands, and believes nothing else:
 * a pick that is not on the queue is said and replaced by the lowest task that is. That
 * search is linear, but only a policy that answered wrongly pays for it.
 */
#include <sched/sched.h>

#include <sched/weight.h>
#include <sim/check.h>
#include <sim/watch.h>

#include <string.h>

static inline void *rq(const struct sched *s, unsigned queue)
{
    return s->state + queue * s->stride;
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

static const struct sched_port *port_of(const struct policy_config *p)
{
    return p->port ? p->port : &sched_builtin_port;
}

static void *self_of(const struct policy_config *p)
{
    return p->port ? p->self : (void *)p->ops;
}

struct sizes { size_t state, task, room; bool fenced; };

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void add_need(struct sizes *need, const struct config *c,
                     const struct policy_config *p)
{
    struct sched_params params = params_for(c, p);
    const struct sched_port *port = port_of(p);
    void *self = self_of(p);

    need->state = larger(need->state, port->state_size(self, &params));
    if (p->ops->task_size)
        need->task = larger(need->task, port->task_size(self, &params));
    need->fenced |= port->fence != NULL;
    if (port->room)
        need->room = larger(need->room, port->room(self, &params, c));
}

/* The largest need of the first policy and of those that may take over later. */
static struct sizes sizes(const struct config *c, const struct policy_config *first)
{
    struct sizes need = { .state = 1 };

    add_need(&need, c, first);
    if (c->guest.fallback)
        add_need(&need, c, c->guest.fallback);
    for (uint32_t i = 0; i < c->nevents; i++)
        if (c->events[i].policy)
            add_need(&need, c, c->events[i].policy);
    for (uint32_t i = 0; i < c->nstandby; i++)
        add_need(&need, c, &c->standby[i]);
    need.state = pieces_size(need.state, need.fenced);
    return need;
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
    s->port = port_of(p);
    s->self = self_of(p);
    if (s->port->open)
        s->self = s->port->open(s->self, s->room, &s->params, s->config);
    s->broken = false;
    s->expired_first = expired_first(s);
    if (s->port->fence) {
        pieces_fence(s->state, s->state_size, s->nqueues, s->stride, s->port->fence, s->self);
        pieces_fence(s->tasks, pieces_size(s->task_size * s->params.max_tasks, true), 1,
                     s->tasks_stride, s->port->fence, s->self);
    }
    for (unsigned q = 0; q < s->nqueues; q++)
        s->port->init(s->self, rq(s, q), &s->params);
}

void sched_init(struct sched *s, struct arena *a, const struct config *c,
                const struct policy_config *p, struct stream *stream)
{
    uint16_t nqueues = c->global_queue ? 1 : (uint16_t)c->ncpus;
    tid_t n = c->ntasks + c->max_forks;
    struct sizes need = sizes(c, p);
    CHECK(nqueues >= 1 && nqueues < QUEUE_NONE && nqueues <= c->ncpus);
    size_t stride, tasks_stride;
    uint8_t *state = pieces_take(a, need.state, nqueues, need.fenced, &stride);
    size_t all_tasks = need.fenced ? pieces_size(need.task * n, true) : need.task * n;
    uint8_t *tasks = pieces_take(a, all_tasks, 1, need.fenced, &tasks_stride);
    uint8_t *room = need.room ? arena_take(a, need.room, PIECE_ALIGN) : NULL;
    uint16_t *on_queue = arena_array(a, uint16_t, n);
    uint32_t *length = arena_array(a, uint32_t, nqueues);
    uint32_t *weight = nqueues > 1 ? arena_array(a, uint32_t, n) : NULL;
    uint64_t *load = nqueues > 1 ? arena_array(a, uint64_t, nqueues) : NULL;
    *s = (struct sched){ .config = c, .stream = stream, .nqueues = nqueues, .state = state,
                         .state_size = need.state, .stride = stride,
                         .task_size = need.task, .tasks_stride = tasks_stride,
                         .room_size = need.room, .tasks = tasks, .room = room,
                         .on_queue = on_queue, .length = length, .weight = weight,
                         .load = load };
    s->params = params_for(c, p);       /* known when measuring, too */
    if (!a->base)
        return;
    memset(on_queue, 0xff, sizeof *on_queue * n);
    s->params.tasks = tasks;
    start(s, p);
}

void sched_switch(struct sched *s, const struct policy_config *p)
{
    for (unsigned q = 0; q < s->nqueues; q++)
        CHECK(s->length[q] == 0);
    for (unsigned q = 0; q < s->nqueues; q++)
        memset(rq(s, q), 0, s->state_size);
    if (s->tasks)
        memset(s->tasks, 0, s->task_size * s->params.max_tasks);
    if (s->room && port_of(p)->room) {  /* a broken policy's is kept, for its report */
        memset(s->room, 0, s->room_size);
        s->broken_self = NULL;
    }
    start(s, p);
}

static void fault(struct sched *s, enum sched_fault what, unsigned queue, tid_t tid,
                  int64_t detail, ns_t now)
{
    s->faults++;
    stream_emit(s->stream, now, EV_POLICY_FAULT, queue, tid, what, detail);
}

uint32_t sched_weight(const struct sched *s, const struct sched_task *t)
{
    if (s->ops->flags & SCHED_BY_TICKETS)
        return t->tickets;
    return s->ops->flags & SCHED_BY_NICE ? weight_of_nice(t->nice) : 1;
}

void sched_enqueue(struct sched *s, unsigned queue, const struct sched_task *t,
                   enum sched_why why, ns_t now)
{
    DCHECK(queue < s->nqueues && t->tid < s->params.max_tasks);
    DCHECK(s->on_queue[t->tid] == QUEUE_NONE);
    s->on_queue[t->tid] = (uint16_t)queue;
    s->length[queue]++;
    if (s->load) {
        s->weight[t->tid] = sched_weight(s, t);
        s->load[queue] += s->weight[t->tid];
    }
    s->port->enqueue(s->self, rq(s, queue), t, why, now);
}

static inline void off_queue(struct sched *s, tid_t tid)
{
    DCHECK(s->on_queue[tid] < s->nqueues && s->length[s->on_queue[tid]] > 0);
    s->length[s->on_queue[tid]]--;
    if (s->load)
        s->load[s->on_queue[tid]] -= s->weight[tid];
    s->on_queue[tid] = QUEUE_NONE;
}

/* What the core runs when a policy has no sensible answer: the lowest task queued. */
static tid_t lowest_queued(struct sched *s, unsigned queue)
{
    for (tid_t t = 0; t < s->params.max_tasks; t++)
        if (s->on_queue[t] == queue) {
            s->port->remove(s->self, rq(s, queue), t);
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
    tid_t t = s->port->pick(s->self, rq(s, queue), now);
    if (t == TID_NONE) {
        if (s->ops->flags & SCHED_MAY_IDLE && !sched_broken(s, now))
            return TID_NONE;
        if (!sched_broken(s, now))
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
    CHECK(s->on_queue[tid] != QUEUE_NONE);
    s->port->remove(s->self, rq(s, s->on_queue[tid]), tid);
    off_queue(s, tid);
}

tid_t sched_pull(struct sched *s, unsigned queue, unsigned hart, ns_t now)
{
    DCHECK(hart < s->params.nharts);
    if (!s->ops->pull)
        return sched_pick(s, queue, now);
    tid_t t = s->port->pull(s->self, rq(s, queue), hart, now);
    if (t == TID_NONE || !plausible(s, queue, t, now))
        return TID_NONE;
    off_queue(s, t);
    return t;
}

ns_t sched_quantum(struct sched *s, unsigned queue, tid_t tid, ns_t now)
{
    if (!s->ops->quantum || s->config->cooperative)
        return NS_MAX;
    ns_t q = s->port->quantum(s->self, rq(s, queue), tid);
    if (q >= 1)
        return q;
    fault(s, FAULT_QUANTUM, queue, tid, q, now);
    return s->params.quantum;
}

void sched_ran(struct sched *s, unsigned queue, const struct sched_task *t, ns_t ran,
               enum sched_stop why, ns_t now)
{
    DCHECK(ran >= 0 && s->on_queue[t->tid] == QUEUE_NONE);
    if (s->ops->ran)
        s->port->ran(s->self, rq(s, queue), t, ran, why, now);
}

ns_t sched_timer(struct sched *s, unsigned queue, ns_t now)
{
    if (!s->ops->timer)
        return NS_MAX;
    ns_t next = s->port->timer(s->self, rq(s, queue), now);
    if (next > now)
        return next;
    fault(s, FAULT_TIMER, queue, TID_NONE, next, now);
    return NS_MAX;
}

bool sched_preempts(const struct sched *s, unsigned queue,
                    const struct sched_task *queued, const struct sched_task *running)
{
    return sched_may_preempt(s) && s->port->preempts(s->self, rq(s, queue), queued, running);
}

static bool may_run_on(const struct sched_task *t, unsigned hart)
{
    return hart >= 64 || t->affinity >> hart & 1;
}

unsigned sched_select_hart(struct sched *s, const struct sched_task *t,
                           const struct sched_hart *harts, enum sched_why why, ns_t now)
{
    unsigned n = s->params.nharts;

    if (!s->ops->select_hart)
        return HART_NONE;
    unsigned h = s->port->select_hart(s->self, t, harts, n, why, now);
    if (h < n && may_run_on(t, h))
        return h;
    s->faults++;
    stream_emit(s->stream, now, EV_POLICY_FAULT, HART_NONE, t->tid, FAULT_HART, h);
    return HART_NONE;
}

bool sched_breaks(struct sched *s, ns_t now)
{
    int64_t what;

    if (s->broken)
        return true;
    if (!s->port->broken(s->self, &what))
        return false;
    s->broken = true;
    s->broken_self = s->self;
    s->broken_at = now;
    fault(s, FAULT_CRASH, HART_NONE, TID_NONE, what, now);
    return true;
}

int64_t sched_urgency(const struct sched *s, const struct sched_task *t)
{
    return s->ops->urgency ? s->port->urgency(s->self, &s->params, t) : t->priority;
}

/* --- for views --- */

unsigned sched_level(const struct sched *s, tid_t tid)
{
    CHECK(s->on_queue[tid] != QUEUE_NONE);
    return s->ops->level ? s->port->level(s->self, rq(s, s->on_queue[tid]), tid) : 0;
}

size_t sched_scratch_size(const struct sched *s)
{
    return s->state_size + s->task_size * s->params.max_tasks + s->room_size;
}

/* What the policy has of one queue, to or from scratch. */
static void keep(struct sched *s, unsigned queue, uint8_t *scratch, bool back)
{
    const struct { uint8_t *at; size_t size; } part[] = {
        { rq(s, queue), s->state_size },
        { s->tasks, s->task_size * s->params.max_tasks },
        { s->room, s->room_size },
    };

    for (size_t i = 0; i < sizeof part / sizeof *part; scratch += part[i++].size)
        if (part[i].size)
            memcpy(back ? part[i].at : scratch, back ? scratch : part[i].at, part[i].size);
}

void sched_explain(struct sched *s, tid_t tid, void *scratch, char *buf, size_t size)
{
    unsigned queue = s->on_queue[tid];
    bool trusted = s->port == &sched_builtin_port;

    CHECK(size >= 32 && queue != QUEUE_NONE);   /* so much, <ossim/sched.h> promises */
    memset(buf, 0, size);
    if (!s->ops->explain || (!trusted && !scratch))
        return;
    if (!trusted)
        keep(s, queue, scratch, false);
    s->port->explain(s->self, rq(s, queue), tid, buf, size);
    if (!trusted)
        keep(s, queue, scratch, true);
    buf[size - 1] = '\0';
    for (char *c = buf; *c; c++)        /* it goes to terminals and into files */
        if (*c < ' ' || *c > '~')
            *c = '?';
}

unsigned sched_order(struct sched *s, unsigned queue, void *scratch, tid_t *out,
                     unsigned max, ns_t now)
{
    unsigned n = 0;

    if (max > s->length[queue])
        max = s->length[queue];
    keep(s, queue, scratch, false);
    while (n < max) {
        tid_t t = s->port->pick(s->self, rq(s, queue), now);

        if (t >= s->params.max_tasks || s->on_queue[t] != queue)
            break;
        out[n++] = t;
    }
    keep(s, queue, scratch, true);
    return n;
}

bool sched_check(const struct sched *s)
{
    for (unsigned q = 0; q < s->nqueues; q++) {
        uint32_t n = 0;
        uint64_t load = 0;

        for (tid_t t = 0; t < s->params.max_tasks; t++)
            if (s->on_queue[t] == q) {
                n++;
                load += s->load ? s->weight[t] : 0;
            }
        if (n != s->length[q] || (s->load && load != s->load[q]))
            return false;
    }
    for (tid_t t = 0; t < s->params.max_tasks; t++)
        if (s->on_queue[t] != QUEUE_NONE && s->on_queue[t] >= s->nqueues)
            return false;
    return true;
}
