/* mglru.c - generations: each scan opens a new one and moves the accessed pages there; pages
 * go from the oldest.
 *
 * As Linux's multi-generational LRU, simplified: generations are opened at scans, every
 * `interval`, and not when reclaim runs out of old ones; no tiers, no refaults. A page that
 * is found accessed when it should go moves to the newest generation instead. When there
 * are as many generations as there may be, the two oldest become one.
 * O(1) amortised, O(slots) a scan; 9 bytes a slot.
 */
#include <mm/replace/list.h>

#include <string.h>

enum { INTERVAL, GENERATIONS, INTO };

static const struct policy_param params[] = {
    [INTERVAL] = { "interval", PARAM_TIME, "", 1, NS_MAX, 1, NULL, "time between scans" },
    [GENERATIONS] = { "generations", PARAM_INT, "4", 2, 8, 1, NULL, "how many there may be" },
    [INTO] = { "into", PARAM_CHOICE, "newest", 0, 1, 1, "newest/oldest",
               "the generation that a page comes into" },
    { 0 },
};

enum { MAX = 8 };

struct mglru {
    struct link *links;         /* by slot */
    uint8_t *in;                /* by slot: its generation, 0 the oldest */
    struct replace_bits bits;
    unsigned n, max;            /* generations there are, and may be */
    bool into_oldest;
    struct list generation[MAX];
};

static size_t state_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct mglru);
}

static size_t slot_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct link) + 1;
}

static void init(void *pool, const struct replace_params *p)
{
    struct mglru *m = pool;

    m->links = p->slots;
    m->in = (uint8_t *)(m->links + p->nslots);
    m->bits = p->bits;
    m->n = 1;
    m->max = (unsigned)replace_param_get(p, GENERATIONS, 4);
    m->into_oldest = replace_param_get(p, INTO, 0);
    for (unsigned i = 0; i < MAX; i++)
        list_init(&m->generation[i]);
}

static void enter(struct mglru *m, unsigned generation, slot_t slot)
{
    m->in[slot] = (uint8_t)generation;
    list_append(&m->generation[generation], m->links, slot);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct mglru *m = pool;

    (void)now;
    replace_test_and_clear(&m->bits, slot);
    enter(m, m->into_oldest || page->ahead ? 0 : m->n - 1, slot);
}

static void scan(void *pool, ns_t now)
{
    struct mglru *m = pool;
    struct list old[MAX];
    unsigned n = m->n, merged = n == m->max;

    (void)now;
    memcpy(old, m->generation, sizeof old);
    for (unsigned i = 0; i < MAX; i++)
        list_init(&m->generation[i]);
    m->n = n + 1 - merged;
    for (unsigned i = 0; i < n; i++)
        for (slot_t s = old[i].head, next; s != SLOT_NONE; s = next) {
            unsigned stays = i > 0 ? i - merged : 0;

            next = m->links[s].next;
            enter(m, replace_test_and_clear(&m->bits, s) ? m->n - 1 : stays, s);
        }
}

/* Each page is looked at once at most, and then taken as it is. */
static slot_t from_generation(struct mglru *m, unsigned i)
{
    uint32_t patience = m->generation[i].n;
    slot_t s;

    while ((s = list_oldest(&m->generation[i], m->links, &m->bits)) != SLOT_NONE) {
        if (patience-- == 0 || !replace_test_and_clear(&m->bits, s))
            break;
        list_remove(&m->generation[i], m->links, s);
        enter(m, m->n - 1, s);
    }
    return s;
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct mglru *m = pool;
    slot_t s = SLOT_NONE;

    (void)incoming, (void)now;
    for (unsigned i = 0; i < m->n && s == SLOT_NONE; i++)
        s = from_generation(m, i);
    return s;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct mglru *m = pool;

    (void)why, (void)now;
    list_remove(&m->generation[m->in[slot]], m->links, slot);
}

static void explain(const void *pool, slot_t slot, char *buf, size_t size)
{
    const struct mglru *m = pool;

    explain_say(buf, size, "generation 0 of 0");
    buf[11] = (char)('0' + m->in[slot]);
    buf[16] = (char)('0' + m->n);
}

const struct replace_ops replace_mglru = {
    .abi = REPLACE_ABI, .name = "mglru",
    .source = "Linux, Documentation/mm/multigen_lru.rst, \"Multi-Gen LRU\"",
    .about = "generations, as in Linux, simplified",
    .params = params,
    .state_size = state_size, .slot_size = slot_size, .init = init,
    .insert = insert, .victim = victim, .remove = leave, .scan = scan, .explain = explain,
};
