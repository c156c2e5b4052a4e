/* sched/average.h - predicting the next CPU burst from the past ones.
 *
 * Silberschatz, Galvin, Gagne, Operating System Concepts, "Shortest-Job-First
 * Scheduling": tau' = alpha t + (1 - alpha) tau.
 */
#ifndef SCHED_AVERAGE_H
#define SCHED_AVERAGE_H

#include <ossim/types.h>

/* tau: the prediction for the burst that took `burst` ns; alpha in millionths, 0 to
 * 1000000. The prediction for the next one, rounded down to whole ns. */
static inline ns_t average_next(ns_t tau, ns_t burst, int64_t alpha)
{
    const int64_t whole = 1000000;
    int64_t beta = whole - alpha;

    /* The parts that divide by a million first, so that nothing overflows. */
    return alpha * (burst / whole) + beta * (tau / whole)
           + (alpha * (burst % whole) + beta * (tau % whole)) / whole;
}

#endif
