/* nru.c - not recently used: pages are in four classes by their bits, accessed counting
 * more than dirty, and the first page of the lowest class goes.
 *
 * A scan every `interval` takes all accessed bits away. Between scans bits are only set, so
 * a page's class only rises: the lists hold the classes at the last look, and a page that
 * has risen is moved when it is come upon. O(1) amortised, O(slots) a scan; 9 bytes a slot.
 */
#include <mm/replace/list.h>

#include <string.h>

static const struct policy_param params[] = {
    { "interval", PARAM_TIME, "", 1, NS_MAX, 1, NULL, "time between scans" },
    { 0 },
};

enum { NCLASSES = 4 };

struct nru {
    struct link *links;         /* by slot */
    uint8_t *in;                /* by slot: the list that it is on */
    struct replace_bits bits;
    struct list class[NCLASSES];
};

static size_t state_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct nru);
}

static size_t slot_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct link) + 1;
}

static void init(void *pool, const struct replace_params *p)
{
    struct nru *n = pool;

    n->links = p->slots;
    n->in = (uint8_t *)(n->links + p->nslots);
    n->bits = p->bits;
    for (unsigned c = 0; c < NCLASSES; c++)
        list_init(&n->class[c]);
}

static unsigned class_of(const struct nru *n, slot_t s)
{
    unsigned bits = replace_bits_get(&n->bits, s);

    return (bits & REPLACE_ACCESSED ? 2u : 0u) + (bits & REPLACE_DIRTY ? 1u : 0u);
}

static void enter(struct nru *n, unsigned class, slot_t slot)
{
    n->in[slot] = (uint8_t)class;
    list_append(&n->class[class], n->links, slot);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct nru *n = pool;

    (void)page, (void)now;
    enter(n, class_of(n, slot), slot);
}

static void scan(void *pool, ns_t now)
{
    struct nru *n = pool;
    struct list old[NCLASSES];

    (void)now;
    memcpy(old, n->class, sizeof old);
    for (unsigned c = 0; c < NCLASSES; c++)
        list_init(&n->class[c]);
    for (unsigned c = 0; c < NCLASSES; c++)
        for (slot_t s = old[c].head, next; s != SLOT_NONE; s = next) {
            next = n->links[s].next;
            replace_test_and_clear(&n->bits, s);
            enter(n, class_of(n, s), s);
        }
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct nru *n = pool;

    (void)incoming, (void)now;
    for (unsigned c = 0; c < NCLASSES; c++)
        for (slot_t s = n->class[c].head, next; s != SLOT_NONE; s = next) {
            unsigned is = class_of(n, s);

            next = n->links[s].next;
            if (replace_pinned(&n->bits, s))
                continue;
            if (is <= c)
                return s;
            list_remove(&n->class[c], n->links, s);
            enter(n, is, s);
        }
    return SLOT_NONE;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct nru *n = pool;

    (void)why, (void)now;
    list_remove(&n->class[n->in[slot]], n->links, slot);
}

static void explain(const void *pool, slot_t slot, char *buf, size_t size)
{
    const struct nru *n = pool;

    explain_say(buf, size, "class 0");
    buf[6] = (char)('0' + n->in[slot]);
}

const struct replace_ops replace_nru = {
    .abi = REPLACE_ABI, .name = "nru",
    .source = "Tanenbaum, Bos, Modern Operating Systems, \"The Not Recently Used Page "
              "Replacement Algorithm\"",
    .about = "not recently used: four classes by the bits",
    .params = params,
    .state_size = state_size, .slot_size = slot_size, .init = init,
    .insert = insert, .victim = victim, .remove = leave, .scan = scan, .explain = explain,
};
