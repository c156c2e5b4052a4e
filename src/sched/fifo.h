/* sched/fifo.h - lists of tasks, linked by number.
 *
 * The links live in the memory that all queues of a policy share, so a list costs
 * its queue 8 bytes however many tasks there are. A task is on one list at most.
 * Tasks that take turns in the order of their numbers are read sequentially, which
 * keeps a million of them fast. Every operation is O(1).
 */
#ifndef SCHED_FIFO_H
#define SCHED_FIFO_H

#include <ossim/types.h>
#include <sim/check.h>

struct fifo_link { tid_t next, prev; };         /* TID_NONE at the ends */
struct fifo { tid_t head, tail; };              /* TID_NONE: empty */

static inline void fifo_init(struct fifo *f)
{
    f->head = f->tail = TID_NONE;
}

static inline void fifo_append(struct fifo *f, struct fifo_link *links, tid_t tid)
{
    DCHECK(f->tail != tid && (f->head == TID_NONE) == (f->tail == TID_NONE));
    links[tid] = (struct fifo_link){ TID_NONE, f->tail };
    if (f->tail == TID_NONE)
        f->head = tid;
    else
        links[f->tail].next = tid;
    f->tail = tid;
}

/* Put tid behind `after`, or at the head if that is TID_NONE. */
static inline void fifo_insert(struct fifo *f, struct fifo_link *links, tid_t after,
                               tid_t tid)
{
    tid_t next = after == TID_NONE ? f->head : links[after].next;

    links[tid] = (struct fifo_link){ next, after };
    if (after == TID_NONE)
        f->head = tid;
    else
        links[after].next = tid;
    if (next == TID_NONE)
        f->tail = tid;
    else
        links[next].prev = tid;
}

static inline void fifo_push(struct fifo *f, struct fifo_link *links, tid_t tid)
{
    fifo_insert(f, links, TID_NONE, tid);
}

static inline void fifo_remove(struct fifo *f, struct fifo_link *links, tid_t tid)
{
    struct fifo_link *l = &links[tid];

    DCHECK(l->prev == TID_NONE ? f->head == tid : links[l->prev].next == tid);
    DCHECK(l->next == TID_NONE ? f->tail == tid : links[l->next].prev == tid);
    if (l->prev == TID_NONE)
        f->head = l->next;
    else
        links[l->prev].next = l->next;
    if (l->next == TID_NONE)
        f->tail = l->prev;
    else
        links[l->next].prev = l->prev;
}

/* Take off the head; TID_NONE if there is none. */
static inline tid_t fifo_take(struct fifo *f, struct fifo_link *links)
{
    tid_t tid = f->head;

    if (tid != TID_NONE)
        fifo_remove(f, links, tid);
    return tid;
}

/* Move all of `from` behind the tail of `to`. */
static inline void fifo_splice(struct fifo *to, struct fifo *from,
                               struct fifo_link *links)
{
    DCHECK(to != from);
    if (from->head == TID_NONE)
        return;
    if (to->tail == TID_NONE) {
        *to = *from;
    } else {
        links[to->tail].next = from->head;
        links[from->head].prev = to->tail;
        to->tail = from->tail;
    }
    fifo_init(from);
}

#endif
