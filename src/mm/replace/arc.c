/* arc.c - adaptive replacement: pages seen once and pages seen again have a list each, and
 * what comes back after it has gone says which of the two was cut too short.
 *
 * T1 and T2 hold pages, B1 and B2 the keys of those that went from them, twice as many
 * of all four as there are slots. `target` is the size that T1 should have: a hit in B1
 * makes it larger, one in B2 smaller. The paper's directory is cut before a page goes,
 * ours after the new one came in, which keeps the same keys.
 *
 * Exact: it moves a page at each hit. O(1). 17 bytes a slot and 28 a ghost or, by key, 4.
 */
#include <mm/replace/arc.h>
#include <mm/replace/ghost.h>
#include <mm/replace/list.h>

struct arc {
    uint64_t *key;              /* by slot */
    struct link *links;
    uint8_t *in;                /* by slot: 0 T1, 1 T2 */
    struct replace_bits bits;
    struct list t[2];
    struct ghosts b;            /* its lists are B1 and B2 */
    int64_t target;             /* in ARC_ONEs, 0 .. capacity */
    slot_t capacity;
    uint64_t learnt;            /* the key that the target has just followed */
    bool has_learnt;
    uint64_t mem[];             /* of the ghosts */
};

static size_t state_size(const struct replace_params *p)
{
    return sizeof(struct arc) + ghosts_size(p->nslots + 1, p->nkeys);
}

static size_t slot_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(uint64_t) + sizeof(struct link) + 1;
}

static void init(void *pool, const struct replace_params *p)
{
    struct arc *a = pool;

    a->key = p->slots;
    a->links = (struct link *)(void *)(a->key + p->nslots);
    a->in = (uint8_t *)(a->links + p->nslots);
    a->bits = p->bits;
    a->capacity = p->nslots;
    list_init(&a->t[0]);
    list_init(&a->t[1]);
    ghosts_init(&a->b, a->mem, p->nslots + 1, p->nkeys);
}

/* The key of `ghost` comes back: its list was cut too short. */
static void learn(struct arc *a, uint32_t ghost)
{
    unsigned from = a->b.of[ghost].list;

    a->target = arc_learn(a->target, from, a->b.list[from].n, a->b.list[!from].n, a->capacity);
    a->learnt = a->b.of[ghost].key;
    a->has_learnt = true;
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct arc *a = pool;
    uint32_t ghost = incoming ? ghosts_find(&a->b, incoming->key) : GHOST_NONE;
    bool again = ghost != GHOST_NONE && a->b.of[ghost].list == 1;

    (void)now;
    if (ghost != GHOST_NONE && !(a->has_learnt && a->learnt == incoming->key))
        learn(a, ghost);
    unsigned from = arc_from(a->target, a->t[0].n, again);
    slot_t s = list_oldest(&a->t[from], a->links, &a->bits);
    return s != SLOT_NONE ? s : list_oldest(&a->t[!from], a->links, &a->bits);
}

static void cut(struct arc *a)
{
    while (arc_cut_b1(a->t[0].n, a->b.list[0].n, a->capacity))
        ghosts_drop_oldest(&a->b, 0);
    while (arc_cut_b2((uint64_t)a->t[0].n + a->t[1].n, a->b.list[0].n, a->b.list[1].n,
                      a->capacity))
        ghosts_drop_oldest(&a->b, 1);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct arc *a = pool;
    uint32_t ghost = ghosts_find(&a->b, page->key);

    (void)now;
    a->key[slot] = page->key;
    a->in[slot] = ghost != GHOST_NONE;
    if (ghost != GHOST_NONE) {
        if (!(a->has_learnt && a->learnt == page->key))
            learn(a, ghost);
        ghosts_drop(&a->b, ghost);
    }
    a->has_learnt = false;
    list_append(&a->t[a->in[slot]], a->links, slot);
    cut(a);
}

static void touched(void *pool, slot_t slot, uint64_t next, ns_t now)
{
    struct arc *a = pool;

    (void)next, (void)now;
    if (a->in[slot] == 1) {
        list_renew(&a->t[1], a->links, slot);
        return;
    }
    list_remove(&a->t[0], a->links, slot);
    a->in[slot] = 1;
    list_append(&a->t[1], a->links, slot);
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct arc *a = pool;

    (void)now;
    list_remove(&a->t[a->in[slot]], a->links, slot);
    if (why == REPLACE_EVICTED)
        ghosts_add(&a->b, a->in[slot], a->key[slot]);
}

static void resize(void *pool, slot_t capacity)
{
    struct arc *a = pool;

    a->capacity = capacity;
    if (a->target > capacity * ARC_ONE)
        a->target = capacity * ARC_ONE;
    cut(a);
}

static void explain(const void *pool, slot_t slot, char *buf, size_t size)
{
    const struct arc *a = pool;

    explain_say(buf, size, a->in[slot] ? "seen again (T2)" : "seen once (T1)");
}

const struct replace_ops replace_arc = {
    .abi = REPLACE_ABI, .name = "arc",
    .source = "Megiddo, Modha, \"ARC: A Self-Tuning, Low Overhead Replacement Cache\", "
              "FAST 2003",
    .about = "adaptive: learns from what comes back",
    .flags = REPLACE_EXACT,
    .state_size = state_size, .slot_size = slot_size, .init = init,
    .insert = insert, .touched = touched, .victim = victim, .remove = leave,
    .resize = resize, .explain = explain,
};
