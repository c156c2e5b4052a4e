/* clock.c - second chance: a hand goes round; an accessed page loses its bit and is
 * passed, the first that is not goes.
 *
 * With `bit=0` the reference that brought a page in does not count, which textbooks do
 * differently: on Belady's string 3 and 4 frames make 10 and 8 faults instead of 9 and
 * 10. With `dirty=1` it is the enhanced second chance: a round looks for pages neither
 * accessed nor dirty, the next for dirty ones that are not accessed, taking accessed
 * bits away as it passes, and so again; four rounds at most.
 *
 * O(1) amortised; the enhanced form may go round four times. 8 bytes a slot.
 */
#include <mm/replace/ring.h>

enum { BIT, DIRTY };

static const struct policy_param params[] = {
    [BIT] = { "bit", PARAM_CHOICE, "1", 0, 1, 1, "0/1",
              "is the accessed bit set when a page comes in?" },
    [DIRTY] = { "dirty", PARAM_CHOICE, "0", 0, 1, 1, "0/1",
                "enhanced second chance: clean victims first" },
    { 0 },
};

struct clock {
    struct link *links;         /* by slot */
    struct replace_bits bits;
    struct ring ring;
    bool bit, dirty;
};

static size_t state_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct clock);
}

static void init(void *pool, const struct replace_params *p)
{
    struct clock *c = pool;

    c->links = p->slots;
    c->bits = p->bits;
    c->ring.hand = SLOT_NONE;
    c->bit = replace_param_get(p, BIT, 1);
    c->dirty = replace_param_get(p, DIRTY, 0);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct clock *c = pool;

    (void)page, (void)now;
    if (!c->bit)
        replace_test_and_clear(&c->bits, slot);
    ring_insert(&c->ring, c->links, slot);
}

/* One round of the plain clock: SLOT_NONE if all were accessed or pinned. */
static slot_t plain_round(struct clock *c)
{
    for (uint32_t i = 0; i < c->ring.n; i++, ring_turn(&c->ring, c->links))
        if (!replace_pinned(&c->bits, c->ring.hand) &&
            !replace_test_and_clear(&c->bits, c->ring.hand))
            return c->ring.hand;
    return SLOT_NONE;
}

/* One round of the enhanced one, for pages that are not accessed. */
static slot_t enhanced_round(struct clock *c, bool dirty)
{
    for (uint32_t i = 0; i < c->ring.n; i++, ring_turn(&c->ring, c->links)) {
        slot_t s = c->ring.hand;
        unsigned bits = replace_bits_get(&c->bits, s);

        if (bits & REPLACE_PINNED)
            continue;
        if (!(bits & REPLACE_ACCESSED) && !(bits & REPLACE_DIRTY) == !dirty)
            return s;
        if (dirty)
            replace_test_and_clear(&c->bits, s);
    }
    return SLOT_NONE;
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct clock *c = pool;
    slot_t s = SLOT_NONE;

    (void)incoming, (void)now;
    for (int round = 0; round < 2 && s == SLOT_NONE; round++) {
        s = c->dirty ? enhanced_round(c, false) : plain_round(c);
        if (s == SLOT_NONE && c->dirty)
            s = enhanced_round(c, true);
    }
    return s;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct clock *c = pool;

    (void)why, (void)now;
    ring_remove(&c->ring, c->links, slot);
}

const struct replace_ops replace_clock = {
    .abi = REPLACE_ABI, .name = "clock",
    .source = "Corbato, \"A Paging Experiment with the Multics System\" (1968); "
              "Silberschatz, Galvin, Gagne, Operating System Concepts, "
              "\"Second-Chance Algorithm\"",
    .about = "second chance, on a ring",
    .params = params,
    .state_size = state_size, .slot_size = link_size, .init = init,
    .insert = insert, .victim = victim, .remove = leave,
};
