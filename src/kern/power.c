/* power.c - governors and idle states. */
#include <kern/power.h>

#include <kern/body.h>

#include <sim/check.h>

enum { TICK, CHANGE, DEEPER, SLOTS };   /* kinds of pending entries, one a hart each */

static const ns_t ondemand_period = 10000000, schedutil_tick = 4000000;
enum { UP_THRESHOLD = 80 };     /* per cent: ondemand's */

uint32_t power_nslots(const struct config *c)
{
    return c->power ? SLOTS * c->ncpus : 0;
}

static uint32_t slot_of(const struct kern *k, unsigned kind, unsigned h)
{
    return k->first_power_slot + kind * k->nharts + h;
}

static const struct cpu_config *cpu_of(const struct kern *k, unsigned h)
{
    return &k->config->cpus[h];
}

void power_layout(struct kern *k, struct arena *a)
{
    if (!k->config->power)
        return;
    k->power = arena_array(a, struct power, 1);
    struct hart_power *hart = arena_array(a, struct hart_power, k->nharts);
    struct pelt *task = arena_array(a, struct pelt, k->max_tasks);
    if (a->base)
        *k->power = (struct power){ .hart = hart, .task = task };
}

uint32_t power_pending(const struct kern *k)
{
    uint32_t n = 0;

    for (uint32_t i = 0; k->power && i < SLOTS * k->nharts; i++)
        n += engine_pending(k->engine, k->first_power_slot + i);
    return n;
}

/* --- utilization --- */

uint32_t power_capacity(const struct kern *k, unsigned h, uint32_t opp)
{
    const struct cpu_config *c = cpu_of(k, h);
    uint64_t mhz = c->nopps ? c->opps[opp].mhz : c->mhz;

    return (uint32_t)((unsigned __int128)mhz * cpu_dmips(c) * k->parts * PELT_ONE / k->fastest);
}

uint32_t power_used_of_hart(struct kern *k, unsigned h)
{
    struct hart_power *p = &k->power->hart[h];

    pelt_pass(&p->used, k->engine->now, p->rate);
    return p->used.value;
}

uint32_t power_used_by_task(struct kern *k, tid_t tid)
{
    const struct task *t = &k->task[tid];
    bool runs = t->state == TASK_RUNNING && k->hart[t->hart].running == tid;

    pelt_pass(&k->power->task[tid], k->engine->now, runs ? k->power->hart[t->hart].rate : 0);
    return k->power->task[tid].value;
}

/* What is past is counted at the rate that it had. */
static void count(struct kern *k, unsigned h)
{
    tid_t tid = k->hart[h].running;

    power_used_of_hart(k, h);
    if (tid != TID_NONE)
        pelt_pass(&k->power->task[tid], k->engine->now, k->power->hart[h].rate);
}

/* What a hart that works uses now. */
static uint32_t rate_of(const struct kern *k, unsigned h)
{
    return (uint32_t)((unsigned __int128)k->hart[h].speed * PELT_ONE / k->fastest);
}

/* --- frequencies --- */

static void set_speed(struct kern *k, unsigned h, uint32_t mhz)
{
    struct hart *hart = &k->hart[h];

    CHECK(mhz > 0);
    count(k, h);
    hart_account(k, h);
    hart_set_clock(k, h, mhz, hart->parts);
    if (!k->power->hart[h].idle)
        k->power->hart[h].rate = rate_of(k, h);
    kern_say(k, EV_FREQUENCY, h, hart->running, mhz, hart->ran);
    if (hart->running == TID_NONE)
        return;
    if (!hart->handed_back)
        hart_set_stop(k, h);
    if (body_of(k, hart->running)->repaced)
        body_of(k, hart->running)->repaced(k, h, hart->running);
}

/* All harts of a clock change together. */
static void change(struct kern *k, unsigned clock)
{
    struct hart_power *p = &k->power->hart[clock];

    p->opp = p->want;
    for (unsigned h = clock; h < k->nharts; h++)
        if (cpu_of(k, h)->clock == clock)
            set_speed(k, h, cpu_of(k, h)->opps[p->opp].mhz);
}

static void ask(struct kern *k, unsigned clock, uint32_t opp)
{
    struct hart_power *p = &k->power->hart[clock];
    ns_t transition = cpu_of(k, clock)->transition;

    CHECK(opp < cpu_of(k, clock)->nopps && cpu_of(k, clock)->clock == clock);
    if (opp == p->want)
        return;
    p->want = opp;
    if (opp == p->opp)          /* as it was, before the clock has got to another */
        engine_cancel(k->engine, slot_of(k, CHANGE, clock));
    else if (transition)
        engine_set(k->engine, slot_of(k, CHANGE, clock), k->engine->now + transition, PEND_TIMER);
    else
        change(k, clock);
}

/* The lowest point of at least `mhz`, else the highest. */
static uint32_t point_of(const struct cpu_config *c, uint64_t mhz)
{
    uint32_t i = 0;

    while (i + 1 < c->nopps && c->opps[i].mhz < mhz)
        i++;
    return i;
}

/* The most of what the harts of a clock want. */
static void ask_most(struct kern *k, unsigned clock,
                     uint32_t (*wish)(struct kern *k, unsigned h))
{
    uint32_t most = 0;

    for (unsigned h = clock; h < k->nharts; h++)
        if (cpu_of(k, h)->clock == clock && !k->power->hart[h].idle) {
            uint32_t one = wish(k, h);

            most = one > most ? one : most;
        }
    ask(k, clock, most);
}

/* Of the time since they were looked at last, the share that the busiest of a clock's harts
 * was busy, in per cent (Linux, drivers/cpufreq/cpufreq_governor.c, dbs_update). */
static uint64_t ondemand_load(struct kern *k, unsigned clock)
{
    ns_t now = k->engine->now, span = now - k->power->hart[clock].window, most = 0;

    for (unsigned h = clock; h < k->nharts; h++) {
        struct hart_power *p = &k->power->hart[h];

        if (cpu_of(k, h)->clock != clock)
            continue;
        ns_t busy = p->busy + (p->idle ? 0 : now - p->busy_since);

        most = busy > most ? busy : most;
        p->busy = 0;
        p->busy_since = now;
    }
    k->power->hart[clock].window = now;
    return span ? (uint64_t)(most * 100 / span) : 0;
}

static void ondemand(struct kern *k, unsigned clock)
{
    const struct cpu_config *c = cpu_of(k, clock);
    uint64_t load = ondemand_load(k, clock);
    uint64_t low = c->opps[0].mhz, high = c->opps[c->nopps - 1].mhz;

    ask(k, clock, load > UP_THRESHOLD ? c->nopps - 1
                                      : point_of(c, low + load * (high - low) / 100));
}

static uint32_t schedutil_wish(struct kern *k, unsigned h)
{
    uint64_t used = power_used_of_hart(k, h);
    uint64_t top = power_capacity(k, h, cpu_of(k, h)->nopps - 1);
    uint64_t mhz = cpu_of(k, h)->mhz * (used + used / 4);

    return point_of(cpu_of(k, h), (mhz + top - 1) / top);
}

/* Linux, kernel/sched/cpufreq_schedutil.c, sugov_should_update_freq: the limit is between two
 * changes, not between two looks. */
static void schedutil(struct kern *k, unsigned clock)
{
    struct hart_power *p = &k->power->hart[clock];
    uint32_t before = p->want;

    if (k->engine->now < p->asked_again)
        return;
    ask_most(k, clock, schedutil_wish);
    if (p->want != before)
        p->asked_again = k->engine->now + config_rate_limit(k->config, clock);
}

static void tick(struct kern *k, unsigned h)
{
    ns_t period = k->config->governor == GOV_ONDEMAND ? ondemand_period : schedutil_tick;

    if (k->config->governor == GOV_ONDEMAND)
        ondemand(k, h);
    else
        schedutil(k, cpu_of(k, h)->clock);
    engine_set(k->engine, slot_of(k, TICK, h), k->engine->now + period, PEND_TIMER);
}

/* A hart begins to work: the governor looks at it from now on, at a clock's harts together
 * if it is ondemand. */
static void govern(struct kern *k, unsigned h)
{
    ns_t now = k->engine->now, due = now;

    if (!cpu_of(k, h)->nopps || k->config->governor < GOV_ONDEMAND)
        return;
    if (k->config->governor == GOV_ONDEMAND) {
        h = cpu_of(k, h)->clock;
        if (engine_pending(k->engine, slot_of(k, TICK, h)))
            return;             /* a neighbour works already */
        due = k->power->hart[h].window + ondemand_period;
        due = due > now ? due : now;
    }
    engine_set(k->engine, slot_of(k, TICK, h), due, PEND_TIMER);
}

static void leave_alone(struct kern *k, unsigned h)
{
    unsigned clock = cpu_of(k, h)->clock;

    if (k->config->governor == GOV_ONDEMAND) {
        for (unsigned o = clock; o < k->nharts; o++)
            if (cpu_of(k, o)->clock == clock && !k->power->hart[o].idle)
                return;
        h = clock;
    }
    engine_cancel(k->engine, slot_of(k, TICK, h));
}

void power_start(struct kern *k)
{
    if (!k->power)
        return;
    for (unsigned h = 0; h < k->nharts; h++) {
        struct hart_power *p = &k->power->hart[h];

        *p = (struct hart_power){ .idle = true, .last_idle = NS_MAX };
        p->opp = p->want = config_first_opp(k->config, h);
        hart_set_clock(k, h, config_first_mhz(k->config, h), k->parts);
    }
    k->resched = true;          /* who has nothing to do goes to sleep */
}

/* --- idle states --- */

static void enter(struct kern *k, unsigned h, uint32_t state)
{
    const struct cpu_config *c = cpu_of(k, h);
    struct hart_power *p = &k->power->hart[h];

    p->state = state;
    p->entered = k->engine->now;
    kern_say(k, EV_IDLE, h, TID_NONE, state - 1, p->last_idle == NS_MAX ? 0 : p->last_idle);
    if (state < c->nidle) {
        ns_t at = p->idle_since + c->idle[state].residency;

        engine_set(k->engine, slot_of(k, DEEPER, h), at > p->entered ? at : p->entered, PEND_TIMER);
    }
}

/* The deepest that pays, if it idles as long as it did last. */
static uint32_t fitting(const struct cpu_config *c, ns_t idling)
{
    uint32_t state = 1;

    while (state < c->nidle && c->idle[state].residency <= idling)
        state++;
    return state;
}

void power_settle(struct kern *k)
{
    for (unsigned h = 0; h < k->nharts; h++) {
        struct hart_power *p = &k->power->hart[h];

        if (p->idle && !p->state && cpu_of(k, h)->nidle && k->hart[h].running == TID_NONE)
            enter(k, h, fitting(cpu_of(k, h), p->last_idle));
    }
}

/* --- working and not --- */

ns_t power_wake(struct kern *k, unsigned h)
{
    struct hart_power *p = &k->power->hart[h];
    ns_t now = k->engine->now, delay = 0;

    if (!p->idle)
        return 0;
    if (now > p->idle_since)    /* from one task to the next is no idling */
        p->last_idle = now - p->idle_since;
    if (p->state) {
        const struct idle_state *s = &cpu_of(k, h)->idle[p->state - 1];
        ns_t entered = p->entered + s->entry;

        delay = s->exit + (entered > now ? entered - now : 0);
        kern_say(k, EV_IDLE_EXIT, h, TID_NONE, p->state - 1, delay);
        p->state = 0;
        engine_cancel(k->engine, slot_of(k, DEEPER, h));
    }
    return delay;
}

void power_run(struct kern *k, unsigned h)
{
    struct hart_power *p = &k->power->hart[h];

    power_used_by_task(k, k->hart[h].running);
    power_used_of_hart(k, h);
    p->idle = false;
    p->busy_since = k->engine->now;
    p->rate = rate_of(k, h);
    govern(k, h);
}

void power_rest(struct kern *k, unsigned h)
{
    struct hart_power *p = &k->power->hart[h];

    count(k, h);
    p->rate = 0;
    p->idle = true;
    p->idle_since = k->engine->now;
    p->busy += k->engine->now - p->busy_since;
    leave_alone(k, h);
}

void power_due(struct kern *k, uint32_t slot)
{
    uint32_t kind = (slot - k->first_power_slot) / k->nharts;
    unsigned h = (slot - k->first_power_slot) % k->nharts;

    if (kind == TICK)
        tick(k, h);
    else if (kind == CHANGE)
        change(k, h);
    else
        enter(k, h, k->power->hart[h].state + 1);
}
