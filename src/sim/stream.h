/* sim/stream.h - the event stream: said once, read by whoever subscribed.
 *
 * Subscribers only read. Switching all of them off changes no event. A kind
 * that nobody reads is not even built: use stream_emit(), which tests first. All kernels
 * of a run share one stream.
 */
#ifndef SIM_STREAM_H
#define SIM_STREAM_H

#include <ossim/event.h>

typedef void event_fn(void *ctx, const struct event *e);

enum { STREAM_SUBSCRIBERS = 12 };
#define KERNEL_ANY UINT16_MAX
_Static_assert(STREAM_SUBSCRIBERS < 16, "a kind's readers have a bit each, and the hash one");

struct stream {
    event_set wanted;           /* kinds that somebody reads */
    uint64_t hash;              /* running, over every kind that is hashed */
    uint64_t count;             /* events said, of any wanted kind */
    uint64_t told;              /* so many of them were told before the run went back */
    event_fn *again;            /* who hears those a second time; NULL: nobody */
    void *again_ctx;
    unsigned n;
    uint16_t readers[EV_COUNT]; /* by kind: bit i for sub[i], the top one for the hash */
    struct { event_set kinds; event_fn *fn; void *ctx; uint16_t kernel; }
        sub[STREAM_SUBSCRIBERS];
};

/* hash: all kinds are hashed, else none. */
void stream_init(struct stream *s, bool hash);
/* Leave these out of the hash. Before the first event. */
void stream_unhash(struct stream *s, event_set kinds);
/* To the events of the first kernel. False when the table is full. ctx is borrowed for
 * the life of the stream. */
bool stream_subscribe(struct stream *s, event_set kinds, event_fn *fn, void *ctx);
/* To those of another, or of all (KERNEL_ANY). */
bool stream_subscribe_kernel(struct stream *s, uint16_t kernel, event_set kinds,
                             event_fn *fn, void *ctx);
/* Take it off again, for a ctx that lives shorter than the stream. */
void stream_unsubscribe(struct stream *s, event_fn *fn, void *ctx);
/* The run was put back, to a moment before event number `told` + 1: what is said again up
 * to there goes to `again` alone (NULL: to nobody), so that each subscriber hears every
 * event once. Goes back with the stream, and so is said anew each time. */
void stream_told(struct stream *s, uint64_t told, event_fn *again, void *ctx);
/* Is what is said now said for the first time? */
static inline bool stream_live(const struct stream *s)
{
    return s->count >= s->told;
}
/* The hash of what was said so far; `trace_hash` of the results. */
uint64_t stream_hash(const struct stream *s);

static inline bool stream_wants(const struct stream *s, enum event_kind kind)
{
    return (s->wanted & EVENT_BIT(kind)) != 0;
}

/* Deliver an event whose kind is wanted. */
void stream_deliver(struct stream *s, const struct event *e);

/* The same of its parts, in registers: most are for the hash alone, and are never built.
 * who: event_who. */
void stream_say(struct stream *s, ns_t at, uint64_t who, int64_t a, int64_t b, uint16_t kernel);

/* Kind, hart and task of an event in a word. */
static inline uint64_t event_who(unsigned kind, unsigned hart, tid_t tid)
{
    return (uint64_t)kind << 48 | (uint64_t)(uint16_t)hart << 32 | tid;
}

static inline void stream_emit_kernel(struct stream *s, uint16_t kernel, ns_t at,
                                      enum event_kind kind, unsigned hart, tid_t tid,
                                      int64_t a, int64_t b)
{
    if (stream_wants(s, kind))
        stream_say(s, at, event_who(kind, hart, tid), a, b, kernel);
}

static inline void stream_emit(struct stream *s, ns_t at, enum event_kind kind,
                               unsigned hart, tid_t tid, int64_t a, int64_t b)
{
    stream_emit_kernel(s, 0, at, kind, hart, tid, a, b);
}

#endif
