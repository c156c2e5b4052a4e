/* lab/contain.h - structures of a kernel by what they cost, and by what a fault takes.
 *
 * Costs come from a comparison of structures. What a fault takes comes from another one of
 * the same plan, in which each run has a fault that is drawn from its seed, the same one
 * under every structure: any kind, in any service, at any time before the run's end.
 */
#ifndef LAB_CONTAIN_H
#define LAB_CONTAIN_H

#include <lab/compare.h>
#include <ossim/err.h>

enum { CONTAIN_TIME, CONTAIN_CROSSINGS, CONTAIN_MESSAGES, CONTAIN_SWITCHES, CONTAIN_MEMORY,
       CONTAIN_COSTS };
enum { CONTAIN_RADIUS, CONTAIN_DOWNTIME, CONTAIN_WORK, CONTAIN_HARMS };

struct contain_point {
    double cost[CONTAIN_COSTS]; /* time: the kernel's, over that of the work; memory: bytes */
    struct estimate harm[CONTAIN_HARMS];        /* times in ns */
    bool pareto;                /* none costs less time and loses fewer services */
};

/* Structure k of workload w. c has compare_hurt. False: it has no good run. */
bool contain_point(const struct compare *c, size_t w, size_t k, struct contain_point *out);

/* "kernel time", "blast radius"; the unit, "" if there is none. NULL past the last. */
const char *contain_cost_name(unsigned i);
const char *contain_harm_name(unsigned i);

/* For each workload; nothing without compare_hurt. False: a write failed. */
bool contain_table(const struct compare *c, const struct compare_style *style,
                   struct text_out *out);
/* ', "containment": {...}' of one workload, or nothing. */
bool contain_json(const struct compare *c, size_t w, struct text_out *out);

/* For each workload DIR/NAME-pareto.*: cost against harm, and NAME-tradeoff.*: every cost
 * against every harm. Errors as in plot.h. */
enum err plot_contain(const struct compare *c, const char *dir, struct diag *diag);

#endif
