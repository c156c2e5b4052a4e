/* second-chance.c - a hand goes round; what was used since it last came by is spared.
 *
 *     ossim run workloads/bully.json --replacement ./workloads/plugins/second-chance.c
 *
 * What an operating system can really do: it never learns of a single reference, but the
 * hardware has set the accessed bit of each page that was used, and the hand clears it.
 *
 * The frames themselves are the circle, so there is no list: `here` says which are ours.
 */
#include <ossim/replace.h>

struct circle {
    struct replace_bits bits;   /* accessed, dirty, pinned: the core's table */
    slot_t  nslots;
    slot_t  hand;               /* where it stands */
    uint8_t here[];             /* by slot: 1 = in this pool */
};

static size_t state_size(const struct replace_params *p)
{
    return sizeof(struct circle) + p->nslots;
}

static void init(void *pool, const struct replace_params *p)
{
    struct circle *c = pool;

    c->bits = p->bits;
    c->nslots = p->nslots;
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct circle *c = pool;

    (void)page, (void)now;
    c->here[slot] = 1;          /* its accessed bit is set: the reference that brought it */
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct circle *c = pool;

    (void)incoming, (void)now;
    /* Once round clears all bits, the second time somebody is found, unless all are pinned. */
    for (uint64_t i = 0; i < 2 * (uint64_t)c->nslots; i++) {
        slot_t s = c->hand;

        c->hand = (c->hand + 1) % c->nslots;
        if (c->here[s] && !replace_pinned(&c->bits, s) && !replace_test_and_clear(&c->bits, s))
            return s;
    }
    return SLOT_NONE;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct circle *c = pool;

    (void)why, (void)now;
    c->here[slot] = 0;
}

const struct replace_ops ossim_replacement = {
    .abi = REPLACE_ABI, .name = "second-chance",
    .source = "OSTEP, \"Beyond Physical Memory: Policies\", Approximating LRU",
    .about = "a hand goes round and spares what was used",
    .state_size = state_size, .init = init, .insert = insert, .victim = victim,
    .remove = leave,
};
