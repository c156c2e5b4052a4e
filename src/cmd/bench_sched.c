/* bench_sched.c - decisions a second, and memory a task.
 *
 * Each case runs in a process of its own, so that its memory is measured alone: what is
 * resident after the run less what was before the machine was made. All tasks are
 * there from the start and run for ever, so that every slice ends with a decision among
 * all of them; under EDF they are periodic, and a job is what counts.
 */
#include <cmd/bench_sched.h>

#include <cmd/cmd.h>
#include <cmd/vocab.h>
#include <host/clock.h>
#include <host/pages.h>
#include <machine/machine.h>
#include <stat/metrics.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MS = 1000000 };

struct bench_case {
    const char *policy;
    uint32_t tasks;
    uint64_t decisions;         /* about as many are made */
};

static const struct bench_case cases[] = {
    { "rr:quantum=1", 10, 10000000 },    { "rr:quantum=1", 1000, 10000000 },
    { "rr:quantum=1", 100000, 10000000 }, { "rr:quantum=1", 1000000, 10000000 },
    { "mlfq:quantum=1", 10, 5000000 },   { "mlfq:quantum=1", 1000, 5000000 },
    { "mlfq:quantum=1", 100000, 5000000 }, { "mlfq:quantum=1", 1000000, 5000000 },
    { "fair", 10, 5000000 },             { "fair", 1000, 5000000 },
    { "fair", 100000, 5000000 },         { "fair", 1000000, 5000000 },
    { "round-robin.c:quantum=1", 10, 2000000 }, { "guest:round-robin.c:quantum=1", 10, 2000000 },
    { "guest:round-robin.c:quantum=1", 1000, 2000000 },
    { "edf", 10, 2000000 },              { "edf", 1000, 2000000 },
    { "edf", 100000, 2000000 },          { "edf", 1000000, 4000000 },
};

struct result {
    double seconds;
    uint64_t decisions, jobs, events;
    long resident_kib;
};

static long resident_kib(void)
{
    long pages = 0, total = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    if (f) {
        if (fscanf(f, "%ld %ld", &total, &pages) != 2)
            pages = 0;
        fclose(f);
    }
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Built in, or one of the shipped plug-ins, natively or as guest code. */
static bool find_policy(const char *spec, struct policy_config *out)
{
    char path[512], named[600];
    const char *file = strncmp(spec, "guest:", 6) == 0 ? spec + 6 : spec;
    struct vocabulary *v = vocab_open();
    struct diag diag = { .line = 0 };

    if (strstr(file, ".c:")) {
        snprintf(named, sizeof named, "plugins/%.*s", (int)(strstr(file, ":") - file), file);
        if (!share_find(named, path, sizeof path))
            return false;
        snprintf(named, sizeof named, "%s%s%s", file == spec ? "" : "guest:", path,
                 strchr(file, ':'));
        spec = named;
    }
    /* The process is the case: what the vocabulary keeps ends with it. */
    return v && v->policy(v->ctx, spec, "", MS, out, &diag) == ERR_OK;
}

/* Endless CPU work, or with EDF utilisation 0.8 in all: tasks/10 different periods. */
static bool build(struct config *c, const struct bench_case *b,
                  struct process_config *procs, struct step *steps)
{
    static const struct cpu_config cpu = { .mhz = 1000 };
    bool edf = strncmp(b->policy, "edf", 3) == 0;
    uint32_t nproc = edf ? (b->tasks < 1000 ? b->tasks : 1000) : 1;

    *c = (struct config){ .name = "bench", .about = "", .source = "", .file = "bench",
        .time_unit = MS, .unit_name = "ms", .ncpus = 1, .cpus = &cpu,
        .smp_skew = 1000, .nprocesses = nproc, .processes = procs, .ntasks = b->tasks,
        .stop_at = NS_MAX };
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        c->costs.insn[i] = 1;
    for (uint32_t p = 0; p < nproc; p++) {
        uint32_t count = b->tasks / nproc;
        ns_t period = edf ? (ns_t)(10 + p % 91) * MS : 0;

        procs[p] = (struct process_config){ .count = count, .first = p * count,
            .tickets = 100, .affinity = UINT64_MAX, .period = period, .deadline = period,
            .steps = steps + 2 * p, .nsteps = 2 };
        snprintf(procs[p].name, sizeof procs[p].name, "t%u", p);
        ns_t work = edf ? period * 8 / 10 / b->tasks : NS_MAX / 8;
        steps[2 * p] = (struct step){ .kind = STEP_CPU, .len = { .a = work } };
        steps[2 * p + 1] = (struct step){ .kind = STEP_END };
    }
    return find_policy(b->policy, &c->policy);
}

static int measure(const struct bench_case *b, unsigned scale, struct result *out)
{
    struct process_config *procs = calloc(1000, sizeof *procs);
    struct step *steps = calloc(2000, sizeof *steps);
    struct config c;

    if (!procs || !steps || !build(&c, b, procs, steps))
        return EXIT_OUR_FAULT;
    long before = resident_kib();
    size_t size = machine_size(&c);
    void *mem = pages_map(size);
    struct metrics *metrics = metrics_create(&c);
    if (!mem || !metrics)
        return EXIT_OUR_FAULT;
    struct machine *m = machine_init(mem, size, &c, true);
    stream_subscribe(machine_stream(m), metrics_kinds, metrics_event, metrics);
    /* Arrivals and the first dispatches are not what is measured. */
    machine_run(m, 0, 0);
    uint64_t events = machine_stream(m)->count;
    struct run_metrics from, to;
    metrics_run(metrics, machine_now(m), &from);
    int64_t start = clock_cpu_ns();
    uint64_t want = b->decisions / scale;
    do
        machine_run(m, NS_MAX, want);
    while (machine_stream(m)->count - events < 2 * want && !machine_over(m));
    out->seconds = (double)(clock_cpu_ns() - start) / 1e9;
    metrics_run(metrics, machine_now(m), &to);
    out->resident_kib = resident_kib() - before;
    out->decisions = to.dispatches - from.dispatches;
    out->jobs = to.jobs_finished - from.jobs_finished;
    out->events = machine_stream(m)->count - events;
    metrics_destroy(metrics);
    pages_unmap(mem, size);
    free(steps);
    free(procs);
    return EXIT_DONE;
}

static void print(const struct bench_case *b, const struct result *r)
{
    printf("{\"bench\": \"sched\", \"policy\": \"%s\", \"tasks\": %" PRIu32
           ", \"decisions\": %" PRIu64 ", \"seconds\": %.3f, \"decisions_per_s\": %.0f"
           ", \"events_per_s\": %.0f, \"bytes_per_task\": %.0f",
           b->policy, b->tasks, r->decisions, r->seconds,
           (double)r->decisions / r->seconds, (double)r->events / r->seconds,
           (double)r->resident_kib * 1024 / b->tasks);
    if (r->jobs)
        printf(", \"jobs_per_s\": %.0f", (double)r->jobs / r->seconds);
    printf("}\n");
    fflush(stdout);
}

/* In a child, for memory of its own; what it measured comes back through a pipe. */
static int run_case(const struct bench_case *b, unsigned scale)
{
    int fds[2], status = 0;
    struct result r;

    if (pipe(fds) < 0)
        return EXIT_OUR_FAULT;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        int e = measure(b, scale, &r);

        if (write(fds[1], &r, sizeof r) != sizeof r)
            e = EXIT_OUR_FAULT;
        _exit(e);
    }
    close(fds[1]);
    bool got = pid > 0 && read(fds[0], &r, sizeof r) == sizeof r;
    close(fds[0]);
    if (pid > 0)
        waitpid(pid, &status, 0);
    if (!got || status != 0) {
        fprintf(stderr, "ossim: bench: %s with %u tasks failed\n", b->policy, b->tasks);
        return EXIT_OUR_FAULT;
    }
    print(b, &r);
    return EXIT_DONE;
}

int bench_sched(unsigned scale)
{
    int e = EXIT_DONE;

    for (size_t i = 0; i < sizeof cases / sizeof *cases && e == EXIT_DONE; i++)
        e = run_case(&cases[i], scale);
    return e;
}
