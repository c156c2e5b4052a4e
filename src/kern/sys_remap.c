/* sys_remap.c - mremap and madvise.
 *
 * Differs from Linux: what moves is copied page by page, since a page that several spaces
 * share has one address in all of them (mm/rmap.c); memory shared with others therefore
 * does not move, nor does a file: they grow only where they are.
 */
#include <kern/pages.h>
#include <kern/syscall.h>

enum { MAYMOVE = 1, MADV_DONTNEED = 4, MADV_FREE = 8, MADV_LAST = 25 };

static uint32_t page_up(uint32_t size)
{
    return (size + PAGE_SIZE - 1) & ~(uint32_t)(PAGE_SIZE - 1);
}

static bool is_free(const struct aspace *as, uint32_t start, uint64_t end)
{
    for (uint32_t i = 0; i < as->nregions; i++)
        if (as->region[i].start < end && as->region[i].end > start)
            return false;
    return end <= MMAP_TOP;
}

/* --- mremap --- */

/* Bytes [done, size) of what moves, to where it goes. 0, SYS_WAIT or -errno. */
static int32_t move_pages(struct sysc *c, uint32_t from, uint32_t to, uint32_t size)
{
    const struct aspace *as = proc_space(c->p);
    uint8_t bytes[PAGE_SIZE], *at;
    uint32_t n = PAGE_SIZE;

    for (uint32_t *done = &c->r->u.io.done; *done < size; *done += PAGE_SIZE) {
        int32_t err;

        if (!pt_get(&mm_of(c->k)->frames, as->root, from + *done))
            continue;           /* never touched */
        if ((err = user_span(c, from + *done, ACCESS_LOAD, &at, &n)))
            return err;
        memcpy(bytes, at, PAGE_SIZE);
        if ((err = user_span(c, to + *done, ACCESS_STORE, &at, &n)))
            return err;
        memcpy(at, bytes, PAGE_SIZE);
    }
    return 0;
}

/* c->r->u.io.total: where it goes, once that is mapped. */
static int32_t move(struct sysc *c, const struct region *r, uint32_t old_size,
                    uint32_t new_size)
{
    struct mm *mm = mm_of(c->k);
    struct aspace *as = proc_space(c->p);
    struct io_progress *io = &c->r->u.io;
    struct region to = *r;
    int32_t err;

    if (!io->known) {
        if (r->flags & REGION_SHARED || r->object || !(r->flags & REGION_READ) ||
            !within_limits(c, 0, new_size, r->flags) ||
            !mm_could_hold(mm, new_size >> PAGE_SHIFT) ||
            !(io->total = aspace_find(as, new_size)))
            return -G_ENOMEM;
        to.start = io->total;
        to.end = to.start + new_size;
        to.flags = (to.flags & ~(uint32_t)(REGION_HEAP | REGION_STACK)) | REGION_WRITE;
        to.object = to.offset = 0;
        if (aspace_map_region(mm, as, to))
            return -G_ENOMEM;
        io->known = true;
        request_sent(c->r);
        r = aspace_region(as, c->a[0]);
    }
    uint32_t prot = r->flags & REGION_PROT;
    if ((err = move_pages(c, c->a[0], io->total, old_size < new_size ? old_size : new_size)))
        return err;
    (void)aspace_protect(mm, as, io->total, new_size, prot);
    (void)aspace_unmap(mm, as, c->a[0], old_size);
    return (int32_t)io->total;
}

/* True: it has grown where it is. */
static bool grow(struct sysc *c, const struct region *old, uint32_t end, uint32_t new_end)
{
    struct mm *mm = mm_of(c->k);
    struct aspace *as = proc_space(c->p);
    struct region r = *old;

    if (old->end != end || new_end < end || !is_free(as, end, new_end) ||
        !within_limits(c, end, new_end - end, old->flags) ||
        !mm_could_hold(mm, (new_end - end) >> PAGE_SHIFT))
        return false;
    r.start = end;
    r.end = new_end;
    r.offset += r.object ? (end - old->start) >> PAGE_SHIFT : 0;
    return aspace_map_region(mm, as, r) == MM_OK;
}

int32_t sys_mremap(struct sysc *c)
{
    struct aspace *as = proc_space(c->p);
    uint32_t old = c->a[0], old_size = page_up(c->a[1]), new_size = page_up(c->a[2]);
    const struct region *r = aspace_region(as, old);

    if (old & (PAGE_SIZE - 1) || !old_size || !new_size || c->a[3] & ~(uint32_t)MAYMOVE)
        return -G_EINVAL;       /* FIXED and DONTUNMAP, too */
    if (!r || old + old_size > r->end || old + old_size < old)
        return -G_EFAULT;
    if (c->r->state == REQUEST_SENT)
        return move(c, r, old_size, new_size);
    if (new_size < old_size && aspace_unmap(mm_of(c->k), as, old + new_size, old_size - new_size))
        return -G_ENOMEM;
    if (new_size <= old_size || grow(c, r, old + old_size, old + new_size))
        return (int32_t)old;
    return c->a[3] & MAYMOVE ? move(c, r, old_size, new_size) : -G_ENOMEM;
}

/* --- madvise --- */

/* Zeroes from here on. What others share keeps its contents, as they would come back from
 * where they are; so does what a program was loaded from, which cannot be read again. */
static int32_t forget(struct sysc *c, const struct region *r, uint32_t start, uint32_t end)
{
    struct region part = *r;

    if (r->flags & REGION_SHARED || r->object)
        return 0;
    if (r->by == MM_BY_LOADER && !(r->flags & (REGION_STACK | REGION_HEAP)))
        return -G_EINVAL;
    part.start = r->start > start ? r->start : start;
    part.end = r->end < end ? r->end : end;
    return aspace_map_region(mm_of(c->k), proc_space(c->p), part) ? -G_ENOMEM : 0;
}

int32_t sys_madvise(struct sysc *c)
{
    uint32_t size = page_up(c->a[1]), va = c->a[0], end = va + size;
    bool holes = false;

    if (va & (PAGE_SIZE - 1) || size < c->a[1] || end < va || c->a[2] > MADV_LAST ||
        (c->a[2] > MADV_DONTNEED && c->a[2] < MADV_FREE))
        return -G_EINVAL;
    while (va < end) {
        const struct region *r = aspace_region(proc_space(c->p), va);
        int32_t err;

        if (!r) {
            holes = true;
            va += PAGE_SIZE;
            continue;
        }
        uint32_t next = r->end < end ? r->end : end;
        if (c->a[2] == MADV_DONTNEED && (err = forget(c, r, va, end)))
            return err;
        va = next;
    }
    return holes ? -G_ENOMEM : 0;
}
