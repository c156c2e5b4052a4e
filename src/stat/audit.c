/* audit.c - follows every task and hart, and notes what cannot be.
 *
 * Its books are its own, with no code of the kernel's or of metrics.c, so that one mistake
 * does not hide another. Which state follows which, follow.h says to all; whether an event
 * may come in that state is a law here.
 */
#include <stat/audit.h>
#include <stat/follow.h>

#include <sim/stream.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stat/memory.h>
#include <stat/names.h>

/* `a` of EV_END, as <machine/machine.h> numbers them: a floor above this one. */
enum { END_DONE = 1, END_STUCK = 3 };

enum { MOST_WAITING = 1000 };   /* who are looked at one by one */

struct task {
    uint64_t affinity;
    ns_t spun;                  /* CPU that went into waiting for locks, nspins times */
    uint32_t nspins;
    ns_t received, came;        /* came: when it was last woken, or arrived */
    unsigned __int128 cycles;   /* the same in MHz x ns */
    uint64_t released, ended, finished; /* jobs: last numbers; how many finished */
    uint32_t process;
    uint16_t hart;
    uint8_t state;              /* follow.h */
    bool whole;                 /* it ended by itself, with no job given up */
    bool restricted;            /* its affinity leaves out some hart */
    bool listed;                /* in `fresh` */
};

struct hart {
    tid_t running;
    ns_t since, overhead;
    bool kernel;                /* other kernel time fell into this stretch */
    uint32_t mhz, parts;        /* as they were set last; 0: never */
    ns_t counted;               /* CPU of this stretch whose work is in task.cycles */
    uint32_t allowed;           /* waiting restricted tasks that may run here */
    bool fresh;                 /* dispatched, or changed, */
    ns_t fresh_at;              /* then; who became more urgent needs no decision */
};

struct audit {
    const struct config *config;
    struct heap *heap;          /* NULL: none */
    struct audit_finding finding[LAW_COUNT];
    struct task *tasks;
    size_t ntasks;
    struct hart *harts;
    tid_t *holder;              /* by lock */
    ns_t now;
    bool conserves;
    ns_t patience;              /* how long harts may differ about the time */
    ns_t idle_since;            /* a hart idles while a task waits, since; NS_MAX: no */
    uint32_t nidle, nfree;      /* idle harts; waiting tasks that may run anywhere */
    uint32_t nbound;            /* waiting tasks that may not */
    int64_t end;                /* `a` of EV_END; 0: none yet */
    audit_ousts *ousts;
    void *ctx;
    tid_t *fresh;               /* queued or changed since the last decision */
    size_t nfresh, fresh_room;
};

const event_set audit_kinds = EVENTS_ALL;

const char *law_text(enum law law)
{
    static const char *const text[LAW_COUNT] = {
        [LAW_TIME] = "time never falls",
        [LAW_ONE_TASK] = "a hart runs one task at a time",
        [LAW_ONE_HART] = "a task runs on one hart at a time",
        [LAW_STATE] = "a task takes only steps that its state allows",
        [LAW_FORGOTTEN] = "no task is forgotten",
        [LAW_CONSERVED] = "no hart idles while a task waits that it may run",
        [LAW_CPU] = "a task receives what its hart spends on it, no more",
        [LAW_DEMAND] = "a task that ends has received what it asked for",
        [LAW_JOBS] = "jobs of a task are released and end in order",
        [LAW_LOCK] = "a lock has one holder, who gives it back",
        [LAW_AFFINITY] = "a task runs only on harts that it may use",
        [LAW_OUSTS] = "no queued task would oust a running one",
    };

    return (unsigned)law < LAW_COUNT ? text[law] : "?";
}

static void promise_from_config(struct audit *a)
{
    const struct config *c = a->config;
    bool pulls = c->policy.ops && c->policy.ops->pull;
    bool idles = c->policy.ops && c->policy.ops->flags & SCHED_MAY_IDLE;

    for (uint32_t i = 0; i < c->nevents; i++) {
        const struct policy_config *p = c->events[i].policy;

        pulls |= p && p->ops->pull;
        idles |= p && p->ops->flags & SCHED_MAY_IDLE;
    }
    for (uint32_t i = 0; i < c->nstandby; i++) {
        pulls |= c->standby[i].ops->pull != NULL;
        idles |= (c->standby[i].ops->flags & SCHED_MAY_IDLE) != 0;
    }
    /* Several harts with a queue each conserve work only if idle harts pull; and a policy
     * whose `pull` may refuse makes no such promise. */
    a->conserves = !idles && (c->global_queue || c->ncpus == 1 || !pulls);
    for (uint32_t i = 0; i < c->nprocesses; i++)
        if (c->processes[i].program && c->ncpus > 1)
            a->patience = c->smp_skew;
}

struct audit *audit_create(const struct config *c)
{
    return audit_create_in(NULL, c);
}

struct audit *audit_create_in(struct heap *heap, const struct config *c)
{
    struct audit *a = memory_zeroed(heap, 1, sizeof *a);

    if (!a)
        return NULL;
    a->config = c;
    a->heap = heap;
    a->ntasks = c->ntasks;
    a->tasks = memory_zeroed(heap, a->ntasks + 1, sizeof *a->tasks);
    a->harts = memory_zeroed(heap, c->ncpus, sizeof *a->harts);
    a->holder = memory_zeroed(heap, c->nlocks + 1, sizeof *a->holder);
    if (!a->tasks || !a->harts || !a->holder) {
        audit_destroy(a);
        return NULL;
    }
    for (uint32_t h = 0; h < c->ncpus; h++)
        a->harts[h].running = TID_NONE;
    for (uint32_t i = 0; i < c->nlocks; i++)
        a->holder[i] = TID_NONE;
    a->nidle = c->ncpus;
    a->idle_since = NS_MAX;
    promise_from_config(a);
    return a;
}

void audit_destroy(struct audit *a)
{
    if (!a)
        return;
    memory_free(a->heap, a->tasks);
    memory_free(a->heap, a->harts);
    memory_free(a->heap, a->holder);
    memory_free(a->heap, a->fresh);
    memory_free(a->heap, a);
}

__attribute__((format(printf, 4, 5)))
static void broken(struct audit *a, enum law law, tid_t tid, const char *format, ...)
{
    struct audit_finding *f = &a->finding[law];
    va_list args;

    if (f->times++)
        return;
    f->at = a->now;
    f->tid = tid;
    va_start(args, format);
    vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
}

/* The task of an event, NULL if it has none. A forked task for which there is no
 * memory is not followed. */
static struct task *task_of(struct audit *a, tid_t tid)
{
    if (tid == TID_NONE)
        return NULL;
    if (tid >= a->ntasks) {
        size_t more = (size_t)tid + tid / 2 + 16;
        struct task *bigger = memory_resize(a->heap, a->tasks, more * sizeof *bigger);

        if (!bigger)
            return NULL;
        memset(bigger + a->ntasks, 0, (more - a->ntasks) * sizeof *bigger);
        a->tasks = bigger;
        a->ntasks = more;
    }
    return &a->tasks[tid];
}

/* --- who waits, and which hart idles --- */

static bool may_run(const struct task *t, uint32_t hart)
{
    return hart >= 64 || t->affinity >> hart & 1;
}

static void count_waiting(struct audit *a, const struct task *t, int by)
{
    if (!t->restricted) {
        a->nfree += (uint32_t)by;
        return;
    }
    a->nbound += (uint32_t)by;
    for (uint32_t h = 0; h < a->config->ncpus; h++)
        if (may_run(t, h))
            a->harts[h].allowed += (uint32_t)by;
}

static void set_state(struct audit *a, struct task *t, unsigned state)
{
    if ((t->state == TASK_RUNNABLE) != (state == TASK_RUNNABLE))
        count_waiting(a, t, state == TASK_RUNNABLE ? 1 : -1);
    t->state = (uint8_t)state;
}

static bool work_is_left_lying(const struct audit *a)
{
    if (!a->nidle || !(a->nfree + a->nbound))
        return false;
    if (a->nfree)
        return true;
    for (uint32_t h = 0; h < a->config->ncpus; h++)
        if (a->harts[h].running == TID_NONE && a->harts[h].allowed)
            return true;
    return false;
}

/* Only a span of time counts: within one instant a task may wait for its dispatch. */
static void check_conserved(struct audit *a, ns_t at)
{
    if (a->conserves && a->idle_since != NS_MAX && at - a->idle_since > a->patience) {
        broken(a, LAW_CONSERVED, TID_NONE, "%u idle, %u waiting for %lld ns",
               a->nidle, a->nfree + a->nbound, (long long)(at - a->idle_since));
        a->idle_since = NS_MAX;
    }
}

/* --- who would oust whom --- */

void audit_ask(struct audit *a, audit_ousts *ousts, void *ctx)
{
    a->ousts = ousts;
    a->ctx = ctx;
}

static void set_fresh(struct audit *a, tid_t tid, struct task *t)
{
    if (!a->ousts || t->listed)
        return;
    if (a->nfresh == a->fresh_room) {
        size_t more = 2 * a->fresh_room + 64;
        tid_t *bigger = memory_resize(a->heap, a->fresh, more * sizeof *bigger);

        if (!bigger)
            return;
        a->fresh = bigger;
        a->fresh_room = more;
    }
    t->listed = true;
    a->fresh[a->nfresh++] = tid;
}

static void set_fresh_hart(struct audit *a, unsigned hart, ns_t at)
{
    a->harts[hart].fresh = true;
    a->harts[hart].fresh_at = at;
}

static void hold_against(struct audit *a, tid_t tid, unsigned hart)
{
    if (a->tasks[tid].state == TASK_RUNNABLE && a->harts[hart].running != TID_NONE &&
        a->ousts(a->ctx, tid, hart))
        broken(a, LAW_OUSTS, tid, "queued, while task %u runs on hart %u",
               a->harts[hart].running, hart);
}

void audit_decided(void *audit)
{
    struct audit *a = audit;
    uint32_t waiting = a->nfree + a->nbound, ncpus = a->config->ncpus;

    for (size_t i = 0; i < a->nfresh; i++) {
        a->tasks[a->fresh[i]].listed = false;
        for (unsigned h = 0; h < ncpus; h++)
            hold_against(a, a->fresh[i], h);
    }
    a->nfresh = 0;
    for (unsigned h = 0; h < ncpus; h++) {
        bool look = a->harts[h].fresh && a->harts[h].fresh_at == a->now && waiting &&
                    waiting <= MOST_WAITING;

        a->harts[h].fresh = false;
        for (size_t tid = 0; look && tid < a->ntasks; tid++)
            hold_against(a, (tid_t)tid, h);
    }
}

/* Another's urgency, or its own again. */
static void on_inherit(struct audit *a, const struct event *e, struct task *t)
{
    if (t->state == TASK_RUNNABLE)
        set_fresh(a, e->tid, t);
    else if (t->state == TASK_RUNNING)
        set_fresh_hart(a, t->hart, e->at);
}

/* --- the life of a task --- */

static void wrong_state(struct audit *a, const struct event *e, const struct task *t)
{
    static const char *const states[FOLLOW_STATES] = {
        [TASK_UNBORN] = "unborn", [TASK_RUNNABLE] = "runnable", [TASK_RUNNING] = "running",
        [FOLLOW_LEAVING] = "leaving", [TASK_SLEEPING] = "sleeping", [TASK_DEAD] = "dead",
    };

    broken(a, LAW_STATE, e->tid, "%s of a task that is %s", event_info[e->kind].name,
           states[t->state]);
}

static void on_arrive(struct audit *a, const struct event *e, struct task *t)
{
    uint32_t process = (uint32_t)e->a;
    uint64_t all = a->config->ncpus >= 64 ? UINT64_MAX
                                          : (UINT64_C(1) << a->config->ncpus) - 1;

    if (!follow_allows(t->state, e) ||
        (t->state == TASK_DEAD && e->tid < a->config->ntasks)) {
        wrong_state(a, e, t);
        set_state(a, t, TASK_DEAD);
    }
    *t = (struct task){ .affinity = UINT64_MAX, .process = process, .hart = HART_NONE,
                        .whole = true, .came = e->at };
    if (process < a->config->nprocesses)
        t->affinity = a->config->processes[process].affinity;
    t->restricted = (t->affinity & all) != all;
    set_state(a, t, TASK_RUNNABLE);
}

/* Who waits is counted by the harts that it may run on. */
static void on_affinity(struct audit *a, const struct event *e, struct task *t)
{
    uint64_t all = a->config->ncpus >= 64 ? UINT64_MAX
                                          : (UINT64_C(1) << a->config->ncpus) - 1;
    bool waits = t->state == TASK_RUNNABLE;

    if (waits)
        count_waiting(a, t, -1);
    t->affinity = (uint64_t)e->a;
    t->restricted = (t->affinity & all) != all;
    if (waits)
        count_waiting(a, t, 1);
}

static void on_dispatch(struct audit *a, const struct event *e, struct task *t)
{
    struct hart *h = &a->harts[e->hart];

    if (h->running != TID_NONE)
        broken(a, LAW_ONE_TASK, e->tid, "hart %u gets it and still has task %u",
               e->hart, h->running);
    else
        a->nidle--;
    if (t->state == TASK_RUNNING)
        broken(a, LAW_ONE_HART, e->tid, "on harts %u and %u", t->hart, e->hart);
    else if (!follow_allows(t->state, e))
        wrong_state(a, e, t);
    if (!may_run(t, e->hart))
        broken(a, LAW_AFFINITY, e->tid, "on hart %u", e->hart);
    set_state(a, t, follow_after(t->state, e));
    t->hart = e->hart;
    h->running = e->tid;
    h->since = e->at;
    h->overhead = e->a;
    h->kernel = false;
    set_fresh_hart(a, e->hart, e->at);
}

/* A task whose work is bursts receives every nanosecond but the overhead; one that
 * runs a program may lose some to the kernel. */
static void check_received(struct audit *a, const struct event *e, const struct task *t,
                           const struct hart *h)
{
    ns_t stretch = e->at - h->since;
    ns_t most = stretch > h->overhead ? stretch - h->overhead : 0;
    const struct config *c = a->config;
    bool exact = !h->kernel && t->process < c->nprocesses
        && !c->processes[t->process].program;

    if (e->b < 0 || e->b > most || (exact && e->b != most))
        broken(a, LAW_CPU, e->tid, "received %lld of %lld ns on hart %u",
               (long long)e->b, (long long)most, e->hart);
}

/* Of the fastest that the hart can be; without a list of harts all are alike. */
static uint32_t top_speed(const struct audit *a, unsigned hart)
{
    return a->config->cpus ? cpu_speed(&a->config->cpus[hart]) : 1;
}

/* What its task did at the frequency that it had, since that was last set. */
static void count_work(const struct audit *a, unsigned hart, struct task *t, ns_t ran)
{
    struct hart *h = &a->harts[hart];
    uint32_t mhz = h->mhz ? h->mhz : a->config->cpus ? config_first_mhz(a->config, hart) : 1;
    uint64_t speed = a->config->cpus ? (uint64_t)mhz * cpu_dmips(&a->config->cpus[hart]) : 1;

    speed *= h->parts ? h->parts : config_parts(a->config);
    t->cycles += (unsigned __int128)(uint64_t)(ran - h->counted) * speed;
    h->counted = ran;
}

static void on_speed(struct audit *a, const struct event *e, struct task *t)
{
    struct hart *h = &a->harts[e->hart];

    if (t)
        count_work(a, e->hart, t, e->b);
    *(e->kind == EV_FREQUENCY ? &h->mhz : &h->parts) = (uint32_t)e->a;
}

static void on_desched(struct audit *a, const struct event *e, struct task *t)
{
    struct hart *h = &a->harts[e->hart];

    if (h->running != e->tid) {
        broken(a, LAW_ONE_TASK, e->tid, "it leaves hart %u, where it does not run",
               e->hart);
        return;
    }
    check_received(a, e, t, h);
    t->received += e->b;
    count_work(a, e->hart, t, e->b);
    h->counted = 0;
    h->running = TID_NONE;
    a->nidle++;
    if (!follow_allows(t->state, e))
        wrong_state(a, e, t);
    set_state(a, t, follow_after(t->state, e));
}

/* A task that is not running may begin to wait: its job is given up, and it waits for the
 * next release; or it has just come, and a protocol keeps its job from starting, or it is a
 * server, or a delay is the first that it does. */
static bool may_wait_unrun(const struct event *e, const struct task *t)
{
    if (e->a == WAIT_IO || e->a == WAIT_SLEEP)
        return t->came == e->at;
    return e->a == WAIT_RELEASE || e->a == WAIT_REQUEST || (e->a == WAIT_LOCK && e->b == UINT32_MAX);
}

static void on_life(struct audit *a, const struct event *e, struct task *t)
{
    if (e->kind == EV_ARRIVE) {
        on_arrive(a, e, t);
        return;
    }
    if (e->kind == EV_AFFINITY) {
        on_affinity(a, e, t);
        return;
    }
    bool may = follow_allows(t->state, e) &&
               !(e->kind == EV_BLOCK && t->state == TASK_RUNNABLE && !may_wait_unrun(e, t));
    if (!may)
        wrong_state(a, e, t);
    if (may || e->kind != EV_BLOCK)
        set_state(a, t, follow_after(t->state, e));
    if (e->kind == EV_WAKE)
        t->came = e->at;
    if (e->kind == EV_EXIT)
        t->whole = t->whole && !e->b;
}

/* --- jobs and locks --- */

static void on_job(struct audit *a, const struct event *e, struct task *t)
{
    uint64_t job = (uint64_t)e->a;

    if (e->kind == EV_JOB_RELEASE || e->kind == EV_JOB_SKIP) {
        if (t->released && job <= t->released)
            broken(a, LAW_JOBS, e->tid, "job %llu released after job %llu",
                   (unsigned long long)job, (unsigned long long)t->released);
        t->released = job;
    } else if (e->kind == EV_JOB_FINISH || e->kind == EV_JOB_ABORT) {
        if (job > t->released || (t->ended && job <= t->ended))
            broken(a, LAW_JOBS, e->tid, "job %llu ends: released %llu, ended %llu",
                   (unsigned long long)job, (unsigned long long)t->released,
                   (unsigned long long)t->ended);
        t->ended = job;
        t->finished += e->kind == EV_JOB_FINISH;
        t->whole = t->whole && e->kind == EV_JOB_FINISH;
    }
}

static void on_lock(struct audit *a, const struct event *e)
{
    uint32_t lock = (uint32_t)e->a;
    bool takes = e->kind == EV_LOCK;

    if (lock >= a->config->nlocks) {
        broken(a, LAW_LOCK, e->tid, "lock %u does not exist", lock);
        return;
    }
    if (a->holder[lock] != (takes ? TID_NONE : e->tid))
        broken(a, LAW_LOCK, e->tid, "%s %s, which task %d holds",
               takes ? "takes" : "gives back", a->config->lock_names[lock],
               (int)a->holder[lock]);
    a->holder[lock] = takes ? e->tid : TID_NONE;
}

/* Others than the task take time of its stretch. */
static bool takes_time(unsigned kind)
{
    return kind == EV_KERNEL || kind == EV_VM_EXIT || kind == EV_VCPU_ON || kind == EV_VCPU_OFF;
}

void audit_event(void *audit, const struct event *e)
{
    struct audit *a = audit;
    struct task *t = task_of(a, e->tid);

    if (e->at < a->now)
        broken(a, LAW_TIME, e->tid, "from %lld ns back to %lld ns", (long long)a->now,
               (long long)e->at);
    else
        check_conserved(a, e->at);
    a->now = e->at;
    if (e->kind == EV_END)
        a->end = e->a;
    if (takes_time(e->kind) && e->hart < a->config->ncpus) {
        a->harts[e->hart].kernel = true;
        return;
    }
    if ((e->kind == EV_FREQUENCY || e->kind == EV_VCPU_SPEED) && e->hart < a->config->ncpus)
        on_speed(a, e, t);
    if (!t)
        return;
    bool waited = t->state == TASK_RUNNABLE;
    if (e->kind == EV_DISPATCH || e->kind == EV_DESCHED) {
        if (e->hart >= a->config->ncpus)
            broken(a, LAW_ONE_HART, e->tid, "hart %u does not exist", e->hart);
        else
            (e->kind == EV_DISPATCH ? on_dispatch : on_desched)(a, e, t);
    } else if (e->kind == EV_LOCK || e->kind == EV_UNLOCK) {
        on_lock(a, e);
    } else if (e->kind >= EV_JOB_RELEASE && e->kind <= EV_JOB_SKIP) {
        on_job(a, e, t);
    } else if (e->kind == EV_INHERIT) {
        on_inherit(a, e, t);
    } else if (e->kind == EV_SPIN) {
        t->spun += e->b;
        t->nspins++;
    } else {
        on_life(a, e, t);
    }
    if (t->state == TASK_RUNNABLE && !waited)
        set_fresh(a, e->tid, t);
    if (!work_is_left_lying(a))
        a->idle_since = NS_MAX;
    else if (a->idle_since == NS_MAX)
        a->idle_since = e->at;
}

/* --- what only the end shows --- */

/* CPU time that one run through steps[*i] up to the NEXT of this level asks for;
 * -1 when it is drawn, or more than can be said. */
static ns_t script_demand(const struct config *c, const struct step *steps,
                          uint32_t nsteps, uint32_t *i)
{
    ns_t sum = 0;

    for (; *i < nsteps && steps[*i].kind != STEP_END; ++*i) {
        const struct step *s = &steps[*i];
        ns_t one = 0;

        if (s->kind == STEP_NEXT)
            return sum;
        bool own = s->kind == STEP_CALL && !(c->structure.servers >> s->object & 1);
        if (s->kind == STEP_CPU || own) {
            if (s->len.kind != DIST_CONST)
                return -1;
            one = s->len.a;
        } else if (s->kind == STEP_TOUCH) {
            if (__builtin_mul_overflow(s->touch->each, (ns_t)s->touch->count, &one))
                return -1;
        } else if (s->kind == STEP_LOOP) {
            ++*i;
            one = script_demand(c, steps, nsteps, i);
            if (one < 0 || __builtin_mul_overflow(one, (ns_t)s->count, &one))
                return -1;
        }
        if (__builtin_add_overflow(sum, one, &sum))
            return -1;
    }
    return sum;
}

/* Bursts are measured in time of the fastest hart; a slower one, or one whose frequency
 * is lower, may end up to one of its nanoseconds late, and so may each spinning. */
static bool has_received(const struct audit *a, const struct task *t, ns_t asked)
{
    const struct config *c = a->config;
    uint64_t fastest = 0, slowest = UINT64_MAX;

    for (uint32_t h = 0; h < c->ncpus; h++) {
        fastest = top_speed(a, h) > fastest ? top_speed(a, h) : fastest;
        slowest = top_speed(a, h) < slowest ? top_speed(a, h) : slowest;
    }
    bool alike = fastest == slowest && config_slowdown(c) * config_parts(c) == 1;

    if (alike && !c->power)
        return t->received == asked;
    /* What is interpreted is as on a hart that is as much slower. */
    fastest *= (uint64_t)config_slowdown(c) * config_parts(c);
    unsigned __int128 want = (unsigned __int128)(uint64_t)asked * fastest;
    return t->cycles >= want && t->cycles < want + (unsigned __int128)fastest * (1 + t->nspins);
}

static void check_demand(struct audit *a, const struct process_config *p)
{
    uint32_t i = 0;
    ns_t one = p->steps && !p->server && !p->guest && !a->config->structure.faults
                   ? script_demand(a->config, p->steps, p->nsteps, &i) : -1;

    for (uint32_t k = 0; one >= 0 && k < p->count; k++) {
        tid_t tid = p->first + k;
        const struct task *t = &a->tasks[tid];
        ns_t asked = p->period ? one * (ns_t)t->finished : one;

        asked += t->spun;
        if (t->state == TASK_DEAD && t->whole && !has_received(a, t, asked))
            broken(a, LAW_DEMAND, tid, "received %lld ns of %lld", (long long)t->received,
                   (long long)asked);
    }
}

/* A server process has no end. */
static bool serves(const struct audit *a, const struct task *t)
{
    return t->process < a->config->nprocesses && a->config->processes[t->process].server;
}

/* A run is done when everybody has ended, and stuck when nobody can run. */
static void check_forgotten(struct audit *a)
{
    for (tid_t tid = 0; tid < a->ntasks; tid++) {
        const struct task *t = &a->tasks[tid];
        bool born = t->state != TASK_UNBORN;

        if (a->end == END_DONE && t->state != TASK_DEAD && !serves(a, t)
            && (born || tid < a->config->ntasks))
            broken(a, LAW_FORGOTTEN, tid, "the run is done and it is not");
        if (a->end == END_STUCK && (t->state == TASK_RUNNABLE || t->state == TASK_RUNNING))
            broken(a, LAW_FORGOTTEN, tid, "the run is stuck and it could go on");
    }
}

unsigned audit_finish(struct audit *a)
{
    unsigned n = 0;

    check_forgotten(a);
    for (uint32_t p = 0; p < a->config->nprocesses; p++)
        check_demand(a, &a->config->processes[p]);
    for (unsigned law = 0; law < LAW_COUNT; law++)
        n += a->finding[law].times > 0;
    return n;
}

const struct audit_finding *audit_finding(const struct audit *a, enum law law)
{
    return &a->finding[law];
}
