/* exec.c - `ossim exec PROGRAM [ARGS...]`, `ossim exec A.c B.c -- [ARGS...]`: one program on
 * a machine of its own.
 *
 * Standard input, output and error are the program's console, its exit status is ours.
 * Input is read when the program would wait for it; from a terminal also as it comes.
 */
#include <cmd/cmd.h>

#include <cJSON.h>
#include <cmd/guest_build.h>
#include <cmd/options.h>
#include <cmd/read.h>
#include <cmd/trace.h>
#include <cmd/typist.h>
#include <cmd/vocab.h>
#include <errno.h>
#include <formats/results.h>
#include <formats/workload.h>
#include <host/file.h>
#include <host/pages.h>
#include <host/plugin.h>
#include <host/plugin_watch.h>
#include <lab/gdb.h>
#include <lab/races.h>
#include <lab/refusal.h>
#include <machine/peek.h>
#include <machine/source.h>
#include <stat/names.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { KILLED = 128, SIGILL_GUEST = 4, SIGBUS_GUEST = 7, SIGKILL_GUEST = 9, SIGSEGV_GUEST = 11 };

/* How long children may go on after the program itself has ended. */
#define AFTERMATH_NS (INT64_C(10) * 1000000000)

struct exec {
    struct options o;
    const char *path;
    unsigned nsources;          /* of the command line's words; then perhaps "--" */
    const char **args;
    unsigned nargs;
    struct program_config *with;    /* what --with names */
    struct vocabulary *vocab;
    struct config *config;
    void *memory;
    size_t size;
    struct machine *machine;
    struct event_lines lines;
    struct outfile *events;
    struct trace trace;
    struct races *races;        /* NULL: nobody looks for them */
    struct plugin_crash crash;
    int write_error;            /* errno of the first output that was lost; 0 */
    struct typist typist;
    bool over, replaced, child_replaced, trapped, first_trapped;
    unsigned unknown;           /* system calls that there are not */
    unsigned limits;            /* that were reached, a bit each */
    int status, signal;         /* of the program, when over */
    uint32_t fault_address, fault_pc, pc;
    int32_t fault_pid;          /* the thread; 0: the first one */
    ns_t fault_at;
    ns_t ended_at;
};

/* --- the command line --- */

/* Is it a flag for the compiler, and how many words does it take? */
static unsigned flag_words(const char *word)
{
    if (word[0] != '-' || !word[1] || !strchr("IDUOl", word[1]))
        return 0;
    return word[2] || word[1] == 'O' ? 1 : 2;
}

/* With "--", all before it are sources and flags. */
static bool find_program(struct exec *x)
{
    unsigned end = 0;

    while (end < x->o.nfiles && strcmp(x->o.files[end], "--") != 0)
        end++;
    x->nsources = end < x->o.nfiles ? end : x->o.nfiles > 0;
    for (unsigned i = 0; i < x->nsources && !x->path; i++) {
        unsigned n = flag_words(x->o.files[i]);

        if (n)
            i += n - 1;
        else
            x->path = x->o.files[i];
    }
    if (end < x->o.nfiles)
        end++;
    else
        end = x->nsources;
    x->args = x->o.files + end;
    x->nargs = x->o.nfiles - end;
    return x->path != NULL;
}

/* --- the workload around it --- */

static void add_build(const struct exec *x, cJSON *p)
{
    cJSON *sources = cJSON_AddArrayToObject(p, "sources");
    cJSON *flags = cJSON_AddArrayToObject(p, "cflags");
    char both[4096];

    for (unsigned i = 0; i < x->o.ncc; i++)
        cJSON_AddItemToArray(flags, cJSON_CreateString(x->o.cc[i]));
    for (unsigned i = 0; i < x->nsources; i++) {
        const char *word = x->o.files[i];

        if (flag_words(word) == 2 && i + 1 < x->nsources) {
            snprintf(both, sizeof both, "%s%s", word, x->o.files[++i]);
            cJSON_AddItemToArray(flags, cJSON_CreateString(both));
        } else if (flag_words(word)) {
            cJSON_AddItemToArray(flags, cJSON_CreateString(word));
        } else if (word != x->path) {
            cJSON_AddItemToArray(sources, cJSON_CreateString(word));
        }
    }
}

static char *workload_text(const struct exec *x)
{
    cJSON *w = cJSON_CreateObject(), *p = cJSON_CreateObject(), *in = cJSON_CreateObject();
    const char *slash = strrchr(x->path, '/');
    char name[33];

    snprintf(name, sizeof name, "%s", slash ? slash + 1 : x->path);
    cJSON_AddNumberToObject(w, "ossim", 1);
    cJSON_AddStringToObject(p, "name", name);
    cJSON_AddStringToObject(p, "program", x->path);
    cJSON_AddItemToObject(p, "args", cJSON_CreateStringArray(x->args, (int)x->nargs));
    add_build(x, p);
    if (x->o.abi)
        cJSON_AddStringToObject(p, "abi", x->o.abi);
    cJSON_AddTrueToObject(in, "open");
    cJSON_AddItemToObject(p, "stdin", in);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(w, "processes"), p);
    cJSON_AddObjectToObject(cJSON_AddObjectToObject(w, "kernel"), "files");
    char *text = cJSON_PrintUnformatted(w);
    cJSON_Delete(w);
    return text;
}

/* A complaint about the program: the workload that it is part of is ours, so its places
 * mean nothing to the user. */
static void about_program(const struct exec *x, struct diag *d)
{
    size_t n = strlen(x->path);

    d->path[0] = '\0';
    if (d->file[0])
        return;
    snprintf(d->file, sizeof d->file, "%s", x->path);
    d->line = d->col = 0;
    if (!strncmp(d->text, x->path, n) && !strncmp(d->text + n, ": ", 2))
        memmove(d->text, d->text + n + 2, strlen(d->text + n + 2) + 1);
}

/* Which of the program's 0, 1 and 2 lead to a terminal: those of ours that do. */
static void find_terminals(struct config *c)
{
    struct program_config *p = c->processes[0].program;
    struct winsize size;

    p->tty = 0;
    for (int fd = 0; fd <= 2; fd++) {
        if (!isatty(fd))
            continue;
        p->tty |= (uint8_t)(1u << fd);
        if (!ioctl(fd, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
            p->height = size.ws_row, p->width = size.ws_col;
    }
}

static int load(struct exec *x)
{
    struct workload_set sets[OPTIONS_SETS];
    struct diag *diags = NULL;
    size_t ndiags = 0;
    char *text = workload_text(x);

    for (unsigned i = 0; i < x->o.nsets; i++)
        sets[i] = (struct workload_set){ x->o.set[i].path, x->o.set[i].value };
    read_given(&x->o, x->vocab);
    if (text)
        workload_load("", text, strlen(text), ".", x->vocab, sets, x->o.nsets, &x->config,
                      &diags, &ndiags);
    for (size_t i = 0; !x->config && i < ndiags; i++) {
        if (!strcmp(diags[i].path, "/processes/0/abi"))
            snprintf(diags[i].path, sizeof diags[i].path, "--abi"), diags[i].line = 0;
        else if (!strncmp(diags[i].path, "/processes/0/program", 20))
            about_program(x, &diags[i]);
        diag_print(&diags[i]);
    }
    free(diags);
    cJSON_free(text);
    if (x->config)
        find_terminals(x->config);
    return x->config ? EXIT_DONE : EXIT_BAD_INPUT;
}

/* The programs of --with, for execve to find. */
static int load_with(struct exec *x)
{
    char *list = x->o.with ? strdup(x->o.with) : NULL, *rest = list, *path;
    unsigned n = 0;
    int status = EXIT_DONE;

    for (const char *c = list; c && *c; c++)
        n += *c == ',';
    x->with = list ? calloc(n + 1, sizeof *x->with) : NULL;
    while (x->with && !status && (path = strsep(&rest, ","))) {
        struct program_config *p = &x->with[x->config->nprograms];
        struct diag diag;

        if (!*path)
            continue;
        if (guest_build_one(path, &p->elf, &p->elf_size, &diag)) {
            diag_print(&diag);
            status = EXIT_BAD_INPUT;
        } else {
            p->path = strdup(path);
            x->config->nprograms++;
        }
    }
    x->config->programs = x->with;
    free(list);
    return status;
}

/* --- the console --- */

/* 0, or the errno of what went wrong. */
static int write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = write(fd, bytes, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return errno;
        bytes += done;
        n -= (size_t)done;
    }
    return 0;
}

/* What the program prints; the first time that it cannot be written is remembered. */
static void show(struct exec *x, bool to_stderr, const char *bytes, size_t n)
{
    int error = write_all(to_stderr ? STDERR_FILENO : STDOUT_FILENO, bytes, n);

    if (error && !x->write_error)
        x->write_error = error;
}

/* RARS's and Ripes's calls on floats and doubles: print, read, draw. */
static bool is_real(long number)
{
    return number == 2 || number == 3 || number == 6 || number == 7 || number == 43 ||
           number == 44;
}

/* Why the simulators' calls that need more than a console are not there. */
static const char *why_missing(long number)
{
    if (is_real(number))
        return "(its number is in fa0, and RV32IMA has no floating-point registers)\n";
    if (number >= 50 && number <= 60)
        return "(it opens a dialog, and there are no windows)\n";
    if (number == 31 || number == 33)
        return "(it plays a note, and there is no sound)\n";
    return "(ossim list syscalls)\n";
}

/* The first one is named: the program may have been written for another simulator. */
static void unknown_call(const struct exec *x, long number)
{
    const char *abi = x->o.abi;

    if (abi && strcmp(abi, "linux") != 0) {
        fprintf(stderr, "%s: --abi %s has no call ", x->path, abi);
        if (number < 0 || number >= UINT32_MAX) {
            fputs("with such a number\n", stderr);
            return;
        }
        fprintf(stderr, "%ld here ", number % ABI_STRIDE);
        fputs(why_missing(number % ABI_STRIDE), stderr);
        return;
    }
    fprintf(stderr, "%s: there is no system call %ld (ENOSYS)", x->path, number);
    if (number >= 1 && number <= 11)
        fputs("; that looks like RARS, Venus or Ripes: try --abi rars, venus or ripes (else calls "
              "are Linux's, as write, a7 = 64, and exit, a7 = 93)", stderr);
    fputc('\n', stderr);
}

/* Each limit is named once; what the program makes of it is its affair. */
static void limit_reached(struct exec *x, const struct event *e)
{
    if (x->limits >> e->a & 1)
        return;
    x->limits |= 1u << e->a;
    fprintf(stderr, "%s: %s is reached: %lld %s\n", x->path, limit_name(e->a),
            (long long)e->b, limit_text(e->a));
}

/* An exception: of the first thread, or of another, which matters if it ends the process. */
static void note_fault(struct exec *x, const struct event *e)
{
    struct peek_task t;

    peek_task(x->machine, e->tid, &t);
    x->first_trapped |= e->tid == 0;
    x->trapped = true;
    x->fault_at = e->at;
    x->fault_pid = e->tid ? t.pid : 0;
    x->fault_pc = t.pc;
    x->fault_address = (uint32_t)e->b;
}

/* Was an access to memory its end? */
static bool was_refused(const struct exec *x, tid_t tid, int signal, struct task_fault *why)
{
    return (signal == SIGSEGV_GUEST || signal == SIGBUS_GUEST) &&
           refusal_of(x->machine, tid, x->config, why);
}

static void print_place(const struct exec *x, bool replaced, uint32_t pc)
{
    const struct program_config *program = x->config->processes[0].program;
    struct source_place at = source_code(replaced ? NULL : program, pc);

    fprintf(stderr, " at pc 0x%08x", pc);
    if (at.symbol)
        fprintf(stderr, " (%s+0x%x)", at.symbol, at.offset);
    if (at.file)
        fprintf(stderr, ", %s:%u", at.file, (unsigned)at.line);
}

/* A process that it has forked may say nothing of its own end. */
static void child_killed(struct exec *x, tid_t tid, int signal)
{
    char buf[SIGNAL_TEXT];
    struct task_fault why;
    struct peek_task t;

    if (!was_refused(x, tid, signal, &why))
        return;
    peek_task(x->machine, tid, &t);
    fprintf(stderr, "%s: process %d killed by %s", x->path, (int)t.pid, signal_text(signal, buf));
    print_place(x, x->child_replaced, why.pc);
    fprintf(stderr, ", address 0x%08x (%s): %s\n", why.address, why.access, why.text);
}

static void on_event(void *ctx, const struct event *e)
{
    struct exec *x = ctx;
    struct peek_task t;
    char buf[4096];
    size_t n;

    switch (e->kind) {
    case EV_OUTPUT:
        while ((n = machine_output(x->machine, e->tid, buf, sizeof buf)) > 0)
            show(x, e->a == 2, buf, n);
        break;
    case EV_TRAP:
        note_fault(x, e);
        break;
    case EV_SIGNAL:
        if (e->b)               /* somebody sent it: it is no exception's */
            x->trapped = x->first_trapped = false, x->fault_pid = 0;
        break;
    case EV_EXEC:
        x->replaced |= e->tid == 0;
        x->child_replaced |= e->tid != 0;
        break;
    case EV_ENOSYS:
        if (x->unknown++ == 0)
            unknown_call(x, (long)e->a);
        break;
    case EV_LIMIT:
        limit_reached(x, e);
        break;
    case EV_EXIT:
        if (e->tid != 0) {
            child_killed(x, e->tid, (int)e->b);
            break;
        }
        x->over = true;
        x->status = (int)e->a;
        x->signal = (int)e->b;
        x->ended_at = e->at;
        /* Another thread's fault, if that is what ended the process. */
        if (x->fault_pid && (!x->signal || x->fault_at != e->at))
            x->fault_pid = 0, x->trapped = x->first_trapped;
        peek_task(x->machine, 0, &t);
        x->pc = x->fault_pid ? x->fault_pc : t.pc;
        break;
    default:
        break;
    }
}

/* --- running --- */

static void measure(void *ctx)
{
    struct exec *x = ctx;

    x->size = machine_size(x->config);
}

static void construct(void *ctx)
{
    struct exec *x = ctx;

    x->machine = machine_init(x->memory, x->size, x->config, false);
}

static bool waits_long_enough(const struct exec *x)
{
    return x->over && machine_now(x->machine) - x->ended_at > AFTERMATH_NS;
}

/* Waited for input, until the debugger is listened to again. */
#define LISTEN_NS INT64_C(50000000)

/* For the debugger, who may want to be heard meanwhile. */
static int give_input(void *ctx, char *buf, size_t room)
{
    struct exec *x = ctx;

    if (x->typist.over)
        return GDB_NO_INPUT;
    if (!room || !typist_readable(LISTEN_NS))
        return GDB_NOTHING_YET;
    return (int)typist_take(&x->typist, buf, room);
}

static void advance(void *ctx)
{
    struct exec *x = ctx;
    struct diag diag;

    struct gdb_session session = { .machine = x->machine, .memory = x->memory, .size = x->size,
                                   .input = give_input, .ctx = x };

    x->typist = (struct typist){ .machine = x->machine, .fast = x->o.fast,
                                 .terminal = typist_has_terminal() };
    if (x->o.gdb_port && gdb_serve(&session, x->o.gdb_port, &diag)) {
        diag_print(&diag);
        return;
    }
    while (!waits_long_enough(x) && !(x->over && machine_needs_input(x->machine)))
        if (!typist_turn(&x->typist, x->over))
            break;
}

static const char *task_name(const void *ctx, tid_t tid, char *buf, size_t size)
{
    const struct exec *x = ctx;

    return peek_name(x->machine, tid, buf, size);
}

static int prepare(struct exec *x)
{
    struct diag diag;

    if (!plugin_guard_run(measure, x, &x->crash))
        return EXIT_RUN_FAILED;
    x->memory = pages_map(x->size);
    if (!x->memory) {
        fprintf(stderr, "%s: error: not enough memory for this machine\n", x->path);
        return EXIT_RUN_FAILED;
    }
    if (!plugin_guard_run(construct, x, &x->crash))
        return EXIT_RUN_FAILED;
    stream_subscribe(machine_stream(x->machine),
                     EVENT_BIT(EV_OUTPUT) | EVENT_BIT(EV_TRAP) | EVENT_BIT(EV_EXEC) |
                     EVENT_BIT(EV_SIGNAL) | EVENT_BIT(EV_EXIT) |
                     EVENT_BIT(EV_ENOSYS) | EVENT_BIT(EV_LIMIT), on_event, x);
    if (!trace_open(&x->trace, x->o.trace_insn, x->machine))
        return EXIT_BAD_INPUT;
    if (x->o.races && !(x->races = races_watch(x->machine))) {
        fprintf(stderr, "%s: error: not enough memory to look for data races\n", x->path);
        return EXIT_RUN_FAILED;
    }
    if (!x->o.events)
        return EXIT_DONE;
    if (!(x->events = outfile_open(x->o.events, &diag))) {
        diag_print(&diag);
        return EXIT_BAD_INPUT;
    }
    x->lines = (struct event_lines){ .words = { .config = x->config, .name = task_name, .ctx = x },
                                     .out = { outfile_write, x->events } };
    stream_subscribe(machine_stream(x->machine), EVENTS_ALL, event_lines, &x->lines);
    return EXIT_DONE;
}

/* --- what became of it --- */

static int killed(const struct exec *x)
{
    char buf[SIGNAL_TEXT];
    struct task_fault why;
    bool refused = was_refused(x, 0, x->signal, &why);

    fprintf(stderr, "%s: killed by %s", x->path, signal_text(x->signal, buf));
    if (x->fault_pid)
        fprintf(stderr, " in thread %d", (int)x->fault_pid);
    print_place(x, x->replaced, refused ? why.pc : x->pc);
    if (refused || x->trapped)
        fprintf(stderr, ", address 0x%08x", refused ? why.address : x->fault_address);
    if (x->signal == SIGKILL_GUEST && x->trapped)
        fputs(": out of memory", stderr);
    else if (x->signal && x->pc == 0)
        fputs(": a jump to 0, as by a ret where nobody has called (end with: li a7, 93; ecall)",
              stderr);
    else if (x->signal == SIGILL_GUEST && x->trapped && !x->fault_address)
        fputs(": no instruction stands there, as behind the last one of a program that does not end "
              "(end with: li a7, 93; ecall)", stderr);
    else if (refused)
        fprintf(stderr, " (%s): %s", why.access, why.text);
    fputc('\n', stderr);
    return KILLED + x->signal;
}

/* What the threads of it did to each other. True: something is wrong. */
static bool report_races(const struct exec *x)
{
    char prefix[4200];
    unsigned n = 0;
    const struct results_race *race = x->races ? races_found(x->races, &n) : NULL;
    const char *doubt = x->races ? races_doubt(x->races) : NULL;

    snprintf(prefix, sizeof prefix, "%s: ", x->path);
    races_print(race, n, x->o.races_shown, prefix, stderr);
    if (doubt)
        fprintf(stderr, "%s%s\n", prefix, doubt);
    return n > 0;
}

static int conclude(struct exec *x)
{
    struct diag diag;
    struct outfile *f = x->events;

    x->events = NULL;
    if (!trace_close(&x->trace))
        return EXIT_RUN_FAILED;
    if (f && outfile_commit(f, &diag)) {
        diag_print(&diag);
        return EXIT_RUN_FAILED;
    }
    if (x->crash.text[0]) {
        fprintf(stderr, "%s: error: %s\n", x->path, x->crash.text);
        return EXIT_RUN_FAILED;
    }
    if (x->write_error) {
        fprintf(stderr, "%s: error: cannot write what it prints: %s\n", x->path,
                strerror(x->write_error));
        return EXIT_RUN_FAILED;
    }
    bool races = report_races(x);

    if (x->over)
        return x->signal ? killed(x) : races && !x->status ? EXIT_RUN_FAILED : x->status;
    fprintf(stderr, "%s: error: %s\n", x->path,
            machine_over(x->machine) == MACHINE_STUCK
                ? "stuck: all that is left waits for ever" : "stopped before its end");
    return EXIT_RUN_FAILED;
}

static void tidy(struct exec *x)
{
    if (x->events)
        outfile_abort(x->events);
    races_close(x->races);
    pages_unmap(x->memory, x->size);
    for (uint32_t i = 0; x->with && i < x->config->nprograms; i++) {
        free((void *)(uintptr_t)x->with[i].path);
        free((void *)(uintptr_t)x->with[i].elf);
    }
    free(x->with);
    workload_free(x->config);
    vocab_close(x->vocab);
    options_free(&x->o);
}

int cmd_exec(int argc, char **argv)
{
    static const struct option_help help = {
        "exec [options] PROGRAM [ARGS...] | A.c B.c... -- [ARGS...]",
        "Run one program (.elf, .s, .c) on a machine of its own. The terminal is its\n"
        "console; its exit status is that of the command, 128+n if signal n killed it.\n"
        "With --, all before it are sources of one program. -I -D -U -O -l are for the\n"
        "C compiler.",
    };
    struct exec x = { 0 };
    int status;

    if (!options_parse(&x.o, argc, argv, OPTIONS_EXEC, NULL, &help, &status))
        return status;
    if (!find_program(&x)) {
        fputs("ossim exec: error: which program? (usage: ossim exec PROGRAM [ARGS...])\n",
              stderr);
        options_free(&x.o);
        return EXIT_BAD_INPUT;
    }
    x.vocab = vocab_open();
    status = x.vocab ? load(&x) : EXIT_OUR_FAULT;
    if (!status)
        status = load_with(&x);
    if (!status)
        status = prepare(&x);
    if (!status) {
        plugin_watch_run(advance, &x, true, &x.crash);
        status = conclude(&x);
    }
    tidy(&x);
    return status;
}
