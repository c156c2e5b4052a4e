/* explain.c - why an access to memory was refused: what the tables say, and the regions. */
#include "inside.h"

#include <string.h>

enum { NEAR = 1 << 20 };        /* bytes: what is further off is not meant */

static bool holds(const struct region *r, uint32_t va)
{
    return va >= r->start && va < r->end;
}

/* Of those that were unmapped and are remembered, the last one that va was in. */
static const struct region *gone_from(const struct aspace *as, uint32_t va)
{
    uint32_t n = as->unmapped < ASPACE_GONE ? as->unmapped : ASPACE_GONE;

    for (uint32_t i = 1; i <= n; i++) {
        const struct region *r = &as->gone[(as->unmapped - i) % ASPACE_GONE];

        if (holds(r, va))
            return r;
    }
    return NULL;
}

static uint32_t distance(const struct region *r, uint32_t va)
{
    return va < r->start ? r->start - va : va - r->end;
}

static bool guards(const struct region *r, uint32_t va)
{
    return r->flags & REGION_STACK && va < r->start && r->start - va <= STACK_GAP;
}

/* In the gap below the stack, the stack is what was meant. */
static const struct region *nearest(const struct aspace *as, uint32_t va)
{
    const struct region *best = NULL;

    for (uint32_t i = 0; i < as->nregions; i++)
        if (guards(&as->region[i], va))
            return &as->region[i];
        else if (!best || distance(&as->region[i], va) < distance(best, va))
            best = &as->region[i];
    return best && distance(best, va) <= NEAR ? best : NULL;
}

void mm_explain(const struct mm *mm, const struct aspace *as, uint32_t va,
                enum mmu_access access, enum mm_result why, struct mm_refusal *out)
{
    const struct region *here = aspace_region(as, va), *gone = here ? NULL : gone_from(as, va);
    const struct region *near = here || gone ? NULL : nearest(as, va);

    *out = (struct mm_refusal){ .va = va, .access = (uint8_t)access, .why = (uint8_t)why };
    out->walked = mmu_refused(cpu_memory(mm->cpu), satp_make(as->asid, as->root), true, va,
                              access, &out->walk);
    out->place = here ? PLACE_IN : gone ? PLACE_GONE : near ? PLACE_NEAR : PLACE_NOWHERE;
    out->guard = near && guards(near, va);
    if (out->place != PLACE_NOWHERE)
        out->region = here ? *here : gone ? *gone : *near;
}
