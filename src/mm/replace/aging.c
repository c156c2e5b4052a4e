/* aging.c - LRU as far as scans show it: a byte a page, shifted right at each scan with the
 * accessed bit coming in at the top; the lowest byte goes.
 *
 * A page that came in since the last scan has no byte yet and goes last. Of several pages
 * with the same byte, the one that has been on its list for longest goes. What was
 * accessed since the last scan does not show before the next one: the interval is what
 * this policy sees the world through. O(1), O(slots) a scan; 10 bytes a slot.
 */
#include <mm/replace/list.h>

#include <string.h>

static const struct policy_param params[] = {
    { "interval", PARAM_TIME, "", 1, NS_MAX, 1, NULL, "time between scans" },
    { 0 },
};

enum { FRESH = 256, NLISTS };           /* by byte, and those without one */

struct aging {
    struct link *links;         /* by slot */
    uint16_t *in;               /* by slot: its byte, or FRESH */
    struct replace_bits bits;
    unsigned low;               /* the lists below are empty */
    struct list list[NLISTS];
};

static size_t state_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct aging);
}

static size_t slot_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct link) + sizeof(uint16_t);
}

static void init(void *pool, const struct replace_params *p)
{
    struct aging *a = pool;

    a->links = p->slots;
    a->in = (uint16_t *)(a->links + p->nslots);
    a->bits = p->bits;
    for (unsigned i = 0; i < NLISTS; i++)
        list_init(&a->list[i]);
}

static void enter(struct aging *a, unsigned list, slot_t slot)
{
    a->in[slot] = (uint16_t)list;
    list_append(&a->list[list], a->links, slot);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    (void)page, (void)now;
    enter(pool, FRESH, slot);
}

static void scan(void *pool, ns_t now)
{
    struct aging *a = pool;
    struct list old[NLISTS];

    (void)now;
    memcpy(old, a->list, sizeof old);
    for (unsigned i = 0; i < NLISTS; i++)
        list_init(&a->list[i]);
    for (unsigned i = 0; i < NLISTS; i++)
        for (slot_t s = old[i].head, next; s != SLOT_NONE; s = next) {
            unsigned byte = i == FRESH ? 0 : i >> 1;

            next = a->links[s].next;
            enter(a, replace_test_and_clear(&a->bits, s) ? byte | 0x80 : byte, s);
        }
    a->low = 0;
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct aging *a = pool;
    slot_t s = SLOT_NONE;

    (void)incoming, (void)now;
    while (a->low < FRESH && a->list[a->low].n == 0)
        a->low++;
    for (unsigned i = a->low; i < NLISTS && s == SLOT_NONE; i++)
        s = list_oldest(&a->list[i], a->links, &a->bits);
    return s;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct aging *a = pool;

    (void)why, (void)now;
    list_remove(&a->list[a->in[slot]], a->links, slot);
}

static void explain(const void *pool, slot_t slot, char *buf, size_t size)
{
    const struct aging *a = pool;
    unsigned byte = a->in[slot];

    if (byte == FRESH) {
        explain_say(buf, size, "new");
        return;
    }
    explain_say(buf, size, "age 00000000");
    for (int i = 11; i >= 4; i--, byte >>= 1)
        buf[i] = (char)('0' + (byte & 1));
}

const struct replace_ops replace_aging = {
    .abi = REPLACE_ABI, .name = "aging",
    .source = "Tanenbaum, Bos, Modern Operating Systems, \"Simulating LRU in Software\"",
    .about = "a byte of history a page, one bit a scan",
    .params = params,
    .state_size = state_size, .slot_size = slot_size, .init = init,
    .insert = insert, .victim = victim, .remove = leave, .scan = scan, .explain = explain,
};
