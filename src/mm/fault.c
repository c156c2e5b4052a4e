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

enum mm_result mm_fault(struct mm *mm, struct aspace *as, uint32_t va,
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

uint8_t *mm_user(struct mm *mm, struct aspace *as, uint32_t va, enum mmu_access access,
                 enum mm_result *why, uint32_t *faults)
{
    uint32_t need = PTE_V | PTE_U | PTE_A | PTE_R;
    uint32_t pte = pt_get(&mm->frames, as->root, va);

    if (access == ACCESS_STORE)
        need |= PTE_W | PTE_D;
    *why = MM_OK;
    if ((pte & need) != need || va >= USER_TOP) {
        const struct region *r = aspace_region(as, va);
        bool brought;

        if (va >= USER_TOP || !r) {
            *why = MM_NOT_MAPPED;
            return NULL;
        }
        *why = allowed(r, access) ? mm_fault(mm, as, va, access, &brought)
                                  : MM_NOT_ALLOWED;
        if (*why)
            return NULL;
        *faults += brought;
        pte = pt_get(&mm->frames, as->root, va);
    }
    return (access == ACCESS_STORE
            ? cpu_frame(mm->cpu, pte_pfn(pte))
            : cpu_memory(mm->cpu)->base + ((size_t)pte_pfn(pte) << PAGE_SHIFT)) +
           (va & (PAGE_SIZE - 1));
}

enum mm_result mm_place(struct mm *mm, struct aspace *as, uint32_t va,
                        const void *bytes, uint32_t n)
{
    const uint8_t *from = bytes;

    while (n) {
        uint32_t at = va & (PAGE_SIZE - 1), len = PAGE_SIZE - at;
        const struct region *r = aspace_region(as, va);
        uint32_t pte = pt_get(&mm->frames, as->root, va);

        if (!r)
            return MM_NOT_MAPPED;
        if (!(pte & PTE_V)) {
            enum mm_result why = bring_in(mm, as, va - at, r, ACCESS_STORE);

            if (why)
                return why;
            pte = pt_get(&mm->frames, as->root, va);
        }
        if (len > n)
            len = n;
        memcpy(cpu_frame(mm->cpu, pte_pfn(pte)) + at, from, len);
        va += len, from += len, n -= len;
    }
    return MM_OK;
}
