/* stat/hist.h - distributions: exact means, nearest-rank percentiles.
 *
 * A hist keeps every sample up to a limit and is exact until then. Past it, the
 * samples move into buckets that are 1/512 of their value wide; mean, min and max
 * stay exact. So a run of any length is measured in bounded memory.
 */
#ifndef STAT_HIST_H
#define STAT_HIST_H

#include <ossim/types.h>

/* A distribution of times (ns). n == 0: nothing was measured, the rest is 0.
 * Percentile p is the nearest-rank one: the value at rank ceil(p/100 * n). */
struct spread {
    uint64_t n;
    __int128 sum;
    ns_t min, p50, p95, p99, max;
};

/* The same of pure numbers. */
struct ratios {
    uint64_t n;
    double mean, min, p50, p95, p99, max;
};

/* Of values[0..n), which are put in another order. */
struct spread spread_of(ns_t *values, size_t n);
struct ratios ratios_of(double *values, size_t n);

/* In ns; NAN when n is 0. */
double spread_mean(const struct spread *s);

/* The index in a sorted array of n >= 1 values of percentile p, 0 < p <= 100. */
size_t percentile_rank(size_t n, unsigned p);

struct heap;

struct hist {
    uint64_t n;
    __int128 sum;
    ns_t min, max;
    ns_t *exact;                /* n samples; NULL once there are buckets */
    size_t room;
    uint64_t *buckets;
    struct heap *heap;          /* where they are; NULL: in the C library's */
    bool lossy;                 /* no memory was left: percentiles are unknown */
};

enum { HIST_EXACT = 1 << 18 };  /* samples kept one by one: 2 MiB */

/* A hist begins as all zeroes but the heap. */
void hist_add(struct hist *h, ns_t value);
/* All samples of another one. */
void hist_merge(struct hist *to, const struct hist *from);
/* Puts the samples that it has in another order; adding may go on afterwards. */
struct spread hist_spread(struct hist *h);
void hist_free(struct hist *h);

#endif
