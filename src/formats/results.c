/* results.c - a run as one JSON object (INTERFACES.md, "Results"). */
#include <formats/members.h>

#include <inttypes.h>
#include <math.h>
#include <stat/energy.h>
#include <stat/names.h>
#include <stdio.h>
#include <string.h>

const char *results_task_name(const struct config *c, uint32_t process, tid_t tid,
                              char *buf, size_t size)
{
    if (process >= c->nprocesses) {
        snprintf(buf, size, "task %u", tid);
        return buf;
    }
    const struct process_config *p = &c->processes[process];

    if (tid >= c->ntasks)
        snprintf(buf, size, "%s/%u", p->name, tid);
    else if (p->count > 1)
        snprintf(buf, size, "%s-%u", p->name, tid - p->first + 1);
    else
        snprintf(buf, size, "%s", p->name);
    return buf;
}

const char *results_name(const struct results *r, const struct task_metrics *t, char *buf,
                         size_t size)
{
    if (r->name)
        return r->name(r->ctx, t, buf, size);
    return results_task_name(r->config, metrics_process(r->config, t), t->tid, buf, size);
}

/* --- members of an object --- */

/* sum / (n * unit), rounded once. */
static double spread_mean_units(const struct spread *s, ns_t unit)
{
    return (double)((long double)s->sum / ((long double)s->n * (long double)unit));
}

static void spread_member(struct text *t, const char *name, const struct spread *s,
                          ns_t unit, bool jitter)
{
    key(t, name, false);
    if (!s->n) {
        text_put(t, "null");
        return;
    }
    text_put(t, "{");
    key(t, "mean", true);
    text_number(t, spread_mean_units(s, unit));
    time_member(t, "min", s->min, unit);
    time_member(t, "p50", s->p50, unit);
    time_member(t, "p95", s->p95, unit);
    time_member(t, "p99", s->p99, unit);
    time_member(t, "max", s->max, unit);
    if (jitter)
        time_member(t, "jitter", s->max - s->min, unit);
    text_put(t, "}");
}

static void ratios_member(struct text *t, const char *name, const struct ratios *s)
{
    key(t, name, false);
    if (!s->n) {
        text_put(t, "null");
        return;
    }
    text_put(t, "{");
    key(t, "mean", true);
    text_number(t, s->mean);
    number_member(t, "min", s->min);
    number_member(t, "p50", s->p50);
    number_member(t, "p95", s->p95);
    number_member(t, "p99", s->p99);
    number_member(t, "max", s->max);
    text_put(t, "}");
}

/* --- the summary --- */

static uint64_t exits_of(const struct results_guest *g)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < sizeof g->exits / sizeof *g->exits; i++)
        n += g->exits[i];
    return n;
}

static void summary(struct text *t, const struct results *r, const struct run_metrics *m)
{
    ns_t unit = r->config->time_unit;

    text_put(t, " \"summary\": {");
    key(t, "tasks", true);
    text_count(t, m->arrived);
    count_member(t, "finished", m->finished);
    spread_member(t, "turnaround", &m->turnaround, unit, false);
    spread_member(t, "first_response", &m->first_response, unit, false);
    spread_member(t, "waiting", &m->waiting, unit, false);
    spread_member(t, "blocked", &m->blocked, unit, false);
    spread_member(t, "cpu", &m->cpu, unit, false);
    ratios_member(t, "slowdown", &m->slowdown);
    time_member(t, "makespan", m->makespan, unit);
    number_member(t, "throughput", m->throughput);
    number_member(t, "cpu_user", m->cpu_user);
    number_member(t, "cpu_kernel", m->cpu_kernel);
    number_member(t, "cpu_idle", m->cpu_idle);
    number_member(t, "jain_fairness", m->jain_fairness);
    count_member(t, "context_switches", m->context_switches);
    count_member(t, "preemptions", m->preemptions);
    count_member(t, "migrations", m->migrations);
    count_member(t, "jobs", m->jobs);
    count_member(t, "deadline_misses", m->deadline_misses);
    number_member(t, "miss_ratio", m->miss_ratio);
    count_member(t, "jobs_skipped", m->jobs_skipped);
    spread_member(t, "response_time", &m->response_time, unit, true);
    spread_member(t, "lateness", &m->lateness, unit, false);
    spread_member(t, "tardiness", &m->tardiness, unit, false);
    key(t, "page_faults", false);
    text_put(t, "{");
    key(t, "minor", true);
    text_count(t, m->page_faults_minor);
    count_member(t, "major", m->page_faults_major);
    text_put(t, "}");
    count_member(t, "tlb_misses", r->tlb_misses);
    count_member(t, "swap_in", m->swap_in);
    count_member(t, "swap_out", m->swap_out);
    count_member(t, "evictions", m->evictions);
    count_member(t, "frames_free", r->frames_free);
    count_member(t, "oom_kills", m->oom_kills);
    count_member(t, "suspensions", m->suspensions);
    count_member(t, "shootdowns", m->shootdowns);
    count_member(t, "cow_copies", r->cow_copies);
    count_member(t, "disk_requests", m->disk_requests);
    count_member(t, "disk_seek_cylinders", m->disk_seek_cylinders);
    time_member(t, "disk_busy", m->disk_busy, unit);
    number_member(t, "write_amplification", m->write_amplification);
    count_member(t, "cache_hits", r->files ? r->files->hits : 0);
    count_member(t, "cache_misses", r->files ? r->files->misses : 0);
    results_crossings(t, r->structure, unit);
    uint64_t vm_exits = 0;
    for (unsigned i = 0; i < r->nguests; i++)
        vm_exits += exits_of(&r->guests[i]);
    count_member(t, "vm_exits", vm_exits);
    count_member(t, "faults", m->faults);
    number_member(t, "blast_radius", m->blast_radius);
    time_member(t, "downtime", m->downtime, unit);
    time_member(t, "work_lost", m->work_lost, unit);
    number_member(t, "energy_joules", m->energy_joules);
    count_member(t, "ipc_messages", m->ipc_messages);
    count_member(t, "deadlocked", m->deadlocks);
    count_member(t, "policy_faults", m->policy_faults);
    count_member(t, "syscalls", m->syscalls);
    count_member(t, "enosys", m->enosys);
    count_member(t, "signals", m->signals);
    count_member(t, "forks", m->forks);
    text_put(t, "},\n");
}

/* --- tasks --- */

static void blocked_by(struct text *t, const struct task_metrics *m, ns_t unit)
{
    bool first = true;

    key(t, "blocked_by", false);
    text_put(t, "{");
    for (unsigned c = 0; c < WAIT_CAUSES; c++) {
        if (!m->blocked_by[c])
            continue;
        key(t, wait_name(c), first);
        text_time(t, m->blocked_by[c], unit);
        first = false;
    }
    text_put(t, "}");
}

/* A mean that was found in ns. */
static double in_units(double ns, ns_t unit)
{
    return (double)((long double)ns / (long double)unit);
}

static void jobs(struct text *t, const struct job_metrics *j, ns_t unit)
{
    count_member(t, "jobs", j->jobs);
    count_member(t, "deadline_misses", j->misses);
    key(t, "response_time", false);
    if (!j->finished) {
        text_put(t, "null");
    } else {
        text_put(t, "{");
        key(t, "mean", true);
        text_number(t, in_units(j->response_mean, unit));
        time_member(t, "min", j->response_min, unit);
        time_member(t, "max", j->response_max, unit);
        time_member(t, "jitter", j->response_max - j->response_min, unit);
        text_put(t, "}");
    }
    key(t, "lateness", false);
    if (!j->with_deadline) {
        text_put(t, "null");
    } else {
        text_put(t, "{");
        key(t, "mean", true);
        text_number(t, in_units(j->lateness_mean, unit));
        time_member(t, "min", j->lateness_min, unit);
        time_member(t, "max", j->lateness_max, unit);
        text_put(t, "}");
    }
    number_member(t, "tardiness", j->with_deadline ? in_units(j->tardiness_mean, unit)
                                                   : NAN);
    if (j->skipped)
        count_member(t, "jobs_skipped", j->skipped);
}

static bool is_program(const struct results *r, const struct task_metrics *m)
{
    uint32_t p = metrics_process(r->config, m);

    return p < r->config->nprocesses && r->config->processes[p].program;
}

static void program(struct text *t, const struct results *r, const struct task_metrics *m)
{
    bool done = m->state == TASK_DEAD;

    key(t, "exit_code", false);
    if (done && !m->exit_signal)
        text_int(t, m->exit_status);
    else
        text_put(t, "null");
    key(t, "signal", false);
    if (done && m->exit_signal)
        text_int(t, m->exit_signal);
    else
        text_put(t, "null");
    if (r->instructions)
        count_member(t, "instructions", r->instructions(r->ctx, m));
}

static void hex_member(struct text *t, const char *name, uint32_t v, bool first)
{
    char buf[16];

    snprintf(buf, sizeof buf, "0x%08x", v);
    key(t, name, first);
    text_string(t, buf);
}

/* Why a program was killed, if an access to memory was the reason. */
static void fault(struct text *t, const struct results *r, const struct task_metrics *m)
{
    struct task_fault f;

    if (!r->fault || m->state != TASK_DEAD || !m->exit_signal || !r->fault(r->ctx, m, &f))
        return;
    key(t, "fault", false);
    text_put(t, "{");
    key(t, "access", true);
    text_string(t, f.access);
    hex_member(t, "address", f.address, false);
    hex_member(t, "pc", f.pc, false);
    if (f.step) {
        count_member(t, "step", f.step);
        count_member(t, "level", f.level);
        hex_member(t, "entry", f.entry, false);
    }
    key(t, "text", false);
    text_string(t, f.text);
    text_put(t, "}");
}

static void memory(struct text *t, const struct results *r, const struct task_metrics *m)
{
    struct task_memory mem;

    if (!r->memory || !r->memory(r->ctx, m, &mem))
        return;
    count_member(t, "resident", mem.resident);
    number_member(t, "working_set", mem.working_set);
    key(t, "page_faults", false);
    text_put(t, "{");
    key(t, "minor", true);
    text_count(t, mem.minor);
    count_member(t, "major", mem.major);
    text_put(t, "}");
    count_member(t, "swap_in", mem.swap_in);
    count_member(t, "swap_out", mem.swap_out);
}

static void task(struct text *t, const struct results *r, const struct task_metrics *m)
{
    ns_t unit = r->config->time_unit;
    char name[2 * CONFIG_NAME];

    text_put(t, "  {");
    key(t, "id", true);
    text_count(t, m->tid);
    key(t, "name", false);
    text_string(t, results_name(r, m, name, sizeof name));
    time_member(t, "arrival", m->arrival, unit);
    time_member(t, "start", m->start, unit);
    time_member(t, "finish", m->finish, unit);
    time_member(t, "turnaround", task_turnaround(m), unit);
    time_member(t, "first_response", task_first_response(m), unit);
    time_member(t, "waiting", m->waiting, unit);
    time_member(t, "blocked", m->blocked, unit);
    blocked_by(t, m, unit);
    time_member(t, "cpu", m->cpu, unit);
    number_member(t, "slowdown", m->slowdown);
    if (m->has_jobs)
        jobs(t, &m->job, unit);
    if (is_program(r, m))
        program(t, r, m);
    else if (m->state == TASK_DEAD && m->exit_signal)
        count_member(t, "signal", (uint64_t)m->exit_signal);
    if (is_program(r, m))
        fault(t, r, m);
    memory(t, r, m);
    if (r->config->power)
        number_member(t, "energy_joules", m->joules);
    if (m->state != TASK_DEAD) {
        key(t, "state", false);
        text_string(t, metrics_state_name(m->state));
    }
    if (m->state == TASK_SLEEPING) {
        key(t, "waits_for", false);
        text_string(t, wait_name(m->cause));
    }
    text_put(t, "}");
}

static void tasks(struct text *t, const struct results *r)
{
    const char *between = "\n";

    text_put(t, " \"tasks\": [");
    for (size_t i = 0; i < metrics_ntasks(r->metrics) && !t->failed; i++) {
        struct task_metrics m;

        metrics_task(r->metrics, i, r->end, &m);
        if (m.state == TASK_UNBORN && m.forked)
            continue;                   /* a slot that was passed over */
        text_put(t, between);
        task(t, r, &m);
        between = ",\n";
    }
    text_put(t, "],\n");
}

/* --- the chart --- */

/* Slots of forked tasks have had several owners; the last one is named. */
static void piece(struct text *t, const struct results *r, const struct gantt_piece *p)
{
    ns_t unit = r->config->time_unit;
    char name[2 * CONFIG_NAME];
    struct task_metrics m = { .tid = p->tid, .forked = p->tid >= r->config->ntasks };
    size_t i = metrics_entry(r->metrics, p->tid);

    if (i < metrics_ntasks(r->metrics))
        metrics_task(r->metrics, i, r->end, &m);
    text_put(t, "  {");
    key(t, "cpu", true);
    text_count(t, p->hart);
    key(t, "task", false);
    text_string(t, results_name(r, &m, name, sizeof name));
    time_member(t, "from", p->from, unit);
    time_member(t, "to", p->open ? r->end : p->to, unit);
    text_put(t, "}");
}

static void chart(struct text *t, const struct results *r)
{
    size_t n = 0;
    const char *between = "\n";
    const struct gantt_piece *p = r->gantt ? gantt_pieces(r->gantt, &n) : NULL;

    text_put(t, " \"gantt\": [");
    for (size_t i = 0; i < n && !t->failed; i++) {
        if ((p[i].open ? r->end : p[i].to) == p[i].from)
            continue;           /* it came to ask for a lock, say, and held no hart */
        text_put(t, between);
        piece(t, r, &p[i]);
        between = ",\n";
    }
    text_put(t, "]");
    if (r->gantt && gantt_lost(r->gantt))
        count_member(t, "gantt_lost", gantt_lost(r->gantt));
}

/* --- power --- */

static void opps(struct text *t, const struct cpu_config *c, const struct hart_energy *e,
                 ns_t unit)
{
    key(t, "opps", false);
    text_put(t, "[");
    for (uint32_t i = 0; i < c->nopps; i++) {
        text_put(t, i ? ", {" : "{");
        key(t, "mhz", true);
        text_count(t, c->opps[i].mhz);
        time_member(t, "time", e->at_opp[i], unit);
        text_put(t, "}");
    }
    text_put(t, "]");
}

static void idle_states(struct text *t, const struct cpu_config *c,
                        const struct hart_energy *e, ns_t unit)
{
    key(t, "idle", false);
    text_put(t, "[");
    for (uint32_t i = 0; i < c->nidle; i++) {
        text_put(t, i ? ", {" : "{");
        key(t, "name", true);
        text_string(t, c->idle[i].name);
        time_member(t, "time", e->in_state[i], unit);
        count_member(t, "entries", e->entries[i]);
        text_put(t, "}");
    }
    text_put(t, "]");
}

static void power(struct text *t, const struct results *r)
{
    const struct energy *energy = metrics_energy(r->metrics);

    text_put(t, " \"cpus\": [");
    for (unsigned h = 0; energy && h < r->config->ncpus; h++) {
        const struct cpu_config *c = &r->config->cpus[h];
        struct hart_energy e;

        energy_hart(energy, h, r->end, &e);
        text_put(t, h ? ",\n  {" : "\n  {");
        key(t, "cpu", true);
        text_count(t, h);
        key(t, "kind", false);
        text_string(t, c->kind);
        number_member(t, "energy_joules", e.joules);
        count_member(t, "frequency_changes", e.changes);
        opps(t, c, &e, r->config->time_unit);
        idle_states(t, c, &e, r->config->time_unit);
        text_put(t, "}");
    }
    text_put(t, "],\n");
}

static void file_system(struct text *t, const struct results_files *f)
{
    text_put(t, " \"file_system\": {");
    key(t, "blocks_read", true);
    text_count(t, f->reads);
    count_member(t, "blocks_written", f->writes);
    count_member(t, "read_ahead", f->read_ahead);
    count_member(t, "read_ahead_used", f->read_ahead_used);
    count_member(t, "journal_commits", f->commits);
    count_member(t, "journal_checkpoints", f->checkpoints);
    count_member(t, "journal_blocks", f->log_blocks);
    count_member(t, "replayed", f->replayed);
    count_member(t, "failed_steps", f->failed_steps);
    text_put(t, "},\n");
}

/* --- the whole --- */

static bool whole(struct text *t, const struct results *r, const struct results_guest *as);

static void guests(struct text *t, const struct results *r)
{
    text_put(t, ",\n \"guests\": [");
    for (unsigned i = 0; i < r->nguests && !t->failed; i++) {
        text_put(t, i ? ",\n" : "\n");
        t->failed |= !whole(t, r->guests[i].results, &r->guests[i]);
    }
    text_put(t, "]");
}

/* What only a guest has. */
static void as_guest(struct text *t, const struct results_guest *g, ns_t unit)
{
    bool first = true;

    key(t, "guest", false);
    text_string(t, g->name);
    count_member(t, "vcpus", g->vcpus);
    count_member(t, "speed_parts", config_parts(g->results->config));
    count_member(t, "memory_frames", g->frames);
    count_member(t, "balloon", g->balloon);
    time_member(t, "steal", g->steal, unit);
    time_member(t, "received", g->received, unit);
    count_member(t, "exits", exits_of(g));
    time_member(t, "exit_time", g->exit_time, unit);
    key(t, "exits_by", false);
    text_put(t, "{");
    for (unsigned i = 0; i < sizeof g->exits / sizeof *g->exits; i++) {
        if (!g->exits[i])
            continue;
        key(t, exit_name(i), first);
        text_count(t, g->exits[i]);
        first = false;
    }
    text_put(t, "}");
}

static bool whole(struct text *t, const struct results *r, const struct results_guest *as)
{
    const struct config *c = r->config;
    struct run_metrics m;
    char hash[20];

    if (!metrics_run(r->metrics, r->end, &m))
        return false;
    snprintf(hash, sizeof hash, "%016" PRIx64, r->trace_hash);
    text_put(t, "{\"ossim\": 1");
    key(t, "workload", false);
    text_string(t, c->name);
    if (as)
        as_guest(t, as, c->time_unit);
    key(t, "scheduler", false);
    text_string(t, c->policy.spec);
    count_member(t, "seed", c->seed);
    key(t, "time_unit", false);
    text_string(t, c->unit_name);
    text_put(t, ",\n");
    text_put(t, " \"trace_hash\": ");
    text_string(t, hash);
    time_member(t, "end_time", r->end, c->time_unit);
    key(t, "ended", false);
    text_string(t, r->ended ? r->ended : "");
    text_put(t, ",\n");
    summary(t, r, &m);
    if (r->structure)
        results_structure_part(t, r);
    if (r->files)
        file_system(t, r->files);
    results_blackouts(t, r);
    results_disk(t, r);
    results_races(t, r);
    results_memory(t, r);
    results_over_time(t, r);
    tasks(t, r);
    if (c->power)
        power(t, r);
    chart(t, r);
    if (r->nguests)
        guests(t, r);
    text_put(t, "}");
    return true;
}

bool results_json(const struct results *r, struct text_out *out)
{
    struct text t;

    text_init(&t, out);
    if (!whole(&t, r, NULL))
        return false;
    text_put(&t, "\n");
    return text_end(&t);
}
