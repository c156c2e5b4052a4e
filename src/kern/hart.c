/* hart.c - one hart: who is on it, what of its time is whose, and when it stops. Who comes
 * next is decided in dispatch.c. */
#include <kern/body.h>
#include <kern/power.h>
#include <kern/virtual.h>

#include <sim/check.h>

/* --- time --- */

ns_t hart_cycles_ns(const struct kern *k, unsigned h, uint64_t cycles)
{
    const struct hart *hart = &k->hart[h];
    uint64_t mhz = hart->mhz;

    if (hart->parts == k->parts)
        return (ns_t)((cycles * 1000 + mhz - 1) / mhz);
    mhz *= hart->parts;
    return (ns_t)(((unsigned __int128)cycles * 1000 * k->parts + mhz - 1) / mhz);
}

void hart_set_clock(struct kern *k, unsigned h, uint32_t mhz, uint32_t parts)
{
    struct hart *hart = &k->hart[h];

    CHECK(mhz > 0 && parts > 0 && parts <= k->parts);
    hart->mhz = mhz;
    hart->parts = parts;
    hart->speed = (uint64_t)mhz * cpu_dmips(&k->config->cpus[h]) * parts;
}

/* Cycles are counted, not nanoseconds, so that no work is lost or invented by rounding. That
 * harts differ in speed is rare, and its divisions stay out of what each stop takes. What a
 * virtual CPU has left is time, whatever gets done in it. */
__attribute__((noinline)) static ns_t slower_work(const struct kern *k, const struct hart *hart,
                                                  tid_t tid, ns_t got, uint64_t *carry)
{
    unsigned __int128 done = (unsigned __int128)(uint64_t)got * hart->speed + k->aside.carry[tid];

    if (body_of(k, tid)->virtual_hart)
        return got;
    if (carry)
        *carry = (uint64_t)(done % k->fastest);
    return (ns_t)(done / k->fastest);
}

__attribute__((noinline)) static ns_t slower_time(const struct kern *k, const struct hart *hart)
{
    uint64_t speed = hart->speed, carry = k->aside.carry[hart->running];
    ns_t left = k->task[hart->running].left;
    unsigned __int128 need = (unsigned __int128)(uint64_t)left * k->fastest;

    if (body_of(k, hart->running)->virtual_hart)
        return left;
    need = need > carry ? (need - carry + speed - 1) / speed : 0;
    return need < NS_MAX / 2 ? (ns_t)need : NS_MAX / 2;
}

ns_t hart_work(const struct kern *k, unsigned h, tid_t tid, ns_t got, uint64_t *carry)
{
    const struct hart *hart = &k->hart[h];

    return hart->speed == k->fastest ? got : slower_work(k, hart, tid, got, carry);
}

/* How long the hart needs for what is left of its task's burst. */
static ns_t burst_time(const struct kern *k, const struct hart *hart, const struct task *t)
{
    return hart->speed == k->fastest ? t->left : slower_time(k, hart);
}

void hart_account_time(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];
    ns_t got = k->engine->now - hart->counted;

    if (hart->running == TID_NONE || hart->handed_back || hart->off)
        return;
    struct task *t = &k->task[hart->running];
    k->fruitless = 0;
    ns_t work = t->left == NS_MAX ? got : hart_work(k, h, hart->running, got,
                                                      &k->aside.carry[hart->running]);
    t->received += got;
    t->burst_ran += work;
    hart->ran += got;
    hart->counted = k->engine->now;
    if (t->left != NS_MAX) {
        t->left -= work;
        CHECK(t->left >= 0);
    }
}

/* A hart that is off keeps the place that its stop has among those of one instant. */
static void set_stop(struct kern *k, unsigned h, ns_t at, enum pending_class cls)
{
    struct hart *hart = &k->hart[h];

    if (hart->off) {
        hart->stop_place = engine_reserve(k->engine);
        hart->goes_on = false;
    } else if (hart->stop_place) {
        engine_set_reserved(k->engine, k->first_hart_slot + h, at, cls, hart->stop_place);
    } else {
        engine_set(k->engine, k->first_hart_slot + h, at, cls);
    }
}

void hart_set_stop(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];
    const struct task *t = &k->task[hart->running];
    bool first = sched_expired_first(&k->sched);
    ns_t burst_end = t->left == NS_MAX ? NS_MAX : hart->counted + burst_time(k, hart, t);
    ns_t expiry = hart->slice_end > k->engine->now ? hart->slice_end : k->engine->now;
    bool ends = burst_end <= expiry;
    ns_t at = ends ? burst_end : expiry;

    DCHECK(hart->running != TID_NONE && t->left >= 0);
    if (at == NS_MAX)
        engine_cancel(k->engine, k->first_hart_slot + h);
    else
        set_stop(k, h, at, ends ? (first ? PEND_BURST_FIRST : PEND_BURST)
                                : (first ? PEND_EXPIRY_FIRST : PEND_EXPIRY));
}

void hart_charge(struct kern *k, unsigned h, ns_t ns, int64_t what)
{
    struct hart *hart = &k->hart[h];

    if (ns <= 0)
        return;
    DCHECK(hart->running != TID_NONE);
    hart_account(k, h);
    hart->counted += ns;
    hart->local += ns;
    hart->told -= ns;           /* it is its task's in the policy's account */
    kern_say(k, EV_KERNEL, h, hart->running, ns, what);
}

void hart_interrupt(struct kern *k, unsigned h, ns_t ns, int64_t what)
{
    hart_charge(k, h, ns, what);
    if (ns > 0 && engine_pending(k->engine, k->first_hart_slot + h))
        hart_set_stop(k, h);
}

/* --- virtual harts --- */

/* What runs there, and the end of its slice, are put off by ns; or brought forward, where it is negative. */
static void delay(struct hart *hart, ns_t ns)
{
    hart->counted += ns;
    hart->local += ns;
    if (ns < 0 ? hart->slice_end != NS_MAX : hart->slice_end < NS_MAX - ns)
        hart->slice_end += ns;
}

void hart_put_off(struct kern *k, unsigned h, ns_t ns)
{
    struct hart *hart = &k->hart[h];
    ns_t now = k->engine->now;

    hart->free_at = (hart->free_at > now ? hart->free_at : now) + ns;
    if (hart->running == TID_NONE)
        return;
    hart_account(k, h);
    delay(hart, ns);
    if (engine_pending(k->engine, k->first_hart_slot + h))
        hart_set_stop(k, h);
    if (body_of(k, hart->running)->delayed)
        body_of(k, hart->running)->delayed(k, h, ns);
}

/* It is set anew when the hart is on, in its old place. */
static void forget_stop(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];
    uint32_t slot = k->first_hart_slot + h;
    enum pending_class cls = PEND_BURST;

    hart->stop_place = engine_pending(k->engine, slot) ? engine_place(k->engine, slot, &cls) : 0;
    hart->goes_on = cls == PEND_GO_ON;
    engine_cancel(k->engine, slot);
}

void hart_share(struct kern *k, unsigned h, uint32_t parts)
{
    struct hart *hart = &k->hart[h];

    if (hart->parts == parts)
        return;
    hart_account(k, h);
    hart_set_clock(k, h, hart->mhz, parts);
    kern_say(k, EV_VCPU_SPEED, h, hart->running, parts, hart->ran);
    if (hart->running != TID_NONE && !hart->handed_back && !hart->off)
        hart_set_stop(k, h);
}

void hart_off(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];

    CHECK(!hart->off);
    hart_account(k, h);
    ns_t now = k->engine->now, rest = hart->free_at > now ? hart->free_at - now : 0;
    hart->off = true;
    hart->off_since = now;
    hart->free_at = 0;
    forget_stop(k, h);
    if (hart->running == TID_NONE)
        return;
    if (rest)
        delay(hart, -rest);
    if (k->end == KERN_RUNNING)
        kern_say(k, EV_VCPU_OFF, h, hart->running, rest, 0);
}

void hart_on(struct kern *k, unsigned h, ns_t ahead, ns_t stolen)
{
    struct hart *hart = &k->hart[h];
    ns_t away = k->engine->now - hart->off_since + ahead;

    CHECK(hart->off);
    hart->off = false;
    hart->free_at = k->engine->now + ahead;
    if (hart->running != TID_NONE) {
        delay(hart, away);
        if (body_of(k, hart->running)->resumed)
            body_of(k, hart->running)->resumed(k, h, hart->running);
        if (hart->goes_on)
            engine_set_reserved(k->engine, k->first_hart_slot + h, k->engine->now + ahead,
                                PEND_GO_ON, hart->stop_place);
        else
            hart_set_stop(k, h);
    }
    hart->goes_on = false;
    hart->stop_place = 0;
    if (hart->running != TID_NONE || stolen)
        kern_say(k, EV_VCPU_ON, h, hart->running, hart->running != TID_NONE ? away : stolen,
                 ahead);
}

/* --- on it, and off it --- */

/* The timer's interrupt is never early, and as late as `timer_jitter` lets it be. */
static ns_t jittered(struct kern *k, ns_t quantum)
{
    ns_t late = (ns_t)rng_below(&k->jitter, (uint64_t)k->config->timer_jitter + 1);

    return quantum < NS_MAX - late ? quantum + late : NS_MAX;
}

static void set_slice(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];
    ns_t q = sched_quantum(&k->sched, hart_queue(k, h), hart->running, k->engine->now);

    if (k->config->timer_jitter)
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

    if (hart->last != TID_NONE) {
        cycles += hart->last != tid ? c->context_switch : 0;
        cycles += last != HART_NONE && last != h ? c->migration : 0;
    }
    return cycles ? hart_cycles_ns(k, h, cycles) : 0;
}

void hart_dispatch(struct kern *k, unsigned h, tid_t tid)
{
    struct hart *hart = &k->hart[h];
    struct task *t = &k->task[tid];

    if (hart->last != tid)
        kern_exit(k, h, EXIT_SWITCH);
    ns_t now = k->engine->now, overhead = dispatch_cost(k, h, tid);

    if (k->power)
        overhead += power_wake(k, h);
    if (hart->free_at > now)
        overhead += hart->free_at - now;
    DCHECK(hart->running == TID_NONE && k->sched.on_queue[tid] == QUEUE_NONE);
    DCHECK(t->state == TASK_RUNNABLE);      /* until now */
    if (k->door.owed) {
        overhead += k->door.owed[tid];
        k->door.owed[tid] = 0;
    }
    hart->running = tid;
    hart->last = tid;
    hart->since = now;
    hart->work_from = hart->counted = hart->local = now + overhead;
    hart->ran = hart->told = 0;
    hart->decided = k->decisions;
    hart->off_since = now;
    hart->goes_on = false;
    k->view[h].running = tid;
    k->nidle--;
    k->fruitless++;
    t->state = TASK_RUNNING;
    t->hart = (uint16_t)h;
    t->flags |= TASK_STARTED | TASK_JOB_STARTED;
    set_slice(k, h);
    kern_say(k, EV_DISPATCH, h, tid, overhead, 0);
    if (k->power)
        power_run(k, h);
    if (hart->off)
        kern_say(k, EV_VCPU_OFF, h, tid, 0, 0);
    if (hart->slice_end != NS_MAX)
        kern_exit(k, h, EXIT_TIMER);
    if (k->body[t->body]->dispatched)
        k->body[t->body]->dispatched(k, h, tid);
    hart_set_stop(k, h);
}

static void say_ran(struct kern *k, unsigned h, ns_t ran, enum sched_stop why)
{
    struct sched_task view;

    task_view(k, k->hart[h].running, &view);
    sched_ran(&k->sched, hart_queue(k, h), &view, ran, why, k->engine->now);
}

/* Tell the policy what the task consumed since it was last told. */
static inline void tell_ran(struct kern *k, unsigned h, enum sched_stop why)
{
    struct hart *hart = &k->hart[h];

    if (sched_wants_ran(&k->sched))
        say_ran(k, h, hart->ran - hart->told, why);
    hart->told = hart->ran;
}

/* The hart is idle from here; whoever ran is told of in the stream. */
static void leave_hart(struct kern *k, unsigned h, enum sched_stop why)
{
    struct hart *hart = &k->hart[h];
    tid_t tid = hart->running;

    kern_say(k, EV_DESCHED, h, tid, why, hart->ran);
    if (k->power)
        power_rest(k, h);
    if (k->door.owed && hart->counted > k->engine->now)
        k->door.owed[tid] += hart->counted - k->engine->now;
    hart->running = TID_NONE;
    hart->since = k->engine->now;
    k->nhanded -= hart->handed_back;
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

    CHECK(k->hart[h].running != TID_NONE);
    hart_account(k, h);
    tell_ran(k, h, why);
    if (why == STOP_BLOCKED || why == STOP_EXITED) {
        task_learn(k, k->hart[h].running, t->burst_ran);
        t->burst_ran = 0;
    }
    leave_hart(k, h, why);
}

void hart_stopped(struct kern *k, unsigned h, bool expired)
{
    tid_t tid = k->hart[h].running;

    CHECK(tid != TID_NONE && !k->hart[h].handed_back);
    if (expired) {
        hart_vacate(k, h, STOP_EXPIRED);
        kern_exit(k, h, EXIT_INTERRUPT);
        queue_put(k, tid, hart_queue(k, h), SCHED_EXPIRED);
    } else {
        hart_account(k, h);
        body_of(k, tid)->stopped(k, h);
    }
}

void hart_preempt(struct kern *k, unsigned h)
{
    tid_t tid = k->hart[h].running;

    hart_vacate(k, h, STOP_PREEMPTED);
    queue_put(k, tid, hart_queue(k, h), SCHED_PREEMPTED);
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

/* --- handing back --- */

void hart_hand_back(struct kern *k, unsigned h, enum sched_why why)
{
    struct hart *hart = &k->hart[h];

    if (hart->running == TID_NONE || hart->handed_back)
        return;
    hart_account(k, h);
    tell_ran(k, h, STOP_PREEMPTED);
    engine_cancel(k->engine, k->first_hart_slot + h);
    queue_return(k, hart->running, hart_queue(k, h), why);
    hart->handed_back = true;
    k->nhanded++;
    k->task[hart->running].flags |= TASK_HANDED_BACK;
}

/* It lost its hart: say what was held back so far. */
void hart_lost(struct kern *k, unsigned h, enum sched_stop why)
{
    DCHECK(k->hart[h].handed_back);
    k->task[k->hart[h].running].flags &= (uint8_t)~TASK_HANDED_BACK;
    leave_hart(k, h, why);
}

/* It was picked again: undisturbed, but for a slice that its policy may have renewed. */
void hart_kept(struct kern *k, unsigned h)
{
    struct hart *hart = &k->hart[h];
    struct task *t = &k->task[hart->running];

    DCHECK(hart->handed_back && t->flags & TASK_HANDED_BACK);
    hart->handed_back = false;
    k->nhanded--;
    t->flags &= (uint8_t)~TASK_HANDED_BACK;
    t->state = TASK_RUNNING;
    set_slice(k, h);
    hart_set_stop(k, h);
}

void hart_unhand(struct kern *k, tid_t tid, enum sched_stop why)
{
    if (k->task[tid].flags & TASK_HANDED_BACK)
        hart_lost(k, k->task[tid].hart, why);
}

/* --- the end of the run --- */

void kern_finish(struct kern *k, enum kern_end why)
{
    if (k->end != KERN_RUNNING)
        return;
    for (unsigned h = 0; h < k->nharts; h++)
        hart_account(k, h);
    k->end = why;
    kern_say(k, EV_END, HART_NONE, TID_NONE, why, 0);
}
