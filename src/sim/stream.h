/* sim/stream.h - the event stream: said once, read by whoever subscribed.
 *
 * Subscribers only read. Switching all of them off changes no event. A kind
 * that nobody reads is not even built: use stream_emit(), which tests first.
 */
#ifndef SIM_STREAM_H
#define SIM_STREAM_H

#include <ossim/event.h>

typedef void event_fn(void *ctx, const struct event *e);

enum { STREAM_SUBSCRIBERS = 12 };
#define EVENT_BIT(kind) (UINT64_C(1) << (kind))
#define EVENTS_ALL ((UINT64_C(1) << EV_COUNT) - 1)

struct stream {
    uint64_t wanted;            /* kinds that somebody reads */
    uint64_t hash;              /* running, over every kind in `hashed` */
    uint64_t hashed;            /* EVENTS_ALL, or 0: no hash */
    uint64_t count;             /* events said, of any wanted kind */
    unsigned n;
    struct { uint64_t kinds; event_fn *fn; void *ctx; } sub[STREAM_SUBSCRIBERS];
};

void stream_init(struct stream *s, bool hash);
/* False when the table is full. ctx is borrowed for the life of the stream. */
bool stream_subscribe(struct stream *s, uint64_t kinds, event_fn *fn, void *ctx);
/* Take it off again, for a ctx that lives shorter than the stream. */
void stream_unsubscribe(struct stream *s, event_fn *fn, void *ctx);
/* The hash of what was said so far; `trace_hash` of the results. */
uint64_t stream_hash(const struct stream *s);

/* Deliver; only stream_emit calls it. */
void stream_deliver(struct stream *s, const struct event *e);

static inline void stream_emit(struct stream *s, ns_t at, enum event_kind kind,
                               unsigned hart, tid_t tid, int64_t a, int64_t b)
{
    if (s->wanted & EVENT_BIT(kind)) {
        struct event e = { at, (uint16_t)kind, (uint16_t)hart, tid, a, b };

        stream_deliver(s, &e);
    }
}

#endif
