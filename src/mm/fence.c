/* fence.c - harts enter address spaces, and forget what changed in them. */
#include <mm/aspace.h>

#include <sim/check.h>

static uint64_t *slot_of(struct mm *mm, const struct aspace *as, unsigned h)
{
    return &mm->entered[(size_t)h * ASID_LIMIT + as->asid];
}

uint32_t mm_enter(struct mm *mm, const struct aspace *as, unsigned h)
{
    uint64_t *slot = slot_of(mm, as, h);

    CHECK(h < mm->nharts && as->id && as->users > 0);
    if (*slot != as->id) {
        cpu_fence(cpu_hart(mm->cpu, h), NULL, &as->asid);
        *slot = as->id;
    }
    return satp_make(as->asid, as->root);
}

/* va NULL: every page. */
static void fence(struct mm *mm, const struct aspace *as, const uint32_t *va)
{
    for (uint32_t h = 0; h < mm->nharts; h++) {
        if (*slot_of(mm, as, h) != as->id)
            continue;
        cpu_fence(cpu_hart(mm->cpu, h), va, &as->asid);
        if (mm->shooter.shoot)
            mm->shooter.shoot(mm->shooter.ctx, as, h, va ? *va : 0);
    }
}

void mm_fence(struct mm *mm, const struct aspace *as, uint32_t va)
{
    fence(mm, as, &va);
}

void mm_fence_all(struct mm *mm, const struct aspace *as)
{
    fence(mm, as, NULL);
}
