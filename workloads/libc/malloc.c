/* malloc.c - first fit over a list of free blocks in the order of their addresses, joined
 * when they touch. Source: Kernighan and Ritchie, "The C Programming Language", "A Storage
 * Allocator", with brk(2) below. */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct block {                  /* before each piece of memory; 8 bytes, and so aligned */
    size_t size;                /* with this head */
    struct block *next;         /* while it is free */
};

enum { HEAD = sizeof(struct block), GROW = 16384 };

static struct block *free_list;
static int lock;

/* Put b back, between its neighbours. */
static void give_back(struct block *b)
{
    struct block **slot = &free_list;

    while (*slot && *slot < b)
        slot = &(*slot)->next;
    b->next = *slot;
    *slot = b;
    if (b->next && (char *)b + b->size == (char *)b->next) {
        b->size += b->next->size;
        b->next = b->next->next;
    }
    if (slot != &free_list) {
        struct block *before = (struct block *)((char *)slot - offsetof(struct block, next));

        if ((char *)before + before->size == (char *)b) {
            before->size += b->size;
            before->next = b->next;
        }
    }
}

static int grow(size_t size)
{
    size_t n = (size + GROW - 1) / GROW * GROW;
    struct block *b = sbrk((intptr_t)n);

    if (b == (void *)-1)
        return 0;
    b->size = n;
    give_back(b);
    return 1;
}

static struct block *take(size_t size)
{
    for (struct block **slot = &free_list; *slot; slot = &(*slot)->next) {
        struct block *b = *slot;

        if (b->size < size)
            continue;
        if (b->size < size + 2 * HEAD) {
            *slot = b->next;
            return b;
        }
        b->size -= size;        /* the end of it, so that the list stays */
        b = (struct block *)((char *)b + b->size);
        b->size = size;
        return b;
    }
    return NULL;
}

void *malloc(size_t n)
{
    size_t size = (n + HEAD + 7) & ~(size_t)7;
    struct block *b = NULL;

    if (n < 0x70000000) {
        __lock(&lock);
        b = take(size);
        if (!b && grow(size))
            b = take(size);
        __unlock(&lock);
    }
    if (!b)
        errno = ENOMEM;
    return b ? b + 1 : NULL;
}

void free(void *p)
{
    if (!p)
        return;
    __lock(&lock);
    give_back((struct block *)p - 1);
    __unlock(&lock);
}

void *calloc(size_t n, size_t size)
{
    size_t all;
    void *p;

    if (__builtin_mul_overflow(n, size, &all)) {
        errno = ENOMEM;
        return NULL;
    }
    p = malloc(all);
    return p ? memset(p, 0, all) : NULL;
}

void *realloc(void *p, size_t n)
{
    size_t have = p ? ((struct block *)p - 1)->size - HEAD : 0;
    void *to;

    if (p && n <= have)
        return p;
    to = malloc(n);
    if (to && p) {
        memcpy(to, p, have);
        free(p);
    }
    return to;
}

void *reallocarray(void *p, size_t n, size_t size)
{
    size_t all;

    if (__builtin_mul_overflow(n, size, &all)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(p, all);
}

/* A larger piece, of which the part before the aligned address goes back. */
int posix_memalign(void **out, size_t alignment, size_t n)
{
    struct block *b, *aligned;
    char *p;

    if (alignment < sizeof(void *) || alignment & (alignment - 1))
        return EINVAL;
    if (n > 0x70000000 || alignment > 0x10000000 || !(p = malloc(n + alignment + HEAD)))
        return ENOMEM;
    *out = p;
    if (((uintptr_t)p & (alignment - 1)) == 0)
        return 0;
    *out = (void *)(((uintptr_t)p + HEAD + alignment - 1) & ~(alignment - 1));
    b = (struct block *)p - 1;
    aligned = (struct block *)*out - 1;
    aligned->size = b->size - (size_t)((char *)aligned - (char *)b);
    b->size -= aligned->size;
    free(p);
    return 0;
}

void *aligned_alloc(size_t alignment, size_t n)
{
    void *p = NULL;
    int r = posix_memalign(&p, alignment < sizeof p ? sizeof p : alignment, n);

    if (r)
        errno = r;
    return r ? NULL : p;
}
