/* bench_structure.c - see bench_structure.h. The structures take turns, and the best of
 * three counts, since the machine that measures does other things too. */
#include <cmd/bench_structure.h>

#include <cmd/bench_machine.h>
#include <cmd/cmd.h>
#include <cmd/vocab.h>
#include <host/clock.h>
#include <kern/kern.h>
#include <machine/peek.h>

#include <stdio.h>

enum { TASKS = 8, CALLS = 100000, ROUNDS = 3, PASSES = 100000000 };

static const char *const structures[] = {
    "monolithic", "layered", "rings", "modular", "hybrid", "microkernel"
};
enum { STRUCTURES = sizeof structures / sizeof *structures };

static struct config *build(struct vocabulary *v, const char *structure, unsigned calls)
{
    char text[512];

    snprintf(text, sizeof text, "{\"ossim\": 1, \"machine\": {\"costs\": {\"syscall\": 100, "
             "\"context_switch\": 200, \"crossing\": {\"call\": 5, \"layer\": 20, \"gate\": 30, "
             "\"message\": 150}}}, \"kernel\": {\"structure\": \"%s\"}, \"processes\": [{\"name\": \"t\", "
             "\"count\": %d, \"bursts\": [{\"repeat\": %u, \"do\": [{\"call\": \"file\", "
             "\"cpu\": 0.001}]}]}]}", structure, TASKS, calls);
    return bench_load(v, text);
}

/* --- the door under `monolithic` --- */

/* What one pass takes, in ns: as often as it takes to see that. */
static double seconds_a_pass(unsigned scale)
{
    static struct kern k;
    unsigned n = PASSES / scale;
    int64_t start = clock_cpu_ns();

    for (unsigned i = 0; i < n; i++) {
        (void)service_call(&k, NULL, SERVICE_USER, SERVICE_FILE);
        __asm__ volatile("" : : : "memory");    /* each of them is made */
    }
    return (double)(clock_cpu_ns() - start) / 1e9 / n;
}

static uint64_t passes_of(const struct machine *m)
{
    struct peek_crossing x;
    uint64_t n = 0;

    for (unsigned from = 0; from < SERVICES; from++)
        for (unsigned to = 0; to < SERVICES; to++)
            if (peek_way(m, from, to, &x))
                n += x.count;
    return n;
}

static const struct door_case {
    const char *name, *processes;       /* %u: how often */
} door_cases[] = {
    { "bursts", "{\"name\": \"t\", \"count\": 8, \"bursts\": [{\"repeat\": %u, \"do\": [{\"cpu\": 1}, "
      "{\"lock\": \"m\"}, {\"cpu\": 1}, {\"unlock\": \"m\"}, {\"io\": 3}]}]}" },
    { "programs", "{\"name\": \"p\", \"count\": 2, \"asm\": \"_start: li s0, %u\\n1: addi s0, s0, -1"
      "\\nli a7, 173\\necall\\nbnez s0, 1b\\nli a0, 0\\nli a7, 93\\necall\"}" },
};

/* How much of a run it is: its share of the time, by what each pass takes alone. */
static int door_share(struct vocabulary *v, const struct door_case *what, unsigned scale)
{
    char processes[512], text[800];
    double s, each;
    uint64_t passes = 0;

    snprintf(processes, sizeof processes, what->processes, CALLS / scale);
    snprintf(text, sizeof text, "{\"ossim\": 1, \"processes\": [%s]}", processes);
    struct config *c = bench_load(v, text);

    if (!c)
        return EXIT_OUR_FAULT;
    s = bench_seconds(c, passes_of, &passes, NULL);
    each = seconds_a_pass(scale);
    workload_free(c);
    if (s < 0)
        return EXIT_OUR_FAULT;
    printf("{\"bench\": \"door\", \"structure\": \"monolithic\", \"run\": \"%s\", \"passes\": %llu, "
           "\"seconds\": %.3f, \"ns_per_pass\": %.2f, \"share\": %.4f}\n", what->name,
           (unsigned long long)passes, s, each * 1e9, s > 0 ? each * (double)passes / s : 0);
    return EXIT_DONE;
}

/* --- the structures --- */

static void print(const char *structure, const struct config *c, double seconds,
                  unsigned calls)
{
    /* A server is asked, and answers. */
    unsigned messages = c->structure.servers >> SERVICE_FILE & 1 ? 2 * TASKS * calls : 0;

    printf("{\"bench\": \"structure\", \"structure\": \"%s\", \"calls\": %u, \"messages\": %u, "
           "\"seconds\": %.3f, \"calls_per_s\": %.0f, \"messages_per_s\": %.0f}\n", structure,
           TASKS * calls, messages, seconds, seconds > 0 ? TASKS * calls / seconds : 0,
           seconds > 0 ? messages / seconds : 0);
    fflush(stdout);
}

int bench_structure(unsigned scale)
{
    struct vocabulary *v = vocab_open();
    struct config *c[STRUCTURES] = { NULL };
    double best[STRUCTURES] = { 0 };
    int status = v ? EXIT_DONE : EXIT_OUR_FAULT;

    for (unsigned i = 0; v && i < STRUCTURES; i++)
        if (!(c[i] = build(v, structures[i], CALLS / scale)))
            status = EXIT_OUR_FAULT;
    for (unsigned round = 0; round < ROUNDS && !status; round++)
        for (unsigned i = 0; i < STRUCTURES; i++) {
            double s = bench_seconds(c[i], NULL, NULL, NULL);

            if (s < 0)
                status = EXIT_OUR_FAULT;
            if (!round || s < best[i])
                best[i] = s;
        }
    for (unsigned i = 0; i < STRUCTURES && !status; i++)
        print(structures[i], c[i], best[i], CALLS / scale);
    for (size_t i = 0; i < sizeof door_cases / sizeof *door_cases && !status; i++)
        status = door_share(v, &door_cases[i], scale);
    for (unsigned i = 0; i < STRUCTURES; i++)
        workload_free(c[i]);
    if (v)
        vocab_close(v);
    return status;
}
