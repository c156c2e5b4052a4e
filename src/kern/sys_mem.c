/* sys_mem.c - brk, mmap, munmap, mprotect, msync: anonymous memory, and files. */
#include <kern/filemap.h>
#include <kern/pages.h>

static bool page_aligned(uint32_t va)
{
    return !(va & (PAGE_SIZE - 1));
}

/* Rounded up to pages; 0: nothing, or more than there can be. */
static uint32_t page_size_of(uint32_t size)
{
    return size > USER_TOP ? 0 : (size + PAGE_SIZE - 1) & ~(uint32_t)(PAGE_SIZE - 1);
}

static bool writes_shared(const struct sysc *c)
{
    return c->a[3] & G_MAP_SHARED && c->a[2] & REGION_WRITE;
}

static bool in_user_space(uint32_t va, uint32_t size)
{
    return va >= USER_BOTTOM && (uint64_t)va + size <= USER_TOP;
}

bool within_limits(const struct sysc *c, uint32_t va, uint32_t size, uint32_t flags)
{
    uint64_t all = proc_limit(c->p, G_RLIMIT_AS), data = proc_limit(c->p, G_RLIMIT_DATA);
    const struct mm *mm = mm_of(c->k);
    const struct aspace *as = proc_space(c->p);

    if (all != NO_LIMIT && aspace_size(mm, as, false, va, size) + size > all)
        return false;
    return data == NO_LIMIT || !region_is_data(flags) ||
           aspace_size(mm, as, true, va, size) + size <= data;
}

/* brk(2): what lies between the old end and the new is new memory. */
static bool heap_may_end_at(const struct sysc *c, uint32_t end)
{
    uint32_t from = page_size_of(proc_space(c->p)->heap_end), to = page_size_of(end);

    return to <= from || within_limits(c, from, to - from, REGION_READ | REGION_WRITE);
}

int32_t sys_brk(struct sysc *c)
{
    if (heap_may_end_at(c, c->a[0]))
        (void)aspace_brk(mm_of(c->k), proc_space(c->p), c->a[0]);
    return (int32_t)proc_space(c->p)->heap_end;
}

/* Source: mmap(2) of the Linux man-pages. The offset counts pages (mmap2). */
static int32_t mmap_check_file(struct sysc *c, uint32_t size)
{
    const struct gfile *f = fds_has(proc_fds(c->p), c->a[4]) ? file_of(c, c->a[4]) : NULL;
    uint32_t mode = f ? f->flags & G_O_ACCMODE : 0;

    if (!f)
        return -G_EBADF;
    if (!file_is_inode(f) || vnode_of(c->k, f->object)->mode != FS_IFREG)
        return -G_ENODEV;
    if (mode == G_O_WRONLY || (writes_shared(c) && mode != G_O_RDWR))
        return -G_EACCES;
    return (uint64_t)c->a[5] + (size >> PAGE_SHIFT) > UINT32_MAX ? -G_EOVERFLOW : 0;
}

static int32_t mmap_check(struct sysc *c, uint32_t size)
{
    uint32_t type = c->a[3] & (G_MAP_SHARED | G_MAP_PRIVATE);

    if (type != G_MAP_SHARED && type != G_MAP_PRIVATE)
        return -G_EINVAL;
    if (!c->a[1] || c->a[2] & ~7u)
        return -G_EINVAL;
    if (!size)
        return -G_ENOMEM;
    if (!(c->a[3] & G_MAP_ANONYMOUS))
        return mmap_check_file(c, size);
    if (!mm_could_hold(mm_of(c->k), size >> PAGE_SHIFT))
        return -G_ENOMEM;
    return 0;
}

/* Where to: the address that was asked for if it must be, or is free; else any. */
static int32_t mmap_place(struct sysc *c, uint32_t size, uint32_t *va)
{
    const struct aspace *as = proc_space(c->p);
    uint32_t flags = c->a[3];
    bool fixed = flags & (G_MAP_FIXED | G_MAP_FIXED_NOREPLACE), taken = false;

    *va = c->a[0];
    if (fixed && (!page_aligned(*va) || !in_user_space(*va, size)))
        return page_aligned(*va) ? -G_ENOMEM : -G_EINVAL;
    *va &= ~(uint32_t)(PAGE_SIZE - 1);
    for (uint32_t i = 0; i < as->nregions; i++)
        if (as->region[i].start < (uint64_t)*va + size && as->region[i].end > *va)
            taken = true;
    if (flags & G_MAP_FIXED_NOREPLACE && taken)
        return -G_EEXIST;
    if (!fixed && (taken || !*va || !in_user_space(*va, size)))
        *va = aspace_find(as, size);
    return *va ? 0 : -G_ENOMEM;
}

int32_t sys_mmap(struct sysc *c)
{
    uint32_t size = page_size_of(c->a[1]), va;
    int32_t err = mmap_check(c, size);

    if (err || (err = mmap_place(c, size, &va)))
        return err;
    struct region r = { .start = va, .end = va + size, .flags = c->a[2] };
    if (c->a[3] & G_MAP_SHARED)
        r.flags |= REGION_SHARED;
    if (!within_limits(c, va, size, r.flags))
        return -G_ENOMEM;
    if (!(c->a[3] & G_MAP_ANONYMOUS)) {
        const struct gfile *f = file_of(c, c->a[4]);

        r.object = filemap_object(f->object);
        r.offset = c->a[5];
        if (c->a[3] & G_MAP_SHARED && (f->flags & G_O_ACCMODE) != G_O_RDWR)
            r.flags |= REGION_KEPT_READABLE;
    } else if (c->a[3] & G_MAP_SHARED) {
        r.object = ++mm_of(c->k)->last_object;
    }
    return aspace_map_region(mm_of(c->k), proc_space(c->p), r) ? -G_ENOMEM : (int32_t)va;
}

int32_t sys_munmap(struct sysc *c)
{
    uint32_t size = page_size_of(c->a[1]);

    if (!page_aligned(c->a[0]) || !size || !in_user_space(c->a[0], size))
        return -G_EINVAL;
    return aspace_unmap(mm_of(c->k), proc_space(c->p), c->a[0], size) ? -G_ENOMEM : 0;
}

/* Is some of it of a file that was not opened for writing? */
static bool keeps_readable(const struct aspace *as, uint32_t va, uint32_t size)
{
    for (uint32_t i = 0; i < as->nregions; i++)
        if (as->region[i].flags & REGION_KEPT_READABLE && as->region[i].start < va + size &&
            as->region[i].end > va)
            return true;
    return false;
}

/* RLIMIT_DATA lets no region become data that did not count as such before. */
static bool becomes_too_much_data(const struct sysc *c, uint32_t va, uint32_t size, uint32_t rights)
{
    uint64_t most = proc_limit(c->p, G_RLIMIT_DATA), n;
    const struct aspace *as = proc_space(c->p);
    const struct region *r;

    if (most == NO_LIMIT)
        return false;
    n = aspace_size(mm_of(c->k), as, true, 0, 0);
    for (uint32_t at = va; at < va + size && (r = aspace_region(as, at)); at = r->end) {
        uint32_t end = r->end < va + size ? r->end : va + size;
        uint32_t now = (r->flags & ~(uint32_t)(REGION_READ | REGION_WRITE | REGION_EXEC)) | rights;

        if (region_is_data(r->flags) || !region_is_data(now))
            continue;
        n += end - at;
        if (n > most)
            return true;
    }
    return false;
}

int32_t sys_mprotect(struct sysc *c)
{
    uint32_t size = page_size_of(c->a[1]);

    if (!page_aligned(c->a[0]) || c->a[2] & ~7u)
        return -G_EINVAL;
    if (!c->a[1])
        return 0;
    if (!size || !in_user_space(c->a[0], size))
        return -G_ENOMEM;
    if (c->a[2] & REGION_WRITE && keeps_readable(proc_space(c->p), c->a[0], size))
        return -G_EACCES;
    if (becomes_too_much_data(c, c->a[0], size, c->a[2]))
        return -G_ENOMEM;
    return aspace_protect(mm_of(c->k), proc_space(c->p), c->a[0], size, c->a[2]) ? -G_ENOMEM : 0;
}

/* --- msync --- */

static bool is_mapped(const struct aspace *as, uint32_t va, uint32_t size)
{
    const struct region *r;

    for (uint32_t at = va; at < va + size; at = r->end)
        if (!(r = aspace_region(as, at)))
            return false;
    return true;
}

/* The next region in the range, from *at on, that is shared and of a file, and which of the
 * file's pages; NULL. */
static const struct region *next_file(const struct aspace *as, uint32_t *at, uint32_t end,
                                      uint32_t *from, uint32_t *to)
{
    while (*at < end) {
        const struct region *r = aspace_region(as, *at);
        uint32_t start = *at, stop = r->end < end ? r->end : end;

        *at = stop;
        if (!(r->object & REGION_FILE) || !(r->flags & REGION_SHARED))
            continue;
        *from = r->offset + ((start - r->start) >> PAGE_SHIFT);
        *to = *from + ((stop - start) >> PAGE_SHIFT);
        return r;
    }
    return NULL;
}

/* Into the block cache; and, for each file concerned, from there onto the disk. */
static int32_t sync_range(struct sysc *c, uint32_t va, uint32_t end)
{
    const struct aspace *as = proc_space(c->p);
    uint32_t at = va, from, to;
    const struct region *r;
    struct fcall *x;
    int32_t err = 0;

    while (!c->r->filed && !err && (r = next_file(as, &at, end, &from, &to)))
        err = filemap_flush(c, r->object & ~REGION_FILE, from, to);
    if (err || !(x = fcall_of(c)))
        return err;
    at = va;
    while (!err && (r = next_file(as, &at, end, &from, &to))) {
        uint32_t ino = vnode_ino(c->k, r->object & ~REGION_FILE);

        err = ino ? FS_DO(c, x, fs_fsync, ino) : -G_EIO;
    }
    return fcall_end(c, x, err);
}

int32_t sys_msync(struct sysc *c)
{
    uint32_t size = page_size_of(c->a[1]), at = c->a[0], flags = c->a[2], from, to;
    const struct aspace *as = proc_space(c->p);
    const struct region *r;

    if (!page_aligned(at) || flags & ~7u ||
        (flags & (G_MS_ASYNC | G_MS_SYNC)) == (G_MS_ASYNC | G_MS_SYNC))
        return -G_EINVAL;
    if (!c->a[1])
        return 0;
    if (!size || !in_user_space(at, size) || !is_mapped(as, at, size))
        return -G_ENOMEM;
    if (flags & G_MS_SYNC)
        return sync_range(c, at, at + size);
    while (flags & G_MS_ASYNC && (r = next_file(as, &at, c->a[0] + size, &from, &to)))
        filemap_start(c->k, r->object & ~REGION_FILE, from, to);
    return 0;
}
