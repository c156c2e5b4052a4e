/* refs.c - running a replacement policy over a reference string.
 *
 * The loop knows where each page is (an array by page), sets the bits that hardware would
 * set, and calls the policy only where the policy must know: at each reference if it is
 * exact, at misses and scans otherwise. For some there is a shorter way (refs_dense.h).
 */
#include <lab/refs_dense.h>

#include <host/pages.h>
#include <stdlib.h>
#include <string.h>

void refs_free(struct refs *r)
{
    free(r->ref);
    free(r->number);
    free(r->next);
    *r = (struct refs){ .n = 0 };
}

bool refs_next(struct refs *r)
{
    if (r->next || r->n == 0)
        return true;
    uint32_t *seen = malloc(sizeof *seen * r->npages);
    r->next = malloc(sizeof *r->next * r->n);
    if (seen && r->next) {
        memset(seen, 0xff, sizeof *seen * r->npages);
        for (size_t i = r->n; i-- > 0;) {
            uint32_t page = r->ref[i] & ~REF_WRITE;

            r->next[i] = seen[page];
            seen[page] = (uint32_t)i;
        }
    }
    if (!seen) {
        free(r->next);
        r->next = NULL;
    }
    free(seen);
    return r->next;
}

/* --- one run --- */

struct run {
    const struct refs *r;
    struct replacer replacer;
    uint32_t *slot_of;          /* by page; SLOT_NONE */
    uint32_t *page_in;          /* by slot */
    uint32_t used;              /* slots filled so far */
    struct refs_run *out;
};

static inline uint64_t next_use(const struct refs *r, size_t i)
{
    return r->next && r->next[i] != UINT32_MAX ? r->next[i] : REPLACE_NEVER;
}

static slot_t make_room(struct run *s, const struct replace_page *page, ns_t now)
{
    struct refs_run *out = s->out;
    slot_t slot = replacer_victim(&s->replacer, 0, page, now);

    if (out->victims)
        out->victims[out->evictions] = s->page_in[slot];
    out->evictions++;
    out->writes += (s->replacer.bits[slot] & REPLACE_DIRTY) != 0;
    replacer_remove(&s->replacer, slot, REPLACE_EVICTED, now);
    s->slot_of[s->page_in[slot]] = SLOT_NONE;
    return slot;
}

static void miss(struct run *s, size_t i)
{
    uint32_t page = s->r->ref[i] & ~REF_WRITE;
    struct replace_page in = { .key = page, .next = next_use(s->r, i), .owner = TID_NONE };
    slot_t slot = s->used < s->out->frames ? s->used++ : make_room(s, &in, (ns_t)i);

    s->out->faults++;
    s->slot_of[page] = slot;
    s->page_in[slot] = page;
    replacer_insert(&s->replacer, 0, slot, &in, s->r->ref[i] & REF_WRITE, (ns_t)i);
}

static inline __attribute__((always_inline)) void
loop(struct run *s, bool exact, bool foresight, bool watched)
{
    const struct refs *r = s->r;
    const struct replace_ops *ops = s->replacer.ops;
    void *pool = replacer_pool(&s->replacer, 0);
    uint32_t *slot_of = s->slot_of;
    uint8_t *bits = s->replacer.bits;

    for (size_t i = 0; i < r->n; i++) {
        uint32_t ref = r->ref[i], slot = slot_of[ref & ~REF_WRITE];

        __builtin_prefetch(&slot_of[refs_page_ahead(r, i)]);
        replacer_advance(&s->replacer, (ns_t)i);
        if (slot == SLOT_NONE) {
            miss(s, i);
            continue;
        }
        bits[slot] |= (uint8_t)(REPLACE_ACCESSED | ref >> 31 << 1);
        if (exact && watched)
            replacer_touched(&s->replacer, slot, next_use(r, i), (ns_t)i);
        else if (exact)
            ops->touched(pool, slot, foresight ? next_use(r, i) : REPLACE_NEVER, (ns_t)i);
    }
}

static void run_all(struct run *s)
{
    unsigned flags = s->replacer.ops->flags;

    _Static_assert(REPLACE_DIRTY == 2, "the loop shifts the write flag there");
    if (s->replacer.watch.ops)
        loop(s, flags & REPLACE_EXACT, false, true);
    else if (flags & REPLACE_FORESIGHT)
        loop(s, true, true, false);
    else if (flags & REPLACE_EXACT)
        loop(s, true, false, false);
    else
        loop(s, false, false, false);
}

static void lay_out(struct run *s, struct arena *a, const struct replace_config *c,
                    const struct replace_setup *setup)
{
    replacer_init(&s->replacer, a, c, setup);
    s->slot_of = arena_array(a, uint32_t, s->r->npages);
    s->page_in = arena_array(a, uint32_t, setup->nslots);
}

static bool simulate(const struct refs *r, const struct replace_config *c, slot_t nslots,
                     uint64_t seed, struct refs_run *out)
{
    struct run s = { .r = r, .out = out };
    struct replace_setup setup = { .nslots = nslots, .npools = 1, .nkeys = r->npages,
                                   .interval = nslots, .time_unit = 1, .seed = seed };
    struct arena a;

    arena_init(&a, NULL, 0);
    lay_out(&s, &a, c, &setup);
    size_t size = a.used;
    void *mem = pages_map(size);
    if (!mem)
        return false;
    arena_init(&a, mem, size);
    lay_out(&s, &a, c, &setup);
    memset(s.slot_of, 0xff, sizeof *s.slot_of * r->npages);
    run_all(&s);
    out->bad = s.replacer.faults;
    pages_unmap(mem, size);
    return true;
}

bool refs_simulate(const struct refs *r, const struct replace_config *c, uint32_t frames,
                   uint64_t seed, bool victims, struct refs_run *out)
{
    refs_dense_run *dense = refs_dense_for(c->ops, r);
    /* More frames than pages are as good as none more. */
    slot_t nslots = frames < r->npages ? frames : r->npages;

    *out = (struct refs_run){ .policy = c->spec, .frames = frames, .refs = r->n };
    if (r->n == 0)
        return true;
    if (victims && !(out->victims = malloc(sizeof *out->victims * r->n)))
        return false;
    return dense ? dense(r, &(struct refs_dense_params){ nslots, seed, c }, out)
                 : simulate(r, c, nslots, seed, out);
}
