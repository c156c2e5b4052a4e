/* pool.c - a chain of blocks, each filled from its front. */
#include <formats/pool.h>

#include <sim/check.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16 << 10 };

struct pool_block {
    struct pool_block *older;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

void *pool_take(struct pool *p, size_t size)
{
    struct pool_block *b = p->blocks;
    void *taken;

    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (!b || b->size - b->used < size) {
        size_t room = size > BLOCK ? size : BLOCK;

        b = calloc(1, sizeof *b + room);
        if (!b)
            return NULL;
        b->size = room;
        b->older = p->blocks;
        p->blocks = b;
    }
    CHECK(size <= b->size - b->used);
    taken = b->bytes + b->used;
    b->used += size;
    return taken;
}

char *pool_copy(struct pool *p, const char *text, size_t n)
{
    char *copy = pool_take(p, n + 1);

    if (copy && n)
        memcpy(copy, text, n);
    return copy;
}

void pool_free(struct pool *p)
{
    while (p->blocks) {
        struct pool_block *b = p->blocks;

        p->blocks = b->older;
        free(b);
    }
}
