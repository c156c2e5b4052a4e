/* workload_machine.c - the section "machine": harts, memory, costs. */
#include <formats/load.h>

#include <string.h>

enum { MAX_MHZ = 100000, MAX_FRAMES = 1 << 20, MAX_TLB = 1 << 16 };

static const char *const machine_keys[] = {
    "cpus", "mhz", "memory", "disk", "swap", "costs", NULL
};
static const char *const memory_keys[] = { "frames", "tlb", "svadu", NULL };
static const char *const tlb_keys[] = { "entries", "ways", "replacement", NULL };
static const char *const tlb_replacements[] = { "fifo", "random", "lru", NULL };

static void load_cpus(struct loader *l, const cJSON *item, uint32_t mhz)
{
    struct cpu_config *cpus;
    uint32_t n = 1;

    if (cJSON_IsArray(item)) {
        l->cpus_wrong = !load_list(l, item, 1, HART_LIMIT);
        if (!l->cpus_wrong)
            n = (uint32_t)cJSON_GetArraySize(item);
    } else
        l->cpus_wrong = !load_u32(l, item, 1, HART_LIMIT, &n);
    cpus = load_array(l, struct cpu_config, n);
    if (!cpus)
        return;
    for (uint32_t i = 0; i < n; i++)
        cpus[i] = (struct cpu_config){ .mhz = mhz, .clock = i };
    if (cJSON_IsArray(item) && !l->cpus_wrong) {
        struct cpu_config *next = cpus;

        for (const cJSON *c = item->child; c; c = c->next)
            load_cpu(l, c, next++);
        load_clusters(l, item, cpus);
    }
    l->c->cpus = cpus;
    l->c->ncpus = n;
}

static bool power_of_two(struct loader *l, const cJSON *item, uint32_t max, uint32_t *out)
{
    uint32_t v = *out;

    if (!load_u32(l, item, 1, max, &v))
        return false;
    if (v & (v - 1))
        return load_error(l, item, ERR_INPUT, "%u is no power of two", v);
    *out = v;
    return true;
}

static void load_tlb(struct loader *l, const cJSON *tlb)
{
    struct memory_config *m = &l->c->memory;
    const cJSON *ways = load_field(tlb, "ways");
    unsigned replace = m->tlb_replace;
    bool ok;

    if (!tlb || !load_object(l, tlb, tlb_keys))
        return;
    ok = power_of_two(l, load_field(tlb, "entries"), MAX_TLB, &m->tlb_entries);
    if (!ways && m->tlb_ways > m->tlb_entries)
        m->tlb_ways = m->tlb_entries;
    ok = power_of_two(l, ways, MAX_TLB, &m->tlb_ways) && ok;
    if (ok && m->tlb_ways > m->tlb_entries)
        load_error(l, ways, ERR_INPUT, "more ways (%u) than entries (%u)", m->tlb_ways,
                   m->tlb_entries);
    load_choice(l, load_field(tlb, "replacement"), tlb_replacements, &replace);
    m->tlb_replace = (enum tlb_replace)replace;
}

static void load_memory(struct loader *l, const cJSON *memory)
{
    struct memory_config *m = &l->c->memory;

    *m = (struct memory_config){ .frames = 4096, .tlb_entries = 64, .tlb_ways = 4,
                                 .tlb_replace = TLB_FIFO };
    if (!memory || !load_object(l, memory, memory_keys))
        return;
    load_u32(l, load_field(memory, "frames"), 1, MAX_FRAMES, &m->frames);
    load_bool(l, load_field(memory, "svadu"), &m->svadu);
    load_tlb(l, load_field(memory, "tlb"));
}

void load_machine(struct loader *l, const cJSON *machine)
{
    uint32_t mhz = 1000;

    if (machine && !load_object(l, machine, machine_keys))
        machine = NULL;
    load_u32(l, load_field(machine, "mhz"), 1, MAX_MHZ, &mhz);
    load_cpus(l, load_field(machine, "cpus"), mhz);
    load_memory(l, load_field(machine, "memory"));
    load_disk(l, load_field(machine, "disk"));
    load_swap(l, load_field(machine, "swap"));
    load_costs(l, load_field(machine, "costs"));
}
