/* membook_test.c - samples stay few and even, and no fault gets lost with those that go. */
#include "../suite.h"

#include <sim/rng.h>
#include <stat/membook.h>

static struct memory_now now;

static bool ask(void *machine, struct memory_now *out)
{
    (void)machine;
    *out = now;
    return true;
}

static void say(struct membook *b, enum event_kind kind, ns_t at, int64_t y)
{
    membook_event(b, &(struct event){ .kind = (uint16_t)kind, .at = at, .tid = 3, .b = y });
}

static uint64_t all(struct memory_counts c)
{
    return c.minor + c.major + c.swap_in + c.swap_out + c.evictions;
}

/* Random events at random times; the double has a list of all of them. */
START_TEST(counts_up_to_each_sample)
{
    enum { EVENTS = 30000 };
    static const enum event_kind kinds[] = { EV_PAGE_FAULT, EV_EVICT, EV_SWAP_IN, EV_SWAP_OUT,
                                             EV_DISPATCH, EV_OUTPUT };
    static struct membook b;
    static struct { ns_t at; bool counts; } seen[EVENTS];
    rng_t rng = rng_stream(1, "membook", 0);
    ns_t at = 0;

    membook_begin(&b, ask, NULL);
    for (uint32_t i = 0; i < EVENTS; i++) {
        enum event_kind kind = kinds[rng_below(&rng, 6)];

        at += (ns_t)rng_below(&rng, i < EVENTS / 2 ? 50 : 5000);
        seen[i].at = at;
        seen[i].counts = kind != EV_DISPATCH && kind != EV_OUTPUT;
        now.free = i;
        say(&b, kind, at, (int64_t)rng_below(&rng, 2));
    }
    ck_assert_uint_le(b.n, MEMBOOK_SAMPLES);
    ck_assert_uint_ge(b.n, MEMBOOK_SAMPLES / 4);
    for (uint32_t s = 0; s < b.n; s++) {
        uint32_t last = b.sample[s].now.free;   /* the event at which it was taken */
        uint64_t n = 0;

        ck_assert_int_eq(b.sample[s].at, seen[last].at);
        ck_assert(!s || b.sample[s].at - b.sample[s - 1].at >= b.gap / 2);
        for (uint32_t i = 0; i <= last; i++)
            n += seen[i].counts;
        ck_assert_uint_eq(all(b.sample[s].sum), n);
        ck_assert_ptr_eq(membook_at(&b, b.sample[s].at), &b.sample[s]);
        ck_assert(s + 1 == b.n || membook_at(&b, b.sample[s + 1].at - 1) == &b.sample[s]);
        ck_assert(s + 1 == b.n || all(membook_counts(&b, b.sample[s].at)) == n);
    }
    ck_assert_ptr_null(membook_at(&b, -1));
    ck_assert_uint_eq(all(membook_counts(&b, -1)), 0);
    ck_assert_uint_eq(all(membook_counts(&b, at)), all(b.sum));
}
END_TEST

static bool nobody(void *machine, struct memory_now *out)
{
    (void)machine, (void)out;
    return false;
}

/* Where memory is not simulated there is nothing to show; the end is always looked at. */
START_TEST(nothing_to_ask_and_the_end)
{
    static struct membook b;

    membook_begin(&b, nobody, NULL);
    say(&b, EV_PAGE_FAULT, 5000, 1);
    ck_assert_uint_eq(b.n, 0);
    ck_assert_uint_eq(membook_counts(&b, 0).major, 1);
    membook_begin(&b, ask, NULL);
    say(&b, EV_PAGE_FAULT, 0, 0);
    say(&b, EV_PAGE_FAULT, 10, 0);
    say(&b, EV_END, 20, 0);
    ck_assert_uint_eq(b.n, 2);
    ck_assert_uint_eq(b.sample[0].sum.minor, 1);
    ck_assert_uint_eq(b.sample[1].sum.minor, 2);
}
END_TEST

SUITE(membook, 5, counts_up_to_each_sample, nothing_to_ask_and_the_end)
