/* lru.c - least recently used, exactly: the page whose last use is longest ago goes.
 *
 * It must be told of each reference, which no machine does for page frames: clock and
 * its kin are what an operating system runs instead. A stack algorithm: what fits in n
 * frames is in n + 1 as well, so it knows no anomaly. O(1); 8 bytes a slot.
 */
#include <mm/replace/list.h>

struct lru {
    struct link *links;         /* by slot */
    struct replace_bits bits;
    struct list order;          /* the least recently used first */
};

static size_t state_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct lru);
}

static void init(void *pool, const struct replace_params *p)
{
    struct lru *l = pool;

    l->links = p->slots;
    l->bits = p->bits;
    list_init(&l->order);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct lru *l = pool;

    (void)page, (void)now;
    list_append(&l->order, l->links, slot);
}

static void touched(void *pool, slot_t slot, uint64_t next, ns_t now)
{
    struct lru *l = pool;

    (void)next, (void)now;
    list_renew(&l->order, l->links, slot);
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct lru *l = pool;

    (void)incoming, (void)now;
    return list_oldest(&l->order, l->links, &l->bits);
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct lru *l = pool;

    (void)why, (void)now;
    list_remove(&l->order, l->links, slot);
}

const struct replace_ops replace_lru = {
    .abi = REPLACE_ABI, .name = "lru",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, "
              "\"LRU Page Replacement\"",
    .about = "least recently used, exactly",
    .flags = REPLACE_EXACT,
    .state_size = state_size, .slot_size = link_size, .init = init,
    .insert = insert, .touched = touched, .victim = victim, .remove = leave,
};
