/* run.c - one workload, run to its end or watched, and what it leaves behind. */
#include <cmd/cmd.h>

#include <cmd/console.h>
#include <cmd/options.h>
#include <cmd/disk_out.h>
#include <cmd/figures.h>
#include <cmd/output.h>
#include <cmd/read.h>
#include <cmd/standby.h>
#include <cmd/trace.h>
#include <cmd/vocab.h>
#include <formats/perfetto.h>
#include <formats/workload.h>
#include <host/file.h>
#include <host/pages.h>
#include <host/plugin.h>
#include <host/plugin_watch.h>
#include <host/stop.h>
#include <stat/memory.h>
#include <stat/powerbook.h>
#include <lab/files.h>
#include <lab/foresee.h>
#include <lab/gdb.h>
#include <lab/guests.h>
#include <lab/races.h>
#include <lab/refusal.h>
#include <lab/plot_memory.h>
#include <lab/report.h>
#include <lab/structure.h>
#include <signal.h>
#include <stat/names.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <tui/app.h>
#include <unistd.h>

/* Pending entries between two looks at whether somebody pressed Ctrl-C. */
enum { BATCH = 1 << 16, CHART_PIECES = 1 << 17, WATCHED_PIECES = 1 << 13,
       FILE_PIECES = 1 << 22 };
/* Bytes of address space for observers: 1 GiB, and 1 KiB a task. */
#define OBSERVERS(c) (((size_t)1 << 30) + ((size_t)(c)->ntasks / 4 + 1) * 4096)

struct run {
    struct options o;
    const char *path;
    struct vocabulary *vocab;
    struct config *config;
    void *memory;
    size_t size;
    struct machine *machine;
    struct metrics *metrics;
    struct gantt *gantt;
    struct audit *audit;
    struct diskbook *disk;      /* NULL: there is no disk */
    struct membook *book;       /* of memory; NULL: it is not simulated */
    struct powerbook *power;    /* NULL: nobody wants to know, or there is nothing */
    struct incidents *incidents;
    struct guests_books *guests;
    struct foresight *foresight;
    void *observers;            /* the block that all of these are in, if watched */
    struct event_lines lines;
    struct outfile *events, *json, *csv, *perfetto_file;
    struct perfetto *perfetto;
    struct trace trace;
    struct races *races;        /* NULL: nobody looks for them */
    struct output *output, **guest_output;      /* the latter as r.guests has them */
    struct plugin_crash crash;
    bool crashed, no_memory, interrupted;
    uint32_t console;           /* with --console: the process's number */
    bool left, lost;            /* ...somebody left it; nobody reads it any more */
    bool abandoned;             /* crashed, and what was not in shared memory is lost */
};

/* --- building --- */

static const char *task_name(void *ctx, const struct task_metrics *t, char *buf,
                             size_t size)
{
    struct run *r = ctx;

    if (t->past || t->tid >= peek_ntasks(r->machine) || t->state == TASK_UNBORN)
        return results_task_name(r->config, metrics_process(r->config, t), t->tid, buf,
                                 size);
    return peek_name(r->machine, t->tid, buf, size);
}

static const char *event_name(const void *ctx, tid_t tid, char *buf, size_t size)
{
    const struct run *r = ctx;

    return peek_name(r->machine, tid, buf, size);
}

static const struct event_words *guest_words(const void *ctx, uint16_t kernel)
{
    return guests_words(((const struct run *)ctx)->guests, kernel);
}

static uint64_t task_instructions(void *ctx, const struct task_metrics *t)
{
    struct run *r = ctx;
    struct peek_task p = { 0 };

    if (!t->past && t->tid < peek_ntasks(r->machine))
        peek_task(r->machine, t->tid, &p);
    return p.instructions;
}

/* heap: where they live when the screens go back in time with them; else NULL. */
static bool build_observers(struct run *r, struct heap *heap)
{
    /* A chart on the screen does not need every piece, and each goes into snapshots;
     * nobody may have all memory. */
    size_t pieces = r->o.json || r->o.plot_dir ? FILE_PIECES
                  : heap ? WATCHED_PIECES : CHART_PIECES;

    r->metrics = metrics_create_in(heap, r->config);
    r->gantt = gantt_create_in(heap, r->config->ncpus, pieces);
    r->audit = r->o.audit ? audit_create_in(heap, r->config) : NULL;
    r->incidents = memory_zeroed(heap, 1, sizeof *r->incidents);
    bool disk = r->config->disk.model != DISK_NONE;
    r->disk = disk ? memory_zeroed(heap, 1, sizeof *r->disk) : NULL;
    bool memory = peek_nframes(r->machine);
    r->book = memory ? memory_zeroed(heap, 1, sizeof *r->book) : NULL;
    bool power = (r->o.json || r->o.plot_dir) && powerbook_wanted(r->config);
    r->power = power ? powerbook_create(heap, r->config) : NULL;
    r->guests = guests_watch(r->machine, heap, r->o.audit, pieces);
    return r->metrics && r->gantt && r->incidents && r->guests && (r->audit || !r->o.audit)
        && (r->disk || !disk) && (r->book || !memory) && (r->power || !power);
}

/* A new machine stands in memory. */
static void attach(void *ctx, struct machine *m, struct heap *heap)
{
    struct run *r = ctx;
    struct stream *s = machine_stream(m);

    r->machine = m;
    if (!build_observers(r, heap)) {
        r->no_memory = true;
        return;
    }
    stream_subscribe(s, metrics_kinds, metrics_event, r->metrics);
    stream_subscribe(s, gantt_kinds, gantt_event, r->gantt);
    stream_subscribe(s, incident_kinds, incidents_event, r->incidents);
    if (r->disk) {
        diskbook_begin(r->disk, peek_disk, m);
        stream_subscribe(s, diskbook_kinds, diskbook_event, r->disk);
    }
    if (r->book) {
        membook_begin(r->book, peek_memory_now, m);
        stream_subscribe(s, membook_kinds, membook_event, r->book);
    }
    if (r->power)
        stream_subscribe(s, powerbook_kinds, powerbook_event, r->power);
    if (r->audit) {
        stream_subscribe(s, audit_kinds, audit_event, r->audit);
        audit_ask(r->audit, peek_ousts, m);
        machine_watch_decisions(m, audit_decided, r->audit);
    }
}

static bool to_stdout(const char *path)
{
    return path && !strcmp(path, "-");
}

/* Is stdout taken by results? Then neither report nor programs may use it. */
static bool stdout_taken(const struct run *r)
{
    return to_stdout(r->o.json) || to_stdout(r->o.csv) || to_stdout(r->o.events)
        || to_stdout(r->o.trace)
        || to_stdout(r->o.trace_insn);
}

/* What programs in guests print goes to a folder for each, or where that of others goes. */
static void attach_guest_outputs(struct run *r)
{
    r->guest_output = calloc(r->guests->n + 1, sizeof(struct output *));
    for (unsigned i = 0; r->guest_output && i < r->guests->n; i++) {
        struct guest_books *g = &r->guests->book[i];
        const char *dir = r->o.stdout_dir;

        r->guest_output[i] = output_create(NULL, machine_config(g->machine), g->machine, dir,
                                           !stdout_taken(r) && !r->o.quiet && !r->o.console);
        if (!r->guest_output[i])
            break;
        output_before(r->guest_output[i], g->name);
        stream_subscribe(&g->stream, EVENT_BIT(EV_OUTPUT), output_event, r->guest_output[i]);
    }
    r->no_memory |= !r->guest_output || (r->guests->n && !r->guest_output[r->guests->n - 1]);
}

static void attach_writers(struct run *r)
{
    struct stream *s = machine_stream(r->machine);

    if (r->events) {
        r->lines = (struct event_lines){ .words = { r->config, event_name, r, guest_words },
                                         .out = { outfile_write, r->events } };
        stream_subscribe_kernel(s, KERNEL_ANY, EVENTS_ALL, event_lines, &r->lines);
    }
    if (r->perfetto_file) {
        r->perfetto = perfetto_create(&(struct event_words){ r->config, event_name, r, NULL },
                                      (struct text_out){ outfile_write, r->perfetto_file });
        r->no_memory |= !r->perfetto;
        if (r->perfetto)
            stream_subscribe(s, EVENTS_ALL, perfetto_event, r->perfetto);
    }
    if (r->output)
        stream_subscribe(s, EVENT_BIT(EV_OUTPUT), output_event, r->output);
    attach_guest_outputs(r);
}

/* --- running --- */

/* A plug-in's answers are needed to lay the machine out, too. */
static void measure(void *ctx)
{
    struct run *r = ctx;

    r->size = machine_size(r->config);
}

static void construct(void *ctx)
{
    struct run *r = ctx;

    r->machine = machine_init(r->memory, r->size, r->config, true);
}

static void advance(void *ctx)
{
    struct run *r = ctx;
    struct diag diag;

    struct gdb_session session = { .machine = r->machine, .memory = r->memory, .size = r->size };

    if (r->o.gdb_port && gdb_serve(&session, r->o.gdb_port, &diag)) {
        diag_print(&diag);
        return;
    }
    if (r->o.console) {
        r->left = console_run(r->machine, r->console, &r->lost);
        return;
    }
    /* Nobody can type here: a program that waits for it has nothing to wait for. */
    while (machine_run(r->machine, NS_MAX, BATCH) == MACHINE_RUNNING && !stop_asked())
        if (machine_needs_input(r->machine))
            break;
}

static void stop(void *ctx)
{
    struct run *r = ctx;

    machine_stop(r->machine);
}

static bool guarded(struct run *r, void (*step)(void *ctx))
{
    if (!r->crashed && plugin_guard_run(step, r, &r->crash))
        return true;
    r->crashed = true;
    return false;
}

static int out_of_memory(const struct run *r)
{
    fprintf(stderr, "%s: error: not enough memory for this workload\n", r->path);
    return EXIT_RUN_FAILED;
}

static int crashed_early(const struct run *r)
{
    fprintf(stderr, "%s: error: %s before the run began\n", r->path, r->crash.text);
    return EXIT_RUN_FAILED;
}

static bool no_disk(const struct run *r, struct diag *diag)
{
    memset(diag, 0, sizeof *diag);
    snprintf(diag->file, sizeof diag->file, "%s", r->path);
    snprintf(diag->text, sizeof diag->text, "--disk-out and --files-out need a disk with "
             "contents: an \"image\" of machine.disk, or kernel.files");
    return true;
}

/* A plug-in may take its process along; then its parent goes on with what is there. */
static void *block(size_t size)
{
    void *shared = plugin_any() ? pages_map_shared(size) : NULL;

    return shared ? shared : pages_map(size);
}

static int prepare(struct run *r)
{
    struct diag diag;

    if (!guarded(r, measure))
        return crashed_early(r);
    r->memory = block(r->size);
    if (!r->memory)
        return out_of_memory(r);
    /* Opened now, so that a name which cannot be written costs no long run. */
    if ((r->o.events && !(r->events = outfile_open(r->o.events, &diag)))
        || (r->o.trace && !(r->perfetto_file = outfile_open(r->o.trace, &diag)))
        || (r->o.json && !(r->json = outfile_open(r->o.json, &diag)))
        || (r->o.csv && !(r->csv = outfile_open(r->o.csv, &diag)))
        || (!r->config->disk.stored && (r->o.disk_out || r->o.files_out) && no_disk(r, &diag))
        || (r->o.files_out && dir_make(r->o.files_out, &diag))
        || (r->o.stdout_dir && dir_make(r->o.stdout_dir, &diag))) {
        diag_print(&diag);
        return EXIT_BAD_INPUT;
    }
    return EXIT_DONE;
}

static int simulate(struct run *r)
{
    struct heap *heap = NULL;

    if (!guarded(r, construct))
        return crashed_early(r);
    if (plugin_any() && (r->observers = pages_map_shared(OBSERVERS(r->config))))
        heap = heap_init(r->observers, OBSERVERS(r->config));
    attach(r, r->machine, heap);
    r->output = output_create(heap, r->config, r->machine, r->o.stdout_dir,
                              !stdout_taken(r) && !r->o.quiet);
    if (r->no_memory || !r->output)
        return out_of_memory(r);
    if (r->o.console)
        output_console(r->output, r->console, &r->lost);
    attach_writers(r);
    if (r->no_memory)
        return out_of_memory(r);
    if (!trace_open(&r->trace, r->o.trace_insn, r->machine))
        return EXIT_BAD_INPUT;
    if (r->o.races && !(r->races = races_watch(r->machine)))
        return out_of_memory(r);
    stop_listen();
    r->abandoned = !plugin_watch_run(advance, r, true, &r->crash);
    r->crashed |= r->abandoned;
    if (r->abandoned) {         /* what it had not written yet is lost, and so its end */
        outfile_abort(r->perfetto_file);
        r->perfetto_file = NULL;
    }
    if (machine_over(r->machine) == MACHINE_RUNNING) {
        r->interrupted = !r->crashed && !r->left;
        struct plugin_crash ignored;

        plugin_guard_run(stop, r, &ignored);
    }
    return EXIT_DONE;
}

static void keep_output(void *ctx, tid_t tid, const void *bytes, size_t n)
{
    struct run *r = ctx;

    output_put(r->output, tid, bytes, n);
}

static void attach_watched(void *ctx, struct machine *m, struct heap *heap)
{
    struct run *r = ctx;

    attach(r, m, heap);
    r->output = output_create(heap, r->config, m, r->o.stdout_dir, false);
    r->no_memory |= !r->output;
}

struct watched { struct run *run; struct tui_setup *setup; enum tui_end end; };

static void watch(void *ctx)
{
    struct watched *w = ctx;

    w->end = tui_run(w->setup, &w->run->machine);
}

/* False: the terminal is unfit after all, and nothing was run. */
static bool simulate_watched(struct run *r, int *status)
{
    struct tui_setup setup = {
        .config = r->config, .memory = r->memory, .memory_size = r->size, .hash = true,
        .ascii = !options_utf8(&r->o), .colour = options_color(&r->o),
        .ctx = r, .attach = attach_watched, .output = keep_output, .crash = &r->crash };

    r->observers = setup.observers = block(OBSERVERS(r->config));
    setup.observers_size = OBSERVERS(r->config);
    setup.snapshot_bytes = (size_t)r->o.snapshots_mib << 20;
    if (!r->observers) {
        *status = out_of_memory(r);
        return true;
    }
    struct watched w = { r, &setup, TUI_CRASHED };

    r->abandoned = !plugin_watch_run(watch, &w, false, &r->crash);
    if (w.end == TUI_NO_TERMINAL)
        return false;
    r->crashed = w.end == TUI_CRASHED;
    if (r->crashed && !r->machine) {
        *status = crashed_early(r);
        return true;
    }
    if (r->no_memory || !r->machine) {
        *status = out_of_memory(r);
        return true;
    }
    /* Of an abandoned one, subscribers are gone that would be told. */
    if (machine_over(r->machine) == MACHINE_RUNNING && !r->abandoned) {
        struct plugin_crash ignored;

        plugin_guard_run(stop, r, &ignored);
    }
    *status = EXIT_DONE;
    return true;
}

/* --- what it leaves behind --- */

static const char *how_it_ended(const struct run *r)
{
    return r->crashed ? "crashed" : r->interrupted ? "interrupted"
         : end_name(machine_over(r->machine));
}

typedef bool results_fn(const struct results *r, struct text_out *out);

/* Nothing is written when the file was not asked for. */
static bool write_results(struct outfile **file, results_fn *write,
                          const struct results *s)
{
    struct outfile *f = *file;
    struct text_out out = { outfile_write, f };
    struct diag diag;

    *file = NULL;
    if (!f)
        return true;
    if (!write(s, &out)) {
        outfile_failed(f, &diag);
        diag_print(&diag);
        return false;
    }
    if (!outfile_commit(f, &diag))
        return true;
    diag_print(&diag);
    return false;
}

/* What was written as the run went on gets its name. */
static bool close_stream(struct outfile **file)
{
    struct outfile *f = *file;
    struct diag diag;

    *file = NULL;
    if (!f || !outfile_commit(f, &diag))
        return true;
    diag_print(&diag);
    return false;
}

static bool close_perfetto(struct run *r)
{
    bool whole = perfetto_finish(r->perfetto, machine_now(r->machine));

    r->perfetto = NULL;
    return close_stream(&r->perfetto_file) && whole;
}

static void tree(void *ctx, disk_entry_fn *fn, void *to)
{
    peek_tree(((const struct run *)ctx)->machine, fn, to);
}

static unsigned terminal_width(void)
{
    struct winsize w;
    const char *columns = getenv("COLUMNS");
    int n = isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) && w.ws_col
        ? w.ws_col : columns ? atoi(columns) : 80;

    return n >= 40 && n <= 1000 ? (unsigned)n : 80;
}

static bool task_memory(void *ctx, const struct task_metrics *t, struct task_memory *out)
{
    return task_memory_of(((const struct run *)ctx)->machine, t, out);
}

static bool task_fault(void *ctx, const struct task_metrics *t, struct task_fault *out)
{
    const struct run *r = ctx;

    return !t->past && refusal_of(r->machine, t->tid, r->config, out);
}

static int conclude(struct run *r)
{
    struct results_structure structure;
    struct results_files files;
    struct results_blackout blackouts[BLACKOUTS];
    struct results_memory memory = memory_results(r->machine, r->book);
    struct results s = {
        .config = r->config, .metrics = r->metrics, .gantt = r->gantt,
        .end = machine_now(r->machine), .trace_hash = stream_hash(machine_stream(r->machine)),
        .ended = how_it_ended(r), .name = task_name, .instructions = task_instructions,
        .tlb_misses = peek_tlb_misses(r->machine), .structure = &structure,
        .files = files_of(r->machine, &files), .blackouts = blackouts,
        .disk = r->disk, .tree = tree, .over_time = r->power,
        .nblackouts = blackouts_of(r->machine, blackouts),
        .memory = task_memory, .memory_now = &memory, .frames_free = peek_frames_free(r->machine),
        .fault = task_fault, .cow_copies = peek_cow_copies(r->machine),
        .ctx = r,
    };
    struct report report = {
        .results = &s, .machine = r->machine, .incidents = r->incidents,
        .audit = r->audit, .broken = r->audit ? audit_finish(r->audit) : 0,
        .crash = r->crashed ? r->crash.text : NULL, .interrupted = r->interrupted,
        .utf8 = options_utf8(&r->o), .colour = options_color(&r->o),
        .width = terminal_width(),
    };
    char prefix[4200];
    bool ok = close_stream(&r->events);

    if (r->races && !r->abandoned) {
        s.races = races_found(r->races, &s.nraces);
        report.races_shown = r->o.races_shown;
        report.races_doubt = races_doubt(r->races);
    }

    if (r->power)
        powerbook_settle(r->power, s.end);
    structure_of(r->machine, &structure);
    s.guests = guests_results(r->guests, r->machine, &s.nguests);
    report.books = r->guests;
    ok &= close_perfetto(r);

    ok &= trace_close(&r->trace);
    ok &= output_write(r->output);
    for (unsigned i = 0; r->guest_output && i < r->guests->n; i++)
        ok &= output_write(r->guest_output[i]);
    ok &= write_results(&r->json, results_json, &s);
    ok &= write_results(&r->csv, results_csv, &s);
    if (r->o.plot_dir)
        ok &= figures_draw(r->o.plot_dir, &s);
    bool print = !r->o.quiet && !stdout_taken(r) && !r->o.console;
    if (print)
        report_print(&report, stdout);
    fflush(stdout);
    snprintf(prefix, sizeof prefix, "%s: error: ", r->path);
    bool said = print && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO);
    unsigned wrong = verdict_print(&report, prefix, said ? NULL : stderr);

    guests_results_free((struct results_guest *)s.guests, s.nguests);
    /* The last thing: it changes the machine. */
    if (r->o.disk_out || r->o.files_out)
        ok &= disk_out(r->machine, r->o.disk_out, r->o.files_out);
    return wrong || !ok ? EXIT_RUN_FAILED : EXIT_DONE;
}

static void tidy(struct run *r)
{
    outfile_abort(r->events);
    outfile_abort(r->perfetto_file);
    outfile_abort(r->json);
    outfile_abort(r->csv);
    output_destroy(r->output);
    for (unsigned i = 0; r->guest_output && i < r->guests->n; i++)
        output_destroy(r->guest_output[i]);
    free(r->guest_output);
    metrics_destroy(r->metrics);
    gantt_destroy(r->gantt);
    audit_destroy(r->audit);
    powerbook_destroy(r->power);
    guests_close(r->guests);
    races_close(r->races);
    if (!r->observers)
        free(r->incidents), free(r->disk), free(r->book);
    standby_free(r->config);
    foresight_free(r->foresight);
    workload_free(r->config);
    vocab_close(r->vocab);
    options_free(&r->o);
}

static const struct option_help run_help = {
    "run WORKLOAD.json [options]",
    "Run a workload to its end and print the report: a Gantt chart, a line for each\n"
    "task, the summary. Exit status 1 if the run itself failed.",
};

static const struct option_help watch_help = {
    "WORKLOAD.json [options]",
    "Watch a workload run, when stdout is a terminal; else run it and print the report.",
};

/* What a policy of replacement needs that knows the future. */
static int look_ahead(struct run *r)
{
    struct diag diag;

    if (!foresee(r->config, &r->foresight, &diag)) {
        r->config->foresight = r->foresight;
        return EXIT_DONE;
    }
    fprintf(stderr, "%s: error: %s\n", r->path, diag.text);
    return EXIT_RUN_FAILED;
}

/* What a person needs who watches or types. */
static int for_people(struct run *r, bool screens)
{
    if (r->o.console && !console_choose(r->config, r->path, r->o.console, &r->console))
        return EXIT_BAD_INPUT;
    if (r->o.console)
        console_take(r->config, r->console);
    if ((r->o.console || screens) && !standby_gather(r->config, r->vocab))
        return out_of_memory(r);
    return EXIT_DONE;
}

/* With plug-ins, in memory that a child has in common with us: host/plugin_watch.h. It is
 * given back by the end of the process, as the machine's is: each unmapping takes longer
 * than a small run's report. */
static struct run *in_common(struct run *r)
{
    struct run *shared = plugin_any() ? pages_map_shared(sizeof *shared) : NULL;

    if (shared)
        *shared = *r;
    return shared ? shared : r;
}

static int run_with(struct run *r, int argc, char **argv, bool screens)
{
    int status;

    if (!options_parse(&r->o, argc, argv, OPTIONS_RUN, NULL,
                       screens ? &watch_help : &run_help, &status))
        return status;
    if (r->o.nfiles != 1) {
        fprintf(stderr, "ossim run: error: expected one workload, found %u\n"
                "usage: ossim run WORKLOAD.json [options]\n", r->o.nfiles);
        tidy(r);
        return EXIT_BAD_INPUT;
    }
    r->path = r->o.files[0];
    plugin_watch_subject(r->path);
    r->vocab = vocab_open();
    if (r->vocab)
        r->config = read_workload(r->path, &r->o, r->vocab);
    r = in_common(r);
    status = !r->vocab ? out_of_memory(r) : r->config ? EXIT_DONE : EXIT_BAD_INPUT;
    screens &= !stdout_taken(r) && !r->o.events && !r->o.trace && !r->o.trace_insn &&
               !r->o.gdb_port && !r->o.races && !r->o.console && tui_possible();
    if (status == EXIT_DONE)
        status = for_people(r, screens);
    if (status == EXIT_DONE)
        status = look_ahead(r);
    if (status == EXIT_DONE)
        status = prepare(r);
    if (status == EXIT_DONE && (!screens || !simulate_watched(r, &status)))
        status = simulate(r);
    if (status == EXIT_DONE)
        status = conclude(r);
    tidy(r);
    return status;
}

static int run_or_watch(int argc, char **argv, bool screens)
{
    struct run r = { .path = NULL };

    return run_with(&r, argc, argv, screens);
}

int cmd_run(int argc, char **argv)
{
    return run_or_watch(argc, argv, false);
}

int cmd_watch(int argc, char **argv)
{
    static char name[] = "run"; /* whose options these are: it stands in messages */

    argv[0] = name;
    return run_or_watch(argc, argv, true);
}
