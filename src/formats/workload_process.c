/* workload_process.c - the list "processes". */
#include <formats/load.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const process_keys[] = {
    "name", "count", "arrival", "priority", "nice", "tickets", "affinity", "bursts",
    "cpu", "period", "deadline", "start_deadline", "jobs", "job", "on_miss", "program", "asm",
    "args", "stdin", "env", "sources", "cflags", "include", "abi", "uunifast", "power_cut", "sends",
    "receives", NULL
};
static const char *const job_ends[] = { "main", "yield", NULL };
static const char *const on_miss[] = { "continue", "abort", "skip", "fail", NULL };

enum { MAX_TICKETS = 1000000, MAX_PRIORITY = 1000000 };
#define MAX_JOBS INT64_C(1000000000000)

void load_affinity(struct loader *l, const cJSON *item, uint64_t *out)
{
    uint32_t limit = l->cpus_wrong || l->c->ncpus > 64 ? 64 : l->c->ncpus;

    if (!item || !load_list(l, item, 1, 64))
        return;
    if (l->c->global_queue)
        load_error_key(l, item, "affinity needs \"runqueues\": \"per-hart\" (one global "
                       "queue serves every cpu)");
    *out = 0;
    for (const cJSON *c = item->child; c; c = c->next) {
        uint32_t hart = 0;

        if (load_u32(l, c, 0, limit - 1, &hart))
            *out |= UINT64_C(1) << hart;
    }
}

static void load_arrival(struct loader *l, const cJSON *item, struct process_config *p)
{
    if (cJSON_IsArray(item))
        return;                         /* add_each has it */
    if (!cJSON_IsObject(item)) {
        load_time(l, item, 0, &p->arrival);
        return;
    }
    p->arrival_gaps = true;
    if (load_gap(l, item, &p->gap) &&
        time_times(dist_typical(&p->gap), p->count) > WORKLOAD_MAX_TIME)
        load_error(l, item, ERR_LIMIT, "%u arrivals take longer than 100 years", p->count);
}

static void load_attributes(struct loader *l, const cJSON *o, struct process_config *p)
{
    int64_t v = 0;

    load_u32(l, load_field(o, "count"), 1, CONFIG_TASKS_LIMIT, &p->count);
    load_arrival(l, load_field(o, "arrival"), p);
    load_int(l, load_field(o, "priority"), -MAX_PRIORITY, MAX_PRIORITY, &v);
    p->priority = (int32_t)v;
    v = 0;
    load_int(l, load_field(o, "nice"), -20, 19, &v);
    p->nice = (int32_t)v;
    load_u32(l, load_field(o, "tickets"), 1, MAX_TICKETS, &p->tickets);
    load_affinity(l, load_field(o, "affinity"), &p->affinity);
}

/* What a power cut does to it. */
static void load_at_cut(struct loader *l, const cJSON *o, struct process_config *p)
{
    static const char *const rules[] = { "goes-on", "ends", "restarts", NULL };
    const cJSON *item = load_field(o, "power_cut");
    bool program = load_field(o, "program") || load_field(o, "asm");
    unsigned rule = program ? CUT_ENDS : CUT_GOES_ON;

    if (!load_choice(l, item, rules, &rule))
        return;
    p->restarts = rule == 2;
    p->at_cut = rule == 0 ? CUT_GOES_ON : CUT_ENDS;
    if (rule == 0 && program)
        load_error(l, item, ERR_INPUT, "a program's memory goes with the power (expected \"ends\" "
                   "or \"restarts\")");
    if (p->restarts && (p->count > 1 || p->arrival_gaps || cJSON_IsArray(load_field(o, "arrival"))
                        || p->period || load_field(o, "uunifast")))
        load_error(l, item, ERR_INPUT, "what starts anew at a boot is one process, with one "
                   "arrival and no period");
}

/* The index of names knows only those that the workload gives. */
static bool is_taken(const struct loader *l, const char *name)
{
    for (uint32_t i = 0; i < l->nprocesses; i++)
        if (!strcmp(l->processes[i].name, name))
            return true;
    return false;
}

/* One more for each boot: NAME-2, NAME-3 ... */
void load_restarts(struct loader *l)
{
    uint32_t n = l->nprocesses;

    for (uint32_t i = 0; i < n; i++) {
        unsigned boots = 1;

        for (uint32_t e = 0; l->processes[i].restarts && e < l->c->nevents; e++) {
            const struct disk_fault *f = l->c->events[e].disk_fault;
            struct process_config p = l->processes[i];

            if (!f || !disk_fault_cuts(f) || l->c->events[e].at < p.arrival)
                continue;
            snprintf(p.name, sizeof p.name, "%.*s-%u", NUMBERED_NAME, l->processes[i].name,
                     ++boots);
            if (is_taken(l, p.name))
                load_error(l, l->process_items[i], ERR_INPUT, "after a boot it would be called "
                           "\"%s\", as another process is", p.name);
            p.arrival = time_sum(l->c->events[e].at, f->lasts ? f->lasts : 1);
            load_add_process(l, l->process_items[i], &p, 0);
        }
    }
}

/* period, deadline, start_deadline, jobs, on_miss. */
static void load_deadlines(struct loader *l, const cJSON *o, struct process_config *p)
{
    const cJSON *start = load_field(o, "start_deadline"), *jobs = load_field(o, "jobs");
    const cJSON *period = load_field(o, "period"), *miss = load_field(o, "on_miss");
    bool periodic = period || load_field(o, "uunifast");
    const cJSON *job = load_field(o, "job");
    unsigned rule = MISS_CONTINUE, ends = 0;
    int64_t n = 0;

    load_time(l, period, 1, &p->period);
    p->deadline = p->period;
    load_time(l, load_field(o, "deadline"), 1, &p->deadline);
    if (start) {
        load_time(l, start, 0, &p->start_deadline);
        if (p->start_deadline == 0)
            p->start_deadline = 1;      /* at once; 0 would mean none */
    }
    load_int(l, jobs, 1, MAX_JOBS, &n);
    p->jobs = (uint64_t)n;
    if (jobs && !periodic)
        load_error_key(l, jobs, "\"jobs\" needs \"period\"");
    load_choice(l, job, job_ends, &ends);
    p->job_yields = ends;
    if (job && !periodic)
        load_error_key(l, job, "\"job\" needs \"period\"");
    load_choice(l, miss, on_miss, &rule);
    p->on_miss = (enum on_miss)rule;
    if (miss && !periodic && !load_field(o, "deadline") && !start)
        load_error_key(l, miss, "\"on_miss\" needs \"period\" or \"deadline\"");
    if (!periodic || jobs || load_field(l->root, "stop") || l->v->endless)
        return;
    load_error(l, o, ERR_INPUT, "this would go on for ever: a periodic task needs "
               "\"jobs\", or the workload \"stop\": {\"at\": ...}");
}

/* The one key that says what the process does; NULL if it was not one. */
static const cJSON *load_kind(struct loader *l, const cJSON *o)
{
    static const char *const kinds[] = { "bursts", "cpu", "program", "asm", "uunifast" };
    static const char *const program_only[] = { "args", "stdin", "env", "job", "sources", "cflags",
                                                "include", "abi", "sends", "receives" };
    const cJSON *kind = NULL;
    bool program;

    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const cJSON *item = load_field(o, kinds[i]);

        if (item && kind) {
            load_error_key(l, item, "\"%s\" and \"%s\" exclude each other",
                           kind->string, item->string);
            return NULL;
        }
        kind = item ? item : kind;
    }
    if (!kind) {
        load_error(l, o, ERR_INPUT, "what the process does is missing (expected "
                   "\"bursts\", \"cpu\", \"program\", \"asm\" or \"uunifast\")");
        return NULL;
    }
    program = strcmp(kind->string, "program") == 0 || strcmp(kind->string, "asm") == 0;
    for (unsigned i = 0; i < sizeof program_only / sizeof *program_only && !program; i++)
        if (load_field(o, program_only[i]))
            load_error_key(l, load_field(o, program_only[i]),
                           "\"%s\" goes with \"program\" or \"asm\" only",
                           program_only[i]);
    return kind;
}

/* "arrival": [0, 5, 9]: a process for each time, called NAME-1, NAME-2, ... as the
 * tasks of a count are. */
static void add_each(struct loader *l, const cJSON *o, const struct process_config *p,
                     ns_t demand)
{
    const cJSON *list = load_field(o, "arrival");
    struct process_config each = *p;
    unsigned number = 0;

    if (!load_list(l, list, 1, MAX_PROCESSES))
        return;
    if (load_field(o, "count"))
        load_error_key(l, load_field(o, "count"), "a list of arrivals says the count");
    if (strlen(p->name) > NUMBERED_NAME) {
        load_error(l, load_field(o, "name"), ERR_LIMIT, "too long to be numbered (at most "
                   "%d bytes)", NUMBERED_NAME);
        return;
    }
    for (const cJSON *c = list->child; c; c = c->next) {
        snprintf(each.name, sizeof each.name, "%.*s-%u", NUMBERED_NAME, p->name,
                 ++number);
        load_time(l, c, 0, &each.arrival);
        load_add_process(l, o, &each, demand);
    }
}

static void load_process(struct loader *l, const cJSON *o, unsigned number)
{
    struct process_config p = { .count = 1, .tickets = 100, .affinity = UINT64_MAX };
    const cJSON *kind;
    ns_t demand = 0;

    if (!load_object(l, o, process_keys))
        return;
    snprintf(p.name, sizeof p.name, "P%u", number);
    load_name(l, load_field(o, "name"), p.name);
    load_attributes(l, o, &p);
    load_deadlines(l, o, &p);
    load_at_cut(l, o, &p);
    kind = load_kind(l, o);
    if (kind && strcmp(kind->string, "uunifast") == 0) {
        if (!load_field(o, "name"))
            memcpy(p.name, "T", 2);
        load_uunifast(l, o, &p);
        return;
    }
    if (kind && strcmp(kind->string, "bursts") == 0)
        load_steps(l, kind, &p, &demand);
    else if (kind && strcmp(kind->string, "cpu") == 0)
        load_cpu_only(l, kind, &p, &demand);
    else if (kind)
        load_program(l, o, &p);
    if (cJSON_IsArray(load_field(o, "arrival")))
        add_each(l, o, &p, demand);
    else
        load_add_process(l, o, &p, demand); /* a bad one too: others may name it */
}

/* --- names --- */

static int by_name(const void *a, const void *b, void *ctx)
{
    const struct loader *l = ctx;
    uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
    int order = strcmp(l->processes[i].name, l->processes[k].name);

    return order ? order : (i > k) - (i < k);
}

/* Random streams go by name, and so do people who read results: no two alike. */
static void index_names(struct loader *l)
{
    uint32_t *all = malloc((l->nprocesses + 1) * sizeof *all);

    if (!all)
        return;
    for (uint32_t i = 0; i < l->nprocesses; i++)
        all[i] = i;
    qsort_r(all, l->nprocesses, sizeof *all, by_name, l);
    l->by_name = all;
    l->nnamed = l->nprocesses;
    for (uint32_t i = 1; i < l->nprocesses; i++) {
        const char *name = l->processes[all[i]].name;
        const cJSON *o = l->process_items[all[i]];
        const cJSON *field = load_field(o, "name");

        if (strcmp(l->processes[all[i - 1]].name, name) == 0)
            load_error(l, field ? field : o, ERR_INPUT, "another process is called "
                       "\"%s\" too", name);
    }
}

uint32_t load_find_process(const struct loader *l, const char *name)
{
    uint32_t low = 0, high = l->by_name ? l->nnamed : 0;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int order = strcmp(name, l->processes[l->by_name[mid]].name);

        if (order == 0)
            return l->by_name[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return UINT32_MAX;
}

void load_processes(struct loader *l, const cJSON *list)
{
    unsigned number = 0;

    if (l->c->vm && (!list || (cJSON_IsArray(list) && !list->child)))
        return;                         /* guests are enough */
    if (!list) {
        load_error(l, l->root, ERR_INPUT, "\"processes\" is missing (expected a list of "
                   "processes)");
        return;
    }
    if (!load_list(l, list, 1, MAX_PROCESSES))
        return;
    for (const cJSON *o = list->child; o; o = o->next)
        load_process(l, o, ++number);
    if (!load_field(l->root, "stop") && l->total_demand > WORKLOAD_MAX_TIME &&
        l->nerrors == 0)
        load_error(l, list, ERR_LIMIT, "all tasks together take longer than 100 years, "
                   "and there is no \"stop\"");
    index_names(l);
}
