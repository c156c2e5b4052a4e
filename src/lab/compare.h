/* lab/compare.h - policies side by side: the same workloads, the same seeds.
 *
 * Every workload runs under every policy with every seed, on all processors; the
 * numbers do not depend on how many there are. A policy's value of a metric is its
 * mean over the seeds with a 95% interval (Student's t). Policies are compared seed by
 * seed: the difference of pairs says more than two overlapping intervals. Where
 * nothing is left to chance all seeds give one run; then there is no interval, and
 * `alike` says so.
 */
#ifndef LAB_COMPARE_H
#define LAB_COMPARE_H

#include <formats/results.h>
#include <lab/cell.h>
#include <limits.h>
#include <signal.h>
#include <stat/estimate.h>
#include <stat/metrics.h>

struct compare_workload {
    const char *name, *about, *file;
    const char *unit_name;      /* "ms" */
    ns_t unit;                  /* ns */
    const struct metric *metric;        /* what matters in it most; NULL: not said */
    const char *const *metrics;         /* nmetrics names: all that does, that first */
    unsigned nmetrics;
    const struct guest_config *guest;   /* nguests of them, with numbers of their own */
    unsigned nguests;
    tid_t ntasks;
    uint32_t ncpus;
    ns_t reboot;                /* until a lost kernel is back, ns */
    bool reboot_assumed;        /* ...which is the default */
};

/* All borrowed until compare_free. */
struct compare_plan {
    const struct compare_workload *workloads;
    const char *const *policies;        /* as given; the first is the base */
    size_t nworkloads, npolicies, nseeds;       /* each >= 1 */
    uint64_t seed_first;
    bool audit, quantiles, isolate;
    unsigned nguests;           /* the most that a workload has */
    unsigned jobs;              /* 0: all processors */
    /* The config of a cell, valid until the next call; asked for in a worker. NULL:
     * cannot be had, and the cell is lost. */
    const struct config *(*config)(void *ctx, size_t workload, size_t policy,
                                   uint64_t seed);
    /* Of structures: what their ways cost (stat/names.h, costs_text), valid until the next
     * call. NULL: nobody knows. */
    const char *(*costs)(void *ctx, size_t workload, size_t policy);
    void (*progress)(void *ctx, size_t done, size_t of);        /* may be NULL */
    void *ctx;
    const volatile sig_atomic_t *stop;  /* non-zero: finish early */
};

struct compare;

/* NULL: no memory or no process. */
struct compare *compare_run(const struct compare_plan *plan);
void compare_free(struct compare *c);

/* NULL if it was lost; *why then says how. seed: 0 .. nseeds - 1. */
const struct cell *compare_cell(const struct compare *c, size_t workload, size_t policy,
                                size_t seed, const char **why);

/* Another comparison goes with it, of the same plan but for its seeds: one fault in each
 * run (contain.h). Borrowed; NULL: there is none. */
void compare_add_hurt(struct compare *c, const struct compare *hurt);
const struct compare *compare_hurt(const struct compare *c);

/* Runs that failed or were lost, over all. */
size_t compare_failures(const struct compare *c);
/* Of one policy's good runs, those in which a program ended badly; *why says how in the first
 * of them, and *seed is its number from 0. */
size_t compare_complaints(const struct compare *c, size_t workload, size_t policy, size_t *seed,
                          const char **why);
/* How many of one policy's runs are good. */
size_t compare_good(const struct compare *c, size_t workload, size_t policy);
/* Several seeds, and all good runs of the policy are one and the same run. */
bool compare_alike(const struct compare *c, size_t workload, size_t policy);

/* Metric i of a policy, over the seeds whose runs were good. Times are in ns. */
struct compare_number {
    struct estimate value;      /* n == 0: not measured */
    struct estimate difference; /* from the first policy, pair by pair */
    bool alike;                 /* value has no interval, since chance has no part */
    bool difference_alike;      /* the same of the difference */
    bool best;                  /* none is better, and one at least is worse */
};
struct compare_number compare_number(const struct compare *c, size_t workload,
                                     size_t policy, unsigned metric);
/* The same of one guest of the workload; COMPARE_WHOLE: of the machine. */
#define COMPARE_WHOLE UINT_MAX
struct compare_number compare_number_of(const struct compare *c, size_t workload, size_t policy,
                                        unsigned guest, unsigned metric);

/* --- as text (compare_out.c, compare_table.c); false: a write failed --- */

bool compare_json(const struct compare *c, struct text_out *out);
/* One line for each workload, policy and metric. */
bool compare_csv(const struct compare *c, struct text_out *out);

struct compare_style {
    bool utf8, color;
    unsigned columns;           /* of the screen; 0: 80 */
};
/* Equal up to the rounding of sums in different orders. */
bool compare_same(double a, double b);
/* The i-th of the numbers that matter in a workload, what matters most first; NULL: no more. */
const struct metric *compare_matters(const struct compare_workload *w, unsigned i);
/* A policy's mean of such a number, "failed", or "-". '*': it is the best, '=': all are as
 * good (nobody misses anything, say), ' '. */
char compare_score_text(const struct compare *c, size_t w, size_t k, const struct metric *m,
                        char *buf, size_t size);
/* "waiting_p99, ms, less", in buf. */
const char *compare_score_unit(const struct compare_workload *w, const struct metric *m,
                               char *buf, size_t size);
/* Are there several policies, and several workloads that say what matters in them? */
bool compare_has_scores(const struct compare *c);
/* Workloads that say what matters in them, against policies, each by its own metrics: the
 * first counts for who is best how often; nothing, if they have no scores. */
bool compare_scores(const struct compare *c, const struct compare_style *style,
                    struct text_out *out);
/* Under one policy: workloads side by side, by all that matters in any of them; nothing, if
 * fewer than two say so. */
bool compare_side(const struct compare *c, const struct compare_style *style,
                  struct text_out *out);
bool compare_table(const struct compare *c, const struct compare_style *style,
                   struct text_out *out);

/* The plan it was made from. */
const struct compare_plan *compare_plan(const struct compare *c);

#endif
