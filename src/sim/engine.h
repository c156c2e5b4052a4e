/* sim/engine.h - virtual time: what happens next.
 *
 * A heap of pending events ordered by (time, class, rank). It knows nothing of what
 * they mean. Each possible event has a slot of its own, numbered by the owner: a
 * hart's stop, a task's timer, a queue's timer. A slot is pending at most once, so
 * an event is moved or cancelled in place, nothing stale is ever in the heap, and
 * its size is known beforehand.
 */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include <ossim/types.h>
#include <sim/arena.h>

/* The order at one instant: arrivals, then I/O completions and wake-ups, then
 * burst ends, quantum expiry and policy timers, then deadlines. Dispatching comes
 * when nothing of these is left at the instant; after it tasks go on whose last step
 * was a point of decision, then queues are evened out, and last come starting deadlines.
 * A policy that says expired-first has the three *_FIRST classes instead. */
enum pending_class {
    PEND_BURST_FIRST, PEND_EXPIRY_FIRST, PEND_TIMER_FIRST,
    PEND_ARRIVAL, PEND_WAKE, PEND_BURST, PEND_EXPIRY, PEND_TIMER,
    PEND_DEADLINE, PEND_CONTROL, PEND_DISPATCH, PEND_GO_ON, PEND_BALANCE, PEND_START_DEADLINE,
    PEND_DISK,                  /* a drive chooses: after all that may still ask of it */
    PEND_CLASSES
};

struct pending {                /* without a gap at its end: a run may have millions */
    ns_t at;
    uint64_t order;             /* class in the top byte, then the rank */
    uint32_t slot;
} __attribute__((packed, aligned(4)));

struct engine {
    ns_t now;                   /* never falls */
    uint64_t sequence;          /* ranks handed out so far */
    struct pending *heap;       /* 4-ary, in the arena */
    uint32_t *where;            /* by slot: index in the heap + 1; 0 = not pending */
    uint32_t n, nslots;
    bool late;                  /* what is set for the past is due now; else it is a mistake */
};

/* Slots 0 .. nslots - 1, none pending, time 0. */
void engine_init(struct engine *e, struct arena *a, uint32_t nslots);

/* The slot is due at `at` >= now; if it was pending, then no longer as it was. Of
 * entries equal in time and class, the one that was set first comes first. */
void engine_set(struct engine *e, uint32_t slot, ns_t at, enum pending_class cls);
/* The same with a rank of the owner's, < 2^55, which comes before all unranked ones:
 * arrivals keep the order of the file whenever they are set. */
void engine_set_ranked(struct engine *e, uint32_t slot, ns_t at,
                       enum pending_class cls, uint64_t rank);
/* A place among unranked entries, now; for one that is set later with it. Never 0. */
static inline uint64_t engine_reserve(struct engine *e)
{
    return ++e->sequence;
}
void engine_set_reserved(struct engine *e, uint32_t slot, ns_t at, enum pending_class cls,
                         uint64_t place);
/* The place of a pending unranked entry, and its class. */
uint64_t engine_place(const struct engine *e, uint32_t slot, enum pending_class *cls);
/* No effect on a slot that is not pending. */
void engine_cancel(struct engine *e, uint32_t slot);

static inline bool engine_pending(const struct engine *e, uint32_t slot)
{
    return e->where[slot] != 0;
}

/* The earliest entry, NULL if none. Borrowed until the next call. */
static inline const struct pending *engine_peek(const struct engine *e)
{
    return e->n ? &e->heap[0] : NULL;
}

static inline enum pending_class pending_class_of(const struct pending *p)
{
    return (enum pending_class)(p->order >> 56);
}

/* Take off the earliest entry and set now to its time. n > 0. */
struct pending engine_take(struct engine *e);

/* The clock moves to `to` >= now without the entries that fall due before that: they are
 * due at `to`, before all unranked ones of their class, in the order of their times;
 * arrivals by their ranks. */
void engine_catch_up(struct engine *e, ns_t to);

/* The heap is ordered and `where` agrees with it. */
bool engine_check(const struct engine *e);

#endif
