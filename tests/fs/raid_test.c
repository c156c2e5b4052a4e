/* raid_test.c - arrays against a plain copy: whole, degraded and while they are filled. */
#include "rig.h"
#include "../suite.h"

#include <fs/raid.h>
#include <sim/rng.h>

enum { CHUNK = 8, EACH = 512 };

struct array { struct rig g; struct disk_config member; };

static void array_on(struct array *x, const char *drive, uint32_t level, uint32_t n,
                     uint32_t failed, bool rebuild)
{
    rig_config(&x->g, drive, "look");
    x->member = x->g.c;
    x->member.nsectors = EACH;
    x->member.stored = true;
    x->g.c = (struct disk_config){ .model = DISK_RAID, .level = level, .members = n,
        .chunk = CHUNK, .failed = failed, .rebuild = rebuild, .member = &x->member,
        .stored = true,
        .nsectors = level == 0 ? EACH * n : level == 1 ? EACH : EACH * (n - 1) };
    rig_start(&x->g);
}

static void array_start(struct array *x, uint32_t level, uint32_t n, uint32_t failed,
                        bool rebuild)
{
    array_on(x, "hp-97560", level, n, failed, rebuild);
}

/* The sectors of all members of a row, summed up, are zero. */
static void parity_holds(const struct array *x, uint32_t but)
{
    for (uint32_t s = 0; s < EACH; s++) {
        uint8_t sum[BLK_SECTOR] = { 0 }, one[BLK_SECTOR];

        for (uint32_t m = 0; m < x->g.c.members; m++) {
            struct blkdev d = ioqueue_device(x->g.s.queue[m]);

            ck_assert(blk_peek(&d, s, 1, one));
            for (unsigned b = 0; b < BLK_SECTOR; b++)
                sum[b] ^= one[b];
        }
        for (unsigned b = 0; b < BLK_SECTOR && but == UINT32_MAX; b++)
            ck_assert_msg(sum[b] == 0, "sector %u, byte %u", s, b);
    }
}

static void fill_random(uint8_t *to, size_t n, rng_t *rng)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)rng_next(rng);
}

/* Something is on it; and anything on the drive that is missing, or put in for it. */
static void contents(struct array *x, uint8_t *copy, rng_t *rng)
{
    fill_random(copy, x->g.c.nsectors * BLK_SECTOR, rng);
    ck_assert(blk_poke(&x->g.s.dev, 0, (uint32_t)x->g.c.nsectors, copy));
    for (uint32_t s = 0; x->g.c.failed && s < EACH; s++) {
        struct blkdev d = ioqueue_device(x->g.s.queue[x->g.c.failed - 1]);
        uint8_t junk[BLK_SECTOR];

        fill_random(junk, sizeof junk, rng);
        ck_assert(blk_poke(&d, s, 1, junk));
    }
}

/* Many requests in flight, no two on one sector, against a copy; then all is read. */
static void rounds_against_copy(uint32_t level, uint32_t n, uint32_t failed, bool rebuild,
                                unsigned rounds, unsigned seed)
{
    enum { AT_ONCE = 24, MOST = 44 };
    struct array *x = calloc(1, sizeof *x);
    rng_t rng = rng_stream(level * 100 + failed + seed * 1000, "raid", n);

    array_start(x, level, n, failed, rebuild);
    uint64_t size = x->g.c.nsectors;
    uint8_t *copy = calloc(size, BLK_SECTOR), *all = calloc(size, BLK_SECTOR);
    contents(x, copy, &rng);
    uint8_t *data = calloc(AT_ONCE * MOST, BLK_SECTOR), *want = calloc(AT_ONCE * MOST, BLK_SECTOR);
    for (unsigned round = 0; round < rounds; round++) {
        struct blk_request r[AT_ONCE] = { 0 };

        for (unsigned i = 0; i < AT_ONCE; i++) {
            uint64_t from = size * i / AT_ONCE, room = size / AT_ONCE;
            uint64_t most = room - 1 < MOST ? room - 1 : MOST;

            r[i] = (struct blk_request){ .op = (uint8_t)rng_below(&rng, 4), .owner = i,
                .nsectors = 1 + (uint32_t)rng_below(&rng, most - 1), .tag = i,
                .data = data + (size_t)i * MOST * BLK_SECTOR };
            r[i].sector = from + rng_below(&rng, room - r[i].nsectors);
            uint8_t *at = copy + r[i].sector * BLK_SECTOR;
            size_t bytes = r[i].nsectors * BLK_SECTOR;
            if (r[i].op == BLK_WRITE) {
                fill_random(r[i].data, bytes, &rng);
                memcpy(at, r[i].data, bytes);
            } else if (r[i].op == BLK_DISCARD)
                memset(at, 0, bytes);
            memcpy(want + (size_t)i * MOST * BLK_SECTOR, at, bytes);
            rig_submit(&x->g, &r[i]);
            if (rng_below(&rng, 3) == 0)
                rig_run(&x->g, x->g.now + (ns_t)rng_below(&rng, 20000000));
        }
        rig_run(&x->g, NS_MAX - 1);
        ck_assert_uint_eq(x->g.ndone, AT_ONCE);
        for (unsigned i = 0; i < AT_ONCE; i++) {
            ck_assert_int_eq(r[i].status, BLK_OK);
            if (r[i].op == BLK_READ)
                ck_assert_mem_eq(r[i].data, want + (size_t)i * MOST * BLK_SECTOR,
                                 r[i].nsectors * BLK_SECTOR);
        }
        x->g.ndone = x->g.nstarted = 0;
        ck_assert(blk_peek(&x->g.s.dev, 0, (uint32_t)size, all));
        ck_assert_mem_eq(all, copy, size * BLK_SECTOR);
    }
    if (level == 5 && (!failed || rebuild))
        parity_holds(x, UINT32_MAX);
    rig_stop(&x->g);
    free(copy), free(all), free(data), free(want), free(x);
}

static void against_copy(uint32_t level, uint32_t n, uint32_t failed, bool rebuild)
{
    rounds_against_copy(level, n, failed, rebuild, 30, 0);
}

START_TEST(whole_arrays)
{
    against_copy(0, 2, 0, false);
    against_copy(0, 5, 0, false);
    against_copy(1, 2, 0, false);
    against_copy(1, 3, 0, false);
    against_copy(5, 3, 0, false);
    against_copy(5, 5, 0, false);
}
END_TEST

START_TEST(degraded_arrays)
{
    against_copy(1, 2, 1, false);
    against_copy(1, 3, 3, false);
    for (uint32_t failed = 1; failed <= 4; failed++)
        against_copy(5, 4, failed, false);
}
END_TEST

/* After the first round it is full. */
START_TEST(arrays_being_filled)
{
    for (unsigned seed = 0; seed < 8; seed++) {
        rounds_against_copy(1, 2, 1 + seed % 2, true, 2, seed);
        rounds_against_copy(5, 4, 1 + seed % 4, true, 2, seed);
    }
}
END_TEST

/* A mirror has no chunks, so a request can lie across what is filled, what is being filled and
 * what is not: each is of three rows and begins in the last that is filled, or in the one after. */
START_TEST(across_the_border_of_filling)
{
    struct array *x = calloc(1, sizeof *x);
    rng_t rng = rng_stream(3, "border", 0);
    static uint8_t copy[EACH * BLK_SECTOR], one[EACH * BLK_SECTOR];
    static uint8_t data[3 * CHUNK * BLK_SECTOR];
    unsigned crossed = 0;

    array_on(x, "fixed", 1, 2, 2, true);
    contents(x, copy, &rng);
    for (unsigned k = 0; raid_rebuilt(x->g.s.raid) + 4 * CHUNK < EACH; k++) {
        uint64_t border = raid_rebuilt(x->g.s.raid), at = border - (border && k & 2 ? CHUNK : 0);
        struct blk_request r = { .op = k & 1 ? BLK_READ : BLK_WRITE, .sector = at,
                                 .nsectors = 3 * CHUNK, .data = data };

        fill_random(data, sizeof data, &rng);
        if (r.op == BLK_WRITE)
            memcpy(copy + at * BLK_SECTOR, data, sizeof data);
        rig_submit(&x->g, &r);
        for (uint32_t n = x->g.ndone; x->g.ndone == n;)
            rig_run(&x->g, blk_due(&x->g.s.dev));
        ck_assert_mem_eq(data, copy + at * BLK_SECTOR, sizeof data);
        crossed += at < border;
        rig_run(&x->g, x->g.now + (ns_t)rng_below(&rng, 3) * x->member.latency / 2);
    }
    ck_assert_uint_gt(crossed, 8);
    rig_run(&x->g, NS_MAX - 1);
    for (uint32_t m = 0; m < 2; m++) {
        struct blkdev d = ioqueue_device(x->g.s.queue[m]);

        ck_assert(blk_peek(&d, 0, EACH, one));
        ck_assert_mem_eq(one, copy, sizeof copy);
    }
    rig_stop(&x->g);
    free(x);
}
END_TEST

/* What is written before a drive is lost is there when its replacement is full: the data
 * of all others is copied into an array that lacks one. */
START_TEST(parity_gives_the_lost_drive_back)
{
    for (uint32_t lost = 0; lost < 4; lost++) {
        struct array *whole = calloc(1, sizeof *whole), *half = calloc(1, sizeof *half);
        rng_t rng = rng_stream(lost, "lost", 0);
        uint8_t *data = malloc(EACH * 3 * BLK_SECTOR), *back = malloc(EACH * 3 * BLK_SECTOR);
        uint8_t *one = malloc(EACH * BLK_SECTOR), *other = malloc(EACH * BLK_SECTOR);

        array_start(whole, 5, 4, 0, false);
        array_start(half, 5, 4, lost + 1, true);
        fill_random(data, EACH * 3 * BLK_SECTOR, &rng);
        struct blk_request w = { .op = BLK_WRITE, .nsectors = EACH * 3, .data = data };
        rig_submit(&whole->g, &w);
        rig_run(&whole->g, NS_MAX - 1);
        ck_assert_int_eq(w.status, BLK_OK);
        for (uint32_t m = 0; m < 4; m++) {
            struct blkdev from = ioqueue_device(whole->g.s.queue[m]);
            struct blkdev to = ioqueue_device(half->g.s.queue[m]);

            ck_assert(blk_peek(&from, 0, EACH, one));
            if (m != lost)
                ck_assert(blk_poke(&to, 0, EACH, one));
        }
        rig_run(&half->g, NS_MAX - 1);
        ck_assert_uint_eq(raid_rebuilt(half->g.s.dev.self), EACH);
        struct blkdev was = ioqueue_device(whole->g.s.queue[lost]);
        struct blkdev is = ioqueue_device(half->g.s.queue[lost]);
        ck_assert(blk_peek(&was, 0, EACH, one) && blk_peek(&is, 0, EACH, other));
        ck_assert_mem_eq(one, other, EACH * BLK_SECTOR);
        ck_assert(blk_peek(&half->g.s.dev, 0, EACH * 3, back));
        ck_assert_mem_eq(back, data, EACH * 3 * BLK_SECTOR);
        rig_stop(&whole->g);
        rig_stop(&half->g);
        free(data), free(back), free(one), free(other), free(whole), free(half);
    }
}
END_TEST

/* Patterson, Gibson and Katz: a small write of RAID 5 is four accesses; of RAID 1 two. */
START_TEST(small_writes_cost)
{
    static const struct { uint32_t level, n, failed; uint64_t write, read; } want[] = {
        { 0, 4, 0, 1, 1 }, { 1, 2, 0, 2, 1 }, { 5, 4, 0, 4, 1 },
        /* Chunk 0 lies on member 0, its parity on member 3. */
        { 5, 4, 1, 3, 3 },      /* two others are read, parity written; three are read */
        { 5, 4, 4, 1, 1 },      /* no parity to keep */
        { 5, 5, 0, 4, 1 },
        /* Of three, chunk 0 is on member 0, parity on 2: member 1 is read, both are written. */
        { 5, 3, 0, 3, 1 }, { 5, 3, 1, 2, 2 }, { 5, 3, 3, 1, 1 },
        { 5, 3, 2, 4, 1 },      /* member 1 is gone: data and parity are read */
    };

    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        for (unsigned k = 0; k < 2; k++) {
            struct array *x = calloc(1, sizeof *x);
            struct blk_request r = { .op = k ? BLK_READ : BLK_WRITE, .nsectors = 2 };
            struct blk_stats st;

            array_start(x, want[i].level, want[i].n, want[i].failed, false);
            rig_submit(&x->g, &r);
            rig_run(&x->g, NS_MAX - 1);
            blk_stats(&x->g.s.dev, &st);
            ck_assert_msg(st.served == (k ? want[i].read : want[i].write),
                          "case %zu, %s: %u", i, k ? "read" : "write", (unsigned)st.served);
            ck_assert_uint_eq(st.requests, 1);
            rig_stop(&x->g);
            free(x);
        }
}
END_TEST

/* A whole row is written with its parity and without reading; parts of one beside it are small
 * writes. Drives of a fixed time work at once. */
START_TEST(whole_rows_cost)
{
    static const struct { uint32_t level, failed, sector, chunks; uint64_t served; ns_t ms; }
        want[] = {
        { 5, 0, 0, 3, 4, 1 },
        { 5, 0, 0, 4, 8, 3 },           /* and the small write of the next row, behind it */
        { 5, 0, CHUNK, 3, 12, 6 },      /* it begins in a row: two of that, one of the next */
        { 5, 1, 0, 3, 3, 1 },
        { 5, 4, 0, 3, 3, 1 },           /* no parity to keep */
        { 0, 0, 0, 4, 4, 1 },           /* striped: all at once */
        { 0, 0, 0, 8, 8, 2 },
        { 1, 0, 0, 1, 4, 1 },           /* mirrors have no stripes, nor bounds of them */
        { 1, 0, 0, 5, 4, 1 },
        { 1, 4, 0, 5, 3, 1 },
    };

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct array *x = calloc(1, sizeof *x);
        struct blk_request r = { .op = BLK_WRITE, .nsectors = want[i].chunks * CHUNK,
                                 .sector = want[i].sector };
        struct blk_stats st;

        if (want[i].level == 1)
            r.sector = CHUNK / 2;
        array_on(x, "fixed", want[i].level, 4, want[i].failed, false);
        rig_submit(&x->g, &r);
        rig_run(&x->g, NS_MAX - 1);
        blk_stats(&x->g.s.dev, &st);
        ck_assert_msg(st.served == want[i].served, "case %zu: %u requests", i,
                      (unsigned)st.served);
        ck_assert_msg(r.completed == want[i].ms * x->member.latency, "case %zu: %lld ns", i,
                      (long long)r.completed);
        rig_stop(&x->g);
        free(x);
    }
}
END_TEST

START_TEST(places_are_distinct)
{
    struct array *x = calloc(1, sizeof *x);
    static uint8_t used[4][EACH];

    array_start(x, 5, 4, 0, false);
    for (uint64_t s = 0; s < EACH * 3; s++) {
        struct raid_place at = raid_locate(x->g.s.dev.self, s);

        ck_assert(at.member < 4 && at.parity < 4 && at.member != at.parity);
        ck_assert_uint_eq(used[at.member][at.sector]++, 0);
        ck_assert_uint_eq(at.sector / CHUNK, at.row);
    }
    rig_stop(&x->g);
    free(x);
}
END_TEST

START_TEST(out_of_range_of_an_array)
{
    struct array *x = calloc(1, sizeof *x);
    struct blk_request r = { .op = BLK_READ, .nsectors = 2, .sector = EACH * 3 - 1 };
    struct blk_request f = { .op = BLK_FLUSH };

    array_start(x, 5, 4, 0, false);
    rig_submit(&x->g, &r);
    rig_submit(&x->g, &f);
    rig_run(&x->g, NS_MAX - 1);
    ck_assert_int_eq(r.status, BLK_IO_ERROR);
    ck_assert_int_eq(f.status, BLK_OK);
    ck_assert_uint_eq(x->g.ndone, 2);
    rig_stop(&x->g);
    free(x);
}
END_TEST

SUITE(raid, 60, whole_arrays, degraded_arrays, arrays_being_filled,
      across_the_border_of_filling, parity_gives_the_lost_drive_back, small_writes_cost,
      whole_rows_cost, places_are_distinct, out_of_range_of_an_array)
