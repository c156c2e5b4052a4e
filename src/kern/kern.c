/* kern.c - a kernel is laid out, and takes one step after another. */
#include <kern/balloon.h>
#include <kern/body.h>
#include <kern/fault.h>
#include <kern/filemap.h>
#include <kern/mail.h>
#include <kern/power.h>
#include <kern/virtual.h>
#include <kern/wire.h>

#include <sim/check.h>

/* Returns the first slot behind the kernel's. */
static uint32_t number_slots(struct kern *k, uint32_t n)
{
    const struct config *c = k->config;

    k->first_hart_slot = n;
    n += c->ncpus;
    k->first_queue_slot = n;
    n += c->ncpus;
    k->event_slot = n++;
    k->stop_slot = n++;
    k->balance_slot = n++;
    k->switch_slot = n++;
    k->block_bell_slot = n++;
    k->swap_bell_slot = n++;
    k->first_arrival_slot = n;
    n += c->nprocesses;
    k->first_task_slot = n;
    n += k->max_tasks;
    k->first_rt_slot = n;
    n += k->nrt;
    k->block_slot = n++;
    k->swap_slot = n++;
    k->watch_slot = n++;
    k->vfs_slot = n++;
    k->wire_slot = n++;
    k->balloon_slot = n++;
    k->first_door_slot = n;
    n += door_slots(c);
    k->first_power_slot = n;
    n += power_nslots(c);
    k->first_extra_slot = n;
    return n + programs_nslots(c);
}

uint32_t kern_nslots(const struct config *c)
{
    struct kern k = { .config = c, .max_tasks = c->ntasks + c->max_forks,
                      .nrt = rt_count(c) };

    return number_slots(&k, 0);
}

static void layout(struct kern *k, struct arena *a, const struct kern_host *host)
{
    const struct config *c = k->config;

    k->max_tasks = c->ntasks + c->max_forks;
    k->nharts = c->ncpus;
    k->turn = HART_NONE;
    for (uint32_t h = 0; h < c->ncpus; h++)
        k->fastest = cpu_speed(&c->cpus[h]) > k->fastest ? cpu_speed(&c->cpus[h]) : k->fastest;
    k->parts = config_parts(c);
    k->fastest *= (uint64_t)config_slowdown(c) * k->parts;
    k->task = arena_array(a, struct task, k->max_tasks);
    aside_layout(k, a);
    k->hart = arena_array(a, struct hart, c->ncpus);
    k->view = arena_array(a, struct sched_hart, c->ncpus);
    k->picked = arena_array(a, tid_t, c->ncpus);
    k->born = arena_array(a, uint32_t, c->nprocesses);
    k->gap_rng = arena_array(a, rng_t, c->nprocesses);
    script_layout(k, a);
    rt_layout(k, a);
    sync_layout(k, a);
    k->channel = arena_array(a, struct channel, c->nchannels);
    mail_layout(k, a);
    k->slots_end = number_slots(k, host->first_slot);
    sched_init(&k->sched, a, c, &c->policy, k->stream);
    programs_layout(k, a, host->cpu);
    block_layout(k, a);
    memory_layout(k, a);
    workset_layout(k, a);
    instrument_layout(k, a);
    balloon_layout(k, a);
    door_layout(k, a);
    k->door.read = block_submit;
    steps_layout(k, a);
    power_layout(k, a);
    vfs_layout(k, a);
    filestep_layout(k, a);
    filemap_layout(k, a);
    blackouts_layout(k, a);
}

static void start_events(struct kern *k)
{
    const struct config *c = k->config;

    for (uint32_t p = 0; p < c->nprocesses; p++)
        task_first_arrival(k, p);
    for (unsigned q = 0; q < k->sched.nqueues; q++) {
        ns_t next = sched_timer(&k->sched, q, 0);

        if (next != NS_MAX)
            engine_set(k->engine, k->first_queue_slot + q, next,
                       sched_expired_first(&k->sched) ? PEND_TIMER_FIRST : PEND_TIMER);
    }
    if (c->nevents)
        engine_set(k->engine, k->event_slot, c->events[0].at, PEND_CONTROL);
    if (c->stop_at != NS_MAX)
        engine_set(k->engine, k->stop_slot, c->stop_at, PEND_CONTROL);
    faults_start(k);
}

void kern_init(struct kern *k, struct arena *a, const struct config *c,
               const struct kern_host *host)
{
    *k = (struct kern){ .config = c, .engine = host->engine, .stream = host->stream,
                        .number = host->number, .policy = &c->policy,
                        .jitter = rng_stream(c->seed, "timer_jitter", host->number),
                        .gate = WAITQ_EMPTY, .fresh = WAITQ_EMPTY,
                        .body = { [BODY_BURST] = &body_burst,
                                  [BODY_PROGRAM] = &body_program,
                                  [BODY_SERVER] = &body_server,
                                  [BODY_VCPU] = host->vcpu },
                        .under = host->under, .guests = host->guests,
                        .wire = host->wire };
    layout(k, a, host);
    if (!a->base)
        return;
    k->ntasks = k->living = c->ntasks;
    for (uint32_t p = 0; p < c->nprocesses; p++)
        k->living -= c->processes[p].server != 0;
    k->nidle = k->nharts;
    for (unsigned h = 0; h < k->nharts; h++) {
        k->hart[h] = (struct hart){ .running = TID_NONE, .last = TID_NONE };
        hart_set_clock(k, h, c->cpus[h].mhz, k->parts);
        k->view[h].running = TID_NONE;
    }
    for (uint32_t i = 0; i < c->nchannels; i++)
        k->channel[i] = (struct channel){ .recv = WAITQ_EMPTY, .send = WAITQ_EMPTY };
    sync_ceilings(k);
    power_start(k);
    start_events(k);
}

static void disk_fault(struct kern *k, const struct disk_fault *what)
{
    block_fault(k, what);
    if (disk_fault_cuts(what))
        blackout_begin(k, what);
}

/* Another policy takes over, or will when its module is there. */
static void switch_policy(struct kern *k, int64_t number)
{
    const struct policy_config *old = k->policy;

    if (!module_ready(k, number))
        return;
    kern_say(k, EV_POLICY_SWITCH, HART_NONE, TID_NONE, number, 0);
    policy_switch(k, config_switched_to(k->config, number));
    module_replaced(k, old);
}

static void control_event(struct kern *k)
{
    const struct config *c = k->config;
    const struct timed_event *e = &c->events[k->next_event++];

    if (e->policy) {
        switch_policy(k, k->next_event - 1);
    } else if (e->input) {
        size_t n = 0;

        while (e->input[n])
            n++;
        programs_input(k, e->process, e->input, n);
        kern_exit_any(k, EXIT_INTERRUPT);
    }
    if (e->balloons)
        balloon_want(k, e->frames);
    if (e->fault)
        fault_strike(k, e->fault);
    if (e->disk_fault)
        disk_fault(k, e->disk_fault);
    if (k->end == KERN_RUNNING && k->next_event < c->nevents)
        engine_set(k->engine, k->event_slot, c->events[k->next_event].at, PEND_CONTROL);
}

/* Not before where harts have executed already: what they did counts as it was. */
void kern_switch_policy(struct kern *k, uint32_t i)
{
    ns_t at = k->engine->now;

    CHECK(i < k->config->nstandby);
    for (unsigned h = 0; h < k->nharts; h++)
        if (k->hart[h].running != TID_NONE && k->hart[h].local > at)
            at = k->hart[h].local;
    k->switch_to = (int64_t)k->config->nevents + i;
    engine_set(k->engine, k->switch_slot, at, PEND_CONTROL);
}

/* Is it a device's or a timer's doing, that is an interrupt? A drive that chooses what to do
 * next tells nobody. */
static bool interrupts(const struct kern *k, uint32_t slot, enum pending_class cls)
{
    return cls != PEND_DISK && slot >= k->first_task_slot &&
           (slot < k->first_door_slot || slot >= k->first_extra_slot);
}

static void handle(struct kern *k, uint32_t slot, enum pending_class cls)
{
    k->turn = HART_NONE;
    if (k->under && interrupts(k, slot, cls))
        kern_exit_any(k, EXIT_INTERRUPT);
    if (slot < k->first_queue_slot)
        hart_stopped(k, slot - k->first_hart_slot, cls == PEND_EXPIRY || cls == PEND_EXPIRY_FIRST);
    else if (slot < k->event_slot)
        queue_timer(k, slot - k->first_queue_slot);
    else if (slot == k->event_slot)
        control_event(k);
    else if (slot == k->stop_slot)
        kern_finish(k, KERN_STOPPED);
    else if (slot == k->balance_slot)
        balance_due(k);
    else if (slot == k->switch_slot)
        switch_policy(k, k->switch_to);
    else if (slot == k->block_bell_slot)
        block_asked(k);
    else if (slot == k->swap_bell_slot)
        memory_asked(k);
    else if (slot < k->first_task_slot)
        task_arrive(k, slot - k->first_arrival_slot);
    else if (slot < k->first_rt_slot)
        task_wake(k, slot - k->first_task_slot);
    else if (slot < k->block_slot)
        rt_due(k, slot - k->first_rt_slot, cls);
    else if (slot == k->block_slot)
        block_due(k);
    else if (slot == k->swap_slot)
        memory_due(k);
    else if (slot == k->watch_slot)
        workset_due(k);
    else if (slot == k->vfs_slot) {
        vfs_due(k);
        blackout_look(k);
    } else if (slot == k->wire_slot)
        k->wire->due(k->wire->self);
    else if (slot == k->balloon_slot)
        balloon_due(k);
    else if (slot < k->first_power_slot)
        door_due(k, slot - k->first_door_slot);
    else if (slot < k->first_extra_slot)
        power_due(k, slot);
    else
        programs_slot_due(k, slot - k->first_extra_slot);
}

static bool owns(const struct kern *k, uint32_t slot)
{
    return slot >= k->first_hart_slot && slot < k->slots_end;
}

/* Entries of its own. */
static uint32_t pending_entries(const struct kern *k)
{
    uint32_t n = 0;

    if (k->slots_end - k->first_hart_slot == k->engine->nslots)
        return k->engine->n;
    for (uint32_t i = 0; i < k->engine->n; i++)
        n += owns(k, k->engine->heap[i].slot);
    return n;
}

/* Entries that move nobody: of what idles, and the end of the run. */
static uint32_t idle_entries(const struct kern *k)
{
    return power_pending(k) + modules_resting(k) + workset_idles(k) +
           engine_pending(k->engine, k->stop_slot) +
           engine_pending(k->engine, k->balance_slot) +
           engine_pending(k->engine, k->switch_slot);
}

/* Nobody runs: is anything pending that could move a task? Policies' timers, a change of
 * policy and the end of the run cannot; typed input can. Where tasks are queued and no hart
 * took one, the policy leaves them there (SCHED_MAY_IDLE): a timer may let it think better
 * of it. */
static bool entry_can_move(const struct kern *k)
{
    uint32_t idle = idle_entries(k), n = pending_entries(k);

    if (k->nqueued)
        return n > idle + faults_pending(k);
    if (n > idle + k->nharts + 1 && !k->door.faults)
        return true;
    idle += faults_pending(k);
    for (unsigned q = 0; q < k->sched.nqueues; q++)
        idle += engine_pending(k->engine, k->first_queue_slot + q);
    if (engine_pending(k->engine, k->event_slot)) {
        for (uint32_t i = k->next_event; i < k->config->nevents; i++)
            if (k->config->events[i].input)
                return true;
        idle++;
    }
    return n > idle;
}

static inline bool can_move(const struct kern *k)
{
    return k->nidle < k->nharts || (k->nqueued && k->resched) || entry_can_move(k);
}

bool kern_needs_input(const struct kern *k)
{
    return k->end == KERN_RUNNING && !k->resched && k->programs &&
           !can_move(k) && programs_await_input(k);     /* which looks at all tasks */
}

bool kern_awaits_input(const struct kern *k)
{
    return k->end == KERN_RUNNING && k->programs &&
           (programs_await_input(k) || programs_poll_input(k));
}

ns_t kern_next(const struct kern *k)
{
    const struct pending *top = engine_peek(k->engine);

    if (k->nidle < k->nharts || k->nqueued || k->resched)
        return k->engine->now;
    return top ? top->at : NS_MAX;
}

static void stuck(struct kern *k)
{
    kern_say(k, EV_STUCK, HART_NONE, TID_NONE, k->living, 0);
    kern_finish(k, KERN_STUCK);
}

/* The policy cannot go on: somebody else takes over, or the run ends. */
static void policy_broke(struct kern *k)
{
    if (k->config->guest.fallback && k->policy != k->config->guest.fallback)
        policy_switch(k, k->config->guest.fallback);
    else
        kern_finish(k, KERN_BAD_POLICY);
}

/* Who runs is decided when nothing else is left at the instant. */
static bool decision_due(const struct kern *k, const struct pending *top)
{
    return k->resched &&
           !(top && top->at <= k->engine->now && pending_class_of(top) <= PEND_DISPATCH);
}

static void decide(struct kern *k)
{
    k->turn = HART_NONE;
    dispatch_all(k);
    if (sched_broken(&k->sched, k->engine->now))
        policy_broke(k);
}

/* What a program does at `until` itself is included, a system call say. */
static bool execute(struct kern *k, const struct pending *top, ns_t until)
{
    return k->executes && k->nidle < k->nharts &&
           harts_run(k, top ? top->at : NS_MAX, until < NS_MAX ? until + 1 : NS_MAX);
}

/* Something may come that no entry tells of. */
static bool awaits_input(const struct kern *k)
{
    return k->outside || (k->programs && (programs_await_input(k) || programs_held(k)));
}

bool kern_step(struct kern *k, ns_t until)
{
    const struct pending *top = engine_peek(k->engine);
    ns_t now = k->engine->now;

    if (k->end != KERN_RUNNING || k->halted)
        return false;
    if (decision_due(k, top)) {
        decide(k);
        return true;
    }
    if (k->executes) {
        if (execute(k, top, until))
            return true;
        top = engine_peek(k->engine);
    }
    if (!can_move(k)) {
        if (!awaits_input(k)) {
            stuck(k);
            return false;
        }
        if (!top || top->at > until)
            return false;
    }
    if (!top || top->at > until)
        return false;
    struct pending p = engine_take(k->engine);
    if (p.at > now)
        k->steps_now = 0;
    handle(k, p.slot, pending_class_of(&p));
    return true;
}

/* --- several kernels --- */

static bool runs(const struct kern *k)
{
    return k->end == KERN_RUNNING && !k->halted;
}

/* The entry's kernel works it off; entries of one that has ended are of no use. */
static void hand_out(struct kern *const *k, unsigned n, const struct pending *p, ns_t now)
{
    for (unsigned i = 0; i < n; i++) {
        if (p->at > now)
            k[i]->steps_now = 0;
        if (owns(k[i], p->slot) && k[i]->end == KERN_RUNNING)
            handle(k[i], p->slot, pending_class_of(p));
    }
}

bool kernels_step(struct kern *const *k, unsigned n, ns_t until)
{
    struct engine *e = k[0]->engine;
    const struct pending *top = engine_peek(e);
    bool some = false;

    for (unsigned i = 0; i < n; i++)
        if (runs(k[i]) && decision_due(k[i], top)) {
            decide(k[i]);
            return true;
        }
    for (unsigned i = 0; i < n; i++)
        if (runs(k[i]) && execute(k[i], engine_peek(e), until))
            return true;
    for (unsigned i = 0; i < n; i++) {
        if (runs(k[i]) && !can_move(k[i]) && !awaits_input(k[i]))
            stuck(k[i]);
        some |= runs(k[i]);
    }
    top = engine_peek(e);
    if (!some || !top || top->at > until)
        return false;
    ns_t now = e->now;
    struct pending p = engine_take(e);
    hand_out(k, n, &p, now);
    return true;
}
