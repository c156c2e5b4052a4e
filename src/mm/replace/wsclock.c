/* wsclock.c - a clock that spares the working set: a page goes if it has not been
 * accessed for `window`; dirty ones are asked to be written back, and passed.
 *
 * When a whole round finds none, memory is smaller than the working sets: then the page
 * accessed longest ago goes, if possible one that is not dirty, which load control should
 * make rare. Times are those at which the hand saw the bit. O(slots) a victim at worst; 16
 * bytes a slot.
 */
#include <mm/replace/ring.h>

static const struct policy_param params[] = {
    { "window", PARAM_TIME, "", 1, NS_MAX, 1, NULL,
      "time without access after which a page is in no working set" },
    { 0 },
};

struct wsclock {
    ns_t *seen;                 /* by slot: when it was last known to be accessed */
    struct link *links;
    struct replace_bits bits;
    struct ring ring;
    ns_t window;
};

static size_t state_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct wsclock);
}

static size_t slot_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct link) + sizeof(ns_t);
}

static void init(void *pool, const struct replace_params *p)
{
    struct wsclock *w = pool;

    w->seen = p->slots;
    w->links = (struct link *)(void *)(w->seen + p->nslots);
    w->bits = p->bits;
    w->ring.hand = SLOT_NONE;
    w->window = replace_param_get(p, 0, p->interval);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct wsclock *w = pool;

    (void)page;
    replace_test_and_clear(&w->bits, slot);
    w->seen[slot] = now;
    ring_insert(&w->ring, w->links, slot);
}

/* Is a the better one to give up when none is out of its working set? */
static bool better(const struct wsclock *w, slot_t a, slot_t b)
{
    bool dirty_a = w->bits.of[a] & REPLACE_DIRTY;
    bool dirty_b = b != SLOT_NONE && w->bits.of[b] & REPLACE_DIRTY;

    return b == SLOT_NONE || dirty_a < dirty_b ||
           (dirty_a == dirty_b && w->seen[a] < w->seen[b]);
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct wsclock *w = pool;
    slot_t old = SLOT_NONE, best = SLOT_NONE;

    (void)incoming;
    for (uint32_t i = 0; i < w->ring.n; i++, ring_turn(&w->ring, w->links)) {
        slot_t s = w->ring.hand;

        if (replace_pinned(&w->bits, s))
            continue;
        if (replace_test_and_clear(&w->bits, s)) {
            w->seen[s] = now;
        } else if (now - w->seen[s] > w->window) {
            if (!(w->bits.of[s] & REPLACE_DIRTY))
                return s;
            w->bits.of[s] |= REPLACE_CLEAN_SOON;
            if (old == SLOT_NONE)
                old = s;
        }
        if (better(w, s, best))
            best = s;
    }
    return old != SLOT_NONE ? old : best;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct wsclock *w = pool;

    (void)why, (void)now;
    ring_remove(&w->ring, w->links, slot);
}

const struct replace_ops replace_wsclock = {
    .abi = REPLACE_ABI, .name = "wsclock",
    .source = "Carr, Hennessy, \"WSClock: A Simple and Effective Algorithm for Virtual "
              "Memory Management\", SOSP 1981",
    .about = "a clock that spares the working set",
    .params = params,
    .state_size = state_size, .slot_size = slot_size, .init = init,
    .insert = insert, .victim = victim, .remove = leave,
};
