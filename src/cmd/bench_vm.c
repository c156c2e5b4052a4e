/* bench_vm.c - see bench_vm.h. Both ways are gone in turn and the best of three counts,
 * since the machine that measures does other things too. */
#include <cmd/bench_vm.h>

#include <cmd/bench_machine.h>
#include <cmd/cmd.h>
#include <cmd/options.h>
#include <cmd/vocab.h>
#include <formats/workload.h>
#include <host/clock.h>
#include <host/pages.h>
#include <machine/machine.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TASKS = 100, REPEAT = 2000, ROUNDS = 3, SEED = 7 };

static const struct { unsigned guests, cpus; const char *work; } cases[] = {
    { 1, 1, "{\"cpu\": {\"exp\": 1}}, {\"io\": {\"exp\": 50}}" },
    { 8, 1, "{\"cpu\": {\"exp\": 1}}, {\"io\": {\"exp\": 50}}" },
    { 64, 1, "{\"cpu\": {\"exp\": 1}}, {\"io\": {\"exp\": 50}}" },
    { 64, 8, "{\"cpu\": {\"exp\": 1}}, {\"io\": {\"exp\": 50}}" },
    { 64, 64, "{\"cpu\": {\"exp\": 1}}, {\"io\": {\"exp\": 500}}" },
};

struct pair { struct config *nested, *bare; };

static bool build(struct vocabulary *v, unsigned i, unsigned scale, struct pair *out)
{
    char work[400], bare[512], *nested = malloc(256 + cases[i].guests * 600);
    size_t n;

    if (!nested)
        return false;
    unsigned repeat = REPEAT / scale / (cases[i].guests < 8 ? 1 : 8);
    snprintf(work, sizeof work, "\"processes\": [{\"name\": \"t\", \"count\": %u, "
             "\"bursts\": [{\"repeat\": %u, \"do\": [%s]}]}]", TASKS, repeat, cases[i].work);
    snprintf(bare, sizeof bare, "{\"ossim\": 1, %s}", work);
    n = (size_t)sprintf(nested, "{\"ossim\": 1, \"machine\": {\"cpus\": %u}, \"kernel\": "
                        "{\"structure\": {\"model\": \"vm\", \"guests\": [", cases[i].cpus);
    for (unsigned g = 0; g < cases[i].guests; g++)
        n += (size_t)sprintf(nested + n, "%s{\"workload\": {\"ossim\": 1, \"seed\": %u, %s}}",
                             g ? ", " : "", SEED + g, work);
    sprintf(nested + n, "]}}}");
    *out = (struct pair){ bench_load(v, nested), bench_load(v, bare) };
    free(nested);
    return out->nested && out->bare;
}

static bool measure(unsigned i, const struct pair *p)
{
    double nested = -1, bare = -1;
    uint64_t steps[2] = { 0, 0 };

    for (unsigned round = 0; round < ROUNDS; round++) {
        double all = 0;

        steps[0] = steps[1] = 0;
        for (unsigned g = 0; g < cases[i].guests; g++) {
            p->bare->seed = SEED + g;   /* each guest's own, as in the nested one */
            double one = bench_seconds(p->bare, machine_steps, &steps[0], NULL);

            if (one < 0)
                return false;
            all += one;
        }
        double together = bench_seconds(p->nested, machine_steps, &steps[1], NULL);

        if (together < 0)
            return false;
        bare = bare < 0 || all < bare ? all : bare;
        nested = nested < 0 || together < nested ? together : nested;
    }
    printf("{\"bench\": \"vm\", \"guests\": %u, \"cpus\": %u, \"tasks\": %u, \"entries\": %" PRIu64
           ", \"bare_entries\": %" PRIu64 ", \"seconds\": %.3f, \"bare_seconds\": %.3f, "
           "\"ratio\": %.2f}\n", cases[i].guests, cases[i].cpus, cases[i].guests * TASKS,
           steps[1], steps[0], nested, bare, bare > 0 ? nested / bare : 0);
    fflush(stdout);
    return true;
}

int bench_vm(unsigned scale)
{
    struct vocabulary *v = vocab_open();
    int status = v ? EXIT_DONE : EXIT_OUR_FAULT;

    for (unsigned i = 0; v && i < sizeof cases / sizeof *cases; i++) {
        struct pair p = { NULL, NULL };

        if (!build(v, i, scale, &p) || !measure(i, &p))
            status = EXIT_OUR_FAULT;
        workload_free(p.nested);
        workload_free(p.bare);
    }
    vocab_close(v);
    return status;
}
