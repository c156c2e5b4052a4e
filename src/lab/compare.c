/* compare.c - running the cells and what they say together. See compare.h. */
#include <lab/compare.h>

#include <host/workers.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What one policy's runs of one workload say together, of the machine or of a guest. */
struct column {
    struct estimate value[CELL_METRICS], difference[CELL_METRICS];
};

/* The same of the runs as such. */
struct tries {
    bool counted, alike;
    size_t good;
};

/* Tables ask for each number many times, and thousands of runs do not fit into a cache: so
 * each column is worked out when it is first asked for, all metrics at once. */
struct compare {
    const struct compare_plan *plan;
    struct workers_results *results;
    const struct compare *hurt;
    struct column **columns;            /* by workload, policy, and guest (0: the machine) */
    struct tries *tries;                /* by workload and policy */
};

static size_t ncolumns(const struct compare_plan *p)
{
    return p->nworkloads * p->npolicies * (p->nguests + (size_t)1);
}

/* Cells in the order workload, seed, policy: pairs that are compared run close to each
 * other in time, and an interrupted comparison has whole seeds. */
static size_t cell_index(const struct compare_plan *p, size_t workload, size_t policy,
                         size_t seed)
{
    return (workload * p->nseeds + seed) * p->npolicies + policy;
}

static struct cell_wish wish_of(const struct compare_plan *p)
{
    return (struct cell_wish){ .audit = p->audit, .quantiles = p->quantiles,
                               .guests = p->nguests };
}

static void work(void *ctx, size_t i, void *result)
{
    const struct compare_plan *p = ctx;
    size_t policy = i % p->npolicies, seed = i / p->npolicies % p->nseeds;
    size_t workload = i / p->npolicies / p->nseeds;
    struct cell_wish wish = wish_of(p);
    const struct config *c = p->config(p->ctx, workload, policy, p->seed_first + seed);

    if (c)
        cell_run(c, &wish, result);
}

static void pass_progress(void *ctx, size_t done, size_t of)
{
    const struct compare_plan *p = ctx;

    p->progress(p->ctx, done, of);
}

struct compare *compare_run(const struct compare_plan *plan)
{
    struct cell_wish wish = wish_of(plan);
    struct workers w = {
        .njobs = plan->nworkloads * plan->npolicies * plan->nseeds,
        .result_size = cell_size(&wish), .nworkers = plan->jobs,
        .isolate = plan->isolate, .work = work,
        .progress = plan->progress ? pass_progress : NULL,
        .ctx = (void *)plan, .stop = plan->stop,
    };
    struct compare *c = malloc(sizeof *c);

    if (!c)
        return NULL;
    *c = (struct compare){
        .plan = plan, .results = workers_run(&w),
        .columns = calloc(ncolumns(plan) + 1, sizeof *c->columns),
        .tries = calloc(plan->nworkloads * plan->npolicies + 1, sizeof *c->tries),
    };
    if (!c->results || !c->columns || !c->tries) {
        compare_free(c);
        return NULL;
    }
    return c;
}

void compare_free(struct compare *c)
{
    if (!c)
        return;
    workers_free(c->results);
    for (size_t i = 0; c->columns && i < ncolumns(c->plan); i++)
        free(c->columns[i]);
    free(c->columns);
    free(c->tries);
    free(c);
}

const struct compare_plan *compare_plan(const struct compare *c)
{
    return c->plan;
}

void compare_add_hurt(struct compare *c, const struct compare *hurt)
{
    c->hurt = hurt;
}

const struct compare *compare_hurt(const struct compare *c)
{
    return c->hurt;
}

/* --- cells --- */

const struct cell *compare_cell(const struct compare *c, size_t workload, size_t policy,
                                size_t seed, const char **why)
{
    size_t i = cell_index(c->plan, workload, policy, seed);
    const struct cell *cell = workers_result(c->results, i, why);

    if (cell && cell->state == CELL_LOST) {
        *why = "the workload cannot be loaded with this seed";
        return NULL;
    }
    return cell;
}

/* The cell if its numbers count, else NULL. */
static const struct cell *good_cell(const struct compare *c, size_t workload,
                                    size_t policy, size_t seed)
{
    const char *why;
    const struct cell *cell = compare_cell(c, workload, policy, seed, &why);

    return cell && cell->state == CELL_GOOD ? cell : NULL;
}

/* Only made late: what c says stays the same. */
static const struct tries *tries_of(const struct compare *c, size_t workload, size_t policy)
{
    struct tries *t = &c->tries[workload * c->plan->npolicies + policy];
    const struct cell *first = NULL;

    if (t->counted)
        return t;
    t->alike = true;
    for (size_t s = 0; s < c->plan->nseeds; s++) {
        const struct cell *cell = good_cell(c, workload, policy, s);

        if (!cell)
            continue;
        if (!first)
            first = cell;
        t->alike &= cell->trace_hash == first->trace_hash;
        t->good++;
    }
    t->alike &= t->good > 1;
    t->counted = true;
    return t;
}

size_t compare_good(const struct compare *c, size_t workload, size_t policy)
{
    return tries_of(c, workload, policy)->good;
}

size_t compare_failures(const struct compare *c)
{
    const struct compare_plan *p = c->plan;
    size_t failures = 0;

    for (size_t w = 0; w < p->nworkloads; w++)
        for (size_t k = 0; k < p->npolicies; k++)
            failures += p->nseeds - compare_good(c, w, k);
    return failures;
}

size_t compare_complaints(const struct compare *c, size_t workload, size_t policy, size_t *seed,
                          const char **why)
{
    size_t n = 0;

    for (size_t s = 0; s < c->plan->nseeds; s++) {
        const struct cell *cell = good_cell(c, workload, policy, s);

        if (!cell || !*cell->note)
            continue;
        if (n++ == 0) {
            *seed = s;
            *why = cell->note;
        }
    }
    return n;
}

bool compare_alike(const struct compare *c, size_t workload, size_t policy)
{
    return tries_of(c, workload, policy)->alike;
}

/* --- numbers --- */

/* The numbers of a run; *n of them, none if it was not good. */
static const double *numbers(const struct compare *c, size_t workload, size_t policy,
                             unsigned guest, size_t seed, unsigned *n)
{
    const struct cell *cell = good_cell(c, workload, policy, seed);
    struct cell_wish wish = wish_of(c->plan);

    *n = cell ? cell->nmetrics : 0;
    return !cell ? NULL : guest == COMPARE_WHOLE ? cell->metric : cell_guest(cell, &wish, guest);
}

/* Hand all values to `tell`, those of the policy to own[metric], pairs to off[metric]. */
static void tell_all(const struct compare *c, size_t workload, size_t policy, unsigned guest,
                     void (*tell)(struct tally *, double), struct tally *own,
                     struct tally *off)
{
    for (size_t s = 0; s < c->plan->nseeds; s++) {
        unsigned n, nbase;
        const double *mine = numbers(c, workload, policy, guest, s, &n);
        const double *base = numbers(c, workload, 0, guest, s, &nbase);

        for (unsigned m = 0; m < n; m++) {
            tell(&own[m], mine[m]);
            if (m < nbase)
                tell(&off[m], mine[m] - base[m]);
        }
    }
}

/* NULL: no memory. */
static const struct column *column_of(const struct compare *c, size_t workload, size_t policy,
                                      unsigned guest)
{
    size_t i = (workload * c->plan->npolicies + policy) * (c->plan->nguests + (size_t)1) +
               (guest == COMPARE_WHOLE ? 0 : guest + (size_t)1);
    struct tally own[CELL_METRICS] = { { 0 } }, off[CELL_METRICS] = { { 0 } };
    struct column *col = c->columns[i];

    if (col || !(col = malloc(sizeof *col)))
        return col;
    tell_all(c, workload, policy, guest, tally_value, own, off);
    tell_all(c, workload, policy, guest, tally_spread, own, off);
    for (unsigned m = 0; m < CELL_METRICS; m++) {
        col->value[m] = tally_estimate(&own[m]);
        col->difference[m] = tally_estimate(&off[m]);
    }
    return c->columns[i] = col;
}

bool compare_same(double a, double b)
{
    double larger = fabs(a) > fabs(b) ? fabs(a) : fabs(b);

    return fabs(a - b) <= 1e-9 * larger;
}

/* No policy's mean is better than `mean`, and one is worse. */
static bool is_best(const struct compare *c, size_t workload, unsigned guest, unsigned metric,
                    double mean)
{
    int better = metric_at(metric)->better;
    bool worse = false;

    if (better == 0 || isnan(mean))
        return false;
    for (size_t k = 0; k < c->plan->npolicies; k++) {
        const struct column *col = column_of(c, workload, k, guest);
        double other = col ? col->value[metric].mean : NAN;
        if (isnan(other) || compare_same(other, mean))
            continue;
        if ((other - mean) * better > 0)
            return false;
        worse = true;
    }
    return worse;
}

struct compare_number compare_number(const struct compare *c, size_t workload,
                                     size_t policy, unsigned metric)
{
    return compare_number_of(c, workload, policy, COMPARE_WHOLE, metric);
}

struct compare_number compare_number_of(const struct compare *c, size_t workload, size_t policy,
                                        unsigned guest, unsigned metric)
{
    const struct column *col = column_of(c, workload, policy, guest);
    const struct tally none = { 0 };
    struct compare_number out = { .value = tally_estimate(&none) };

    out.difference = out.value;
    if (!col)
        return out;
    out.value = col->value[metric];
    out.difference = col->difference[metric];
    out.alike = compare_alike(c, workload, policy);
    out.difference_alike = out.alike && compare_alike(c, workload, 0);
    out.best = is_best(c, workload, guest, metric, out.value.mean);
    return out;
}
