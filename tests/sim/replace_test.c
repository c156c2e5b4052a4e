/* replace_test.c - the core's side of replacement: it believes no policy; and what a
 * reference string cannot show: pins, pools, sparse keys, capacities. */
#include "../suite.h"

#include <lab/paging.h>
#include <mm/replace/registry.h>
#include <sim/replace.h>
#include <sim/rng.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 8 };

struct rig {
    struct replacer r;
    void *mem;
};

static void rig_init(struct rig *g, const struct replace_ops *ops, uint16_t npools, uint64_t nkeys)
{
    struct replace_config c;
    struct replace_setup s = { .nslots = SLOTS, .npools = npools, .nkeys = nkeys,
                               .interval = 10, .time_unit = 1, .seed = 3 };
    struct arena a;
    struct diag diag;

    ck_assert_int_eq(replace_parse(&c, ops, "", 1, &diag), ERR_OK);
    arena_init(&a, NULL, 0);
    replacer_init(&g->r, &a, &c, &s);
    ck_assert_ptr_nonnull(g->mem = aligned_alloc(64, (a.used + 127) & ~(size_t)63));
    memset(g->mem, 0, (a.used + 127) & ~(size_t)63);
    arena_init(&a, g->mem, a.used);
    replacer_init(&g->r, &a, &c, &s);
}

static void put(struct rig *g, unsigned pool, slot_t slot, uint64_t key, ns_t now)
{
    struct replace_page page = { .key = key, .next = REPLACE_NEVER, .owner = TID_NONE };

    replacer_insert(&g->r, pool, slot, &page, key % 3 == 0, now);
}

/* --- a policy that lies --- */

static slot_t lie;

static size_t one_byte(const struct replace_params *p)
{
    (void)p;
    return 1;
}
static void no_init(void *pool, const struct replace_params *p)
{
    (void)pool, (void)p;
}
static void no_insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    (void)pool, (void)slot, (void)page, (void)now;
}
static slot_t lying(void *pool, const struct replace_page *incoming, ns_t now)
{
    (void)pool, (void)incoming, (void)now;
    return lie;
}
static void no_remove(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    (void)pool, (void)slot, (void)why, (void)now;
}
static const struct replace_ops liar = {
    .abi = REPLACE_ABI, .name = "liar", .state_size = one_byte, .init = no_init,
    .insert = no_insert, .victim = lying, .remove = no_remove,
};

START_TEST(lies_are_counted_and_replaced)
{
    struct rig g;

    rig_init(&g, &liar, 2, 0);
    ck_assert_uint_eq(replacer_victim(&g.r, 0, NULL, 0), SLOT_NONE);
    put(&g, 0, 2, 20, 0);
    put(&g, 0, 5, 50, 0);
    put(&g, 1, 0, 10, 0);
    static const slot_t lies[] = { 0, 1, SLOTS, 1000, SLOT_NONE };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        lie = lies[i];
        ck_assert_uint_eq(replacer_victim(&g.r, 0, NULL, 0), 2);
        ck_assert_uint_eq(g.r.faults, i + 1);
    }
    lie = 2;
    ck_assert_uint_eq(replacer_victim(&g.r, 0, NULL, 0), 2);
    ck_assert_uint_eq(g.r.faults, 5);
    replacer_pin(&g.r, 2);
    ck_assert_uint_eq(replacer_victim(&g.r, 0, NULL, 0), 5);
    ck_assert_uint_eq(g.r.faults, 6);
    replacer_pin(&g.r, 5);      /* none can go: to say so is no fault */
    lie = SLOT_NONE;
    ck_assert_uint_eq(replacer_victim(&g.r, 0, NULL, 0), SLOT_NONE);
    ck_assert_uint_eq(g.r.faults, 6);
    free(g.mem);
}
END_TEST

/* --- every policy, used as a kernel would --- */

/* Random inserts, uses, pins, evictions and drops in two pools; no fault may come. */
static void life(const struct replace_ops *ops, uint64_t nkeys, slot_t *victims)
{
    struct rig g;
    rng_t rng = 7;
    char text[32];
    unsigned n = 0;

    rig_init(&g, ops, 2, nkeys);
    for (ns_t now = 0; now < 4000; now++) {
        slot_t s = (slot_t)rng_below(&rng, SLOTS);
        unsigned pool = (unsigned)rng_below(&rng, 2);
        uint64_t what = rng_below(&rng, 10);

        replacer_advance(&g.r, now);
        if (g.r.pool_of[s] == POOL_NONE) {
            put(&g, pool, s, rng_below(&rng, 30), now);
        } else if (what < 4) {
            replacer_touch(&g.r, s, what == 0, REPLACE_NEVER, now);
            replacer_explain(&g.r, s, text, sizeof text);
        } else if (what == 4) {
            replacer_pin(&g.r, s);
        } else if (what == 5) {
            replacer_unpin(&g.r, s);
        } else if (what == 6) {
            replacer_remove(&g.r, s, REPLACE_DROPPED, now);
        } else if (what == 7) {
            replacer_resize(&g.r, pool, 1 + (slot_t)rng_below(&rng, SLOTS));
        } else {
            struct replace_page in = { .key = rng_below(&rng, 30), .next = REPLACE_NEVER };
            slot_t v = replacer_victim(&g.r, pool, &in, now);

            if (v != SLOT_NONE)
                replacer_remove(&g.r, v, REPLACE_EVICTED, now);
            victims[n++] = v;
        }
    }
    ck_assert_msg(g.r.faults == 0, "%s gave an impossible answer", ops->name);
    victims[n] = SLOT_NONE - 1;
    free(g.mem);
}

START_TEST(policies_answer_as_they_must)
{
    static slot_t dense[4001], sparse[4001];
    const struct replace_ops *ops;

    for (unsigned i = 0; (ops = replace_builtin(i)); i++) {
        ck_assert_int_eq(ops->abi, REPLACE_ABI);
        ck_assert_ptr_eq(replace_find(ops->name, strlen(ops->name)), ops);
        memset(dense, 0, sizeof dense);
        memset(sparse, 0, sizeof sparse);
        life(ops, 30, dense);
        life(ops, 0, sparse);   /* keys are hashed: the same answers */
        ck_assert_msg(!memcmp(dense, sparse, sizeof dense), "%s", ops->name);
    }
}
END_TEST

/* --- formulas --- */

START_TEST(effective_access_times)
{
    /* Silberschatz, Galvin, Gagne, Operating System Concepts: TLB hit ratio example. */
    ck_assert_double_eq_tol(access_time_tlb(0.80, 0, 10, 1), 12.0, 1e-9);
    ck_assert_double_eq_tol(access_time_tlb(0.99, 0, 10, 1), 10.1, 1e-9);
    /* The same, "Performance of Demand Paging": 200 ns, 8 ms, one in a thousand. */
    ck_assert_double_eq_tol(access_time_faults(0.001, 200, 8e6), 8199.8, 1e-9);
}
END_TEST

SUITE(replace, 60, lies_are_counted_and_replaced, policies_answer_as_they_must,
      effective_access_times)
