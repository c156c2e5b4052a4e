/* random.c - any page, each as likely as the next; what is drawn follows from the seed.
 *
 * Under independent references it makes exactly as many faults as FIFO on average. O(1);
 * 8 bytes a slot.
 */
#include <mm/replace/list.h>

#include <sim/rng.h>

struct random {
    uint32_t *place;            /* by slot: where it is in `member` */
    struct replace_bits bits;
    rng_t rng;
    uint32_t n;
    slot_t member[];
};

static size_t state_size(const struct replace_params *p)
{
    return sizeof(struct random) + p->nslots * sizeof(slot_t);
}

static size_t slot_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(uint32_t);
}

static void init(void *pool, const struct replace_params *p)
{
    struct random *r = pool;

    r->place = p->slots;
    r->bits = p->bits;
    r->rng = rng_stream(p->seed, "replacement", 0);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct random *r = pool;

    (void)page, (void)now;
    r->place[slot] = r->n;
    r->member[r->n++] = slot;
}

/* Pinned ones are passed, upwards from where the draw fell. */
static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct random *r = pool;

    (void)incoming, (void)now;
    if (r->n == 0)
        return SLOT_NONE;
    uint32_t from = (uint32_t)rng_below(&r->rng, r->n);
    for (uint32_t i = 0; i < r->n; i++) {
        slot_t s = r->member[(from + (uint64_t)i) % r->n];

        if (!replace_pinned(&r->bits, s))
            return s;
    }
    return SLOT_NONE;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct random *r = pool;
    slot_t last = r->member[--r->n];

    (void)why, (void)now;
    r->member[r->place[slot]] = last;
    r->place[last] = r->place[slot];
}

const struct replace_ops replace_random = {
    .abi = REPLACE_ABI, .name = "random",
    .source = "Belady, \"A Study of Replacement Algorithms for a Virtual-Storage "
              "Computer\", IBM Systems Journal 5 (1966)",
    .about = "any page, drawn from the seed",
    .state_size = state_size, .slot_size = slot_size, .init = init,
    .insert = insert, .victim = victim, .remove = leave,
};
