/* vcpu.c - the body of virtual CPUs; see vcpu.h. */
#include "vcpu.h"

#include <sim/check.h>

static struct guest *guest_of(const struct kern *k, tid_t tid)
{
    struct machine *m = k->guests;

    return &m->guest[task_process(k, tid)->guest - 1];
}

static unsigned hart_of(const struct kern *k, tid_t tid)
{
    return tid - task_process(k, tid)->first;
}

/* --- who is active, and has something to do --- */

void guest_stir(struct guest *g)
{
    struct machine *m = g->machine.outermost;

    for (; g; g = g->host->as_guest) {
        if (!g->stirred)
            m->stirred[m->nstirred++] = g;
        g->stirred = true;
    }
}

/* Something outside of g has changed by what it did. */
static void touch(struct guest *g)
{
    g->host->outermost->touched = true;
    guest_stir(g);
}

/* A CPU of it may have got a hart and have nothing to do. */
static void look_for(struct guest *g)
{
    struct machine *m = g->machine.outermost;
    uint64_t bit = UINT64_C(1) << g->machine.order % 64, *word = &m->looked[g->machine.order / 64];

    m->nlooked += !(*word & bit);
    *word |= bit;
}

/* Asked for where some execute; the others have their turns. */
static void activate(struct guest *g)
{
    struct machine *m = g->machine.outermost;

    if (!m->executes)
        return;
    uint32_t i = m->nactive++;

    for (; i > 0 && m->active[i - 1]->machine.order > g->machine.order; i--)
        m->active[i] = m->active[i - 1];
    m->active[i] = g;
}

static void deactivate(struct guest *g)
{
    struct machine *m = g->machine.outermost;
    uint32_t i = 0;

    guest_stir(g);
    if (!m->executes) {
        struct due none = due_never(g->machine.order);

        turns_set(&m->turns, &none);
        return;
    }
    while (m->active[i] != g) {
        i++;
        CHECK(i < m->nactive);
    }
    for (m->nactive--; i < m->nactive; i++)
        m->active[i] = m->active[i + 1];
}

void guests_clock_to(struct machine *m, ns_t now)
{
    for (;; m = m->as_guest->host) {
        if (m->engine.now < now) {
            m->engine.now = now;
            m->kern.steps_now = 0;
        }
        if (!m->as_guest)
            return;
    }
}

/* --- what exits take --- */

/* Of what outer hart h does for its task: up to where? It stands still while it is off. */
static ns_t kernel_to_come(const struct kern *k, unsigned h)
{
    const struct hart *hart = &k->hart[h];
    ns_t now = hart->off ? hart->off_since : k->engine->now;

    return hart->counted > now ? hart->counted - now : 0;
}

/* Exits that have passed are paid: to be asked before its hart has anything else to do. more:
 * of what it has to do, has just come and is none of them. */
static void forget_paid(const struct kern *host, struct vcpu *v, ns_t more)
{
    ns_t rest = kernel_to_come(host, v->hart) - more;

    v->charged = v->charged < rest ? v->charged : rest;
}

/* The hart of v is on, or is about to be. What was announced once, and did not pass, is so
 * by another name. */
static void charge(struct kern *host, struct vcpu *v, ns_t ns, int64_t what)
{
    forget_paid(host, v, 0);
    v->charged += ns;
    hart_charge(host, v->hart, ns, what);
}

/* It has left hart h. Exits that are not through are gone on with when it has one again; what
 * is left of a switch is not, as with any task, unless its kernel keeps an account of all. */
static void owe(struct kern *host, unsigned h, struct vcpu *v)
{
    CHECK(h == v->hart);
    forget_paid(host, v, 0);
    if (!host->door.owed)
        v->rest += v->charged;
    v->charged = 0;
}

/* Exits are for a capped guest's account like what it does itself. Its hart's stop is to be
 * set anew. */
static void spend(struct kern *host, const struct guest *g, struct vcpu *v, ns_t ns)
{
    ns_t *left = v->halted ? &v->budget : &host->task[v->tid].left;

    if (!g->config->cap)
        return;
    ns_t paid = ns < *left ? ns : *left;
    *left -= paid;
    v->debt += ns - paid;
}

/* --- on and off --- */

static void put_on(struct guest *g, unsigned vh);
static void take_off(struct guest *g, unsigned vh);

/* What runs on hart h of m may be a virtual CPU itself. */
static struct guest *inner_at(const struct machine *m, unsigned h, unsigned *vh)
{
    const struct kern *k = &m->kern;
    tid_t tid = k->hart[h].running;

    if (tid == TID_NONE || !body_of(k, tid)->virtual_hart)
        return NULL;
    *vh = hart_of(k, tid);
    return guest_of(k, tid);
}

static void catch_up(struct guest *g, ns_t now)
{
    if (g->machine.engine.now >= now)
        return;
    engine_catch_up(&g->machine.engine, now);
    g->machine.kern.steps_now = 0;
}

/* What the hart under it does of what the fastest there does, in the guest's parts. What a
 * machine that is simulated loses by that is in the guest's own figures. */
static uint32_t share_of(const struct guest *g, unsigned h)
{
    const struct kern *host = &g->host->kern;
    uint64_t speed = host->hart[h].speed * config_slowdown(host->config), top = host->fastest;
    uint32_t parts = g->machine.kern.parts;
    uint64_t n = speed == top ? parts
                              : (uint64_t)(((unsigned __int128)speed * parts + top / 2) / top);

    return n ? (uint32_t)n : 1;
}

/* Its task has a hart that is on. */
static void put_on(struct guest *g, unsigned vh)
{
    struct kern *host = &g->host->kern;
    struct vcpu *v = &g->vcpu[vh];
    ns_t now = host->engine->now;
    unsigned inner;

    CHECK(!v->on && host->hart[v->hart].running == v->tid && now >= v->wanted);
    catch_up(g, now);
    v->on = true;
    look_for(g);
    touch(g);
    charge(host, v, v->rest, WORK_REST);
    host->hart[v->hart].told += v->rest;        /* once is enough */
    charge(host, v, v->owed, WORK_EXIT);
    spend(host, g, v, v->owed);
    v->rest = v->owed = 0;
    ns_t counted = host->hart[v->hart].counted, ahead = counted > now ? counted - now : 0;
    ns_t waited = now - v->wanted;
    v->steal += waited;
    if (g->non++ == 0)
        activate(g);
    hart_share(&g->machine.kern, vh, share_of(g, v->hart));
    hart_on(&g->machine.kern, vh, ahead, waited + ahead);
    struct guest *in = inner_at(&g->machine, vh, &inner);
    if (in && !in->vcpu[inner].on)
        put_on(in, inner);
}

/* The hart that it is on has another speed from here on. */
static void set_share(struct guest *g, unsigned vh)
{
    struct kern *k = &g->machine.kern;
    unsigned inner;

    catch_up(g, g->host->engine.now);
    hart_share(k, vh, share_of(g, g->vcpu[vh].hart));
    touch(g);
    struct guest *in = inner_at(&g->machine, vh, &inner);
    if (in && in->vcpu[inner].on)
        set_share(in, inner);
}

static void take_off(struct guest *g, unsigned vh)
{
    struct vcpu *v = &g->vcpu[vh];
    unsigned inner;

    CHECK(v->on && g->non > 0);
    catch_up(g, g->host->engine.now);
    struct guest *in = inner_at(&g->machine, vh, &inner);
    if (in && in->vcpu[inner].on)
        take_off(in, inner);
    forget_paid(&g->host->kern, v, 0);
    v->on = false;
    v->wanted = g->machine.engine.now;
    touch(g);
    hart_off(&g->machine.kern, vh);
    if (--g->non == 0)
        deactivate(g);
    else
        look_for(g);            /* what was due on that one is called off */
}

/* --- exits --- */

/* Of one that takes time. */
static void charge_exit(struct guest *g, unsigned vh, ns_t ns)
{
    struct kern *host = &g->host->kern;
    struct vcpu *v = &g->vcpu[vh];

    if (!v->on) {
        v->owed += ns;
        return;
    }
    guests_clock_to(g->host, g->machine.engine.now);
    charge(host, v, ns, WORK_EXIT);
    spend(host, g, v, ns);
    if (host->task[v->tid].left != NS_MAX)
        hart_set_stop(host, v->hart);
    touch(g);
}

__attribute__((noinline)) static ns_t dear_exit(struct guest *g, unsigned vh,
                                                enum exit_cause cause)
{
    const struct vcpu *v = &g->vcpu[vh];
    ns_t ns = hart_cycles_ns(&g->host->kern, v->on ? v->hart : 0, g->kind->cycles[cause]);

    g->exit_time += ns;
    kern_say(&g->machine.kern, EV_VM_EXIT, vh, g->machine.kern.hart[vh].running, cause, ns);
    if (ns)
        charge_exit(g, vh, ns);
    return ns;
}

ns_t vcpu_exit(void *self, unsigned vh, enum exit_cause cause)
{
    struct guest *g = self;
    struct kern *k = &g->machine.kern;

    DCHECK(g->kind->exits[cause] > 0);
    g->exits[cause] += g->kind->exits[cause];
    if (g->kind->cycles[cause])
        return dear_exit(g, vh, cause);
    kern_say(k, EV_VM_EXIT, vh, k->hart[vh].running, cause, 0);
    return 0;
}

/* --- halting --- */

static bool all_asleep(const struct guest *g)
{
    for (unsigned i = 0; i < g->nvcpus; i++)
        if (!g->vcpu[i].asleep)
            return false;
    return true;
}

/* The first CPU of a guest that sleeps as a whole is woken when there is something. */
static void arm(struct guest *g)
{
    struct kern *host = &g->host->kern;
    ns_t at = guest_due(&g->machine).at;

    if (!all_asleep(g) || at == NS_MAX)
        return;
    engine_set(host->engine, host->first_task_slot + g->vcpu[0].tid,
               at > host->engine->now ? at : host->engine->now, PEND_WAKE);
}

void guest_rouse(struct guest *g)
{
    guest_stir(g);
    arm(g);
    touch(g);
}

static void set_left(struct guest *g, struct vcpu *v, ns_t left)
{
    struct kern *host = &g->host->kern;

    hart_account(host, v->hart);
    host->task[v->tid].left = left;
    hart_set_stop(host, v->hart);
    touch(g);
}

/* It leaves its hart as soon as all that was done on its behalf is over. */
static void halt(struct guest *g, unsigned vh)
{
    struct vcpu *v = &g->vcpu[vh];
    struct kern *host = &g->host->kern;

    guests_clock_to(g->host, g->machine.engine.now);
    kern_exit(&g->machine.kern, vh, EXIT_HALT);
    hart_account(host, v->hart);
    v->budget = host->task[v->tid].left;
    v->halted = true;
    g->nresting++;
    if (g->nvcpus == 1 && g->host == g->host->outermost && !g->host->executes) {
        g->leaves = true;
        touch(g);
    } else {
        set_left(g, v, 0);
    }
}

/* Nobody else has anything to do at this instant: the outermost kernel's hart stops here, and
 * it decides, without a detour through its engine. */
static bool may_leave_now(const struct machine *m, const struct vcpu *v)
{
    const struct pending *top = engine_peek(&m->engine);
    ns_t now = m->engine.now;

    return turns_first(&m->turns)->at > now && !(top && top->at <= now) &&
           !m->kern.resched && m->kern.hart[v->hart].counted <= now && !m->nlooked;
}

void guest_leave(struct guest *g, struct machine *m, uint64_t last)
{
    struct vcpu *v = &g->vcpu[0];
    struct kern *host = &m->kern;
    struct due none = due_never(g->machine.order);

    g->leaves = false;
    turns_set(&m->turns, &none);        /* off, soon; else it is stirred below */
    if (m->steps + 2 > last || m->nstirred > 1 || !may_leave_now(m, v)) {
        set_left(g, v, 0);
        return;
    }
    engine_reserve(host->engine);       /* the place that its stop would have had */
    m->called = false;
    host->turn = HART_NONE;
    host->task[v->tid].left = 0;
    hart_stopped(host, v->hart, false);
    m->steps += 1 + kern_step(host, m->engine.now);
    if (m->nstirred == 1 && g->stirred && !g->non) {    /* that is known already */
        m->nstirred = 0;
        g->stirred = m->touched = false;
    }
    if (host->end != KERN_RUNNING)
        guests_finish(m);
}

static void go_on(struct guest *g, struct vcpu *v)
{
    guests_clock_to(g->host, g->machine.engine.now);
    v->halted = false;
    g->nresting--;
    set_left(g, v, v->budget);
}

static void guest_over(struct guest *g)
{
    enum kern_end end = g->machine.kern.end;
    struct kern *host = &g->host->kern;

    g->over = true;
    guests_finish(&g->machine);
    guests_clock_to(g->host, g->machine.engine.now);
    for (unsigned i = 0; i < g->nvcpus && host->end == KERN_RUNNING; i++) {
        g->vcpu[i].steal = vcpu_steal(g, i);    /* it may have waited to the last */
        g->vcpu[i].wanted = host->engine->now;
        if (g->vcpu[i].halted)
            host->task[g->vcpu[i].tid].left = g->vcpu[i].budget;
        g->vcpu[i].halted = g->vcpu[i].asleep = false;
        task_exit(host, g->vcpu[i].tid, end == KERN_DONE || end == KERN_STOPPED ? 0 : 1, 0);
    }
    lend_all(g);
    touch(g);
    if (host->end != KERN_RUNNING && g->host->as_guest && !g->host->as_guest->over)
        guest_over(g->host->as_guest);  /* it was all that its host had */
}

void guest_look_at(struct guest *g, ns_t next)
{
    struct kern *k = &g->machine.kern, *host = &g->host->kern;

    if (next == NS_MAX && k->nidle == k->nharts && !k->nqueued && !k->outside)
        kern_step(k, NS_MAX);           /* it says that it is stuck */
    if (k->end != KERN_RUNNING) {
        guest_over(g);
        return;
    }
    for (unsigned vh = 0; vh < g->nvcpus; vh++) {
        struct vcpu *v = &g->vcpu[vh];
        bool idle = k->hart[vh].running == TID_NONE;

        if (v->on && idle && !v->halted && next > k->engine->now)
            halt(g, vh);
        else if (v->on && !idle && v->halted)
            go_on(g, v);
        else if (v->asleep && !idle) {
            guests_clock_to(g->host, k->engine->now);
            g->host->called = true;
            touch(g);
            task_wake(host, v->tid);
        }
    }
}

void guests_finish(struct machine *m)
{
    for (uint32_t i = 0; i < m->nguests; i++) {
        struct guest *g = &m->guest[i];

        if (g->over)
            continue;
        g->over = true;
        catch_up(g, m->engine.now);
        guests_finish(&g->machine);
        kern_finish(&g->machine.kern, KERN_STOPPED);
        if (g->non)
            deactivate(g);
    }
}

/* --- the body --- */

/* What a capped guest may use in a period is for all its CPUs: each takes an even part when
 * it has none, and gives back what is left of it when it has nothing to do (Linux, "CFS
 * Bandwidth Control", with that for a slice). Nothing is taken along into the next period. */
static void renew(struct kern *k, struct guest *g, struct vcpu *v)
{
    ns_t period = k->config->vm->cap_period, quota, part, left;
    int64_t number = k->engine->now / period;

    if (!g->config->cap)
        return;
    quota = (ns_t)((__int128)period * g->config->cap / 100);
    part = (quota + g->nvcpus - 1) / g->nvcpus;
    if (number != g->period)
        g->pool = quota;
    if (number != v->period)
        v->budget = 0;
    g->period = v->period = number;
    if (v->budget == 0) {
        v->budget = part < g->pool ? part : g->pool;
        g->pool -= v->budget;
        ns_t paid = v->debt < v->budget ? v->debt : v->budget;
        v->budget -= paid;
        v->debt -= paid;
    }
    left = period - k->engine->now % period;
    v->budget = v->budget < left ? v->budget : left;
}

static void give_back(struct kern *k, struct guest *g, struct vcpu *v)
{
    if (!g->config->cap)
        return;
    if (v->period == k->engine->now / k->config->vm->cap_period)
        g->pool += v->budget;
    v->budget = 0;
}

static void vcpu_born(struct kern *k, tid_t tid)
{
    struct guest *g = guest_of(k, tid);
    struct vcpu *v = &g->vcpu[hart_of(k, tid)];

    *v = (struct vcpu){ .tid = tid, .wanted = k->engine->now, .period = -1,
                        .budget = g->config->cap ? 0 : NS_MAX };
}

static bool vcpu_begin(struct kern *k, tid_t tid)
{
    k->task[tid].left = NS_MAX;
    return true;
}

static void vcpu_finish(struct kern *k, tid_t tid)
{
    task_exit(k, tid, 0, 0);
}

static bool vcpu_woken(struct kern *k, tid_t tid)
{
    struct guest *g = guest_of(k, tid);
    struct vcpu *v = &g->vcpu[hart_of(k, tid)];

    if (v->asleep) {            /* else it was kept from running by its cap */
        v->wanted = k->engine->now;
        g->nresting--;
    }
    v->asleep = false;
    return true;
}

static void vcpu_dispatched(struct kern *k, unsigned h, tid_t tid)
{
    struct guest *g = guest_of(k, tid);
    unsigned vh = hart_of(k, tid);
    struct vcpu *v = &g->vcpu[vh];

    v->hart = (uint16_t)h;
    renew(k, g, v);
    k->task[tid].left = v->halted ? 0 : v->budget;
    if (k->hart[h].off)
        return;
    ns_t before = k->hart[h].counted;
    put_on(g, vh);
    /* Its slice begins behind what is left of exits, as behind a switch: of a short one nothing
     * might be left for itself, each time again. */
    ns_t *end = &k->hart[h].slice_end, rest = k->hart[h].counted - before;
    *end = *end < NS_MAX - rest ? *end + rest : NS_MAX;
}

static void vcpu_vacated(struct kern *k, unsigned h, tid_t tid)
{
    struct guest *g = guest_of(k, tid);
    unsigned vh = hart_of(k, tid);
    struct vcpu *v = &g->vcpu[vh];

    owe(k, h, v);
    if (!v->halted)
        v->budget = k->task[tid].left;
    if (v->asleep)              /* else it had not got to that */
        v->halted = false;
    if (v->on)
        take_off(g, vh);
}

static void vcpu_delayed(struct kern *k, unsigned h, ns_t ns)
{
    tid_t tid = k->hart[h].running;
    struct guest *g = guest_of(k, tid);
    unsigned vh = hart_of(k, tid);

    if (g->vcpu[vh].on) {
        forget_paid(k, &g->vcpu[vh], ns);
        take_off(g, vh);
        put_on(g, vh);
    }
}

static void vcpu_repaced(struct kern *k, unsigned h, tid_t tid)
{
    struct guest *g = guest_of(k, tid);

    (void)h;
    if (g->vcpu[hart_of(k, tid)].on)
        set_share(g, hart_of(k, tid));
}

static void vcpu_stopped(struct kern *k, unsigned h)
{
    tid_t tid = k->hart[h].running;
    struct guest *g = guest_of(k, tid);
    struct vcpu *v = &g->vcpu[hart_of(k, tid)];

    if (v->halted) {
        v->asleep = true;
        give_back(k, g, v);
        task_block(k, tid, WAIT_HALT, UINT32_MAX);
        arm(g);
        return;
    }
    if (k->task[tid].left == 0) {       /* its share of this period is used up */
        ns_t period = k->config->vm->cap_period;

        v->budget = 0;
        renew(k, g, v);
        k->task[tid].left = v->budget;
        if (!v->budget) {
            wait_for(k, tid, WAIT_CAP, period - k->engine->now % period);
            return;
        }
    }
    hart_set_stop(k, h);
}

const struct body_ops body_vcpu = {
    .name = "vcpu", .virtual_hart = true, .born = vcpu_born, .begin = vcpu_begin, .finish = vcpu_finish,
    .woken = vcpu_woken, .stopped = vcpu_stopped, .dispatched = vcpu_dispatched,
    .vacated = vcpu_vacated, .delayed = vcpu_delayed, .repaced = vcpu_repaced,
};

static ns_t steal_until(const struct guest *g, unsigned vh, ns_t now)
{
    const struct vcpu *v = &g->vcpu[vh];

    if (v->tid == TID_NONE || v->on || v->asleep ||
        g->host->kern.task[v->tid].state == TASK_DEAD)
        return v->steal;
    return v->steal + (now > v->wanted ? now - v->wanted : 0);
}

/* The clock of a kernel whose harts are all off stands still, that of the outermost one does
 * not; one that has ended waits no longer. */
ns_t vcpu_steal(const struct guest *g, unsigned vh)
{
    ns_t now = g->host->engine.now, outermost = g->machine.outermost->engine.now;

    return steal_until(g, vh, g->host->kern.end == KERN_RUNNING && outermost > now ? outermost
                                                                                   : now);
}

ns_t vcpus_steal(const void *self, ns_t now)
{
    const struct guest *g = self;
    ns_t sum = 0;

    for (unsigned i = 0; i < g->nvcpus; i++)
        sum += steal_until(g, i, now);
    return sum;
}
