/* structure.c - the model that a kernel is built by, and what it has: doors, modules, servers. */
#include <kern/door.h>
#include <kern/fault.h>

static const struct structure_ops *const models[STRUCTURE_MODELS] = {
    [MODEL_MONOLITHIC] = &structure_monolithic, [MODEL_LAYERED] = &structure_layered,
    [MODEL_RINGS] = &structure_rings, [MODEL_MICROKERNEL] = &structure_microkernel,
    [MODEL_MODULAR] = &structure_modular, [MODEL_HYBRID] = &structure_hybrid,
};

static bool is_active(const struct config *c)
{
    const struct structure_config *s = &c->structure;

    if (s->faults || (s->open && kern_wants_cpu(c)))
        return true;
    if (s->model == MODEL_MONOLITHIC)
        return c->costs.crossing.call || (c->costs.syscall && s->calls);
    return true;
}

void door_layout(struct kern *k, struct arena *a)
{
    struct door *d = &k->door;

    d->ops = models[k->config->structure.model];
    d->active = is_active(k->config);
    if (!d->active)
        return;
    d->owed = arena_array(a, ns_t, k->max_tasks);
    modules_layout(k, a);
    servers_layout(k, a);
    faults_layout(k, a);
}

uint32_t door_slots(const struct config *c)
{
    return SERVICES + faults_slots(c) + c->structure.nschedulers;
}

void door_due(struct kern *k, uint32_t slot)
{
    uint32_t behind = SERVICES + faults_slots(k->config);

    if (slot >= behind)
        module_due(k, SERVICES + slot - behind);
    else if (slot >= SERVICES)
        fault_due(k, slot - SERVICES);
    else if (k->door.server[slot].tid != TID_NONE)
        fault_repaired(k, (enum service)slot);
    else
        module_due(k, slot);
}

/* --- for those who look --- */

static bool is_held(const struct faults *f, enum service s)
{
    for (uint32_t i = 0; f && i < f->n; i++)
        if (f->incident[i].what->kind == FAULT_KIND_ATTACK && in_set(f->incident[i].held, s))
            return true;
    return false;
}

void service_facts(const struct kern *k, enum service s, struct service_facts *out)
{
    const struct door *d = &k->door;
    const struct structure_config *c = &k->config->structure;

    *out = (struct service_facts){
        .server = c->servers >> s & 1, .module = c->modules >> s & 1, .tid = TID_NONE,
        .client = TID_NONE, .lost = d->lost >> s & 1,
    };
    if (!d->active)
        return;
    out->loading = d->module[s].loading;
    out->loaded = d->module[s].loaded;
    out->tid = d->server[s].tid;
    out->client = d->server[s].client;
    out->damaged = d->faults && in_set(d->faults->damaged, s);
    out->held = is_held(d->faults, s);
}

unsigned service_line(const struct kern *k, enum service s, tid_t *out, unsigned max)
{
    const struct door *d = &k->door;
    unsigned n = 0;

    if (!d->active)
        return 0;
    bool server = d->server[s].tid != TID_NONE;
    const struct waitq *q = server ? &d->server[s].queue : &d->module[s].wait;
    for (tid_t w = q->first; w != TID_NONE; w = k->task[w].next, n++)
        if (n < max)
            out[n] = w;
    return n;
}
