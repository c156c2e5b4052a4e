/* fault.c - page faults: pages on demand, copies on write, A and D bits under Svade.
 *
 * The kernel's own accesses to user memory go the same way (mm_user), so a buffer that
 * was never touched works as an argument of a system call. */
#include "inside.h"

#include <sim/check.h>

static bool allowed(const struct region *r, enum mmu_access access)
{
    switch (access) {
    case ACCESS_FETCH: return r->flags & REGION_EXEC;
    case ACCESS_LOAD:  return r->flags & (REGION_READ | REGION_WRITE);
    default:           return r->flags & REGION_WRITE;
    }
}

/* The page of a file that belongs at va, as all others have it. */
static enum mm_result bring_file(struct mm *mm, struct aspace *as, uint32_t va,
                                 const struct region *r, enum mmu_access access)
{
    uint32_t index = r->offset + ((va - r->start) >> PAGE_SHIFT), pfn, rights;
    const struct mm_files *files = &mm->files;
    enum mm_result why = mm_table_ready(mm, as, va);

    if (!why && (why = files->page(files->ctx, r->object, index, &pfn)) == MM_NO_MEMORY &&
        !(why = mm_room(mm)))
        why = files->page(files->ctx, r->object, index, &pfn);
    if (why)
        return why;
    rights = PTE_V | PTE_A | mm_rights(r->flags, false);
    if (access == ACCESS_STORE && !(rights & PTE_COW))
        rights |= PTE_D;
    pt_set(&mm->frames, as->root, va, pte_make(pfn, rights));
    as->resident++;
    return MM_OK;
}

/* The page of va, from where its entry says that it is. *back as mm_page_take. */
static enum mm_result bring_in(struct mm *mm, struct aspace *as, uint32_t va,
                               const struct region *r, enum mmu_access access)
{
    uint32_t pte = pt_get(&mm->frames, as->root, va), pfn;
    uint32_t slot = pte_is_out(pte) ? pte_slot(pte) : SWAP_NONE;
    bool back, write = access == ACCESS_STORE;

    if (!pte && r->object & REGION_FILE)
        return bring_file(mm, as, va, r, access);
    enum mm_result why = mm_table_ready(mm, as, va);

    /* A shared page that was never written is not to be forgotten: who has it must have
     * the same. */
    if (!why)
        why = mm_page_take(mm, as, va, slot, write || r->flags & REGION_SHARED, &pfn, &back);
    if (why || back)
        return why;
    uint32_t rights = PTE_V | PTE_A | mm_rights(r->flags, mm_is_own(mm, pfn));
    if (write && !(rights & PTE_COW))
        rights |= PTE_D;
    pt_set(&mm->frames, as->root, va, pte_make(pfn, rights));
    if (slot != SWAP_NONE)
        pager_slot_drop(mm->pager, slot);
    as->resident++;
    return MM_OK;
}

/* A frame of its own with the same contents. The old one may not be chosen to go for it. */
static enum mm_result copy_frame(struct mm *mm, struct aspace *as, uint32_t va,
                                 uint32_t pte, uint32_t *pfn)
{
    uint32_t old = pte_pfn(pte);
    enum mm_result why;
    bool back;

    mm_pin(mm, old);
    why = mm_page_take(mm, as, va, SWAP_NONE, true, pfn, &back);
    mm_unpin(mm, old);
    if (why)
        return why;
    memcpy(cpu_frame(mm->cpu, *pfn), physmem_frame(cpu_memory(mm->cpu), old), PAGE_SIZE);
    mm->cow_copies++;
    mm_entry_drop(mm, pte);
    return MM_OK;
}

/* The entry no longer says COW; the last sharer just takes the page. */
static enum mm_result copy_page(struct mm *mm, struct aspace *as, uint32_t va,
                                uint32_t pte, const struct region *r)
{
    uint32_t pfn = pte_pfn(pte);

    if (frame_refs(&mm->frames, pfn) > 1) {
        enum mm_result why = copy_frame(mm, as, va, pte, &pfn);

        if (why)
            return why;
    } else if (!mm_is_own(mm, pfn)) {
        pager_detach(mm->pager, pfn);
    }
    pt_set(&mm->frames, as->root, va,
           pte_make(pfn, PTE_V | PTE_A | PTE_D | mm_rights(r->flags, true)));
    mm_fence(mm, as, va);
    return MM_OK;
}

static enum mm_result repair(struct mm *mm, struct aspace *as, uint32_t va,
                             enum mmu_access access, bool *brought)
{
    const struct region *r = aspace_region(as, va);
    uint32_t page = va & ~(uint32_t)(PAGE_SIZE - 1), pte, need = PTE_A;

    *brought = false;
    if (!r)
        return MM_NOT_MAPPED;
    if (!allowed(r, access) && !(r->flags & REGION_SHARED && access == ACCESS_LOAD))
        return MM_NOT_ALLOWED;
    pte = pt_get(&mm->frames, as->root, page);
    if (!(pte & PTE_V)) {
        enum mm_result why = bring_in(mm, as, page, r, access);

        if (why)
            return why;
        *brought = true;
        pte = pt_get(&mm->frames, as->root, page);
    }
    if (access == ACCESS_STORE && !(pte & PTE_W)) {
        *brought = true;
        return copy_page(mm, as, page, pte, r);
    }
    if (access == ACCESS_STORE)
        need |= PTE_D;
    if ((pte & need) == need && *brought)
        return MM_OK;
    pt_set(&mm->frames, as->root, page, pte | need);
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

bool mm_is_here(const struct mm *mm, const struct aspace *as, uint32_t va,
                enum mmu_access access)
{
    uint32_t pte = va < USER_TOP ? pt_get(&mm->frames, as->root, va) : 0;

    return pte & PTE_V && (access != ACCESS_STORE || pte & PTE_W);
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
        if (mm->pager)
            pager_touch(mm->pager, pte_pfn(pte), true);
        if (len > n - *placed)
            len = n - *placed;
        memcpy(cpu_frame(mm->cpu, pte_pfn(pte)) + at, from, len);
        va += len, from += len, *placed += len;
    }
    return MM_OK;
}
