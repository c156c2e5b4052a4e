/* check_replacement.c - what is wrong with a replacement policy, before it is used.
 *
 * Built, and run over a string of references in which some pages are popular, at several
 * sizes; then over pools whose slots are pinned, dropped and resized, as page frames are.
 * In a process of its own, since nothing keeps it from crashing.
 */
#include <cmd/check_replacement.h>

#include <cmd/check_apart.h>
#include <cmd/plugged.h>
#include <host/pages.h>
#include <lab/refs.h>
#include <sim/rng.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { REFS = 4000, PAGES = 100, WRITE_EVERY = 3, SLOTS = 16, POOLS = 2, STEPS = 4000 };

static void refuse(struct check_verdict *v, const char *what, uint64_t n, const char *when)
{
    if (v->good)
        snprintf(v->note, sizeof v->note, "%" PRIu64 " %s %s", n, what, when);
    v->good = false;
}

/* --- a string of references --- */

static void over_string(struct check_verdict *v, const struct replace_config *c)
{
    static const uint32_t sizes[] = { 1, 2, 7, 64 };
    struct refs_run run, again;
    struct refs r;

    if (!refs_zipf(&r, REFS, PAGES, 1.0, WRITE_EVERY, 1) || !refs_next(&r)) {
        refuse(v, "bytes could not be had", sizeof r, "");
        return;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && v->good; i++) {
        char when[64];

        snprintf(when, sizeof when, "with %" PRIu32 " frames", sizes[i]);
        if (!refs_simulate(&r, c, sizes[i], 1, false, &run) ||
            !refs_simulate(&r, c, sizes[i], 1, false, &again))
            refuse(v, "frames could not be had", sizes[i], "");
        else if (run.bad)
            refuse(v, "impossible answers", run.bad, when);
        else if (run.faults != again.faults)
            refuse(v, "faults differ between two runs (does it read memory that nobody has "
                   "set, or keep pointers?)", run.faults > again.faults
                   ? run.faults - again.faults : again.faults - run.faults, when);
    }
    refs_free(&r);
}

/* --- pools --- */

/* Give up a page, or pin, unpin or drop one. */
static void shake(struct replacer *r, rng_t *rng, ns_t now)
{
    slot_t slot = (slot_t)rng_below(rng, SLOTS);
    unsigned pool = r->pool_of[slot];

    switch (pool == POOL_NONE ? 0 : rng_below(rng, 5)) {
    case 0: {
        const struct replace_page page = { .key = rng_below(rng, PAGES), .next = REPLACE_NEVER,
                                           .owner = TID_NONE, .ahead = rng_below(rng, 8) == 0 };
        slot_t victim;

        if (pool == POOL_NONE)
            replacer_insert(r, (unsigned)rng_below(rng, POOLS), slot, &page,
                            rng_below(rng, 2), now);
        else if ((victim = replacer_victim(r, pool, &page, now)) != SLOT_NONE)
            replacer_remove(r, victim, REPLACE_EVICTED, now);
        break;
    }
    case 1: replacer_pin(r, slot); break;
    case 2: replacer_unpin(r, slot); break;
    case 3: replacer_remove(r, slot, REPLACE_DROPPED, now); break;
    default: replacer_touch(r, slot, rng_below(rng, 2), REPLACE_NEVER, now); break;
    }
    if (rng_below(rng, 50) == 0)
        replacer_resize(r, (unsigned)rng_below(rng, POOLS), 1 + (slot_t)rng_below(rng, SLOTS));
    replacer_advance(r, now);
}

static void over_pools(struct check_verdict *v, const struct replace_config *c)
{
    const struct replace_setup setup = { .nslots = SLOTS, .npools = POOLS, .interval = 10,
                                         .time_unit = 1, .seed = 1 };
    struct replacer r;
    struct arena a;
    rng_t rng = rng_stream(1, "check", 0);

    arena_init(&a, NULL, 0);
    replacer_init(&r, &a, c, &setup);
    size_t size = a.used;
    void *mem = pages_map(size);
    if (!mem) {
        refuse(v, "bytes could not be had", size, "");
        return;
    }
    arena_init(&a, mem, size);
    replacer_init(&r, &a, c, &setup);
    for (ns_t now = 0; now < STEPS; now++)
        shake(&r, &rng, now);
    if (r.faults)
        refuse(v, "impossible answers", r.faults, "where pages are pinned, dropped and in "
               "pools of their own");
    pages_unmap(mem, size);
}

static void attempt(struct check_verdict *v, const void *config)
{
    over_string(v, config);
    if (v->good)
        over_pools(v, config);
}

static enum err find(const char *spec, void *config, struct diag *diag)
{
    return replacement_find(spec, "", 1, config, diag);
}

int check_replacement(const char *file, bool quiet)
{
    struct replace_config config;
    const struct check_kind kind = { find, attempt, &config };

    return check_apart(file, quiet, &kind);
}
