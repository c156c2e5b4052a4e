/* workload_power.c - harts one by one: how fast they are, and what they draw. */
#include <formats/load.h>

#include <string.h>

enum { MAX_MHZ = 100000 };

static const char *const cpu_keys[] = {
    "mhz", "dmips", "kind", "cluster", "opps", "transition", "idle", NULL
};
static const char *const opp_keys[] = { "mhz", "mw", NULL };
static const char *const idle_keys[] = { "name", "mw", "entry", "exit", "residency", NULL };
static const char *const governors[] = {
    "performance", "powersave", "ondemand", "schedutil", NULL
};

/* A name of at most 15 bytes. */
static void load_short(struct loader *l, const cJSON *item, char out[16])
{
    char name[CONFIG_NAME] = "";

    if (!item || !load_name(l, item, name))
        return;
    if (strlen(name) >= 16)
        load_error(l, item, ERR_LIMIT, "the name has %zu bytes (at most 15)", strlen(name));
    else
        memcpy(out, name, strlen(name) + 1);
}

/* Milliwatts, kept in microwatts. */
static bool load_power(struct loader *l, const cJSON *o, uint32_t *uw)
{
    const cJSON *item = load_field(o, "mw");
    int64_t v = 0;

    if (!item)
        return load_error(l, o, ERR_INPUT, "\"mw\" is missing (expected the power in mW)");
    if (!load_scaled(l, item, 1000, 0, 4000000000, "a power in mW, from 0 to 4,000,000 and "
                     "whole in uW", &v))
        return false;
    *uw = (uint32_t)v;
    return true;
}

/* before: the point in front of it, NULL for the first. */
static bool load_opp(struct loader *l, const cJSON *o, const struct opp *before, struct opp *out)
{
    const cJSON *mhz = load_field(o, "mhz");

    if (!load_object(l, o, opp_keys))
        return false;
    if (!mhz)
        return load_error(l, o, ERR_INPUT, "\"mhz\" is missing");
    if (!load_u32(l, mhz, 1, MAX_MHZ, &out->mhz) || !load_power(l, o, &out->uw))
        return false;
    if (before && out->mhz <= before->mhz)
        return load_error(l, mhz, ERR_INPUT, "%u MHz does not lie above the operating point "
                          "before it (expected rising frequencies)", out->mhz);
    if (before && out->uw < before->uw)
        return load_error(l, load_field(o, "mw"), ERR_INPUT, "less than what the slower operating "
                          "point before it draws (expected powers that do not fall)");
    return true;
}

static void load_opps(struct loader *l, const cJSON *cpu, struct cpu_config *out)
{
    const cJSON *list = load_field(cpu, "opps"), *mhz = load_field(cpu, "mhz");
    struct opp *opps;
    uint32_t n = 0;

    if (!list || !load_list(l, list, 1, CPU_OPPS))
        return;
    opps = load_array(l, struct opp, cJSON_GetArraySize(list));
    if (!opps)
        return;
    for (const cJSON *o = list->child; o; o = o->next, n++)
        if (!load_opp(l, o, n ? &opps[n - 1] : NULL, &opps[n]))
            return;
    out->opps = opps;
    out->nopps = n;
    if (mhz && out->mhz != opps[n - 1].mhz)
        load_error(l, mhz, ERR_INPUT, "the highest of \"opps\" is %u MHz (leave \"mhz\" out, "
                   "or give that)", opps[n - 1].mhz);
    out->mhz = opps[n - 1].mhz;
}

/* before: the state in front of it, NULL for the first; most: what it draws at work at most. */
static bool load_state(struct loader *l, const cJSON *o, const struct idle_state *before,
                       const struct opp *most, struct idle_state *out)
{
    const cJSON *residency = load_field(o, "residency"), *leave = load_field(o, "exit");

    if (!load_object(l, o, idle_keys) || !load_power(l, o, &out->uw))
        return false;
    load_short(l, load_field(o, "name"), out->name);
    if (!load_time(l, load_field(o, "entry"), 0, &out->entry) ||
        !load_time(l, leave, 0, &out->exit) || !load_time(l, residency, 0, &out->residency))
        return false;
    if (before && out->residency < before->residency)
        return load_error(l, residency ? residency : o, ERR_INPUT, "shorter than that of the "
                          "state before it (expected the shallowest first)");
    if (before && out->entry + out->exit < before->entry + before->exit)
        return load_error(l, leave ? leave : o, ERR_INPUT, "with its entry shorter than that of the "
                          "shallower state before it (expected latencies that do not fall)");
    if (most && out->uw > most->uw)
        return load_error(l, load_field(o, "mw"), ERR_INPUT, "more than what it draws at work "
                          "at its highest frequency");
    if (before && out->uw > before->uw)
        return load_error(l, load_field(o, "mw"), ERR_INPUT, "more than what the shallower state "
                          "before it draws (expected powers that do not rise)");
    return true;
}

static void load_idle(struct loader *l, const cJSON *list, struct cpu_config *out)
{
    struct idle_state *idle;
    uint32_t n = 0;

    if (!list || !load_list(l, list, 1, CPU_IDLE_STATES))
        return;
    idle = load_array(l, struct idle_state, cJSON_GetArraySize(list));
    if (!idle)
        return;
    for (const cJSON *o = list->child; o; o = o->next, n++)
        if (!load_state(l, o, n ? &idle[n - 1] : NULL,
                        out->nopps ? &out->opps[out->nopps - 1] : NULL, &idle[n]))
            return;
    out->idle = idle;
    out->nidle = n;
}

void load_cpu(struct loader *l, const cJSON *item, struct cpu_config *cpu)
{
    const cJSON *transition = load_field(item, "transition");

    if (!load_object(l, item, cpu_keys))
        return;
    load_u32(l, load_field(item, "mhz"), 1, MAX_MHZ, &cpu->mhz);
    load_u32(l, load_field(item, "dmips"), 1, CPU_DMIPS, &cpu->dmips);
    load_short(l, load_field(item, "kind"), cpu->kind);
    load_short(l, load_field(item, "cluster"), cpu->cluster);
    load_opps(l, item, cpu);
    load_idle(l, load_field(item, "idle"), cpu);
    load_time(l, transition, 0, &cpu->transition);
    if (transition && !cpu->nopps)
        load_error_key(l, transition, "\"transition\" needs \"opps\"");
    l->c->power |= cpu->nopps || cpu->nidle;
}

static bool same_clock(const struct cpu_config *a, const struct cpu_config *b)
{
    if (a->nopps != b->nopps || a->mhz != b->mhz || a->transition != b->transition)
        return false;
    for (uint32_t i = 0; i < a->nopps; i++)
        if (a->opps[i].mhz != b->opps[i].mhz)
            return false;
    return true;
}

/* What can only be said when all harts are known. */
void load_clusters(struct loader *l, const cJSON *list, struct cpu_config *cpus)
{
    uint32_t h = 0;
    bool said = false;

    for (const cJSON *o = list->child; o; o = o->next)
        said |= load_field(o, "dmips") != NULL;
    for (const cJSON *o = list->child; o; o = o->next, h++) {
        uint32_t first = 0;

        if (said && !cpus[h].dmips)
            cpus[h].dmips = CPU_DMIPS;
        while (first < h && (!*cpus[h].cluster ||
                             strcmp(cpus[first].cluster, cpus[h].cluster) != 0))
            first++;
        if (first < h && !same_clock(&cpus[first], &cpus[h]))
            load_error(l, load_field(o, "cluster"), ERR_INPUT, "harts of a cluster share a "
                       "clock, and cpu %u has other frequencies, or another transition", first);
        cpus[h].clock = first;
    }
}

static bool has_points(const struct config *c)
{
    for (uint32_t h = 0; h < c->ncpus; h++)
        if (c->cpus[h].nopps)
            return true;
    return false;
}

/* Without operating points harts are as fast as they can be, which is what "performance" says.
 * Those of a guest may be its host's choice, not the workload's. */
void load_governor(struct loader *l, const cJSON *item)
{
    unsigned g = GOV_PERFORMANCE;

    if (!load_choice(l, item, governors, &g))
        return;
    l->c->governor = (uint8_t)g;
    if (g != GOV_PERFORMANCE && !l->cpus_wrong && !l->vcpus && !has_points(l->c))
        load_error(l, item, ERR_INPUT, "no processor has \"opps\" that \"%s\" could choose among",
                   governors[g]);
}
