/* workload_costs.c - cost sets: what the machine's work takes, in cycles.
 *
 * A figure is a number or {"cycles": n, "source": "..."}; the sets that ossim ships
 * name a source for each. What a set leaves out costs what `ideal` says: 1 cycle for
 * an instruction, nothing for the rest.
 */
#include <formats/load.h>

#include <stdio.h>
#include <string.h>

enum { MAX_CYCLES = 1000000000 };

static const char *const set_keys[] = {
    "ossim_costs", "name", "about", "source", "insn", "taken_branch", "misaligned",
    "tlb_walk_level", "trap", "syscall", "context_switch", "migration", "page_fault", "shootdown", "crossing",
    NULL
};
static const char *const insn_keys[] = {
    "alu", "mul", "div", "load", "store", "branch", "jump", "amo", "csr", "fence",
    "system", NULL
};
static const char *const crossing_keys[] = {
    "call", "layer", "gate", "ring_trap", "check", "message", "copy", NULL
};
static const char *const figure_keys[] = { "cycles", "source", NULL };

_Static_assert(sizeof insn_keys / sizeof *insn_keys == INSN_CLASSES + 1,
               "one name for each instruction class");

static void ideal(struct cost_config *c)
{
    *c = (struct cost_config){ .name = "ideal" };
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        c->insn[i] = 1;
}

bool workload_cited(const char *source)
{
    return source && *source && !strstr(source, "uncited");
}

void load_figure(struct loader *l, const cJSON *item, uint32_t *out, enum cost_figure f)
{
    const cJSON *source = cJSON_IsObject(item) ? load_field(item, "source") : NULL;
    uint16_t bit = (uint16_t)(1u << f), *uncited = &l->c->costs.uncited;

    load_cycles(l, item, 0, out);
    *uncited = (uint16_t)(workload_cited(cJSON_GetStringValue(source)) ? *uncited & ~bit
                                                                       : *uncited | bit);
}

void load_cycles(struct loader *l, const cJSON *item, uint32_t min, uint32_t *out)
{
    const char *source;

    if (!cJSON_IsObject(item)) {
        load_u32(l, item, min, MAX_CYCLES, out);
        return;
    }
    load_object(l, item, figure_keys);
    if (!load_field(item, "cycles"))
        load_error(l, item, ERR_INPUT, "\"cycles\" is missing");
    load_u32(l, load_field(item, "cycles"), min, MAX_CYCLES, out);
    load_string(l, load_field(item, "source"), 1024, &source);
}

void load_crossing_costs(struct loader *l, const cJSON *o, struct crossing_costs *c)
{
    uint32_t *const value[] = { &c->call, &c->layer, &c->gate, &c->ring_trap, &c->check,
                                &c->message, &c->copy };

    if (!o || !load_object(l, o, crossing_keys))
        return;
    for (unsigned i = 0; crossing_keys[i]; i++)
        if (load_field(o, crossing_keys[i]))
            load_figure(l, load_field(o, crossing_keys[i]), value[i],
                        (enum cost_figure)(COST_CALL + i));
}

static void load_set(struct loader *l, const cJSON *set, struct cost_config *c)
{
    const struct { const char *key; uint32_t *value; enum cost_figure figure; } rows[] = {
        { "taken_branch", &c->taken_branch, COST_FIGURES },
        { "misaligned", &c->misaligned, COST_FIGURES },
        { "tlb_walk_level", &c->tlb_walk_level, COST_FIGURES },
        { "trap", &c->trap, COST_FIGURES }, { "syscall", &c->syscall, COST_SYSCALL },
        { "context_switch", &c->context_switch, COST_SWITCH },
        { "migration", &c->migration, COST_FIGURES },
        { "page_fault", &c->page_fault, COST_FIGURES },
        { "shootdown", &c->shootdown, COST_FIGURES },
    };
    const cJSON *insn = load_field(set, "insn");
    const char *text;
    int64_t version;

    if (!load_object(l, set, set_keys))
        return;
    load_int(l, load_field(set, "ossim_costs"), 1, 1, &version);
    load_name(l, load_field(set, "name"), c->name);
    load_string(l, load_field(set, "about"), 4096, &text);
    load_string(l, load_field(set, "source"), 4096, &text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!load_field(set, rows[i].key))
            continue;
        else if (rows[i].figure == COST_FIGURES)
            load_cycles(l, load_field(set, rows[i].key), 0, rows[i].value);
        else
            load_figure(l, load_field(set, rows[i].key), rows[i].value, rows[i].figure);
    load_crossing_costs(l, load_field(set, "crossing"), &c->crossing);
    if (!insn || !load_object(l, insn, insn_keys))
        return;
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        if (load_field(insn, insn_keys[i]))
            load_cycles(l, load_field(insn, insn_keys[i]), 1, &c->insn[i]);
}

/* A set by name, from its own file: its mistakes are placed there. */
static void load_named(struct loader *l, const cJSON *item)
{
    const char *name = item->valuestring;
    const uint8_t *data;
    size_t size;
    char path[256] = "";
    struct diag d = { .text = "there is no such cost set" };
    enum err err = ERR_INPUT;
    cJSON *set;

    if (strcmp(name, "ideal") == 0)
        return;
    if (l->v->costs && !strchr(name, '/'))
        err = l->v->costs(l->v->ctx, name, &data, &size, path, sizeof path, &d);
    if (err) {
        load_error_diag(l, item, err, &d);
        return;
    }
    set = json_read(&l->doc, path, (const char *)data, size, true);
    if (!set)
        return;
    l->costs_tree = set;
    snprintf(l->c->costs.name, sizeof l->c->costs.name, "%s", name);
    load_set(l, set, &l->c->costs);
}

void load_costs(struct loader *l, const cJSON *item)
{
    ideal(&l->c->costs);
    if (cJSON_IsString(item))
        load_named(l, item);
    else if (item) {
        memcpy(l->c->costs.name, "custom", sizeof "custom");
        load_set(l, item, &l->c->costs);
    }
}
