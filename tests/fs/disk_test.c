/* disk_test.c - drives with an arm, against numbers that were worked out by hand. */
#include "rig.h"
#include "../suite.h"

#include <fs/disk.h>
#include <math.h>
#include <sim/rng.h>

static const struct hdd_params *params(const char *name)
{
    return &drive_find(name)->hdd;
}

/* Within 1.5 ns of the formula of Ruemmler and Wilkes. */
START_TEST(hp_97560_seek_curve)
{
    const struct hdd_params *p = params("hp-97560");

    ck_assert_int_eq(hdd_seek(p, 0), 0);
    for (unsigned d = 1; d < 1962; d++) {
        double ms = d <= 383 ? 3.24 + .400 * sqrt(d) : 8.00 + .008 * d;

        ck_assert_double_eq_tol((double)hdd_seek(p, d), ms * 1e6, 1.5);
    }
    ck_assert_int_eq(hdd_seek(p, 4), 4040000);
    ck_assert_int_eq(hdd_seek(p, 100), 7240000);
    ck_assert_int_eq(hdd_seek(p, 1000), 16000000);
}
END_TEST

START_TEST(cheetah_seek_curve)
{
    const struct hdd_params *p = params("cheetah-9lp");

    ck_assert_int_eq(hdd_seek(p, 1), 831000);
    for (unsigned d = 2; d < 6962; d++) {
        double ms = d < 1200 ? 1.083 + .0966 * sqrt(d) : 3.110 + .001079 * d;

        ck_assert_double_eq_tol((double)hdd_seek(p, d), ms * 1e6, 1.5);
    }
    /* 9.1 GB, and every sector has a place of its own. */
    ck_assert_uint_gt(hdd_sectors(p), 17500000);
    ck_assert_uint_lt(hdd_sectors(p), 18100000);
}
END_TEST

START_TEST(sectors_go_round_the_drive_in_order)
{
    const struct hdd_params *p = params("cheetah-9lp");
    struct hdd_place last = hdd_locate(p, 0);
    uint64_t n = hdd_sectors(p);

    for (uint64_t s = 1; s < n; s += s < 100000 || s > n - 100000 ? 1 : 9973) {
        struct hdd_place at = hdd_locate(p, s);

        ck_assert(at.cylinder >= last.cylinder && at.track_sectors <= last.track_sectors);
        ck_assert(at.sector < at.track_sectors && at.surface < p->surfaces);
        if (s < 100000 && at.sector != 0)
            ck_assert(at.sector == last.sector + 1 && at.surface == last.surface);
        last = at;
    }
    ck_assert_uint_eq(last.cylinder, p->cylinders - 1);
    last = hdd_locate(p, n - 1);
    ck_assert_uint_eq(last.surface, p->surfaces - 1);
    ck_assert_uint_eq(last.sector, last.track_sectors - 1);
}
END_TEST

/* --- OSTEP, "Hard Disk Drives": its homework's drive --- */

struct ostep { const char *sched; uint32_t blocks[5]; uint32_t skew; ns_t per_track;
               ns_t seek, rotation, transfer; };

/* Three tracks of twelve blocks, one degree a unit of time, 40 units between tracks; the
 * head begins over the middle of block 6. */
static void ostep_config(struct rig *g, const struct ostep *k)
{
    rig_config(g, "hp-97560", k->sched);
    g->c.merge = false;
    g->c.hdd = (struct hdd_params){
        .cylinders = 3, .surfaces = 1, .zones = 1, .outer = 12, .inner = 12,
        .revolution = 360, .phase = 195, .knee = 1, .seek_per = k->per_track,
        .cylinder_skew = k->skew,
    };
    g->c.nsectors = 36;
}

static void ostep_run(const struct ostep *k)
{
    struct blk_request r[5] = { 0 };
    struct rig *g = malloc(sizeof *g);
    struct blk_stats st;
    uint32_t n = 0;

    ostep_config(g, k);
    rig_start(g);
    for (; k->blocks[n]; n++) {
        r[n] = (struct blk_request){ .op = BLK_READ, .nsectors = 1, .owner = TID_NONE,
                                     .sector = k->blocks[n] };
        rig_submit(g, &r[n]);
    }
    rig_run(g, NS_MAX - 1);
    blk_stats(&g->s.dev, &st);
    ck_assert_int_eq(st.seek, k->seek);
    ck_assert_int_eq(st.rotation, k->rotation);
    ck_assert_int_eq(st.transfer, k->transfer);
    ck_assert_int_eq(g->now, k->seek + k->rotation + k->transfer);
    ck_assert_int_eq(st.busy, g->now);
    rig_stop(g);
    free(g);
}

START_TEST(ostep_homework)
{
    static const struct ostep cases[] = {
        { "fcfs", { 6 }, 0, 40, 0, 345, 30 },
        { "fcfs", { 30 }, 0, 40, 80, 265, 30 },
        { "fcfs", { 10 }, 0, 40, 0, 105, 30 },
        { "fcfs", { 10, 11 }, 0, 40, 0, 105, 60 },
        { "fcfs", { 10, 18 }, 0, 40, 40, 275, 60 },
        { "fcfs", { 7, 30, 8 }, 0, 40, 160, 545, 90 },
        { "fcfs", { 7, 30, 8 }, 0, 20, 80, 625, 90 },
        { "fcfs", { 7, 30, 8 }, 0, 4, 16, 329, 90 },
        { "sstf", { 7, 30, 8 }, 0, 40, 80, 205, 90 },
        { "satf", { 7, 30, 8 }, 0, 40, 80, 205, 90 },
        { "fcfs", { 10, 11, 12, 13 }, 0, 40, 40, 425, 120 },
        { "fcfs", { 10, 11, 12, 13 }, 1, 40, 40, 455, 120 },
        /* Skewed by as much as the seek takes, nothing is lost. */
        { "fcfs", { 10, 11, 12, 13 }, 2, 40, 40, 125, 120 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ostep_run(&cases[i]);
}
END_TEST

/* --- laws --- */

/* With the drive's own skew, reading on over tracks and cylinders loses no revolution:
 * the whole takes hardly longer than the sectors pass under the head. */
START_TEST(sequential_reading_runs_at_the_media_rate)
{
    static const char *const names[] = { "cheetah-9lp", "hp-97560" };

    for (unsigned k = 0; k < 2; k++) {
        struct rig *g = malloc(sizeof *g);
        struct blk_request r = { .op = BLK_READ, .owner = TID_NONE };
        struct blk_stats st;

        rig_config(g, names[k], "fcfs");
        uint32_t track = g->c.hdd.outer, tracks = 3 * g->c.hdd.surfaces;
        r.nsectors = track * tracks;
        rig_start(g);
        rig_submit(g, &r);
        rig_run(g, NS_MAX - 1);
        blk_stats(&g->s.dev, &st);
        ck_assert_int_eq(st.transfer, g->c.hdd.revolution * tracks);
        /* Waits: once at the start, then less than a sector a track. */
        ck_assert_int_lt(st.rotation, g->c.hdd.revolution
                                      + tracks * (g->c.hdd.revolution / track + 1));
        rig_stop(g);
        free(g);
    }
}
END_TEST

/* The track buffer: the second half of a track costs no second revolution. */
START_TEST(the_track_buffer_reads_on)
{
    struct blk_request a = { .op = BLK_READ, .nsectors = 8, .owner = TID_NONE };
    struct blk_request b = { .op = BLK_READ, .nsectors = 8, .sector = 8, .owner = TID_NONE };
    ns_t took[2];

    for (unsigned k = 0; k < 2; k++) {
        struct rig *g = malloc(sizeof *g);

        rig_config(g, "hp-97560", "fcfs");
        if (k)
            g->c.hdd.buffer = 0;
        rig_start(g);
        rig_submit(g, &a);
        rig_run(g, NS_MAX - 1);
        ns_t first = g->now;
        rig_submit(g, &b);
        rig_run(g, NS_MAX - 1);
        took[k] = g->now - first;
        rig_stop(g);
        free(g);
    }
    /* Eight sectors take 1.67 ms under the head, less than the controller's 2.2 ms: they
     * are there when it asks, and 8 x 51.2 us go over the bus. */
    ck_assert_int_eq(took[0], 2200000 + 8 * 51200);
    ck_assert_int_gt(took[1], params("hp-97560")->revolution);
}
END_TEST

/* What SATF picks is never worse than any other that is queued: a double asks for all. */
static void satf_run(const char *name)
{
    struct rig *g = malloc(sizeof *g);
    struct blk_request r[24] = { 0 };
    rng_t rng = rng_stream(7, "satf", 0);
    struct arena a;
    struct drive d;
    void *memory = aligned_alloc(64, 65536);

    memset(memory, 0, 65536);
    rig_config(g, name, "satf");
    g->c.merge = false;
    rig_start(g);
    for (unsigned i = 0; i < 24; i++) {
        r[i] = (struct blk_request){ .op = BLK_READ, .nsectors = 1, .tag = i,
            .owner = TID_NONE, .sector = rng_below(&rng, g->c.nsectors - 8) };
        rig_submit(g, &r[i]);
    }
    rig_run(g, NS_MAX - 1);

    arena_init(&a, memory, 65536);
    disk_init(&d, &a, &g->c);
    bool done[24] = { false };
    ns_t now = 0;
    for (unsigned k = 0; k < 24; k++) {
        struct drive_command c = { .op = BLK_READ, .nsectors = 1 };
        struct blk_service sv = { 0 };
        ns_t best = NS_MAX, mine = NS_MAX;

        for (unsigned i = 0; i < 24; i++) {
            ns_t t = done[i] ? NS_MAX : d.ops->access(d.self, r[i].sector, 1, now);

            best = t < best ? t : best;
            if (i == g->order[k])
                mine = t;
        }
        ck_assert_int_eq(mine, best);
        c.sector = r[g->order[k]].sector;
        d.ops->serve(d.self, &c, now, &sv);
        ck_assert_int_eq(sv.seek + sv.rotation, best);
        now = sv.done;
        done[g->order[k]] = true;
    }
    ck_assert_int_eq(now, g->now);
    rig_stop(g);
    free(memory);
    free(g);
}
START_TEST(satf_is_greedy)
{
    satf_run("cheetah-9lp");
    satf_run("hp-97560");
}
END_TEST

/* Reordering inside the drive: the deeper, the sooner all is done; and nobody starves. */
START_TEST(depth_inside_the_drive_saves_time)
{
    ns_t took[3];
    static const uint32_t depth[3] = { 1, 4, 32 };

    for (unsigned k = 0; k < 3; k++) {
        struct rig *g = malloc(sizeof *g);
        struct blk_request *r = calloc(400, sizeof *r);
        rng_t rng = rng_stream(3, "depth", 0);

        rig_config(g, "cheetah-9lp", "fcfs");
        g->c.depth = depth[k];
        g->c.slots = 512;
        rig_start(g);
        for (unsigned i = 0; i < 400; i++) {
            r[i] = (struct blk_request){ .op = BLK_READ, .nsectors = 8, .tag = i,
                .owner = TID_NONE, .sector = rng_below(&rng, g->c.nsectors - 8) };
            rig_submit(g, &r[i]);
        }
        rig_run(g, NS_MAX - 1);
        ck_assert_uint_eq(g->ndone, 400);
        for (unsigned i = 0; i < 400; i++)
            ck_assert_uint_lt(g->order[i], i + 5 * depth[k]);
        took[k] = g->now;
        rig_stop(g);
        free(r);
        free(g);
    }
    ck_assert_int_lt(took[1] * 10, took[0] * 9);
    ck_assert_int_lt(took[2] * 10, took[1] * 9);
}
END_TEST

/* Neighbours of one owner become one access. */
START_TEST(neighbours_are_merged)
{
    struct rig *g = malloc(sizeof *g);
    struct blk_request r[16] = { 0 };
    struct blk_stats st;

    rig_config(g, "hp-97560", "fcfs");
    rig_start(g);
    for (unsigned i = 0; i < 16; i++) {
        r[i] = (struct blk_request){ .op = BLK_WRITE, .nsectors = 2, .sector = 500 + 2 * i,
                                     .owner = i < 12 ? 1 : 2, .tag = i };
        rig_submit(g, &r[i]);
    }
    rig_run(g, NS_MAX - 1);
    blk_stats(&g->s.dev, &st);
    ck_assert_uint_eq(st.served, 2);
    ck_assert_uint_eq(st.requests, 16);
    ck_assert_uint_eq(st.sectors_written, 32);
    rig_stop(g);
    free(g);
}
END_TEST

/* --- contents --- */

/* Random writes, discards and reads over an image, against a plain copy in memory. */
START_TEST(what_was_written_is_read)
{
    enum { SECTORS = 4096 };
    struct rig *g = malloc(sizeof *g);
    uint8_t *image = malloc(SECTORS * BLK_SECTOR / 2), *copy = calloc(SECTORS, BLK_SECTOR);
    uint8_t *buf = malloc(64 * BLK_SECTOR);
    rng_t rng = rng_stream(1, "contents", 0);

    for (unsigned i = 0; i < SECTORS * BLK_SECTOR / 2; i++)
        image[i] = (uint8_t)rng_next(&rng);
    memcpy(copy, image, SECTORS * BLK_SECTOR / 2);
    rig_config(g, "hp-97560", "look");
    g->c.nsectors = SECTORS;
    g->c.stored = true;
    g->c.image = image;
    g->c.image_size = SECTORS * BLK_SECTOR / 2;
    rig_start(g);
    for (unsigned i = 0; i < 3000; i++) {
        struct blk_request r = { .op = (uint8_t)rng_below(&rng, 4), .data = buf,
            .nsectors = 1 + (uint32_t)rng_below(&rng, 63), .owner = TID_NONE };

        r.sector = rng_below(&rng, SECTORS - r.nsectors + 1);
        size_t at = r.sector * BLK_SECTOR, n = r.nsectors * BLK_SECTOR;
        for (size_t b = 0; r.op == BLK_WRITE && b < n; b++)
            buf[b] = (uint8_t)rng_next(&rng);
        rig_submit(g, &r);
        rig_run(g, NS_MAX - 1);
        ck_assert_int_eq(r.status, BLK_OK);
        if (r.op == BLK_READ)
            ck_assert_mem_eq(buf, copy + at, n);
        else if (r.op == BLK_WRITE)
            memcpy(copy + at, buf, n);
        else if (r.op == BLK_DISCARD)
            memset(copy + at, 0, n);
        g->ndone = g->nstarted = 0;
    }
    uint8_t *all = malloc(SECTORS * BLK_SECTOR);
    ck_assert(blk_peek(&g->s.dev, 0, SECTORS, all));
    ck_assert_mem_eq(all, copy, SECTORS * BLK_SECTOR);
    ck_assert(!blk_peek(&g->s.dev, SECTORS, 1, buf));
    ck_assert(!blk_poke(&g->s.dev, SECTORS - 1, 2, buf));
    rig_stop(g);
    free(all), free(image), free(copy), free(buf), free(g);
}
END_TEST

START_TEST(out_of_range_is_an_error)
{
    struct rig *g = malloc(sizeof *g);
    struct blk_request bad[3] = { 0 };

    rig_config(g, "hp-97560", "sstf");
    rig_start(g);
    bad[0] = (struct blk_request){ .op = BLK_READ, .nsectors = 0, .sector = 5 };
    bad[1] = (struct blk_request){ .op = BLK_READ, .nsectors = 2,
                                   .sector = g->c.nsectors - 1 };
    bad[2] = (struct blk_request){ .op = BLK_WRITE, .nsectors = UINT32_MAX, .sector = 1 };
    for (unsigned i = 0; i < 3; i++)
        rig_submit(g, &bad[i]);
    rig_run(g, NS_MAX - 1);
    ck_assert_uint_eq(g->ndone, 3);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(bad[i].status, BLK_IO_ERROR);
    rig_stop(g);
    free(g);
}
END_TEST

SUITE(disk, 60, hp_97560_seek_curve, cheetah_seek_curve, sectors_go_round_the_drive_in_order,
      ostep_homework, sequential_reading_runs_at_the_media_rate, the_track_buffer_reads_on,
      satf_is_greedy, depth_inside_the_drive_saves_time, neighbours_are_merged,
      what_was_written_is_read, out_of_range_is_an_error)
