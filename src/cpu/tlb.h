/* cpu/tlb.h - the simulated translation buffer of one hart: what students measure.
 *
 * Set-associative, tagged by ASID. A megapage takes one entry, in the set of its
 * own number. It holds only what a walk has allowed, with A set; it never changes
 * memory. What the host remembers to be quick is elsewhere (hart.h).
 */
#ifndef CPU_TLB_H
#define CPU_TLB_H

#include <cpu/pte.h>
#include <sim/arena.h>
#include <sim/config.h>
#include <sim/rng.h>

struct tlb_entry {
    uint32_t vpn;               /* of a megapage: the first of its 1024 */
    uint32_t pte;               /* as it was when the entry was made */
    uint16_t asid;              /* of a global entry: where it was made */
    uint8_t level;              /* 1: a megapage */
    bool valid;
    uint64_t used;              /* when last looked up; LRU only */
};

struct tlb {
    struct tlb_entry *entry;    /* nsets runs of nways */
    uint32_t *next;             /* by set: the way to replace next; FIFO */
    uint32_t nsets, nways;      /* powers of two */
    enum tlb_replace replace;
    bool mega;                  /* there may be megapages in it */
    uint64_t clock;             /* lookups; LRU */
    rng_t rng;                  /* RANDOM */
};

void tlb_init(struct tlb *t, struct arena *a, const struct memory_config *m,
              rng_t rng);

/* The entry for a page in an address space, or NULL. Changes nothing. */
struct tlb_entry *tlb_find(const struct tlb *t, uint32_t asid, uint32_t vpn);

/* Note that an entry was used: only LRU cares. */
static inline void tlb_touch(struct tlb *t, struct tlb_entry *e)
{
    e->used = ++t->clock;
}

/* Where a new entry of that page and level would go: an invalid one of its set, else the
 * victim of the replacement. Changes nothing. */
struct tlb_entry *tlb_place(const struct tlb *t, uint32_t vpn, unsigned level);
/* The victim of a set that is full. Changes nothing. */
struct tlb_entry *tlb_victim(const struct tlb *t, uint32_t set);

/* Put a leaf in, in place of `old` if given (an entry of the same page and level, that
 * did not allow what a new walk did), else at tlb_place, taking it. What was there before is copied to *gone, valid or not. */
struct tlb_entry *tlb_insert(struct tlb *t, uint32_t asid, uint32_t vpn,
                             uint32_t pte, unsigned level, struct tlb_entry *old,
                             struct tlb_entry *gone);

/* SFENCE.VMA; NULL is all. Source: Privileged ISA, "Supervisor Memory-Management
 * Fence Instruction". */
void tlb_fence(struct tlb *t, const uint32_t *va, const uint32_t *asid);
/* The same for one page of one space, which looks at two sets alone. False: it was part of a
 * megapage, which is gone as a whole. */
bool tlb_fence_page(struct tlb *t, uint32_t vpn, uint32_t asid);

/* --- in the line of code, for those who miss often (lookup.c) --- */

/* The set of a page; megapages are numbered by 4 MiB. */
static inline uint32_t tlb_set(const struct tlb *t, uint32_t vpn, unsigned level)
{
    return (level ? vpn >> 10 : vpn) & (t->nsets - 1);
}

static inline bool tlb_covers(const struct tlb_entry *e, unsigned level, uint32_t asid,
                              uint32_t vpn)
{
    return e->vpn == (level ? vpn & ~UINT32_C(1023) : vpn) && e->valid && e->level == level &&
           (e->asid == asid || (e->pte & PTE_G));
}

/* tlb_find, and where there is none tlb_place of a page, in one look at its set. */
static inline struct tlb_entry *tlb_search(const struct tlb *t, uint32_t asid, uint32_t vpn,
                                           struct tlb_entry **place)
{
    uint32_t set = tlb_set(t, vpn, 0);
    struct tlb_entry *e = &t->entry[set * t->nways], *end = e + t->nways, *free = NULL;

    if (t->mega && (*place = tlb_find(t, asid, vpn)))
        return *place;
    for (; e < end; e++) {
        if (tlb_covers(e, 0, asid, vpn))
            return e;
        if (!e->valid && !free)
            free = e;
    }
    *place = free ? free : t->replace == TLB_FIFO ? end - t->nways + t->next[set]
                                                  : tlb_victim(t, set);
    return NULL;
}

/* What tlb_place or tlb_search named is taken: if it was a victim, the next one is another. */
static inline void tlb_take(struct tlb *t, const struct tlb_entry *place)
{
    if (!place->valid)
        return;
    if (t->replace == TLB_FIFO) {
        uint32_t *next = &t->next[tlb_set(t, place->vpn, place->level)];

        *next = (*next + 1) & (t->nways - 1);
    } else if (t->replace == TLB_RANDOM) {
        (void)rng_next(&t->rng);
    }
}

/* Write an entry. vpn: of a megapage the first. */
static inline void tlb_fill(struct tlb *t, struct tlb_entry *e, uint32_t asid, uint32_t vpn,
                            uint32_t pte, unsigned level)
{
    *e = (struct tlb_entry){ .vpn = vpn, .pte = pte, .asid = (uint16_t)asid,
                             .level = (uint8_t)level, .valid = true, .used = ++t->clock };
}

/* Shape, and that no set holds one page of one address space twice. */
bool tlb_check(const struct tlb *t);

#endif
