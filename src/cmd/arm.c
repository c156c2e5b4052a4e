/* arm.c - `ossim arm`: arm movement for one queue, all of it there at the start.
 *
 * The queue runs through the same drive, queue and scheduler as any disk does; only the
 * platter stands still, so that the time is that of seeking alone.
 */
#include <cmd/cmd.h>

#include <cmd/options.h>
#include <cmd/plugged.h>
#include <formats/text.h>
#include <fs/disk.h>
#include <fs/drives.h>
#include <fs/storage.h>
#include <getopt.h>
#include <host/file.h>
#include <host/pages.h>
#include <host/plugin_guard.h>
#include <lab/plot_arm.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_QUEUE = 65536, MAX_RUNS = 32, MAX_CYLINDERS = 1 << 24, UNIT = 1000000 };

static const char usage[] =
    "usage: ossim arm CYL,CYL,... --head N --cylinders N [--up|--down] --disk-sched D,D\n"
    "\n"
    "Arm movement for a queue that is all there at the start, in cylinders and in the\n"
    "seek time of a real drive (no rotation).\n"
    "\n"
    "  --head N            where the arm is (default 0)\n"
    "  --cylinders N       of the drive: 0..N-1 (default 200)\n"
    "  --up, --down        where the arm is going (default up)\n"
    "  --disk-sched D,D    schedulers, as in `ossim list disk`, or ./mine.c\n"
    "                      (default fcfs,sstf,scan,c-scan,look,c-look)\n"
    "  --drive NAME        whose seek curve: hp-97560 (default), cheetah-9lp\n"
    "  --json FILE         results as JSON; - is stdout\n"
    "  --csv FILE          results as CSV; - is stdout\n"
    "  --plot DIR          cylinder against time, as CSV, SVG and PNG\n"
    "  --quiet             no table\n"
    "  --help\n";

struct arm_run {
    const char *spec;
    struct iosched_config scheduler;
    uint64_t moves, bad;        /* bad: impossible answers */
    ns_t time;
    uint32_t *order;            /* cylinders as they were served */
    struct plot_arm_point *path;
    size_t npath;
};

struct arm {
    uint32_t *queue, n;
    uint32_t head, cylinders;
    bool down, quiet;
    const char *json, *csv, *plot_dir;
    const struct drive_set *drive;
    char *specs;                /* the list, cut at its commas */
    struct arm_run run[MAX_RUNS];
    unsigned nruns;
    /* While one run goes on */
    struct disk_config config;
    struct arm_run *now;
    uint32_t ndone;
    bool wrong;                 /* something has been said */
};

__attribute__((format(printf, 2, 3)))
static void complain(struct arm *a, const char *format, ...)
{
    va_list args;

    fputs("ossim arm: error: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    a->wrong = true;
}

/* --- the command line --- */

static bool number(const char **text, uint32_t max, uint32_t *out)
{
    char *end;

    if (**text < '0' || **text > '9')
        return false;
    unsigned long long n = strtoull(*text, &end, 10);
    *text = end;
    *out = (uint32_t)n;
    return n <= max;
}

static void read_number(struct arm *a, const char *option, uint32_t min, uint32_t *out)
{
    const char *text = optarg;

    if (!number(&text, MAX_CYLINDERS, out) || *text || *out < min)
        complain(a, "%s: '%s' is no good (expected a number from %u to %d)", option, optarg,
                 min, MAX_CYLINDERS);
}

static void read_queue(struct arm *a, const char *list)
{
    const char *text = list;

    a->queue = calloc(MAX_QUEUE, sizeof *a->queue);
    do {
        text += strspn(text, " ");
        if (!a->queue || a->n == MAX_QUEUE
            || !number(&text, MAX_CYLINDERS, &a->queue[a->n++])) {
            complain(a, "'%s' is no queue (expected cylinders with commas between them, "
                     "like 98,183,37)", list);
            return;
        }
        text += strspn(text, " ");
    } while (*text == ',' && text++);
    if (*text)
        complain(a, "'%s' is no queue: '%s' is no cylinder", list, text);
}

static void read_schedulers(struct arm *a, const char *list)
{
    char *save = NULL;
    struct diag diag;

    a->specs = strdup(list);
    for (char *s = a->specs; a->specs && (s = strtok_r(s, ",", &save)); s = NULL) {
        struct arm_run *run = &a->run[a->nruns];

        if (a->nruns == MAX_RUNS) {
            complain(a, "--disk-sched: more than %d schedulers", MAX_RUNS);
            return;
        }
        diag = (struct diag){ .line = 0 };
        if (disk_scheduler_find(s, "", UNIT, &run->scheduler, &diag)) {
            if (diag.file[0])
                diag_print(&diag);
            complain(a, "--disk-sched: %s: %s", s, diag.text);
            continue;
        }
        run->spec = s;
        a->nruns++;
    }
    if (a->nruns == 0 && !a->wrong)
        complain(a, "--disk-sched: '%s' names no scheduler", list);
}

static void read_drive(struct arm *a)
{
    a->drive = drive_find(optarg);
    if (!a->drive || a->drive->model != DISK_HDD)
        complain(a, "--drive: '%s' is no drive with a seek curve (expected hp-97560 or "
                 "cheetah-9lp)", optarg);
}

/* The whole fits together. */
static void check(struct arm *a)
{
    if (a->wrong)
        return;
    if (a->head >= a->cylinders)
        complain(a, "--head: there is no cylinder %u (expected 0 to %u; --cylinders says "
                 "how many there are)", a->head, a->cylinders - 1);
    for (uint32_t i = 0; i < a->n; i++)
        if (a->queue[i] >= a->cylinders)
            complain(a, "there is no cylinder %u (expected 0 to %u; --cylinders says how "
                     "many there are)", a->queue[i], a->cylinders - 1);
}

/* False: *status is the answer. */
static bool parse(struct arm *a, int argc, char **argv, int *status)
{
    static const struct option all[] = {
        { "head", 1, 0, 'n' }, { "cylinders", 1, 0, 'y' }, { "up", 0, 0, 'u' },
        { "down", 0, 0, 'd' }, { "disk-sched", 1, 0, 's' }, { "sched", 1, 0, 's' }, { "drive", 1, 0, 'v' },
        { "json", 1, 0, 'j' }, { "csv", 1, 0, 'c' }, { "plot", 1, 0, 'p' },
        { "quiet", 0, 0, 'q' }, { "help", 0, 0, 'h' }, { 0 },
    };
    const char *schedulers = "fcfs,sstf,scan,c-scan,look,c-look";
    int id;

    argv[0] = "ossim arm";
    optind = 0;
    *status = EXIT_BAD_INPUT;
    while ((id = getopt_long(argc, argv, "h", all, NULL)) != -1)
        switch (id) {
        case 'n': read_number(a, "--head", 0, &a->head); break;
        case 'y': read_number(a, "--cylinders", 1, &a->cylinders); break;
        case 'u': a->down = false; break;
        case 'd': a->down = true; break;
        case 's': schedulers = optarg; break;
        case 'v': read_drive(a); break;
        case 'j': a->json = optarg; break;
        case 'c': a->csv = optarg; break;
        case 'p': a->plot_dir = optarg; break;
        case 'q': a->quiet = true; break;
        case 'h':
            fputs(usage, stdout);
            *status = EXIT_DONE;
            return false;
        default:
            fputs("try: ossim arm --help\n", stderr);
            return false;
        }
    if (optind + 1 != argc) {
        fputs(usage, stderr);
        return false;
    }
    read_queue(a, argv[optind]);
    read_schedulers(a, schedulers);
    check(a);
    return !a->wrong;
}

/* --- running --- */

static void reach(struct arm_run *run, uint32_t cylinder, ns_t at, bool served)
{
    run->path[run->npath++] = (struct plot_arm_point){ cylinder, at, served };
}

static void started(void *self, const struct blk_request *r, const struct blk_service *s)
{
    struct arm *a = self;
    struct arm_run *run = a->now;
    uint32_t at = s->from;

    (void)r;
    for (uint32_t i = 0; i <= s->nvia; i++) {
        uint32_t to = i < s->nvia ? s->via[i] : s->to;

        run->time += hdd_seek(&a->config.hdd, at < to ? to - at : at - to);
        reach(run, to, run->time, i == s->nvia);
        at = to;
    }
}

static void done(void *self, struct blk_request *r)
{
    struct arm *a = self;

    a->now->order[a->ndone++] = (uint32_t)r->tag;
}

/* One sector a cylinder, on a platter that takes no time. */
static void configure(struct arm *a, const struct arm_run *run)
{
    struct disk_config *c = &a->config;

    *c = (struct disk_config){ .scheduler = run->scheduler };
    drive_default(c, a->drive, UNIT);
    c->scheduler.params.down = a->down;
    c->hdd.cylinders = a->cylinders;
    c->hdd.surfaces = c->hdd.zones = c->hdd.outer = c->hdd.inner = 1;
    c->hdd.revolution = 1;
    c->hdd.overhead = 0;
    c->hdd.buffer = 0;
    c->nsectors = a->cylinders;
    c->head = a->head;
    c->slots = a->n;
    c->merge = false;
}

static bool run_one(struct arm *a, struct arm_run *run, struct blk_request *requests)
{
    struct blk_sink sink = { done, a };
    struct blk_watch watch = { started, a };
    struct storage s;
    struct blk_stats stats;
    struct arena arena;

    configure(a, run);
    arena_init(&arena, NULL, 0);
    storage_init(&s, &arena, &a->config, 0);
    size_t size = arena.used;
    void *memory = pages_map(size);
    run->order = calloc(a->n, sizeof *run->order);
    run->path = calloc(3 * (size_t)a->n + 1, sizeof *run->path);
    if (!memory || !run->order || !run->path) {
        pages_unmap(memory, size);
        return false;
    }
    arena_init(&arena, memory, size);
    storage_init(&s, &arena, &a->config, 0);
    s.dev.ops->watch(s.dev.self, &watch);
    a->now = run;
    a->ndone = 0;
    reach(run, a->head, 0, false);
    for (uint32_t i = 0; i < a->n; i++) {
        requests[i] = (struct blk_request){ .op = BLK_READ, .sector = a->queue[i],
            .nsectors = 1, .owner = TID_NONE, .deadline = NS_MAX, .sink = &sink,
            .tag = a->queue[i] };
        blk_submit(&s.dev, &requests[i], 0);
    }
    while (blk_due(&s.dev) != NS_MAX)
        blk_step(&s.dev, blk_due(&s.dev));
    blk_stats(&s.dev, &stats);
    run->moves = stats.cylinders;
    run->bad = stats.policy_faults;
    pages_unmap(memory, size);
    return true;
}

struct attempt {
    struct arm *a;
    struct arm_run *run;
    struct blk_request *requests;
    bool ok;
};

static void attempt(void *ctx)
{
    struct attempt *t = ctx;

    t->ok = run_one(t->a, t->run, t->requests);
}

/* A plug-in may crash: then the others' runs are left, and it is said. */
static bool run_guarded(struct arm *a, struct arm_run *run, struct blk_request *requests)
{
    struct attempt t = { a, run, requests, true };
    struct plugin_crash crash;

    if (plugin_guard_run(attempt, &t, &crash))
        return t.ok;
    complain(a, "%s: %s", run->spec, crash.text);
    *run = (struct arm_run){ .spec = run->spec, .order = calloc(a->n, sizeof *run->order),
                             .path = calloc(1, sizeof *run->path) };
    return run->order && run->path;
}

/* --- telling --- */

static void put_order(struct text *t, const struct arm *a, const struct arm_run *run,
                      const char *between)
{
    for (uint32_t i = 0; i < a->n; i++) {
        text_put(t, i ? between : "");
        text_count(t, run->order[i]);
    }
}

static void write_json(struct text *t, const struct arm *a)
{
    text_put(t, "{\"runs\": [");
    for (unsigned k = 0; k < a->nruns; k++) {
        const struct arm_run *run = &a->run[k];

        text_put(t, k ? ",\n  {\"policy\": " : "\n  {\"policy\": ");
        text_string(t, run->spec);
        text_put(t, ", \"moves\": ");
        text_count(t, run->moves);
        text_put(t, ", \"order\": [");
        put_order(t, a, run, ", ");
        text_put(t, "], \"time_ms\": ");
        text_time(t, run->time, UNIT);
        text_put(t, "}");
    }
    text_put(t, "\n]}\n");
}

static void write_csv(struct text *t, const struct arm *a)
{
    text_put(t, "policy,moves,time_ms,order\n");
    for (unsigned k = 0; k < a->nruns; k++) {
        const struct arm_run *run = &a->run[k];

        text_field(t, run->spec);
        text_put(t, ",");
        text_count(t, run->moves);
        text_put(t, ",");
        text_time(t, run->time, UNIT);
        text_put(t, ",");
        put_order(t, a, run, " ");
        text_put(t, "\n");
    }
}

static void print(const struct arm *a)
{
    int width = 10;

    for (unsigned k = 0; k < a->nruns; k++)
        if ((int)strlen(a->run[k].spec) > width)
            width = (int)strlen(a->run[k].spec);
    printf("head at %u of 0..%u, moving %s; seek times of %s\n\n", a->head,
           a->cylinders - 1, a->down ? "down" : "up", a->drive->name);
    printf("%-*s %9s %9s   %s\n", width, "policy", "cylinders", "ms", "order");
    for (unsigned k = 0; k < a->nruns; k++) {
        const struct arm_run *run = &a->run[k];

        printf("%-*s %9llu %9.1f  ", width, run->spec, (unsigned long long)run->moves,
               (double)run->time / UNIT);
        for (uint32_t i = 0; i < a->n; i++)
            printf(" %u", run->order[i]);
        putchar('\n');
    }
}

static bool plot(const struct arm *a)
{
    struct plot_arm_run runs[MAX_RUNS];
    struct diag diag = { .line = 0 };

    for (unsigned k = 0; k < a->nruns; k++)
        runs[k] = (struct plot_arm_run){ a->run[k].spec, a->run[k].path, a->run[k].npath,
                                         (unsigned long)a->run[k].moves };
    if (!plot_arm(a->plot_dir, "arm", "queue", PLOT_ARM_TITLE, runs, a->nruns,
                  a->cylinders, &diag))
        return true;
    diag_print(&diag);
    return false;
}

/* What `write` writes, as a file; "-" is stdout. */
static bool to_file(const struct arm *a, const char *path,
                    void (*write)(struct text *t, const struct arm *a))
{
    struct diag diag = { .line = 0 };
    struct outfile *f = outfile_open(path, &diag);
    struct text_out out = { outfile_write, f };
    struct text t;

    text_init(&t, &out);
    if (f) {
        write(&t, a);
        text_end(&t);           /* whether all went well, the commit knows */
    }
    if (f && outfile_commit(f, &diag) == ERR_OK)
        return true;
    diag_print(&diag);
    return false;
}

static int answer(struct arm *a)
{
    bool to_stdout = (a->json && !strcmp(a->json, "-")) || (a->csv && !strcmp(a->csv, "-"));
    struct blk_request *requests = calloc(a->n, sizeof *requests);
    bool ok = requests;

    for (unsigned k = 0; k < a->nruns && ok; k++)
        ok = run_guarded(a, &a->run[k], requests);
    free(requests);
    if (!ok) {
        complain(a, "no memory");
        return EXIT_RUN_FAILED;
    }
    if (!a->quiet && !to_stdout)
        print(a);
    for (unsigned k = 0; k < a->nruns; k++)
        if (a->run[k].bad)
            complain(a, "%s gave %llu impossible answers, and others were taken", a->run[k].spec,
                     (unsigned long long)a->run[k].bad);
    ok = !a->json || to_file(a, a->json, write_json);
    ok = (!a->csv || to_file(a, a->csv, write_csv)) && ok;
    ok = (!a->plot_dir || plot(a)) && ok;
    return ok && !a->wrong ? EXIT_DONE : EXIT_RUN_FAILED;
}

int cmd_arm(int argc, char **argv)
{
    struct arm *a = calloc(1, sizeof *a);
    int status;

    if (!a)
        return EXIT_RUN_FAILED;
    a->cylinders = 200;
    a->drive = drive_find("hp-97560");
    if (parse(a, argc, argv, &status))
        status = answer(a);
    for (unsigned k = 0; k < a->nruns; k++) {
        free(a->run[k].order);
        free(a->run[k].path);
    }
    free(a->queue);
    free(a->specs);
    free(a);
    return status;
}
