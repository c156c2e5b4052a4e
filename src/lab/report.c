/* report.c - what `ossim run` prints: the chart, a line per task, the summary. */
#include <lab/report.h>
#include <lab/structure.h>
#include <stat/energy.h>
#include <stat/label.h>
#include <stat/names.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME = 2 * CONFIG_NAME, SHOWN_TASKS = 40, MAX_COLUMNS = 16, CELL = 24,
       NAME_SHOWN = 20 };

const char *short_time(ns_t t, ns_t unit, char *buf, size_t size)
{
    if (t == NS_MAX)
        snprintf(buf, size, "-");
    else if (strlen(time_text(t, unit, buf, size)) > 9 && t % unit)
        snprintf(buf, size, "%.3f", (double)t / (double)unit);
    return buf;
}

/* Three decimals at most, and none that are 0. */
static const char *short_number(double x, char *buf, size_t size)
{
    if (isnan(x)) {
        snprintf(buf, size, "-");
        return buf;
    }
    int n = snprintf(buf, size, "%.3f", x);

    while (n > 0 && buf[n - 1] == '0')
        buf[--n] = 0;
    if (n > 0 && buf[n - 1] == '.')
        buf[n - 1] = 0;
    return buf;
}

const char *time_with_unit(const struct config *c, ns_t t, char *buf, size_t size)
{
    char number[48];

    snprintf(buf, size, "%s %s", short_time(t, c->time_unit, number, sizeof number),
             c->unit_name);
    return buf;
}

const char *short_mean(double ns, ns_t unit, char *buf, size_t size)
{
    return short_number(ns / (double)unit, buf, size);
}

size_t text_columns(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* --- the table of tasks --- */

struct table {
    const struct report *r;
    unsigned ncolumns;
    const char *head[MAX_COLUMNS];
    const char *kind[MAX_COLUMNS];      /* which field; the head may differ */
    size_t width[MAX_COLUMNS];
};

static void add_column(struct table *t, const char *kind, const char *head)
{
    t->kind[t->ncolumns] = kind;
    t->head[t->ncolumns] = head;
    t->width[t->ncolumns] = strlen(head);
    t->ncolumns++;
}

bool any_program(const struct config *c)
{
    for (uint32_t i = 0; i < c->nprocesses; i++)
        if (c->processes[i].program)
            return true;
    return false;
}

/* A column that would be empty or all 0 is left out. */
static void choose_columns(struct table *t, const struct run_metrics *m)
{
    add_column(t, "name", "task");
    add_column(t, "arrival", "arrival");
    add_column(t, "start", "start");
    add_column(t, "finish", "finish");
    add_column(t, "turnaround", "turnaround");
    add_column(t, "first", "response");
    add_column(t, "waiting", "waiting");
    if (m->blocked.max)
        add_column(t, "blocked", "blocked");
    add_column(t, "cpu", "cpu");
    if (m->jobs) {
        add_column(t, "jobs", "jobs");
        add_column(t, "misses", "missed");
        add_column(t, "worst", "worst resp");
    }
    if (any_program(t->r->results->config))
        add_column(t, "exit", "exit");
}

static const char *exit_text(const struct task_metrics *m, char *buf)
{
    if (m->state != TASK_DEAD)
        snprintf(buf, CELL, "-");
    else if (m->exit_signal)
        snprintf(buf, CELL, "sig %d", m->exit_signal);
    else
        snprintf(buf, CELL, "%d", m->exit_status);
    return buf;
}

static const char *cell_text(const struct table *t, const struct task_metrics *m,
                             const char *kind, char *buf)
{
    ns_t unit = t->r->results->config->time_unit, v;

    if (!strcmp(kind, "arrival"))
        v = m->arrival;
    else if (!strcmp(kind, "start"))
        v = m->start;
    else if (!strcmp(kind, "finish") && m->state != TASK_DEAD)
        return m->state == TASK_UNBORN ? "to come" : metrics_state_name(m->state);
    else if (!strcmp(kind, "finish"))
        v = m->finish;
    else if (!strcmp(kind, "turnaround"))
        v = task_turnaround(m);
    else if (!strcmp(kind, "first"))
        v = task_first_response(m);
    else if (!strcmp(kind, "waiting"))
        v = m->waiting;
    else if (!strcmp(kind, "blocked"))
        v = m->blocked;
    else if (!strcmp(kind, "cpu"))
        v = m->cpu;
    else if (!strcmp(kind, "worst"))
        v = m->job.finished ? m->job.response_max : NS_MAX;
    else if (!strcmp(kind, "exit"))
        return exit_text(m, buf);
    else {
        uint64_t count = !strcmp(kind, "jobs") ? m->job.jobs : m->job.misses;

        snprintf(buf, CELL, m->has_jobs ? "%" PRIu64 : "-", count);
        return buf;
    }
    return short_time(v, unit, buf, CELL);
}

static const char *task_name(const struct table *t, const struct task_metrics *m,
                             char buf[NAME])
{
    const struct results *r = t->r->results;

    return r->name(r->ctx, m, buf, NAME);
}

static void put_name(const char *name, size_t width, FILE *out)
{
    char text[NAME];

    label_fit(name, NAME_SHOWN, "~", text, sizeof text);
    fputs(text, out);
    for (size_t n = text_columns(text); n < width; n++)
        fputc(' ', out);
}

static void measure_row(struct table *t, const struct task_metrics *m)
{
    char buf[NAME];
    size_t n = text_columns(task_name(t, m, buf));

    if (n > t->width[0])
        t->width[0] = n < NAME_SHOWN ? n : NAME_SHOWN;
    for (unsigned i = 1; i < t->ncolumns; i++) {
        n = strlen(cell_text(t, m, t->kind[i], buf));
        if (n > t->width[i])
            t->width[i] = n;
    }
}

static void print_row(const struct table *t, const struct task_metrics *m, FILE *out)
{
    char buf[NAME];

    fputc(' ', out);
    put_name(task_name(t, m, buf), t->width[0], out);
    for (unsigned i = 1; i < t->ncolumns; i++)
        fprintf(out, "  %*s", (int)t->width[i], cell_text(t, m, t->kind[i], buf));
    fputc('\n', out);
}

static void print_head(const struct table *t, FILE *out)
{
    if (t->r->colour)
        fputs("\033[1m", out);
    fprintf(out, " %-*s", (int)t->width[0], t->head[0]);
    for (unsigned i = 1; i < t->ncolumns; i++)
        fprintf(out, "  %*s", (int)t->width[i], t->head[i]);
    fputs(t->r->colour ? "\033[0m\n" : "\n", out);
}

static void print_means(struct table *t, const struct run_metrics *m, FILE *out)
{
    ns_t unit = t->r->results->config->time_unit;

    unsigned last = t->ncolumns;

    while (strcmp(t->kind[last - 1], "cpu"))    /* nothing to say of what follows */
        last--;
    fprintf(out, " %-*s", (int)t->width[0], "mean");
    for (unsigned i = 1; i < last; i++) {
        const char *kind = t->kind[i];
        const struct spread *s = !strcmp(kind, "turnaround") ? &m->turnaround
            : !strcmp(kind, "first") ? &m->first_response
            : !strcmp(kind, "waiting") ? &m->waiting
            : !strcmp(kind, "blocked") ? &m->blocked
            : !strcmp(kind, "cpu") ? &m->cpu : NULL;
        char buf[CELL] = "";

        if (s)
            short_mean(spread_mean(s), unit, buf, sizeof buf);
        fprintf(out, "  %*s", (int)t->width[i], buf);
    }
    fputc('\n', out);
}

static void print_tasks(const struct report *r, const struct run_metrics *m, FILE *out)
{
    struct table t = { .r = r };
    struct metrics *all = r->results->metrics;
    size_t n = metrics_ntasks(all), shown = n <= SHOWN_TASKS ? n : SHOWN_TASKS;
    struct task_metrics task;

    choose_columns(&t, m);
    for (size_t i = 0; i < shown; i++) {
        metrics_task(all, i, r->results->end, &task);
        measure_row(&t, &task);
    }
    print_head(&t, out);
    for (size_t i = 0; i < shown; i++) {
        metrics_task(all, i, r->results->end, &task);
        if (task.state != TASK_UNBORN || !task.forked)
            print_row(&t, &task, out);
    }
    if (n > shown)
        fprintf(out, " ... and %zu more (--csv or --json has all)\n", n - shown);
    if (n > 1)
        print_means(&t, m, out);
}

/* --- the summary --- */

static void spread_line(FILE *out, const char *name, const struct spread *s, ns_t unit)
{
    char b[6][CELL];

    if (!s->n || (!s->min && !s->max))
        return;
    fprintf(out, " %-14s %9s %9s %9s %9s %9s %9s\n", name,
            short_mean(spread_mean(s), unit, b[0], CELL),
            short_time(s->min, unit, b[1], CELL), short_time(s->p50, unit, b[2], CELL),
            short_time(s->p95, unit, b[3], CELL), short_time(s->p99, unit, b[4], CELL),
            short_time(s->max, unit, b[5], CELL));
}

static void ratios_line(FILE *out, const char *name, const struct ratios *s)
{
    char b[6][CELL];

    if (!s->n)
        return;
    fprintf(out, " %-14s %9s %9s %9s %9s %9s %9s\n", name,
            short_number(s->mean, b[0], CELL), short_number(s->min, b[1], CELL),
            short_number(s->p50, b[2], CELL), short_number(s->p95, b[3], CELL),
            short_number(s->p99, b[4], CELL), short_number(s->max, b[5], CELL));
}

static void print_spreads(const struct run_metrics *m, ns_t unit, FILE *out)
{
    fprintf(out, " %-14s %9s %9s %9s %9s %9s %9s\n", "", "mean", "min", "p50", "p95",
            "p99", "max");
    spread_line(out, "turnaround", &m->turnaround, unit);
    spread_line(out, "first response", &m->first_response, unit);
    spread_line(out, "waiting", &m->waiting, unit);
    spread_line(out, "blocked", &m->blocked, unit);
    ratios_line(out, "slowdown", &m->slowdown);
    spread_line(out, "job response", &m->response_time, unit);
    spread_line(out, "lateness", &m->lateness, unit);
    spread_line(out, "tardiness", &m->tardiness, unit);
}

/* Where it has power tables; each hart's if that is a line. */
static void print_energy(const struct report *r, FILE *out)
{
    enum { MOST = 8 };
    const struct results *s = r->results;
    const struct energy *e = metrics_energy(s->metrics);
    char a[CELL];

    if (!e)
        return;
    fprintf(out, " energy %s J", short_number(energy_joules(e, s->end), a, CELL));
    for (unsigned h = 0; h < s->config->ncpus && s->config->ncpus <= MOST; h++) {
        struct hart_energy one;

        energy_hart(e, h, s->end, &one);
        fprintf(out, "%s cpu %u %s", h ? "," : ":", h, short_number(one.joules, a, CELL));
    }
    fputc('\n', out);
}

static void print_counters(const struct report *r, const struct run_metrics *m, FILE *out)
{
    const struct config *c = r->results->config;
    char a[CELL], b[CELL];

    fprintf(out, " makespan %s %s, throughput %s tasks/s, fairness (Jain) %s\n",
            short_time(m->makespan, c->time_unit, a, sizeof a), c->unit_name,
            isnan(m->throughput) ? "-" : short_number(m->throughput, b, sizeof b),
            isnan(m->jain_fairness) ? "-"
                                    : short_number(m->jain_fairness, (char[CELL]){ 0 }, CELL));
    fprintf(out, " cpu: user %.1f%%, kernel %.1f%%, idle %.1f%%\n", 100 * m->cpu_user,
            100 * m->cpu_kernel, 100 * fabs(m->cpu_idle));
    fprintf(out, " context switches %" PRIu64 ", preemptions %" PRIu64
                 ", migrations %" PRIu64 "\n",
            m->context_switches, m->preemptions, m->migrations);
    print_energy(r, out);
    if (m->jobs)
        fprintf(out, " jobs %" PRIu64 ", deadlines missed %" PRIu64 " (%s)\n", m->jobs,
                m->deadline_misses, short_number(m->miss_ratio, a, sizeof a));
    if (m->jobs_skipped || m->jobs_aborted)
        fprintf(out, " jobs aborted %" PRIu64 ", skipped %" PRIu64 "\n", m->jobs_aborted,
                m->jobs_skipped);
    if (m->ipc_messages)
        fprintf(out, " messages %" PRIu64 "\n", m->ipc_messages);
    if (m->syscalls)
        fprintf(out, " system calls %" PRIu64 " (unknown %" PRIu64 "), signals %" PRIu64
                     ", forks %" PRIu64 ", page faults %" PRIu64 "\n",
                m->syscalls, m->enosys, m->signals, m->forks,
                m->page_faults_minor + m->page_faults_major);
}

/* Words, broken into lines of the report's width. */
static void print_wrapped(const char *text, unsigned column, unsigned width, FILE *out)
{
    while (*text) {
        size_t n = strcspn(text, " \n");
        unsigned columns = 0;

        for (size_t i = 0; i < n; i++)
            columns += ((unsigned char)text[i] & 0xc0) != 0x80;
        if (column && column + 1 + columns > width) {
            fputc('\n', out);
            column = 0;
        }
        if (column && n) {
            fputc(' ', out);
            column++;
        }
        fwrite(text, 1, n, out);
        column += columns;
        text += n + (text[n] != 0);
    }
    fputc('\n', out);
}

/* Is it to be loaded before it takes over? */
static bool is_module(const struct config *c, const struct policy_config *p)
{
    for (uint32_t i = 0; i < c->structure.nschedulers; i++)
        if (strcmp(c->structure.scheduler[i].name, p->ops->name) == 0)
            return true;
    return false;
}

/* The policies that took over, "then mlfq from 60 ms, fair from 120 ms". */
static void print_changes(const struct report *r, FILE *out)
{
    const struct config *c = r->results->config;
    bool any = false;
    char t[CELL];

    for (uint32_t i = 0; i < c->nevents; i++) {
        if (!c->events[i].policy || c->events[i].at > r->results->end)
            continue;
        fprintf(out, "%s%s %s %s %s", any ? ", " : "then ", c->events[i].policy->spec,
                is_module(c, c->events[i].policy) ? "wanted at" : "from",
                short_time(c->events[i].at, c->time_unit, t, sizeof t), c->unit_name);
        any = true;
    }
    fputs(any ? "\n\n" : "\n", out);
}

static void print_title(const struct report *r, FILE *out)
{
    const struct results *s = r->results;
    const struct config *c = s->config;
    char t[CELL];

    fprintf(out, "%s%s%s%s", r->colour ? "\033[1m" : "", c->name,
            r->colour ? "\033[0m" : "", c->about && *c->about ? ":" : "");
    print_wrapped(c->about ? c->about : "", (unsigned)text_columns(c->name) + 1, r->width,
                  out);
    fprintf(out, "%s on %u cpu%s%s, seed %" PRIu64 ", %s at %s %s\n", c->policy.spec,
            c->ncpus, c->ncpus == 1 ? "" : "s",
            c->ncpus == 1 ? "" : c->global_queue ? " (one queue)" : " (a queue each)",
            c->seed, s->ended, short_time(s->end, c->time_unit, t, sizeof t),
            c->unit_name);
    print_changes(r, out);
}

/* What its guests had of the machine; the rest is in the JSON. */
static void print_guests(const struct report *r, FILE *out)
{
    const struct results *s = r->results;
    ns_t unit = s->config->time_unit;
    char a[CELL], b[CELL], c[CELL], d[CELL];
    size_t width = 14;

    if (!s->nguests)
        return;
    for (unsigned i = 0; i < s->nguests; i++) {
        size_t n = text_columns(s->guests[i].name);

        width = n > NAME_SHOWN ? NAME_SHOWN : n > width ? n : width;
    }
    fprintf(out, " %-*s %5s %9s %9s %9s %9s %9s  %s\n", (int)width, "guest", "cpus", "received", "steal",
            "exits", "exit time", "tasks", "ended");
    for (unsigned i = 0; i < s->nguests; i++) {
        const struct results_guest *g = &s->guests[i];
        struct run_metrics m;
        uint64_t exits = 0;

        for (unsigned e = 0; e < sizeof g->exits / sizeof *g->exits; e++)
            exits += g->exits[e];
        if (!metrics_run(g->results->metrics, g->results->end, &m))
            continue;
        fputc(' ', out);
        put_name(g->name, width, out);
        fprintf(out, " %5u %9s %9s %9" PRIu64 " %9s %4" PRIu64 "/%-4" PRIu64
                "  %s at %s\n", g->vcpus,
                short_time(g->received, unit, a, CELL), short_time(g->steal, unit, b, CELL), exits,
                short_time(g->exit_time, unit, c, CELL), m.finished, m.tasks,
                g->results->ended, short_time(g->results->end, unit, d, CELL));
    }
    fputc('\n', out);
}

/* Did that cut leave writes half done on the medium? */
static bool tore(const struct diskbook *d, ns_t at)
{
    for (uint32_t i = 0; d && i < d->nfaults && i < DISKBOOK_FAULTS; i++)
        if (d->fault[i].kind == DISK_TORN && d->fault[i].at == at)
            return true;
    return false;
}

/* What the power took along, and how the machine came back. */
static void print_blackouts(const struct report *r, FILE *out)
{
    const struct results *s = r->results;
    ns_t unit = s->config->time_unit;
    char a[CELL], b[CELL];

    for (unsigned i = 0; i < s->nblackouts; i++) {
        const struct results_blackout *c = &s->blackouts[i];

        fprintf(out, " power cut at %s %s%s: %u process%s lost (%s %s of CPU time), changes to %u "
                     "file%s in %u block%s\n",
                short_time(c->at, unit, a, CELL), s->config->unit_name,
                tore(s->disk, c->at) ? ", writes under way torn" : "", c->processes_lost,
                c->processes_lost == 1 ? "" : "es", short_time(c->work_lost, unit, b, CELL),
                s->config->unit_name, c->files_lost, c->files_lost == 1 ? "" : "s",
                c->blocks_lost, c->blocks_lost == 1 ? "" : "s");
        if (c->broken)
            fprintf(out, "   its file system could not be mounted again\n");
        else if (c->up != NS_MAX)
            fprintf(out, "   up again at %s %s, %u block%s out of the journal\n",
                    short_time(c->up, unit, a, CELL), s->config->unit_name, c->replayed,
                    c->replayed == 1 ? "" : "s");
    }
    if (s->nblackouts)
        fputc('\n', out);
}

/* What the drive did wrong, and whether anybody was told. A cut of the power has been said. */
static void print_disk_faults(const struct report *r, FILE *out)
{
    const struct results *s = r->results;
    const struct diskbook *d = s->disk;
    bool any = false;
    char a[CELL];

    for (uint32_t i = 0; d && i < d->nfaults && i < DISKBOOK_FAULTS; i++) {
        const struct disk_failure *f = &d->fault[i];

        if (f->kind == DISK_POWER_CUT || f->kind == DISK_TORN)
            continue;
        any = true;
        fprintf(out, " disk fault at %s %s: %s", short_time(f->at, s->config->time_unit, a, CELL),
                s->config->unit_name, disk_fault_names[f->kind]);
        if (f->sector || f->kind == DISK_BAD_SECTOR)
            fprintf(out, ", sector %" PRIu64, f->sector);
        fputc('\n', out);
    }
    if (any)
        fprintf(out, "   %" PRIu64 " request%s answered with an error\n\n", d->refused,
                d->refused == 1 ? " was" : "s were");
}

static void print_audit(const struct report *r, FILE *out)
{
    if (r->audit && !r->broken)
        fprintf(out, " audit: all %d laws held\n", LAW_COUNT);
    else if (r->audit)
        fprintf(out, " audit: %u of %d laws broken\n", r->broken, LAW_COUNT);
}

void report_print(const struct report *r, FILE *out)
{
    const struct results *s = r->results;
    struct run_metrics m;

    if (!metrics_run(s->metrics, s->end, &m))
        return;
    print_title(r, out);
    chart_print(r, out);
    fputc('\n', out);
    print_tasks(r, &m, out);
    fputc('\n', out);
    print_guests(r, out);
    structure_print(s, out);
    print_blackouts(r, out);
    print_disk_faults(r, out);
    if (metrics_ntasks(s->metrics) > 1 || m.jobs > 1)
        print_spreads(&m, s->config->time_unit, out);
    print_counters(r, &m, out);
    print_audit(r, out);
    fprintf(out, " trace hash %016" PRIx64 "\n", s->trace_hash);
    verdict_print(r, r->colour ? "\033[1;31m !\033[0m " : " ! ", out);
}
