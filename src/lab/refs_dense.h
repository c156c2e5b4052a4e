/* lab/refs_dense.h - some policies over a reference string, without slots.
 *
 * A policy behind <ossim/replace.h> knows slots, and is called at misses or at each
 * reference. Where the whole string lies in an array, those below can go by page number
 * alone, with little more than one look at a word of its page for each reference, early
 * enough for the cache line to be there. The victims are those of the policy of that name
 * in mm/replace/, which tests/lab/refs_test.c holds this against.
 */
#ifndef LAB_REFS_DENSE_H
#define LAB_REFS_DENSE_H

#include <lab/refs.h>

struct refs_dense_params {
    uint32_t frames;            /* 1 .. refs.npages */
    uint64_t seed;
    const struct replace_config *c;
};

/* Fills the counts of out, and out->victims if there is such an array. opt needs refs_next
 * first. False: no memory. */
typedef bool refs_dense_run(const struct refs *r, const struct refs_dense_params *p,
                            struct refs_run *out);

/* The run for a policy and a string; NULL: there is none. */
refs_dense_run *refs_dense_for(const struct replace_ops *ops, const struct refs *r);

/* --- for those runs --- */

enum { REFS_AHEAD = 16 };       /* references for which the cache lines are fetched early */

struct refs_dense {
    const struct refs *r;
    struct refs_run *out;
    uint32_t used;              /* frames */
    uint8_t *dirty;             /* by page; NULL: none of the references writes */
};

/* False: no memory. refs_dense_end in either case, or if d is all zero. */
bool refs_dense_begin(struct refs_dense *d, const struct refs *r, struct refs_run *out);
void refs_dense_end(struct refs_dense *d);

static inline uint32_t refs_page(const struct refs *r, size_t i)
{
    return r->ref[i] & ~REF_WRITE;
}

/* The page of a reference a little later; of the last one near the end. */
static inline uint32_t refs_page_ahead(const struct refs *r, size_t i)
{
    return refs_page(r, i + REFS_AHEAD < r->n ? i + REFS_AHEAD : r->n - 1);
}

/* A miss: must a page go first? */
static inline bool refs_dense_full(struct refs_dense *d, uint32_t frames)
{
    d->out->faults++;
    if (d->used == frames)
        return true;
    d->used++;
    return false;
}

static inline void refs_dense_evict(struct refs_dense *d, uint32_t page)
{
    if (d->out->victims)
        d->out->victims[d->out->evictions] = page;
    if (d->dirty)
        d->out->writes += d->dirty[page];
    d->out->evictions++;
}

/* What a reference does to its page's dirty bit, in memory or just come in. */
static inline void refs_dense_write(struct refs_dense *d, uint32_t ref, bool came_in)
{
    if (d->dirty) {
        uint8_t *dirty = &d->dirty[ref & ~REF_WRITE];

        *dirty = (uint8_t)((came_in ? 0 : *dirty) | ref >> 31);
    }
}

refs_dense_run refs_dense_lru, refs_dense_random, refs_dense_opt, refs_dense_arc,
               refs_dense_lfu, refs_dense_s3_fifo;

#endif
