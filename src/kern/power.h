/* kern/power.h - how fast harts run, and what they do while there is nothing to run.
 *
 * Only where the workload gives harts operating points or idle states; k->power is NULL
 * otherwise, and every hart runs at its one frequency.
 *
 * Frequencies are chosen by the governor, for all harts of a clock together:
 *   performance, powersave   the highest, the lowest (Linux, Documentation/admin-guide/pm/
 *                            cpufreq.rst, "Generic Scaling Governors");
 *   ondemand                 every 10 ms while one of these harts is not idle: the highest, if
 *                            the busiest of them was busy for over 80% of the time since they
 *                            were looked at last, else the lowest one that is at least
 *                            min + load x (max - min);
 *   schedutil                whenever a task begins to run, and every 4 ms while one does: the
 *                            lowest that offers 1.25 times the utilization (pelt.h) of the
 *                            busiest of those that are not idle; after a change the clock is left alone for
 *                            kernel.governor_rate_limit (what is asked for meanwhile is not
 *                            kept: whoever runs on asks again). No iowait boost.
 *
 * A hart without work enters the deepest idle state whose `residency` is not longer than
 * its last idling was (the first time: the deepest), and sinks deeper when it has lasted as
 * long as the next state asks for. Who wakes it waits for the rest of the entry and for the
 * exit. What all that costs is found from the events: stat/energy.h.
 */
#ifndef KERN_POWER_H
#define KERN_POWER_H

#include <kern/kern.h>
#include <kern/pelt.h>

struct hart_power {
    uint32_t rate;              /* 0 while idle; else its speed against PELT_ONE */
    struct pelt used;
    uint32_t opp, want;         /* of a clock's first hart: the point it has, and asked for */
    ns_t asked_again;           /* schedutil asks for no other before that */
    uint32_t state;             /* idle states it is in: 1 is the first; 0 none */
    bool idle;
    ns_t idle_since, entered, last_idle;
    ns_t busy, busy_since;      /* ondemand: since it was looked at last, which is ... */
    ns_t window;                /* ... of a clock's first hart: then */
};

struct power {
    struct hart_power *hart;
    struct pelt *task;          /* by tid */
};

/* Pending entries that a kernel of this config needs for it. */
uint32_t power_nslots(const struct config *c);
void power_layout(struct kern *k, struct arena *a);
/* Frequencies of all harts; at the start of the run. */
void power_start(struct kern *k);
/* Of its pending entries, how many are set; none of them moves a task. */
uint32_t power_pending(const struct kern *k);
void power_due(struct kern *k, uint32_t slot);
/* --- only where k->power is not NULL --- */

/* Hart h is about to get a task; returns how long it needs to wake up. */
ns_t power_wake(struct kern *k, unsigned h);
/* What runs on hart h runs from now; and not any longer. */
void power_run(struct kern *k, unsigned h);
void power_rest(struct kern *k, unsigned h);
/* It is decided who runs: harts that have nothing to do go to sleep. */
void power_settle(struct kern *k);

/* What a task or a hart used lately, 0 .. PELT_ONE, as of now. */
uint32_t power_used_by_task(struct kern *k, tid_t tid);
uint32_t power_used_of_hart(struct kern *k, unsigned h);
/* What hart h could do at an operating point, against PELT_ONE. */
uint32_t power_capacity(const struct kern *k, unsigned h, uint32_t opp);

#endif
