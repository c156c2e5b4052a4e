/* lab/cell.h - one run, from a config to its numbers.
 *
 * The cell of a comparison: a workload under a policy with a seed. A plug-in that
 * crashes, a law that is broken, a run that gets stuck are results like others; that a
 * kernel fails by a fault which the workload has put there is what was to be seen. Numbers
 * of tasks are those of all kernels, if there are guests.
 */
#ifndef LAB_CELL_H
#define LAB_CELL_H

#include <sim/config.h>
#include <stat/gantt.h>
#include <stdint.h>

enum {
    CELL_METRICS = 64,          /* at least as many as metric_at() has */
    CELL_QUANTILES = 200,
    CELL_NOTE = 200,
};

enum cell_state {
    CELL_LOST,                  /* it never came back: zeroed memory means that */
    CELL_GOOD,
    CELL_BAD,                   /* there are numbers, but the run failed: see note */
};

struct cell_wish {
    bool audit;                 /* check the laws */
    bool quantiles;             /* fill waiting and first_response */
    unsigned guests;            /* numbers of so many guests, at most */
};

/* Values of up to CELL_QUANTILES tasks, ascending; of more tasks that many
 * quantiles, the smallest and the largest among them. */
struct cell_sample {
    uint32_t n;
    ns_t value[CELL_QUANTILES];
};

struct cell {
    uint32_t state;             /* enum cell_state */
    uint32_t nmetrics;
    uint64_t trace_hash;
    uint64_t policy_faults;     /* impossible answers */
    ns_t end;                   /* virtual time */
    char note[CELL_NOTE];       /* of a bad one: what happened; of a good one: which program
                                 * ended badly, "" else */
    uint64_t crossings, structure_bytes;        /* between services; memory of servers */
    double metric[CELL_METRICS];        /* as metric_at(i); times in ns; NAN: none */
    struct cell_sample waiting, first_response;     /* only if wished: see cell_size */
};

/* Bytes of a cell without, or with, the two samples, and with what guests need. */
size_t cell_size(const struct cell_wish *w);

/* The metrics of guest i of the machine, as those of the cell: CELL_METRICS of them. */
const double *cell_guest(const struct cell *c, const struct cell_wish *w, unsigned i);

/* Run it. c is borrowed. out has cell_size() bytes. */
void cell_run(const struct config *c, const struct cell_wish *w, struct cell *out);

/* Run it once more with its chart. NULL: no memory, or a plug-in crashed. The
 * caller destroys the chart. */
struct gantt *cell_gantt(const struct config *c);

#endif
