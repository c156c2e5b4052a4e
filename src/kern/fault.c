/* fault.c - faults strike when the workload says so, or the seed, and go on. */
#include <kern/fault.h>

/* --- those that are drawn --- */

static void draw_one(const struct config *c, rng_t *rng, struct fault_config *out)
{
    const struct faults_config *f = &c->faults;

    *out = (struct fault_config){
        .at = f->from + (ns_t)rng_below(rng, (uint64_t)(f->to - f->from) + 1),
        .service = (uint8_t)fault_draw(rng, f->services),
        .kind = (uint8_t)fault_draw(rng, f->kinds), .process = UINT32_MAX,
        .bytes = 64, .frames = 1, .every = 1000000, .does = ATTACK_WRITES,
    };
}

void faults_start(struct kern *k)
{
    struct faults *f = k->door.faults;
    rng_t rng = rng_stream(k->config->seed, "faults", k->number);

    if (!f || !f->ndrawn)
        return;
    for (uint32_t i = 0; i < f->ndrawn; i++) {
        struct fault_config one;
        uint32_t at = i;

        draw_one(k->config, &rng, &one);
        for (; at && f->drawn[at - 1].at > one.at; at--)
            f->drawn[at] = f->drawn[at - 1];
        f->drawn[at] = one;
    }
    engine_set(k->engine, k->first_door_slot + SERVICES, f->drawn[0].at, PEND_CONTROL);
}

static void strike_drawn(struct kern *k)
{
    struct faults *f = k->door.faults;

    fault_strike(k, &f->drawn[f->next_drawn++]);
    if (k->end == KERN_RUNNING && f->next_drawn < f->ndrawn)
        engine_set(k->engine, k->first_door_slot + SERVICES, f->drawn[f->next_drawn].at,
                   PEND_CONTROL);
}

/* --- strike --- */

/* A process that is not there cannot do anything. */
static bool there(const struct kern *k, const struct fault_config *what)
{
    return what->service != SERVICE_USER ||
           fault_may_hit(k, k->config->processes[what->process].first);
}

void fault_strike(struct kern *k, const struct fault_config *what)
{
    enum service at = (enum service)what->service;

    if (k->end != KERN_RUNNING || !there(k, what))
        return;
    struct incident *r = incident_new(k, what);
    switch ((enum fault_kind)what->kind) {
    case FAULT_KIND_LEAK:    leak_begin(k, r); break;
    case FAULT_KIND_ATTACK:  attack_begin(k, r); break;
    case FAULT_KIND_CORRUPT: reach_corrupt(k, r, r->reach, what->bytes); break;
    default:                 fault_fail(k, r, at, what->kind == FAULT_KIND_HANG); break;
    }
}

/* --- later --- */

void fault_repaired(struct kern *k, enum service at)
{
    struct faults *f = k->door.faults;

    kern_say(k, EV_REPAIRED, HART_NONE, TID_NONE, at, 0);
    k->door.lost &= ~(1u << at);
    service_mend(k, at);
    for (uint32_t i = 0; i < f->n; i++)
        if (f->incident[i].what->service == at)
            leak_end(k, &f->incident[i]);
    attack_thrown_out(k, at);
    server_again(k, at);
}

void fault_due(struct kern *k, uint32_t i)
{
    if (!i) {
        strike_drawn(k);
        return;
    }
    struct incident *r = &k->door.faults->incident[i - 1];
    uint32_t found = r->found;

    r->found = 0;
    for (unsigned s = SERVICE_PROC; s < SERVICES; s++)
        if (in_set(found, (enum service)s))
            fault_fail(k, r, (enum service)s, false);
    if (r->next > k->engine->now) {
        fault_again(k, r, r->next);
        return;
    }
    r->next = NS_MAX;
    if (r->active && r->what->kind == FAULT_KIND_LEAK)
        leak_on(k, r);
    else if (r->active)
        attack_on(k, r);
}
