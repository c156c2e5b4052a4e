/* results_structure.c - how control passed between a kernel's services, and what faults took:
 * two parts of the results (INTERFACES.md, "Structures, faults, machines in machines"). */
#include <formats/members.h>

#include <stat/names.h>
#include <string.h>

void results_crossings(struct text *t, const struct results_structure *s, ns_t unit)
{
    uint64_t n = 0;
    ns_t time = 0;

    for (unsigned i = 0; s && i < s->n; i++) {
        n += s->by[i].count;
        time += s->by[i].time;
    }
    count_member(t, "crossings", n);
    time_member(t, "crossing_time", time, unit);
}

/* What its ways cost, and whether somebody is named who says so; times that are ours. */
static void structure_figures(struct text *t, const struct config *c)
{
    const struct structure_config *s = &c->structure;
    const struct { const char *name; unsigned bit; ns_t time; } assumed[] = {
        { "restart", ASSUMED_RESTART, s->restart_time },
        { "heartbeat", ASSUMED_HEARTBEAT, s->heartbeat },
        { "reboot", ASSUMED_REBOOT, s->reboot },
    };
    uint16_t set = config_structure_costs(c);
    bool first = true;

    key(t, "costs", false);
    text_put(t, "{");
    for (unsigned f = 0; f < COST_FIGURES; f++) {
        if (!(set >> f & 1))
            continue;
        key(t, cost_name((enum cost_figure)f), first);
        text_put(t, "{");
        key(t, "cycles", true);
        text_count(t, cost_cycles(&c->costs, (enum cost_figure)f));
        text_put(t, c->costs.uncited >> f & 1 ? ", \"cited\": false}" : ", \"cited\": true}");
        first = false;
    }
    if (config_is_simulated(c)) {
        key(t, "factor", first);
        text_put(t, "{");
        key(t, "times", true);
        text_count(t, c->vm->factor);
        text_put(t, c->vm->factor_cited ? ", \"cited\": true}" : ", \"cited\": false}");
    }
    text_put(t, "}");
    key(t, "assumed", false);
    text_put(t, "{");
    first = true;
    for (unsigned i = 0; i < sizeof assumed / sizeof *assumed; i++)
        if (s->assumed & assumed[i].bit) {
            key(t, assumed[i].name, first);
            text_time(t, assumed[i].time, c->time_unit);
            first = false;
        }
    text_put(t, "}");
}

static void modules(struct text *t, const struct results_structure *s, ns_t unit)
{
    key(t, "modules", false);
    text_put(t, "[");
    for (unsigned i = 0; i < s->nmodules; i++) {
        const struct results_module *m = &s->module[i];

        text_put(t, i ? ",\n  {" : "\n  {");
        key(t, "name", true);
        text_string(t, m->name);
        key(t, "kind", false);
        text_string(t, m->scheduler ? "scheduler" : "service");
        count_member(t, "loads", m->loads);
        time_member(t, "load_time", m->load_time, unit);
        count_member(t, "unloads", m->unloads);
        key(t, "loaded", false);
        text_put(t, m->loaded ? "true}" : "false}");
    }
    text_put(t, "]");
}

static void ways(struct text *t, const struct results_structure *s, const struct config *c)
{
    ns_t unit = c->time_unit;

    text_put(t, " \"structure\": {");
    key(t, "model", true);
    text_string(t, s->model);
    results_crossings(t, s, unit);
    count_member(t, "messages", s->messages);
    key(t, "by", false);
    text_put(t, "[");
    for (unsigned i = 0; i < s->n; i++) {
        text_put(t, i ? ",\n  {" : "\n  {");
        key(t, "from", true);
        text_string(t, s->by[i].from);
        key(t, "to", false);
        text_string(t, s->by[i].to);
        key(t, "mechanism", false);
        text_string(t, s->by[i].mechanism);
        count_member(t, "count", s->by[i].count);
        time_member(t, "time", s->by[i].time, unit);
        text_put(t, "}");
    }
    text_put(t, "]");
    count_member(t, "memory_bytes", s->memory_bytes);
    if (s->nmodules)
        modules(t, s, unit);
    structure_figures(t, c);
    text_put(t, "},\n");
}

/* --- faults --- */

/* The services of a set, or those that are not in it. */
static void service_list(struct text *t, const char *name, uint32_t set)
{
    const char *between = "";

    key(t, name, false);
    text_put(t, "[");
    for (unsigned s = 1; strcmp(service_name(s), "?") != 0; s++)
        if (set >> s & 1) {
            text_put(t, between);
            text_string(t, service_name(s));
            between = ", ";
        }
    text_put(t, "]");
}

ns_t results_downtime(const struct results_fault *f, ns_t end)
{
    if (f->down == NS_MAX)
        return 0;
    if (f->panic)
        return f->reboot;
    return (f->repaired < end ? f->repaired : end) - f->down;
}

static void string_member(struct text *t, const char *name, const char *value)
{
    key(t, name, false);
    text_string(t, value);
}

static void containment(struct text *t, const struct results_structure *s, ns_t end,
                        ns_t unit)
{
    text_put(t, " \"containment\": [");
    for (unsigned i = 0; i < s->nfaults; i++) {
        const struct results_fault *f = &s->fault[i];

        text_put(t, i ? ",\n  {" : "\n  {");
        key(t, "at", true);
        text_time(t, f->at, unit);
        key(t, "service", false);
        text_string(t, f->service);
        key(t, "kind", false);
        text_string(t, f->kind);
        if (f->guest)
            string_member(t, "guest", f->guest);
        if (f->process)
            string_member(t, "process", f->process);
        service_list(t, "lost", f->lost);
        service_list(t, "corrupted", f->corrupted);
        service_list(t, "reachable", f->reachable);
        service_list(t, "unharmed", ~(f->lost | f->corrupted | f->reachable));
        count_member(t, "processes_lost", f->processes_lost);
        count_member(t, "processes_corrupted", f->processes_corrupted);
        count_member(t, "processes_reachable", f->processes_reachable);
        count_member(t, "files_lost", f->files_lost);
        count_member(t, "files_corrupted", f->files_corrupted);
        count_member(t, "guests_lost", f->guests_lost);
        count_member(t, "bytes_changed", f->bytes);
        count_member(t, "frames_leaked", f->frames);
        time_member(t, "downtime", results_downtime(f, end), unit);
        time_member(t, "work_lost", f->work_lost, unit);
        text_put(t, "}");
    }
    text_put(t, "],\n");
}

void results_structure_part(struct text *t, const struct results *r)
{
    ways(t, r->structure, r->config);
    if (r->structure->nfaults)
        containment(t, r->structure, r->end, r->config->time_unit);
}
