/* stat/follow.h - what each event makes of the state that its task was in.
 *
 * The one follower of task states, for whoever reads the stream: metrics, audit, screens,
 * exporters. It is a function, and keeps nothing: an observer has a byte for each task,
 * TASK_UNBORN at first, and books what it likes at each change. It knows the events alone,
 * not the kernel.
 */
#ifndef STAT_FOLLOW_H
#define STAT_FOLLOW_H

#include <ossim/event.h>

/* Besides those of enum task_state: it waits already, and the end of its stretch on the hart,
 * at the same instant, is yet to be said. */
enum { FOLLOW_LEAVING = TASK_DEAD + 1, FOLLOW_STATES };

static inline bool follow_on_hart(unsigned state)
{
    return state == TASK_RUNNING || state == FOLLOW_LEAVING;
}

/* As people call it. */
static inline enum task_state follow_shown(unsigned state)
{
    return state == FOLLOW_LEAVING ? TASK_RUNNING : (enum task_state)state;
}

/* The state after an event of the task's of this kind and argument; whatever is impossible
 * changes nothing, but for a dispatch and an arrival. */
static inline unsigned follow_kind(unsigned state, unsigned kind, int64_t a)
{
    switch (kind) {
    case EV_ARRIVE:
        return TASK_RUNNABLE;
    case EV_DISPATCH:
        return TASK_RUNNING;
    case EV_BLOCK:              /* before or after the end of the stretch, or without one */
        return state == TASK_DEAD ? TASK_DEAD :
               follow_on_hart(state) ? FOLLOW_LEAVING : TASK_SLEEPING;
    case EV_WAKE:
        return state == TASK_SLEEPING ? TASK_RUNNABLE : state;
    case EV_DESCHED:
        if (state == TASK_DEAD)
            return TASK_DEAD;
        return state == FOLLOW_LEAVING || a == STOP_BLOCKED || a == STOP_EXITED
                   ? TASK_SLEEPING : TASK_RUNNABLE;
    case EV_EXIT:
        return TASK_DEAD;
    default:
        return state;
    }
}

static inline unsigned follow_after(unsigned state, const struct event *e)
{
    return follow_kind(state, e->kind, e->a);
}

/* May e be said of a task in this state? Whether a task that does not run may begin to wait
 * depends on what for. */
static inline bool follow_allows(unsigned state, const struct event *e)
{
    switch (e->kind) {
    case EV_ARRIVE:   return state == TASK_UNBORN || state == TASK_DEAD;
    case EV_DISPATCH: return state == TASK_RUNNABLE;
    case EV_BLOCK:    return state == TASK_RUNNING || state == TASK_SLEEPING ||
                             state == TASK_RUNNABLE;
    case EV_WAKE:     return state == TASK_SLEEPING;
    case EV_DESCHED:  return follow_on_hart(state) || state == TASK_DEAD;
    case EV_EXIT:     return state != TASK_UNBORN && state != TASK_DEAD;
    default:          return true;
    }
}

#endif
