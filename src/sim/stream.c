/* stream.c - delivery and the running hash.
 *
 * The hash is a fold of 64x64-bit multiplications over the words of an event (the mixing
 * step of wyhash and its like): a few ns an event, and any change of order, time, kernel or
 * argument changes it. It guards against accidents, not attackers.
 */
#include <sim/stream.h>

static const uint64_t MIX_A = 0x9e3779b97f4a7c15, MIX_B = 0xd6e8feb86659fd93;

enum { READER_HASH = 1 << 15 };

/* Each kind in the set has the reader of this bit. */
static void add_reader(struct stream *s, event_set kinds, uint16_t bit)
{
    for (unsigned kind = 0; kind < EV_COUNT; kind++)
        if (kinds & EVENT_BIT(kind)) {
            s->readers[kind] |= bit;
            s->wanted |= EVENT_BIT(kind);
        }
}

static void drop_readers(struct stream *s, uint16_t bits)
{
    s->wanted = 0;
    for (unsigned kind = 0; kind < EV_COUNT; kind++) {
        s->readers[kind] &= (uint16_t)~bits;
        if (s->readers[kind])
            s->wanted |= EVENT_BIT(kind);
    }
}

void stream_init(struct stream *s, bool hash)
{
    *s = (struct stream){ .hash = MIX_A };
    if (hash)
        add_reader(s, EVENTS_ALL, READER_HASH);
}

void stream_unhash(struct stream *s, event_set kinds)
{
    drop_readers(s, READER_HASH);
    add_reader(s, EVENTS_ALL & ~kinds, READER_HASH);
}

bool stream_subscribe(struct stream *s, event_set kinds, event_fn *fn, void *ctx)
{
    return stream_subscribe_kernel(s, 0, kinds, fn, ctx);
}

bool stream_subscribe_kernel(struct stream *s, uint16_t kernel, event_set kinds,
                             event_fn *fn, void *ctx)
{
    if (s->n == STREAM_SUBSCRIBERS)
        return false;
    s->sub[s->n].kinds = kinds;
    s->sub[s->n].fn = fn;
    s->sub[s->n].ctx = ctx;
    s->sub[s->n].kernel = kernel;
    add_reader(s, kinds, (uint16_t)(1 << s->n++));
    return true;
}

void stream_unsubscribe(struct stream *s, event_fn *fn, void *ctx)
{
    unsigned kept = 0;

    drop_readers(s, (uint16_t)~READER_HASH);
    for (unsigned i = 0; i < s->n; i++)
        if (s->sub[i].fn != fn || s->sub[i].ctx != ctx) {
            s->sub[kept] = s->sub[i];
            add_reader(s, s->sub[kept].kinds, (uint16_t)(1 << kept));
            kept++;
        }
    s->n = kept;
}

void stream_told(struct stream *s, uint64_t told, event_fn *again, void *ctx)
{
    s->told = told;
    s->again = again;
    s->again_ctx = ctx;
}

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 p = (unsigned __int128)a * b;

    return (uint64_t)p ^ (uint64_t)(p >> 64);
}

static inline uint64_t hash_event(uint64_t h, ns_t at, uint64_t who, int64_t a, int64_t b,
                                  uint16_t kernel)
{
    h = mix(h ^ (uint64_t)at, MIX_A ^ who);
    return mix(h ^ (uint64_t)a, MIX_B ^ (uint64_t)b) + who + kernel * MIX_A;
}

void stream_deliver(struct stream *s, const struct event *e)
{
    unsigned readers = s->readers[e->kind];

    s->count++;
    if (readers & READER_HASH)
        s->hash = hash_event(s->hash, e->at, event_who(e->kind, e->hart, e->tid), e->a, e->b,
                             e->kernel);
    if (s->count <= s->told) {
        if (s->again)
            s->again(s->again_ctx, e);
        return;
    }
    for (readers &= ~(unsigned)READER_HASH; readers; readers &= readers - 1) {
        unsigned i = (unsigned)__builtin_ctz(readers);

        if (s->sub[i].kernel == e->kernel || s->sub[i].kernel == KERNEL_ANY)
            s->sub[i].fn(s->sub[i].ctx, e);
    }
}

/* Apart, so that what is for the hash alone needs no place in memory. */
__attribute__((noinline)) static void deliver_parts(struct stream *s, ns_t at, uint64_t who,
                                                    int64_t a, int64_t b, uint16_t kernel)
{
    stream_deliver(s, &(struct event){ .at = at, .kind = (uint16_t)(who >> 48),
                                       .hart = (uint16_t)(who >> 32), .tid = (tid_t)who,
                                       .a = a, .b = b, .kernel = kernel });
}

void stream_say(struct stream *s, ns_t at, uint64_t who, int64_t a, int64_t b, uint16_t kernel)
{
    if (s->readers[who >> 48] != READER_HASH || s->count < s->told) {
        deliver_parts(s, at, who, a, b, kernel);
        return;
    }
    s->count++;
    s->hash = hash_event(s->hash, at, who, a, b, kernel);
}

uint64_t stream_hash(const struct stream *s)
{
    return mix(s->hash ^ MIX_B, MIX_A);
}
