/* diskbook_test.c - the last requests in order; samples that stay few and even. */
#include "../suite.h"

#include <sim/blkdev.h>
#include <sim/config.h>
#include <stat/diskbook.h>

static struct disk_now now;
static unsigned asked, asked_all;

static bool ask(void *machine, bool all, struct disk_now *out)
{
    (void)machine;
    asked++;
    asked_all += all;
    *out = now;
    return true;
}

static void say(struct diskbook *b, enum event_kind kind, ns_t at, int64_t x, int64_t y)
{
    diskbook_event(b, &(struct event){ .kind = (uint16_t)kind, .at = at, .tid = 3, .a = x, .b = y });
}

START_TEST(the_last_requests)
{
    static struct diskbook b;

    diskbook_begin(&b, ask, NULL);
    for (uint32_t i = 0; i < DISKBOOK_PATH + 10; i++) {
        now.arm = i;
        now.drive = i % 3;
        say(&b, EV_DISK_START, i * 100, 7, 40);
    }
    ck_assert_uint_eq(b.moves, DISKBOOK_PATH + 10);
    for (uint32_t i = 0; i < DISKBOOK_PATH; i++) {
        const struct disk_move *m = diskbook_move(&b, i);

        ck_assert_uint_eq(m->cylinder, i + 10);
        ck_assert_uint_eq(m->drive, (i + 10) % 3);
        ck_assert_int_eq(m->from, (i + 10) * 100);
        ck_assert_int_eq(m->to, m->from + 40);
        ck_assert_uint_eq(m->moved, 7);
        ck_assert_uint_eq(m->tid, 3);
    }
    ck_assert_ptr_null(diskbook_move(&b, DISKBOOK_PATH));
}
END_TEST

/* Faults and refusals, also when no machine can be asked; what a cut of the power took is no
 * refusal. */
START_TEST(what_failed)
{
    static struct diskbook b;

    diskbook_begin(&b, NULL, NULL);
    say(&b, EV_DISK_DONE, 5, 8, BLK_OK);
    for (unsigned i = 0; i < DISKBOOK_FAULTS + 3; i++)
        say(&b, EV_DISK_FAULT, 10 + i, DISK_SLOW, i);
    say(&b, EV_DISK_DONE, 40, 8, BLK_IO_ERROR);
    say(&b, EV_DISK_DONE, 41, 8, BLK_IO_ERROR);
    say(&b, EV_DISK_DONE, 42, 8, BLK_GONE);
    ck_assert_uint_eq(b.refused, 2);
    ck_assert_uint_eq(b.nfaults, DISKBOOK_FAULTS + 3);
    for (unsigned i = 0; i < DISKBOOK_FAULTS; i++) {
        ck_assert_int_eq(b.fault[i].at, 10 + i);
        ck_assert_uint_eq(b.fault[i].kind, DISK_SLOW);
        ck_assert_uint_eq(b.fault[i].sector, i);
    }
}
END_TEST

/* However long it takes, in whatever steps: never more than there is room for, never closer
 * than the gap, and the gap is at most twice what would do. */
START_TEST(samples_are_even)
{
    static struct diskbook b;
    const ns_t step = 700, end = 10000 * step;

    diskbook_begin(&b, ask, NULL);
    asked = asked_all = 0;
    for (ns_t at = 0; at < end; at += step) {
        now.dirty = (uint32_t)(at / step);
        say(&b, EV_DISK_DONE, at, 0, 0);
    }
    ck_assert_uint_le(b.nsamples, DISKBOOK_SAMPLES);
    ck_assert_uint_ge(b.nsamples, DISKBOOK_SAMPLES / 4);
    ck_assert_uint_eq(asked, asked_all);        /* no request began */
    ck_assert_uint_lt(asked, 10000);            /* and not each event was worth a look */
    for (uint32_t i = 1; i < b.nsamples; i++)
        ck_assert_int_ge(b.sample[i].at - b.sample[i - 1].at, b.gap / 2);
    for (uint32_t i = 0; i < b.nsamples; i++)
        ck_assert_int_eq(b.sample[i].now.dirty, b.sample[i].at / step);
    ck_assert_int_le(b.gap, 2 * 2 * end / DISKBOOK_SAMPLES);
}
END_TEST

SUITE(diskbook, 5, the_last_requests, what_failed, samples_are_even)
