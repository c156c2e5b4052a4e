/* faultdisk_test.c - nothing that was done is lost but by a fault, and as the fault says. */
#include "rig.h"
#include "../suite.h"

#include <sim/rng.h>

enum { SIZE = 1024, N = 16, EACH = 8 };

struct faulty {
    struct rig g;
    struct blk_request r[N];
    uint8_t data[N][EACH * BLK_SECTOR];
    struct { uint64_t sector; uint32_t nsectors; unsigned flags; } entry[256];
    unsigned nentries;
    struct faultlog log;
};

static void entry(void *self, uint64_t sector, uint32_t nsectors, const void *data,
                  unsigned flags)
{
    struct faulty *x = self;

    (void)data;
    x->entry[x->nentries].sector = sector;
    x->entry[x->nentries].nsectors = nsectors;
    x->entry[x->nentries++].flags = flags;
}

static struct faulty *start(void)
{
    struct faulty *x = calloc(1, sizeof *x);

    rig_config(&x->g, "hp-97560", "look");
    x->g.c.nsectors = SIZE;
    x->g.c.stored = x->g.c.faults = true;
    x->g.c.merge = false;
    rig_start(&x->g);
    x->log = (struct faultlog){ entry, x };
    faultdisk_log(x->g.s.fault[0], &x->log);
    for (unsigned i = 0; i < N; i++) {
        memset(x->data[i], (int)(i + 1), sizeof x->data[i]);
        x->r[i] = (struct blk_request){ .op = BLK_WRITE, .nsectors = EACH, .tag = i,
                                        .sector = i * 32, .data = x->data[i] };
    }
    return x;
}

static void stop(struct faulty *x)
{
    rig_stop(&x->g);
    free(x);
}

/* How many of a write's sectors are on the medium; from the front. */
static unsigned there(struct faulty *x, unsigned i)
{
    uint8_t buf[BLK_SECTOR];
    unsigned n = 0;

    for (unsigned s = 0; s < EACH; s++) {
        ck_assert(blk_peek(&x->g.s.dev, i * 32 + s, 1, buf));
        ck_assert(buf[0] == 0 || buf[0] == i + 1);
        if (buf[0]) {
            ck_assert_uint_eq(n, s);
            n++;
        }
    }
    return n;
}

/* At any moment: what is done is there, what is not is GONE and not there (or torn: half
 * of it), and the drive goes on working. */
static void cut_at(ns_t when, bool torn)
{
    struct faulty *x = start();
    struct disk_fault cut = { .kind = torn ? DISK_TORN : DISK_POWER_CUT };
    unsigned done;

    for (unsigned i = 0; i < N; i++)
        rig_submit(&x->g, &x->r[i]);
    rig_run(&x->g, when);
    x->g.now = when;
    done = x->g.ndone;
    storage_fail(&x->g.s, &cut, x->g.now);
    for (unsigned i = 0; i < N; i++)
        memset(x->data[i], 99, sizeof x->data[i]);      /* the memory is someone else's */
    rig_run(&x->g, NS_MAX - 1);
    ck_assert_uint_eq(x->g.ndone, N);
    for (unsigned i = 0; i < N; i++) {
        bool was_done = false;

        for (unsigned k = 0; k < done; k++)
            was_done |= x->g.order[k] == i;
        ck_assert_int_eq(x->r[i].status, was_done ? BLK_OK : BLK_GONE);
        ck_assert_uint_eq(there(x, i), was_done ? EACH : torn ? EACH / 2 : 0);
    }
    ck_assert_uint_eq(x->nentries, torn ? N : done);
    struct blk_request again = { .op = BLK_READ, .nsectors = 1, .data = x->data[0] };
    rig_submit(&x->g, &again);
    rig_run(&x->g, NS_MAX - 1);
    ck_assert_int_eq(again.status, BLK_OK);
    stop(x);
}

START_TEST(power_cuts_at_any_time)
{
    for (ns_t t = 1; t < 200000000; t += 7654321) {
        cut_at(t, false);
        cut_at(t, true);
    }
}
END_TEST

START_TEST(bad_sectors)
{
    struct faulty *x = start();
    struct disk_fault bad = { .kind = DISK_BAD_SECTOR, .sector = 3 * 32 + 7, .nsectors = 1,
                              .lasts = 3000000000 };

    storage_fail(&x->g.s, &bad, x->g.now);
    for (unsigned i = 0; i < N; i++)
        rig_submit(&x->g, &x->r[i]);
    rig_run(&x->g, 2000000000);
    for (unsigned i = 0; i < N; i++)
        ck_assert_int_eq(x->r[i].status, i == 3 ? BLK_IO_ERROR : BLK_OK);
    ck_assert(!blk_peek(&x->g.s.dev, 3 * 32 + 7, 1, x->data[0]));
    x->g.now = 4000000000;      /* it is over */
    x->r[3].status = 77;
    rig_submit(&x->g, &x->r[3]);
    rig_run(&x->g, NS_MAX - 1);
    ck_assert_int_eq(x->r[3].status, BLK_OK);
    ck_assert_uint_eq(there(x, 3), EACH);
    stop(x);
}
END_TEST

START_TEST(a_write_gets_lost_and_nobody_knows)
{
    struct faulty *x = start();
    struct disk_fault lose = { .kind = DISK_LOST_WRITE, .sector = 5 * 32, .nsectors = 2 };

    storage_fail(&x->g.s, &lose, x->g.now);
    for (unsigned i = 0; i < N; i++)
        rig_submit(&x->g, &x->r[i]);
    rig_run(&x->g, NS_MAX - 1);
    for (unsigned i = 0; i < N; i++) {
        ck_assert_int_eq(x->r[i].status, BLK_OK);
        ck_assert_uint_eq(there(x, i), i == 5 ? 0 : EACH);
    }
    ck_assert_uint_eq(x->nentries, N - 1);
    rig_submit(&x->g, &x->r[5]);        /* once only */
    rig_run(&x->g, NS_MAX - 1);
    ck_assert_uint_eq(there(x, 5), EACH);
    stop(x);
}
END_TEST

/* A slow drive takes ten times as long for each, so those behind it wait ten times as long
 * too; what it begins when that is over does not. */
START_TEST(slow_for_a_while)
{
    static const char *const names[] = { "fixed", "mqsim", "hp-97560" };

    for (unsigned m = 0; m < 3; m++) {
        ns_t first[2], last[2];

        for (unsigned k = 0; k < 2; k++) {
            struct rig *g = malloc(sizeof *g);
            struct disk_fault slow = { .kind = DISK_SLOW, .lasts = 1 };
            struct blk_request r[4] = { 0 };

            rig_config(g, names[m], "fcfs");
            g->c.faults = true;
            g->c.merge = false;
            rig_start(g);
            if (k)
                storage_fail(&g->s, &slow, 0);
            for (unsigned i = 0; i < 3; i++) {
                /* All in one die of the flash. */
                r[i] = (struct blk_request){ .op = BLK_READ, .nsectors = 1, .tag = i,
                                             .sector = i * 64 * 16 };
                rig_submit(g, &r[i]);
            }
            rig_run(g, NS_MAX - 1);
            first[k] = r[0].completed;
            last[k] = r[2].completed;
            ck_assert_int_eq(r[0].status, BLK_OK);
            rig_stop(g);
            free(g);
        }
        ck_assert_int_eq(first[1], 10 * first[0]);
        if (m == 1)             /* all of them began at once */
            ck_assert_int_eq(last[1], 10 * last[0]);
        if (m == 0)             /* only the first did while it was slow */
            ck_assert_int_eq(last[1], last[0] + 9 * first[0]);
    }
}
END_TEST

START_TEST(a_slow_drive_works_its_queue_off_slowly)
{
    struct rig *g = malloc(sizeof *g);
    struct disk_fault slow = { .kind = DISK_SLOW };
    struct blk_request r[3] = { 0 };
    struct blk_stats st;

    rig_config(g, "fixed", "fcfs");
    g->c.faults = true;
    rig_start(g);
    storage_fail(&g->s, &slow, 0);
    for (unsigned i = 0; i < 3; i++) {
        r[i] = (struct blk_request){ .op = BLK_READ, .nsectors = 1, .tag = i, .sector = i };
        rig_submit(g, &r[i]);
    }
    rig_run(g, NS_MAX - 1);
    blk_stats(&g->s.dev, &st);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(r[i].completed, 10 * (i + 1) * g->c.latency);
    ck_assert_int_eq(st.busy, 30 * g->c.latency);
    ck_assert_int_eq(st.transfer, 30 * g->c.latency);
    rig_stop(g);
    free(g);
}
END_TEST

/* Without a fault, the same times as without the wrapper; more requests than it has
 * records; and the log has what reached the medium, with its flags. */
START_TEST(no_fault_changes_nothing)
{
    ns_t took[2];

    for (unsigned k = 0; k < 2; k++) {
        struct rig *g = malloc(sizeof *g);
        struct blk_request *r = calloc(1000, sizeof *r);
        rng_t rng = rng_stream(2, "none", 0);

        rig_config(g, "cheetah-9lp", "fcfs");
        g->c.faults = k == 1;
        rig_start(g);
        for (unsigned i = 0; i < 1000; i++) {
            r[i] = (struct blk_request){ .op = BLK_WRITE, .nsectors = 8, .tag = i,
                .owner = i % 64, .sector = rng_below(&rng, g->c.nsectors - 8) };
            rig_submit(g, &r[i]);
        }
        rig_run(g, NS_MAX - 1);
        ck_assert_uint_eq(g->ndone, 1000);
        took[k] = g->now;
        rig_stop(g);
        free(r);
        free(g);
    }
    ck_assert_int_eq(took[0], took[1]);

    struct faulty *x = start();
    struct blk_request flush = { .op = BLK_FLUSH };
    x->r[0].through = true;
    x->r[1].op = BLK_DISCARD;
    x->r[2].op = BLK_READ;
    for (unsigned i = 0; i < 4; i++) {
        rig_submit(&x->g, i < 3 ? &x->r[i] : &flush);
        rig_run(&x->g, NS_MAX - 1);
    }
    ck_assert_uint_eq(x->nentries, 3);
    ck_assert_uint_eq(x->entry[0].flags, FAULTLOG_FUA);
    ck_assert_uint_eq(x->entry[1].flags, FAULTLOG_DISCARD);
    ck_assert_uint_eq(x->entry[2].flags, FAULTLOG_FLUSH);
    stop(x);
}
END_TEST

/* An array: everybody is told, and it goes on; each row's sectors may be torn, no more. */
START_TEST(power_cut_of_an_array)
{
    for (ns_t when = 1; when < 100000000; when += 9876543) {
        struct rig *g = malloc(sizeof *g);
        struct disk_config member;
        struct disk_fault cut = { .kind = DISK_POWER_CUT };
        struct blk_request r[64] = { 0 };
        uint8_t *data = calloc(64, 64 * BLK_SECTOR);

        rig_config(g, "hp-97560", "look");
        member = g->c;
        member.nsectors = 2048;
        member.stored = true;
        g->c = (struct disk_config){ .model = DISK_RAID, .level = 5, .members = 3,
            .chunk = 16, .member = &member, .stored = true, .faults = true,
            .nsectors = 4096 };
        rig_start(g);
        for (unsigned i = 0; i < 64; i++) {
            r[i] = (struct blk_request){ .op = BLK_WRITE, .nsectors = 48, .sector = i * 64,
                .tag = i, .owner = i, .data = data + (size_t)i * 64 * BLK_SECTOR };
            rig_submit(g, &r[i]);
        }
        rig_run(g, when);
        g->now = when;
        storage_fail(&g->s, &cut, when);
        rig_run(g, NS_MAX - 1);
        ck_assert_uint_eq(g->ndone, 64);
        struct blk_request again = { .op = BLK_READ, .nsectors = 100, .data = data };
        rig_submit(g, &again);
        rig_run(g, NS_MAX - 1);
        ck_assert_int_eq(again.status, BLK_OK);
        rig_stop(g);
        free(data);
        free(g);
    }
}
END_TEST

SUITE(faultdisk, 60, power_cuts_at_any_time, bad_sectors, a_write_gets_lost_and_nobody_knows,
      slow_for_a_while, a_slow_drive_works_its_queue_off_slowly, no_fault_changes_nothing, power_cut_of_an_array)
