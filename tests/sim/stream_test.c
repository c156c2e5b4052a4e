/* stream_test.c - who hears what, against a list that is asked one by one. */
#include "../suite.h"

#include <sim/rng.h>
#include <sim/stream.h>

static rng_t dice;

static unsigned draw(unsigned n)
{
    return (unsigned)rng_below(&dice, n);
}

/* --- readers --- */

struct reader { event_set kinds; uint16_t kernel; uint64_t heard, due; bool on; };

static void hear(void *ctx, const struct event *e)
{
    struct reader *r = ctx;

    r->heard = r->heard * 31 + (uint64_t)e->a;
}

static event_set some_kinds(void)
{
    event_set kinds = 0;

    for (unsigned n = draw(6); n; n--)
        kinds |= EVENT_BIT(draw(EV_COUNT));
    return kinds;
}

/* The next one comes or one of them goes. */
static void change(struct stream *s, struct reader *r, unsigned n)
{
    unsigned i = draw(n);

    if (r[i].on) {
        stream_unsubscribe(s, hear, &r[i]);
        r[i].on = false;
        return;
    }
    r[i].kinds = some_kinds();
    r[i].kernel = draw(3) ? (uint16_t)draw(3) : KERNEL_ANY;
    r[i].on = stream_subscribe_kernel(s, r[i].kernel, r[i].kinds, hear, &r[i]);
    ck_assert(r[i].on);
}

static void say(struct stream *s, struct reader *r, unsigned n, int64_t what)
{
    enum event_kind kind = (enum event_kind)draw(EV_COUNT);
    uint16_t kernel = (uint16_t)draw(3);
    bool anybody = false;

    for (unsigned i = 0; i < n; i++) {
        if (!r[i].on || !(r[i].kinds & EVENT_BIT(kind)))
            continue;
        anybody = true;
        if (r[i].kernel == kernel || r[i].kernel == KERNEL_ANY)
            r[i].due = r[i].due * 31 + (uint64_t)what;
    }
    ck_assert_int_eq(stream_wants(s, kind), anybody);
    stream_emit_kernel(s, kernel, what, kind, 0, 0, what, 0);
}

START_TEST(everybody_hears_what_they_asked_for)
{
    struct reader r[STREAM_SUBSCRIBERS] = { 0 };
    struct stream s;

    dice = rng_stream(1, "stream", 0);
    stream_init(&s, false);
    for (int64_t what = 1; what < 20000; what++) {
        if (draw(20) == 0)
            change(&s, r, STREAM_SUBSCRIBERS);
        say(&s, r, STREAM_SUBSCRIBERS, what);
        for (unsigned i = 0; i < STREAM_SUBSCRIBERS; i++)
            ck_assert_uint_eq(r[i].heard, r[i].due);
    }
}
END_TEST

START_TEST(one_too_many_is_refused)
{
    struct reader r[STREAM_SUBSCRIBERS + 1] = { 0 };
    struct stream s;

    stream_init(&s, true);
    for (unsigned i = 0; i <= STREAM_SUBSCRIBERS; i++)
        ck_assert_int_eq(stream_subscribe(&s, EVENTS_ALL, hear, &r[i]),
                         i < STREAM_SUBSCRIBERS);
    stream_emit(&s, 0, EV_DISPATCH, 0, 0, 7, 0);
    for (unsigned i = 0; i <= STREAM_SUBSCRIBERS; i++)
        ck_assert_uint_eq(r[i].heard, i < STREAM_SUBSCRIBERS ? 7 : 0);
}
END_TEST

/* --- the hash --- */

/* With `left_out` not hashed, and `skipped` not even said. */
static uint64_t hash_of(event_set left_out, event_set skipped, bool read)
{
    struct reader r = { 0 };
    struct stream s;

    dice = rng_stream(2, "stream", 0);
    stream_init(&s, true);
    stream_unhash(&s, left_out);
    if (read)
        ck_assert(stream_subscribe(&s, EVENTS_ALL, hear, &r));
    for (int64_t what = 1; what < 1000; what++) {
        enum event_kind kind = (enum event_kind)draw(EV_COUNT);
        unsigned hart = draw(4), tid = draw(9), a = draw(5);

        if (!(EVENT_BIT(kind) & skipped))
            stream_emit(&s, what, kind, hart, tid, a, 0);
    }
    return stream_hash(&s);
}

START_TEST(what_is_left_out_does_not_count)
{
    event_set some = EVENT_BIT(EV_DISPATCH) | EVENT_BIT(EV_COUNT - 1);

    ck_assert_uint_eq(hash_of(0, 0, false), hash_of(0, 0, true));
    ck_assert_uint_eq(hash_of(some, 0, true), hash_of(some, some, false));
    ck_assert_uint_eq(hash_of(some, 0, true), hash_of(0, some, false));
    ck_assert_uint_ne(hash_of(some, 0, true), hash_of(0, 0, true));
}
END_TEST

/* --- a run that was put back --- */

/* Of the events 1 to 9 the first five were told: they go to who hears a second time, also
 * those that nobody but the hash reads, the others to the subscribers. */
START_TEST(what_was_told_is_not_told_again)
{
    struct reader again = { 0 }, reader = { 0 };
    uint64_t twice = 0, once = 0;
    struct stream s;

    stream_init(&s, true);
    ck_assert(stream_subscribe(&s, EVENT_BIT(EV_DISPATCH), hear, &reader));
    stream_told(&s, 5, hear, &again);
    for (int64_t what = 1; what < 10; what++) {
        ck_assert_int_eq(stream_live(&s), what > 5);
        stream_emit(&s, what, what % 2 ? EV_DISPATCH : EV_WAKE, 0, 0, what, 0);
        if (what <= 5)
            twice = twice * 31 + (uint64_t)what;
        else if (what % 2)
            once = once * 31 + (uint64_t)what;
    }
    ck_assert_uint_eq(again.heard, twice);
    ck_assert_uint_eq(reader.heard, once);
    ck_assert_uint_eq(s.count, 9);
}
END_TEST

SUITE(stream, 20, everybody_hears_what_they_asked_for, one_too_many_is_refused,
      what_is_left_out_does_not_count, what_was_told_is_not_told_again)
