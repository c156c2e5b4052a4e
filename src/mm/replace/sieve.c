/* sieve.c - a hand goes from old to new and stays where it was: accessed pages are
 * passed and lose their bit but keep their place, the first that is not goes.
 *
 * Unlike clock's, its survivors do not move to the front, so that new pages, which are
 * put there, are soon under the hand and go quickly unless they are used again. The
 * reference that brings a page in does not count. Needs bits only: an operating
 * system could run it. O(1) amortised; 8 bytes a slot.
 */
#include <mm/replace/list.h>

struct sieve {
    struct link *links;         /* by slot */
    struct replace_bits bits;
    struct list line;           /* the oldest first */
    slot_t hand;                /* the next to be looked at; SLOT_NONE: the oldest */
};

static size_t state_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct sieve);
}

static void init(void *pool, const struct replace_params *p)
{
    struct sieve *s = pool;

    s->links = p->slots;
    s->bits = p->bits;
    s->hand = SLOT_NONE;
    list_init(&s->line);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct sieve *s = pool;

    (void)page, (void)now;
    replace_test_and_clear(&s->bits, slot);
    list_append(&s->line, s->links, slot);
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct sieve *s = pool;

    (void)incoming, (void)now;
    for (uint64_t i = 0; i < 2 * (uint64_t)s->line.n; i++) {
        if (s->hand == SLOT_NONE)
            s->hand = s->line.head;
        if (!replace_pinned(&s->bits, s->hand) &&
            !replace_test_and_clear(&s->bits, s->hand))
            return s->hand;
        s->hand = s->links[s->hand].next;
    }
    return SLOT_NONE;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct sieve *s = pool;

    (void)why, (void)now;
    if (s->hand == slot)
        s->hand = s->links[slot].next;
    list_remove(&s->line, s->links, slot);
}

const struct replace_ops replace_sieve = {
    .abi = REPLACE_ABI, .name = "sieve",
    .source = "Zhang and others, \"SIEVE is Simpler than LRU\", NSDI 2024",
    .about = "a hand that sifts out what is not used again",
    .state_size = state_size, .slot_size = link_size, .init = init,
    .insert = insert, .victim = victim, .remove = leave,
};
