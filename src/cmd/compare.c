/* compare.c - ossim compare W... --sched a,b,c --seeds A..B: policies side by side. */
#include <cmd/cmd.h>
#include <cmd/compare_grid.h>
#include <cmd/options.h>
#include <cmd/read.h>
#include <cmd/vocab.h>

#include <formats/workload.h>
#include <host/clock.h>
#include <host/file.h>
#include <host/plugin.h>
#include <host/plugin_watch.h>
#include <host/stop.h>
#include <lab/compare.h>
#include <lab/contain.h>
#include <lab/plot.h>
#include <lab/plot_scores.h>
#include <stat/names.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_SEEDS = 1000000, MAX_GUESTS = 64 };

/* Without --sched and --structure: each workload as it is. */
static const char *const own_policy[] = { "own" };

/* One workload of the command line. */
struct source {
    const char *file;
    char dir[4096];
    uint8_t *text;
    size_t size;
    bool redrawn;               /* loading it draws from the seed: load it for each */
    struct config *config;      /* as loaded first */
    struct policy_config *policies;     /* one for each of --sched */
    struct config *built[OPTIONS_STRUCTURES];   /* one for each of --structure */
};

struct job {
    struct options o;
    struct vocabulary *v;
    const char **files;         /* of the command line, folders opened */
    struct source *sources;
    struct compare_workload *workloads;
    int64_t started;            /* real ns, for the progress line */
    ns_t *end;                  /* by workload: faults are drawn from 0 to here */
    /* The config of the present cell; in a worker. */
    struct config cell;
    struct config *drawn;
    struct grid grid;           /* --vary and --frames, --curve and --replacement */
    char costs[COSTS_TEXT];
};

enum { NO_COLUMN = -1 };

/* --- loading --- */

static bool add_file(struct job *j, unsigned *n, const char *dir, const char *name)
{
    const char **more = realloc(j->files, (*n + 1) * sizeof *more);
    size_t size = strlen(dir) + strlen(name) + 2;
    char *path = malloc(size);

    if (more)
        j->files = more;
    if (!more || !path) {
        free(path);
        return false;
    }
    snprintf(path, size, "%s%s%s", dir, !*dir || dir[strlen(dir) - 1] == '/' ? "" : "/", name);
    j->files[(*n)++] = path;
    return true;
}

/* A folder stands for the workloads in it, by name. */
static bool add_folder(struct job *j, unsigned *n, const char *dir)
{
    struct dirent **entry = NULL;
    int found = scandir(dir, &entry, entry_is_json, alphasort);
    bool good = found > 0;

    if (!good)
        fprintf(stderr, "%s: error: %s\n", dir, found < 0 ? strerror(errno)
                                                         : "no workload is in it");
    for (int i = 0; i < found; i++) {
        good = good && add_file(j, n, dir, entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
    return good;
}

static bool expand(struct job *j)
{
    unsigned n = 0;
    bool good = true;

    for (unsigned i = 0; i < j->o.nfiles; i++) {
        struct stat st;
        bool folder = stat(j->o.files[i], &st) == 0 && S_ISDIR(st.st_mode);

        good &= folder ? add_folder(j, &n, j->o.files[i]) : add_file(j, &n, "", j->o.files[i]);
    }
    j->o.files = j->files;
    j->o.nfiles = n;
    return good;
}

/* Load the workload with a seed of its own (has_seed), or the one it says. Mistakes are
 * printed if `say`. */
static struct config *load(struct job *j, const struct source *s, const char *structure,
                           int column, bool has_seed, uint64_t seed, bool say)
{
    struct workload_set sets[OPTIONS_SETS + 3 + GRID_SETS];
    struct diag *diags = NULL;
    struct config *c = NULL;
    size_t n = 0, ndiags = 0;
    char number[24];

    for (unsigned i = 0; i < j->o.nsets; i++)
        sets[n++] = (struct workload_set){ j->o.set[i].path, j->o.set[i].value };
    /* Its own policy is not used, so it need not even exist. */
    if (j->o.npolicies)
        sets[n++] = (struct workload_set){ "/kernel/scheduler", "fcfs" };
    if (structure)
        sets[n++] = (struct workload_set){ "/kernel/structure", structure };
    n += grid_sets(&j->grid, column == NO_COLUMN ? 0 : (unsigned)column, sets + n);
    if (has_seed) {
        snprintf(number, sizeof number, "%llu", (unsigned long long)seed);
        sets[n++] = (struct workload_set){ "/seed", number };
    }
    enum err err = workload_load(s->file, (const char *)s->text, s->size, s->dir, j->v,
                                 sets, n, &c, &diags, &ndiags);
    for (size_t i = 0; say && i < ndiags; i++)
        diag_print(&diags[i]);
    free(diags);
    return err ? NULL : c;
}

/* Every policy for one workload: their times depend on its unit. `said` notes which
 * policies have been complained about already. */
static bool load_policies(struct job *j, struct source *s, bool *said)
{
    bool good = true;

    s->policies = calloc(j->o.npolicies + 1, sizeof *s->policies);
    if (!s->policies)
        return false;
    for (unsigned k = 0; k < j->o.npolicies; k++) {
        struct diag d = { .line = 0 };
        enum err err = j->v->policy(j->v->ctx, j->o.policies[k], "", s->config->time_unit,
                                    &s->policies[k], &d);
        if (!err)
            continue;
        good = false;
        if (!d.file[0])
            snprintf(d.file, sizeof d.file, "--sched %.200s", j->o.policies[k]);
        if (!said[k])
            diag_print(&d);
        said[k] = true;
    }
    return good;
}

static struct compare_workload describe(const struct source *s)
{
    const struct config *c = s->config;

    return (struct compare_workload){
        .name = c->name, .about = c->about ? c->about : "", .file = s->file,
        .unit_name = c->unit_name, .unit = c->time_unit,
        .metric = c->metric ? metric_find(c->metric) : NULL, .metrics = c->metrics,
        .nmetrics = c->nmetrics, .ntasks = c->ntasks, .ncpus = c->ncpus,
        .guest = c->vm ? c->vm->guest : NULL, .nguests = c->vm ? c->vm->nguests : 0,
        .reboot = c->structure.reboot,
        .reboot_assumed = c->structure.assumed & ASSUMED_REBOOT,
    };
}

/* Can all columns be had? Plug-ins are built here, and not once for each cell. */
static bool try_columns(struct job *j, const struct source *s)
{
    for (unsigned k = 0; k < j->grid.n; k++) {
        struct config *c = load(j, s, NULL, (int)k, false, 0, true);

        if (!c)
            return false;
        workload_free(c);
    }
    return true;
}

static bool load_source(struct job *j, struct source *s, struct compare_workload *w,
                        bool *said)
{
    struct diag d = { .line = 0 };

    if (file_read(s->file, &s->text, &s->size, &d)) {
        diag_print(&d);
        return false;
    }
    path_dir(s->file, s->dir, sizeof s->dir);
    s->redrawn = strstr((const char *)s->text, "uunifast") != NULL;
    s->config = load(j, s, j->o.nstructures ? j->o.structures[0] : NULL, NO_COLUMN, false, 0,
                     true);
    if (!s->config || !try_columns(j, s))
        return false;
    for (unsigned k = 0; k < j->o.nstructures; k++) {
        s->built[k] = load(j, s, j->o.structures[k], NO_COLUMN, false, 0, true);
        if (!s->built[k])
            return false;
    }
    *w = describe(s);
    return load_policies(j, s, said);
}

static bool load_all(struct job *j)
{
    bool good = true, said[OPTIONS_POLICIES] = { false };

    if (!expand(j))
        return false;
    j->v = vocab_open();
    if (j->v)
        read_given(&j->o, j->v);
    j->sources = calloc(j->o.nfiles, sizeof *j->sources);
    j->workloads = calloc(j->o.nfiles, sizeof *j->workloads);
    if (!j->v || !j->sources || !j->workloads)
        return false;
    for (unsigned i = 0; i < j->o.nfiles; i++) {
        j->sources[i].file = j->o.files[i];
        good &= load_source(j, &j->sources[i], &j->workloads[i], said);
    }
    return good;
}

static void unload_all(struct job *j)
{
    for (unsigned i = 0; j->sources && i < j->o.nfiles; i++) {
        workload_free(j->sources[i].config);
        for (unsigned k = 0; k < j->o.nstructures; k++)
            workload_free(j->sources[i].built[k]);
        free(j->sources[i].policies);
        free(j->sources[i].text);
    }
    workload_free(j->drawn);
    free(j->sources);
    free(j->workloads);
    for (unsigned i = 0; j->files && i < j->o.nfiles; i++)
        free((char *)j->files[i]);
    free(j->files);
    free(j->end);
    if (j->v)
        vocab_close(j->v);
    grid_free(&j->grid);
    options_free(&j->o);
}

/* --- running --- */

static const struct config *cell_config(void *ctx, size_t workload, size_t policy,
                                        uint64_t seed)
{
    struct job *j = ctx;
    const struct source *s = &j->sources[workload];
    bool structures = j->o.nstructures > 0;

    bool again = s->redrawn || j->grid.n;

    if (again) {
        workload_free(j->drawn);
        j->drawn = load(j, s, structures ? j->o.structures[policy] : NULL,
                        j->grid.n ? (int)policy : NO_COLUMN, true, seed, false);
        if (!j->drawn)
            return NULL;
    }
    j->cell = again ? *j->drawn : structures ? *s->built[policy] : *s->config;
    if (j->o.npolicies)
        j->cell.policy = s->policies[structures || j->grid.n ? 0 : policy];
    j->cell.seed = seed;
    return &j->cell;
}

static const char *costs_of(void *ctx, size_t workload, size_t policy)
{
    struct job *j = ctx;

    return costs_text(j->o.nstructures ? j->sources[workload].built[policy]
                                       : j->sources[workload].config, j->costs);
}

/* The same with a fault, if the workload draws none itself. */
static const struct config *hurt_config(void *ctx, size_t workload, size_t policy,
                                        uint64_t seed)
{
    struct job *j = ctx;

    if (!cell_config(ctx, workload, policy, seed))
        return NULL;
    if (j->cell.faults.count)
        return &j->cell;
    j->cell.faults = (struct faults_config){ .count = 1, .to = j->end[workload],
                                             .services = workload_all_services,
                                             .kinds = workload_all_faults };
    j->cell.structure.faults = j->cell.structure.leaks = true;
    return &j->cell;
}

static void show_progress(void *ctx, size_t done, size_t of)
{
    const struct job *j = ctx;
    double seconds = (double)(clock_ns() - j->started) / 1e9;

    if (done == 0 || seconds < 0.5)
        return;
    fprintf(stderr, "\r%zu of %zu runs (%zu%%), %.0f runs/s, %.0f s left \033[K", done, of,
            100 * done / of, (double)done / seconds,
            (double)(of - done) * seconds / (double)done);
    if (done == of)
        fprintf(stderr, "\r\033[K");
    fflush(stderr);
}

static bool plan(struct job *j, struct compare_plan *p)
{
    const struct options *o = &j->o;

    if (o->has_seeds && o->seed_last - o->seed_first >= MAX_SEEDS) {
        fprintf(stderr, "ossim compare: error: --seeds: more than %d seeds\n", MAX_SEEDS);
        return false;
    }
    *p = (struct compare_plan){
        .workloads = j->workloads, .nworkloads = o->nfiles,
        .policies = j->grid.n ? j->grid.label
                  : o->nstructures ? (const char *const *)o->structures
                  : o->npolicies ? (const char *const *)o->policies : own_policy,
        .npolicies = j->grid.n ? j->grid.n
                   : o->nstructures ? o->nstructures : o->npolicies ? o->npolicies : 1,
        .seed_first = o->has_seeds ? o->seed_first : j->sources[0].config->seed,
        .nseeds = o->has_seeds ? (size_t)(o->seed_last - o->seed_first) + 1 : 1,
        .audit = o->audit, .quantiles = o->plot_dir != NULL, .isolate = plugin_any(),
        .jobs = o->jobs, .config = cell_config, .costs = costs_of, .ctx = j, .stop = &stop_signal,
        .progress = !o->quiet && isatty(STDERR_FILENO) ? show_progress : NULL,
    };
    for (unsigned i = 0; i < o->nfiles; i++)
        if (j->workloads[i].nguests > p->nguests)
            p->nguests = j->workloads[i].nguests < MAX_GUESTS ? j->workloads[i].nguests
                                                              : MAX_GUESTS;
    return true;
}

/* The same plan with faults. NULL: not wanted, or it could not be had. */
static struct compare *run_hurt(struct job *j, const struct compare *calm,
                                struct compare_plan *p)
{
    const char *why;

    if (!j->o.nstructures || j->grid.n || !j->o.faults || stop_signal)
        return NULL;
    j->end = calloc(p->nworkloads, sizeof *j->end);
    if (!j->end)
        return NULL;
    for (size_t w = 0; w < p->nworkloads; w++) {
        const struct cell *cell = compare_cell(calm, w, 0, 0, &why);

        j->end[w] = cell ? cell->end : 0;
    }
    p->nseeds = j->o.faults;
    p->quantiles = false;
    p->config = hurt_config;
    j->started = clock_ns();
    return compare_run(p);
}

/* --- results --- */

static bool write_stdout(void *ctx, const char *bytes, size_t n)
{
    (void)ctx;
    return fwrite(bytes, 1, n, stdout) == n;
}

static bool write_file(const struct compare *c, const char *path,
                       bool (*write)(const struct compare *, struct text_out *))
{
    struct diag d = { .line = 0 };
    struct outfile *f = outfile_open(path, &d);
    struct text_out out = { .write = outfile_write, .ctx = f };

    if (f && !write(c, &out)) {
        outfile_failed(f, &d);
    } else if (f && outfile_commit(f, &d) == ERR_OK) {
        return true;
    }
    diag_print(&d);
    return false;
}

static bool print_table(const struct compare *c, const struct sweep *g,
                        const struct options *o)
{
    struct winsize size = { .ws_col = 0 };
    struct text_out out = { .write = write_stdout };

    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    struct compare_style style = { .utf8 = options_utf8(o), .color = options_color(o),
                                   .columns = size.ws_col };
    if (g->nx > 1)
        return compare_sweep_table(c, g, &style, &out) && fflush(stdout) == 0;
    return compare_table(c, &style, &out) && compare_scores(c, &style, &out) &&
           contain_table(c, &style, &out) && compare_side(c, &style, &out) &&
           fflush(stdout) == 0;
}

static void report_failed(const struct compare *c, const struct compare_plan *p, size_t w,
                          size_t k, size_t failed)
{
    const char *why = "";

    for (size_t s = 0; failed && s < p->nseeds; s++) {
        const struct cell *cell = compare_cell(c, w, k, s, &why);
        if (cell && cell->state == CELL_GOOD)
            continue;
        fprintf(stderr, "%s: error: %s: %zu of %zu runs failed: seed %llu: %s\n",
                p->workloads[w].file, p->policies[k], failed, p->nseeds,
                (unsigned long long)(p->seed_first + s), cell ? cell->note : why);
        return;
    }
}

/* Say on stderr, with the workload's file, that runs failed; the table has the words. Runs
 * in which programs ended badly failed too, though their numbers count: returns how many. */
static size_t report_failures(const struct compare *c, const struct compare_plan *p)
{
    size_t all = 0;

    for (size_t w = 0; w < p->nworkloads; w++)
        for (size_t k = 0; k < p->npolicies; k++) {
            size_t failed = p->nseeds - compare_good(c, w, k), seed;
            const char *why;
            size_t badly = compare_complaints(c, w, k, &seed, &why);

            report_failed(c, p, w, k, failed);
            if (badly)
                fprintf(stderr, "%s: error: %s: in %zu of %zu runs programs ended badly: seed "
                        "%llu: %s\n", p->workloads[w].file, p->policies[k], badly, p->nseeds,
                        (unsigned long long)(p->seed_first + seed), why);
            all += badly;
        }
    return all;
}

static enum err draw(const struct compare *c, const struct sweep *g, const char *dir,
                     struct diag *d)
{
    if (g->nx > 1)
        return plot_sweep(c, g, dir, d);
    enum err err = plot_compare(c, dir, d);
    return err ? err : plot_scores(c, dir, d);
}

static int report(const struct compare *c, const struct compare_plan *p,
                  const struct sweep *g, const struct options *o)
{
    bool json = o->json && strcmp(o->json, "-") == 0;
    bool csv = o->csv && strcmp(o->csv, "-") == 0;
    bool written = json || csv || o->quiet || print_table(c, g, o);
    enum err err = ERR_OK;

    if (o->json)
        written &= write_file(c, o->json, compare_json);
    if (o->csv)
        written &= write_file(c, o->csv, compare_csv);
    if (o->plot_dir) {
        struct diag d = { .line = 0 };
        err = draw(c, g, o->plot_dir, &d);
        if (!err)
            err = plot_contain(c, o->plot_dir, &d);
        if (err)
            diag_print(&d);
    }
    size_t badly = report_failures(c, p);

    return !written || err || badly || compare_failures(c) ? EXIT_RUN_FAILED : EXIT_DONE;
}

static bool can_write(const char *path)
{
    struct diag d = { .line = 0 };

    if (!path || outfile_possible(path, &d))
        return true;
    diag_print(&d);
    return false;
}

/* One workload as it is has nothing to be compared with. */
static bool has_rivals(const struct job *j)
{
    if (j->o.nfiles > 1 || j->o.npolicies || j->o.nstructures || j->grid.n)
        return true;
    fprintf(stderr, "ossim compare: error: no policies are given (expected --sched P,P,..., "
            "--structure S,S,..., --replacement R,R,..., --frames A..B, --vary PATH=VALUES or several workloads; see ossim compare --help)\n");
    return false;
}

static int compare(struct job *j)
{
    struct compare_plan p;

    plugin_watch_subject(j->o.files[0]);
    if (!load_all(j) || !has_rivals(j) || !plan(j, &p) || !can_write(j->o.json) || !can_write(j->o.csv))
        return EXIT_BAD_INPUT;
    stop_listen();
    j->started = clock_ns();
    struct compare *c = compare_run(&p);
    if (!c) {
        fprintf(stderr, "ossim compare: error: out of memory or processes: %s\n",
                strerror(errno));
        return EXIT_RUN_FAILED;
    }
    struct compare_plan hurt = p;
    struct compare *h = run_hurt(j, c, &hurt);

    compare_add_hurt(c, h);
    int status = report(c, &p, &j->grid.face, &j->o);
    compare_free(h);
    compare_free(c);
    return status;
}

int cmd_compare(int argc, char **argv)
{
    static const struct option_help help = {
        .usage = "compare WORKLOAD.json... --sched P,P,... [options]",
        .about = "Run every workload under every policy with every seed of --seeds, and compare:\n"
                 "means with 95% confidence intervals, and the differences from the first\n"
                 "policy seed by seed. With --structure, structures of the kernel are compared\n"
                 "in their place (all: every model), by what they cost and by what a fault takes;\n"
                 "with --replacement R,R or --frames N,N or A..B, replacement policies and sizes of\n"
                 "memory; with --vary PATH=VALUES any field that is a number, and a curve for each\n"
                 "--curve, by what the workload says matters in it (metric). Several workloads without any of these run each under its own scheduler,\n"
                 "and stand side by side by what they say matters in them. With guests, numbers of\n"
                 "tasks are those of all kernels, and each guest has a table of its own. Exit\n"
                 "status 1 if a run failed.",
    };
    struct job j = { .started = 0 };
    int status;

    if (!options_parse(&j.o, argc, argv, OPTIONS_COMPARE, NULL, &help, &status))
        return status;
    if (!grid_make(&j.grid, &j.o)) {
        unload_all(&j);
        return EXIT_BAD_INPUT;
    }
    if (j.grid.n && (j.o.nstructures || j.o.npolicies > 1)) {
        fprintf(stderr, "ossim compare: error: --replacement, --frames, --vary and --curve are compared "
                "under one policy and one structure (expected one --sched, or none)\n");
        unload_all(&j);
        return EXIT_BAD_INPUT;
    }
    if (j.o.nstructures && j.o.npolicies > 1) {
        fprintf(stderr, "ossim compare: error: --structure compares structures under one "
                "policy (expected one --sched, or none)\n");
        options_free(&j.o);
        return EXIT_BAD_INPUT;
    }
    if (j.o.nfiles == 0) {
        fprintf(stderr, "ossim compare: error: no workload is given (see ossim compare --help)\n");
        options_free(&j.o);
        return EXIT_BAD_INPUT;
    }
    status = compare(&j);
    unload_all(&j);
    return status;
}
