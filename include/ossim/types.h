/* ossim/types.h - the scalars everybody shares, and their units.
 *
 * Nothing here has behaviour. A count needs no type of its own; a quantity
 * whose unit could be mistaken has one.
 */
#ifndef OSSIM_TYPES_H
#define OSSIM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Virtual time or a span of it, in nanoseconds. Signed, so that a lateness can
 * be negative; 292 years fit. The only unit of time inside the core. */
typedef int64_t ns_t;
#define NS_MAX INT64_MAX        /* never; also "not known" */

/* A task's slot: 0 .. max_tasks - 1. Slots of forked tasks are used again
 * after the task is reaped; slots of configured processes are not. */
typedef uint32_t tid_t;
#define TID_NONE UINT32_MAX

/* A hart: 0 .. ncpus - 1, at most HART_LIMIT of them. */
#define HART_LIMIT 1024u
#define HART_NONE UINT16_MAX

#endif
