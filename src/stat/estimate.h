/* stat/estimate.h - what a handful of runs says about the mean.
 *
 * Mean, standard deviation and the 95% confidence interval of Student's t, for
 * values and for paired differences. The quantiles are computed for any number of
 * degrees of freedom, not looked up.
 */
#ifndef STAT_ESTIMATE_H
#define STAT_ESTIMATE_H

#include <stddef.h>

struct estimate {
    size_t n;                   /* values that were numbers (not NAN) */
    double mean, sd;            /* sd: of the sample, n - 1; NAN below n = 2 */
    double low, high;           /* the 95% interval; NAN below n = 2 */
};

/* NAN among the values means "not measured" and is left out. n == 0: all NAN. */
struct estimate estimate_of(const double *values, size_t n);

/* Of values[i] - base[i]; a pair with a NAN is left out. */
struct estimate estimate_paired(const double *values, const double *base, size_t n);

/* The same of values that come one by one, twice: all of them to tally_value, and then all
 * to tally_spread, so that the squares do not cancel. Begins as zeros; NANs are left out. */
struct tally {
    size_t n;
    double sum, squares;
};
void tally_value(struct tally *t, double value);
void tally_spread(struct tally *t, double value);
struct estimate tally_estimate(const struct tally *t);

/* The t with P(T <= t) = p for df >= 1 degrees of freedom; 0 < p < 1. */
double t_quantile(double p, double df);

#endif
