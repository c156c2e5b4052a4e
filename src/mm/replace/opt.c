/* opt.c - the optimum: the page whose next use is furthest away goes.
 *
 * An instrument: it must know the future, from a reference string or from a run that was
 * recorded. No policy makes fewer faults (Belady; proof: Mattson and others), so it
 * says how good the others could be. Of pages that are not used again, any may go: here it
 * is the one that was used longest ago.
 *
 * A heap of slots, four children a node, the furthest on top. A page that was just used
 * has the nearest next use of all at that moment, so it stands among the leaves and mostly
 * stays there: O(1) on average for a hit, O(log slots) for a miss. 20 bytes a slot.
 */
#include <mm/replace/list.h>

struct node {
    uint64_t next;              /* as rank() has it */
    slot_t slot;
};

struct opt {
    struct replace_bits bits;
    uint32_t *place;            /* by slot: where it is in the heap */
    uint32_t n;
    struct node heap[];
};

static size_t state_size(const struct replace_params *p)
{
    return sizeof(struct opt) + p->nslots * sizeof(struct node);
}

static size_t slot_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(uint32_t);
}

static void init(void *pool, const struct replace_params *p)
{
    struct opt *o = pool;

    o->bits = p->bits;
    o->place = p->slots;
}

static void put(struct opt *o, uint32_t i, struct node x)
{
    o->heap[i] = x;
    o->place[x.slot] = i;
}

/* What is not used again is further away than anything else; numbers of references stay
 * far below those of times so late. */
static uint64_t rank(uint64_t next, ns_t now)
{
    return next == REPLACE_NEVER ? REPLACE_NEVER - (uint64_t)now : next;
}

/* x goes to place i, or as far up from there as it belongs. */
static void rise(struct opt *o, uint32_t i, struct node x)
{
    while (i > 0 && o->heap[(i - 1) / 4].next < x.next) {
        put(o, i, o->heap[(i - 1) / 4]);
        i = (i - 1) / 4;
    }
    put(o, i, x);
}

static uint32_t largest_child(const struct opt *o, uint32_t i)
{
    uint32_t first = 4 * i + 1, end = first + 4 < o->n ? first + 4 : o->n, best = first;

    for (uint32_t c = first + 1; c < end; c++)
        if (o->heap[c].next > o->heap[best].next)
            best = c;
    return best;
}

static void sink(struct opt *o, uint32_t i, struct node x)
{
    while (4 * (uint64_t)i + 1 < o->n) {
        uint32_t c = largest_child(o, i);

        if (o->heap[c].next <= x.next)
            break;
        put(o, i, o->heap[c]);
        i = c;
    }
    put(o, i, x);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct opt *o = pool;

    rise(o, o->n++, (struct node){ rank(page->next, now), slot });
}

static void touched(void *pool, slot_t slot, uint64_t next, ns_t now)
{
    struct opt *o = pool;
    uint32_t i = o->place[slot];
    struct node x = { rank(next, now), slot };

    if (x.next >= o->heap[i].next)
        rise(o, i, x);
    else
        sink(o, i, x);
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct opt *o = pool;
    const struct node *best = NULL;

    (void)incoming, (void)now;
    if (o->n > 0 && !replace_pinned(&o->bits, o->heap[0].slot))
        return o->heap[0].slot;
    for (uint32_t i = 1; i < o->n; i++)
        if (!replace_pinned(&o->bits, o->heap[i].slot) &&
            (!best || o->heap[i].next > best->next))
            best = &o->heap[i];
    return best ? best->slot : SLOT_NONE;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct opt *o = pool;
    uint32_t i = o->place[slot];
    struct node last = o->heap[--o->n];

    (void)why, (void)now;
    if (i == o->n)
        return;
    if (last.next > o->heap[i].next)
        rise(o, i, last);
    else
        sink(o, i, last);
}

const struct replace_ops replace_opt = {
    .abi = REPLACE_ABI, .name = "opt",
    .source = "Belady, \"A Study of Replacement Algorithms for a Virtual-Storage "
              "Computer\", IBM Systems Journal 5 (1966)",
    .about = "the optimum, which knows the future",
    .flags = REPLACE_EXACT | REPLACE_FORESIGHT,
    .state_size = state_size, .slot_size = slot_size, .init = init,
    .insert = insert, .touched = touched, .victim = victim, .remove = leave,
};
