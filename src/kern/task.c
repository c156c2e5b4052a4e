/* task.c - tasks are placed, sleep and wake; life.c has how they come and go. */
#include <kern/body.h>
#include <kern/energy.h>

#include <sim/check.h>

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
        if (!task_may_run_on(k, tid, h))
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
    bool may_stay = task_may_run_on(k, tid, t->hart);
    if (may_stay && load_of(k, t->hart) == 0)
        return t->hart;
    unsigned h = least_loaded(k, tid, false);
    return load_of(k, h) == 0 || !may_stay ? h : t->hart;
}

static unsigned place(struct kern *k, tid_t tid, enum sched_why why)
{
    struct rt *rt = task_rt(k, tid);
    struct sched_task view;

    if (k->config->global_queue || k->nharts == 1)
        return 0;
    DCHECK(k->task[tid].state == TASK_SLEEPING);
    if (k->sched.ops->flags & SCHED_BY_ENERGY && !(rt && task_process(k, tid)->period)) {
        unsigned cheap = energy_cheapest_hart(k, tid);

        if (cheap != HART_NONE)
            return cheap;
    }
    if (!k->sched.ops->select_hart)
        return default_hart(k, tid, why);
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
    DCHECK(k->task[tid].state == TASK_SLEEPING);
    queue_put(k, tid, place(k, tid, why), why);
}

void task_sleep(struct kern *k, tid_t tid, enum wait_cause cause, uint32_t object)
{
    struct task *t = &k->task[tid];

    DCHECK(k->sched.on_queue[tid] == QUEUE_NONE);
    DCHECK(t->state != TASK_DEAD && t->state != TASK_ZOMBIE);
    t->state = TASK_SLEEPING;
    t->cause = (uint8_t)cause;
    aside_set_object(&k->aside, tid, object);
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

    CHECK(k->task[tid].state == TASK_RUNNING);
    hart_vacate(k, h, STOP_YIELDED);
    queue_put(k, tid, hart_queue(k, h), SCHED_YIELDED);
}

void task_move(struct kern *k, tid_t tid)
{
    struct task *t = &k->task[tid];
    unsigned from = t->hart;

    if (t->state == TASK_RUNNING) {
        hart_vacate(k, from, STOP_YIELDED);
    } else if (t->state == TASK_RUNNABLE) {
        from = k->sched.on_queue[tid];
        queue_remove(k, tid);
    } else {
        return;                 /* it will be placed when it wakes */
    }
    unsigned to = place(k, tid, SCHED_MIGRATED);
    if (to != from)
        kern_say(k, EV_MIGRATE, to, tid, from, to);
    queue_put(k, tid, to, SCHED_MIGRATED);
}

void task_wake(struct kern *k, tid_t tid)
{
    struct task *t = &k->task[tid];

    CHECK(t->state == TASK_SLEEPING && t->cause != WAIT_NONE);
    engine_cancel(k->engine, k->first_task_slot + tid);
    waitq_leave(k, tid);
    kern_say(k, EV_WAKE, HART_NONE, tid, t->cause, 0);
    t->cause = WAIT_NONE;
    aside_set_object(&k->aside, tid, UINT32_MAX);
    if (body_of(k, tid)->woken(k, tid))
        task_ready(k, tid, SCHED_WOKEN);
}

/* --- waiting --- */

void wait_from_now(struct kern *k, tid_t tid, ns_t ns)
{
    ns_t now = k->engine->now;

    engine_set(k->engine, k->first_task_slot + tid, ns < NS_MAX - now ? now + ns : NS_MAX,
               PEND_WAKE);
}

void wait_for(struct kern *k, tid_t tid, enum wait_cause cause, ns_t ns)
{
    CHECK(ns >= 0);
    if (k->task[tid].state == TASK_RUNNING)
        task_block(k, tid, cause, UINT32_MAX);
    else
        task_sleep(k, tid, cause, UINT32_MAX);
    wait_from_now(k, tid, ns);
}

void waitq_wake(struct kern *k, struct waitq *q)
{
    while (q->first != TID_NONE)
        task_wake(k, q->first);
}
