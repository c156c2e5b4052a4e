/* structure.c - see structure.h. */
#include <lab/structure.h>

#include <inttypes.h>
#include <lab/report.h>
#include <machine/peek.h>
#include <stat/names.h>
#include <string.h>

enum { SHOWN_FAULTS = 10 };

/* Are its times only as good as our defaults? */
static bool is_assumed(const struct structure_config *c, const struct peek_fault *f)
{
    unsigned bits = strcmp(f->kind, "hang") == 0 ? ASSUMED_RESTART | ASSUMED_HEARTBEAT
                                                 : ASSUMED_RESTART;

    return f->panic ? c->assumed & ASSUMED_REBOOT : f->repaired != NS_MAX && c->assumed & bits;
}

/* Those of its own kernel, then those of its guests'. */
static void fill_faults(struct machine *m, const char *guest, struct results_structure *out)
{
    const struct config *c = machine_config(m);
    struct peek_fault f;

    for (unsigned i = 0; out->nfaults < sizeof out->fault / sizeof out->fault[0] &&
                         peek_fault(m, i, &f); i++)
        out->fault[out->nfaults++] = (struct results_fault){
            .at = f.at, .down = f.down, .repaired = f.repaired, .panic = f.panic,
            .reboot = c->structure.reboot, .assumed = is_assumed(&c->structure, &f),
            .service = f.service, .kind = f.kind,
            .process = f.process == UINT32_MAX ? NULL : c->processes[f.process].name,
            .lost = f.lost, .corrupted = f.corrupted, .reachable = f.reachable,
            .processes_lost = f.processes_lost,
            .processes_corrupted = f.processes_corrupted,
            .processes_reachable = f.processes_reachable, .files_lost = f.files_lost,
            .files_corrupted = f.files_corrupted, .bytes = f.bytes, .frames = f.frames,
            .guests_lost = f.guests_lost, .guest = guest, .work_lost = f.work_lost,
        };
    for (unsigned i = 0; i < machine_nguests(m); i++)
        fill_faults(machine_guest(m, i), c->vm->guest[i].name, out);
}

static void fill_modules(const struct machine *m, struct results_structure *out)
{
    const unsigned room = sizeof out->module / sizeof out->module[0];
    struct peek_module p;

    for (unsigned i = 0; out->nmodules < room && peek_module(m, i, &p); i++)
        out->module[out->nmodules++] = (struct results_module){
            .name = p.name, .scheduler = p.scheduler, .loaded = p.loaded, .loads = p.loads,
            .unloads = p.unloads, .load_time = p.load_time,
        };
}

void structure_of(struct machine *m, struct results_structure *out)
{
    struct peek_crossing by[sizeof out->by / sizeof out->by[0]];
    struct peek_structure s;

    peek_structure(m, &s);
    *out = (struct results_structure){ .model = s.model, .messages = s.messages,
                                        .memory_bytes = s.memory_bytes };
    out->n = peek_crossings(m, by, sizeof by / sizeof by[0]);
    for (unsigned i = 0; i < out->n; i++)
        out->by[i] = (struct results_crossing){ by[i].from, by[i].to, by[i].mechanism,
                                                by[i].count, by[i].time };
    fill_modules(m, out);
    fill_faults(m, NULL, out);
}

/* --- the report --- */

/* "lost file, tty": the services of a set, or all of them; nothing of an empty one. */
static void print_set(const char *what, uint32_t set, FILE *out)
{
    const char *between = what;
    bool all = true;

    for (unsigned s = 1; strcmp(service_name(s), "?") != 0; s++)
        all = all && set >> s & 1;
    if (all)
        fprintf(out, "%s everything", what);
    for (unsigned s = 0; !all && strcmp(service_name(s), "?") != 0; s++)
        if (set >> s & 1) {
            fprintf(out, "%s %s", between, service_name(s));
            between = ",";
        }
}

static bool any_assumed(const struct results *r)
{
    for (unsigned i = 0; i < r->structure->nfaults; i++)
        if (r->structure->fault[i].assumed)
            return true;
    return false;
}

static void print_fault(const struct results *r, const struct results_fault *f, FILE *out)
{
    const struct config *c = r->config;
    char at[64], down[64], work[64];

    fprintf(out, " fault at %s: %s of %s", time_with_unit(c, f->at, at, sizeof at), f->kind,
            f->process ? f->process : f->service);
    if (f->guest)
        fprintf(out, " in %s", f->guest);
    print_set("; lost", f->lost, out);
    print_set("; wrong bytes in", f->corrupted, out);
    if (!f->panic)
        print_set("; could also touch", f->reachable & ~f->lost & ~f->corrupted, out);
    if (f->guests_lost)
        fprintf(out, "; %" PRIu64 " guest%s lost", f->guests_lost, f->guests_lost == 1 ? "" : "s");
    fprintf(out, "; %" PRIu64 " processes and %" PRIu64 " files lost; down %s%s, work lost %s\n",
            f->processes_lost, f->files_lost,
            time_with_unit(c, results_downtime(f, r->end), down, sizeof down),
            f->assumed ? "?" : "",
            time_with_unit(c, f->work_lost, work, sizeof work));
}

static bool is_plain(const struct config *c, const struct results_structure *s)
{
    return c->structure.model == MODEL_MONOLITHIC && !s->nfaults && !c->costs.crossing.call &&
           !c->vm;
}

/* Those that were loaded at all. */
static void print_modules(const struct results *r, FILE *out)
{
    const struct results_structure *s = r->structure;
    char time[64];
    bool any = false;

    for (unsigned i = 0; i < s->nmodules; i++) {
        const struct results_module *m = &s->module[i];

        if (!m->loads)
            continue;
        fprintf(out, "%s%s%s", any ? "; " : " modules: ", m->scheduler ? "scheduler " : "", m->name);
        if (m->loads > 1)
            fprintf(out, " %" PRIu64 " times", m->loads);
        fprintf(out, " in %s", time_with_unit(r->config, m->load_time, time, sizeof time));
        any = true;
    }
    if (any)
        fputc('\n', out);
}

void structure_print(const struct results *r, FILE *out)
{
    const struct results_structure *s = r->structure;
    const struct config *c = r->config;
    char costs[COSTS_TEXT], time[64];
    uint64_t n = 0;
    ns_t spent = 0;

    if (!s || is_plain(c, s))
        return;
    for (unsigned i = 0; i < s->n; i++) {
        n += s->by[i].count;
        spent += s->by[i].time;
    }
    fprintf(out, " structure %s", c->structure.name);
    if (strcmp(c->structure.name, s->model) != 0)
        fprintf(out, " (%s)", s->model);
    fprintf(out, ": %" PRIu64 " crossings, %s", n, time_with_unit(c, spent, time, sizeof time));
    if (s->messages)
        fprintf(out, ", %" PRIu64 " messages, %" PRIu64 " KiB of servers", s->messages,
                s->memory_bytes / 1024);
    if (*costs_text(c, costs))
        fprintf(out, "\n costs, in cycles if not said otherwise: %s", costs);
    fputc('\n', out);
    print_modules(r, out);
    for (unsigned i = 0; i < s->nfaults && i < SHOWN_FAULTS; i++)
        print_fault(r, &s->fault[i], out);
    if (s->nfaults > SHOWN_FAULTS)
        fprintf(out, " ... and %u more faults (--json has them)\n", s->nfaults - SHOWN_FAULTS);
    if (strchr(costs, '?') || any_assumed(r))
        fprintf(out, " (?: no source is named for it)\n");
    fputc('\n', out);
}
