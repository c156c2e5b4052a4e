/* ossim/event.h - the facts a run consists of.
 *
 * The core says each fact once, where it happens; metrics, charts, the audit
 * and the hash are readers. What the numbers a and b mean stands in event.def.
 */
#ifndef OSSIM_EVENT_H
#define OSSIM_EVENT_H

#include <ossim/types.h>

enum event_kind {
#define EVENT(id, name, a, b, what) EV_##id,
#include <ossim/event.def>
#undef EVENT
    EV_COUNT
};

struct event {
    ns_t at;                    /* >= the event before it */
    uint16_t kind;              /* enum event_kind */
    uint16_t hart;              /* HART_NONE if no hart is concerned */
    tid_t tid;                  /* TID_NONE if no task is */
    int64_t a, b;               /* by kind: event.def */
};

/* What a task that is not runnable waits for: b of `blocked` by cause. */
enum wait_cause {
    WAIT_NONE,
    WAIT_IO,                    /* an `io` step */
    WAIT_SLEEP,
    WAIT_LOCK,                  /* a lock, or a protocol's ceiling */
    WAIT_MSG,                   /* a message, or room for one */
    WAIT_RELEASE,               /* its next periodic release; not in `blocked` */
    WAIT_MEMORY,
    WAIT_DISK,
    WAIT_CHILD,                 /* waitid */
    WAIT_PIPE,
    WAIT_FUTEX,
    WAIT_TTY,                   /* console input */
    WAIT_SIGNAL,                /* stopped, or waiting for a signal */
    WAIT_CAUSES
};

/* The states of a task. UNBORN: has not arrived; ZOMBIE: ended, not yet collected by
 * its parent; DEAD: gone. */
enum task_state { TASK_UNBORN, TASK_RUNNABLE, TASK_RUNNING, TASK_SLEEPING, TASK_ZOMBIE,
                  TASK_DEAD };

#endif
