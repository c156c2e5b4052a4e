/* arena.c - bump, align, and count. */
#include <sim/arena.h>

#include <sim/check.h>

void arena_init(struct arena *a, void *base, size_t size)
{
    CHECK(((uintptr_t)base & 63) == 0);
    *a = (struct arena){ .base = base, .size = size };
}

void *arena_take(struct arena *a, size_t size, size_t align)
{
    size_t at = (a->used + align - 1) & ~(align - 1);

    CHECK(at >= a->used && at + size >= at);
    a->used = at + size;
    if (!a->base)
        return NULL;
    CHECK(a->used <= a->size);
    return a->base + at;
}
