/* refs_test.c - the short ways over a reference string hold against the policies: the same
 * faults, the same victims in the same order, the same writes. */
#include <lab/refs_dense.h>

#include "../suite.h"

#include <mm/replace/registry.h>
#include <sim/rng.h>
#include <stdlib.h>
#include <string.h>

static const char *const specs[] = {
    "lru", "random", "lfu", "arc", "opt", "s3-fifo", "s3-fifo:small=0.5:ghosts=0.2:move=1",
    "s3-fifo:small=0:ghosts=0", "s3-fifo:small=1:ghosts=1:move=3",
};

enum { SPECS = sizeof specs / sizeof *specs };

/* Drawn evenly, from a few, in a loop that is now and then left, or each twice. */
static uint32_t some_page(rng_t *rng, unsigned kind, size_t i, uint32_t npages)
{
    uint64_t x = rng_below(rng, npages), y = rng_below(rng, npages);

    switch (kind) {
    case 0: return (uint32_t)x;
    case 1: return (uint32_t)(x * y / npages);
    case 2: return rng_below(rng, 20) ? (uint32_t)(i % npages) : (uint32_t)x;
    default: return (uint32_t)(i / 2 * 7 % npages);
    }
}

static struct refs some_string(rng_t *rng)
{
    unsigned kind = (unsigned)rng_below(rng, 4);
    struct refs r = { .n = 1 + rng_below(rng, 3000),
                      .npages = 1 + (uint32_t)rng_below(rng, 120),
                      .writes = rng_below(rng, 2) };

    r.ref = malloc(r.n * sizeof *r.ref);
    for (size_t i = 0; i < r.n; i++) {
        bool write = r.writes && rng_below(rng, 3) == 0;

        r.ref[i] = some_page(rng, kind, i, r.npages) | (write ? REF_WRITE : 0);
    }
    ck_assert(refs_next(&r));
    return r;
}

static struct replace_config config(const char *spec)
{
    size_t name = strcspn(spec, ":");
    struct replace_config c;
    struct diag diag;

    ck_assert_int_eq(replace_parse(&c, replace_find(spec, name),
                                   spec[name] ? spec + name + 1 : "", 1, &diag), ERR_OK);
    return c;
}

static void ways_agree(const struct refs *r, const char *spec, uint32_t frames, uint64_t seed)
{
    struct replace_config c = config(spec);
    struct replace_ops stranger = *c.ops;       /* for which no short way is known */
    struct refs_run shorter, longer;

    ck_assert(refs_dense_for(c.ops, r) && !refs_dense_for(&stranger, r));
    ck_assert(refs_simulate(r, &c, frames, seed, true, &shorter));
    c.ops = &stranger;
    ck_assert(refs_simulate(r, &c, frames, seed, true, &longer));
    ck_assert_uint_eq(longer.bad, 0);
    ck_assert_msg(shorter.faults == longer.faults && shorter.evictions == longer.evictions &&
                  shorter.writes == longer.writes &&
                  !memcmp(shorter.victims, longer.victims,
                          longer.evictions * sizeof *longer.victims),
                  "%s, %u frames", spec, frames);
    free(shorter.victims);
    free(longer.victims);
}

START_TEST(short_ways_are_the_policies)
{
    rng_t rng = rng_stream(1, "strings", 0);

    for (unsigned k = 0; k < 160; k++) {
        struct refs r = some_string(&rng);

        for (unsigned i = 0; i < SPECS; i++)
            ways_agree(&r, specs[i], 1 + (uint32_t)rng_below(&rng, r.npages + 2), k);
        refs_free(&r);
    }
}
END_TEST

/* Long enough for lines to be full many times, and for all levels of opt's set. */
START_TEST(long_strings_too)
{
    struct refs r;

    ck_assert(refs_zipf(&r, 400000, 30000, 0.8, 7, 5) && refs_next(&r));
    for (unsigned i = 0; i < SPECS; i++)
        for (uint32_t frames = 3; frames < r.npages; frames *= 40)
            ways_agree(&r, specs[i], frames, 9);
    refs_free(&r);
}
END_TEST

SUITE(refs, 60, short_ways_are_the_policies, long_strings_too)
