/* stat/audit.h - laws that every run obeys, under every policy.
 *
 * A subscriber that follows each task and hart through the events and notes what
 * cannot be: a hart with two tasks, a task on two harts, a step that no state
 * allows, a runnable task forgotten, a hart idle with work waiting, CPU time that
 * does not add up, time that falls, jobs out of order, a lock with two holders.
 * Each law is reported when it is first broken, and counted after that.
 */
#ifndef STAT_AUDIT_H
#define STAT_AUDIT_H

#include <ossim/event.h>
#include <sim/config.h>

enum law {
    LAW_TIME,                   /* time never falls */
    LAW_ONE_TASK,               /* a hart runs one task at a time */
    LAW_ONE_HART,               /* a task runs on one hart at a time */
    LAW_STATE,                  /* only steps that a task's state allows */
    LAW_FORGOTTEN,              /* a run is not done while a task is left */
    LAW_CONSERVED,              /* no hart idles while a task waits that it may run */
    LAW_CPU,                    /* ran + overhead <= stretch, and never negative */
    LAW_DEMAND,                 /* CPU received = what the steps asked for */
    LAW_JOBS,                   /* jobs of a task are released and end in order */
    LAW_LOCK,                   /* one holder; unlocked by its holder */
    LAW_AFFINITY,               /* only on harts that it may use */
    LAW_OUSTS,                  /* no decision leaves a task queued that would oust
                                 * what runs on a hart which its queue serves */
    LAW_COUNT
};

struct audit_finding {
    uint64_t times;             /* broken so often; 0: held */
    ns_t at;                    /* the first time */
    tid_t tid;                  /* TID_NONE: no task in particular */
    char text[160];             /* what was seen */
};

struct audit;
struct heap;

/* The config is borrowed. NULL: no memory. */
struct audit *audit_create(const struct config *c);
/* In a heap, to go back with it; see stat/memory.h. */
struct audit *audit_create_in(struct heap *heap, const struct config *c);
void audit_destroy(struct audit *a);

void audit_event(void *audit, const struct event *e);
extern const event_set audit_kinds;

/* LAW_OUSTS needs somebody who can ask the policy: would tid, if it is queued, oust what
 * runs on hart? And it is looked at when audit_decided says that a decision was made: each
 * task that was queued or whose urgency changed at this instant is held against all that
 * run, and, while no more than 1,000 wait, each that was dispatched or changed against
 * all that wait. (A policy may judge newcomers only; `fair` and `eevdf` do.) */
typedef bool audit_ousts(void *ctx, tid_t tid, unsigned hart);
void audit_ask(struct audit *a, audit_ousts *ousts, void *ctx);
void audit_decided(void *audit);

/* Look once more at what only the end can show; the number of laws that were broken.
 * After EV_END, or for a run given up. */
unsigned audit_finish(struct audit *a);
const struct audit_finding *audit_finding(const struct audit *a, enum law law);
/* "a hart runs one task at a time" */
const char *law_text(enum law law);

#endif
