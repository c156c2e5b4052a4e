/* lfu.c - least frequently used: the page with the fewest uses since it came in goes; of
 * several, the one that has had that number of uses for longest.
 *
 * Exact. Pages with equally many uses are on one list, and the lists stand in the order of
 * their numbers, so that every operation is O(1) (Shah, Mitra, Matani, "An O(1)
 * Algorithm for Implementing the LFU Cache Eviction Scheme", 2010). A count is forgotten
 * when its page goes. 44 bytes a slot.
 */
#include <mm/replace/list.h>

#define NONE UINT32_MAX

struct bucket {
    uint64_t uses;
    struct list pages;
    uint32_t next, prev;        /* in the order of `uses`; or among the free */
};

struct lfu {
    struct link *links;         /* by slot */
    uint32_t *in;               /* by slot: its bucket */
    struct replace_bits bits;
    uint32_t first, free;       /* buckets */
    struct bucket bucket[];     /* one a slot, and one while a page changes over */
};

static size_t state_size(const struct replace_params *p)
{
    return sizeof(struct lfu) + (p->nslots + (size_t)1) * sizeof(struct bucket);
}

static size_t slot_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct link) + sizeof(uint32_t);
}

static void init(void *pool, const struct replace_params *p)
{
    struct lfu *l = pool;

    l->links = p->slots;
    l->in = (uint32_t *)(l->links + p->nslots);
    l->bits = p->bits;
    l->first = NONE;
    for (uint32_t i = 0; i <= p->nslots; i++)
        l->bucket[i].next = i < p->nslots ? i + 1 : NONE;
}

/* A new bucket behind `prev`; NONE: in front. */
static uint32_t bucket_make(struct lfu *l, uint32_t prev, uint64_t uses)
{
    uint32_t b = l->free, next = prev == NONE ? l->first : l->bucket[prev].next;

    l->free = l->bucket[b].next;
    l->bucket[b] = (struct bucket){ .uses = uses, .next = next, .prev = prev };
    list_init(&l->bucket[b].pages);
    if (prev == NONE)
        l->first = b;
    else
        l->bucket[prev].next = b;
    if (next != NONE)
        l->bucket[next].prev = b;
    return b;
}

static void bucket_free(struct lfu *l, uint32_t b)
{
    struct bucket *x = &l->bucket[b];

    if (x->prev == NONE)
        l->first = x->next;
    else
        l->bucket[x->prev].next = x->next;
    if (x->next != NONE)
        l->bucket[x->next].prev = x->prev;
    x->next = l->free;
    l->free = b;
}

static void enter(struct lfu *l, uint32_t b, slot_t slot)
{
    l->in[slot] = b;
    list_append(&l->bucket[b].pages, l->links, slot);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct lfu *l = pool;
    uint64_t uses = !page->ahead;
    uint32_t b = l->first, prev = NONE;

    (void)now;
    while (b != NONE && l->bucket[b].uses < uses)       /* past those read ahead */
        prev = b, b = l->bucket[b].next;
    if (b == NONE || l->bucket[b].uses != uses)
        b = bucket_make(l, prev, uses);
    enter(l, b, slot);
}

static void touched(void *pool, slot_t slot, uint64_t next_use, ns_t now)
{
    struct lfu *l = pool;
    uint32_t b = l->in[slot], next = l->bucket[b].next;
    uint64_t uses = l->bucket[b].uses + 1;
    bool there = next != NONE && l->bucket[next].uses == uses;

    (void)next_use, (void)now;
    if (l->bucket[b].pages.n == 1 && !there) {
        l->bucket[b].uses = uses;
        return;
    }
    list_remove(&l->bucket[b].pages, l->links, slot);
    enter(l, there ? next : bucket_make(l, b, uses), slot);
    if (l->bucket[b].pages.n == 0)
        bucket_free(l, b);
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct lfu *l = pool;
    slot_t s = SLOT_NONE;

    (void)incoming, (void)now;
    for (uint32_t b = l->first; b != NONE && s == SLOT_NONE; b = l->bucket[b].next)
        s = list_oldest(&l->bucket[b].pages, l->links, &l->bits);
    return s;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct lfu *l = pool;
    uint32_t b = l->in[slot];

    (void)why, (void)now;
    list_remove(&l->bucket[b].pages, l->links, slot);
    if (l->bucket[b].pages.n == 0)
        bucket_free(l, b);
}

const struct replace_ops replace_lfu = {
    .abi = REPLACE_ABI, .name = "lfu",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, "
              "\"Counting-Based Page Replacement\"",
    .about = "least frequently used, exactly",
    .flags = REPLACE_EXACT,
    .state_size = state_size, .slot_size = slot_size, .init = init,
    .insert = insert, .touched = touched, .victim = victim, .remove = leave,
};
