/* rt.c - periodic tasks, and single jobs with a deadline.
 *
 * Liu & Layland's model, "Scheduling Algorithms for Multiprogramming in a Hard-Real-Time
 * Environment" (1973): a job every period, each due a relative deadline after its
 * release. Jobs of one task run in release order; a job that is released while another
 * of its task is not done waits (`pending`). What a missed deadline does is the task's
 * `on_miss`:
 *
 *   continue  the job goes on, late;
 *   abort     the job is given up at its deadline, with all that it holds;
 *   skip      the job goes on, and releases until it is done are dropped.
 *
 * A job that finishes at its deadline has met it. Numbers of jobs count from 1 and
 * include dropped ones.
 */
#include <kern/body.h>

#include <sim/check.h>

uint32_t rt_count(const struct config *c)
{
    uint32_t n = 0;

    for (uint32_t p = 0; p < c->nprocesses; p++)
        if (rt_wanted(&c->processes[p]))
            n += c->processes[p].count;
    return n;
}

void rt_layout(struct kern *k, struct arena *a)
{
    uint32_t n = rt_count(k->config);

    struct rt *rt = arena_array(a, struct rt, n);
    k->nrt = n;
    if (a->base)
        k->rt = rt;
}

/* --- life of a job --- */

static ns_t next_release(const struct kern *k, const struct rt *rt)
{
    const struct process_config *p = task_process(k, rt->tid);

    return p->period && (!p->jobs || rt->released < p->jobs)
               ? rt_release_of(k, rt, rt->released + 1) : NS_MAX;
}

/* The first one that nobody has looked at yet. */
static ns_t next_deadline(const struct kern *k, const struct rt *rt)
{
    uint64_t next;

    if (rt->active && rt->job > rt->checked)
        next = rt->job;
    else if (rt->pending)
        next = (rt->job > rt->checked ? rt->job : rt->checked) + 1;
    else
        return NS_MAX;
    return next > rt->job + rt->pending ? NS_MAX : rt_deadline_of(k, rt, next);
}

/* Whichever comes first of its next release and its next deadline is pending: one entry a
 * task, since a run may have millions. What is late is due now. */
static void arm(struct kern *k, struct rt *rt)
{
    uint32_t slot = k->first_rt_slot + (uint32_t)(rt - k->rt);
    ns_t now = k->engine->now, release = next_release(k, rt), deadline = next_deadline(k, rt);

    if (rt->ended)
        return;
    if (release < now)
        release = now;
    if (deadline < now)
        deadline = now;
    if (rt->looked && deadline > now)
        engine_set(k->engine, slot, now, PEND_DEADLINE);
    else if (release <= deadline && release != NS_MAX && !rt->looked)
        engine_set_ranked(k->engine, slot, release, PEND_ARRIVAL, rt->tid);
    else if (deadline != NS_MAX)
        engine_set_ranked(k->engine, slot, deadline, PEND_DEADLINE, rt->tid);
    else
        engine_cancel(k->engine, slot);
}

static void start_job(struct kern *k, struct rt *rt, uint64_t job)
{
    struct task *t = &k->task[rt->tid];

    CHECK(!rt->active && job > rt->job);
    if (rt->job) {              /* the first one begins with the task's arrival */
        kern_say(k, EV_WAKE, HART_NONE, rt->tid, WAIT_RELEASE, 0);
        t->cause = WAIT_NONE;
    }
    rt->active = true;
    rt->job = RT_NUMBER(job);
    t->flags &= (uint8_t)~TASK_JOB_STARTED;
    if (body_of(k, rt->tid)->begin(k, rt->tid))
        task_ready(k, rt->tid, SCHED_NEW);
}

/* No job is active: begin the next one, wait for its release, or end. */
static void next_job(struct kern *k, struct rt *rt)
{
    const struct process_config *p = task_process(k, rt->tid);

    if (!rt->pending && (!p->period || (p->jobs && rt->released >= p->jobs))) {
        body_of(k, rt->tid)->finish(k, rt->tid);
        return;
    }
    task_sleep(k, rt->tid, WAIT_RELEASE, UINT32_MAX);
    DCHECK(!rt->active && rt->job + rt->pending <= rt->released);
    if (rt->pending) {
        rt->pending--;
        start_job(k, rt, rt->job + 1);
    }
    arm(k, rt);
}

void rt_job_finished(struct kern *k, tid_t tid)
{
    struct rt *rt = task_rt(k, tid);

    CHECK(rt && rt->active);
    kern_say(k, EV_JOB_FINISH, k->task[tid].hart, tid, (int64_t)rt->job,
             rt_deadline_of(k, rt, rt->job));
    rt->active = false;
}

void rt_job_done(struct kern *k, tid_t tid)
{
    struct rt *rt = task_rt(k, tid);

    rt_job_finished(k, tid);
    CHECK(k->task[tid].state != TASK_DEAD);
    if (k->task[tid].state == TASK_RUNNING) {
        hart_vacate(k, k->task[tid].hart, STOP_BLOCKED);
        k->task[tid].state = TASK_SLEEPING;
    } else if (k->task[tid].state == TASK_RUNNABLE) {
        task_detach(k, tid, STOP_BLOCKED);
    }
    next_job(k, rt);
}

void rt_ended(struct kern *k, tid_t tid)
{
    struct rt *rt = task_rt(k, tid);

    CHECK(rt && rt->tid == tid);
    engine_cancel(k->engine, k->first_rt_slot + (uint32_t)(rt - k->rt));
    rt->active = false;
    rt->ended = true;
    rt->pending = 0;
}

/* Its job will not be finished. */
static void give_up(struct kern *k, struct rt *rt)
{
    task_detach(k, rt->tid, STOP_BLOCKED);
    if (body_of(k, rt->tid)->abandon)
        body_of(k, rt->tid)->abandon(k, rt->tid);
    rt->active = false;
    next_job(k, rt);
}

/* Is the present job past its deadline? */
static bool late(const struct kern *k, const struct rt *rt)
{
    return rt->active && k->engine->now >= rt_deadline_of(k, rt, rt->job);
}

static void release(struct kern *k, struct rt *rt)
{
    const struct process_config *p = task_process(k, rt->tid);

    /* A late job that ends at this very instant, with a burst end still to come, does not
     * cost its task the release: look again when the burst ends are through. */
    if (p->on_miss == MISS_SKIP && !rt->looked && late(k, rt)) {
        rt->looked = true;
        return;
    }
    rt->looked = false;
    uint64_t job = ++rt->released;
    CHECK(!p->jobs || !p->period || job <= p->jobs);
    ns_t deadline = rt_deadline_of(k, rt, job);

    if (p->on_miss == MISS_SKIP && late(k, rt)) {
        kern_say(k, EV_JOB_SKIP, HART_NONE, rt->tid, (int64_t)job, deadline);
        return;
    }
    kern_say(k, EV_JOB_RELEASE, HART_NONE, rt->tid, (int64_t)job, deadline);
    if (rt->active)
        rt->pending++;
    else
        start_job(k, rt, job);
}

/* Is its only deadline one for its start? */
static bool starts_in_time(const struct process_config *p)
{
    return p->start_deadline && !p->period && !p->deadline;
}

void rt_born(struct kern *k, tid_t tid)
{
    const struct process_config *p = task_process(k, tid);
    uint32_t i = k->nrt_used++;
    struct rt *rt = &k->rt[i];

    CHECK(i < k->nrt);
    *rt = (struct rt){ .tid = tid & 0xffffff, .home = HART_NONE };
    k->task[tid].rt = i;
    release(k, rt);
    arm(k, rt);
    if (starts_in_time(p) && !rt->ended)
        engine_set(k->engine, k->first_rt_slot + i,
                   k->engine->now + p->start_deadline, PEND_START_DEADLINE);
}

/* The job is not done in time and its task gives it up. */
static void abort_job(struct kern *k, struct rt *rt, uint64_t job)
{
    ns_t deadline = rt_deadline_of(k, rt, job);

    if (rt->active && job == rt->job) {
        kern_say(k, EV_JOB_ABORT, HART_NONE, rt->tid, (int64_t)job, deadline);
        give_up(k, rt);
    }
}

static void start_deadline(struct kern *k, struct rt *rt)
{
    if (k->task[rt->tid].flags & TASK_STARTED)
        return;
    ns_t at = k->engine->now;
    kern_say(k, EV_JOB_MISS, HART_NONE, rt->tid, (int64_t)rt->job, at);
    kern_say(k, EV_JOB_ABORT, HART_NONE, rt->tid, (int64_t)rt->job, at);
    give_up(k, rt);
}

static void deadline_passed(struct kern *k, struct rt *rt)
{
    const struct process_config *p = task_process(k, rt->tid);
    uint64_t job = rt->active && rt->job > rt->checked
                       ? rt->job
                       : (rt->job > rt->checked ? rt->job : rt->checked) + 1;

    rt->checked = RT_NUMBER(job);
    kern_say(k, EV_JOB_MISS, HART_NONE, rt->tid, (int64_t)job, rt_deadline_of(k, rt, job));
    if (p->on_miss == MISS_ABORT)
        abort_job(k, rt, job);
    if (p->on_miss == MISS_FAIL)
        kern_finish(k, KERN_MISSED);
}

void rt_due(struct kern *k, uint32_t i, enum pending_class cls)
{
    struct rt *rt = &k->rt[i];

    if (starts_in_time(task_process(k, rt->tid))) {
        start_deadline(k, rt);
        return;
    }
    if (cls == PEND_ARRIVAL || (rt->looked && next_deadline(k, rt) > k->engine->now))
        release(k, rt);
    else
        deadline_passed(k, rt);
    if (k->end == KERN_RUNNING)
        arm(k, rt);
}
