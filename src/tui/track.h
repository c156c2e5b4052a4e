/* tui/track.h - what went on over time in one line of a chart.
 *
 * A track is a row of pieces in time order, each with a value: on a hart, the task
 * that held it; for a task, the state it was in. Between pieces there is nothing
 * (an idle hart). Tracks are bounded: the oldest half goes when one is full.
 */
#ifndef TUI_TRACK_H
#define TUI_TRACK_H

#include <ossim/types.h>

struct piece {
    ns_t from, to;              /* to: NS_MAX while it lasts */
    ns_t work;                  /* from..work is the kernel's own time */
    uint32_t value;
};

struct heap;

struct track {
    struct heap *heap;          /* where the pieces are; NULL: in the C library's */
    struct piece *v;
    uint32_t n, capacity;
    ns_t lost;                  /* nothing before this time is known any more */
};

/* End the piece that lasts, if one does. A piece of no length is forgotten. */
void track_end(struct track *t, ns_t at);
/* End it and begin another. At most `limit` pieces are kept (>= 2). When the host
 * has no memory the oldest go, too. */
void track_begin(struct track *t, ns_t at, ns_t overhead, uint32_t value,
                 uint32_t limit);
void track_clear(struct track *t);      /* keeps the memory */
void track_free(struct track *t);

/* The first piece from index `hint` on that ends after `at`; n: there is none. */
uint32_t track_after(const struct track *t, uint32_t hint, ns_t at);
/* How much of [from, to) pieces of that value fill; the one that lasts counts to its end. */
ns_t track_time(const struct track *t, uint32_t value, ns_t from, ns_t to);

/* What stands in a column of a chart, [from, to); time of the kernel's own counts as its
 * piece's. */
struct column {
    enum { COLUMN_EMPTY, COLUMN_ONE, COLUMN_MANY } kind;
    uint32_t value;             /* of the piece that fills most of the column */
    uint32_t piece;             /* its index */
};

/* *hint is an index to begin at, 0 at first; for columns from left to right it makes
 * the cost of a chart independent of the pieces between them. `now` ends the piece
 * that lasts. More than three pieces, none over half: COLUMN_MANY. */
struct column track_column(const struct track *t, ns_t from, ns_t to, ns_t now,
                           uint32_t *hint);

#endif
