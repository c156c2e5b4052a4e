/* Programs in memory that does not suffice, with everything that must hold checked between
 * steps: under every policy, with frames taken away at random, and with a swap drive of
 * which sectors fail. */
#include "../suite.h"
#include "guest.h"

#include <mm/replace/registry.h>
#include "../../src/kern/load.h"
#include "../../src/kern/memory.h"
#include "../../src/kern/pages.h"
#include <machine/inside.h>

enum { TIGHT = 20, TAKEN = 4 };

/* Frames that a test holds, so that allocations fail that would have succeeded. */
struct thief { rng_t rng; uint32_t frame[TAKEN], n; };

static void steal(struct thief *t, struct frames *f)
{
    bool take = rng_next(&t->rng) % 2;

    if (take && t->n < TAKEN && f->nfree)
        t->frame[t->n++] = frame_alloc(f);
    else if (!take && t->n)
        frame_drop(f, t->frame[--t->n]);
}

static void finish(struct guest *g, struct thief *t, unsigned fail_after)
{
    struct kern *k = &g->machine->kern;
    struct frames *f = &mm_of(k)->frames;
    unsigned steps = 0;

    while (!(g->end = machine_run(g->machine, NS_MAX, 20))) {
        ck_assert(kern_check(k));
        if (++steps % 20 == 1)
            ck_assert(memory_check_slots(k));
        if (t)
            steal(t, f);
        for (uint32_t s = 0; steps == fail_after && s < g->swap.frames; s += 2)
            storage_fail(&k->memory->swap, &(struct disk_fault){
                .kind = DISK_BAD_SECTOR, .sector = s * 8, .nsectors = 8 }, machine_now(g->machine));
    }
    while (t && t->n)
        frame_drop(f, t->frame[--t->n]);
    ck_assert(kern_check(k) && memory_check_slots(k));
    ck_assert_int_eq(g->end, MACHINE_DONE);
    ck_assert_uint_eq(f->nfree, g->frames - 1);         /* the trampoline stays */
    ck_assert_uint_eq(k->memory->pager.nused, 0);
    g->out[g->nout] = 0;
    guest_close(g);
}

static struct guest *guest_for(const char *elf, const char *seed, const char *rounds)
{
    struct guest *g = calloc(1, sizeof *g);

    *g = (struct guest){ .elf = elf, .argv = { "swap", seed, rounds }, .frames = 4096 };
    return g;
}

/* In tight memory. */
static struct guest *tight(const char *elf, const char *seed, const char *rounds,
                           const struct replace_ops *ops, uint32_t cluster)
{
    struct guest *g = guest_for(elf, seed, rounds);

    g->frames = TIGHT;
    g->swap = (struct swap_config){ .frames = 101, .readahead = cluster / 2,
                                    .cluster = cluster };
    g->replacement = ops;
    guest_open(g);
    return g;
}

static bool build(char *elf)
{
    char command[100];
    int fd = mkstemp(elf);

    ck_assert_int_ge(fd, 0);
    snprintf(command, sizeof command, "./ossim asm tests/programs/swap.c -o %s 2>/dev/null", elf);
    return system(command) == 0;        /* without a compiler swap.py says so, loudly */
}

START_TEST(what_was_written_is_read_back)
{
    char elf[] = "/tmp/ossim-paging-XXXXXX";

    const struct replace_ops *ops;
    unsigned swapped = 0;
    bool built = build(elf);

    for (unsigned i = 0; built && (ops = replace_builtin(i)); i++) {
        struct guest *calm, *g;
        struct thief thief = { .rng = rng_stream(i, "thief", 0) };

        if (ops->flags & REPLACE_FORESIGHT)
            continue;
        calm = guest_for(elf, "5", "8");
        guest_run(calm);
        g = tight(elf, "5", "8", ops, 1 + i % 3 * 4);
        finish(g, &thief, 0);
        ck_assert_msg(!g->status && !g->signal && strcmp(g->out, calm->out) == 0,
                      "%s: %d, %d, \"%s\" instead of \"%s\"", ops->name, g->status,
                      g->signal, g->out, calm->out);
        swapped += g->count[EV_SWAP_OUT];
        free(g);
        free(calm);
    }
    remove(elf);
    ck_assert(!built || swapped > 50);
}
END_TEST

/* Every other slot fails, at one time or another: what is written there is kept and goes
 * elsewhere; what can only be read there is a SIGBUS for him who needs it. Nothing wrong is
 * ever read. */
START_TEST(a_bad_swap_drive_is_a_signal)
{
    char elf[] = "/tmp/ossim-paging-XXXXXX";
    unsigned good = 0, bus = 0;
    bool built = build(elf);

    for (unsigned after = 1; built && after < 400; after += 40) {
        struct guest *g = tight(elf, "7", "8", replace_find("clock", 5), 1 + after % 3);

        finish(g, NULL, after);
        ck_assert_msg(!strstr(g->out, " is ") || strstr(g->out, "status is "), "%s", g->out);
        good += !g->status && !g->signal;
        bus += g->signal == G_SIGBUS || strstr(g->out, "status is 7");
        free(g);
    }
    remove(elf);
    if (good + bus > 0) {
        ck_assert_uint_gt(good, 0);
        ck_assert_uint_gt(bus, 0);
    }
}
END_TEST

SUITE(paging, 120, what_was_written_is_read_back, a_bad_swap_drive_is_a_signal)
