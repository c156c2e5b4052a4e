/* config.c - what a config says of a task. See config.h. */
#include <sim/config.h>

uint32_t config_process_of(const struct config *c, tid_t tid)
{
    uint32_t low = 0, high = c->nprocesses;

    while (high - low > 1) {            /* the last entry that starts at or before tid */
        uint32_t mid = low + (high - low) / 2;

        if (c->processes[mid].first <= tid)
            low = mid;
        else
            high = mid;
    }
    return low;
}

const struct process_config *config_process(const struct config *c, tid_t tid)
{
    return tid < c->ntasks ? &c->processes[config_process_of(c, tid)] : NULL;
}

const char *cost_name(enum cost_figure f)
{
    static const char *const names[COST_FIGURES] = {
        "syscall", "context_switch", "call", "layer", "gate", "ring_trap", "check", "message",
        "copy",
    };

    return names[f];
}

uint32_t cost_cycles(const struct cost_config *c, enum cost_figure f)
{
    switch (f) {
    case COST_SYSCALL:   return c->syscall;
    case COST_SWITCH:    return c->context_switch;
    case COST_CALL:      return c->crossing.call;
    case COST_LAYER:     return c->crossing.layer;
    case COST_GATE:      return c->crossing.gate;
    case COST_RING_TRAP: return c->crossing.ring_trap;
    case COST_CHECK:     return c->crossing.check;
    case COST_MESSAGE:   return c->crossing.message;
    default:             return c->crossing.copy;
    }
}

uint16_t config_structure_costs(const struct config *c)
{
    const struct structure_config *s = &c->structure;
    uint32_t set = 1 << COST_SYSCALL | 1 << COST_SWITCH | 1 << COST_CALL;

    if (s->model == MODEL_LAYERED)
        set |= 1 << COST_LAYER;
    if (s->model == MODEL_RINGS)
        set |= 1 << COST_CHECK | 1 << (s->by_trap ? COST_RING_TRAP : COST_GATE);
    if (s->servers)
        set |= 1 << COST_MESSAGE | 1 << COST_COPY;
    for (unsigned f = 0; f < COST_FIGURES; f++)
        if (!cost_cycles(&c->costs, (enum cost_figure)f))
            set &= ~(1u << f);
    return (uint16_t)set;
}

const struct policy_config *config_switched_to(const struct config *c, int64_t a)
{
    if (a >= 0 && a < c->nevents)
        return c->events[a].policy;
    a -= c->nevents;
    return a >= 0 && a < c->nstandby ? &c->standby[a] : NULL;
}
