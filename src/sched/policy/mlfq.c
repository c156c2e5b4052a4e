/* mlfq.c - multi-level feedback queue.
 *
 * OSTEP, "Scheduling: The Multi-Level Feedback Queue", rules 1 to 5, and where they
 * leave room its simulator mlfq.py:
 *
 * - A task has a slice (the quantum of its level) and an allotment (so many slices).
 *   Used-up slices send it to the tail of its level, a used-up allotment to the tail of
 *   the next one. A burst that ends exactly with its slice has used that slice up.
 * - A preempted task keeps the rest of its slice and stands at the head of its level.
 * - io=keep: slice and allotment go on after an I/O. io=reset: both are renewed by it.
 * - bump=1: a task back from an I/O stands at the head of its level, ahead of the
 *   running one, which it preempts.
 * - boost: at its multiples every task, sleeping ones too, is on the top level with a
 *   new slice and allotment. The lower queues go behind the top one, lowest first.
 *
 * Differs from it: nothing known, but for its slip of setting the slice to the length of
 * the allotment at a boost. Added: demote=contended (a task that is alone keeps its
 * level; Stallings, "Feedback"), and preemptive=0 (newcomers wait for the running slice).
 *
 * O(1) for each operation, O(levels) for a boost: lists are joined, and each task
 * learns of a boost from its number when it is looked at. 26 bytes a task,
 * 30 with bump.
 */
#include <ossim/sched.h>
#include <sched/fifo.h>
#include <sched/flat.h>
#include <sched/phrase.h>

enum { LEVELS, QUANTUM, ALLOTMENT, BOOST, IO, BUMP, DEMOTE, REQUEUE, PREEMPTIVE };
enum { MAX_LEVELS = 64 };

static const struct policy_param params[] = {
    [LEVELS] = { "levels", PARAM_INT, "3", 1, MAX_LEVELS, 1, NULL,
                 "number of levels; if not given, as many as quanta, at least 3" },
    [QUANTUM] = { "quantum", PARAM_TIME, "10", 1, NS_MAX, SCHED_MAX_VALUES, NULL,
                  "slice on each level, top first; the last one goes on" },
    [ALLOTMENT] = { "allotment", PARAM_INT, "1", 1, INT32_MAX, SCHED_MAX_VALUES, NULL,
                    "slices on each level before a task sinks" },
    [BOOST] = { "boost", PARAM_TIME, "", 1, NS_MAX, 1, NULL,
                "every task returns to the top at multiples of this" },
    [IO] = { "io", PARAM_CHOICE, "keep", 0, 1, 1, "keep/reset",
             "what an I/O does to slice and allotment" },
    [BUMP] = { "bump", PARAM_CHOICE, "0", 0, 1, 1, "0/1",
               "a task back from an I/O goes ahead of its level" },
    [DEMOTE] = { "demote", PARAM_CHOICE, "always", 0, 1, 1, "always/contended",
                 "contended: only if another task is queued" },
    [REQUEUE] = { "requeue", PARAM_CHOICE, "expired-first", 0, 1, 1,
                  "arrivals-first/expired-first",
                  "who is queued first when an arrival and an expiry coincide" },
    [PREEMPTIVE] = { "preemptive", PARAM_CHOICE, "1", 0, 1, 1, "0/1",
                     "0: an arrival waits for the running slice to end" },
    { 0 },
};

enum {
    BUMPED = 1,                 /* stands ahead of its level after an I/O */
    HELD = 2,                   /* handed back where nothing preempts: goes on first */
    STOPPED = 4,                /* just left its hart */
    USED_UP = 8,                /* and its slice is used up */
};

struct state {
    ns_t slice;                 /* left of it */
    uint32_t epoch;             /* number of the boost that it knows of */
    int32_t allotment;          /* slices left on this level, this one included;
                                 * 0: the policy has never seen the task */
};

struct mlfq {
    flat_t tasks, links;        /* struct state and struct fifo_link by tid */
    flat_t levels, flags;       /* uint8_t by tid */
    flat_t turns;               /* uint32_t by tid: bumps so far when it was bumped itself,
                                 * or picked; 0: nobody is bumped */
    ns_t boost;
    uint32_t epoch;             /* boosts so far */
    uint32_t bumps;             /* so far */
    uint32_t queued;
    unsigned nlevels;
    bool reset, bump, contended, preemptive;
    uint64_t occupied;          /* bit i: level i has tasks */
    struct fifo held;
    struct fifo line[MAX_LEVELS];
    tid_t last_bumped[MAX_LEVELS];      /* end of those at its head that were bumped
                                         * since the last pick from it */
    ns_t quantum[MAX_LEVELS];
    int32_t allotment[MAX_LEVELS];
};

static struct state *tasks_of(const struct mlfq *m)
{
    return flat_at(m, m->tasks);
}

static struct fifo_link *links_of(const struct mlfq *m)
{
    return flat_at(m, m->links);
}

static uint32_t *turns_of(const struct mlfq *m)
{
    return flat_at(m, m->turns);
}

static uint8_t *levels_of(const struct mlfq *m)
{
    return flat_at(m, m->levels);
}

static uint8_t *flags_of(const struct mlfq *m)
{
    return flat_at(m, m->flags);
}

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct mlfq);
}

static size_t task_size(const struct sched_params *p)
{
    return sizeof(struct state) + sizeof(struct fifo_link) + 2 * sizeof(uint8_t) +
           (p->value[BUMP].v[0] ? sizeof(uint32_t) : 0);
}

/* Value i of a list whose last one stands for all that follow. */
static int64_t list_value(const struct sched_value *v, unsigned i)
{
    return v->v[i < v->n ? i : v->n - 1];
}

static void init(void *rq, const struct sched_params *p)
{
    struct mlfq *m = rq;

    m->tasks = flat_to(rq, p->tasks);
    m->links = flat_to(rq, tasks_of(m) + p->max_tasks);
    if (p->value[BUMP].v[0])
        m->turns = flat_to(rq, links_of(m) + p->max_tasks);
    m->levels = flat_to(rq, (m->turns ? (uint8_t *)(turns_of(m) + p->max_tasks)
                                      : (uint8_t *)(links_of(m) + p->max_tasks)));
    m->flags = flat_to(rq, levels_of(m) + p->max_tasks);
    m->nlevels = (unsigned)p->value[LEVELS].v[0];
    if (!p->value[LEVELS].given && p->value[QUANTUM].n > m->nlevels)
        m->nlevels = p->value[QUANTUM].n;
    CHECK(m->nlevels >= 1 && m->nlevels <= MAX_LEVELS);
    m->boost = sched_param_get(p, BOOST, 0);
    m->reset = p->value[IO].v[0];
    m->bump = p->value[BUMP].v[0];
    m->contended = p->value[DEMOTE].v[0];
    m->preemptive = p->value[PREEMPTIVE].v[0];
    fifo_init(&m->held);
    for (unsigned i = 0; i < m->nlevels; i++) {
        fifo_init(&m->line[i]);
        m->last_bumped[i] = TID_NONE;
        m->quantum[i] = list_value(&p->value[QUANTUM], i);
        m->allotment[i] = (int32_t)list_value(&p->value[ALLOTMENT], i);
    }
}

/* The level of a task, which may have missed a boost. */
static unsigned level_of(const struct mlfq *m, tid_t tid)
{
    return tasks_of(m)[tid].epoch == m->epoch ? levels_of(m)[tid] : 0;
}

/* On `level` with a whole slice and allotment. */
static void renew(struct mlfq *m, tid_t tid, unsigned level)
{
    levels_of(m)[tid] = (uint8_t)level;
    tasks_of(m)[tid] = (struct state){ m->quantum[level], m->epoch, m->allotment[level] };
}

/* Let the task know of the last boost. */
static void refresh(struct mlfq *m, tid_t tid)
{
    if (tasks_of(m)[tid].epoch != m->epoch || tasks_of(m)[tid].allotment == 0)
        renew(m, tid, 0);
}

static void queue_in_level(struct mlfq *m, tid_t tid, bool resumes, bool bumped)
{
    unsigned i = levels_of(m)[tid];

    DCHECK(i < m->nlevels && tasks_of(m)[tid].epoch == m->epoch);
    if (bumped) {
        fifo_push(&m->line[i], links_of(m), tid);
        if (m->last_bumped[i] == TID_NONE)
            m->last_bumped[i] = tid;
    } else if (resumes) {
        fifo_insert(&m->line[i], links_of(m), m->last_bumped[i], tid);
    } else {
        fifo_append(&m->line[i], links_of(m), tid);
    }
    m->occupied |= UINT64_C(1) << i;
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct mlfq *m = rq;
    tid_t tid = t->tid;
    bool resumes = why == SCHED_PREEMPTED && !(flags_of(m)[tid] & USED_UP);
    bool held = resumes && !m->preemptive && (flags_of(m)[tid] & STOPPED);
    bool bumped = why == SCHED_WOKEN && m->bump;

    (void)now;
    if (why == SCHED_NEW)
        renew(m, tid, 0);
    refresh(m, tid);
    m->queued++;
    flags_of(m)[tid] = bumped ? BUMPED : 0;
    if (bumped)
        turns_of(m)[tid] = ++m->bumps;
    if (held) {
        flags_of(m)[tid] = HELD;
        fifo_append(&m->held, links_of(m), tid);
    } else {
        queue_in_level(m, tid, resumes, bumped);
    }
}

static void leave(void *rq, tid_t tid)
{
    struct mlfq *m = rq;

    DCHECK(m->queued > 0);
    m->queued--;
    if (flags_of(m)[tid] & HELD) {
        fifo_remove(&m->held, links_of(m), tid);
    } else {
        unsigned i = level_of(m, tid);

        if (m->last_bumped[i] == tid)
            m->last_bumped[i] = links_of(m)[tid].prev;
        fifo_remove(&m->line[i], links_of(m), tid);
        if (m->line[i].head == TID_NONE)
            m->occupied &= ~(UINT64_C(1) << i);
    }
    refresh(m, tid);
    flags_of(m)[tid] = 0;
}

static tid_t pick(void *rq, ns_t now)
{
    struct mlfq *m = rq;
    tid_t tid = m->held.head;

    (void)now;
    if (tid == TID_NONE && m->occupied) {
        unsigned i = (unsigned)__builtin_ctzll(m->occupied);

        tid = m->line[i].head;
        DCHECK(i < m->nlevels && tid != TID_NONE);
        /* Who is bumped already stood behind it; only later ones go ahead of it. */
        m->last_bumped[i] = TID_NONE;
    }
    if (tid != TID_NONE) {
        leave(m, tid);
        if (m->turns)
            turns_of(m)[tid] = m->bumps;
    }
    return tid;
}

/* The slice is used up: another one, here or a level below. */
static void next_slice(struct mlfq *m, tid_t tid)
{
    struct state *s = &tasks_of(m)[tid];
    unsigned i = levels_of(m)[tid];

    if (--s->allotment > 0)
        s->slice = m->quantum[i];
    else if (i + 1 == m->nlevels || (m->contended && m->queued == 0))
        renew(m, tid, i);
    else
        renew(m, tid, i + 1);
}

static void ran(void *rq, const struct sched_task *t, ns_t ran_ns, enum sched_stop why,
                ns_t now)
{
    struct mlfq *m = rq;
    tid_t tid = t->tid;
    bool used_up;

    (void)now;
    refresh(m, tid);
    tasks_of(m)[tid].slice -= ran_ns;
    used_up = tasks_of(m)[tid].slice <= 0;
    if (why == STOP_BLOCKED && m->reset)
        renew(m, tid, levels_of(m)[tid]);
    if (used_up)
        next_slice(m, tid);
    flags_of(m)[tid] = used_up ? STOPPED | USED_UP : STOPPED;
}

static ns_t quantum(const void *rq, tid_t tid)
{
    const struct mlfq *m = rq;

    return tasks_of(m)[tid].slice;
}

static bool preempts(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    const struct mlfq *m = rq;
    unsigned mine = level_of(m, queued->tid), other = level_of(m, running->tid);

    if (!m->preemptive)
        return false;
    if (mine != other || !(flags_of(m)[queued->tid] & BUMPED))
        return mine < other;
    /* Not those that stood there when the running one was picked. */
    return (int32_t)(turns_of(m)[queued->tid] - turns_of(m)[running->tid]) > 0;
}

/* Running tasks stand in the queue too while it is joined. */
static void boost(struct mlfq *m)
{
    for (unsigned i = m->nlevels - 1; i > 0; i--) {
        fifo_splice(&m->line[0], &m->line[i], links_of(m));
        m->last_bumped[i] = TID_NONE;
    }
    m->occupied = m->line[0].head != TID_NONE;
}

static ns_t timer(void *rq, ns_t now)
{
    struct mlfq *m = rq;

    if (m->boost == 0)
        return NS_MAX;
    ns_t times = now / m->boost;
    if (m->epoch != (uint32_t)times) {
        boost(m);
        m->epoch = (uint32_t)times;
    }
    return times < NS_MAX / m->boost ? (times + 1) * m->boost : NS_MAX;
}

static unsigned level(const void *rq, tid_t tid)
{
    return level_of(rq, tid);
}

static void explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    const struct mlfq *m = rq;
    struct phrase say = phrase_in(buf, size);

    phrase_text(&say, "level ");
    phrase_number(&say, level_of(m, tid));
    phrase_text(&say, ", ");
    if (flags_of(m)[tid] & HELD)
        phrase_text(&say, "goes on");
    else
        phrase_place(&say, links_of(m), tid);
}

const struct sched_ops sched_mlfq = {
    .abi = SCHED_ABI, .name = "mlfq",
    .source = "Arpaci-Dusseau, Operating Systems: Three Easy Pieces, "
              "\"Scheduling: The Multi-Level Feedback Queue\"",
    .about = "multi-level feedback queue",
    .flags = SCHED_HANDS_BACK | SCHED_EXPIRED_FIRST,
    .params = params,
    .state_size = state_size, .task_size = task_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave, .ran = ran, .quantum = quantum,
    .preempts = preempts, .timer = timer, .level = level,
    .explain = explain,
};
