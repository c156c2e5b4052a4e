/* bench_machine.c - see bench_machine.h */
#include <cmd/bench_machine.h>

#include <cmd/options.h>
#include <host/clock.h>
#include <host/pages.h>
#include <machine/machine.h>

#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 };

struct config *bench_load(struct vocabulary *v, const char *text)
{
    struct config *c = NULL;
    struct diag *diags = NULL;
    size_t n = 0;

    workload_load("bench", text, strlen(text), "", v, NULL, 0, &c, &diags, &n);
    for (size_t i = 0; i < n; i++)
        diag_print(&diags[i]);
    free(diags);
    return c;
}

static size_t used(const void *mem, size_t size)
{
    size_t n = size / PAGE, sum = 0;
    uint8_t *map = malloc(n + 1);

    if (!map)
        return size;
    pages_touched(mem, n, map);
    for (size_t i = 0; i < n; i++)
        sum += map[i] ? PAGE : 0;
    free(map);
    return sum;
}

static double seconds(struct machine *m)
{
    int64_t start = clock_cpu_ns();
    bool done = machine_run(m, NS_MAX, 0) == MACHINE_DONE;
    double s = (double)(clock_cpu_ns() - start) / 1e9;

    return done ? s : -1;
}

double bench_seconds(const struct config *c, uint64_t (*look)(const struct machine *m),
                     uint64_t *seen, size_t *touched)
{
    size_t size = machine_size(c);
    void *mem = pages_map(size);

    if (!mem)
        return -1;
    struct machine *m = machine_init(mem, size, c, true);
    double s = seconds(m);

    if (look)
        *seen += look(m);
    if (touched)
        *touched = used(mem, size);
    pages_unmap(mem, size);
    return s;
}
