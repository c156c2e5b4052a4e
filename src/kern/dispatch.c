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

#include <sim/check.h>

enum { FRUITLESS_LIMIT = 1000000 };

ns_t hart_cycles_ns(const struct kern *k, unsigned h, uint64_t cycles)
{
    uint64_t mhz = k->config->cpus[h].mhz;

    return (ns_t)((cycles * 1000 + mhz - 1) / mhz);
}

/* --- queues --- */

void queue_return(struct kern *k, tid_t tid, unsigned queue, enum sched_why why)
{
    struct task *t = &k->task[tid];
    struct sched_task view;

    task_view(k, tid, &view);
    t->state = TASK_RUNNABLE;
    t->why = (uint8_t)why;
    k->nqueued++;
    k->view[queue].nqueued++;
    k->resched = true;
    sched_enqueue(&k->sched, queue, &view, why, k->engine->now);
    if (k->nharts > 1 && !k->config->global_queue)
        balance_arm(k);
}

static bool shared_queue(const struct kern *k)
{
    return k->config->global_queue && k->nharts > 1;
}

/* May a task that is queued for this reason oust somebody? Where a queue serves one hart,
 * those who come from that hart stand behind whoever is picked next. */
static bool claims(const struct kern *k, enum sched_why why)
{
    return shared_queue(k) || why == SCHED_NEW || why == SCHED_WOKEN ||
           why == SCHED_CHANGED || why == SCHED_MIGRATED;
}

void queue_put(struct kern *k, tid_t tid, unsigned queue, enum sched_why why)
{
    struct task *t = &k->task[tid];

    queue_return(k, tid, queue, why);
    if (!sched_may_preempt(&k->sched) || t->flags & TASK_FRESH || !claims(k, why))
        return;
    t->flags |= TASK_FRESH;
    waitq_add(k, &k->fresh, tid);
}

static void queue_left(struct kern *k, unsigned queue)
{
    k->nqueued--;
    k->view[queue].nqueued--;
}

static tid_t queue_take(struct kern *k, unsigned queue)
{
    tid_t tid = sched_pick(&k->sched, queue, k->engine->now);

    if (tid != TID_NONE)
        queue_left(k, queue);
    return tid;
}

void queue_remove(struct kern *k, tid_t tid)
{
    unsigned queue = k->sched.on_queue[tid];

    sched_remove(&k->sched, tid);
    queue_left(k, queue);
}

/* A task that was taken waits to begin: for its policy it leaves without running. */
static void bar(struct kern *k, tid_t tid, unsigned queue)
{
    queue_return(k, tid, queue, SCHED_PREEMPTED);
    queue_remove(k, tid);
    sync_gate(k, tid);
}

/* The first that may run: a job that a lock keeps from beginning waits for that. */
static tid_t queue_pick(struct kern *k, unsigned queue)
{
    tid_t tid;

    while ((tid = queue_take(k, queue)) != TID_NONE && !sync_may_start(k, tid))
        bar(k, tid, queue);
    return tid;
}

/* --- one hart --- */

/* Cycles are counted, not nanoseconds, so that no work is lost or invented by rounding. */
ns_t hart_work(const struct kern *k, unsigned h, tid_t tid, ns_t got, uint32_t *carry)
{
    uint32_t mhz = k->config->cpus[h].mhz;

    if (mhz == k->fastest)
        return got;
    unsigned __int128 done = (unsigned __int128)(uint64_t)got * mhz + k->task[tid].carry;
    if (carry)
        *carry = (uint32_t)(done % k->fastest);
    return (ns_t)(done / k->fastest);
}

/* How long hart h needs for what is left of the burst. */
static ns_t burst_time(const struct kern *k, unsigned h, const struct task *t)
{
    uint32_t mhz = k->config->cpus[h].mhz;

    if (mhz == k->fastest)
        return t->left;
    unsigned __int128 need = (unsigned __int128)(uint64_t)t->left * k->fastest;
    need = need > t->carry ? (need - t->carry + mhz - 1) / mhz : 0;
    return need < NS_MAX / 2 ? (ns_t)need : NS_MAX / 2;
}

void hart_account(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];
    ns_t got = k->engine->now - hart->counted;

    if (hart->running == TID_NONE || got <= 0 || hart->handed_back)
        return;
    struct task *t = &k->task[hart->running];
    k->fruitless = 0;
    ns_t work = t->left == NS_MAX ? got : hart_work(k, h, hart->running, got, &t->carry);
    t->received += got;
    t->burst_ran += work;
    hart->ran += got;
    hart->counted = k->engine->now;
    if (t->left != NS_MAX) {
        t->left -= work;
        CHECK(t->left >= 0);
    }
}

void hart_set_stop(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];
    const struct task *t = &k->task[hart->running];
    bool first = sched_expired_first(&k->sched);
    ns_t burst_end = t->left == NS_MAX ? NS_MAX : hart->counted + burst_time(k, h, t);
    ns_t expiry = hart->slice_end > k->engine->now ? hart->slice_end : k->engine->now;

    if (burst_end <= expiry && burst_end != NS_MAX)
        engine_set(k->engine, k->first_hart_slot + h, burst_end, first ? PEND_BURST_FIRST : PEND_BURST);
    else if (expiry != NS_MAX)
        engine_set(k->engine, k->first_hart_slot + h, expiry, first ? PEND_EXPIRY_FIRST : PEND_EXPIRY);
    else
        engine_cancel(k->engine, k->first_hart_slot + h);
}

void hart_charge(struct kern *k, unsigned h, ns_t ns, int64_t what)
{
    struct hart *hart = &k->hart[h];

    if (ns <= 0)
        return;
    hart_account(k, h);
    hart->counted += ns;
    hart->local += ns;
    kern_say(k, EV_KERNEL, h, hart->running, ns, what);
}

/* The timer's interrupt is never early, and as late as `timer_jitter` lets it be. */
static ns_t jittered(struct kern *k, ns_t quantum)
{
    uint64_t most = (uint64_t)k->config->timer_jitter;
    ns_t late = most ? (ns_t)rng_below(&k->jitter, most + 1) : 0;

    return quantum < NS_MAX - late ? quantum + late : NS_MAX;
}

static void set_slice(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];
    ns_t q = sched_quantum(&k->sched, hart_queue(k, h), hart->running, k->engine->now);

    q = jittered(k, q);
    hart->slice_end = q < NS_MAX - hart->counted ? hart->counted + q : NS_MAX;
}

/* What the policy's own instructions took is charged too, if that is wished: to whom the
 * hart goes next. */
static ns_t dispatch_cost(const struct kern *k, unsigned h, tid_t tid)
{
    const struct cost_config *c = &k->config->costs;
    const struct hart *hart = &k->hart[h];
    uint16_t last = k->task[tid].hart;
    uint64_t cycles = sched_work(&k->sched);

    if (hart->last != TID_NONE && hart->last != tid)
        cycles += c->context_switch;
    if (last != HART_NONE && last != h)
        cycles += c->migration;
    return cycles ? hart_cycles_ns(k, h, cycles) : 0;
}

static void dispatch(struct kern *k, unsigned h, tid_t tid)
{
    struct hart *hart = &k->hart[h];
    struct task *t = &k->task[tid];
    ns_t now = k->engine->now, overhead = dispatch_cost(k, h, tid);

    if (k->door.owed) {
        overhead += k->door.owed[tid];
        k->door.owed[tid] = 0;
    }
    hart->running = tid;
    hart->last = tid;
    hart->since = now;
    hart->work_from = hart->counted = hart->local = now + overhead;
    hart->ran = hart->told = 0;
    hart->decided = true;
    k->view[h].running = tid;
    k->nidle--;
    k->fruitless++;
    t->state = TASK_RUNNING;
    t->hart = (uint16_t)h;
    t->flags |= TASK_STARTED | TASK_JOB_STARTED;
    set_slice(k, h);
    kern_say(k, EV_DISPATCH, h, tid, overhead, 0);
    if (k->body[t->body]->dispatched)
        k->body[t->body]->dispatched(k, h, tid);
    hart_set_stop(k, h);
}

/* Tell the policy what the task consumed since it was last told. */
static void tell_ran(struct kern *k, unsigned h, enum sched_stop why)
{
    struct hart *hart = &k->hart[h];

    if (sched_wants_ran(&k->sched)) {
        struct sched_task view;

        task_view(k, hart->running, &view);
        sched_ran(&k->sched, hart_queue(k, h), &view, hart->ran - hart->told, why,
                  k->engine->now);
    }
    hart->told = hart->ran;
}

/* The hart is idle from here; whoever ran is told of in the stream. */
static void leave_hart(struct kern *k, unsigned h, enum sched_stop why)
{
    struct hart *hart = &k->hart[h];
    tid_t tid = hart->running;

    kern_say(k, EV_DESCHED, h, tid, why, hart->ran);
    if (k->door.owed && hart->counted > k->engine->now)
        k->door.owed[tid] += hart->counted - k->engine->now;
    hart->running = TID_NONE;
    hart->since = k->engine->now;
    hart->handed_back = hart->recheck = false;
    k->view[h].running = TID_NONE;
    k->nidle++;
    k->resched = true;
    engine_cancel(k->engine, k->first_hart_slot + h);
    if (body_of(k, tid)->vacated)
        body_of(k, tid)->vacated(k, h, tid);
}

void hart_vacate(struct kern *k, unsigned h, enum sched_stop why)
{
    struct task *t = &k->task[k->hart[h].running];

    hart_account(k, h);
    tell_ran(k, h, why);
    if (why == STOP_BLOCKED || why == STOP_EXITED) {
        /* Exponential average with weight 1/2: Silberschatz et al., "SJF". */
        t->estimate = (t->estimate + t->burst_ran) / 2;
        t->burst_ran = 0;
    }
    leave_hart(k, h, why);
}

void hart_stopped(struct kern *k, unsigned h, bool expired)
{
    tid_t tid = k->hart[h].running;

    hart_account(k, h);
    if (expired) {
        hart_vacate(k, h, STOP_EXPIRED);
        queue_put(k, tid, hart_queue(k, h), SCHED_EXPIRED);
    } else {
        body_of(k, tid)->stopped(k, h);
    }
}

static void preempt(struct kern *k, unsigned h)
{
    tid_t tid = k->hart[h].running;

    hart_vacate(k, h, STOP_PREEMPTED);
    queue_put(k, tid, hart_queue(k, h), SCHED_PREEMPTED);
}

/* --- handing back --- */

static void hand_back(struct kern *k, unsigned h, enum sched_why why)
{
    struct hart *hart = &k->hart[h];

    if (hart->running == TID_NONE || hart->handed_back)
        return;
    hart_account(k, h);
    tell_ran(k, h, STOP_PREEMPTED);
    engine_cancel(k->engine, k->first_hart_slot + h);
    queue_return(k, hart->running, hart_queue(k, h), why);
    hart->handed_back = true;
    k->task[hart->running].flags |= TASK_HANDED_BACK;
}

/* It lost its hart: say what was held back so far. */
static void handed_lost(struct kern *k, unsigned h)
{
    k->task[k->hart[h].running].flags &= (uint8_t)~TASK_HANDED_BACK;
    leave_hart(k, h, STOP_PREEMPTED);
}

/* It was picked again: undisturbed, but for a slice that its policy may have renewed. */
static void handed_kept(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];
    struct task *t = &k->task[hart->running];

    hart->handed_back = false;
    t->flags &= (uint8_t)~TASK_HANDED_BACK;
    t->state = TASK_RUNNING;
    set_slice(k, h);
    hart_set_stop(k, h);
}

void hart_unhand(struct kern *k, tid_t tid)
{
    if (k->task[tid].flags & TASK_HANDED_BACK)
        handed_lost(k, k->task[tid].hart);
}

void queue_timer(struct kern *k, unsigned queue)
{
    bool first = sched_expired_first(&k->sched);
    bool all = k->config->global_queue;

    kern_say(k, EV_POLICY_TIMER, HART_NONE, TID_NONE, queue, 0);
    if (k->sched.ops->flags & SCHED_HANDS_BACK)
        for (unsigned h = all ? 0 : queue; h < (all ? k->nharts : queue + 1); h++)
            hand_back(k, h, SCHED_PREEMPTED);
    ns_t next = sched_timer(&k->sched, queue, k->engine->now);
    if (next != NS_MAX)
        engine_set(k->engine, k->first_queue_slot + queue, next,
                   first ? PEND_TIMER_FIRST : PEND_TIMER);
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
            handed_kept(k, h);
            return;
        }
        handed_lost(k, h);
    }
    if (tid != TID_NONE)
        dispatch(k, h, tid);
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
            handed_kept(k, k->task[tid].hart);
        else
            k->picked[left++] = tid;
    }
    for (unsigned h = 0; h < k->nharts; h++)
        if (k->hart[h].handed_back)
            handed_lost(k, h);
    /* Those that can stay where they were first, lest another takes their hart. */
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < left; i++) {
            tid_t tid = k->picked[i];

            if (tid == TID_NONE)
                continue;
            unsigned h = free_hart_for(k, tid);
            if (round == 0 && k->task[tid].hart != h)
                continue;
            dispatch(k, h, tid);
            k->picked[i] = TID_NONE;
        }
}

static void fill_all(struct kern *k)
{
    if (k->config->global_queue && k->nharts > 1) {
        fill_global(k);
        return;
    }
    for (unsigned h = 0; h < k->nharts; h++)
        if (open_for(&k->hart[h]) && (k->view[h].nqueued || k->hart[h].handed_back))
            fill_one(k, h);
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
        if (k->hart[h].running == TID_NONE || k->hart[h].decided)
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
        preempt(k, h);
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
            if (taken && shared_queue(k) && k->sched.on_queue[tid] != QUEUE_NONE)
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
            preempt(k, h);
            dispatch(k, h, tid);
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

/* The first task of a queue that may run on hart h; those before it, which may not, go
 * back to where they were. */
tid_t queue_give_away(struct kern *k, unsigned queue, unsigned h)
{
    tid_t first = TID_NONE, tid = TID_NONE;

    while (k->view[queue].nqueued) {
        tid = sched_pull(&k->sched, queue, h, k->engine->now);
        if (tid == TID_NONE)
            break;
        queue_left(k, queue);
        if (h >= 64 || task_process(k, tid)->affinity >> h & 1)
            break;
        k->task[tid].next = first;
        first = tid;
        tid = TID_NONE;
    }
    while (first != TID_NONE) {         /* the last one taken goes back first */
        tid_t next = k->task[first].next;

        queue_return(k, first, queue, SCHED_PREEMPTED);
        first = next;
    }
    return tid;
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
    for (unsigned h = 0; h < k->nharts; h++)
        k->hart[h].decided = false;
    if (k->nqueued)
        fill_all(k);
    try_fresh(k);
    if (k->recheck)
        recheck_all(k);
    if (k->nqueued && k->nidle && !k->config->global_queue)
        for (unsigned h = 0; h < k->nharts; h++)
            pull(k, h);
    k->resched = false;
    look_for_thrashing(k);
    if (k->decided)
        k->decided(k->decided_ctx);
}

/* The question is dear, since the first of the queue has to be picked for it: it is put
 * only if the length matters, that is if a task that is all the same but for a shorter
 * burst would oust this one. */
void hart_began_burst(struct kern *k, unsigned h)
{
    tid_t tid = k->hart[h].running;
    unsigned queue = hart_queue(k, h);
    struct sched_task same, shorter;

    if (!sched_may_preempt(&k->sched))
        return;
    task_view(k, tid, &same);
    shorter = same;
    shorter.burst = 1;
    if (sched_preempts(&k->sched, queue, &shorter, &same) &&
        !sched_preempts(&k->sched, queue, &same, &same))
        task_changed(k, tid);
}

void task_changed(struct kern *k, tid_t tid)
{
    struct task *t = &k->task[tid];

    if (t->state == TASK_RUNNING) {
        k->hart[t->hart].recheck = k->recheck = k->resched = true;
    } else if (t->state == TASK_RUNNABLE) {
        unsigned queue = k->sched.on_queue[tid];

        queue_remove(k, tid);
        queue_put(k, tid, queue, SCHED_CHANGED);
    }
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
        hand_back(k, h, SCHED_PREEMPTED);
    for (unsigned q = 0; q < k->sched.nqueues; q++)
        while (k->view[q].nqueued) {
            tid = queue_take(k, q);
            if (tid == TID_NONE)
                break;
            k->task[tid].object = q;
            waitq_add(k, &all, tid);
        }
    for (tid_t t = 0; t < k->ntasks; t++)
        if (k->sched.on_queue[t] != QUEUE_NONE) {       /* an idling policy kept it */
            k->task[t].object = k->sched.on_queue[t];
            queue_remove(k, t);
            waitq_add(k, &all, t);
        }
    sched_switch(&k->sched, p);
    k->policy = p;
    while ((tid = waitq_take(k, &all)) != TID_NONE) {
        unsigned queue = k->task[tid].object;

        k->task[tid].object = UINT32_MAX;
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
    k->resched = true;
}
