/* refs_lfu.c - see refs_dense.h. lfu: most pages that go were used once.
 *
 * Those are found by going along the string, as for lru: the first that was not used since
 * it came in. The others that are passed there go into a heap, and stay in it with
 * the key that they had, which only grows: it is brought up to date when it comes to the top.
 */
#include <lab/refs_dense.h>

#include <stdlib.h>

#define ONCE (UINT64_C(1) << 32)

struct lfu {
    struct refs_dense d;
    uint64_t *key;              /* by page: uses << 32 | number of the last; 0: not here */
    bool *heaped;               /* by page */
    uint64_t *heap;             /* old keys, four children a node, the least on top */
    uint32_t n;
    size_t passed;              /* references */
};

/* The page to which a key belongs. */
static uint32_t page_of(const struct lfu *l, uint64_t key)
{
    return refs_page(l->d.r, (uint32_t)key);
}

static void push(struct lfu *l, uint64_t key)
{
    uint32_t i = l->n++;

    for (; i > 0 && l->heap[(i - 1) / 4] > key; i = (i - 1) / 4)
        l->heap[i] = l->heap[(i - 1) / 4];
    l->heap[i] = key;
}

/* In place of what is on top. */
static void replace_top(struct lfu *l, uint64_t key)
{
    uint64_t i = 0, child;

    while ((child = 4 * i + 1) < l->n) {
        uint64_t end = child + 4 < l->n ? child + 4 : l->n, least = child;

        for (uint64_t c = child + 1; c < end; c++)
            least = l->heap[c] < l->heap[least] ? c : least;
        if (l->heap[least] >= key)
            break;
        l->heap[i] = l->heap[least];
        i = least;
    }
    l->heap[i] = key;
}

/* The first before reference i that was used once; false: there is none, and all that are
 * here are in the heap. */
static bool used_once(struct lfu *l, size_t i, uint32_t *page)
{
    const struct refs *r = l->d.r;

    while (l->passed < i) {
        size_t at = l->passed++;

        *page = refs_page(r, at);
        __builtin_prefetch(&l->key[refs_page_ahead(r, at)]);
        if (l->key[*page] == (ONCE | at))
            return true;
        if (l->key[*page] && !l->heaped[*page]) {
            l->heaped[*page] = true;
            push(l, l->key[*page]);
        }
    }
    return false;
}

static uint32_t least_used(struct lfu *l)
{
    uint32_t page;

    while (page = page_of(l, l->heap[0]), l->key[page] != l->heap[0])
        replace_top(l, l->key[page]);
    if (--l->n > 0)
        replace_top(l, l->heap[l->n]);
    l->heaped[page] = false;
    return page;
}

static void evict(struct lfu *l, size_t i)
{
    uint32_t page;

    if (!used_once(l, i, &page))
        page = least_used(l);
    l->key[page] = 0;
    refs_dense_evict(&l->d, page);
}

static inline __attribute__((always_inline)) void
loop(struct lfu *l, uint32_t frames, bool writes)
{
    const struct refs *r = l->d.r;

    for (size_t i = 0; i < r->n; i++) {
        uint32_t page = refs_page(r, i);
        uint64_t key = l->key[page];

        __builtin_prefetch(&l->key[refs_page_ahead(r, i)], 1);
        if (!key && refs_dense_full(&l->d, frames))
            evict(l, i);
        l->key[page] = (key >> 32 << 32) + (ONCE | i);
        if (writes)
            refs_dense_write(&l->d, r->ref[i], !key);
    }
}

bool refs_dense_lfu(const struct refs *r, const struct refs_dense_params *p,
                    struct refs_run *out)
{
    struct lfu l = { .key = calloc(r->npages, sizeof *l.key),
                     .heaped = calloc(r->npages, sizeof *l.heaped),
                     .heap = malloc(p->frames * sizeof *l.heap) };
    bool ok = l.key && l.heaped && l.heap && refs_dense_begin(&l.d, r, out);

    if (ok && r->writes)
        loop(&l, p->frames, true);
    else if (ok)
        loop(&l, p->frames, false);
    free(l.key), free(l.heaped), free(l.heap);
    refs_dense_end(&l.d);
    return ok;
}
