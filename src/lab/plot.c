/* plot.c - the data behind the figures. See plot.h; the scripts are in plots/. */
#include <lab/plot.h>

#include <host/gnuplot.h>
#include <lab/plot_file.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <stat/label.h>
#include <stat/strip.h>
#include <string.h>

enum {
    CHART_ROWS = 32, CHART_PIECES = 400, CHART_TASKS = 24, TASK_ROWS = 40, LABEL = 20,
    COMPARE_CHART_TASKS = 60, WORDS = 8192, PANELS = 6, CURVE_MARKS = 12,
};

/* The first error is the one that is told; what can be drawn is drawn all the same. */
static void keep_first(enum err *err, struct diag *diag, enum err e, const struct diag *d)
{
    if (e && !*err) {
        *err = e;
        *diag = *d;
    }
}

/* --- who ran when --- */

static const char *task_name(const struct config *c, tid_t tid, char *buf, size_t size)
{
    for (uint32_t p = 0; p < c->nprocesses; p++) {
        const struct process_config *pc = &c->processes[p];
        if (tid >= pc->first && tid - pc->first < pc->count)
            return results_task_name(c, p, tid, buf, size);
    }
    snprintf(buf, size, "task %u", tid);        /* a forked one */
    return buf;
}

/* Where the time axis ends: no run has more pieces before it than one can see. */
static ns_t axis_end(const struct plot_run *runs, size_t nruns, ns_t *last)
{
    ns_t end = 0, cut = NS_MAX;

    for (size_t r = 0; r < nruns; r++) {
        for (size_t i = 0; i < runs[r].npieces; i++)
            if (runs[r].pieces[i].to > end)
                end = runs[r].pieces[i].to;
        if (runs[r].npieces > CHART_PIECES && runs[r].pieces[CHART_PIECES].from < cut)
            cut = runs[r].pieces[CHART_PIECES].from;
    }
    *last = end;
    return cut < end ? cut : end;
}

/* Style of a mark, where a piece has its task's number. */
enum { MISSED = -1, SYMBOLS = 256 };

static void put_piece(struct plot_file *f, const struct config *c, const char *symbols,
                      const char *label, unsigned row, const struct gantt_piece *g, ns_t end)
{
    char name[96], from[48], to[48];
    tid_t task = g->tid % (c->ntasks > CHART_TASKS ? CHART_TASKS : c->ntasks ? c->ntasks : 1);

    plot_put(f, "%u,", row);
    plot_field(f, label);
    plot_put(f, ",%u,%s,%s,", g->hart, time_text(g->from, c->time_unit, from, sizeof from),
             time_text(g->to < end ? g->to : end, c->time_unit, to, sizeof to));
    plot_field(f, task_name(c, g->tid, name, sizeof name));
    plot_put(f, ",%u,%c\n", task,
             g->tid < SYMBOLS && symbols[g->tid] ? symbols[g->tid] : strip_symbol(g->tid));
}

/* Of one run, the tasks' own rows below those of the CPUs: stripes of many colours tell
 * nobody apart. */
static unsigned task_rows(const struct config *c, size_t nruns)
{
    return nruns == 1 && c->ntasks > 1 && c->ntasks <= TASK_ROWS ? c->ntasks : 0;
}

/* A task's row is labelled with no more than the figure has room for. */
static const char *task_label(const struct config *c, tid_t tid, char *buf, size_t size)
{
    char name[96];

    return label_fit(task_name(c, tid, name, sizeof name), LABEL, "\u2026", buf, size);
}

/* Above the task's row if it has one, else above the first of the run. */
static void put_misses(struct plot_file *f, const struct config *c, const struct plot_run *run,
                       const char *label, unsigned row, unsigned first, unsigned rows,
                       ns_t end)
{
    char name[96], at[48];

    for (size_t i = 0; i < run->nmarks; i++) {
        const struct gantt_mark *m = &run->marks[i];

        if (m->kind != EV_JOB_MISS || m->at > end)
            continue;
        time_text(m->at, c->time_unit, at, sizeof at);
        task_label(c, m->tid, name, sizeof name);
        plot_put(f, "%u,", m->tid < rows ? first + m->tid : row);
        plot_field(f, m->tid < rows ? name : label);
        plot_put(f, ",0,%s,%s,", at, at);
        plot_field(f, task_name(c, m->tid, name, sizeof name));
        plot_put(f, ",%d,\n", MISSED);
    }
}

static void row_label(char *buf, size_t size, const struct plot_run *run, size_t nruns,
                      unsigned hart, unsigned harts)
{
    if (nruns == 1)
        snprintf(buf, size, "CPU %u", hart);
    else if (harts == 1)
        snprintf(buf, size, "%.120s", run->label);
    else
        snprintf(buf, size, "%.120s  CPU %u", run->label, hart);
}

static void put_tasks(struct plot_file *f, const struct config *c, const char *symbols,
                      const struct plot_run *run, unsigned first, ns_t end)
{
    char label[96];

    for (size_t i = 0; i < run->npieces; i++) {
        const struct gantt_piece *g = &run->pieces[i];

        if (g->from < end && g->tid < task_rows(c, 1))
            put_piece(f, c, symbols, task_label(c, g->tid, label, sizeof label),
                      first + g->tid, g, end);
    }
}

static void put_chart(struct plot_file *f, const struct config *c,
                      const struct plot_run *runs, size_t nruns, unsigned harts, ns_t end)
{
    char label[160], symbols[SYMBOLS];

    strip_symbols(c, symbols, sizeof symbols);
    plot_put(f, "row,label,cpu,from,to,task,style,symbol\n");
    for (size_t r = 0; r < nruns; r++)
        for (size_t i = 0; i < runs[r].npieces; i++) {
            const struct gantt_piece *g = &runs[r].pieces[i];
            if (g->hart >= harts || g->from >= end)
                continue;
            row_label(label, sizeof label, &runs[r], nruns, g->hart, harts);
            put_piece(f, c, symbols, label, (unsigned)r * harts + g->hart, g, end);
        }
    for (size_t r = 0; r < nruns; r++) {
        row_label(label, sizeof label, &runs[r], nruns, 0, harts);
        put_misses(f, c, &runs[r], label, (unsigned)r * harts, harts,
                   task_rows(c, nruns), end);
    }
    if (task_rows(c, nruns))
        put_tasks(f, c, symbols, runs, harts, end);
}

/* Did anybody hold a CPU for any time? */
static bool any_work(const struct plot_run *runs, size_t nruns)
{
    for (size_t r = 0; r < nruns; r++)
        for (size_t i = 0; i < runs[r].npieces; i++)
            if (runs[r].pieces[i].to > runs[r].pieces[i].from)
                return true;
    return false;
}

enum err plot_gantt(const char *dir, const char *name, const struct config *c,
                    const struct plot_run *runs, size_t nruns, struct diag *diag)
{
    unsigned harts = c->ncpus < CHART_ROWS ? c->ncpus : CHART_ROWS;
    size_t shown = nruns * harts <= CHART_ROWS ? nruns : CHART_ROWS / harts;
    char names[WORDS] = "", title[256], note[128] = "", rows[24], cpus[24], buf[96], t[2][48];
    ns_t last, end = axis_end(runs, shown, &last);
    struct plot_file f;

    if (!any_work(runs, shown))
        return ERR_OK;
    enum err err = plot_open(&f, dir, name, "gantt", diag);
    if (err)
        return err;
    put_chart(&f, c, runs, shown, harts, end);
    err = plot_close(&f, diag);
    if (err)
        return err;
    for (tid_t tid = 0; tid < c->ntasks && tid < CHART_TASKS; tid++)
        plot_word(names, sizeof names, task_name(c, tid, buf, sizeof buf));
    snprintf(title, sizeof title, "%s: who runs when%s%.120s", c->name,
             nruns == 1 ? ", " : "", nruns == 1 ? runs[0].label : "");
    bool rows_left = shown < nruns || harts < c->ncpus;
    if (end < last)
        snprintf(note, sizeof note, "the first %s of %s %s%s",
                 time_text(end, c->time_unit, t[0], sizeof t[0]),
                 time_text(last, c->time_unit, t[1], sizeof t[1]), c->unit_name,
                 rows_left ? "; not all rows fit" : "");
    else if (rows_left)
        snprintf(note, sizeof note, "not all rows fit");
    snprintf(rows, sizeof rows, "%zu", shown * harts + task_rows(c, shown));
    snprintf(cpus, sizeof cpus, "%zu", shown * harts);
    const char *args[] = { f.csv, f.base, title, c->unit_name, rows, names, note,
                           c->ntasks <= CHART_TASKS && !task_rows(c, shown) ? "key" : "", cpus,
                           NULL };
    return gnuplot_run("gantt", args, diag);
}

/* The first seed's runs of a workload, below each other. */
static enum err draw_runs(const struct compare *c, size_t w, const char *dir,
                          const char *name, struct diag *diag)
{
    const struct compare_plan *p = compare_plan(c);
    struct plot_run *runs = calloc(p->npolicies, sizeof *runs);
    struct gantt **charts = calloc(p->npolicies, sizeof *charts);
    const struct config *config = NULL;
    enum err err = ERR_OK;
    size_t n = 0;

    for (size_t k = 0; runs && charts && k < p->npolicies; k++) {
        const char *why;
        const struct cell *cell = compare_cell(c, w, k, 0, &why);
        if (!cell || cell->state != CELL_GOOD)
            continue;
        config = p->config(p->ctx, w, k, p->seed_first);
        charts[n] = config ? cell_gantt(config) : NULL;
        if (!charts[n])
            continue;
        runs[n].label = p->policies[k];
        runs[n].pieces = gantt_pieces(charts[n], &runs[n].npieces);
        runs[n].marks = gantt_marks(charts[n], &runs[n].nmarks);
        n++;
    }
    if (n > 0 && config)                /* names are the same under every policy */
        err = plot_gantt(dir, name, config, runs, n, diag);
    for (size_t k = 0; k < n; k++)
        gantt_destroy(charts[k]);
    free(charts);
    free(runs);
    return err;
}

/* --- means with their intervals --- */

/* What the panels show: the first six of these that were measured. */
static const char *const panel_metrics[] = {
    "miss_ratio", "response_time", "response_time_p99", "turnaround", "first_response",
    "waiting", "slowdown", "jain_fairness", "context_switches", "throughput", "makespan",
    "migrations",
};

static bool measured(const struct compare *c, size_t w, unsigned m)
{
    if (!metric_at(m))
        return false;
    for (size_t k = 0; k < compare_plan(c)->npolicies; k++) {
        struct compare_number x = compare_number(c, w, k, m);
        if (x.value.n > 0 && x.value.mean != 0)
            return true;
    }
    return false;
}

static void put_bar(struct plot_file *f, const struct compare *c, size_t w, size_t k,
                    unsigned panel, unsigned m)
{
    struct compare_number x = compare_number(c, w, k, m);
    double scale = metric_at(m)->unit == METRIC_TIME
        ? 1.0 / (double)compare_plan(c)->workloads[w].unit : 1.0;
    bool interval = !x.alike && x.value.n > 1;

    if (x.value.n == 0)
        return;
    plot_put(f, "%u,%s,%zu,", panel, metric_at(m)->name, k);
    plot_field(f, compare_plan(c)->policies[k]);
    plot_put(f, ",%.9g,%.9g,%.9g,%d\n", x.value.mean * scale,
             (interval ? x.value.low : x.value.mean) * scale,
             (interval ? x.value.high : x.value.mean) * scale, x.best);
}

static void subtitle(const struct compare *c, size_t w, char *buf, size_t size)
{
    const struct compare_plan *p = compare_plan(c);
    size_t alike = 0;

    for (size_t k = 0; k < p->npolicies; k++)
        alike += compare_alike(c, w, k);
    if (p->nseeds == 1)
        snprintf(buf, size, "one run, seed %llu", (unsigned long long)p->seed_first);
    else if (alike == p->npolicies)
        snprintf(buf, size, "exact: all %zu seeds give the same run", p->nseeds);
    else
        snprintf(buf, size, "mean of %zu seeds, 95%% confidence intervals", p->nseeds);
}

static enum err draw_bars(const struct compare *c, size_t w, const char *dir,
                          const char *name, struct diag *diag)
{
    const struct compare_workload *load = &compare_plan(c)->workloads[w];
    char titles[1024] = "", policies[WORDS] = "", title[256], sub[96], word[96], spoken[32];
    struct plot_file f;
    unsigned panels = 0;
    enum err err = plot_open(&f, dir, name, "bars", diag);

    if (err)
        return err;
    plot_put(&f, "panel,metric,policy,label,mean,low,high,best\n");
    for (size_t i = 0; i < sizeof panel_metrics / sizeof *panel_metrics; i++) {
        unsigned m = metric_index(metric_find(panel_metrics[i]));
        if (panels == PANELS || !measured(c, w, m))
            continue;
        for (size_t k = 0; k < compare_plan(c)->npolicies; k++)
            put_bar(&f, c, w, k, panels, m);
        const struct metric *metric = metric_at(m);
        for (size_t l = 0; l <= strlen(metric->name) && l < sizeof spoken; l++)
            spoken[l] = metric->name[l] == '_' ? ' ' : metric->name[l];
        snprintf(word, sizeof word, "%.31s%s%s%s%s", spoken,
                 metric->unit == METRIC_TIME ? " [" : "",
                 metric->unit == METRIC_TIME ? load->unit_name : "",
                 metric->unit == METRIC_TIME ? "]" : metric->unit == METRIC_RATE ? " [1/s]" : "",
                 metric->better < 0 ? ", less is better"
                                    : metric->better > 0 ? ", more is better" : "");
        plot_word(titles, sizeof titles, word);
        panels++;
    }
    err = plot_close(&f, diag);
    if (err || panels == 0)
        return err;
    for (size_t k = 0; k < compare_plan(c)->npolicies; k++)
        plot_word(policies, sizeof policies, compare_plan(c)->policies[k]);
    subtitle(c, w, sub, sizeof sub);
    snprintf(title, sizeof title, "%.120s: %s", load->name, sub);
    const char *args[] = { f.csv, f.base, title, titles, policies, NULL };
    return gnuplot_run("bars", args, diag);
}

/* --- distributions over tasks --- */

static int compare_values(const void *a, const void *b)
{
    ns_t x = *(const ns_t *)a, y = *(const ns_t *)b;

    return (x > y) - (x < y);
}

/* All seeds' samples of one policy, sorted; each seed has as many tasks as the others,
 * so that none weighs more. The caller frees. */
static ns_t *pool(const struct compare *c, size_t w, size_t k, bool waiting, size_t *n)
{
    const struct compare_plan *p = compare_plan(c);
    ns_t *values = malloc((p->nseeds * CELL_QUANTILES) * sizeof *values);

    *n = 0;
    for (size_t s = 0; values && s < p->nseeds; s++) {
        const char *why;
        const struct cell *cell = compare_cell(c, w, k, s, &why);
        if (!cell || cell->state != CELL_GOOD)
            continue;
        const struct cell_sample *sample = waiting ? &cell->waiting : &cell->first_response;
        memcpy(values + *n, sample->value, sample->n * sizeof *values);
        *n += sample->n;
    }
    if (values)
        qsort(values, *n, sizeof *values, compare_values);
    return values;
}

/* One point of the curve; a mark now and then tells the curves apart. */
static void put_step(struct plot_file *f, size_t k, const char *label, ns_t value,
                     ns_t unit, double percent, bool mark)
{
    char text[48];

    plot_put(f, "%zu,", k);
    plot_field(f, label);
    plot_put(f, ",%s,%.6g,%d\n", time_text(value, unit, text, sizeof text), percent, mark);
}

/* A step at each value that occurs; of many samples 400 or so. */
static void put_steps(struct plot_file *f, const struct compare *c, size_t w, size_t k,
                      bool waiting)
{
    const ns_t unit = compare_plan(c)->workloads[w].unit;
    const char *label = compare_plan(c)->policies[k];
    size_t n, marks = 0;
    ns_t *values = pool(c, w, k, waiting, &n);

    for (size_t i = 0; values && i < n; i++) {
        bool jump = i + 1 == n || values[i + 1] != values[i];
        if (i == 0)
            put_step(f, k, label, values[0], unit, 0, false);
        if (!jump || (n > 800 && i + 1 < n && i * 400 / n == (i + 1) * 400 / n))
            continue;
        double share = (double)(i + 1) / (double)n;
        bool mark = share * CURVE_MARKS >= (double)marks;
        while (share * CURVE_MARKS >= (double)marks)
            marks++;
        put_step(f, k, label, values[i], unit, 100 * share, mark);
    }
    free(values);
}

static enum err draw_distribution(const struct compare *c, size_t w, const char *dir,
                                  const char *name, bool waiting, struct diag *diag)
{
    const struct compare_plan *p = compare_plan(c);
    const struct compare_workload *load = &p->workloads[w];
    char policies[WORDS] = "", title[256], axis[64];
    struct plot_file f;
    enum err err = plot_open(&f, dir, name, waiting ? "waiting" : "first-response", diag);

    if (err)
        return err;
    plot_put(&f, "policy,label,value,percent,mark\n");
    for (size_t k = 0; k < p->npolicies; k++) {
        put_steps(&f, c, w, k, waiting);
        plot_word(policies, sizeof policies, p->policies[k]);
    }
    err = plot_close(&f, diag);
    if (err)
        return err;
    snprintf(title, sizeof title, "%.120s: %s of each task, %zu seed%s", load->name,
             waiting ? "waiting time" : "first response", p->nseeds,
             p->nseeds == 1 ? "" : "s");
    snprintf(axis, sizeof axis, "%s [%s]", waiting ? "waiting time" : "first response",
             load->unit_name);
    const char *args[] = { f.csv, f.base, title, axis, policies, NULL };
    return gnuplot_run("cdf", args, diag);
}

/* --- */

/* Two workloads may have one name; their files may not. */
static void file_name(const struct compare_plan *p, size_t w, char *buf, size_t size)
{
    char other[96];
    unsigned before = 0;

    plot_name(p->workloads[w].name, buf, size - 12);
    for (size_t i = 0; i < w; i++)
        before += strcmp(plot_name(p->workloads[i].name, other, size - 12), buf) == 0;
    if (before)
        snprintf(buf + strlen(buf), 12, "-%u", before + 1);
}

static enum err draw_workload(const struct compare *c, size_t w, const char *dir,
                              struct diag *diag)
{
    const struct compare_plan *p = compare_plan(c);
    enum err err = ERR_OK;
    struct diag d = { .line = 0 };
    char name[96];
    size_t good = 0;

    for (size_t k = 0; k < p->npolicies; k++)
        good += compare_good(c, w, k);
    if (good == 0)
        return ERR_OK;                  /* nothing to draw; the report says why */
    file_name(p, w, name, sizeof name);
    keep_first(&err, diag, draw_bars(c, w, dir, name, &d), &d);
    keep_first(&err, diag, draw_distribution(c, w, dir, name, true, &d), &d);
    keep_first(&err, diag, draw_distribution(c, w, dir, name, false, &d), &d);
    if (p->workloads[w].ntasks <= COMPARE_CHART_TASKS)
        keep_first(&err, diag, draw_runs(c, w, dir, name, &d), &d);
    return err;
}

enum err plot_compare(const struct compare *c, const char *dir, struct diag *diag)
{
    enum err err = ERR_OK;
    struct diag d = { .line = 0 };

    for (size_t w = 0; w < compare_plan(c)->nworkloads; w++)
        keep_first(&err, diag, draw_workload(c, w, dir, &d), &d);
    return err;
}
