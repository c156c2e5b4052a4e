/* sched/flat.h - memory that a queue finds again wherever the two lie.
 *
 * A policy's state has no pointers: the memory of its tasks is kept as its distance from
 * the queue, so that a queue and its tasks may be copied elsewhere together.
 */
#ifndef SCHED_FLAT_H
#define SCHED_FLAT_H

#include <ossim/types.h>

typedef intptr_t flat_t;        /* bytes from the queue; 0: nothing */

static inline flat_t flat_to(const void *rq, const void *p)
{
    return p ? (flat_t)((uintptr_t)p - (uintptr_t)rq) : 0;
}

static inline void *flat_at(const void *rq, flat_t distance)
{
    return (void *)((uintptr_t)rq + (uintptr_t)distance);
}

#endif
