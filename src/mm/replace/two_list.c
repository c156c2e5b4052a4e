/* two_list.c - an active and an inactive list: pages come in inactive, become active when
 * they are found accessed there, and go from the end of the inactive list.
 *
 * As Linux had it before its generations, simplified: no difference between files and
 * anonymous memory, no refault distances. The active list gives pages back, accessed
 * ones after another round, when the inactive one has less than its share. Bits are looked
 * at only when room is needed. O(1) amortised; 9 bytes a slot.
 */
#include <mm/replace/list.h>

static const struct policy_param params[] = {
    { "inactive", PARAM_REAL, "0.5", 0, 1000000, 1, NULL,
      "share of the pages that should be inactive" },
    { 0 },
};

enum { INACTIVE, ACTIVE };

struct two_list {
    struct link *links;         /* by slot */
    uint8_t *in;                /* by slot: INACTIVE or ACTIVE */
    struct replace_bits bits;
    struct list list[2];
    uint64_t share;             /* millionths */
};

static size_t state_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct two_list);
}

static size_t slot_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct link) + 1;
}

static void init(void *pool, const struct replace_params *p)
{
    struct two_list *t = pool;

    t->links = p->slots;
    t->in = (uint8_t *)(t->links + p->nslots);
    t->bits = p->bits;
    t->share = (uint64_t)replace_param_get(p, 0, 500000);
    list_init(&t->list[INACTIVE]);
    list_init(&t->list[ACTIVE]);
}

static void enter(struct two_list *t, unsigned list, slot_t slot)
{
    t->in[slot] = (uint8_t)list;
    list_append(&t->list[list], t->links, slot);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct two_list *t = pool;

    (void)page, (void)now;
    replace_test_and_clear(&t->bits, slot);
    enter(t, INACTIVE, slot);
}

static bool inactive_is_low(const struct two_list *t)
{
    uint64_t n = (uint64_t)t->list[INACTIVE].n + t->list[ACTIVE].n;

    return t->list[ACTIVE].n > 0 &&
           t->list[INACTIVE].n * UINT64_C(1000000) < n * t->share;
}

/* Each active page is looked at once at most, and then given back as it is. */
static void deactivate(struct two_list *t)
{
    uint32_t patience = t->list[ACTIVE].n;

    while (inactive_is_low(t)) {
        slot_t s = t->list[ACTIVE].head;

        if (patience > 0 && replace_test_and_clear(&t->bits, s)) {
            patience--;
            list_renew(&t->list[ACTIVE], t->links, s);
        } else {
            list_remove(&t->list[ACTIVE], t->links, s);
            enter(t, INACTIVE, s);
        }
    }
}

/* Each inactive page is looked at once at most, and then taken as it is. */
static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct two_list *t = pool;
    uint32_t patience = t->list[INACTIVE].n + t->list[ACTIVE].n;
    slot_t s;

    (void)incoming, (void)now;
    deactivate(t);
    while ((s = list_oldest(&t->list[INACTIVE], t->links, &t->bits)) != SLOT_NONE) {
        if (patience-- == 0 || !replace_test_and_clear(&t->bits, s))
            return s;
        list_remove(&t->list[INACTIVE], t->links, s);
        enter(t, ACTIVE, s);
        deactivate(t);
    }
    return list_oldest(&t->list[ACTIVE], t->links, &t->bits);
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct two_list *t = pool;

    (void)why, (void)now;
    list_remove(&t->list[t->in[slot]], t->links, slot);
}

static void explain(const void *pool, slot_t slot, char *buf, size_t size)
{
    const struct two_list *t = pool;

    explain_say(buf, size, t->in[slot] == ACTIVE ? "active" : "inactive");
}

const struct replace_ops replace_two_list = {
    .abi = REPLACE_ABI, .name = "two-list",
    .source = "Gorman, Understanding the Linux Virtual Memory Manager (2004), "
              "\"Page Frame Reclamation\"",
    .about = "active and inactive, as in Linux, simplified",
    .params = params,
    .state_size = state_size, .slot_size = slot_size, .init = init,
    .insert = insert, .victim = victim, .remove = leave, .explain = explain,
};
