/* ossim/event.h - the facts a run consists of.
 *
 * The core says each fact once, where it happens; metrics, charts, the audit
 * and the hash are readers. What the numbers a and b mean stands in event.def, the words
 * for them in names.def.
 */
#ifndef OSSIM_EVENT_H
#define OSSIM_EVENT_H

#include <ossim/types.h>

enum event_kind {
#define EVENT(id, name, ta, a, tb, b, what) EV_##id,
#include <ossim/event.def>
#undef EVENT
    EV_COUNT
};

/* A set of kinds. */
typedef unsigned __int128 event_set;
#define EVENT_BIT(kind) ((event_set)1 << (kind))
#define EVENTS_ALL (~(event_set)0 >> (128 - EV_COUNT))
_Static_assert(EV_COUNT <= 128, "event_set has a bit for each");

/* The type of an argument. */
enum event_arg {
#define ARG(id, text) ARG_##id,
#include <ossim/names.def>
#undef ARG
};

enum { EVENT_MORE = 3 };

struct event {
    ns_t at;                    /* >= the event before it */
    uint16_t kind;              /* enum event_kind */
    uint16_t hart;              /* HART_NONE if no hart is concerned */
    tid_t tid;                  /* TID_NONE if no task is */
    int64_t a, b;               /* by kind: event.def */
    uint16_t kernel;            /* whose harts and tasks these are; 0: the first kernel */
    uint16_t unused;
    uint32_t more[EVENT_MORE];  /* EV_SYSCALL: arguments 1 to 3; else 0. Not in the hash:
                                 * it follows from what the events before it say */
};

/* What a task that is not runnable waits for. */
enum wait_cause {
#define WAIT(id, name, text, state) WAIT_##id,
#include <ossim/names.def>
#undef WAIT
    WAIT_CAUSES
};

/* What a program may come to the end of. */
enum limit {
#define LIMIT(id, name, text) LIMIT_##id,
#include <ossim/names.def>
#undef LIMIT
    LIMITS
};

/* The states of a task. UNBORN: has not arrived; ZOMBIE: ended, not yet collected by
 * its parent; DEAD: gone. */
enum task_state { TASK_UNBORN, TASK_RUNNABLE, TASK_RUNNING, TASK_SLEEPING, TASK_ZOMBIE,
                  TASK_DEAD };

#endif
