/* fault.c - page faults: zeroes on demand, copies on write, A and D bits under Svade.
 *
 * The kernel's own accesses to user memory go the same way (mm_user), so a buffer that
 * was never touched works as an argument of a system call. */
#include <mm/aspace.h>

#include <sim/check.h>

static bool allowed(const struct region *r, enum mmu_access access)
{
    switch (access) {
    case ACCESS_FETCH: return r->flags & REGION_EXEC;
    case ACCESS_LOAD:  return r->flags & (REGION_READ | REGION_WRITE);
    default:           return r->flags & REGION_WRITE;
    }
}

static uint32_t region_rights(const struct region *r)
{
    uint32_t pte = PTE_V | PTE_U | PTE_A;

    if (r->flags & (REGION_READ | REGION_WRITE))
        pte |= PTE_R;
    if (r->flags & REGION_WRITE)
        pte |= PTE_W;
    if (r->flags & REGION_EXEC)
        pte |= PTE_X;
    return pte;
}

static enum mm_result bring_in(struct mm *mm, struct aspace *as, uint32_t va,
                               const struct region *r, enum mmu_access access)
{
    uint32_t pfn = frame_alloc(&mm->frames);
    uint32_t rights = r->flags & REGION_PROT ? region_rights(r) : PTE_V | PTE_R | PTE_A;

    if (pfn == FRAME_NONE)
        return MM_NO_MEMORY;
    if (access == ACCESS_STORE)
        rights |= PTE_D;
    if (!pt_set(&mm->frames, as->root, va, pte_make(pfn, rights))) {
        frame_drop(&mm->frames, pfn);
        return MM_NO_MEMORY;
    }
    as->resident++;
    return MM_OK;
}

/* The entry no longer says COW; the last sharer just takes the page. */
static enum mm_result copy_page(struct mm *mm, struct aspace *as, uint32_t va,
                                uint32_t pte, uint32_t rights)
{
    struct frames *f = &mm->frames;
    uint32_t old = pte_pfn(pte), pfn = old;

    if (frame_refs(f, old) > 1) {
        pfn = frame_alloc(f);
        if (pfn == FRAME_NONE)
            return MM_NO_MEMORY;
        memcpy(cpu_frame(f->cpu, pfn), physmem_frame(cpu_memory(f->cpu), old), PAGE_SIZE);
        frame_drop(f, old);
    }
    pt_set(f, as->root, va, pte_make(pfn, rights | PTE_D));
    mm_fence(mm, as, va);
    return MM_OK;
}

static enum mm_result repair(struct mm *mm, struct aspace *as, uint32_t va,
                             enum mmu_access access, bool *brought)
{
    const struct region *r = aspace_region(as, va);
    uint32_t page = va & ~(uint32_t)(PAGE_SIZE - 1), pte;

    *brought = false;
    if (!r)
        return MM_NOT_MAPPED;
    if (!allowed(r, access) && !(r->flags & REGION_SHARED && access == ACCESS_LOAD))
        return MM_NOT_ALLOWED;
    pte = pt_get(&mm->frames, as->root, page);
    if (!(pte & PTE_V)) {
        *brought = true;
        return bring_in(mm, as, page, r, access);
    }
    if (access == ACCESS_STORE && !(pte & PTE_W)) {
        *brought = true;
        return copy_page(mm, as, page, pte, region_rights(r));
    }
    pte |= access == ACCESS_STORE ? PTE_A | PTE_D : PTE_A;
    pt_set(&mm->frames, as->root, page, pte);
    mm_fence(mm, as, page);
    return MM_OK;
}

enum mm_result mm_fault(struct mm *mm, struct aspace *as, uint32_t va,
                        enum mmu_access access, bool *brought)
{
    *brought = false;
    if (mm_must_wait(mm, MM_STEP_FAULT, as, va))
        return MM_WAIT;
    return repair(mm, as, va, access, brought);
}

/* Could a user do that, if the page were there? */
static enum mm_result may_use(const struct aspace *as, uint32_t va, enum mmu_access access)
{
    const struct region *r = va < USER_TOP ? aspace_region(as, va) : NULL;

    if (!r)
        return MM_NOT_MAPPED;
    return allowed(r, access) ? MM_OK : MM_NOT_ALLOWED;
}

bool mm_may(const struct aspace *as, uint32_t va, uint32_t n, enum mmu_access access)
{
    uint64_t at = va, end = at + n;

    while (at < end) {
        if (at >= USER_TOP || may_use(as, (uint32_t)at, access))
            return false;
        at = aspace_region(as, (uint32_t)at)->end;
    }
    return true;
}

enum mm_result mm_user(struct mm *mm, struct aspace *as, uint32_t va,
                       enum mmu_access access, uint32_t *pfn, bool *brought)
{
    uint32_t need = PTE_V | PTE_U | PTE_A | PTE_R;
    uint32_t pte = va < USER_TOP ? pt_get(&mm->frames, as->root, va) : 0;

    if (access == ACCESS_STORE)
        need |= PTE_W | PTE_D;
    *brought = false;
    if ((pte & need) != need) {
        enum mm_result why = may_use(as, va, access);

        if (why)
            return why;
        if (mm_must_wait(mm, MM_STEP_USER, as, va))
            return MM_WAIT;
        if ((why = repair(mm, as, va, access, brought)))
            return why;
        pte = pt_get(&mm->frames, as->root, va);
    } else if (mm_must_wait(mm, MM_STEP_USER, as, va)) {
        return MM_WAIT;         /* it is here, but might not have been */
    }
    *pfn = pte_pfn(pte);
    return MM_OK;
}

enum mm_result mm_place(struct mm *mm, struct aspace *as, uint32_t va,
                        const void *bytes, uint32_t n, uint32_t *placed)
{
    const uint8_t *from = bytes;

    for (*placed = 0; *placed < n;) {
        uint32_t at = va & (PAGE_SIZE - 1), len = PAGE_SIZE - at;
        const struct region *r = aspace_region(as, va);
        uint32_t pte = pt_get(&mm->frames, as->root, va);

        if (!r)
            return MM_NOT_MAPPED;
        if (mm_must_wait(mm, MM_STEP_PLACE, as, va))
            return MM_WAIT;
        if (!(pte & PTE_V)) {
            enum mm_result why = bring_in(mm, as, va - at, r, ACCESS_STORE);

            if (why)
                return why;
            pte = pt_get(&mm->frames, as->root, va);
        }
        if (len > n - *placed)
            len = n - *placed;
        memcpy(cpu_frame(mm->cpu, pte_pfn(pte)) + at, from, len);
        va += len, from += len, *placed += len;
    }
    return MM_OK;
}
