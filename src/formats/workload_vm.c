/* workload_vm.c - a kernel for guests: "structure": {"model": "vm", ...}.
 *
 * The model may also be a system's name (structures/NAME.json), whose figures the object
 * then adds its guests to; they may stand under "kernel" as well, so that structures can
 * be compared by name. What each kind of virtualisation makes exits for is one table here;
 * what they cost is the workload's or the system's.
 */
#include <formats/load.h>

#include <stdio.h>
#include <string.h>

enum {
#define EXIT(id, name, what) E_##id,
#include <ossim/exit.def>
#undef EXIT
    NEXITS
};
_Static_assert((int)NEXITS <= (int)VM_EXITS, "a place for each");

enum { MAX_GUESTS = 1024, MAX_FACTOR = 1000, MAX_FRAMES = 1 << 20, NAME_ROOM = 40 };

static const char *const keys[] = {
    "model", "ossim_structure", "name", "about", "source", "modelled", "not_modelled",
    "type", "mode", "factor", "accesses", "overhead", "costs", "scheduler", "link_latency",
    "cap_period", "pv_spin", "guests", NULL
};
static const char *const guest_keys[] = {
    "name", "workload", "vcpus", "frames", "balloon", "weight", "cap", "priority", "nice",
    "affinity", NULL
};
static const char *const cost_keys[] = { "trap", "exit", "hypercall", "process", NULL };
static const char *const modes[] = { "full", "hardware", "para", "simulated", NULL };

/* Exits that one of each makes, by mode. Full virtualisation runs the guest's kernel in
 * user mode: whatever it does to the machine traps, and its programs' calls come here
 * first (Popek and Goldberg, "Formal Requirements for Virtualizable Third Generation
 * Architectures"); with hardware, nested tables and a mode of its own save most of that;
 * a paravirtual kernel asks instead, many things at once. Simulation never leaves itself.
 * Of I/O: for each access to the device. */
static const uint8_t exits[VM_MODES][VM_EXITS] = {
    [VM_FULL] = { [E_SWITCH] = 1, [E_TIMER] = 1, [E_INTERRUPT] = 1, [E_HALT] = 1,
                  [E_IO] = 1, [E_SYSCALL] = 2, [E_FAULT] = 2 },
    [VM_HARDWARE] = { [E_TIMER] = 1, [E_INTERRUPT] = 1, [E_HALT] = 1, [E_IO] = 1 },
    [VM_PARA] = { [E_SWITCH] = 1, [E_TIMER] = 1, [E_INTERRUPT] = 1, [E_HALT] = 1,
                  [E_IO] = 1, [E_SYSCALL] = 1, [E_FAULT] = 1 },
};

/* --- the machine --- */

/* Both are looked at: what the workload says, and what the system's file does. */
struct vm_source { const cJSON *own, *system; };

static const cJSON *field(const struct vm_source *s, const char *name)
{
    const cJSON *item = load_field(s->own, name);

    return item ? item : load_field(s->system, name);
}

static void load_type(struct loader *l, const cJSON *item, struct vm_config *vm)
{
    uint32_t n = 1;

    if (cJSON_IsString(item) && strcmp(item->valuestring, "kvm") == 0)
        vm->type = VM_KVM;
    else if (item && !cJSON_IsNumber(item))
        load_error(l, item, ERR_INPUT, "expected 1, 2 or \"kvm\"");
    else if (load_u32(l, item, 1, 2, &n))
        vm->type = n == 2 ? VM_TYPE_2 : VM_TYPE_1;
}

/* A process of a type 2 host emulates devices and lends its CPU time; with kvm only the
 * devices are its business. */
static bool by_process(const struct vm_config *vm, unsigned cause)
{
    return vm->type == VM_TYPE_2 ? cause == E_IO || cause == E_HALT || cause == E_TIMER
                                 : vm->type == VM_KVM && cause == E_IO;
}

static void load_costs_of(struct loader *l, const struct vm_source *s, struct vm_config *vm)
{
    const cJSON *own = load_field(s->own, "costs"), *system = load_field(s->system, "costs");
    struct vm_costs *cost = &l->c->costs.vm;
    uint32_t *const value[] = { &cost->trap, &cost->exit, &cost->hypercall, &cost->process };
    const uint32_t *const of_mode[VM_MODES] = { [VM_FULL] = &cost->trap,
        [VM_HARDWARE] = &cost->exit, [VM_PARA] = &cost->hypercall };
    uint32_t accesses = vm->mode == VM_PARA ? 1 : 4;

    for (unsigned i = 0; i < 2; i++) {
        const cJSON *o = i ? own : system;

        if (!o || !load_object(l, o, cost_keys))
            continue;
        for (unsigned k = 0; cost_keys[k]; k++)
            if (load_field(o, cost_keys[k]))
                load_figure(l, load_field(o, cost_keys[k]), value[k],
                            (enum cost_figure)(COST_VM_TRAP + k));
    }
    load_u32(l, field(s, "accesses"), 1, 100, &accesses);
    memcpy(vm->exits, exits[vm->mode], sizeof vm->exits);
    vm->exits[E_IO] = (uint8_t)(vm->exits[E_IO] * accesses);
    for (unsigned e = 0; e < NEXITS; e++) {
        uint64_t each = (uint64_t)(of_mode[vm->mode] ? *of_mode[vm->mode] : 0) +
                        (by_process(vm, e) ? cost->process : 0);

        each *= vm->exits[e];
        vm->cycles[e] = each < UINT32_MAX ? (uint32_t)each : UINT32_MAX;
    }
}

static void load_texts(struct loader *l, const struct vm_source *s, struct vm_config *vm)
{
    static const char *const texts[] = { "about", "source", "modelled", "not_modelled" };
    int64_t version;
    const char *text;

    load_int(l, field(s, "ossim_structure"), 1, 1, &version);
    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++)
        load_string(l, field(s, texts[i]), 4096, &text);
    snprintf(vm->name, sizeof vm->name, "vm");
    load_name(l, field(s, "name"), vm->name);
}

/* n, or {"times": n, "source": "..."}. */
static bool load_factor(struct loader *l, const cJSON *item, struct vm_config *vm)
{
    static const char *const factor_keys[] = { "times", "source", NULL };
    const char *source = NULL;

    vm->factor = 1;
    if (!cJSON_IsObject(item))
        return load_u32(l, item, 1, MAX_FACTOR, &vm->factor);
    if (!load_object(l, item, factor_keys))
        return false;
    if (!load_field(item, "times"))
        load_error(l, item, ERR_INPUT, "\"times\" is missing");
    load_string(l, load_field(item, "source"), 1024, &source);
    vm->factor_cited = workload_cited(source);
    return load_u32(l, load_field(item, "times"), 1, MAX_FACTOR, &vm->factor);
}

static void load_kind(struct loader *l, const struct vm_source *s, struct vm_config *vm)
{
    const cJSON *factor = field(s, "factor");
    unsigned mode = VM_HARDWARE;

    load_texts(l, s, vm);
    load_type(l, field(s, "type"), vm);
    load_choice(l, field(s, "mode"), modes, &mode);
    vm->mode = (uint8_t)mode;
    if (load_factor(l, factor, vm) && factor && mode != VM_SIMULATED)
        load_error_key(l, factor, "\"factor\" says nothing to the mode \"%s\"", modes[mode]);
    if (!factor && mode == VM_SIMULATED)
        vm->factor = 10;
    vm->cap_period = 100 * 1000000;
    load_time(l, field(s, "cap_period"), 1, &vm->cap_period);
    load_time(l, field(s, "link_latency"), 0, &vm->link_latency);
    load_time(l, field(s, "pv_spin"), 1, &vm->pv_spin);
    load_costs_of(l, s, vm);
}

/* --- guests --- */

static void scale(uint32_t *cycles, uint32_t factor)
{
    uint64_t all = (uint64_t)*cycles * factor;

    *cycles = all < UINT32_MAX ? (uint32_t)all : UINT32_MAX;
}

/* What is interpreted takes longer by the factor, and so do the machines in it. */
static void slow_down(struct config *c, uint32_t factor)
{
    struct cost_config *k = &c->costs;
    uint32_t *const scaled[] = { &k->taken_branch, &k->misaligned, &k->tlb_walk_level,
                                 &k->trap, &k->syscall, &k->context_switch, &k->migration,
                                 &k->page_fault, &k->shootdown };
    struct vm_config *inner = (struct vm_config *)c->vm;    /* it is the loader's own yet */

    c->slowdown = c->slowdown ? c->slowdown : 1;
    scale(&c->slowdown, factor);
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        scale(&k->insn[i], factor);
    for (unsigned i = 0; i < sizeof scaled / sizeof *scaled; i++)
        scale(scaled[i], factor);
    for (unsigned e = 0; inner && e < VM_EXITS; e++)
        scale(&inner->cycles[e], factor);
    for (uint32_t i = 0; inner && i < inner->nguests; i++)
        if (inner->guest[i].config)
            slow_down((struct config *)inner->guest[i].config, factor);
}

/* What the mode makes of a guest's machine: nested tables are walked for each entry of
 * its own (two levels each: 8 accesses instead of 2), and what is simulated is interpreted.
 * A kernel that knows what it runs on does not spin for long: the holder of the lock may be
 * off (Linux, "paravirt spinlocks"). */
static void adapt(struct config *c, const struct vm_config *vm)
{
    if (vm->pv_spin && vm->pv_spin < c->lock_spin)
        c->lock_spin = vm->pv_spin;
    if (vm->mode == VM_HARDWARE)
        c->costs.tlb_walk_level *= 4;
    if (vm->mode == VM_SIMULATED)
        slow_down(c, vm->factor);
}

/* How its harts' speeds are counted, and those of the machines in it: they follow the harts
 * under it. */
static void count_in_parts(struct config *c, const struct config *host)
{
    struct vm_config *inner = (struct vm_config *)c->vm;

    c->parts = config_parts_of(host);
    for (uint32_t i = 0; inner && i < inner->nguests; i++)
        if (inner->guest[i].config)
            count_in_parts((struct config *)inner->guest[i].config, c);
}

/* Speeds are counted in 32 bits, and a burst's times as often as it is interpreted. */
static bool too_slow(const struct config *c)
{
    for (uint32_t h = 0; h < c->ncpus; h++)
        if ((uint64_t)cpu_speed(&c->cpus[h]) * (c->slowdown ? c->slowdown : 1) > UINT32_MAX)
            return true;
    for (uint32_t i = 0; c->vm && i < c->vm->nguests; i++)
        if (c->vm->guest[i].config && too_slow(c->vm->guest[i].config))
            return true;
    return false;
}

static void load_one(struct loader *l, const cJSON *o, unsigned number,
                     const struct vm_config *vm, struct guest_config *g)
{
    const cJSON *workload = load_field(o, "workload");
    struct loader how = { .seed = l->c->seed + number };

    if (!load_object(l, o, guest_keys))
        return;
    snprintf(g->name, sizeof g->name, "guest%u", number + 1);
    load_name(l, load_field(o, "name"), g->name);
    if (strlen(g->name) > NAME_ROOM)
        load_error(l, load_field(o, "name"), ERR_LIMIT, "the name is too long (at most %d "
                   "bytes)", NAME_ROOM);
    load_u32(l, load_field(o, "vcpus"), 1, HART_LIMIT, &how.vcpus);
    load_u32(l, load_field(o, "frames"), 1, MAX_FRAMES, &how.frames);
    load_u32(l, load_field(o, "cap"), 1, 100 * HART_LIMIT, &g->cap);
    if (g->cap && (__int128)vm->cap_period * g->cap < 100)
        load_error(l, load_field(o, "cap"), ERR_INPUT, "%u hundredths of a \"cap_period\" of %lld "
                   "ns are less than 1 ns", g->cap, (long long)vm->cap_period);
    if (!workload || (!cJSON_IsString(workload) && !cJSON_IsObject(workload))) {
        load_error(l, workload ? workload : o, ERR_INPUT, "a guest needs a \"workload\": a "
                   "file's name, or an object");
        return;
    }
    struct config *c = l->load_guest(l, workload, &how);

    if (!c)
        return;
    if (c->replacement.ops && c->replacement.ops->flags & REPLACE_FORESIGHT)
        load_error(l, workload, ERR_UNSUPPORTED, "a guest's policy of replacement cannot know "
                   "the future (%s)", c->replacement.ops->name);
    adapt(c, vm);
    count_in_parts(c, l->c);
    if (too_slow(c))
        load_error(l, workload, ERR_LIMIT, "its processors, simulated, are too fast to be counted: "
                   "MHz times dmips times all factors may be at most %u", UINT32_MAX);
    g->config = c;
    g->frames = c->memory.frames;
    load_balloon(l, load_field(o, "balloon"), g);
}

static void check_frames(struct loader *l, const cJSON *guests, const struct vm_source *s,
                         struct vm_config *vm, struct guest_config *all)
{
    const cJSON *said = load_field(load_field(load_field(l->root, "machine"), "memory"),
                                   "frames");
    uint32_t overhead = 0;
    uint64_t sum = 0;

    load_u32(l, field(s, "overhead"), 0, MAX_FRAMES, &overhead);
    for (uint32_t i = 0; i < vm->nguests; i++) {
        all[i].frames += overhead;
        sum += all[i].frames - all[i].balloon;
    }
    vm->counted = said != NULL;
    if (said && sum > l->c->memory.frames)
        load_error(l, guests, ERR_LIMIT, "the guests need %llu frames of memory, %u of "
                   "overhead each among them and less their balloons, and the machine has %u",
                   (unsigned long long)sum, overhead, l->c->memory.frames);
}

static void load_guests(struct loader *l, const cJSON *list, const struct vm_source *s,
                        struct vm_config *vm)
{
    struct guest_config *all;
    unsigned number = 0;

    if (!list) {
        load_error(l, load_field(load_field(l->root, "kernel"), "structure"), ERR_INPUT,
                   "\"guests\" is missing: what runs on this machine");
        return;
    }
    if (!load_list(l, list, 1, MAX_GUESTS))
        return;
    vm->nguests = (uint32_t)cJSON_GetArraySize(list);
    all = load_array(l, struct guest_config, vm->nguests);
    vm->guest = all;
    for (const cJSON *o = list->child; all && o; o = o->next, number++)
        load_one(l, o, number, vm, &all[number]);
    if (all)
        check_frames(l, list, s, vm, all);
}

/* --- what the loader calls --- */

static bool is_vm(const cJSON *model)
{
    return cJSON_IsString(model) && strcmp(model->valuestring, "vm") == 0;
}

static bool known_model(const char *name)
{
    static const char *const models[] = { "monolithic", "layered", "rings", "microkernel",
                                          "modular", "hybrid", NULL };

    for (unsigned i = 0; models[i]; i++)
        if (strcmp(models[i], name) == 0)
            return true;
    return false;
}

/* Is it for guests? Then *s says where to look. */
static bool find_vm(struct loader *l, const cJSON *item, struct vm_source *s)
{
    const cJSON *model = cJSON_IsObject(item) ? load_field(item, "model") : item;

    *s = (struct vm_source){ cJSON_IsObject(item) ? item : NULL, NULL };
    if (is_vm(model))
        return true;
    if (!cJSON_IsString(model) || known_model(model->valuestring))
        return false;
    s->system = load_system_tree(l, model);
    return is_vm(load_field(s->system, "model"));
}

bool load_vm(struct loader *l, const cJSON *item, const cJSON *guests)
{
    struct vm_source s;

    if (!item || !find_vm(l, item, &s)) {
        if (guests)
            load_error_key(l, guests, "guests need a \"structure\" of the model \"vm\"");
        return false;
    }
    struct vm_config *vm = load_array(l, struct vm_config, 1);

    if (!vm || (s.own && !load_object(l, s.own, keys)) ||
        (s.system && !load_object(l, s.system, keys)))
        return true;
    load_kind(l, &s, vm);
    load_structure(l, NULL);
    if (guests && load_field(s.own, "guests"))
        load_error_key(l, guests, "the structure has its \"guests\" too: say it once");
    snprintf(l->c->structure.name, sizeof l->c->structure.name, "%s", vm->name);
    load_guests(l, field(&s, "guests") ? field(&s, "guests") : guests, &s, vm);
    l->c->vm = vm;
    return true;
}

const cJSON *load_vm_scheduler(const struct loader *l, const cJSON *item)
{
    return l->c->vm ? load_field(item, "scheduler") : NULL;
}

/* The nice value whose weight, n of them together, stands to that of nice 0 as `weight` to
 * 100: a step is a factor of 1.25 (Linux, "sched(7)"), and changes halfway, at 1.118. */
static int32_t nice_of_weight(uint32_t weight, uint32_t n)
{
    uint64_t want = (uint64_t)weight * 1000000 / n, at = 100 * 1000000;
    int32_t nice = 0;

    for (; nice > -20 && want * 1000 > at * 1118; nice--)
        at = at * 5 / 4;
    for (; nice < 19 && want * 1118 < at * 1000; nice++)
        at = at * 4 / 5;
    return nice;
}

/* Weights are out of 100, as an ordinary process has it. Where that of a CPU is so small that
 * tickets and nice values could not tell it from another, weights are shares among guests only:
 * each is taken as often as makes the smallest CPU an ordinary process. */
enum { WEIGHT = 100, WEIGHT_LEAST = 10, WEIGHT_MAX = 1000000 };

static void scale_weights(const struct vm_config *vm)
{
    uint64_t weight = WEIGHT_LEAST, n = 1;      /* of the smallest */

    for (uint32_t i = 0; i < vm->nguests; i++) {
        const struct guest_config *g = &vm->guest[i];

        if (g->config && g->weight * n < weight * g->config->ncpus) {
            weight = g->weight;
            n = g->config->ncpus;
        }
    }
    for (uint32_t i = 0; i < vm->nguests && weight < WEIGHT_LEAST * n; i++) {
        struct guest_config *g = (struct guest_config *)&vm->guest[i];
        uint64_t scaled = g->weight * n * WEIGHT / weight;

        g->weight = scaled < WEIGHT_MAX ? (uint32_t)scaled : WEIGHT_MAX;
    }
}

/* The CPUs of a guest, one task each; its weight is theirs together. */
static void add_vcpus(struct loader *l, const cJSON *o, struct guest_config *g, uint16_t i)
{
    static const struct step end[] = { { .kind = STEP_END } };
    struct process_config p = { .count = g->config->ncpus, .affinity = UINT64_MAX,
                                .steps = end, .nsteps = 1, .guest = (uint16_t)(i + 1) };
    int64_t v = 0;

    snprintf(p.name, sizeof p.name, "%s", g->name);
    for (uint32_t k = 0; k < l->nprocesses; k++)
        if (strcmp(l->processes[k].name, p.name) == 0) {
            load_error(l, o, ERR_INPUT, "a process or guest is called \"%s\" too", p.name);
            break;
        }
    p.tickets = g->weight / p.count > 0 ? g->weight / p.count : 1;
    load_int(l, load_field(o, "priority"), -1000000, 1000000, &v);
    p.priority = (int32_t)v;
    p.nice = nice_of_weight(g->weight, p.count);
    v = p.nice;
    load_int(l, load_field(o, "nice"), -20, 19, &v);
    p.nice = (int32_t)v;
    load_affinity(l, load_field(o, "affinity"), &p.affinity);
    g->process = l->nprocesses;
    load_add_process(l, o, &p, 0);
}

void load_vcpus(struct loader *l)
{
    const struct vm_config *vm = l->c->vm;
    const cJSON *kernel = load_field(l->root, "kernel");
    const cJSON *list = load_field(load_field(kernel, "structure"), "guests");

    if (!list)
        list = load_field(kernel, "guests");
    if (!vm || !list)
        return;
    const cJSON *o = list->child;
    for (uint32_t i = 0; i < vm->nguests && o; i++, o = o->next) {
        uint32_t *weight = &((struct guest_config *)&vm->guest[i])->weight;

        *weight = WEIGHT;
        load_u32(l, load_field(o, "weight"), 1, WEIGHT_MAX, weight);
    }
    scale_weights(vm);
    o = list->child;
    for (uint32_t i = 0; i < vm->nguests && o; i++, o = o->next)
        if (vm->guest[i].config)
            add_vcpus(l, o, (struct guest_config *)&vm->guest[i], (uint16_t)i);
}
