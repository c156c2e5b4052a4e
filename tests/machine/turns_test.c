/* turns_test.c - whose turn it is, beside a list that is searched from end to end. */
#include "../suite.h"

#include <machine/turns.h>
#include <sim/rng.h>

enum { KERNELS = 40, CHANGES = 4000 };

static struct turns turns;
static struct due all[KERNELS];         /* the double: what each has to do */
static _Alignas(64) char memory[8192];

static void setup(uint32_t atonce)
{
    struct arena a;

    arena_init(&a, memory, sizeof memory);
    turns_build(&turns, &a, KERNELS, atonce);
    for (uint32_t i = 0; i < KERNELS; i++)
        all[i] = (struct due){ NS_MAX, due_place(TURN_AFTER, i) };
}

static void set(uint32_t order, ns_t at, enum turn turn)
{
    all[order] = (struct due){ at, due_place(turn, order) };
    turns_set(&turns, &all[order]);
}

/* The first of all but one; KERNELS: of all. */
static uint32_t first_but(uint32_t one)
{
    uint32_t best = KERNELS;

    for (uint32_t i = 0; i < KERNELS; i++)
        if (i != one && all[i].at < NS_MAX &&
            (best == KERNELS || all[i].at < all[best].at ||
             (all[i].at == all[best].at && all[i].place < all[best].place)))
            best = i;
    return best;
}

static void agree(const struct due *d, uint32_t with)
{
    if (with == KERNELS) {
        ck_assert_int_eq(d->at, NS_MAX);
        return;
    }
    ck_assert_uint_eq(due_order(d), with);
    ck_assert_int_eq(d->at, all[with].at);
    ck_assert(d->place == all[with].place);
}

/* Never more than `atonce` have something to do; who has changes all the time. */
static void changes_at_random(uint32_t atonce, uint64_t seed)
{
    rng_t r = rng_stream(seed, "turns", atonce);
    uint32_t busy = 0;

    setup(atonce);
    for (unsigned n = 0; n < CHANGES; n++) {
        uint32_t order = (uint32_t)rng_below(&r, KERNELS);
        bool was = all[order].at < NS_MAX, will = rng_below(&r, 3) > 0;

        if (will && !was && busy == atonce)
            continue;
        busy += will - was;
        set(order, will ? (ns_t)rng_below(&r, 20) : NS_MAX, (enum turn)rng_below(&r, 3));
        uint32_t first = first_but(KERNELS);
        agree(turns_first(&turns), first);
        struct due second = turns_second(&turns);
        agree(&second, first == KERNELS ? KERNELS : first_but(first));
    }
}

START_TEST(they_come_as_in_a_list)
{
    for (uint32_t atonce = 1; atonce <= KERNELS; atonce++)
        changes_at_random(atonce, atonce);
}
END_TEST

START_TEST(at_one_instant_the_place_decides)
{
    setup(3);
    set(7, 5, TURN_NORMAL);
    set(9, 5, TURN_CALLED);
    set(3, 5, TURN_AFTER);
    ck_assert_uint_eq(due_order(turns_first(&turns)), 9);
    set(9, NS_MAX, TURN_AFTER);
    ck_assert_uint_eq(due_order(turns_first(&turns)), 7);
    struct due second = turns_second(&turns);
    ck_assert_uint_eq(due_order(&second), 3);
}
END_TEST

SUITE(turns, 10, they_come_as_in_a_list, at_one_instant_the_place_decides)
