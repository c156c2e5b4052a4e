/* sort.c - sorting and searching. Equal elements keep their order, as they do in glibc,
 * which course texts show; without memory for that, heapsort, so that no input is slow. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ON_STACK = 1024 };

struct sort { size_t size; int (*compare)(const void *, const void *, void *); void *ctx; };

static void swap(char *a, char *b, size_t size)
{
    while (size--) {
        char t = *a;

        *a++ = *b;
        *b++ = t;
    }
}

static void sift(const struct sort *s, char *base, size_t at, size_t n)
{
    size_t size = s->size;

    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && s->compare(base + child * size, base + (child + 1) * size, s->ctx) < 0)
            child++;
        if (s->compare(base + at * size, base + child * size, s->ctx) >= 0)
            return;
        swap(base + at * size, base + child * size, size);
    }
}

static void heap_sort(const struct sort *s, char *b, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift(s, b, i, n);
    for (size_t i = n; i-- > 1;) {
        swap(b, b + i * s->size, s->size);
        sift(s, b, 0, i);
    }
}

/* The halves sorted, then merged by way of `room`, which has as much as b. */
static void merge_sort(const struct sort *s, char *b, size_t n, char *room)
{
    size_t n1 = n / 2, n2 = n - n1, size = s->size;
    char *one = b, *two = b + n1 * size, *to = room;

    if (n < 2)
        return;
    merge_sort(s, one, n1, room);
    merge_sort(s, two, n2, room);
    while (n1 && n2) {
        int first = s->compare(one, two, s->ctx) <= 0;
        char **from = first ? &one : &two;

        memcpy(to, *from, size);
        to += size;
        *from += size;
        *(first ? &n1 : &n2) -= 1;
    }
    memcpy(to, one, n1 * size); /* what is left of the second half is in place */
    memcpy(b, room, (n - n2) * size);
}

void qsort_r(void *base, size_t n, size_t size,
             int (*compare)(const void *, const void *, void *), void *ctx)
{
    struct sort s = { size, compare, ctx };
    _Alignas(16) char small[ON_STACK];
    char *room = n * size <= sizeof small ? small : malloc(n * size);

    if (!size || n < 2)
        ;
    else if (room)
        merge_sort(&s, base, n, room);
    else
        heap_sort(&s, base, n);
    if (room != small)
        free(room);
}

static int without_ctx(const void *a, const void *b, void *compare)
{
    return (*(int (**)(const void *, const void *))compare)(a, b);
}

void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
    qsort_r(base, n, size, without_ctx, &compare);
}

void *bsearch(const void *key, const void *base, size_t n, size_t size,
              int (*compare)(const void *, const void *))
{
    const char *b = base;

    while (n > 0) {
        const char *middle = b + n / 2 * size;
        int order = compare(key, middle);

        if (order == 0)
            return (void *)(uintptr_t)middle;
        if (order > 0) {
            b = middle + size;
            n -= n / 2 + 1;
        } else {
            n /= 2;
        }
    }
    return NULL;
}
