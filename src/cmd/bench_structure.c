/* bench_structure.c - see bench_structure.h. The structures take turns, and the best of
 * three counts, since the machine that measures does other things too. */
#include <cmd/bench_structure.h>

#include <cmd/bench_machine.h>
#include <cmd/cmd.h>
#include <cmd/vocab.h>
#include <kern/service.h>

#include <stdio.h>

enum { TASKS = 8, CALLS = 100000, ROUNDS = 3 };

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
    uint64_t steps = 0;
    int status = v ? EXIT_DONE : EXIT_OUR_FAULT;

    for (unsigned i = 0; v && i < STRUCTURES; i++)
        if (!(c[i] = build(v, structures[i], CALLS / scale)))
            status = EXIT_OUR_FAULT;
    for (unsigned round = 0; round < ROUNDS && !status; round++)
        for (unsigned i = 0; i < STRUCTURES; i++) {
            double s = bench_seconds(c[i], &steps, NULL);

            if (s < 0)
                status = EXIT_OUR_FAULT;
            if (!round || s < best[i])
                best[i] = s;
        }
    for (unsigned i = 0; i < STRUCTURES && !status; i++)
        print(structures[i], c[i], best[i], CALLS / scale);
    for (unsigned i = 0; i < STRUCTURES; i++)
        workload_free(c[i]);
    if (v)
        vocab_close(v);
    return status;
}
