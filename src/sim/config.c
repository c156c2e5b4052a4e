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

uint32_t config_guests(const struct vm_config *vm)
{
    uint32_t n = 0;

    for (uint32_t i = 0; vm && i < vm->nguests; i++)
        n += 1 + config_guests(vm->guest[i].config->vm);
    return n;
}

const char *cost_name(enum cost_figure f)
{
    static const char *const names[COST_FIGURES] = {
        "syscall", "context_switch", "call", "layer", "gate", "ring_trap", "check", "message",
        "copy", "trap", "exit", "hypercall", "process",
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
    case COST_COPY:      return c->crossing.copy;
    case COST_VM_TRAP:   return c->vm.trap;
    case COST_VM_EXIT:   return c->vm.exit;
    case COST_HYPERCALL: return c->vm.hypercall;
    default:             return c->vm.process;
    }
}

/* What exits from its guests cost: by the mode, and who has to see to them. */
static uint32_t vm_costs_of(const struct vm_config *vm)
{
    static const uint32_t of_mode[VM_MODES] = { [VM_FULL] = 1 << COST_VM_TRAP,
                                                [VM_HARDWARE] = 1 << COST_VM_EXIT,
                                                [VM_PARA] = 1 << COST_HYPERCALL };
    uint32_t exits = of_mode[vm->mode];

    return exits && vm->type != VM_TYPE_1 ? exits | 1 << COST_VM_PROCESS : exits;
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
    if (c->vm)
        set |= vm_costs_of(c->vm);
    for (unsigned f = 0; f < COST_FIGURES; f++)
        if (!cost_cycles(&c->costs, (enum cost_figure)f))
            set &= ~(1u << f);
    return (uint16_t)set;
}

const struct policy_config *config_switched_to(const struct config *c, int64_t a)
{
    if (a == POLICY_FIRST)
        return &c->policy;
    if (a >= 0 && a < c->nevents)
        return c->events[a].policy;
    a -= c->nevents;
    return a >= 0 && a < c->nstandby ? &c->standby[a] : NULL;
}

/* --- speeds --- */

static uint64_t common(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

uint32_t config_parts_of(const struct config *c)
{
    uint64_t unit = 0, top = 0;

    for (uint32_t h = 0; h < c->ncpus; h++) {
        const struct cpu_config *cpu = &c->cpus[h];

        unit = common(unit, cpu_speed(cpu));
        top = cpu_speed(cpu) > top ? cpu_speed(cpu) : top;
        for (uint32_t i = 0; i < cpu->nopps; i++)
            unit = common(unit, (uint64_t)cpu->opps[i].mhz * cpu_dmips(cpu));
    }
    uint64_t parts = unit ? top / unit * config_parts(c) : 1;
    return parts < CONFIG_PARTS ? (uint32_t)parts : CONFIG_PARTS;
}
