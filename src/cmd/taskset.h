/* cmd/taskset.h - the real-time tasks of a workload, as the analysis wants them. */
#ifndef CMD_TASKSET_H
#define CMD_TASKSET_H

#include <sched/analysis.h>
#include <sim/config.h>

enum { TASKSET_NOTES = 12, TASKSET_SECTIONS = 8192 };

struct taskset {
    unsigned n;
    struct rt_task *task;       /* n of them */
    uint32_t *process;          /* index into the config, by task */
    unsigned *copy;             /* from 0, among the tasks of that process */
    /* What a reader must know about how far the answers hold; static strings. */
    const char *notes[TASKSET_NOTES];
    unsigned nnotes;
    uint64_t periodic;          /* how many there are in all */
    /* What keeps tasks out; section points into memory of the set. */
    struct rt_blocking blocking;
    struct rt_section *section;
    uint32_t *lock;             /* by section */
    bool waits, locks, talks;   /* some job sleeps; locks what another locks; sends */
    /* Is there a bound for what the tasks do, so that a yes is one? */
    bool fixed_covered, edf_covered;
};

/* All periodic tasks whose worst case is known, in the order of the file, up to
 * ANALYSIS_TASKS. A job's demand includes its switches, and its sleep as if it were work. False: no memory. Free with taskset_free in any case. */
bool taskset_make(struct taskset *s, const struct config *c);
void taskset_free(struct taskset *s);

/* The most CPU time that a draw can ask for; NS_MAX: there is no most. */
ns_t dist_most(const struct dist *d);

#endif
