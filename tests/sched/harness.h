/* harness.h - one hart, one queue and a policy: a machine small enough to trust.
 *
 * It follows the order of INTERFACES at one instant (arrivals, wake-ups, burst end,
 * expiry, timer; or the last three first) and writes down who ran when, as text like
 * "A 0-4, B 4-7": times in units, one piece per stretch that a task was left in peace.
 */
#ifndef TESTS_SCHED_HARNESS_H
#define TESTS_SCHED_HARNESS_H

#include "../suite.h"
#include <sched/registry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNIT = 1000000, LAB_JOBS = 16, LAB_STEPS = 128 };

struct job {
    double arrival;             /* in units */
    double cpu;                 /* in all; or of each of `njobs` periodic jobs */
    double io_every, io;        /* block for io after each io_every of CPU; 0 = never */
    int priority, nice;
    unsigned tickets;
    double period, deadline;
    int njobs;
};

struct live {
    struct sched_task t;
    enum { UNBORN, QUEUED, RUNNING, ASLEEP, DONE } state;
    ns_t next;                  /* arrival, release or wake-up */
    ns_t since_io, job_left;
    uint64_t slept;             /* order of going to sleep */
    int job;                    /* releases so far */
    ns_t finish, first, worst;  /* worst: longest response of a job */
    int misses;
};

struct lab {
    struct policy_config p;
    const struct job *jobs;
    unsigned n;
    struct live live[LAB_JOBS];
    void *rq;
    ns_t now, since, picked_at, quantum_ends, timer;
    tid_t running, last;
    bool expired_first;
    uint64_t slept;
    int dispatches;
    char gantt[8192];
};

static inline ns_t lab_ns(double units)
{
    return (ns_t)(units * UNIT + 0.5);
}

static inline void lab_policy(struct policy_config *p, const char *spec)
{
    size_t name = strcspn(spec, ":");
    const struct sched_ops *ops = sched_find(spec, name);
    struct diag d;

    ck_assert_msg(ops, "%s", spec);
    enum err err = policy_parse(p, ops, spec[name] ? spec + name + 1 : "", UNIT, &d);
    ck_assert_msg(err == ERR_OK, "%s: %s", spec, d.text);
}

static inline void lab_close_piece(struct lab *l)
{
    size_t used = strlen(l->gantt);

    if (l->last == TID_NONE || l->since == l->now)
        return;
    snprintf(l->gantt + used, sizeof l->gantt - used, "%s%c %g-%g", used ? ", " : "",
             (int)('A' + l->last), (double)l->since / UNIT, (double)l->now / UNIT);
    l->last = TID_NONE;
}

/* How long until this burst ends. */
static inline ns_t lab_burst(const struct lab *l, const struct live *v, tid_t tid)
{
    ns_t io = lab_ns(l->jobs[tid].io_every);

    return io && io - v->since_io < v->job_left ? io - v->since_io : v->job_left;
}

static inline void lab_charge(struct lab *l, ns_t ran)
{
    struct live *v = &l->live[l->running];

    v->t.received += ran;
    v->job_left -= ran;
    v->since_io += ran;
    v->t.burst = lab_burst(l, v, l->running);
}

/* The running task leaves the hart. */
static inline void lab_stop(struct lab *l, enum sched_stop why)
{
    struct live *v = &l->live[l->running];
    ns_t ran = l->now - l->picked_at;

    lab_charge(l, ran);
    if (l->p.ops->ran)
        l->p.ops->ran(l->rq, &v->t, ran, why, l->now);
    l->last = l->running;
    l->running = TID_NONE;
}

static inline void lab_queue(struct lab *l, tid_t tid, enum sched_why why)
{
    struct live *v = &l->live[tid];

    v->state = QUEUED;
    v->t.burst = lab_burst(l, v, tid);
    l->p.ops->enqueue(l->rq, &v->t, why, l->now);
    if (why != SCHED_NEW && why != SCHED_WOKEN)
        return;
    if (l->running == TID_NONE || !l->p.ops->preempts)
        return;
    struct sched_task running = l->live[l->running].t;
    ns_t ran = l->now - l->picked_at;
    running.received += ran;
    running.burst -= ran;
    if (running.burst == 0 || l->quantum_ends == l->now)
        return;                         /* it ends of itself */
    if (l->p.ops->preempts(l->rq, &v->t, &running)) {
        tid_t was = l->running;

        lab_stop(l, STOP_PREEMPTED);
        lab_queue(l, was, SCHED_PREEMPTED);
    }
}

static inline void lab_release(struct lab *l, tid_t tid)
{
    const struct job *j = &l->jobs[tid];
    struct live *v = &l->live[tid];

    v->job_left = lab_ns(j->cpu);
    v->t.release = v->next;
    v->t.deadline = j->deadline > 0 ? v->next + lab_ns(j->deadline) : NS_MAX;
    v->job++;
    lab_queue(l, tid, SCHED_NEW);
}

static inline void lab_finish(struct lab *l, tid_t tid)
{
    const struct job *j = &l->jobs[tid];
    struct live *v = &l->live[tid];

    if (l->now - v->t.release > v->worst)
        v->worst = l->now - v->t.release;
    v->misses += l->now > v->t.deadline;
    v->finish = l->now;
    v->next += lab_ns(j->period);
    v->state = j->period > 0 && v->job < j->njobs ? UNBORN : DONE;
    lab_stop(l, v->state == DONE ? STOP_EXITED : STOP_BLOCKED);
}

static inline void lab_ends(struct lab *l)
{
    tid_t tid = l->running;

    if (tid != TID_NONE) {
        struct live *v = &l->live[tid];
        ns_t ran = l->now - l->picked_at;

        if (ran == lab_burst(l, v, tid)) {
            if (v->job_left == ran) {
                lab_finish(l, tid);
            } else {
                v->state = ASLEEP;
                v->next = l->now + lab_ns(l->jobs[tid].io);
                v->slept = ++l->slept;
                lab_stop(l, STOP_BLOCKED);
                v->since_io = 0;
            }
            lab_close_piece(l);
        } else if (l->now == l->quantum_ends) {
            lab_stop(l, STOP_EXPIRED);
            lab_queue(l, tid, SCHED_EXPIRED);
        }
    }
    if (l->now == l->timer) {
        tid = l->running;
        if (tid != TID_NONE && (l->p.ops->flags & SCHED_HANDS_BACK)) {
            lab_stop(l, STOP_PREEMPTED);
            lab_queue(l, tid, SCHED_PREEMPTED);
        }
        l->timer = l->p.ops->timer(l->rq, l->now);
        ck_assert_int_gt(l->timer, l->now);
    }
}

static inline void lab_arrivals(struct lab *l)
{
    for (tid_t i = 0; i < l->n; i++)
        if (l->live[i].state == UNBORN && l->live[i].next <= l->now)
            lab_release(l, i);
    for (;;) {                          /* in the order in which they went to sleep */
        tid_t next = TID_NONE;

        for (tid_t i = 0; i < l->n; i++)
            if (l->live[i].state == ASLEEP && l->live[i].next <= l->now
                && (next == TID_NONE || l->live[i].slept < l->live[next].slept))
                next = i;
        if (next == TID_NONE)
            return;
        lab_queue(l, next, SCHED_WOKEN);
    }
}

static inline void lab_dispatch(struct lab *l)
{
    if (l->running != TID_NONE)
        return;
    tid_t tid = l->p.ops->pick(l->rq, l->now);
    if (tid != l->last)
        lab_close_piece(l);
    if (tid == TID_NONE)
        return;
    ck_assert_uint_lt(tid, l->n);
    struct live *v = &l->live[tid];
    ck_assert_int_eq(v->state, QUEUED);
    v->state = RUNNING;
    if (l->last == TID_NONE)
        l->since = l->now;
    l->last = l->running = tid;
    l->dispatches++;
    if (v->first < 0)
        v->first = l->now;
    l->picked_at = l->now;
    ns_t q = l->p.ops->quantum ? l->p.ops->quantum(l->rq, tid) : NS_MAX;
    ck_assert_int_ge(q, 1);
    l->quantum_ends = q > NS_MAX - l->now ? NS_MAX : l->now + q;
}

static inline ns_t lab_next(const struct lab *l)
{
    ns_t next = NS_MAX;
    bool left = false;

    for (tid_t i = 0; i < l->n; i++) {
        const struct live *v = &l->live[i];

        left |= v->state != DONE;
        if ((v->state == UNBORN || v->state == ASLEEP) && v->next < next)
            next = v->next;
    }
    if (l->running != TID_NONE) {
        ns_t end = l->picked_at + lab_burst(l, &l->live[l->running], l->running);

        end = end < l->quantum_ends ? end : l->quantum_ends;
        next = next < end ? next : end;
    }
    next = next < l->timer ? next : l->timer;
    return left ? next : NS_MAX;
}

static inline void lab_init(struct lab *l, const char *spec, const struct job *jobs,
                            unsigned n)
{
    *l = (struct lab){ .jobs = jobs, .n = n, .running = TID_NONE, .last = TID_NONE,
                       .timer = NS_MAX };
    lab_policy(&l->p, spec);
    l->p.params.max_tasks = n;
    l->p.params.nharts = 1;
    l->p.params.seed = 1;
    const struct sched_ops *ops = l->p.ops;
    if (ops->task_size)
        l->p.params.tasks = calloc(n, ops->task_size(&l->p.params));
    l->rq = aligned_alloc(64, (ops->state_size(&l->p.params) + 63) / 64 * 64);
    memset(l->rq, 0, ops->state_size(&l->p.params));
    ops->init(l->rq, &l->p.params);
    l->expired_first = ops->flags & SCHED_EXPIRED_FIRST;
    for (unsigned i = 0; ops->params && ops->params[i].name; i++)
        if (strcmp(ops->params[i].name, "requeue") == 0)
            l->expired_first = l->p.params.value[i].v[0];
    for (tid_t i = 0; i < n; i++) {
        struct live *v = &l->live[i];

        v->next = lab_ns(jobs[i].arrival);
        v->first = -1;
        v->t = (struct sched_task){
            .tid = i, .nice = jobs[i].nice, .priority = jobs[i].priority,
            .tickets = jobs[i].tickets ? jobs[i].tickets : 1, .hart = HART_NONE,
            .affinity = UINT64_MAX, .arrival = v->next, .deadline = NS_MAX,
            .period = lab_ns(jobs[i].period),
            .relative_deadline = lab_ns(jobs[i].deadline) };
    }
    if (ops->timer)
        l->timer = ops->timer(l->rq, 0);
}

/* Run to the end, or `until` units. */
static inline void lab_run(struct lab *l, double until)
{
    for (;;) {
        ns_t next = lab_next(l);

        if (next == NS_MAX || next > lab_ns(until))
            break;
        l->now = next;
        if (l->expired_first)
            lab_ends(l);
        lab_arrivals(l);
        if (!l->expired_first)
            lab_ends(l);
        lab_dispatch(l);
    }
    if (l->running != TID_NONE) {
        l->now = lab_ns(until);
        lab_charge(l, l->now - l->picked_at);
        lab_close_piece(l);
    }
}

static inline void lab_free(struct lab *l)
{
    free(l->rq);
    free(l->p.params.tasks);
}

/* The whole of a run is this chart. */
static inline void lab_expect(const char *spec, const struct job *jobs, unsigned n,
                              const char *gantt)
{
    struct lab l;

    lab_init(&l, spec, jobs, n);
    lab_run(&l, 1e6);
    ck_assert_msg(strcmp(l.gantt, gantt) == 0, "%s\n got %s\nwant %s", spec, l.gantt,
                  gantt);
    for (unsigned i = 0; i < n; i++)
        ck_assert_int_eq(l.live[i].state, DONE);
    lab_free(&l);
}

#define EXPECT(spec, jobs, gantt) \
    lab_expect(spec, jobs, sizeof jobs / sizeof *jobs, gantt)

#endif
