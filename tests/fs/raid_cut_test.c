/* raid_cut_test.c - the power goes while an array writes: the write hole, and how it is closed.
 *
 * At every step of a dozen writes the power is cut. Each sector then holds its old or its
 * new bytes; some rows have a parity that does not fit, and a drive that were lost now would
 * come back wrong, also in sectors that nobody wrote. When the power is back, no row is
 * left like that. The drives are those of a queue each and a fixed time, since disks that
 * turn together write data and parity of a row at one instant.
 */
#include "rig.h"
#include "../suite.h"

#include <fs/raid.h>
#include <sim/rng.h>

enum { CHUNK = 4, EACH = 64, WRITES = 12, MOST = 16, DRIVES = 4, ALL = EACH * (DRIVES - 1) };

struct cut_array {
    struct rig g;
    struct disk_config member;
    uint8_t old[ALL][BLK_SECTOR], new[ALL][BLK_SECTOR];
    struct blk_request r[WRITES];
    uint8_t data[WRITES][MOST * BLK_SECTOR];
};

static uint64_t size_of(const struct cut_array *x)
{
    return x->g.c.nsectors;
}

static void begin(struct cut_array *x, uint32_t level, uint32_t failed, bool rebuild, rng_t *rng)
{
    rig_config(&x->g, "fixed", "fcfs");
    x->member = x->g.c;
    x->member.nsectors = EACH;
    x->member.stored = true;
    x->g.c = (struct disk_config){ .model = DISK_RAID, .level = level,
        .members = level == 1 ? 2 : DRIVES, .chunk = CHUNK, .failed = failed, .rebuild = rebuild,
        .member = &x->member, .stored = true, .faults = true,
        .nsectors = level == 1 ? EACH : ALL };
    rig_start(&x->g);
    for (uint64_t s = 0; s < size_of(x); s++) {
        for (unsigned b = 0; b < BLK_SECTOR; b++)
            x->old[s][b] = (uint8_t)rng_next(rng);
        ck_assert(blk_poke(&x->g.s.dev, s, 1, x->old[s]));
    }
    memcpy(x->new, x->old, sizeof x->new);
}

/* Requests that do not overlap; a read among them keeps one mirror back. */
static void write_some(struct cut_array *x, rng_t *rng)
{
    uint64_t room = size_of(x) / WRITES;

    for (unsigned i = 0; i < WRITES; i++) {
        struct blk_request *r = &x->r[i];

        *r = (struct blk_request){ .op = BLK_WRITE, .owner = i, .data = x->data[i],
            .nsectors = 1 + (uint32_t)rng_below(rng, room < MOST ? room - 1 : MOST - 1) };
        r->sector = i * room + rng_below(rng, room - r->nsectors + 1);
        for (size_t b = 0; b < (size_t)r->nsectors * BLK_SECTOR; b++)
            x->data[i][b] = (uint8_t)rng_next(rng);
        if (x->g.c.level == 1 && i % 3 == 0)
            r->op = BLK_READ;
        else
            memcpy(x->new[r->sector], x->data[i], (size_t)r->nsectors * BLK_SECTOR);
        rig_submit(&x->g, r);
    }
}

/* False: all is over before that. */
static bool steps(struct cut_array *x, unsigned n)
{
    while (n-- && blk_due(&x->g.s.dev) != NS_MAX)
        rig_run(&x->g, blk_due(&x->g.s.dev));
    return blk_due(&x->g.s.dev) != NS_MAX;
}

static void cut(struct cut_array *x)
{
    storage_fail(&x->g.s, &(struct disk_fault){ .kind = DISK_POWER_CUT }, x->g.now);
}

static void member_bytes(const struct cut_array *x, uint32_t m, uint64_t s, uint8_t *to)
{
    struct blkdev d = ioqueue_device(x->g.s.queue[m]);

    ck_assert(blk_peek(&d, s, 1, to));
}

/* Sectors of the members whose parity, or copies, do not fit. */
static unsigned misfits(const struct cut_array *x)
{
    unsigned n = 0;

    for (uint64_t s = 0; s < EACH; s++) {
        uint8_t sum[BLK_SECTOR] = { 0 }, one[BLK_SECTOR], bad = 0;

        for (uint32_t m = 0; m < x->g.c.members; m++) {
            member_bytes(x, m, s, one);
            for (unsigned b = 0; b < BLK_SECTOR; b++)
                sum[b] ^= one[b];
        }
        for (unsigned b = 0; b < BLK_SECTOR; b++)
            bad |= sum[b];
        n += bad != 0;
    }
    return n;
}

/* Of the sectors that nobody wrote, those that a lost drive would bring back wrong. */
static unsigned would_be_lost(const struct cut_array *x)
{
    unsigned n = 0;

    for (uint64_t s = 0; s < ALL; s++) {
        struct raid_place at = raid_locate(x->g.s.raid, s);
        uint8_t sum[BLK_SECTOR] = { 0 }, one[BLK_SECTOR];

        for (uint32_t m = 0; m < DRIVES; m++) {
            member_bytes(x, m, at.sector, one);
            for (unsigned b = 0; m != at.member && b < BLK_SECTOR; b++)
                sum[b] ^= one[b];
        }
        n += memcmp(x->old[s], x->new[s], BLK_SECTOR) == 0 && memcmp(sum, x->old[s], BLK_SECTOR);
    }
    return n;
}

static void each_is_old_or_new(const struct cut_array *x)
{
    uint8_t is[BLK_SECTOR];

    for (uint64_t s = 0; s < size_of(x); s++) {
        ck_assert(blk_peek(&x->g.s.dev, s, 1, is));
        ck_assert_msg(!memcmp(is, x->old[s], BLK_SECTOR) || !memcmp(is, x->new[s], BLK_SECTOR),
                      "sector %u", (unsigned)s);
    }
}

struct sums { unsigned misfits, lost, resynced, stale; };

/* Cut at step k, and `again` steps into the time after it. filled: of an array that had lost a
 * drive and has been filled. False: there is no step k. */
static bool one_cut(uint32_t level, bool filled, unsigned k, unsigned again, struct sums *sum)
{
    struct cut_array *x = calloc(1, sizeof *x);
    rng_t rng = rng_stream(level, "cut", k);
    struct blk_stats st;
    bool there;

    begin(x, level, filled, filled, &rng);
    if (filled) {
        steps(x, UINT32_MAX);
        ck_assert_uint_eq(raid_rebuilt(x->g.s.raid), EACH);
    }
    write_some(x, &rng);
    there = steps(x, k);
    if (there) {
        cut(x);
        sum->misfits += misfits(x);
        sum->lost += level == 5 ? would_be_lost(x) : 0;
        each_is_old_or_new(x);
        if (again) {
            steps(x, again);
            cut(x);
        }
        steps(x, UINT32_MAX);
        blk_stats(&x->g.s.dev, &st);
        sum->resynced += (unsigned)st.resynced;
        sum->stale += (unsigned)st.stale;
        ck_assert_uint_eq(raid_torn(x->g.s.raid), 0);
        ck_assert_uint_eq(misfits(x), 0);
        each_is_old_or_new(x);
    }
    rig_stop(&x->g);
    free(x);
    return there;
}

static void all_cuts(bool filled)
{
    for (uint32_t level = 1; level <= 5; level += 4) {
        struct sums sum = { 0 };
        unsigned cuts = 0;

        while (one_cut(level, filled, cuts, 0, &sum))
            cuts++;
        ck_assert_uint_gt(cuts, 8);
        ck_assert_uint_gt(sum.misfits, 0);
        ck_assert_uint_gt(sum.stale, 0);
        ck_assert_uint_ge(sum.resynced, sum.stale);
        ck_assert(level == 1 || sum.lost > 0);
    }
}

START_TEST(the_hole_is_there_and_is_closed)
{
    all_cuts(false);
}
END_TEST

START_TEST(of_an_array_that_was_filled_too)
{
    all_cuts(true);
}
END_TEST

START_TEST(the_power_goes_again)
{
    for (uint32_t level = 1; level <= 5; level += 4) {
        struct sums sum = { 0 };

        for (unsigned k = 3; one_cut(level, false, k, 1 + k % 4, &sum); k += 3)
            ;
        ck_assert_uint_gt(sum.stale, 0);
    }
}
END_TEST

/* An array that lacks a drive cannot be made whole: what its parity says of the one that is
 * missing is all there is, and it may be wrong. */
START_TEST(a_degraded_array_has_the_hole)
{
    unsigned lost = 0;

    for (unsigned k = 0; k < 60; k++) {
        struct cut_array *x = calloc(1, sizeof *x);
        rng_t rng = rng_stream(7, "degraded", k);
        uint8_t is[BLK_SECTOR];

        begin(x, 5, 1, false, &rng);
        write_some(x, &rng);
        if (steps(x, k)) {
            cut(x);
            steps(x, UINT32_MAX);
            ck_assert_uint_eq(raid_torn(x->g.s.raid), 0);
            for (uint64_t s = 0; s < ALL; s++) {
                ck_assert(blk_peek(&x->g.s.dev, s, 1, is));
                lost += memcmp(is, x->old[s], BLK_SECTOR) && memcmp(is, x->new[s], BLK_SECTOR);
            }
        }
        rig_stop(&x->g);
        free(x);
    }
    ck_assert_uint_gt(lost, 0);
}
END_TEST

SUITE(raid_cut, 60, the_hole_is_there_and_is_closed, of_an_array_that_was_filled_too,
      the_power_goes_again, a_degraded_array_has_the_hole)
