/* race_test.c - the law of races against causal histories, and by hand.
 *
 * The double keeps, for each thread, fence and word of synchronisation, the set of all
 * accesses that happen before; two that conflict race iff the earlier one is not in the
 * later one's set. Source: Schwarz and Mattern, "Detecting Causal Relationships in
 * Distributed Computations" (1994). No clocks, no epochs, no cells.
 */
#include "../suite.h"

#include <sim/rng.h>
#include <stat/race.h>
#include <string.h>

enum { OPS = 120, THREADS = 5, WORDS = 3, BYTES = WORDS * 4, SPACE = 7, KEYS = 2,
       BASE = 0x10ffc };        /* the words lie on two pages */

/* --- the double --- */

struct set { bool has[OPS]; };

struct op { bool access, atomic, write; unsigned from, size; };

struct history {
    struct op op[OPS];
    unsigned n;
    struct set thread[THREADS], fenced[THREADS], word[WORDS], key[KEYS];
    bool recent[THREADS][WORDS];    /* read atomically since the last acquire fence */
    bool sync[WORDS], kernel[WORDS];
    bool raced[BYTES];
};

static void add(struct set *to, const struct set *from)
{
    for (unsigned i = 0; i < OPS; i++)
        to->has[i] |= from->has[i];
}

static bool overlap(const struct op *a, const struct op *b)
{
    return a->from < b->from + b->size && b->from < a->from + a->size;
}

static bool conflict(const struct op *a, const struct op *b)
{
    return a->access && b->access && overlap(a, b) &&
           ((a->write && !a->atomic) || (b->write && !b->atomic));
}

/* Is there an earlier access to one of its bytes that races with this one? */
static bool races(const struct history *h, unsigned t, unsigned now)
{
    for (unsigned i = 0; i < now; i++)
        if (!h->thread[t].has[i] && conflict(&h->op[i], &h->op[now]))
            return true;
    return false;
}

/* --- what the law says --- */

static struct race_pair said[OPS];
static unsigned nsaid;

static void hear(void *ctx, const struct race_pair *p)
{
    (void)ctx;
    said[nsaid++ % OPS] = *p;
}

/* --- both --- */

struct both {
    struct race_law *l;
    struct history h;
    uint32_t number[THREADS];   /* of the law; RACE_NOBODY: not there */
    uint32_t whose[OPS];
};

static uint32_t va_of(unsigned byte)
{
    return BASE + byte;
}

/* The last op is what thread t did: hold both answers against each other. */
static void judge(struct both *b, unsigned t)
{
    struct history *h = &b->h;
    unsigned now = h->n - 1;
    const struct op *o = &h->op[now];
    bool fresh = true, expected = races(h, t, now);

    for (unsigned i = o->from; i < o->from + o->size; i++)
        fresh &= !h->raced[i];
    ck_assert_uint_le(nsaid, 1);
    if (fresh)
        ck_assert_int_eq(nsaid, expected);
    if (nsaid) {
        unsigned was = said[0].was_site;

        ck_assert_uint_eq(said[0].now_site, now);
        ck_assert_uint_eq(said[0].now, b->number[t]);
        ck_assert_uint_eq(said[0].was, b->whose[was]);
        ck_assert_uint_eq(said[0].space, SPACE);
        ck_assert(!h->thread[t].has[was] && conflict(&h->op[was], o));
        ck_assert_uint_ge(said[0].va, va_of(o->from));
        ck_assert_uint_lt(said[0].va, va_of(o->from + o->size));
    }
    for (unsigned i = o->from; expected && i < o->from + o->size; i++) {
        struct op byte = { true, o->atomic, o->write, i, 1 };

        for (unsigned k = 0; k < now; k++)
            h->raced[i] |= !h->thread[t].has[k] && conflict(&h->op[k], &byte);
    }
    h->thread[t].has[now] = true;
    nsaid = 0;
}

static void begin(struct both *b, unsigned t, struct op o)
{
    b->whose[b->h.n] = b->number[t];
    b->h.op[b->h.n++] = o;
}

static void plain(struct both *b, unsigned t, unsigned from, unsigned size, bool write)
{
    struct history *h = &b->h;

    begin(b, t, (struct op){ true, false, write, from, size });
    (write ? race_write : race_read)(b->l, b->number[t], SPACE, va_of(from), size, h->n - 1);
    judge(b, t);
    for (unsigned w = from / 4; w <= (from + size - 1) / 4; w++) {
        if (write && h->sync[w])
            add(&h->word[w], &h->thread[t]);
        if (!write && h->kernel[w])
            add(&h->thread[t], &h->word[w]);
        else if (!write && h->sync[w])
            h->recent[t][w] = true;
    }
}

static void atomic(struct both *b, unsigned t, unsigned w, struct race_atomic a)
{
    struct history *h = &b->h;

    begin(b, t, (struct op){ true, true, a.how & RACE_STORE, w * 4, 4 });
    race_atomic(b->l, b->number[t], SPACE, va_of(w * 4), 4, a, h->n - 1);
    judge(b, t);
    h->sync[w] = true;
    if (a.how & RACE_LOAD) {
        if (a.acquire || h->kernel[w])
            add(&h->thread[t], &h->word[w]);
        else
            h->recent[t][w] = true;
    }
    if (a.how == RACE_STORE)
        h->word[w] = (struct set){ { false } };
    if (a.how & RACE_STORE)
        add(&h->word[w], a.release ? &h->thread[t] : &h->fenced[t]);
}

static void fence(struct both *b, unsigned t, bool acquire, bool release)
{
    struct history *h = &b->h;

    race_fence(b->l, b->number[t], acquire, release);
    for (unsigned w = 0; acquire && w < WORDS; w++) {
        if (h->recent[t][w])
            add(&h->thread[t], &h->word[w]);
        h->recent[t][w] = false;
    }
    if (release)
        h->fenced[t] = h->thread[t];
}

static void forked(struct both *b, unsigned t, unsigned child)
{
    b->number[child] = race_thread(b->l, b->number[t]);
    b->h.thread[child] = b->h.thread[t];
    b->h.fenced[child] = (struct set){ { false } };
    memset(b->h.recent[child], 0, sizeof b->h.recent[child]);
}

static void over(struct both *b, unsigned t, unsigned w)
{
    race_farewell(b->l, b->number[t], SPACE, va_of(w * 4));
    b->h.sync[w] = b->h.kernel[w] = true;
    add(&b->h.word[w], &b->h.thread[t]);
    race_end(b->l, b->number[t]);
    b->number[t] = RACE_NOBODY;
}

static void key(struct both *b, unsigned t, unsigned k, bool release)
{
    if (release) {
        race_release(b->l, b->number[t], RACE_KEY(1, k));
        add(&b->h.key[k], &b->h.thread[t]);
    } else {
        race_acquire(b->l, b->number[t], RACE_KEY(1, k));
        add(&b->h.thread[t], &b->h.key[k]);
    }
}

static void random_op(struct both *b, rng_t *r, unsigned t)
{
    unsigned size = 1u << rng_below(r, 3), from = (unsigned)rng_below(r, BYTES - size + 1);
    unsigned other = (unsigned)rng_below(r, THREADS), w = (unsigned)rng_below(r, WORDS);
    static const enum race_how hows[] = { RACE_LOAD, RACE_STORE, RACE_RMW };

    switch (rng_below(r, 10)) {
    case 0: case 1: case 2:
        plain(b, t, from, size, rng_below(r, 2));
        break;
    case 3:
        plain(b, t, w * 4, 4, rng_below(r, 2));
        break;
    case 4: case 5:
        atomic(b, t, w, (struct race_atomic){ hows[rng_below(r, 3)], rng_below(r, 2),
                                              rng_below(r, 2) });
        break;
    case 6:
        fence(b, t, rng_below(r, 2), rng_below(r, 2));
        break;
    case 7:
        key(b, t, (unsigned)rng_below(r, KEYS), rng_below(r, 2));
        break;
    case 8:
        if (b->number[other] == RACE_NOBODY)
            forked(b, t, other);
        break;
    default:
        if (t && rng_below(r, 4) == 0)
            over(b, t, w);
    }
}

static void random_trace(uint64_t seed)
{
    rng_t r = rng_stream(seed, "race", 0);
    struct both b = { .l = race_create(hear, NULL) };

    ck_assert_ptr_nonnull(b.l);
    for (unsigned t = 0; t < THREADS; t++)
        b.number[t] = RACE_NOBODY;
    b.number[0] = race_thread(b.l, RACE_NOBODY);
    while (b.h.n < OPS) {
        unsigned t = (unsigned)rng_below(&r, THREADS);

        if (b.number[t] != RACE_NOBODY)
            random_op(&b, &r, t);
    }
    ck_assert(!race_failed(b.l));
    race_destroy(b.l);
}

START_TEST(agrees_with_causal_histories)
{
    for (uint64_t seed = 0; seed < 1500; seed++)
        random_trace(seed);
}
END_TEST

/* Two threads of a new law, which do as the test says. */
static struct race_law *two(uint32_t *a, uint32_t *b)
{
    struct race_law *l = race_create(hear, NULL);

    nsaid = 0;
    *a = race_thread(l, RACE_NOBODY);
    *b = race_thread(l, *a);
    return l;
}

static const struct race_atomic take = { RACE_RMW, true, false }, give = { RACE_STORE, false, true };

START_TEST(a_lock_orders_and_its_absence_does_not)
{
    uint32_t a, b;
    struct race_law *l = two(&a, &b);

    race_atomic(l, a, 1, 0x100, 4, take, 1);
    race_write(l, a, 1, 0x200, 4, 2);
    race_atomic(l, a, 1, 0x100, 4, give, 3);
    race_atomic(l, b, 1, 0x100, 4, take, 4);
    race_write(l, b, 1, 0x200, 4, 5);
    ck_assert_uint_eq(nsaid, 0);
    race_read(l, a, 1, 0x203, 1, 6);    /* without the lock */
    ck_assert_uint_eq(nsaid, 1);
    ck_assert_uint_eq(said[0].was_site, 5);
    ck_assert_uint_eq(said[0].va, 0x203);
    race_destroy(l);
}
END_TEST

START_TEST(neighbours_do_not_meet)
{
    uint32_t a, b;
    struct race_law *l = two(&a, &b);

    race_write(l, a, 1, 0x100, 1, 1);
    race_write(l, b, 1, 0x101, 1, 2);
    race_write(l, a, 1, 0x102, 2, 3);
    race_write(l, b, 2, 0x100, 4, 4);   /* another space */
    ck_assert_uint_eq(nsaid, 0);
    race_write(l, b, 1, 0xfe, 4, 5);    /* crosses words: 0xfe .. 0x101 */
    ck_assert_uint_eq(nsaid, 1);
    ck_assert_uint_eq(said[0].va, 0x100);
    race_destroy(l);
}
END_TEST

START_TEST(what_is_forgotten_is_new)
{
    uint32_t a, b;
    struct race_law *l = two(&a, &b);

    race_write(l, a, 1, 0x1ffc, 4, 1);
    race_write(l, a, 1, 0x2000, 4, 2);
    race_write(l, a, 1, 0x3004, 1, 3);
    race_write(l, a, 1, 0x3008, 4, 4);
    race_forget(l, 1, 0x2000, 0x3008);
    race_write(l, b, 1, 0x2000, 4, 5);
    race_write(l, b, 1, 0x3004, 4, 6);
    ck_assert_uint_eq(nsaid, 0);
    race_write(l, b, 1, 0x1ffc, 4, 7);
    race_write(l, b, 1, 0x3008, 4, 8);
    ck_assert_uint_eq(nsaid, 2);
    race_forget(l, 1, 0, UINT64_C(1) << 32);
    race_write(l, a, 1, 0x3008, 4, 9);
    ck_assert_uint_eq(nsaid, 2);
    race_destroy(l);
}
END_TEST

/* A plain store frees the lock: one race, and what the lock protects is not another. */
START_TEST(a_lock_freed_by_a_plain_store_is_one_race)
{
    uint32_t a, b;
    struct race_law *l = two(&a, &b);

    race_atomic(l, a, 1, 0x100, 4, take, 1);
    race_atomic(l, b, 1, 0x100, 4, take, 2);    /* spins */
    race_write(l, a, 1, 0x200, 4, 3);
    race_write(l, a, 1, 0x100, 4, 4);
    ck_assert_uint_eq(nsaid, 1);
    race_atomic(l, b, 1, 0x100, 4, take, 5);
    race_write(l, b, 1, 0x200, 4, 6);
    ck_assert_uint_le(nsaid, 2);
    for (unsigned i = 0; i < nsaid; i++)
        ck_assert_uint_eq(said[i].va, 0x100);
    race_destroy(l);
}
END_TEST

/* Threads that come and go one after another have one index; their numbers differ. */
START_TEST(threads_come_and_go)
{
    uint32_t a, b;
    struct race_law *l = two(&a, &b);

    for (unsigned i = 0; i < 3000; i++) {
        race_write(l, b, 1, 0x100, 4, i);
        race_farewell(l, b, 1, 0x800);
        race_end(l, b);
        race_read(l, a, 1, 0x800, 4, i);
        race_write(l, a, 1, 0x100, 4, i);
        b = race_thread(l, a);
    }
    ck_assert_uint_eq(nsaid, 0);
    race_write(l, a, 1, 0x100, 4, 9000);
    race_write(l, b, 1, 0x100, 4, 9001);
    ck_assert_uint_eq(nsaid, 1);
    ck_assert_uint_eq(said[0].was, a);
    race_destroy(l);
}
END_TEST

SUITE(race, 30, agrees_with_causal_histories, a_lock_orders_and_its_absence_does_not,
      neighbours_do_not_meet, what_is_forgotten_is_new,
      a_lock_freed_by_a_plain_store_is_one_race, threads_come_and_go)
