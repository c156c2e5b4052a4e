/* sched/analysis.h - will all deadlines be met? Answers without a run.
 *
 * For sporadic or periodic tasks that never suspend themselves and cost nothing to switch
 * between, released together in the worst case; preemptive and independent, but for the
 * functions that take a struct rt_blocking.
 * All arithmetic is in integers; where numbers grow past 128 bits, bounds are rounded to
 * the safe side. It prints nothing and takes no memory: arrays are the caller's.
 */
#ifndef SCHED_ANALYSIS_H
#define SCHED_ANALYSIS_H

#include <ossim/types.h>

enum { ANALYSIS_TASKS = 1000 };         /* more are not analysed */

struct rt_task {
    ns_t wcet;                  /* >= 1 */
    ns_t period;                /* >= 1, least time between releases */
    ns_t deadline;              /* >= 1, after release; may exceed the period */
};

/* Unknown: the search grew too long, or numbers too large. */
enum rt_verdict { RT_NO, RT_YES, RT_UNKNOWN };

/* A sum of fractions: exact, or between two bounds. */
struct rt_sum {
    bool exact;
    unsigned __int128 num, den; /* if exact: in lowest terms */
    uint64_t low, high;         /* in units of 2^-32, rounded outwards; saturated */
};

/* Sum of wcet / period: the load in the long run. */
struct rt_sum rt_utilisation(const struct rt_task *t, unsigned n);
/* Sum of wcet / min(deadline, period): what simple tests must use instead when
 * deadlines come before the next release. */
struct rt_sum rt_density(const struct rt_task *t, unsigned n);
/* Is the sum at most `limit`? If inexact and too close to tell: no. */
bool rt_sum_within(const struct rt_sum *s, uint64_t limit);

/* When the whole pattern repeats; 0 if it does not fit into 63 bits. */
ns_t rt_hyperperiod(const struct rt_task *t, unsigned n);

/* n (2^(1/n) - 1), in units of 2^-62, rounded down; n >= 1. Liu, Layland 1973. */
uint64_t rt_liu_layland(unsigned n);
/* Is the density within that bound? Sufficient for rate (deadline) monotonic. */
bool rt_liu_layland_test(const struct rt_task *t, unsigned n);
/* Product of (1 + density), in units of 2^-32, rounded up, saturated. At most 2 suffices
 * too, and is sharper: Bini, Buttazzo, Buttazzo: "Rate Monotonic Analysis: The
 * Hyperbolic Bound", IEEE Trans. Computers 52 (2003). */
uint64_t rt_hyperbolic(const struct rt_task *t, unsigned n);
bool rt_hyperbolic_test(const struct rt_task *t, unsigned n);

enum rt_order { RT_RATE_MONOTONIC, RT_DEADLINE_MONOTONIC };

#define RT_TIME_UNKNOWN ((ns_t)-1)      /* the search grew too long */

/* Worst response time of task i under fixed priorities; of equal ranks the lower index is
 * the more urgent. NS_MAX: it grows without end, or past counting; or RT_TIME_UNKNOWN.
 * Joseph, Pandya:
 * "Finding Response Times in a Real-Time System", The Computer Journal 29 (1986); for
 * deadlines past the period the jobs of a busy period are examined in turn (Lehoczky:
 * "Fixed Priority Scheduling of Periodic Task Sets with Arbitrary Deadlines", RTSS 1990).
 *
 * With deadlines within periods it is the response time of the first job, also when that
 * is late; later jobs, whose predecessor still runs then, may take longer. */
ns_t rt_response(const struct rt_task *t, unsigned n, unsigned i, enum rt_order order);
/* All of them into response[0 .. n-1]; RT_YES if each is within its deadline. */
enum rt_verdict rt_fixed_priority(const struct rt_task *t, unsigned n,
                                  enum rt_order order, ns_t *response);

/* What less urgent tasks may do to more urgent ones. */
struct rt_section {             /* task holds a lock for so long, */
    unsigned task;
    ns_t length;
    ns_t period, deadline;      /* and the least of those who use it too: its ceilings */
};
struct rt_blocking {
    bool preemptive;            /* else a job that has begun is left alone */
    bool chained;               /* one section of each less urgent task may come before
                                 * (priority inheritance), not one alone (ceilings, srp) */
    unsigned nsections;
    const struct rt_section *section;
};

/* The same with blocking. Without preemption all jobs of a busy period are examined, since
 * the worst need not be the first: George, Rivierre, Spuri: "Preemptive and Non-Preemptive
 * Real-Time UniProcessor Scheduling", INRIA RR-2966 (1996), theorem 15. Sections: Sha,
 * Rajkumar, Lehoczky: "Priority Inheritance Protocols", IEEE Trans. Computers 39 (1990). */
ns_t rt_response_blocked(const struct rt_task *t, unsigned n, unsigned i,
                         enum rt_order order, const struct rt_blocking *b);
enum rt_verdict rt_fixed_priority_blocked(const struct rt_task *t, unsigned n,
                                          enum rt_order order, const struct rt_blocking *b,
                                          ns_t *response);
/* Are there any fixed priorities that will do? Audsley: "Optimal Priority Assignment and
 * Feasibility of Static Priority Tasks with Arbitrary Start Times", York YCS 164 (1991):
 * the lowest place goes to whoever meets its deadlines there, and so on upwards. O(n^2)
 * response times. */
enum rt_verdict rt_some_priorities(const struct rt_task *t, unsigned n, bool preemptive);

struct rt_demand {
    enum rt_verdict verdict;
    ns_t checked;               /* demand was compared in intervals up to this long */
    ns_t overload;              /* if RT_NO: an interval in which more must be done than
                                 * fits; 0: the utilisation alone is above 1 */
    ns_t needed;                /* and how much that is */
};

/* Earliest deadline first on one processor, exactly: demand in every interval is at most
 * its length. Baruah, Rosier, Howell 1990; searched backwards as in Zhang, Burns:
 * "Schedulability Analysis for Real-Time Systems with EDF Scheduling", IEEE Trans.
 * Computers 58 (2009). */
struct rt_demand rt_edf(const struct rt_task *t, unsigned n);
/* With blocking by those who are due later: Jeffay, Stanat, Martel: "On Non-Preemptive
 * Scheduling of Periodic and Sporadic Tasks", RTSS 1991; Baker 1991 for sections. */
struct rt_demand rt_edf_blocked(const struct rt_task *t, unsigned n,
                                const struct rt_blocking *b);
/* Work of jobs that are released and due within an interval; saturated. */
ns_t rt_demand_in(const struct rt_task *t, unsigned n, ns_t interval);

/* First fit: each task, in order, goes to the first of m processors that stays
 * schedulable with it, by rt_edf or by rt_fixed_priority. cpu[i] gets the processor of
 * task i, UINT16_MAX if it fits nowhere; scratch has room for n tasks. */
enum rt_partition { RT_PARTITION_EDF, RT_PARTITION_RM, RT_PARTITION_DM };
enum rt_verdict rt_first_fit(const struct rt_task *t, unsigned n, unsigned m,
                             enum rt_partition kind, uint16_t *cpu,
                             struct rt_task *scratch, ns_t *response);

/* Global EDF on m processors, implicit deadlines, sufficient only: U <= m - (m - 1) u_max
 * (Goossens, Funk, Baruah: "Priority-Driven Scheduling of Periodic Task Systems on
 * Multiprocessors", Real-Time Systems 25, 2003); with densities otherwise. */
bool rt_global_edf_test(const struct rt_task *t, unsigned n, unsigned m);
/* Could any algorithm do it on m processors: U <= m, no task above 1? Exact for implicit
 * deadlines (Baruah et al.: "Proportionate Progress", Algorithmica 15, 1996), else only
 * necessary. */
bool rt_feasible(const struct rt_task *t, unsigned n, unsigned m);

#endif
