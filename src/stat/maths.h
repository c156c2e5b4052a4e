/* stat/maths.h - the few functions of mathematics that numbers for people need.
 *
 * Ours and not the C library's: a drawn reference string or an interval must not depend on
 * whose library a machine has (DESIGN.md, "Time and order": libm differs between machines),
 * and a run that asks for none of them need not load a library for it. Each is within a few
 * units in the last place of the true value, which is all that is promised; nothing is
 * written to errno.
 */
#ifndef STAT_MATHS_H
#define STAT_MATHS_H

/* e to the x; 0 and infinity where a double cannot hold it. */
double maths_exp(double x);
/* The natural logarithm; x > 0, finite. */
double maths_log(double x);
/* log(1 + x), exact near 0 too; x > -1, finite. */
double maths_log1p(double x);
/* base to the power x; base > 0, finite. */
double maths_pow(double base, double x);
/* x >= 0. */
double maths_sqrt(double x);
/* The logarithm of the gamma function; x > 0, finite. */
double maths_log_gamma(double x);

#endif
