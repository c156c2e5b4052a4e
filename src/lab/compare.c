/* compare.c - running the cells and what they say together. See compare.h. */
#include <lab/compare.h>

#include <host/workers.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct compare {
    const struct compare_plan *plan;
    struct workers_results *results;
    const struct compare *hurt;
};

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
    *c = (struct compare){ .plan = plan, .results = workers_run(&w) };
    if (!c->results) {
        free(c);
        return NULL;
    }
    return c;
}

void compare_free(struct compare *c)
{
    if (!c)
        return;
    workers_free(c->results);
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

size_t compare_good(const struct compare *c, size_t workload, size_t policy)
{
    size_t good = 0;

    for (size_t s = 0; s < c->plan->nseeds; s++)
        good += good_cell(c, workload, policy, s) != NULL;
    return good;
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
    const struct cell *first = NULL;
    size_t good = 0;

    for (size_t s = 0; s < c->plan->nseeds; s++) {
        const struct cell *cell = good_cell(c, workload, policy, s);
        if (!cell)
            continue;
        if (!first)
            first = cell;
        else if (cell->trace_hash != first->trace_hash)
            return false;
        good++;
    }
    return good > 1;
}

/* --- numbers --- */

/* Metric i by seed; NAN where there is no good run. values has nseeds. */
static void gather(const struct compare *c, size_t workload, size_t policy, unsigned guest,
                   unsigned metric, double *values)
{
    struct cell_wish wish = wish_of(c->plan);

    for (size_t s = 0; s < c->plan->nseeds; s++) {
        const struct cell *cell = good_cell(c, workload, policy, s);
        const double *all = cell && guest != COMPARE_WHOLE ? cell_guest(cell, &wish, guest)
                          : cell ? cell->metric : NULL;

        values[s] = cell && metric < cell->nmetrics ? all[metric] : NAN;
    }
}

bool compare_same(double a, double b)
{
    double larger = fabs(a) > fabs(b) ? fabs(a) : fabs(b);

    return fabs(a - b) <= 1e-9 * larger;
}

/* No policy's mean is better than `mean`, and one is worse. */
static bool is_best(const struct compare *c, size_t workload, unsigned guest, unsigned metric,
                    double mean, double *values)
{
    int better = metric_at(metric)->better;
    bool worse = false;

    if (better == 0 || isnan(mean))
        return false;
    for (size_t k = 0; k < c->plan->npolicies; k++) {
        gather(c, workload, k, guest, metric, values);
        double other = estimate_of(values, c->plan->nseeds).mean;
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
    size_t n = c->plan->nseeds;
    double *values = malloc(2 * n * sizeof *values), *base = values + n;
    struct compare_number out;

    if (!values) {
        out = (struct compare_number){ .value = { .mean = NAN, .sd = NAN, .low = NAN,
                                                  .high = NAN } };
        out.difference = out.value;
        return out;
    }
    gather(c, workload, policy, guest, metric, values);
    gather(c, workload, 0, guest, metric, base);
    out.value = estimate_of(values, n);
    out.difference = estimate_paired(values, base, n);
    out.alike = compare_alike(c, workload, policy);
    out.difference_alike = out.alike && compare_alike(c, workload, 0);
    out.best = is_best(c, workload, guest, metric, out.value.mean, values);
    free(values);
    return out;
}
