/* aspace.c - regions: an array in order of address, cut and joined as ranges come and
 * go. A process has a dozen; a search is a short walk. */
#include "inside.h"

#include <sim/check.h>

/* What the return of a signal handler runs: li a7, 139 (rt_sigreturn); ecall. RISC-V
 * Linux has it in the vdso. */
static const uint32_t trampoline_code[] = { 0x08b00893, 0x00000073 };

void mm_init(struct mm *mm, struct arena *a, struct cpu *cpu, const struct config *c,
             uint32_t naspaces)
{
    struct frames frames;
    struct aspace *spaces = arena_array(a, struct aspace, naspaces);
    uint64_t *entered = arena_array(a, uint64_t, (size_t)c->ncpus * ASID_LIMIT);

    frames_init(&frames, a, cpu, c->memory.frames);
    if (!a->base)
        return;
    *mm = (struct mm){ .cpu = cpu, .nharts = c->ncpus, .frames = frames,
                       .naspaces = naspaces, .aspace = spaces, .entered = entered };
    mm->trampoline = frame_alloc(&mm->frames);
    if (mm->trampoline != FRAME_NONE)
        memcpy(cpu_frame(cpu, mm->trampoline), trampoline_code, sizeof trampoline_code);
    mm->open = c->structure.open && mm->frames.nfree > 2 * STRUCTURE_SERVICES;
    for (unsigned i = 0; mm->open && i < STRUCTURE_SERVICES; i++)
        mm->common[i] = frame_alloc(&mm->frames);
}

/* --- regions --- */

/* A region more is of a file, or one less. */
static void file_held(struct mm *mm, const struct region *r)
{
    if (r->object & REGION_FILE)
        mm->files.hold(mm->files.ctx, r->object);
}

static void file_dropped(struct mm *mm, uint32_t object)
{
    if (object & REGION_FILE)
        mm->files.drop(mm->files.ctx, object);
}

static void region_insert(struct mm *mm, struct aspace *as, uint32_t i, struct region r)
{
    CHECK(as->nregions < ASPACE_REGIONS && i <= as->nregions && r.start < r.end);
    memmove(&as->region[i + 1], &as->region[i],
            (as->nregions - i) * sizeof as->region[0]);
    as->region[i] = r;
    as->nregions++;
    file_held(mm, &r);
}

static void region_delete(struct mm *mm, struct aspace *as, uint32_t i)
{
    CHECK(i < as->nregions);
    uint32_t object = as->region[i].object;

    as->nregions--;
    memmove(&as->region[i], &as->region[i + 1],
            (as->nregions - i) * sizeof as->region[0]);
    file_dropped(mm, object);
}

/* No region crosses va afterwards. */
static void region_cut(struct mm *mm, struct aspace *as, uint32_t va)
{
    for (uint32_t i = 0; i < as->nregions; i++) {
        struct region *r = &as->region[i];

        if (va > r->start && va < r->end) {
            struct region upper = *r;

            upper.start = va;
            upper.offset += upper.object ? (va - r->start) >> PAGE_SHIFT : 0;
            r->end = va;
            region_insert(mm, as, i + 1, upper);
            return;
        }
    }
}

static bool goes_on(const struct region *a, const struct region *b)
{
    return a->end == b->start && a->flags == b->flags && a->object == b->object &&
           (!a->object || a->offset + ((a->end - a->start) >> PAGE_SHIFT) == b->offset);
}

/* Neighbours that touch and are alike become one, of which the last change counts. */
static void region_join(struct mm *mm, struct aspace *as)
{
    for (uint32_t i = 0; i + 1 < as->nregions;) {
        struct region *r = &as->region[i];

        if (goes_on(r, &r[1])) {
            if (r[1].when >= r->when) {
                r->when = r[1].when;
                r->by = r[1].by;
            }
            r->end = r[1].end;
            region_delete(mm, as, i + 1);
        } else {
            i++;
        }
    }
}

/* Cutting at both ends of a range makes at most two more, mapping one more. */
static bool has_room(const struct aspace *as)
{
    return as->nregions + 3 <= ASPACE_REGIONS;
}

bool aspace_full(const struct aspace *as)
{
    return !has_room(as);
}

static void pages_drop(struct mm *mm, struct aspace *as, uint32_t start, uint32_t end)
{
    struct frames *f = &mm->frames;
    uint64_t va = start;

    while ((va = pt_next_any(f, as->root, va, end)) < end) {
        uint32_t pte = pt_get(f, as->root, (uint32_t)va);

        pt_set(f, as->root, (uint32_t)va, 0);
        if (pte & PTE_V)
            mm_fence(mm, as, (uint32_t)va);
        mm_entry_drop(mm, pte);
        DCHECK(as->resident >= (pte & PTE_V));
        as->resident -= pte & PTE_V;
        va += PAGE_SIZE;
    }
}

static ns_t time_now(const struct mm *mm)
{
    return mm->now ? *mm->now : 0;
}

/* For who asks what was there. */
static void remember(struct mm *mm, struct aspace *as, const struct region *r)
{
    struct region *gone = &as->gone[as->unmapped++ % ASPACE_GONE];

    *gone = *r;
    gone->by = mm->by;
    gone->when = time_now(mm);
}

static void range_clear(struct mm *mm, struct aspace *as, uint32_t start, uint32_t end)
{
    region_cut(mm, as, start);
    region_cut(mm, as, end);
    for (uint32_t i = 0; i < as->nregions;) {
        struct region *r = &as->region[i];

        if (r->start >= start && r->end <= end) {
            pages_drop(mm, as, r->start, r->end);
            remember(mm, as, r);
            region_delete(mm, as, i);
        } else {
            i++;
        }
    }
}

enum mm_result aspace_map_region(struct mm *mm, struct aspace *as, struct region r)
{
    uint32_t i = 0;

    if (!has_room(as))
        return MM_NO_MEMORY;
    range_clear(mm, as, r.start, r.end);
    while (i < as->nregions && as->region[i].start < r.start)
        i++;
    r.by = mm->by;
    r.when = time_now(mm);
    region_insert(mm, as, i, r);
    region_join(mm, as);
    return MM_OK;
}

enum mm_result aspace_map(struct mm *mm, struct aspace *as, uint32_t va, uint32_t size,
                          uint32_t flags)
{
    return aspace_map_region(mm, as, (struct region){ .start = va, .end = va + size,
                                                      .flags = flags });
}

enum mm_result aspace_back(struct mm *mm, struct aspace *as, uint32_t va, uint32_t slot)
{
    enum mm_result why = mm_table_ready(mm, as, va);

    if (!why)
        pt_set(&mm->frames, as->root, va, pte_out(slot));
    return why;
}

enum mm_result aspace_unmap(struct mm *mm, struct aspace *as, uint32_t va, uint32_t size)
{
    if (!has_room(as))
        return MM_NO_MEMORY;
    range_clear(mm, as, va, va + size);
    region_join(mm, as);
    return MM_OK;
}

static bool range_is_mapped(const struct aspace *as, uint32_t start, uint32_t end)
{
    while (start < end) {
        const struct region *r = aspace_region(as, start);

        if (!r)
            return false;
        start = r->end;
    }
    return true;
}

/* Rewrite the entries of a range after its region's flags have changed; those of pages
 * that are out get their rights when they come. An entry without any right would be a
 * pointer: it stays out of the walker's sight with U clear, and readable. */
static void pages_protect(struct mm *mm, struct aspace *as, const struct region *r,
                          uint32_t start, uint32_t end)
{
    struct frames *f = &mm->frames;
    uint64_t va = start;

    while ((va = pt_next(f, as->root, va, end)) < end) {
        uint32_t pte = pt_get(f, as->root, (uint32_t)va);
        uint32_t rights = mm_rights(r->flags, mm_is_own(mm, pte_pfn(pte)));

        pt_set(f, as->root, (uint32_t)va,
               pte_make(pte_pfn(pte), PTE_V | (pte & (PTE_A | PTE_D)) | rights));
        mm_fence(mm, as, (uint32_t)va);
        va += PAGE_SIZE;
    }
}

enum mm_result aspace_protect(struct mm *mm, struct aspace *as, uint32_t va,
                              uint32_t size, uint32_t prot)
{
    if (!range_is_mapped(as, va, va + size))
        return MM_NOT_MAPPED;
    if (!has_room(as))
        return MM_NO_MEMORY;
    region_cut(mm, as, va);
    region_cut(mm, as, va + size);
    for (uint32_t i = 0; i < as->nregions; i++) {
        struct region *r = &as->region[i];

        if (r->start >= va && r->end <= va + size) {
            r->flags = (r->flags & ~(uint32_t)REGION_PROT) | prot;
            r->by = mm->by;
            r->when = time_now(mm);
            pages_protect(mm, as, r, r->start, r->end);
        }
    }
    region_join(mm, as);
    return MM_OK;
}

uint32_t aspace_find(const struct aspace *as, uint32_t size)
{
    uint32_t top = MMAP_TOP;

    for (uint32_t i = as->nregions; i-- > 0;) {
        const struct region *r = &as->region[i];

        if (r->start >= top)
            continue;
        if (r->end <= top && top - r->end >= size)
            return top - size;
        top = r->start;
    }
    return top > USER_BOTTOM && top - USER_BOTTOM >= size ? top - size : 0;
}

static uint32_t page_up(uint32_t va)
{
    return (va + PAGE_SIZE - 1) & ~(uint32_t)(PAGE_SIZE - 1);
}

bool mm_could_hold(const struct mm *mm, uint32_t pages)
{
    return pages <= (mm->pager ? mm->frames.nframes + pager_free_slots(mm->pager)
                               : mm->frames.nfree);
}

bool aspace_brk(struct mm *mm, struct aspace *as, uint32_t end)
{
    uint32_t from = page_up(as->heap_end), to = page_up(end);

    if (end < as->heap_start || end > MMAP_TOP)
        return false;
    if (to > from) {
        if (!mm_could_hold(mm, (to - from) >> PAGE_SHIFT))
            return false;
        for (uint32_t i = 0; i < as->nregions; i++)
            if (as->region[i].start < to && as->region[i].end > from)
                return false;
        if (aspace_map(mm, as, from, to - from, REGION_READ | REGION_WRITE | REGION_HEAP))
            return false;
    } else if (to < from && aspace_unmap(mm, as, to, from - to)) {
        return false;
    }
    as->heap_end = end;
    return true;
}

bool region_is_data(uint32_t flags)
{
    return flags & REGION_WRITE && !(flags & (REGION_SHARED | REGION_STACK));
}

/* How many bytes of [start, end) are in the region; of a stack, from the lowest page that was
 * touched. */
static uint32_t bytes_in(const struct mm *mm, const struct aspace *as, const struct region *r,
                         uint32_t start, uint32_t end)
{
    uint32_t from = r->flags & REGION_STACK
                    ? (uint32_t)pt_next_any(&mm->frames, as->root, r->start, r->end) : r->start;

    start = start > from ? start : from;
    end = end < r->end ? end : r->end;
    return start < end ? end - start : 0;
}

uint64_t aspace_size(const struct mm *mm, const struct aspace *as, bool data, uint32_t va,
                     uint32_t size)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < as->nregions; i++) {
        const struct region *r = &as->region[i];

        if (!data || region_is_data(r->flags))
            n += bytes_in(mm, as, r, 0, USER_TOP) - bytes_in(mm, as, r, va, va + size);
    }
    return n;
}

void aspace_limit_stack(struct mm *mm, struct aspace *as, uint32_t bytes)
{
    const struct region *r = aspace_region(as, STACK_TOP - PAGE_SIZE);
    uint32_t low = STACK_TOP - page_up(bytes), start;

    if (!r || !(r->flags & REGION_STACK))
        return;
    start = r->start;
    if (low > start) {
        uint64_t used = pt_next_any(&mm->frames, as->root, start, low);

        (void)aspace_unmap(mm, as, start, (uint32_t)used - start);
    }
    for (uint32_t i = 0; i < as->nregions && as->region[i].start < start; i++)
        if (as->region[i].end > low)
            low = as->region[i].end;
    if (low < start)
        (void)aspace_map(mm, as, low, start - low, r->flags);
}

/* --- spaces --- */

/* False: no frame is left for a table. */
static bool map_common(struct mm *mm, const struct aspace *as)
{
    const uint32_t rights = PTE_V | PTE_R | PTE_W | PTE_U | PTE_A | PTE_D;

    for (uint32_t i = 0; mm->open && i < STRUCTURE_SERVICES; i++) {
        if (!pt_set(&mm->frames, as->root, COMMON_VA + i * PAGE_SIZE,
                    pte_make(mm->common[i], rights)))
            return false;
        frame_hold(&mm->frames, mm->common[i]);
    }
    return true;
}

static struct aspace *free_space(struct mm *mm)
{
    for (uint32_t i = 0; i < mm->naspaces; i++)
        if (!mm->aspace[i].id)
            return &mm->aspace[i];
    return NULL;
}

/* A space with nothing in it, unless *out is one already. */
static enum mm_result aspace_new(struct mm *mm, struct aspace **out)
{
    struct aspace *as = *out ? *out : free_space(mm);
    uint32_t root;

    if (*out)
        return MM_OK;
    if (!as)
        return MM_NO_MEMORY;
    enum mm_result why = mm_room(mm);
    if (why)
        return why;
    uint32_t i = (uint32_t)(as - mm->aspace);
    if ((root = pt_create(&mm->frames)) == FRAME_NONE)
        return MM_NO_MEMORY;
    memset(as, 0, offsetof(struct aspace, region));
    as->id = ++mm->last_id;
    as->root = root;
    as->asid = 1 + i % (ASID_LIMIT - 1);
    as->users = 1;
    as->task = TID_NONE;
    if (i >= mm->used_spaces)
        mm->used_spaces = i + 1;
    if (!map_common(mm, as)) {
        aspace_drop(mm, as);
        return MM_NO_MEMORY;
    }
    *out = as;
    return MM_OK;
}

/* What came of a step in making a space; if there can be none, nothing is left of it. */
static enum mm_result made(struct mm *mm, struct aspace **out, enum mm_result why)
{
    if (why && why != MM_WAIT && *out) {
        aspace_drop(mm, *out);
        *out = NULL;
    }
    return why;
}

/* Another reference to the frame; there is a table for the entry. */
static void map_frame(struct mm *mm, struct aspace *as, uint32_t va, uint32_t pte)
{
    pt_set(&mm->frames, as->root, va, pte);
    if (pte & PTE_V) {
        frame_hold(&mm->frames, pte_pfn(pte));
        as->resident++;
    } else {
        pager_slot_hold(mm->pager, pte_slot(pte));
    }
}

enum mm_result aspace_create(struct mm *mm, struct aspace **out)
{
    enum mm_result why;

    if (mm_must_wait(mm, MM_STEP_SPACE, NULL, 0))
        return MM_WAIT;
    if (mm->trampoline == FRAME_NONE)
        return MM_NO_MEMORY;
    if ((why = aspace_new(mm, out)) || (why = mm_table_ready(mm, *out, TRAMPOLINE_VA)))
        return made(mm, out, why);
    aspace_map(mm, *out, STACK_TOP - STACK_LIMIT, STACK_LIMIT,
               REGION_READ | REGION_WRITE | REGION_STACK);
    aspace_map(mm, *out, TRAMPOLINE_VA, PAGE_SIZE, REGION_READ | REGION_EXEC);
    map_frame(mm, *out, TRAMPOLINE_VA,
              pte_make(mm->trampoline, PTE_V | PTE_R | PTE_X | PTE_U | PTE_A));
    return MM_OK;
}

/* The pages of shared regions must all exist before they can be shared. What came of it
 * stays: asked again after MM_WAIT, it goes on. */
static enum mm_result shared_populate(struct mm *mm, struct aspace *as)
{
    for (uint32_t i = 0; i < as->nregions; i++) {
        const struct region *r = &as->region[i];

        if (!(r->flags & REGION_SHARED) || r->object & REGION_FILE)
            continue;           /* a file's pages are found there by each */
        for (uint32_t va = r->start; va < r->end;
             va += PAGE_SIZE) {
            bool brought;
            enum mm_result why = pt_get(&mm->frames, as->root, va) ? MM_OK :
                                 mm_fault(mm, as, va, ACCESS_LOAD, &brought);

            if (why == MM_NO_MEMORY || why == MM_WAIT)
                return why;
        }
    }
    return MM_OK;
}

/* Every table that the copy of a space needs. */
static enum mm_result tables_ready(struct mm *mm, const struct aspace *from,
                                   struct aspace *to)
{
    const uint64_t mega = UINT64_C(1) << MEGA_SHIFT;
    uint64_t va = 0;

    while ((va = pt_next_any(&mm->frames, from->root, va, USER_TOP)) < USER_TOP) {
        enum mm_result why = mm_table_ready(mm, to, (uint32_t)va);

        if (why)
            return why;
        va = (va & ~(mega - 1)) + mega;
    }
    return MM_OK;
}

static void region_share(struct mm *mm, struct aspace *from, struct aspace *to,
                         const struct region *r)
{
    struct frames *f = &mm->frames;
    uint64_t va = r->start;

    while ((va = pt_next_any(f, from->root, va, r->end)) < r->end) {
        uint32_t pte = pt_get(f, from->root, (uint32_t)va);

        if ((pte & (PTE_V | PTE_W)) == (PTE_V | PTE_W) && !(r->flags & REGION_SHARED)) {
            pte = (pte & ~(uint32_t)PTE_W) | PTE_COW;
            pt_set(f, from->root, (uint32_t)va, pte);
        }
        map_frame(mm, to, (uint32_t)va, pte);
        va += PAGE_SIZE;
    }
}

enum mm_result aspace_fork(struct mm *mm, struct aspace *from, struct aspace **out)
{
    enum mm_result why = mm_must_wait(mm, MM_STEP_FORK, from, 0)
                             ? MM_WAIT : shared_populate(mm, from);

    if (why || (why = aspace_new(mm, out)) || (why = tables_ready(mm, from, *out)))
        return made(mm, out, why);
    struct aspace *as = *out;
    as->heap_start = from->heap_start;
    as->heap_end = from->heap_end;
    as->task = from->task;
    as->pool = from->pool;
    as->nregions = from->nregions;
    memcpy(as->region, from->region, from->nregions * sizeof *as->region);
    for (uint32_t i = 0; i < from->nregions; i++) {
        file_held(mm, &from->region[i]);
        region_share(mm, from, as, &from->region[i]);
    }
    mm_fence_all(mm, from);     /* its pages are no longer writable */
    return MM_OK;
}

enum mm_result aspace_own(struct mm *mm, struct aspace *from, struct aspace *as,
                          uint32_t *copied)
{
    const uint32_t shared = PTE_V | PTE_COW;
    struct frames *f = &mm->frames;
    uint64_t va = 0;

    for (; (va = pt_next(f, as->root, va, USER_TOP)) < USER_TOP; va += PAGE_SIZE) {
        uint32_t pte = pt_get(f, as->root, (uint32_t)va), pfn;
        bool brought;

        if ((pte & shared) != shared)
            continue;
        enum mm_result why = mm_user(mm, as, (uint32_t)va, ACCESS_STORE, &pfn, &brought);
        if (why)
            return why;
        *copied += brought;
        pte = pt_get(f, from->root, (uint32_t)va);
        if ((pte & shared) == shared && mm_is_own(mm, pte_pfn(pte)))
            pt_set(f, from->root, (uint32_t)va, (pte & ~(uint32_t)PTE_COW) | PTE_W);
    }
    return MM_OK;
}

static void entry_gone(void *mm, uint32_t pte)
{
    mm_entry_drop(mm, pte);
}

void aspace_drop(struct mm *mm, struct aspace *as)
{
    CHECK(as->users > 0);
    if (--as->users)
        return;
    pt_destroy(&mm->frames, as->root, entry_gone, mm);
    for (uint32_t i = 0; i < as->nregions; i++)
        file_dropped(mm, as->region[i].object);
    as->nregions = 0;
    as->id = 0;
}

/* --- files --- */

/* The part of a region that is of the object's pages from..to - 1; false: none is. */
static bool part_of(const struct region *r, uint32_t object, uint32_t from, uint64_t to,
                    uint32_t *start, uint32_t *end)
{
    uint64_t first = r->offset, last = first + ((r->end - r->start) >> PAGE_SHIFT);

    if (r->object != object || first >= to || last <= from)
        return false;
    *start = r->start + (first < from ? (uint32_t)(from - first) << PAGE_SHIFT : 0);
    *end = r->start + ((uint32_t)((last < to ? last : to) - first) << PAGE_SHIFT);
    return true;
}

static void gather(struct mm *mm, const struct aspace *as, uint32_t start, uint32_t end)
{
    struct frames *f = &mm->frames;
    uint64_t va = start;

    for (; (va = pt_next(f, as->root, va, end)) < end; va += PAGE_SIZE) {
        uint32_t pte = pt_get(f, as->root, (uint32_t)va);

        if (!(pte & PTE_D))
            continue;
        pt_set(f, as->root, (uint32_t)va, pte & ~(uint32_t)PTE_D);
        mm_fence(mm, as, (uint32_t)va);
        mm->files.seen(mm->files.ctx, pte_pfn(pte), true);
    }
}

void mm_file_gather(struct mm *mm, uint32_t object, uint32_t from, uint32_t to)
{
    uint32_t start, end;

    for (uint32_t s = 0; s < mm->used_spaces; s++) {
        const struct aspace *as = &mm->aspace[s];

        for (uint32_t i = 0; as->id && i < as->nregions; i++)
            if (as->region[i].flags & REGION_SHARED &&
                part_of(&as->region[i], object, from, to, &start, &end))
                gather(mm, as, start, end);
    }
}

void mm_file_cut(struct mm *mm, uint32_t object, uint32_t from, uint32_t to)
{
    uint32_t start, end;

    for (uint32_t s = 0; s < mm->used_spaces; s++) {
        struct aspace *as = &mm->aspace[s];

        for (uint32_t i = 0; as->id && i < as->nregions; i++)
            if (part_of(&as->region[i], object, from, to == UINT32_MAX ? UINT64_MAX : to,
                        &start, &end))
                pages_drop(mm, as, start, end);
    }
}

/* --- checking --- */

bool aspace_check(const struct mm *mm, const struct aspace *as)
{
    const struct frames *f = &mm->frames;
    uint32_t pages = 0;

    for (uint32_t i = 0; i < as->nregions; i++) {
        const struct region *r = &as->region[i];

        if (r->start >= r->end || (r->start | r->end) & (PAGE_SIZE - 1))
            return false;
        if (i && r[-1].end > r->start)
            return false;
    }
    for (uint64_t va = 0; (va = pt_next_any(f, as->root, va, USER_TOP)) < USER_TOP;
         va += PAGE_SIZE) {
        const struct region *r = aspace_region(as, (uint32_t)va);
        uint32_t pte = pt_get(f, as->root, (uint32_t)va);

        if (!r || (pte & PTE_V ? !frame_refs(f, pte_pfn(pte)) : !mm->pager))
            return false;
        if ((pte & (PTE_V | PTE_W)) == (PTE_V | PTE_W) && (!(r->flags & REGION_WRITE) ||
            (!(r->flags & REGION_SHARED) && !mm_is_own(mm, pte_pfn(pte)))))
            return false;
        pages += pte & PTE_V;
    }
    return pages == as->resident;
}

bool mm_check(const struct mm *mm)
{
    for (uint32_t i = 0; i < mm->naspaces; i++)
        if (mm->aspace[i].id && !aspace_check(mm, &mm->aspace[i]))
            return false;
    return frames_check(&mm->frames);
}
