/* heap.c - a free list for each power of two, in front of a mark that only rises. */
#include <sim/heap.h>

#include <sim/check.h>
#include <string.h>

enum { SMALLEST = 5, CLASSES = 48, MAGIC = 0x4ea9 };

/* In front of each block; 16 bytes, so that what follows is aligned. */
struct tag {
    uint32_t magic, order;      /* the block has 2^order bytes with the tag */
    struct tag *next;           /* while it is free */
};
_Static_assert(sizeof(struct tag) == 16, "what follows a tag is aligned");

struct heap {
    size_t used, size;
    struct tag *free[CLASSES];
};

struct heap *heap_init(void *mem, size_t size)
{
    struct heap *h = mem;

    CHECK(((uintptr_t)mem & 63) == 0 && size >= sizeof *h);
    *h = (struct heap){ .used = (sizeof *h + 63) & ~(size_t)63, .size = size };
    return h;
}

const size_t *heap_used(const struct heap *h)
{
    return &h->used;
}

static unsigned order_for(size_t bytes)
{
    unsigned order = SMALLEST;

    while (order < CLASSES && ((size_t)1 << order) < bytes)
        order++;
    return order;
}

void *heap_take(struct heap *h, size_t n)
{
    unsigned order = n < (size_t)1 << (CLASSES - 1) ? order_for(n + sizeof(struct tag))
                                                    : CLASSES;
    struct tag *t = order < CLASSES ? h->free[order] : NULL;

    if (t) {
        h->free[order] = t->next;
    } else {
        if (order >= CLASSES || (size_t)1 << order > h->size - h->used)
            return NULL;
        t = (struct tag *)(void *)((uint8_t *)h + h->used);
        h->used += (size_t)1 << order;
        t->magic = MAGIC;
        t->order = order;
    }
    t->next = NULL;
    return t + 1;
}

void *heap_take_zeroed(struct heap *h, size_t n, size_t size)
{
    size_t used = h->used;
    uint8_t *p = size && n > SIZE_MAX / 2 / size ? NULL : heap_take(h, n * size);

    if (p && p < (uint8_t *)h + used)
        memset(p, 0, n * size);
    return p;
}

static struct tag *tag_of(void *p)
{
    struct tag *t = (struct tag *)p - 1;

    CHECK(t->magic == MAGIC);
    return t;
}

void *heap_resize(struct heap *h, void *p, size_t n)
{
    size_t room = p ? ((size_t)1 << tag_of(p)->order) - sizeof(struct tag) : 0;

    if (p && n <= room)
        return p;
    void *more = heap_take(h, n);
    if (more && p) {
        memcpy(more, p, room);
        heap_give(h, p);
    }
    return more;
}

void heap_give(struct heap *h, void *p)
{
    if (!p)
        return;
    struct tag *t = tag_of(p);
    t->next = h->free[t->order];
    h->free[t->order] = t;
}
