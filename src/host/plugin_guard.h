/* host/plugin_guard.h - between plugin.c and plugin_guard.c: who is running now.
 *
 * Not for anybody else.
 */
#ifndef HOST_PLUGIN_GUARD_H
#define HOST_PLUGIN_GUARD_H

#include <host/plugin.h>

enum plugin_op {
    OP_NONE, OP_STATE_SIZE, OP_TASK_SIZE, OP_INIT, OP_ENQUEUE, OP_PICK, OP_REMOVE,
    OP_RAN, OP_QUANTUM, OP_PREEMPTS, OP_TIMER, OP_SELECT_HART, OP_PULL, OP_URGENCY,
    OP_LEVEL, OP_EXPLAIN, PLUGIN_OPS
};

/* Written by the ops' wrappers, read by signal handlers. */
struct plugin_now {
    volatile unsigned op;       /* enum plugin_op */
    volatile unsigned slot;     /* whose; stays after the op, as the last suspect */
    volatile unsigned calls;    /* of ops so far, for the watchdog; wraps */
};
extern struct plugin_now plugin_now;

/* The name of the plug-in in a slot, for messages. */
const char *plugin_slot_name(unsigned slot);

/* Leave the guarded run because a plug-in asks for `bytes` of memory. Returns only
 * if no guard is up. */
void plugin_guard_too_large(unsigned slot, enum plugin_op op, size_t bytes);

#endif
