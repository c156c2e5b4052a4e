/* tlb.c - see tlb.h. */
#include <cpu/tlb.h>

void tlb_init(struct tlb *t, struct arena *a, const struct memory_config *m, rng_t rng)
{
    uint32_t nsets = m->tlb_entries / m->tlb_ways;
    struct tlb_entry *entry = arena_array(a, struct tlb_entry, m->tlb_entries);
    uint32_t *next = arena_array(a, uint32_t, nsets);

    if (!t || !entry)
        return;
    *t = (struct tlb){ .entry = entry, .next = next, .nsets = nsets,
                       .nways = m->tlb_ways, .replace = m->tlb_replace, .rng = rng };
}

/* The set of a page; megapages are numbered by 4 MiB. */
static uint32_t set_of(const struct tlb *t, uint32_t vpn, unsigned level)
{
    return (level ? vpn >> 10 : vpn) & (t->nsets - 1);
}

static bool covers(const struct tlb_entry *e, unsigned level, uint32_t asid, uint32_t vpn)
{
    return e->vpn == (level ? vpn & ~UINT32_C(1023) : vpn) && e->valid && e->level == level &&
           (e->asid == asid || (e->pte & PTE_G));
}

struct tlb_entry *tlb_find(const struct tlb *t, uint32_t asid, uint32_t vpn)
{
    for (unsigned level = 0; level <= t->mega; level++) {
        struct tlb_entry *e = &t->entry[set_of(t, vpn, level) * t->nways];

        for (uint32_t i = 0; i < t->nways; i++)
            if (covers(&e[i], level, asid, vpn))
                return &e[i];
    }
    return NULL;
}

struct tlb_entry *tlb_place(const struct tlb *t, uint32_t vpn, unsigned level)
{
    uint32_t set = set_of(t, vpn, level), way = 0;
    struct tlb_entry *e = &t->entry[set * t->nways];
    rng_t rng = t->rng;

    for (uint32_t i = 0; i < t->nways; i++)
        if (!e[i].valid)
            return &e[i];
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

void tlb_take(struct tlb *t, const struct tlb_entry *place)
{
    if (!place->valid)
        return;
    if (t->replace == TLB_FIFO) {
        uint32_t set = (uint32_t)(place - t->entry) / t->nways;

        t->next[set] = (t->next[set] + 1) & (t->nways - 1);
    } else if (t->replace == TLB_RANDOM) {
        (void)rng_next(&t->rng);
    }
}

struct tlb_entry *tlb_insert(struct tlb *t, uint32_t asid, uint32_t vpn,
                             uint32_t pte, unsigned level, struct tlb_entry *old,
                             struct tlb_entry *gone)
{
    struct tlb_entry *e = old ? old : tlb_place(t, vpn, level);

    if (!old)
        tlb_take(t, e);
    t->mega |= level > 0;
    *gone = *e;
    *e = (struct tlb_entry){
        .vpn = level ? vpn & ~UINT32_C(1023) : vpn, .pte = pte,
        .asid = (uint16_t)asid, .level = (uint8_t)level, .valid = true,
        .used = ++t->clock,
    };
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
        struct tlb_entry *e = &t->entry[set_of(t, vpn, level) * t->nways];

        for (uint32_t i = 0; i < t->nways; i++) {
            if (!covers(&e[i], level, asid, vpn) || e[i].pte & PTE_G)
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
        if (i / t->nways != set_of(t, e->vpn, e->level) || !(e->pte & PTE_A))
            return false;
        for (uint32_t j = i + 1; j % t->nways; j++)
            if (t->entry[j].valid && t->entry[j].level == e->level &&
                t->entry[j].vpn == e->vpn && t->entry[j].asid == e->asid)
                return false;
    }
    return true;
}
