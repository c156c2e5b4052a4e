/* stat/memory.h - where observers keep what they keep.
 *
 * With a heap they live in its block, and so go back when the block is put back as it
 * was; without one (NULL) they live in the C library's.
 */
#ifndef STAT_MEMORY_H
#define STAT_MEMORY_H

#include <sim/heap.h>
#include <stdlib.h>

static inline void *memory_zeroed(struct heap *h, size_t n, size_t size)
{
    return h ? heap_take_zeroed(h, n, size) : calloc(n, size);
}

static inline void *memory_resize(struct heap *h, void *p, size_t size)
{
    return h ? heap_resize(h, p, size) : realloc(p, size);
}

static inline void memory_free(struct heap *h, void *p)
{
    if (h)
        heap_give(h, p);
    else
        free(p);
}

#endif
