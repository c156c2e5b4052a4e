/* engine.c - a 4-ary heap: shallower than a binary one, and the four children of
 * a node share a cache line or two. */
#include <sim/engine.h>

#include <sim/check.h>

enum { ARITY = 4 };
#define RANK_UNRANKED (UINT64_C(1) << 55)

void engine_init(struct engine *e, struct arena *a, uint32_t nslots)
{
    struct pending *heap = arena_array(a, struct pending, nslots);
    uint32_t *where = arena_array(a, uint32_t, nslots);

    if (!a->base)
        return;
    *e = (struct engine){ .heap = heap, .where = where, .nslots = nslots };
}

static inline bool before(const struct pending *x, const struct pending *y)
{
    return x->at < y->at || (x->at == y->at && x->order < y->order);
}

static inline void put(struct engine *e, uint32_t i, const struct pending *p)
{
    e->heap[i] = *p;
    e->where[p->slot] = i + 1;
}

static void sift_up(struct engine *e, uint32_t i, struct pending p)
{
    while (i > 0) {
        uint32_t parent = (i - 1) / ARITY;

        if (!before(&p, &e->heap[parent]))
            break;
        put(e, i, &e->heap[parent]);
        i = parent;
    }
    put(e, i, &p);
}

static void sift_down(struct engine *e, uint32_t i, struct pending p)
{
    const struct pending *end = e->heap + e->n;

    for (;;) {
        const struct pending *c = e->heap + i * ARITY + 1, *best = c, *last = c + ARITY;

        if (c >= end)
            break;
        for (last = last < end ? last : end; ++c < last;)
            if (before(c, best))
                best = c;
        if (!before(best, &p))
            break;
        put(e, i, best);
        i = (uint32_t)(best - e->heap);
    }
    put(e, i, &p);
}

static inline void set(struct engine *e, uint32_t slot, ns_t at, uint64_t order)
{
    struct pending p = { e->late && at < e->now ? e->now : at, order, slot };

    CHECK(slot < e->nslots && p.at >= e->now);
    if (!e->where[slot]) {
        sift_up(e, e->n++, p);
        return;
    }
    uint32_t i = e->where[slot] - 1;
    if (before(&p, &e->heap[i]))
        sift_up(e, i, p);
    else
        sift_down(e, i, p);
}

void engine_set(struct engine *e, uint32_t slot, ns_t at, enum pending_class cls)
{
    set(e, slot, at, (uint64_t)cls << 56 | RANK_UNRANKED | ++e->sequence);
}

void engine_set_ranked(struct engine *e, uint32_t slot, ns_t at,
                       enum pending_class cls, uint64_t rank)
{
    set(e, slot, at, (uint64_t)cls << 56 | rank);
}

void engine_set_reserved(struct engine *e, uint32_t slot, ns_t at, enum pending_class cls,
                         uint64_t place)
{
    set(e, slot, at, (uint64_t)cls << 56 | RANK_UNRANKED | place);
}

uint64_t engine_place(const struct engine *e, uint32_t slot, enum pending_class *cls)
{
    const struct pending *p = &e->heap[e->where[slot] - 1];

    *cls = pending_class_of(p);
    return p->order & (RANK_UNRANKED - 1);
}

void engine_cancel(struct engine *e, uint32_t slot)
{
    uint32_t at = e->where[slot];

    if (!at)
        return;
    e->where[slot] = 0;
    struct pending last = e->heap[--e->n];
    if (at - 1 == e->n)
        return;
    if (at > 1 && before(&last, &e->heap[(at - 2) / ARITY]))
        sift_up(e, at - 1, last);
    else
        sift_down(e, at - 1, last);
}

struct pending engine_take(struct engine *e)
{
    struct pending top = e->heap[0];

    CHECK(e->n > 0 && top.at >= e->now);
    e->where[top.slot] = 0;
    if (--e->n)
        sift_down(e, 0, e->heap[e->n]);
    e->now = top.at;
    return top;
}

/* The earliest is the first to be put off, and so stays ahead of the others. */
void engine_catch_up(struct engine *e, ns_t to)
{
    CHECK(to >= e->now);
    while (e->n && e->heap[0].at < to) {
        struct pending p = e->heap[0];

        if (pending_class_of(&p) != PEND_ARRIVAL)
            p.order = p.order >> 56 << 56 | ++e->sequence;
        p.at = to;
        sift_down(e, 0, p);
    }
    e->now = to;
}

bool engine_check(const struct engine *e)
{
    for (uint32_t i = 0; i < e->n; i++) {
        if (e->where[e->heap[i].slot] != i + 1 || e->heap[i].at < e->now)
            return false;
        if (i && before(&e->heap[i], &e->heap[(i - 1) / ARITY]))
            return false;
    }
    return true;
}
