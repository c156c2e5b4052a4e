/* The heap against a naive list, and the stream. */
#include "../suite.h"

#include <sim/engine.h>
#include <sim/rng.h>
#include <sim/stream.h>

#include <stdlib.h>

enum { SLOTS = 200 };

struct naive { bool pending; ns_t at; uint64_t order; };

static void open_engine(struct engine *e, void **mem, uint32_t slots)
{
    struct arena a;

    arena_init(&a, NULL, 0);
    engine_init(e, &a, slots);
    size_t size = (a.used + 63) & ~(size_t)63;
    *mem = aligned_alloc(64, size);
    arena_init(&a, *mem, size);
    __builtin_memset(*mem, 0, size);
    engine_init(e, &a, slots);
}

static uint32_t naive_first(const struct naive *n)
{
    uint32_t best = SLOTS;

    for (uint32_t i = 0; i < SLOTS; i++)
        if (n[i].pending && (best == SLOTS || n[i].at < n[best].at ||
                             (n[i].at == n[best].at && n[i].order < n[best].order)))
            best = i;
    return best;
}

START_TEST(the_heap_agrees_with_a_list)
{
    struct naive list[SLOTS] = { 0 };
    struct engine e;
    void *mem;
    rng_t r = rng_stream(1, "heap", 0);
    uint64_t sequence = 0;

    open_engine(&e, &mem, SLOTS);
    for (unsigned step = 0; step < 20000; step++) {
        uint32_t slot = (uint32_t)rng_below(&r, SLOTS);
        unsigned what = (unsigned)rng_below(&r, 4);

        if (what < 2) {
            unsigned cls = (unsigned)rng_below(&r, PEND_CLASSES);
            ns_t at = e.now + (ns_t)rng_below(&r, 50);

            engine_set(&e, slot, at, (enum pending_class)cls);
            list[slot] = (struct naive){ true, at, (uint64_t)cls << 56 | ++sequence };
        } else if (what == 2) {
            engine_cancel(&e, slot);
            list[slot].pending = false;
        } else if (e.n) {
            uint32_t first = naive_first(list);

            ck_assert_uint_eq(engine_peek(&e)->slot, first);
            ck_assert_int_eq(engine_take(&e).at, list[first].at);
            list[first].pending = false;
        }
        ck_assert(engine_check(&e));
        ck_assert_int_eq(engine_pending(&e, slot), list[slot].pending);
    }
    free(mem);
}
END_TEST

START_TEST(ranks_keep_the_order_of_the_file)
{
    struct engine e;
    void *mem;

    open_engine(&e, &mem, 3);
    engine_set(&e, 0, 5, PEND_ARRIVAL);
    engine_set_ranked(&e, 1, 5, PEND_ARRIVAL, 9);
    engine_set_ranked(&e, 2, 5, PEND_ARRIVAL, 4);
    ck_assert_uint_eq(engine_take(&e).slot, 2);
    ck_assert_uint_eq(engine_take(&e).slot, 1);
    ck_assert_uint_eq(engine_take(&e).slot, 0);
    free(mem);
}
END_TEST

static void count(void *ctx, const struct event *e)
{
    *(unsigned *)ctx += e->kind;
}

START_TEST(the_hash_sees_order_and_values)
{
    struct stream a, b, c;
    unsigned seen = 0;

    stream_init(&a, true);
    stream_init(&b, true);
    stream_init(&c, true);
    stream_subscribe(&b, EVENT_BIT(EV_WAKE), count, &seen);
    stream_emit(&a, 1, EV_WAKE, 0, 1, 2, 3);
    stream_emit(&a, 1, EV_BLOCK, 0, 1, 2, 3);
    stream_emit(&b, 1, EV_WAKE, 0, 1, 2, 3);
    stream_emit(&b, 1, EV_BLOCK, 0, 1, 2, 3);
    ck_assert_uint_eq(stream_hash(&a), stream_hash(&b));
    ck_assert_uint_eq(seen, EV_WAKE);
    stream_emit(&c, 1, EV_BLOCK, 0, 1, 2, 3);
    stream_emit(&c, 1, EV_WAKE, 0, 1, 2, 3);
    ck_assert_uint_ne(stream_hash(&a), stream_hash(&c));
}
END_TEST

START_TEST(each_kernel_has_its_subscribers)
{
    struct stream s, plain;
    unsigned first = 0, third = 0, all = 0;

    stream_init(&s, true);
    stream_init(&plain, true);
    stream_subscribe(&s, EVENTS_ALL, count, &first);
    stream_subscribe_kernel(&s, 3, EVENTS_ALL, count, &third);
    stream_subscribe_kernel(&s, KERNEL_ANY, EVENTS_ALL, count, &all);
    stream_emit_kernel(&s, 3, 1, EV_WAKE, 0, 1, 2, 3);
    stream_emit(&plain, 1, EV_WAKE, 0, 1, 2, 3);
    ck_assert_uint_ne(stream_hash(&s), stream_hash(&plain));
    stream_emit_kernel(&s, 0, 1, EV_BLOCK, 0, 1, 2, 3);
    stream_emit_kernel(&s, 4, 1, EV_EXIT, 0, 1, 2, 3);
    ck_assert_uint_eq(first, EV_BLOCK);
    ck_assert_uint_eq(third, EV_WAKE);
    ck_assert_uint_eq(all, EV_BLOCK + EV_WAKE + EV_EXIT);
}
END_TEST

START_TEST(a_set_holds_more_than_64_kinds)
{
    event_set set = EVENT_BIT(3) | EVENT_BIT(100);

    ck_assert(set & EVENT_BIT(100));
    ck_assert(!(set & EVENT_BIT(100 - 64)));
    ck_assert(!(EVENTS_ALL & EVENT_BIT(EV_COUNT)));
    ck_assert(EVENTS_ALL & EVENT_BIT(EV_COUNT - 1));
}
END_TEST

START_TEST(nobody_wants_it_nobody_builds_it)
{
    struct stream s;

    stream_init(&s, false);
    stream_emit(&s, 1, EV_WAKE, 0, 1, 2, 3);
    ck_assert_uint_eq(s.count, 0);
}
END_TEST

SUITE(engine, 10, the_heap_agrees_with_a_list, ranks_keep_the_order_of_the_file,
      the_hash_sees_order_and_values, each_kernel_has_its_subscribers,
      a_set_holds_more_than_64_kinds, nobody_wants_it_nobody_builds_it)
