/* dispatch.c - who runs where.
 *
 * Handlers of an instant only free harts and enqueue; dispatch_all() then decides, once:
 * free harts pick, then each task that came at this instant is held against what runs,
 * then idle harts look for work elsewhere. Afterwards no queued task would oust one that
 * runs on a hart that its queue serves: whoever takes a hart by right of another leaves
 * that one its claim, and one queue for several harts is claimed on by all that enter it,
 * also by those who lost a hart. No hart is taken twice in one decision: who was picked
 * for it was the first of its queue. A task that is handed back (for a policy's
 * timer, or a change of policy) keeps its hart until the pick; if it is picked again,
 * nothing has happened, and nothing is said.
 */
#include <kern/body.h>
#include <kern/power.h>
#include <kern/virtual.h>

#include <sim/check.h>

enum { FRUITLESS_LIMIT = 1000000 };

/* --- choosing --- */

/* A task that was taken waits to begin: for its policy it leaves without running. */
static void bar(struct kern *k, tid_t tid, unsigned queue)
{
    DCHECK(!(k->task[tid].flags & TASK_JOB_STARTED));
    queue_return(k, tid, queue, SCHED_PREEMPTED);
    queue_remove(k, tid);
    sync_gate(k, tid);
}

/* The first that may run: a job that a lock keeps from beginning waits for that. */
static tid_t queue_pick(struct kern *k, unsigned queue)
{
    tid_t tid;

    while ((tid = queue_take(k, queue)) != TID_NONE && k->lock && !sync_may_start(k, tid))
        bar(k, tid, queue);
    return tid;
}

/* --- a policy's timer --- */

void queue_timer(struct kern *k, unsigned queue)
{
    bool first = sched_expired_first(&k->sched);
    bool all = k->config->global_queue;

    kern_say(k, EV_POLICY_TIMER, HART_NONE, TID_NONE, queue, 0);
    if (k->sched.ops->flags & SCHED_HANDS_BACK && !k->config->cooperative)
        for (unsigned h = all ? 0 : queue; h < (all ? k->nharts : queue + 1); h++)
            hart_hand_back(k, h, SCHED_PREEMPTED);
    ns_t next = sched_timer(&k->sched, queue, k->engine->now);
    if (next != NS_MAX)
        engine_set(k->engine, k->first_queue_slot + queue, next,
                   first ? PEND_TIMER_FIRST : PEND_TIMER);
    if (k->nqueued && k->nidle == k->nharts)
        k->fruitless++;         /* it could have one run, and asks for more time */
    k->resched = true;
}

/* --- the decision --- */

static bool open_for(const struct hart *hart)
{
    return hart->running == TID_NONE || hart->handed_back;
}

/* One hart chooses from one queue. */
static void fill_one(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];
    tid_t tid = queue_pick(k, hart_queue(k, h));

    if (hart->handed_back) {
        if (tid == hart->running) {
            hart_kept(k, h);
            return;
        }
        hart_lost(k, h, STOP_PREEMPTED);
    }
    if (tid != TID_NONE)
        hart_dispatch(k, h, tid);
}

/* The hart for a task that was picked from the global queue: the one where it ran last
 * if that is free, for its caches' sake, else the lowest free one. */
static unsigned free_hart_for(const struct kern *k, tid_t tid)
{
    unsigned last = k->task[tid].hart;

    if (last != HART_NONE && k->hart[last].running == TID_NONE)
        return last;
    for (unsigned h = 0; h < k->nharts; h++)
        if (k->hart[h].running == TID_NONE)
            return h;
    check_failed(__FILE__, __LINE__, "as many tasks are picked as harts are free");
    return 0;
}

/* All free harts choose from the global queue: first who is chosen, then who goes where,
 * so that nobody moves without need. */
static void fill_global(struct kern *k)
{
    unsigned nopen = 0, n = 0, left = 0;

    for (unsigned h = 0; h < k->nharts; h++)
        nopen += open_for(&k->hart[h]);
    while (n < nopen && (k->picked[n] = queue_pick(k, 0)) != TID_NONE)
        n++;
    for (unsigned i = 0; i < n; i++) {
        tid_t tid = k->picked[i];

        if (k->task[tid].flags & TASK_HANDED_BACK)
            hart_kept(k, k->task[tid].hart);
        else
            k->picked[left++] = tid;
    }
    for (unsigned h = 0; h < k->nharts; h++)
        if (k->hart[h].handed_back)
            hart_lost(k, h, STOP_PREEMPTED);
    /* Those that can stay where they were first, lest another takes their hart. */
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < left; i++) {
            tid_t tid = k->picked[i];

            if (tid == TID_NONE)
                continue;
            unsigned h = free_hart_for(k, tid);
            if (round == 0 && k->task[tid].hart != h)
                continue;
            hart_dispatch(k, h, tid);
            k->picked[i] = TID_NONE;
        }
}

static void fill_all(struct kern *k)
{
    if (k->config->global_queue && k->nharts > 1) {
        fill_global(k);
        return;
    }
    if (k->nhanded) {
        for (unsigned h = 0; h < k->nharts; h++)
            if (open_for(&k->hart[h]) && (k->view[h].nqueued || k->hart[h].handed_back))
                fill_one(k, h);
        return;
    }
    /* The views say enough, and there may be many: from the first queued task to the last. */
    for (uint32_t h = k->first_queued, left = k->nqueued; left && h < k->nharts; h++) {
        uint32_t here = k->view[h].nqueued;

        left -= here;
        if (here && k->view[h].running == TID_NONE)
            fill_one(k, h);
    }
    k->first_queued = k->nqueued ? 0 : UINT32_MAX;
}

/* The hart whose running task `queued` should oust: the weakest of those, that is, one
 * that the others would oust too; the lowest on a tie. HART_NONE: none. */
static unsigned victim(struct kern *k, const struct sched_task *queued, unsigned queue)
{
    unsigned from = k->config->global_queue ? 0 : queue;
    unsigned to = k->config->global_queue ? k->nharts : queue + 1;
    unsigned weakest = HART_NONE;
    struct sched_task weakest_view, view;

    for (unsigned h = from; h < to; h++) {
        if (k->hart[h].running == TID_NONE || k->hart[h].decided == k->decisions)
            continue;
        hart_account(k, h);
        task_view(k, k->hart[h].running, &view);
        if (!sched_preempts(&k->sched, queue, queued, &view))
            continue;
        if (weakest == HART_NONE ||
            sched_preempts(&k->sched, queue, &weakest_view, &view)) {
            weakest = h;
            weakest_view = view;
        }
    }
    return weakest;
}

/* Hold a queued task against what runs, as long as it would oust somebody: a hart that is
 * taken for it goes to the first of its queue, which may be another. Was one taken? */
static bool hold(struct kern *k, tid_t tid)
{
    bool taken = false;
    unsigned queue, h;

    while ((queue = k->sched.on_queue[tid]) != QUEUE_NONE) {
        struct sched_task view;

        task_view(k, tid, &view);
        h = victim(k, &view, queue);
        if (h == HART_NONE)
            break;
        if (!sync_may_start(k, tid)) {
            queue_remove(k, tid);
            sync_gate(k, tid);
            break;
        }
        hart_preempt(k, h);
        fill_one(k, h);
        taken = true;
    }
    return taken;
}

/* Whoever came at this instant, and whoever loses a hart to them. Where several harts are
 * served, who was passed over is held again once one was taken: a policy may look at the
 * whole queue. */
static void try_fresh(struct kern *k)
{
    struct waitq passed;
    bool taken = true;
    tid_t tid;

    while (taken && k->fresh.first != TID_NONE) {
        taken = false;
        passed = WAITQ_EMPTY;
        while ((tid = waitq_take(k, &k->fresh)) != TID_NONE) {
            waitq_add(k, &passed, tid);
            taken |= hold(k, tid);
        }
        while ((tid = waitq_take(k, &passed)) != TID_NONE)
            if (taken && queue_is_shared(k) && k->sched.on_queue[tid] != QUEUE_NONE)
                waitq_add(k, &k->fresh, tid);
            else
                k->task[tid].flags &= (uint8_t)~TASK_FRESH;
    }
}

/* A running task became less urgent: would the first in its queue oust it now? */
static void recheck(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];
    unsigned queue = hart_queue(k, h);
    struct sched_task queued, running;
    tid_t tid;

    hart->recheck = false;
    if (hart->running == TID_NONE || !sched_may_preempt(&k->sched))
        return;
    while ((tid = queue_take(k, queue)) != TID_NONE) {
        hart_account(k, h);
        task_view(k, tid, &queued);
        task_view(k, hart->running, &running);
        if (!sched_preempts(&k->sched, queue, &queued, &running)) {
            queue_return(k, tid, queue, SCHED_PREEMPTED);
            return;
        }
        if (sync_may_start(k, tid)) {
            hart_preempt(k, h);
            hart_dispatch(k, h, tid);
            return;
        }
        bar(k, tid, queue);
    }
}

static unsigned busiest_queue(const struct kern *k)
{
    unsigned best = 0;

    for (unsigned q = 1; q < k->nharts; q++)
        if (k->view[q].nqueued > k->view[best].nqueued)
            best = q;
    return best;
}

/* An idle hart takes a task from the longest queue, or else from any. */
static bool pull_one(struct kern *k, unsigned h)
{
    unsigned from = busiest_queue(k);
    tid_t tid = TID_NONE;

    for (unsigned n = 0; n < k->nharts && tid == TID_NONE; n++) {
        if (n)
            from = (from + 1) % k->nharts;
        tid = queue_give_away(k, from, h);
    }
    if (tid == TID_NONE)
        return false;
    kern_say(k, EV_MIGRATE, h, tid, from, h);
    queue_return(k, tid, h, SCHED_MIGRATED);
    fill_one(k, h);
    return true;
}

/* Until one runs: a lock may keep some from beginning. */
static void pull(struct kern *k, unsigned h)
{
    while (k->hart[h].running == TID_NONE && k->nqueued && pull_one(k, h))
        ;
}

/* Running tasks that became less urgent, one after another: who loses a hart may claim
 * another's. */
static void recheck_all(struct kern *k)
{
    k->recheck = false;
    for (unsigned h = 0; h < k->nharts; h++)
        if (k->hart[h].recheck) {
            recheck(k, h);
            try_fresh(k);
        }
}

/* Every dispatch is undone before its switch is through: time passes, and that is all. */
static void look_for_thrashing(struct kern *k)
{
    if (k->fruitless <= FRUITLESS_LIMIT)
        return;
    kern_say(k, EV_LIVELOCK, HART_NONE, TID_NONE, 0, (int64_t)k->fruitless);
    kern_finish(k, KERN_THRASHING);
}

void dispatch_all(struct kern *k)
{
    k->decisions++;
    if (k->memory)
        workset_settle(k);
    if (k->memory || k->programs)
        memory_settle(k);
    if (k->nqueued)
        fill_all(k);
    if (k->fresh.first != TID_NONE)
        try_fresh(k);
    if (k->recheck)
        recheck_all(k);
    if (k->nqueued && k->nidle && !k->config->global_queue)
        for (unsigned h = 0; h < k->nharts; h++)
            pull(k, h);
    k->resched = false;
    if (k->power)
        power_settle(k);
    look_for_thrashing(k);
    if (k->decided && stream_live(k->stream))
        k->decided(k->decided_ctx);
}

/* --- asked by those who look whether a decision is complete --- */

bool dispatch_ousts(struct kern *k, tid_t tid, unsigned h)
{
    unsigned queue = k->sched.on_queue[tid];
    struct sched_task queued, running;

    if (queue == QUEUE_NONE || queue != hart_queue(k, h) || k->hart[h].running == TID_NONE)
        return false;
    hart_account(k, h);
    task_view(k, tid, &queued);
    task_view(k, k->hart[h].running, &running);
    return sched_preempts(&k->sched, queue, &queued, &running);
}

/* --- another policy --- */

void policy_switch(struct kern *k, const struct policy_config *p)
{
    struct waitq all = WAITQ_EMPTY;
    tid_t tid;

    /* Everybody is compared afresh below, so nobody is specially fresh. */
    while ((tid = waitq_take(k, &k->fresh)) != TID_NONE)
        k->task[tid].flags &= (uint8_t)~TASK_FRESH;
    for (unsigned h = 0; h < k->nharts; h++)
        hart_hand_back(k, h, SCHED_PREEMPTED);
    for (unsigned q = 0; q < k->sched.nqueues; q++)
        while (k->view[q].nqueued) {
            tid = queue_take(k, q);
            if (tid == TID_NONE)
                break;
            aside_set_object(&k->aside, tid, q);
            waitq_add(k, &all, tid);
        }
    for (tid_t t = 0; t < k->ntasks; t++)
        if (k->sched.on_queue[t] != QUEUE_NONE) {       /* an idling policy kept it */
            aside_set_object(&k->aside, t, k->sched.on_queue[t]);
            queue_remove(k, t);
            waitq_add(k, &all, t);
        }
    sched_switch(&k->sched, p);
    k->policy = p;
    while ((tid = waitq_take(k, &all)) != TID_NONE) {
        unsigned queue = aside_object(&k->aside, tid);

        aside_set_object(&k->aside, tid, UINT32_MAX);
        queue_return(k, tid, queue, SCHED_MIGRATED);
    }
    sync_ceilings(k);
    for (unsigned q = 0; q < k->sched.nqueues; q++) {
        engine_cancel(k->engine, k->first_queue_slot + q);
        ns_t next = sched_timer(&k->sched, q, k->engine->now);
        if (next != NS_MAX)
            engine_set(k->engine, k->first_queue_slot + q, next,
                       sched_expired_first(&k->sched) ? PEND_TIMER_FIRST : PEND_TIMER);
    }
    if (k->nqueued && k->nidle == k->nharts)
        k->fruitless++;         /* it could have one run, and asks for more time */
    k->resched = true;
}
