/* mem.c - spaces for the other services: mem.h. */
#include <kern/pages.h>

#include <sim/check.h>

/* --- as a whole --- */

struct mem *mem_layout(struct kern *k, struct arena *a, struct cpu *cpu, uint32_t nslots)
{
    const struct config *c = k->config;
    struct mem *mem = arena_array(a, struct mem, 1);
    struct page_need *need = arena_array(a, struct page_need, nslots);
    ns_t *shot = arena_array(a, ns_t, c->ncpus);
    struct mm mm;

    mm_init(&mm, a, cpu, c, nslots);
    if (!a->base)
        return mem;
    *mem = (struct mem){ .mm = mm, .waiting = WAITQ_EMPTY, .need = need, .pinner = TID_NONE,
                         .keeper = TID_NONE, .changes = HART_NONE, .shot = shot };
    mem->mm.now = &k->engine->now;
    mem->mm.shooter = (struct mm_shooter){ shootdown, k };
    return mem;
}

bool mem_check(const struct mem *mem)
{
    return mm_check(&mem->mm);
}

uint32_t mem_frames(const struct mem *mem)
{
    return mem->mm.frames.nframes;
}

uint32_t mem_frames_free(const struct mem *mem)
{
    return mem->mm.frames.nfree;
}

void mem_work_for(struct mem *mem, uint32_t by)
{
    mem->mm.by = by;
}

/* --- spaces --- */

enum mm_result mem_create(struct kern *k, struct aspace **as, tid_t root)
{
    enum mm_result why = aspace_create(mm_of(k), as);

    if (!why)
        pages_own(k, *as, root);
    return why;
}

enum mm_result mem_copy(struct kern *k, struct aspace *from, struct aspace **as,
                        uint32_t *copied)
{
    enum mm_result why = MM_OK;

    CHECK(from->users > 0 && from != *as);
    *copied = 0;
    if (!*as || !(*as)->nregions)
        why = aspace_fork(mm_of(k), from, as);
    if (why || !k->config->copy_at_fork)
        return why;
    why = aspace_own(mm_of(k), from, *as, copied);
    if (why != MM_NO_MEMORY)
        return why;
    aspace_drop(mm_of(k), *as);
    *as = NULL;
    return why;
}

void mem_hold(struct aspace *as)
{
    aspace_hold(as);
}

void mem_drop(struct kern *k, struct aspace *as)
{
    aspace_drop(mm_of(k), as);
    k->programs->mem->left = true;
}

uint32_t mem_resident(const struct aspace *as)
{
    return as->resident;
}

bool mem_is_shared(const struct aspace *as)
{
    return as->users > 1;
}

uint32_t mem_regions_full(const struct aspace *as)
{
    return aspace_full(as) ? ASPACE_REGIONS : 0;
}

uint32_t mem_enter(struct kern *k, const struct aspace *as, unsigned h)
{
    return mm_enter(mm_of(k), as, h);
}

/* By its object and place in it when it is shared, else by its space and address: so
 * neither a copy-on-write in between nor a page that leaves and comes back changes it. */
uint64_t mem_key(const struct aspace *as, uint32_t va)
{
    const struct region *r = aspace_region(as, va);

    if (r && r->object && r->flags & REGION_SHARED)
        return UINT64_C(1) << 63 | (uint64_t)r->object << 32 |
               ((r->offset << PAGE_SHIFT) + (va - r->start));
    return as->id << 32 | va;
}

bool mem_allows(const struct aspace *as, uint32_t va, enum mmu_access access)
{
    return mm_may(as, va, 1, access);
}

/* --- what stands in one --- */

enum mm_result mem_segment(struct kern *k, struct aspace *as, uint32_t start, uint32_t end,
                           uint32_t rights)
{
    const struct region *r = aspace_region(as, start);

    CHECK(!((start | end) & (PAGE_SIZE - 1)) && start < end && !(rights & ~(uint32_t)REGION_PROT));
    if (r) {
        enum mm_result err = aspace_protect(mm_of(k), as, start, PAGE_SIZE,
                                            (r->flags & REGION_PROT) | rights);
        start += PAGE_SIZE;
        if (err)
            return err;
    }
    return end > start ? aspace_map(mm_of(k), as, start, end - start, rights) : MM_OK;
}

enum mm_result mem_place(struct kern *k, struct aspace *as, uint32_t va, const void *bytes,
                         uint32_t n, uint32_t *placed)
{
    return mm_place(mm_of(k), as, va, bytes, n, placed);
}

enum mm_result mem_map_file(struct kern *k, struct aspace *as, uint32_t start, uint32_t end,
                            uint32_t rights, uint32_t object, uint32_t page)
{
    CHECK(!((start | end) & (PAGE_SIZE - 1)) && start < end && !(rights & ~(uint32_t)REGION_PROT));
    return aspace_map_region(mm_of(k), as, (struct region){
        .start = start, .end = end, .flags = rights, .object = object, .offset = page });
}

enum mm_result mem_clear(struct kern *k, struct aspace *as, uint32_t va, uint32_t n)
{
    uint32_t pfn;
    bool brought;
    enum mm_result why = mm_user(mm_of(k), as, va, ACCESS_STORE, &pfn, &brought);

    CHECK((va & (PAGE_SIZE - 1)) + n <= PAGE_SIZE);
    if (!why)
        memset(mm_bytes_to_write(mm_of(k), pfn) + (va & (PAGE_SIZE - 1)), 0, n);
    return why;
}

void mem_set_heap(struct aspace *as, uint32_t start)
{
    CHECK(!(start & (PAGE_SIZE - 1)) && start <= MMAP_TOP);
    as->heap_start = as->heap_end = start;
}

uint32_t mem_heap_end(const struct aspace *as)
{
    return as->heap_end;
}

bool mem_move_heap(struct kern *k, struct aspace *as, uint32_t end)
{
    return aspace_brk(mm_of(k), as, end);
}

void mem_limit_stack(struct kern *k, struct aspace *as, uint64_t bytes)
{
    aspace_limit_stack(mm_of(k), as, bytes < STACK_LIMIT ? (uint32_t)bytes : STACK_LIMIT);
}

/* --- a debugger's hands --- */

/* How many of n bytes at va are in its page. */
static size_t in_page(uint32_t va, size_t n)
{
    size_t room = PAGE_SIZE - (va & (PAGE_SIZE - 1));

    return n < room ? n : room;
}

size_t mem_peek(const struct kern *k, const struct aspace *as, uint32_t va, void *buf,
                size_t n)
{
    const struct mm *mm = mm_of(k);
    uint8_t *to = buf;
    size_t done = 0;

    while (done < n && va < USER_TOP) {
        uint32_t pte = pt_get(&mm->frames, as->root, va);
        size_t len = in_page(va, n - done);

        if (pte & PTE_V)
            memcpy(to + done, physmem_frame(cpu_memory(mm->cpu), pte_pfn(pte)) +
                              (va & (PAGE_SIZE - 1)), len);
        else if (aspace_region(as, va))
            memset(to + done, 0, len);  /* it will be, when it is touched */
        else
            break;
        done += len;
        va += (uint32_t)len;
    }
    return done;
}

/* The page at va is shared, perhaps text with a parent: this space gets one of its own. */
static bool own_page(struct mm *mm, struct aspace *as, const struct region *r, uint32_t va)
{
    uint32_t page = va & ~(uint32_t)(PAGE_SIZE - 1), prot = r->flags & REGION_PROT;
    uint32_t pte = pt_get(&mm->frames, as->root, va);
    bool brought;

    if (!(pte & PTE_V) || frame_refs(&mm->frames, pte_pfn(pte)) <= 1 ||
        r->flags & REGION_SHARED)
        return true;
    return !aspace_protect(mm, as, page, PAGE_SIZE, prot | REGION_WRITE) &&
           !mm_fault(mm, as, va, ACCESS_STORE, &brought) &&
           !aspace_protect(mm, as, page, PAGE_SIZE, prot);
}

size_t mem_poke(struct kern *k, struct aspace *as, uint32_t va, const void *buf, size_t n)
{
    struct mm *mm = mm_of(k);
    const uint8_t *from = buf;
    size_t done = 0;

    while (done < n && va < USER_TOP) {
        const struct region *r = aspace_region(as, va);
        uint32_t placed;

        if (!r || !own_page(mm, as, r, va))
            break;
        enum mm_result why = mm_place(mm, as, va, from + done,
                                      (uint32_t)in_page(va, n - done), &placed);
        done += placed;
        va += placed;
        if (why)
            break;
    }
    return done;
}
