/* ssd_test.c - flash: the mapping is a bijection, and times that were added up by hand. */
#include "rig.h"
#include "../suite.h"

#include <fs/ssd.h>
#include <sim/rng.h>

/* A drive alone, without a queue. */
struct flash { struct disk_config c; struct drive d; void *memory; };

static void flash_start(struct flash *f, const char *name, uint64_t nsectors)
{
    struct arena a;

    memset(f, 0, sizeof *f);
    drive_default(&f->c, drive_find(name), RIG_UNIT);
    f->c.nsectors = nsectors;
    arena_init(&a, NULL, 0);
    ssd_init(&f->d, &a, &f->c);
    size_t size = (a.used + 63) & ~(size_t)63;
    f->memory = aligned_alloc(64, size);
    memset(f->memory, 0, size);
    arena_init(&a, f->memory, size);
    ssd_init(&f->d, &a, &f->c);
}

static ns_t flash_do(struct flash *f, enum blk_op op, uint64_t sector, uint32_t n, ns_t now)
{
    struct drive_command c = { .op = (uint8_t)op, .sector = sector, .nsectors = n };
    struct blk_service sv = { 0 };

    f->d.ops->serve(f->d.self, &c, now, &sv);
    ck_assert_int_ge(sv.done, now);
    return sv.done;
}

START_TEST(times_add_up)
{
    struct flash f;
    const ns_t read = 75000, program = 750000, bus = 24600;

    flash_start(&f, "mqsim", 131072);
    ck_assert_int_eq(flash_do(&f, BLK_READ, 0, 16, 0), read + bus);
    /* One page, in peace. */
    ns_t t = 1000000;
    ck_assert_int_eq(flash_do(&f, BLK_WRITE, 0, 16, t), t + bus + program);
    t += 10000000;
    ck_assert_int_eq(flash_do(&f, BLK_READ, 0, 16, t), t + read + bus);
    /* Eight pages lie on eight channels: no longer than one. */
    t += 10000000;
    ck_assert_int_eq(flash_do(&f, BLK_WRITE, 0, 8 * 16, t), t + bus + program);
    /* Pages 0 and 8 are two dies of one channel: the second waits for the bus. */
    t += 10000000;
    ck_assert_int_eq(flash_do(&f, BLK_WRITE, 0, 9 * 16, t), t + 2 * bus + program);
    /* Pages 0 and 64 are on one die: the second waits for the first program. */
    t += 10000000;
    flash_do(&f, BLK_WRITE, 0, 16, t);
    ck_assert_int_eq(flash_do(&f, BLK_WRITE, 64 * 16, 16, t), t + bus + 2 * program);
    /* A part of a page: the rest is read first. */
    t += 10000000;
    ck_assert_int_eq(flash_do(&f, BLK_WRITE, 0, 4, t), t + read + program);
    free(f.memory);
}
END_TEST

/* Random writes and discards over all sizes: every page has one place, and what is
 * mapped is what was written and not discarded. */
START_TEST(the_mapping_is_a_bijection)
{
    enum { SECTORS = 32768 };
    static const char *const names[] = { "mqsim", "femu" };

    for (unsigned k = 0; k < 2; k++) {
        struct flash f;
        bool there[SECTORS / 8] = { false };
        rng_t rng = rng_stream(k, "flash", 0);
        uint64_t want = 0;

        flash_start(&f, names[k], SECTORS);
        uint32_t page = f.c.ssd.page;
        for (unsigned i = 0; i < 40000; i++) {
            uint32_t n = 1 + (uint32_t)rng_below(&rng, 40);
            uint64_t at = rng_below(&rng, SECTORS - n);
            bool discard = rng_below(&rng, 8) == 0;

            flash_do(&f, discard ? BLK_DISCARD : BLK_WRITE, at, n, (ns_t)i * 1000);
            for (uint64_t p = at / page; p <= (at + n - 1) / page; p++)
                if (!discard)
                    there[p] = true;
                else if (p * page >= at && (p + 1) * page <= at + n)
                    there[p] = false;
            if (i % 1000 == 0)
                ck_assert(ssd_check(&f.d));
        }
        for (unsigned p = 0; p < SECTORS / page; p++)
            want += there[p];
        ck_assert(ssd_check(&f.d));
        ck_assert_uint_eq(ssd_mapped(&f.d), want);
        free(f.memory);
    }
}
END_TEST

/* The whole drive, again and again: in order nothing has to be moved; at random much. */
static double amplification(bool random, uint32_t spare)
{
    enum { SECTORS = 131072 };
    struct flash f;
    struct blk_stats st = { 0 };
    rng_t rng = rng_stream(5, "amplification", 0);

    flash_start(&f, "mqsim", SECTORS);
    f.c.ssd.spare = spare;
    struct arena a;
    arena_init(&a, NULL, 0);
    free(f.memory);
    ssd_init(&f.d, &a, &f.c);
    f.memory = calloc(1, a.used + 64);
    void *base = (void *)(((uintptr_t)f.memory + 63) & ~(uintptr_t)63);
    arena_init(&a, base, a.used);
    ssd_init(&f.d, &a, &f.c);
    for (unsigned i = 0; i < 8 * SECTORS / 16; i++)
        flash_do(&f, BLK_WRITE,
                 random ? rng_below(&rng, SECTORS / 16) * 16 : i % (SECTORS / 16) * 16, 16,
                 (ns_t)i * 1000);
    ck_assert(ssd_check(&f.d));
    f.d.ops->stats(f.d.self, &st);
    ck_assert_uint_eq(st.programmed, 8 * SECTORS / 16);
    free(f.memory);
    return (double)(st.programmed + st.moved) / (double)st.programmed;
}

START_TEST(write_amplification)
{
    double in_order = amplification(false, 70), tight = amplification(true, 70);
    double roomy = amplification(true, 280);

    ck_assert_double_eq_tol(in_order, 1.0, 1e-9);
    ck_assert_double_gt(tight, 1.5);
    ck_assert_double_gt(roomy, 1.0);
    ck_assert_double_lt(roomy, tight * 0.7);
}
END_TEST

/* Behind a queue: as many as its depth are worked on at once. */
START_TEST(depth_is_parallelism)
{
    static const uint32_t depth[2] = { 1, 32 };
    ns_t took[2];

    for (unsigned k = 0; k < 2; k++) {
        struct rig *g = malloc(sizeof *g);
        struct blk_request *r = calloc(256, sizeof *r);

        rig_config(g, "femu", "fcfs");
        g->c.nsectors = 65536;
        g->c.depth = depth[k];
        g->c.merge = false;
        rig_start(g);
        for (unsigned i = 0; i < 256; i++) {
            r[i] = (struct blk_request){ .op = BLK_WRITE, .nsectors = 8, .sector = i * 8,
                                         .owner = TID_NONE, .tag = i };
            rig_submit(g, &r[i]);
        }
        rig_run(g, NS_MAX - 1);
        ck_assert_uint_eq(g->ndone, 256);
        took[k] = g->now;
        rig_stop(g);
        free(r);
        free(g);
    }
    ck_assert_int_eq(took[0], 256 * 200000);
    ck_assert_int_eq(took[1], 256 / 32 * 200000);
}
END_TEST

SUITE(ssd, 60, times_add_up, the_mapping_is_a_bijection, write_amplification,
      depth_is_parallelism)
