/* watch.c - memory for policies, between pages that nobody may write. See watch.h. */
#include <sim/watch.h>

enum { PAGE = 4096 };

static size_t align_up(size_t n, size_t to)
{
    return (n + to - 1) & ~(to - 1);
}

/* What is fenced ends as near to its fence as any object may. */
size_t pieces_size(size_t size, bool fenced)
{
    return align_up(size, fenced ? PIECE_FENCED : PIECE_ALIGN);
}

uint8_t *pieces_take(struct arena *a, size_t size, size_t n, bool fenced, size_t *stride)
{
    size_t pages = align_up(size, PAGE);

    *stride = fenced ? pages + PAGE : size;
    if (!size)
        return NULL;
    if (!fenced)
        return arena_take(a, size * n, PIECE_ALIGN);
    uint8_t *block = arena_take(a, PAGE + *stride * n, PAGE);

    return block ? block + PAGE + pages - size : NULL;
}

void pieces_fence(uint8_t *first, size_t size, size_t n, size_t stride,
                  void (*fence)(void *self, void *page), void *self)
{
    for (size_t i = 0; first && i <= n; i++)
        fence(self, first + size - stride + i * stride);
}
