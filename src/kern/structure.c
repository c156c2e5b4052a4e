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
    d->client = arena_array(a, struct client, k->max_tasks);
    d->owed = arena_array(a, ns_t, k->max_tasks);
    d->module = arena_array(a, struct module, SERVICES);
    for (unsigned s = 0; a->base && s < SERVICES; s++)
        d->module[s].wait = WAITQ_EMPTY;
    servers_layout(k, a);
    faults_layout(k, a);
}

uint32_t door_slots(const struct config *c)
{
    return SERVICES + faults_slots(c);
}

void door_due(struct kern *k, uint32_t slot)
{
    struct module *m = &k->door.module[slot];

    if (slot >= SERVICES) {
        fault_due(k, slot - SERVICES);
        return;
    }
    if (k->door.server[slot].tid != TID_NONE) {
        fault_repaired(k, (enum service)slot);
        return;
    }
    m->loading = false;
    m->loaded = true;
    waitq_wake(k, &m->wait);
}
