/* workload_uunifast.c - sets of periodic tasks with a given total utilisation.
 *
 *     {"name": "T", "uunifast": {"n": 5, "utilization": 0.8, "periods": [10, 20, 40]}}
 *
 * stands for n periodic tasks T1 .. Tn. Their utilisations are uniformly distributed
 * over all that add up to the total (Bini, Buttazzo: "Measuring the Performance of
 * Schedulability Tests", Real-Time Systems 30, 2005, algorithm UUniFast); a set with a
 * task above 1 is thrown away and drawn again, as for several processors (Davis,
 * Burns: "Priority Assignment for Global Fixed Priority Pre-emptive Scheduling",
 * RTSS 2009, "UUniFast-Discard"). Everything is integer arithmetic on the run's seed, so
 * that a set is the same on every machine.
 */
#include <formats/load.h>
#include <sim/rng.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TASKS = 10000, MAX_TRIES = 10000 };
#define ONE (INT64_C(1) << 32)
#define MILLION INT64_C(1000000)

static const char *const keys[] = {
    "n", "utilization", "periods", "granularity", NULL
};

struct generator {
    uint32_t n;
    int64_t utilization;        /* 32.32 fixed point */
    struct dist periods;
    ns_t granularity;           /* of a task's demand */
};

/* A uniform number in (0, 1), as 32.32. */
static uint64_t fraction(rng_t *r)
{
    return 1 + rng_below(r, (uint64_t)ONE - 1);
}

/* r^(1/k) for r in (0, 1): exp(ln(r) / k). */
static int64_t root(uint64_t r, uint32_t k)
{
    return fixed_exp(fixed_log(r) / k);
}

/* One draw of all utilisations; false if one of them is above 1. */
static bool draw(const struct generator *g, rng_t *r, int64_t *u)
{
    int64_t left = g->utilization;
    bool ok = true;

    for (uint32_t i = 0; i + 1 < g->n; i++) {
        int64_t next = (int64_t)((__int128)left * root(fraction(r), g->n - 1 - i) / ONE);

        u[i] = left - next;
        left = next;
        ok = ok && u[i] <= ONE;
    }
    u[g->n - 1] = left;
    return ok && left <= ONE;
}

static void load_periods(struct loader *l, const cJSON *item, struct generator *g)
{
    if (!item) {
        g->periods = (struct dist){ .kind = DIST_UNIFORM, .a = 10 * l->c->time_unit,
                                    .b = 100 * l->c->time_unit };
        return;
    }
    if (cJSON_IsArray(item)) {
        int64_t *values;
        uint32_t n = 0;

        if (!load_list(l, item, 1, MAX_TASKS))
            return;
        values = load_array(l, int64_t, cJSON_GetArraySize(item));
        for (const cJSON *c = values ? item->child : NULL; c; c = c->next)
            load_time(l, c, 1, &values[n++]);
        g->periods = (struct dist){ .kind = DIST_CHOICE, .choices = values,
                                    .nchoices = n };
        return;
    }
    load_dist(l, item, &g->periods);
}

/* Whole units of granularity, at least one, and no more than the period. */
static ns_t demand(const struct generator *g, ns_t period, int64_t u)
{
    ns_t c = (ns_t)((__int128)period * u / ONE);

    /* Down, so that the total is never exceeded, but for those that come to nothing. */
    c = c / g->granularity * g->granularity;
    if (c < g->granularity)
        c = g->granularity;
    return c < period ? c : period;
}

static void make(struct loader *l, const cJSON *o, const struct generator *g,
                 const struct process_config *base, const int64_t *u, rng_t *r)
{
    for (uint32_t i = 0; i < g->n && !l->full; i++) {
        struct process_config p = *base;
        struct step *steps = load_array(l, struct step, 2);
        ns_t period = dist_draw(&g->periods, r) / g->granularity * g->granularity;

        if (!steps)
            return;
        p.period = period > g->granularity ? period : g->granularity;
        if (!p.deadline)
            p.deadline = p.period;
        steps[0].kind = STEP_CPU;
        steps[0].len = (struct dist){ .kind = DIST_CONST,
                                      .a = demand(g, p.period, u[i]) };
        steps[1].kind = STEP_END;
        p.steps = steps;
        p.nsteps = 2;
        snprintf(p.name, sizeof p.name, "%.*s%u", NUMBERED_NAME, base->name,
                 i + 1);
        load_add_process(l, o, &p, steps[0].len.a);
    }
}

void load_uunifast(struct loader *l, const cJSON *o, const struct process_config *base)
{
    const cJSON *spec = load_field(o, "uunifast");
    const cJSON *total = load_field(spec, "utilization");
    struct generator g = { .n = 0, .granularity = l->c->time_unit / 1000 };
    uint64_t before = l->nerrors;
    int64_t millionths = 0, *u;
    rng_t r = rng_stream(l->c->seed, base->name, 0);
    unsigned tries = 0;

    if (load_field(o, "period"))
        load_error_key(l, load_field(o, "period"), "\"uunifast\" draws the periods "
                       "(\"periods\")");
    if (!load_object(l, spec, keys))
        return;
    if (g.granularity == 0)
        g.granularity = 1;
    if (!load_field(spec, "n") || !total)
        load_error(l, spec, ERR_INPUT, "needs \"n\" and \"utilization\"");
    load_u32(l, load_field(spec, "n"), 1, MAX_TASKS, &g.n);
    load_scaled(l, total, MILLION, 1, HART_LIMIT * MILLION, "a utilisation above 0, at "
                "most 1024, with at most 6 decimals", &millionths);
    load_time(l, load_field(spec, "granularity"), 1, &g.granularity);
    load_periods(l, load_field(spec, "periods"), &g);
    if (strlen(base->name) > NUMBERED_NAME)
        load_error(l, load_field(o, "name"), ERR_LIMIT, "too long to be numbered (at most "
                   "%d bytes)", NUMBERED_NAME);
    if (cJSON_IsArray(load_field(o, "arrival")))
        load_error(l, load_field(o, "arrival"), ERR_INPUT, "tasks that are drawn have one "
                   "arrival");
    if (millionths > g.n * MILLION && g.n)
        load_error(l, total, ERR_INPUT, "%u tasks cannot use more than %u cpus", g.n, g.n);
    if (l->nerrors != before || l->full)
        return;
    g.utilization = millionths * (ONE / 64) / (MILLION / 64);
    u = malloc(g.n * sizeof *u);
    while (u && !draw(&g, &r, u) && ++tries < MAX_TRIES)
        ;
    if (u && tries < MAX_TRIES)
        make(l, o, &g, base, u, &r);
    else
        load_error(l, total, ERR_LIMIT, "so much for so few tasks is never drawn with "
                   "every task below 1 (more tasks, or less utilisation)");
    free(u);
}
