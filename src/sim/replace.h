/* sim/replace.h - pools of slots with a replacement policy behind them.
 *
 * The core's side of <ossim/replace.h>, for page frames and disk buffers alike: it keeps,
 * for each slot, in which pool it is, asks the policy, and checks what it answers. A bad
 * answer is counted, said as EV_POLICY_FAULT, and replaced by a good one (the lowest slot
 * of the pool that is not pinned). A plug-in is watched (sim/watch.h), and what it does to
 * bits that are not its own is undone. It knows nothing of what the slots hold: who finds a
 * slot by its key, and writes dirty ones back, is the caller.
 */
#ifndef SIM_REPLACE_H
#define SIM_REPLACE_H

#include <ossim/err.h>
#include <ossim/replace.h>
#include <sim/arena.h>
#include <sim/config.h>
#include <sim/stream.h>

enum { POOL_NONE = UINT16_MAX };

/* Fill c from `ops` and the text of its parameters, as "bit=0:dirty=1" (may be empty; no
 * leading colon). Bare times are in units of time_unit ns. diag->text says what is
 * wrong; the caller adds the place. */
enum err replace_parse(struct replace_config *c, const struct replace_ops *ops,
                       const char *params, ns_t time_unit, struct diag *diag);

struct replace_setup {          /* what the owner of the slots decides */
    slot_t nslots;              /* >= 1 */
    uint16_t npools;            /* >= 1 */
    uint64_t nkeys;             /* as in replace_params */
    ns_t interval;              /* between scans, unless the policy's parameter says */
    ns_t time_unit;
    uint64_t seed;
    void (*gather)(void *self, slot_t slot);    /* or NULL */
    void *self;
    struct stream *stream;      /* NULL: faults are counted only */
};

struct replacer {
    const struct replace_ops *ops;
    struct op_watched watch;       /* of a plug-in: who is told of each op */
    uint8_t *kept;              /* of a plug-in, by slot: the bits before the op */
    struct replace_params params;
    struct stream *stream;
    ns_t next_scan;             /* NS_MAX: the policy has no scans */
    size_t state_size;          /* bytes of one pool */
    size_t stride;              /* from one pool's to the next one's */
    uint8_t *state;             /* npools blocks, each 64-aligned; of a plug-in: 16 */
    uint8_t *bits;              /* by slot; params.bits.of */
    uint16_t *pool_of;          /* by slot; POOL_NONE */
    uint32_t *length;           /* by pool */
    uint64_t faults;            /* bad answers so far */
    uint16_t npools;
    bool exact;                 /* REPLACE_EXACT */
};

/* Bytes are taken from the arena. */
void replacer_init(struct replacer *r, struct arena *a, const struct replace_config *c,
                   const struct replace_setup *s);

static inline void *replacer_pool(const struct replacer *r, unsigned pool)
{
    return r->state + pool * r->stride;
}

/* A reference, for a policy that is told of each one. */
void replacer_touched(struct replacer *r, slot_t slot, uint64_t next, ns_t now);

/* slot, in no pool, holds page as of now. write: the reference that brought it in wrote. */
void replacer_insert(struct replacer *r, unsigned pool, slot_t slot,
                     const struct replace_page *page, bool write, ns_t now);
/* slot, in a pool, is referenced; for owners that see each reference. */
static inline void replacer_touch(struct replacer *r, slot_t slot, bool write, uint64_t next,
                                  ns_t now)
{
    r->bits[slot] |= (uint8_t)(write ? REPLACE_ACCESSED | REPLACE_DIRTY : REPLACE_ACCESSED);
    if (r->exact)
        replacer_touched(r, slot, next, now);
}

/* The slot to give up; it is in the pool and not pinned. SLOT_NONE: there is none such. */
slot_t replacer_victim(struct replacer *r, unsigned pool, const struct replace_page *incoming,
                       ns_t now);
/* slot is in a pool; afterwards it is in none, and its bits are clear. */
void replacer_remove(struct replacer *r, slot_t slot, enum replace_why why, ns_t now);
/* The pool may hold so many slots from now on, >= 1. */
void replacer_resize(struct replacer *r, unsigned pool, slot_t capacity);

/* Do the scans that are due at `now` in all pools. Several intervals at once are one. */
void replacer_scan(struct replacer *r, ns_t now);
static inline void replacer_advance(struct replacer *r, ns_t now)
{
    if (__builtin_expect(now >= r->next_scan, 0))
        replacer_scan(r, now);
}

static inline void replacer_pin(struct replacer *r, slot_t slot)
{
    r->bits[slot] |= REPLACE_PINNED;
}
static inline void replacer_unpin(struct replacer *r, slot_t slot)
{
    r->bits[slot] &= (uint8_t)~REPLACE_PINNED;
}
/* What slot held has been written back. */
static inline void replacer_cleaned(struct replacer *r, slot_t slot)
{
    r->bits[slot] &= (uint8_t)~(REPLACE_DIRTY | REPLACE_CLEAN_SOON);
}

/* What the policy says about slot, which is in a pool; "" if it says nothing. */
void replacer_explain(const struct replacer *r, slot_t slot, char *buf, size_t size);

#endif
