/* task.c - tasks come, sleep, wake and go. */
#include <kern/body.h>

#include <sim/check.h>

#include <string.h>

uint32_t config_process_of(const struct config *c, tid_t tid)
{
    uint32_t low = 0, high = c->nprocesses;

    while (high - low > 1) {            /* the last entry that starts at or before tid */
        uint32_t mid = low + (high - low) / 2;

        if (c->processes[mid].first <= tid)
            low = mid;
        else
            high = mid;
    }
    return low;
}

void task_view(const struct kern *k, tid_t tid, struct sched_task *out)
{
    const struct task *t = &k->task[tid];
    const struct process_config *p = &k->config->processes[t->process];

    *out = (struct sched_task){
        .tid = tid, .nice = p->nice, .priority = p->priority, .tickets = p->tickets,
        .hart = t->hart, .affinity = p->affinity, .arrival = t->arrival,
        .received = t->received, .period = p->period,
        .relative_deadline = p->deadline ? p->deadline : p->start_deadline,
        .release = t->arrival, .deadline = NS_MAX,
    };
    if (k->config->knowledge == KNOW_ORACLE)
        out->burst = t->left == NS_MAX ? 0 : t->left;
    else if (k->config->knowledge == KNOW_ESTIMATE)
        out->burst = t->estimate > t->burst_ran ? t->estimate - t->burst_ran : 1;
    if (t->rt != NO_RT) {
        out->release = rt_job_release(k, &k->rt[t->rt]);
        out->deadline = rt_job_deadline(k, &k->rt[t->rt]);
    }
    if (k->body[t->body]->view)
        k->body[t->body]->view(k, tid, out);
    if (t->donor != tid)
        sync_view(k, t->donor, out);
}

/* The only place that knows which entry of a workload makes which body. */
static enum body_kind body_kind(const struct process_config *p)
{
    return p->server ? BODY_SERVER : p->program ? BODY_PROGRAM : BODY_BURST;
}

static void init_task(struct kern *k, tid_t tid, uint32_t p)
{
    const struct process_config *pc = &k->config->processes[p];
    struct task *t = &k->task[tid];

    *t = (struct task){
        .state = TASK_SLEEPING, .process = p, .hart = HART_NONE, .object = UINT32_MAX,
        .rt = NO_RT, .body = (uint8_t)body_kind(pc), .next = TID_NONE, .donor = tid,
        .arrival = k->engine->now,
        .estimate = 10 * k->config->time_unit,
        .rng = rng_stream(k->config->seed, pc->name, tid - pc->first),
    };
}

static void schedule_arrival(struct kern *k, uint32_t p, ns_t from)
{
    const struct process_config *pc = &k->config->processes[p];
    ns_t at = from;

    if (pc->arrival_gaps) {
        ns_t gap = dist_draw(&pc->gap, &k->gap_rng[p]);

        at = gap < NS_MAX - from ? from + gap : NS_MAX;
    }
    engine_set_ranked(k->engine, k->first_arrival_slot + p, at, PEND_ARRIVAL,
                      pc->first + k->born[p]);
}

void task_first_arrival(struct kern *k, uint32_t p)
{
    const struct process_config *pc = &k->config->processes[p];

    k->gap_rng[p] = rng_stream(k->config->seed, pc->name, UINT64_MAX);
    schedule_arrival(k, p, pc->arrival);
}

void task_arrive(struct kern *k, uint32_t p)
{
    const struct process_config *pc = &k->config->processes[p];
    tid_t tid = pc->first + k->born[p]++;

    init_task(k, tid, p);
    kern_say(k, EV_ARRIVE, HART_NONE, tid, p, 0);
    if (k->born[p] < pc->count)
        schedule_arrival(k, p, k->engine->now);
    if (body_of(k, tid)->run)
        k->executes = true;
    body_of(k, tid)->born(k, tid);
    if (rt_wanted(pc))
        rt_born(k, tid);
    else if (body_of(k, tid)->begin(k, tid))
        task_ready(k, tid, SCHED_NEW);
    else
        body_of(k, tid)->finish(k, tid);
}

void task_facts(const struct kern *k, tid_t tid, struct task_facts *out)
{
    *out = (struct task_facts){ .pid = (int32_t)tid + 1, .named_by = tid };
    if (k->task[tid].state != TASK_UNBORN && body_of(k, tid)->facts)
        body_of(k, tid)->facts(k, tid, out);
}

static bool allowed(const struct kern *k, tid_t tid, unsigned h)
{
    return h >= 64 || task_process(k, tid)->affinity >> h & 1;
}

static unsigned load_of(const struct kern *k, unsigned h)
{
    return k->view[h].nqueued + (k->hart[h].running != TID_NONE);
}

/* The allowed hart with the fewest tasks, or, for periodic work, with the least
 * utilisation (worst fit); the lowest on a tie. */
static unsigned least_loaded(const struct kern *k, tid_t tid, bool by_utilisation)
{
    unsigned best = HART_NONE;

    for (unsigned h = 0; h < k->nharts; h++) {
        if (!allowed(k, tid, h))
            continue;
        if (best == HART_NONE ||
            (by_utilisation ? k->view[h].load < k->view[best].load
                            : load_of(k, h) < load_of(k, best)))
            best = h;
    }
    return best;
}

/* Periodic tasks live on one hart, where their utilisation counts. */
static void settle(struct kern *k, struct rt *rt, unsigned h)
{
    int64_t load = rt_load(task_process(k, rt->tid));

    if (rt->home == h)
        return;
    if (rt->home != HART_NONE)
        k->view[rt->home].load -= load;
    rt->home = (uint16_t)h;
    k->view[h].load += load;
}

static unsigned home_of(struct kern *k, struct rt *rt)
{
    if (rt->home == HART_NONE)
        settle(k, rt, least_loaded(k, rt->tid, true));
    return rt->home;
}

/* The core's own choice: a new task goes where least is to do, a woken one to where it
 * ran last, unless that is busy and another hart is not. */
static unsigned default_hart(struct kern *k, tid_t tid, enum sched_why why)
{
    const struct task *t = &k->task[tid];
    struct rt *rt = task_rt(k, tid);

    if (rt && task_process(k, tid)->period)
        return home_of(k, rt);
    if (why == SCHED_NEW || t->hart == HART_NONE)
        return least_loaded(k, tid, false);
    if (load_of(k, t->hart) == 0)
        return t->hart;
    unsigned h = least_loaded(k, tid, false);
    return load_of(k, h) == 0 ? h : t->hart;
}

static unsigned place(struct kern *k, tid_t tid, enum sched_why why)
{
    struct rt *rt = task_rt(k, tid);
    struct sched_task view;

    if (k->config->global_queue || k->nharts == 1)
        return 0;
    task_view(k, tid, &view);
    unsigned h = sched_select_hart(&k->sched, &view, k->view, why, k->engine->now);
    if (h == HART_NONE)
        return default_hart(k, tid, why);
    if (rt && task_process(k, tid)->period)
        settle(k, rt, h);
    return h;
}

void task_ready(struct kern *k, tid_t tid, enum sched_why why)
{
    queue_put(k, tid, place(k, tid, why), why);
}

void task_sleep(struct kern *k, tid_t tid, enum wait_cause cause, uint32_t object)
{
    struct task *t = &k->task[tid];

    t->state = TASK_SLEEPING;
    t->cause = (uint8_t)cause;
    t->object = object;
    kern_say(k, EV_BLOCK, HART_NONE, tid, cause, object);
}

void task_block(struct kern *k, tid_t tid, enum wait_cause cause, uint32_t object)
{
    CHECK(k->task[tid].state == TASK_RUNNING);
    hart_vacate(k, k->task[tid].hart, STOP_BLOCKED);
    task_sleep(k, tid, cause, object);
}

void task_yield(struct kern *k, tid_t tid)
{
    unsigned h = k->task[tid].hart;

    hart_vacate(k, h, STOP_YIELDED);
    queue_put(k, tid, hart_queue(k, h), SCHED_YIELDED);
}

void task_wake(struct kern *k, tid_t tid)
{
    struct task *t = &k->task[tid];

    CHECK(t->state == TASK_SLEEPING);
    engine_cancel(k->engine, k->first_task_slot + tid);
    waitq_leave(k, tid);
    kern_say(k, EV_WAKE, HART_NONE, tid, t->cause, 0);
    t->cause = WAIT_NONE;
    t->object = UINT32_MAX;
    if (body_of(k, tid)->woken(k, tid))
        task_ready(k, tid, SCHED_WOKEN);
}

/* Out of whatever state it is in; afterwards it is nowhere. */
void task_detach(struct kern *k, tid_t tid, enum sched_stop why)
{
    struct task *t = &k->task[tid];

    if (t->state == TASK_RUNNING) {
        hart_vacate(k, t->hart, why);
    } else if (t->state == TASK_RUNNABLE) {
        hart_unhand(k, tid);
        queue_remove(k, tid);
    } else if (t->state == TASK_SLEEPING) {
        engine_cancel(k->engine, k->first_task_slot + tid);
    }
    waitq_leave(k, tid);        /* also the fresh ones */
    door_forget(k, tid);
    t->flags &= (uint8_t)~TASK_FRESH;
    t->state = TASK_SLEEPING;   /* nobody may look for it on a hart or queue now */
    sync_release_all(k, tid);
    t->cause = WAIT_NONE;
    t->object = UINT32_MAX;
    if (t->left != NS_MAX)
        t->left = 0;
}

void task_exit(struct kern *k, tid_t tid, int status, int signal)
{
    struct task *t = &k->task[tid];

    task_detach(k, tid, STOP_EXITED);
    kern_say(k, EV_EXIT, HART_NONE, tid, status, signal);
    if (t->rt != NO_RT)
        rt_ended(k, tid);
    t->state = body_of(k, tid)->exited
                   ? (uint8_t)body_of(k, tid)->exited(k, tid, status, signal)
                   : TASK_DEAD;
    if (--k->living == 0)
        kern_finish(k, KERN_DONE);
}
