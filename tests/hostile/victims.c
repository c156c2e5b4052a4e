/* victims.c - replacement policies that crash, loop, lie and write where they should not: a
 * second chance in frame order, and KIND says what is wrong with it. */
#include <ossim/replace.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct circle { struct replace_bits bits; slot_t nslots, hand; uint8_t here[]; };

static volatile int zero;

static size_t state_size(const struct replace_params *p)
{
#ifdef GREEDY
    return (size_t)1 << 40;
#endif
    return sizeof(struct circle) + p->nslots;
}

static void init(void *pool, const struct replace_params *p)
{
    struct circle *c = pool;

    c->bits = p->bits;
    c->nslots = p->nslots;
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct circle *c = pool;

    (void)page, (void)now;
    c->here[slot] = 1;
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct circle *c = pool;

    (void)incoming, (void)now;
#if defined CRASHES
    *(volatile int *)8 = 1;
#elif defined DIVIDES
    return (slot_t)(7 / zero);
#elif defined LOOPS
    for (;;)
        zero++;
#elif defined EXITS
    exit(0);
#elif defined KILLS
    kill(getpid(), SIGKILL);
#elif defined OVERRUNS
    for (size_t i = 0; i < 1 << 16; i++)
        c->here[c->nslots + i] = 1;
#elif defined FORGETS
    for (slot_t s = 0; s < c->nslots; s++)
        c->bits.of[s] = 0;
#elif defined FAR
    return c->nslots + 7;
#elif defined EMPTY
    return SLOT_NONE;
#endif
    for (uint64_t i = 0; i < 2 * (uint64_t)c->nslots; i++) {
        slot_t s = c->hand;

        c->hand = (c->hand + 1) % c->nslots;
        if (c->here[s] && !replace_pinned(&c->bits, s) && !replace_test_and_clear(&c->bits, s))
            return s;
    }
    return SLOT_NONE;
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct circle *c = pool;

    (void)why, (void)now;
    c->here[slot] = 0;
}

const struct replace_ops ossim_replacement = {
#ifdef OLD
    .abi = REPLACE_ABI + 1,
#else
    .abi = REPLACE_ABI,
#endif
    .name = "victims", .state_size = state_size, .init = init, .insert = insert,
#ifndef LACKS
    .victim = victim,
#endif
    .remove = leave,
};
