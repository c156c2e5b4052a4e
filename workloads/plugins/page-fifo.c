/* page-fifo.c - the page that came first goes first.
 *
 *     ossim refs 7,0,1,2,0,3,0,4 --replacement ./workloads/plugins/page-fifo.c
 *
 * The smallest replacement policy there can be: the five ops that each must have.
 *
 * Numbered tickets rather than a list: leaving the line early is one store, and there is
 * no link to dangle. victim() is O(nslots): fine for a lecture, too slow for a gigabyte.
 */
#include <ossim/replace.h>

struct fifo {
    struct replace_bits bits;   /* whether a slot is pinned stands there */
    slot_t   nslots;
    uint64_t issued;            /* tickets handed out so far */
    uint64_t ticket[];          /* by slot; 0 = not in this pool */
};

static size_t state_size(const struct replace_params *p)
{
    return sizeof(struct fifo) + p->nslots * sizeof(uint64_t);
}

static void init(void *pool, const struct replace_params *p)
{
    struct fifo *f = pool;

    f->bits = p->bits;
    f->nslots = p->nslots;      /* all-zero tickets already mean: empty */
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct fifo *f = pool;

    (void)page, (void)now;      /* only the order in which they come counts */
    f->ticket[slot] = ++f->issued;
}

/* The slot stays in until remove() says that it is gone. */
static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct fifo *f = pool;
    slot_t first = SLOT_NONE;

    (void)incoming, (void)now;
    for (slot_t s = 0; s < f->nslots; s++)
        if (f->ticket[s] && !replace_pinned(&f->bits, s) &&
            (first == SLOT_NONE || f->ticket[s] < f->ticket[first]))
            first = s;
    return first;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct fifo *f = pool;

    (void)why, (void)now;
    f->ticket[slot] = 0;
}

const struct replace_ops ossim_replacement = {
    .abi = REPLACE_ABI, .name = "page-fifo",
    .source = "OSTEP, \"Beyond Physical Memory: Policies\"",
    .about = "what came first goes first",
    .state_size = state_size, .init = init, .insert = insert, .victim = victim,
    .remove = leave,
};
