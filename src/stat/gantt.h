/* stat/gantt.h - who held which hart when.
 *
 * A piece is one stretch that a task held a hart, from dispatch to its end; an end of
 * its quantum at which nobody else is chosen does not end it. The memory can be bounded:
 * then the oldest pieces are forgotten.
 */
#ifndef STAT_GANTT_H
#define STAT_GANTT_H

#include <ossim/event.h>

struct gantt_piece {
    ns_t from, to;
    tid_t tid;
    uint16_t hart;
    uint8_t why;                /* enum sched_stop */
    uint8_t open;               /* 1: it was still running when the run ended */
};

/* What befell whom, beside the pieces. */
struct gantt_mark {
    ns_t at;
    tid_t tid;
    uint16_t kind;              /* EV_LOCK, EV_UNLOCK, EV_JOB_MISS, EV_POLICY_SWITCH */
    int64_t object;             /* `a` of the event */
};

struct gantt;

struct heap;

/* max_pieces 0: no bound. NULL: no memory. */
struct gantt *gantt_create(uint32_t nharts, size_t max_pieces);
/* In a heap, to go back with it; see stat/memory.h. */
struct gantt *gantt_create_in(struct heap *heap, uint32_t nharts, size_t max_pieces);
void gantt_destroy(struct gantt *g);

void gantt_event(void *gantt, const struct event *e);
extern const event_set gantt_kinds;

/* Pieces in the order of `from`, then of the hart. Borrowed until the next event or
 * the next call. A stretch that has not ended is there up to the last event's time. */
const struct gantt_piece *gantt_pieces(struct gantt *g, size_t *n);
/* Marks in order of time: the first ones, as many as there may be pieces. Borrowed until
 * the next event. */
const struct gantt_mark *gantt_marks(const struct gantt *g, size_t *n);
/* Pieces that were forgotten, for want of room or memory. */
uint64_t gantt_lost(const struct gantt *g);

#endif
