/* sim/engine.h - virtual time: what happens next.
 *
 * A heap of pending events ordered by (time, class, sequence). It knows nothing
 * of what they mean. Cancelling is the owner's business: each pending entry has
 * a stamp, and an entry whose stamp is out of date is dropped when it comes up.
 */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include <ossim/types.h>
#include <sim/arena.h>

/* The order at one instant: arrivals, then I/O completions and wake-ups, then
 * burst ends, quantum expiry and policy timers, then deadlines, then dispatch.
 * A policy that says expired-first has the three *_FIRST classes instead. */
enum pending_class {
    PEND_BURST_FIRST, PEND_EXPIRY_FIRST, PEND_TIMER_FIRST,
    PEND_ARRIVAL, PEND_WAKE, PEND_BURST, PEND_EXPIRY, PEND_TIMER,
    PEND_DEADLINE, PEND_CONTROL, PEND_DISPATCH, PEND_START_DEADLINE,
    PEND_CLASSES
};

struct pending {
    ns_t at;
    uint64_t order;             /* class in the top byte, then the sequence */
    uint32_t what;              /* the owner's: which handler */
    uint32_t who;               /* the owner's: a task, hart, queue */
    uint32_t stamp;             /* the owner's: for cancelling */
};

struct engine {
    ns_t now;                   /* never falls */
    uint64_t sequence;
    struct pending *heap;       /* in the arena */
    uint32_t n, capacity;
};

void engine_init(struct engine *e, struct arena *a, uint32_t capacity);

/* Add an entry at `at` >= now. False when the heap is full (the owner sized it
 * so that this cannot happen to a valid config; forks check). */
bool engine_post(struct engine *e, ns_t at, enum pending_class cls, uint32_t what,
                 uint32_t who, uint32_t stamp);
/* The same with a given place among entries of one time and class: arrivals keep
 * the order of the file whenever they are posted. rank < 2^55. */
bool engine_post_ranked(struct engine *e, ns_t at, enum pending_class cls,
                        uint64_t rank, uint32_t what, uint32_t who, uint32_t stamp);

/* The earliest entry, NULL if none. Borrowed until the next call. */
static inline const struct pending *engine_peek(const struct engine *e)
{
    return e->n ? &e->heap[0] : NULL;
}

/* Take off the earliest entry and set now to its time. n > 0. */
struct pending engine_take(struct engine *e);

/* Advance now without an entry: to a time not past the earliest entry's. */
void engine_advance(struct engine *e, ns_t to);

/* The heap property holds. */
bool engine_check(const struct engine *e);

#endif
