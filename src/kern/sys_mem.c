/* sys_mem.c - brk, mmap, munmap, mprotect: anonymous memory. */
#include <kern/syscall.h>

static bool page_aligned(uint32_t va)
{
    return !(va & (PAGE_SIZE - 1));
}

/* Rounded up to pages; 0: nothing, or more than there can be. */
static uint32_t page_size_of(uint32_t size)
{
    return size > USER_TOP ? 0 : (size + PAGE_SIZE - 1) & ~(uint32_t)(PAGE_SIZE - 1);
}

static bool in_user_space(uint32_t va, uint32_t size)
{
    return va >= USER_BOTTOM && (uint64_t)va + size <= USER_TOP;
}

int32_t sys_brk(struct sysc *c)
{
    (void)aspace_brk(&c->ps->mm, proc_space(c->p), c->a[0]);
    return (int32_t)proc_space(c->p)->heap_end;
}

static int32_t mmap_check(struct sysc *c, uint32_t size)
{
    uint32_t type = c->a[3] & (G_MAP_SHARED | G_MAP_PRIVATE);

    if (type != G_MAP_SHARED && type != G_MAP_PRIVATE)
        return -G_EINVAL;
    if (!c->a[1] || c->a[2] & ~7u)
        return -G_EINVAL;
    if (!(c->a[3] & G_MAP_ANONYMOUS))
        return fds_has(proc_fds(c->p), c->a[4]) ? -G_EACCES : -G_EBADF;
    if (!size || !mm_could_hold(&c->ps->mm, size >> PAGE_SHIFT))
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
    if (c->a[3] & G_MAP_SHARED) {
        r.flags |= REGION_SHARED;
        r.object = ++c->ps->mm.last_object;
    }
    return aspace_map_region(&c->ps->mm, proc_space(c->p), r) ? -G_ENOMEM : (int32_t)va;
}

int32_t sys_munmap(struct sysc *c)
{
    uint32_t size = page_size_of(c->a[1]);

    if (!page_aligned(c->a[0]) || !size || !in_user_space(c->a[0], size))
        return -G_EINVAL;
    return aspace_unmap(&c->ps->mm, proc_space(c->p), c->a[0], size) ? -G_ENOMEM : 0;
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
    return aspace_protect(&c->ps->mm, proc_space(c->p), c->a[0], size, c->a[2]) ? -G_ENOMEM : 0;
}
