/* rmap.c - from a frame back to the entries that map it, when its page leaves or comes.
 *
 * Nothing is stored for that: a page that several spaces share has the same address in all
 * of them, since there is no way to move one, so its number says where in each space to
 * look. That costs a walk over the spaces for a page that comes or goes, and no memory at
 * all; Linux keeps a list of regions for each file and family of forks for the same end.
 */
#include "inside.h"

#include <sim/check.h>

/* --- entries --- */

uint32_t mm_rights(uint32_t flags, bool own)
{
    uint32_t pte = PTE_U;

    if (!(flags & REGION_PROT))
        return PTE_R;           /* out of the walker's sight: U is clear */
    if (flags & (REGION_READ | REGION_WRITE))
        pte |= PTE_R;           /* writable without readable is reserved */
    if (flags & REGION_EXEC)
        pte |= PTE_X;
    if (flags & REGION_WRITE)
        pte |= flags & REGION_SHARED || own ? PTE_W : PTE_COW;
    return pte;
}

static bool paged(const struct mm *mm, uint32_t pfn)
{
    return mm->pager && mm->pager->page[pfn].state == PAGE_HERE;
}

bool mm_is_own(const struct mm *mm, uint32_t pfn)
{
    return frame_refs(&mm->frames, pfn) == 1 &&
           !(paged(mm, pfn) && pager_is_image(mm->pager, mm->pager->page[pfn].slot));
}

void mm_entry_drop(struct mm *mm, uint32_t pte)
{
    uint32_t pfn = pte_pfn(pte);

    if (!(pte & PTE_V)) {
        pager_slot_drop(mm->pager, pte_slot(pte));
        return;
    }
    if (paged(mm, pfn)) {
        if (pte & PTE_D)        /* others who have it would not know */
            mm->pager->replacer.bits[pfn] |= REPLACE_DIRTY;
        if (pte & PTE_A)
            mm->pager->page[pfn].used = mm->pager->page[pfn].fresh = 1;
        if (frame_refs(&mm->frames, pfn) == 1) {
            pager_forget(mm->pager, pfn);
            return;
        }
    }
    frame_drop(&mm->frames, pfn);
    if (mm->files.seen)
        mm->files.seen(mm->files.ctx, pfn, pte & PTE_D);
}

/* --- frames --- */

static enum mm_result result_of(struct mm *mm, enum pager_result r, uint32_t slot)
{
    mm->wait_ns = NS_MAX;
    mm->wait_slot = SWAP_NONE;
    switch (r) {
    case PAGER_OK: case PAGER_BACK: return MM_OK;
    case PAGER_COMING: mm->wait_slot = slot; return MM_WAIT;
    case PAGER_WAIT: return MM_WAIT;
    case PAGER_IO_ERROR: return MM_IO_ERROR;
    default: return MM_NO_MEMORY;
    }
}

/* Nothing could be had: does a page of a file go? */
static bool file_gives(const struct mm *mm, enum mm_result why)
{
    return why == MM_NO_MEMORY && mm->files.give && mm->files.give(mm->files.ctx);
}

enum mm_result mm_room(struct mm *mm)
{
    enum mm_result why = mm->pager ? result_of(mm, pager_room(mm->pager), SWAP_NONE)
                         : mm->frames.nfree ? MM_OK : MM_NO_MEMORY;

    if (file_gives(mm, why))
        return MM_OK;
    return mm->pager ? why : MM_OK;
}

enum mm_result mm_table_ready(struct mm *mm, struct aspace *as, uint32_t va)
{
    if (pt_has(&mm->frames, as->root, va))
        return MM_OK;
    enum mm_result why = mm_room(mm);
    if (why)
        return why;
    return pt_make(&mm->frames, as->root, va) ? MM_OK : MM_NO_MEMORY;
}

static enum mm_result page_take(struct mm *mm, struct aspace *as, uint32_t va, uint32_t slot,
                                bool write, uint32_t *pfn, bool *back)
{
    *back = false;
    if (!mm->pager) {
        *pfn = frame_alloc(&mm->frames);
        return *pfn == FRAME_NONE ? MM_NO_MEMORY : MM_OK;
    }
    enum pager_result r = pager_get(mm->pager, mm_owner(mm, as), va >> PAGE_SHIFT, slot,
                                    as->pool, write, pfn);
    *back = r == PAGER_BACK;
    return result_of(mm, r, slot);
}

enum mm_result mm_page_take(struct mm *mm, struct aspace *as, uint32_t va, uint32_t slot,
                            bool write, uint32_t *pfn, bool *back)
{
    enum mm_result why = page_take(mm, as, va, slot, write, pfn, back);

    return file_gives(mm, why) ? page_take(mm, as, va, slot, write, pfn, back) : why;
}

void mm_pin(struct mm *mm, uint32_t pfn)
{
    if (mm->pager)
        pager_pin(mm->pager, pfn);
    else
        frame_pin(&mm->frames, pfn);
}

void mm_unpin(struct mm *mm, uint32_t pfn)
{
    if (mm->pager)
        pager_unpin(mm->pager, pfn);
    else
        frame_unpin(&mm->frames, pfn);
}

/* --- what the pager tells --- */

/* The next space from i on whose entry for va is of a page in this frame; NULL. */
static struct aspace *next_with(struct mm *mm, uint32_t *i, uint32_t va, uint32_t mask,
                                uint32_t wanted)
{
    while (*i < mm->used_spaces) {
        struct aspace *as = &mm->aspace[(*i)++];

        if (as->id && (pt_get(&mm->frames, as->root, va) & mask) == wanted)
            return as;
    }
    return NULL;
}

/* What tells an entry of a page that is here, or out: not its rights. */
#define HERE_MASK (~(uint32_t)PTE_FLAGS | PTE_V)
#define OUT_MASK (~(uint32_t)PTE_FLAGS | PTE_V | PTE_SOFT)

void mm_page_left(struct mm *mm, uint32_t number, uint32_t frame, uint32_t slot)
{
    uint32_t va = number << PAGE_SHIFT, i = 0;
    struct aspace *as;

    /* The last reference is the pager's. */
    while (frame_refs(&mm->frames, frame) > 1 &&
           (as = next_with(mm, &i, va, HERE_MASK, pte_make(frame, PTE_V)))) {
        /* No hart remembers it: asked for its bits just before, it lost A, and was fenced. */
        DCHECK(!(pt_get(&mm->frames, as->root, va) & PTE_A));
        pt_set(&mm->frames, as->root, va, slot == SWAP_NONE ? 0 : pte_out(slot));
        if (slot != SWAP_NONE)
            pager_slot_hold(mm->pager, slot);
        frame_drop(&mm->frames, frame);
        as->resident--;
    }
    CHECK(frame_refs(&mm->frames, frame) == 1);
}

static unsigned count_out(struct mm *mm, uint32_t va, uint32_t slot)
{
    uint32_t i = 0;
    unsigned n = 0;

    while (next_with(mm, &i, va, OUT_MASK, pte_out(slot)))
        n++;
    return n;
}

void mm_page_came(struct mm *mm, uint32_t number, uint32_t frame, uint32_t slot,
                  enum came how)
{
    uint32_t va = number << PAGE_SHIFT, i = 0;
    uint32_t bits = PTE_V | (how == CAME_AHEAD ? 0u : PTE_A);
    bool own = !pager_is_image(mm->pager, slot) && count_out(mm, va, slot) == 1;
    struct aspace *as;

    while (how != CAME_FAILED &&
           (as = next_with(mm, &i, va, OUT_MASK, pte_out(slot)))) {
        const struct region *r = aspace_region(as, va);

        pt_set(&mm->frames, as->root, va,
               pte_make(frame, bits | mm_rights(r->flags, own)));
        frame_hold(&mm->frames, frame);
        pager_slot_drop(mm->pager, slot);
        as->resident++;
    }
}

/* Every entry loses its A bit, and harts what they remember of it: else the next reference
 * would not set it again. */
unsigned mm_page_bits(struct mm *mm, uint32_t number, uint32_t frame)
{
    uint32_t va = number << PAGE_SHIFT, i = 0, left = frame_refs(&mm->frames, frame);
    unsigned bits = 0;
    struct aspace *as;

    while (left-- &&
           (as = next_with(mm, &i, va, HERE_MASK, pte_make(frame, PTE_V)))) {
        uint32_t pte = pt_get(&mm->frames, as->root, va);

        bits |= (pte & PTE_A ? REPLACE_ACCESSED : 0u) | (pte & PTE_D ? REPLACE_DIRTY : 0u);
        if (!(pte & PTE_A))
            continue;
        pt_set(&mm->frames, as->root, va, pte & ~(uint32_t)PTE_A);
        mm_fence(mm, as, va);
    }
    return bits;
}

uint32_t mm_slot_holds(const struct mm *mm, uint32_t slot)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < mm->naspaces; i++) {
        const struct aspace *as = &mm->aspace[i];
        uint64_t va = 0;

        while (as->id && (va = pt_next_any(&mm->frames, as->root, va, USER_TOP)) < USER_TOP) {
            n += pt_get(&mm->frames, as->root, (uint32_t)va) == pte_out(slot);
            va += PAGE_SIZE;
        }
    }
    return n;
}
