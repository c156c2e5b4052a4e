/* tlb.c - see tlb.h. */
#include <cpu/tlb.h>

#include <sim/check.h>

void tlb_init(struct tlb *t, struct arena *a, const struct memory_config *m, rng_t rng)
{
    uint32_t nsets = m->tlb_entries / m->tlb_ways;
    struct tlb_entry *entry = arena_array(a, struct tlb_entry, m->tlb_entries);
    uint32_t *next = arena_array(a, uint32_t, nsets);

    /* Sets and ways are chosen by masks. */
    CHECK(nsets && !(nsets & (nsets - 1)) && !(m->tlb_ways & (m->tlb_ways - 1)));
    CHECK(nsets * m->tlb_ways == m->tlb_entries);
    if (!t || !entry)
        return;
    *t = (struct tlb){ .entry = entry, .next = next, .nsets = nsets,
                       .nways = m->tlb_ways, .replace = m->tlb_replace, .rng = rng };
}

struct tlb_entry *tlb_find(const struct tlb *t, uint32_t asid, uint32_t vpn)
{
    for (unsigned level = 0; level <= t->mega; level++) {
        struct tlb_entry *e = &t->entry[tlb_set(t, vpn, level) * t->nways];

        for (uint32_t i = 0; i < t->nways; i++)
            if (tlb_covers(&e[i], level, asid, vpn))
                return &e[i];
    }
    return NULL;
}

struct tlb_entry *tlb_victim(const struct tlb *t, uint32_t set)
{
    struct tlb_entry *e = &t->entry[set * t->nways];
    rng_t rng = t->rng;
    uint32_t way = 0;

    switch (t->replace) {
    case TLB_FIFO:
        way = t->next[set];
        break;
    case TLB_RANDOM:
        way = (uint32_t)(rng_next(&rng) >> 32) & (t->nways - 1);
        break;
    case TLB_LRU:
        for (uint32_t i = 1; i < t->nways; i++)
            if (e[i].used < e[way].used)
                way = i;
        break;
    }
    return &e[way];
}

struct tlb_entry *tlb_place(const struct tlb *t, uint32_t vpn, unsigned level)
{
    uint32_t set = tlb_set(t, vpn, level);
    struct tlb_entry *e = &t->entry[set * t->nways];

    for (uint32_t i = 0; i < t->nways; i++)
        if (!e[i].valid)
            return &e[i];
    return tlb_victim(t, set);
}

struct tlb_entry *tlb_insert(struct tlb *t, uint32_t asid, uint32_t vpn,
                             uint32_t pte, unsigned level, struct tlb_entry *old,
                             struct tlb_entry *gone)
{
    struct tlb_entry *e = old ? old : tlb_place(t, vpn, level);

    DCHECK(level <= 1 && pte & PTE_A);          /* a leaf that a walk found */
    DCHECK(!old || (old->level == level && old->valid));
    if (!old)
        tlb_take(t, e);
    t->mega |= level > 0;
    *gone = *e;
    tlb_fill(t, e, asid, level ? vpn & ~UINT32_C(1023) : vpn, pte, level);
    return e;
}

void tlb_fence(struct tlb *t, const uint32_t *va, const uint32_t *asid)
{
    for (uint32_t i = 0; i < t->nsets * t->nways; i++) {
        struct tlb_entry *e = &t->entry[i];
        uint32_t same = e->level ? ~UINT32_C(1023) : ~UINT32_C(0);

        if (va && ((*va >> PAGE_SHIFT ^ e->vpn) & same))
            continue;
        if (asid && (e->asid != *asid || (e->pte & PTE_G)))
            continue;
        e->valid = false;
    }
    t->mega &= va || asid;
}

bool tlb_fence_page(struct tlb *t, uint32_t vpn, uint32_t asid)
{
    bool small = true;

    for (unsigned level = 0; level <= t->mega; level++) {
        struct tlb_entry *e = &t->entry[tlb_set(t, vpn, level) * t->nways];

        for (uint32_t i = 0; i < t->nways; i++) {
            if (!tlb_covers(&e[i], level, asid, vpn) || e[i].pte & PTE_G)
                continue;
            e[i].valid = false;
            small &= !level;
        }
    }
    return small;
}

bool tlb_check(const struct tlb *t)
{
    for (uint32_t i = 0; i < t->nsets * t->nways; i++) {
        const struct tlb_entry *e = &t->entry[i];

        if (!e->valid)
            continue;
        if (i / t->nways != tlb_set(t, e->vpn, e->level) || !(e->pte & PTE_A))
            return false;
        for (uint32_t j = i + 1; j % t->nways; j++)
            if (t->entry[j].valid && t->entry[j].level == e->level &&
                t->entry[j].vpn == e->vpn && t->entry[j].asid == e->asid)
                return false;
    }
    return true;
}
