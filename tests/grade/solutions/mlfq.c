/* MLFQ by the five rules of OSTEP: three levels with 10, 20 and 40 units, one slice on each;
 * every 100 units everybody returns to the top. */
#include <ossim/sched.h>

enum { LEVELS = 3 };

struct task {
    tid_t next, prev;
    uint32_t level;
    uint32_t boosts;            /* so many it has heard of */
    ns_t left;                  /* of its slice */
    bool stopped;               /* its slice is used up */
};

struct line { tid_t head, tail; };

struct mlfq {
    struct task *task;
    ns_t slice[LEVELS], boost;
    uint32_t boosts;
    struct line line[LEVELS];
};

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct mlfq);
}

static size_t task_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct task);
}

static void init(void *rq, const struct sched_params *p)
{
    struct mlfq *m = rq;

    m->task = p->tasks;
    m->boost = 100 * p->time_unit;
    for (int i = 0; i < LEVELS; i++) {
        m->slice[i] = (10 << i) * p->time_unit;
        m->line[i] = (struct line){ TID_NONE, TID_NONE };
    }
}

/* --- lines --- */

static void put_tail(struct mlfq *m, tid_t tid)
{
    struct line *l = &m->line[m->task[tid].level];

    m->task[tid].next = TID_NONE;
    m->task[tid].prev = l->tail;
    if (l->tail == TID_NONE)
        l->head = tid;
    else
        m->task[l->tail].next = tid;
    l->tail = tid;
}

static void put_head(struct mlfq *m, tid_t tid)
{
    struct line *l = &m->line[m->task[tid].level];

    m->task[tid].prev = TID_NONE;
    m->task[tid].next = l->head;
    if (l->head == TID_NONE)
        l->tail = tid;
    else
        m->task[l->head].prev = tid;
    l->head = tid;
}

static void leave(void *rq, tid_t tid)
{
    struct mlfq *m = rq;
    struct task *k = &m->task[tid];
    struct line *l = &m->line[k->level];

    *(k->prev == TID_NONE ? &l->head : &m->task[k->prev].next) = k->next;
    *(k->next == TID_NONE ? &l->tail : &m->task[k->next].prev) = k->prev;
}

/* --- the rules --- */

static void start_on(struct mlfq *m, tid_t tid, uint32_t level)
{
    m->task[tid].level = level;
    m->task[tid].left = m->slice[level];
}

/* Rule 5 for those that were not in a line when it happened. */
static void hear(struct mlfq *m, tid_t tid)
{
    if (m->task[tid].boosts != m->boosts)
        start_on(m, tid, 0);
    m->task[tid].boosts = m->boosts;
}

/* Rule 3: a newcomer starts at the top. Who was preempted is not to lose its turn. */
static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct mlfq *m = rq;
    struct task *k = &m->task[t->tid];

    (void)now;
    hear(m, t->tid);
    if (why == SCHED_NEW)
        start_on(m, t->tid, 0);
    if (why == SCHED_PREEMPTED && !k->stopped)
        put_head(m, t->tid);
    else
        put_tail(m, t->tid);
    k->stopped = false;
}

/* Rules 1 and 2: the highest level that has anybody, in turn. */
static tid_t pick(void *rq, ns_t now)
{
    struct mlfq *m = rq;

    (void)now;
    for (int i = 0; i < LEVELS; i++) {
        tid_t tid = m->line[i].head;

        if (tid != TID_NONE) {
            leave(m, tid);
            return tid;
        }
    }
    return TID_NONE;
}

/* Rule 4: the slice is used up, in one go or in many; then one level down. */
static void ran(void *rq, const struct sched_task *t, ns_t time, enum sched_stop why, ns_t now)
{
    struct mlfq *m = rq;
    struct task *k = &m->task[t->tid];

    (void)why, (void)now;
    hear(m, t->tid);
    k->left -= time;
    k->stopped = k->left <= 0;
    if (k->stopped)
        start_on(m, t->tid, k->level + 1 < LEVELS ? k->level + 1 : k->level);
}

static ns_t quantum(const void *rq, tid_t tid)
{
    return ((const struct mlfq *)rq)->task[tid].left;
}

static bool preempts(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    const struct mlfq *m = rq;

    return m->task[queued->tid].level < m->task[running->tid].level;
}

/* Rule 5. The lowest level goes up first. */
static ns_t timer(void *rq, ns_t now)
{
    struct mlfq *m = rq;
    tid_t tid;

    if (now > 0) {
        m->boosts++;
        for (tid = m->line[0].head; tid != TID_NONE; tid = m->task[tid].next)
            hear(m, tid);
        for (int i = LEVELS - 1; i > 0; i--)
            while ((tid = m->line[i].head) != TID_NONE) {
                leave(m, tid);
                hear(m, tid);
                put_tail(m, tid);
            }
    }
    return now - now % m->boost + m->boost;
}

static unsigned level(const void *rq, tid_t tid)
{
    return ((const struct mlfq *)rq)->task[tid].level;
}

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "my-mlfq", .source = "OSTEP, \"Scheduling: The Multi-Level Feedback Queue\"",
    .state_size = state_size, .init = init, .enqueue = enqueue, .pick = pick, .remove = leave,
    .flags = SCHED_HANDS_BACK | SCHED_EXPIRED_FIRST, .task_size = task_size, .ran = ran,
    .quantum = quantum, .preempts = preempts, .timer = timer, .level = level,
};
