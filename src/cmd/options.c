/* options.c - getopt_long with one table for all commands. */
#include <cmd/options.h>

#include <cmd/cmd.h>
#include <errno.h>
#include <formats/suggest.h>
#include <getopt.h>
#include <host/file.h>
#include <host/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { ALL = OPTIONS_RUN | OPTIONS_COMPARE | OPTIONS_LOAD, RUNS = OPTIONS_RUN | OPTIONS_COMPARE,
       ANY = ALL | OPTIONS_EXEC };

enum option_id {
    OPT_SCHED = 256, OPT_CPUS, OPT_FRAMES, OPT_SEED, OPT_SET, OPT_JSON, OPT_CSV,
    OPT_DISK_OUT, OPT_FILES_OUT,
    OPT_EVENTS, OPT_UNTIL, OPT_AUDIT, OPT_ASCII, OPT_SEEDS, OPT_PLOT, OPT_JOBS,
    OPT_STDOUT, OPT_SNAPSHOTS, OPT_GDB, OPT_TRACE_INSN, OPT_QUIET, OPT_NO_COLOR, OPT_REPLACEMENT,
    OPT_DISK_SCHED, OPT_ALLOCATION, OPT_STRUCTURE, OPT_FAULTS, OPT_TRACE, OPT_VARY, OPT_CURVE, OPT_WITH, OPT_ABI, OPT_FAST, OPT_RACES, OPT_CONSOLE, OPT_HELP, OPT_VERSION, OPT_EXTRA
};

static const struct row {
    const char *name, *meaning, *about;
    enum option_id id;
    unsigned takes;             /* commands; 0: known, but of no version yet */
} rows[] = {
    { "sched", "P[,P...]", "scheduling policy, as rr:quantum=4 or ./mine.c", OPT_SCHED, ANY },
    { "cpus", "N", "so many CPUs", OPT_CPUS, ANY },
    { "frames", "N", "so many frames of memory; of compare: N,N or A..B, each twice the last",
      OPT_FRAMES, ANY },
    { "seed", "N", "where all randomness comes from", OPT_SEED, ANY },
    { "set", "PATH=VALUE", "change any field of the workload, by JSON path", OPT_SET, ANY },
    { "until", "TIME", "stop at this virtual time", OPT_UNTIL, ANY },
    { "json", "FILE", "results as JSON (- is stdout, instead of the report)", OPT_JSON, ALL },
    { "csv", "FILE", "results as CSV", OPT_CSV, RUNS },
    { "events", "FILE", "every event, one JSON object a line", OPT_EVENTS,
      OPTIONS_RUN | OPTIONS_EXEC },
    { "trace", "FILE", "the run as a trace for ui.perfetto.dev", OPT_TRACE, OPTIONS_RUN },
    { "audit", NULL, "check the laws that every run must obey", OPT_AUDIT, RUNS },
    { "stdout", "DIR", "what programs print, as DIR/NAME.out", OPT_STDOUT, OPTIONS_RUN },
    { "disk-out", "FILE", "the disk as it is after the run, as an image", OPT_DISK_OUT,
      OPTIONS_RUN },
    { "files-out", "DIR", "the files that are on it then", OPT_FILES_OUT, OPTIONS_RUN },
    { "console", "[NAME]", "the terminal is the console of that process (Ctrl-] leaves)", OPT_CONSOLE,
      OPTIONS_RUN },
    { "snapshots", "MIB", "memory for going back on the screens (256)", OPT_SNAPSHOTS,
      OPTIONS_RUN },
    { "seeds", "A..B", "once for each of these seeds", OPT_SEEDS, OPTIONS_COMPARE },
    { "plot", "DIR", "figures, with their numbers as CSV", OPT_PLOT, RUNS },
    { "jobs", "N", "so many runs at a time", OPT_JOBS, OPTIONS_COMPARE | OPTIONS_GRADE },
    { "ascii", NULL, "no characters outside ASCII", OPT_ASCII, ALL },
    { "no-color", NULL, "no colours", OPT_NO_COLOR, ALL },
    { "quiet", NULL, "no report, no progress", OPT_QUIET, ALL },
    { "replacement", "R", "page replacement, as clock or ./mine.c; of compare: R,R,...",
      OPT_REPLACEMENT, ANY },
    { "allocation", "A", "frames for each: global, local, proportional, working-set, pff", OPT_ALLOCATION, ANY },
    { "disk-sched", "D", "disk scheduler (ossim list disk)", OPT_DISK_SCHED, ANY },
    { "structure", "S[,S...]", "structure of the kernel (ossim list structures); of compare: "
      "several, or all", OPT_STRUCTURE, ANY },
    { "faults", "N", "with --structure: so many runs of each with a drawn fault (32; 0: none)",
      OPT_FAULTS, OPTIONS_COMPARE },
    { "vary", "PATH=V,A..B", "a field at many values: curves over it", OPT_VARY, OPTIONS_COMPARE },
    { "curve", "NAME: PATH=V; ...", "with --vary: one of several curves", OPT_CURVE, OPTIONS_COMPARE },
    { "gdb", "PORT", "let gdb-multiarch debug the programs (target remote :PORT)", OPT_GDB,
      OPTIONS_RUN | OPTIONS_EXEC },
    { "trace-insn", "FILE", "every instruction that programs execute", OPT_TRACE_INSN,
      OPTIONS_RUN | OPTIONS_EXEC },
    { "races", "[=N]", "look for data races between threads; print N of them (20)", OPT_RACES,
      OPTIONS_RUN | OPTIONS_EXEC },
    { "with", "C.c,D.c", "further programs, which execve finds by their names", OPT_WITH,
      OPTIONS_EXEC },
    { "abi", "linux|rars|venus|ripes", "whose system calls the program makes", OPT_ABI,
      OPTIONS_EXEC },
    { "fast", NULL, "do not hold virtual time to that of the terminal", OPT_FAST,
      OPTIONS_EXEC },
    { "help", NULL, "this text", OPT_HELP, ANY },
    { "version", NULL, "the version", OPT_VERSION, ANY },
};
enum { RACES_SHOWN = 20 };
enum { NROWS = sizeof rows / sizeof *rows, MAX_EXTRA = 16 };

/* --- messages --- */

void diag_print(const struct diag *d)
{
    if (d->file[0])
        fprintf(stderr, "%s:", d->file);
    else
        fputs("ossim:", stderr);
    if (d->line)
        fprintf(stderr, "%u:", d->line);
    if (d->line && d->col)
        fprintf(stderr, "%u:", d->col);
    fputs(" error: ", stderr);
    if (d->path[0])
        fprintf(stderr, "%s: ", d->path);
    fprintf(stderr, "%s\n", d->text);
}

static void print_row(const char *name, const char *meaning, const char *about)
{
    char left[40];

    snprintf(left, sizeof left, "--%s%s%s", name, meaning && strncmp(meaning, "[=", 2) ? " " : "",
             meaning ? meaning : "");
    printf("  %-22s %s\n", left, about);
}

static void print_help(const struct option_help *help, unsigned takes,
                       const struct option_extra *extra)
{
    printf("usage: ossim %s\n\n%s\n\noptions:\n", help->usage, help->about);
    for (; extra && extra->name; extra++)
        print_row(extra->name, extra->meaning, extra->about);
    for (size_t i = 0; i < NROWS; i++)
        if (rows[i].takes & takes)
            print_row(rows[i].name, rows[i].id == OPT_SCHED && !(takes & OPTIONS_COMPARE)
                                        ? "P" : rows[i].meaning, rows[i].about);
}

static bool wrong(const char *command, const char *option, const char *value,
                  const char *expected)
{
    fprintf(stderr, "ossim %s: error: --%s %s: %s\n", command, option, value, expected);
    return false;
}

/* --- values --- */

static bool whole_number(const char *text, uint64_t max, uint64_t *out)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return !*end && !errno && *out <= max;
}

static bool add_set(struct options *o, const char *path, size_t len, const char *value)
{
    struct option_set *s = &o->set[o->nsets];

    if (o->nsets == OPTIONS_SETS)
        return false;
    s->path = strndup(path, len);
    s->value = strdup(value);
    o->nsets++;
    return s->path && s->value;
}

static bool set_number(struct options *o, const char *command, const char *option,
                       const char *path, const char *value, uint64_t min)
{
    uint64_t n;

    if (!whole_number(value, UINT64_MAX, &n) || n < min)
        return wrong(command, option, value, min ? "expected a whole number, at least 1"
                                                 : "expected a whole number");
    return add_set(o, path, strlen(path), value)
        || wrong(command, option, value, "too many changes to the workload");
}

static bool set_field(struct options *o, const char *command, const char *value)
{
    const char *equals = strchr(value, '=');

    if (!equals || equals == value)
        return wrong(command, "set", value,
                     "expected PATH=VALUE, as machine.cpus=2 or /kernel/scheduler=fcfs");
    return add_set(o, value, (size_t)(equals - value), equals + 1)
        || wrong(command, "set", value, "too many changes to the workload");
}

static bool add_policies(struct options *o, const char *command, const char *list)
{
    for (const char *p = list;; p++) {
        const char *end = plugin_spec_end(p);

        if (end == p)
            return wrong(command, "sched", list, "a policy's name is missing");
        if (o->npolicies == OPTIONS_POLICIES)
            return wrong(command, "sched", list, "too many policies");
        o->policies[o->npolicies] = strndup(p, (size_t)(end - p));
        if (!o->policies[o->npolicies])
            return wrong(command, "sched", list, "no memory");
        o->npolicies++;
        if (!*end)
            return true;
        p = end;
    }
}

static bool seed_range(struct options *o, const char *command, const char *value)
{
    const char *dots = strstr(value, "..");
    char first[24] = "";

    if (dots && (size_t)(dots - value) < sizeof first)
        memcpy(first, value, (size_t)(dots - value));
    if (!whole_number(dots ? first : value, UINT64_MAX, &o->seed_first)
        || !whole_number(dots ? dots + 2 : value, UINT64_MAX, &o->seed_last)
        || o->seed_last < o->seed_first)
        return wrong(command, "seeds", value, "expected A..B with A <= B, as 1..30");
    if (o->seed_last - o->seed_first >= 1000000)
        return wrong(command, "seeds", value, "expected at most a million seeds");
    o->has_seeds = true;
    return true;
}

bool options_count(const char *command, const char *option, const char *value,
                    uint64_t max, unsigned *out)
{
    uint64_t n;
    char expected[64];

    snprintf(expected, sizeof expected, "expected a whole number from 1 to %llu",
             (unsigned long long)max);
    if (!whole_number(value, max, &n) || !n)
        return wrong(command, option, value, expected);
    *out = (unsigned)n;
    return true;
}

static bool fault_runs(struct options *o, const char *command, const char *value)
{
    uint64_t n;

    if (!whole_number(value, 1000000, &n))
        return wrong(command, "faults", value, "expected a whole number from 0 to 1000000");
    o->faults = (unsigned)n;
    return true;
}

/* Known names whose machinery this version does not have. */
static bool absent(const char *command, const struct row *r, const char *value)
{
    return wrong(command, r->name, value, "this version does not have it");
}

static bool add_replacements(struct options *o, const char *command, const char *list)
{
    for (const char *p = list;; p++) {
        size_t n = strcspn(p, ",");

        if (!n || o->nreplacements == OPTIONS_POLICIES)
            return wrong(command, "replacement", list, n ? "too many policies"
                                                         : "a policy's name is missing");
        if (!(o->replacements[o->nreplacements] = strndup(p, n)))
            return wrong(command, "replacement", list, "no memory");
        o->nreplacements++;
        p += n;
        if (!*p)
            return true;
    }
}

/* A number up to max; *text is behind it then. */
static bool take_number(const char **text, uint64_t max, uint64_t *n)
{
    char *end;

    if (**text < '0' || **text > '9')
        return false;
    errno = 0;
    *n = strtoull(*text, &end, 10);
    *text = end;
    return !errno && *n <= max;
}

/* N, A..B (doubling) or A..B+K, up to a comma or the end. */
static bool add_sizes(struct options *o, const char **text)
{
    uint64_t from, to, by = 0;

    if (!take_number(text, UINT32_MAX, &from) || from == 0)
        return false;
    to = from;
    if (strncmp(*text, "..", 2) == 0) {
        *text += 2;
        if (!take_number(text, UINT32_MAX, &to) || to < from)
            return false;
        if (**text == '+' && (++*text, !take_number(text, UINT32_MAX, &by) || by == 0))
            return false;
    }
    for (uint64_t n = from; n <= to; n = by ? n + by : 2 * n) {
        if (o->nframes == OPTIONS_FRAMES)
            return false;
        o->frames[o->nframes++] = (uint32_t)n;
    }
    return true;
}

static bool add_frames(struct options *o, const char *command, const char *list)
{
    const char *text = list;

    do
        if (!add_sizes(o, &text) || (*text && *text != ','))
            return wrong(command, "frames", list, "expected N, A..B (each twice the last) or "
                         "A..B+K, with commas between them, 64 sizes at most");
    while (*text++ == ',');
    return true;
}

static bool add_structures(struct options *o, const char *command, unsigned takes,
                           const char *list)
{
    static const char all[] = "monolithic,layered,rings,microkernel,modular,hybrid";

    if (!(takes & OPTIONS_COMPARE))
        return add_set(o, "/kernel/structure", 17, list)
            || wrong(command, "structure", list, "too many changes to the workload");
    for (const char *p = strcmp(list, "all") == 0 ? all : list;; p++) {
        size_t n = strcspn(p, ",");

        if (!n || o->nstructures == OPTIONS_STRUCTURES)
            return wrong(command, "structure", list, n ? "too many structures"
                                                       : "a structure's name is missing");
        o->structures[o->nstructures++] = strndup(p, n);
        p += n;
        if (!*p)
            return true;
    }
}

static bool accept(struct options *o, const char *command, unsigned takes,
                   const struct row *r, const char *value)
{
    if (!r->takes)
        return absent(command, r, value);
    if (!(r->takes & takes)) {
        fprintf(stderr, "ossim %s: error: --%s is no option of this command\n", command,
                r->name);
        return false;
    }
    switch (r->id) {
    case OPT_SCHED: return add_policies(o, command, value);
    case OPT_CPUS: return set_number(o, command, r->name, "/machine/cpus", value, 1);
    case OPT_FRAMES:
        if (takes & OPTIONS_COMPARE)
            return add_frames(o, command, value);
        return set_number(o, command, r->name, "/machine/memory/frames", value, 1);
    case OPT_DISK_SCHED:
        return add_set(o, "/machine/disk/scheduler", 23, value)
            || wrong(command, r->name, value, "too many changes to the workload");
    case OPT_REPLACEMENT:
        if (takes & OPTIONS_COMPARE)
            return add_replacements(o, command, value);
        return add_set(o, "/kernel/replacement", 19, value)
            || wrong(command, r->name, value, "too many changes to the workload");
    case OPT_ALLOCATION:
        return add_set(o, "/kernel/allocation", 18, value)
            || wrong(command, r->name, value, "too many changes to the workload");
    case OPT_STRUCTURE: return add_structures(o, command, takes, value);
    case OPT_FAULTS: return fault_runs(o, command, value);
    case OPT_VARY: o->vary = value; return true;
    case OPT_CURVE:
        if (o->ncurves == OPTIONS_CURVES)
            return wrong(command, r->name, value, "too many curves");
        o->curves[o->ncurves++] = value;
        return true;
    case OPT_SEED: return set_number(o, command, r->name, "/seed", value, 0);
    case OPT_SET: return set_field(o, command, value);
    case OPT_UNTIL:
        o->until = value;
        return add_set(o, "/stop/at", 8, value)
            || wrong(command, r->name, value, "too many changes to the workload");
    case OPT_JSON: o->json = value; return true;
    case OPT_CSV: o->csv = value; return true;
    case OPT_EVENTS: o->events = value; return true;
    case OPT_TRACE: o->trace = value; return true;
    case OPT_PLOT: o->plot_dir = value; return true;
    case OPT_STDOUT: o->stdout_dir = value; return true;
    case OPT_SNAPSHOTS:
        return options_count(command, r->name, value, 1 << 20, &o->snapshots_mib);
    case OPT_SEEDS: return seed_range(o, command, value);
    case OPT_JOBS: return options_count(command, r->name, value, 1024, &o->jobs);
    case OPT_TRACE_INSN: o->trace_insn = value; return true;
    case OPT_DISK_OUT: o->disk_out = value; return true;
    case OPT_FILES_OUT: o->files_out = value; return true;
    case OPT_WITH: o->with = value; return true;
    case OPT_FAST: o->fast = true; return true;
    case OPT_RACES:
        o->races = true;
        o->races_shown = RACES_SHOWN;
        return !value || options_count(command, r->name, value, 1000, &o->races_shown);
    case OPT_ABI: o->abi = value; return true;
    case OPT_CONSOLE: o->console = value ? value : ""; return true;
    case OPT_GDB: return options_count(command, r->name, value, 65535, &o->gdb_port);
    case OPT_AUDIT: o->audit = true; return true;
    case OPT_ASCII: o->ascii = true; return true;
    case OPT_QUIET: o->quiet = true; return true;
    case OPT_NO_COLOR: o->no_color = true; return true;
    default: return true;
    }
}

/* --- the command line --- */

static void long_options(struct option *all, const struct option_extra *extra)
{
    size_t n = 0;

    for (size_t i = 0; i < NROWS; i++)
        all[n++] = (struct option){ rows[i].name, !rows[i].meaning ? no_argument
                                        : rows[i].meaning[0] == '[' ? optional_argument
                                                                    : required_argument,
                                    NULL, (int)rows[i].id };
    for (int i = 0; extra && extra[i].name && i < MAX_EXTRA; i++)
        all[n++] = (struct option){ extra[i].name, extra[i].has_value ? required_argument
                                                                      : no_argument,
                                    NULL, OPT_EXTRA + i };
    all[n] = (struct option){ 0 };
}

/* The word behind an option whose value may be left out, if it is one: no option, no file. */
static char *optional_value(int argc, char **argv)
{
    char *word = optind < argc ? argv[optind] : NULL;

    if (!word || *word == '-' || strpbrk(word, "/."))
        return NULL;
    optind++;
    return word;
}

static const struct row *row_of(int id)
{
    for (size_t i = 0; i < NROWS; i++)
        if ((int)rows[i].id == id)
            return &rows[i];
    return NULL;
}

/* A flag for the C compiler, in one word. */
static bool add_cc(struct options *o, const char *command, int letter, const char *value)
{
    char *word = malloc(strlen(value ? value : "") + 3);

    if (!word || o->ncc == OPTIONS_CC) {
        free(word);
        return wrong(command, "D", value, "too many of them");
    }
    sprintf(word, "-%c%s", letter, value ? value : "");
    o->cc[o->ncc++] = word;
    return true;
}

/* --sched of a command that makes one run. */
static bool one_policy(struct options *o, const char *command, unsigned takes)
{
    if (!o->npolicies || takes & OPTIONS_COMPARE)
        return true;
    if (o->npolicies > 1) {
        fprintf(stderr, "ossim %s: error: --sched takes one policy here (ossim compare "
                "takes several)\n", command);
        return false;
    }
    return add_set(o, "/kernel/scheduler", 17, o->policies[0])
        || wrong(command, "sched", o->policies[0], "too many changes to the workload");
}

static bool one_stdout(const struct options *o, const char *command)
{
    int n = (o->json && !strcmp(o->json, "-")) + (o->csv && !strcmp(o->csv, "-"))
        + (o->events && !strcmp(o->events, "-")) + (o->trace && !strcmp(o->trace, "-"))
        + (o->trace_insn && !strcmp(o->trace_insn, "-"));

    if (n > 1)
        fprintf(stderr, "ossim %s: error: stdout (-) can be given to one of --json, "
                "--csv, --events, --trace and --trace-insn only\n", command);
    if (!!o->gdb_port + !!o->trace_insn + o->races > 1)
        fprintf(stderr, "ossim %s: error: --gdb, --trace-insn and --races exclude each other\n",
                command);
    if (o->console && (n || o->gdb_port))
        fprintf(stderr, "ossim %s: error: with --console stdout is a console: neither results "
                "(-) nor --gdb go with it\n", command);
    return n <= 1 && !!o->gdb_port + !!o->trace_insn + o->races <= 1 && !(o->console && (n || o->gdb_port));
}

const char *word_meant(const char *word, const char *const *names)
{
    return suggest(word, names);
}

/* After an option that nobody knows. */
static void try_help(const char *command, unsigned takes, const char *given)
{
    const char *names[NROWS + 1] = { NULL };
    char word[40];
    size_t n = 0;

    snprintf(word, sizeof word, "%s", strncmp(given, "--", 2) ? "" : given + 2);
    word[strcspn(word, "=")] = '\0';
    for (size_t i = 0; i < NROWS; i++)
        if (rows[i].takes & takes)
            names[n++] = rows[i].name;
    const char *nearest = suggest(word, names);

    if (nearest && strcmp(nearest, word))
        fprintf(stderr, "(did you mean --%s?) ", nearest);
    fprintf(stderr, "try: ossim help %s\n", command);
}

/* Whichever was written last would be all that is left. */
static bool one_file_each(const struct options *o, const char *command)
{
    const struct { const char *option, *path; } out[] = {
        { "json", o->json }, { "csv", o->csv }, { "events", o->events }, { "trace", o->trace },
        { "trace-insn", o->trace_insn }, { "disk-out", o->disk_out },
    };
    enum { OUT = sizeof out / sizeof *out };

    for (size_t i = 0; i < OUT; i++)
        for (size_t k = 0; k < i; k++)
            if (out[i].path && out[k].path && file_same(out[i].path, out[k].path)) {
                fprintf(stderr, "ossim %s: error: --%s and --%s write the same file, %s\n",
                        command, out[k].option, out[i].option, out[i].path);
                return false;
            }
    return true;
}

bool options_parse(struct options *o, int argc, char **argv, unsigned takes,
                   const struct option_extra *extra, const struct option_help *help,
                   int *status)
{
    struct option all[NROWS + MAX_EXTRA + 1];
    const char *command = argv[0];
    /* What follows a program's name is the program's. */
    const char *word = takes & OPTIONS_EXEC ? "+hI:D:U:O::l:" : "h";
    char shown[64];
    int id;

    memset(o, 0, sizeof *o);
    o->faults = OPTIONS_FAULTS;
    long_options(all, extra);
    *status = EXIT_BAD_INPUT;
    /* getopt starts its messages with argv[0]. */
    snprintf(shown, sizeof shown, "ossim %s", command);
    argv[0] = shown;
    optind = 0;
    while ((id = getopt_long(argc, argv, word, all, NULL)) != -1) {
        const struct row *r = row_of(id);

        if (id == 'h' || id == OPT_HELP) {
            print_help(help, takes, extra);
            *status = EXIT_DONE;
            break;
        }
        if (id == OPT_VERSION) {
            puts("ossim " OSSIM_VERSION);
            *status = EXIT_DONE;
            break;
        }
        if (id >= OPT_EXTRA) {
            *extra[id - OPT_EXTRA].value = optarg ? optarg : "";
            continue;
        }
        if (id < 256 && strchr("IDUOl", id)) {
            if (!add_cc(o, command, id, optarg))
                break;
            continue;
        }
        if (r && r->meaning && r->meaning[0] == '[' && r->meaning[1] != '=' && !optarg)
            optarg = optional_value(argc, argv);
        if (!r)
            try_help(command, takes, argv[optind - 1]);
        if (!r || !accept(o, command, takes, r, optarg))
            break;
    }
    argv[0] = (char *)command;
    if (id == -1 && one_policy(o, command, takes) && one_stdout(o, command) &&
        one_file_each(o, command)) {
        o->files = (const char **)argv + optind;
        o->nfiles = (unsigned)argc - (unsigned)optind;
        return true;
    }
    options_free(o);
    return false;
}

void options_free(struct options *o)
{
    for (unsigned i = 0; i < o->nsets; i++) {
        free(o->set[i].path);
        free(o->set[i].value);
    }
    for (unsigned i = 0; i < o->npolicies; i++)
        free(o->policies[i]);
    for (unsigned i = 0; i < o->nreplacements; i++)
        free(o->replacements[i]);
    for (unsigned i = 0; i < o->nstructures; i++)
        free(o->structures[i]);
    for (unsigned i = 0; i < o->ncc; i++)
        free(o->cc[i]);
    o->ncc = 0;
    o->nsets = o->npolicies = 0;
}

bool options_color(const struct options *o)
{
    const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

    return !o->no_color && !(no && *no) && term && strcmp(term, "dumb")
        && isatty(STDOUT_FILENO);
}

/* Asking the C library would load the locale's tables, which takes a fifth of a small
 * run, and would say no where the terminal has UTF-8 and the machine lacks the locale. */
bool options_utf8(const struct options *o)
{
    static const char *const says[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    const char *locale = NULL;

    for (size_t i = 0; i < sizeof says / sizeof *says && !(locale && *locale); i++)
        locale = getenv(says[i]);
    const char *charset = locale ? strchr(locale, '.') : NULL;

    return !o->ascii && charset
        && (!strncasecmp(charset + 1, "UTF-8", 5) || !strncasecmp(charset + 1, "utf8", 4));
}
