/* many_test.c - many operations under way at once, over a device that answers late and in
 * any order: all come to their end, in a cache that is smaller than what they work on, and
 * nothing of what they did gets mixed up. */
#include "../suite.h"
#include "volume.h"

#include <sim/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TASKS = 12, SIZE = 40000, ROUNDS = 12 };

/* A task makes its file, writes it, syncs, reads it back, renames, truncates, removes it;
 * over and over. `step` counts what it has done. */
struct task {
    struct fs_op op;
    uint32_t ino;
    unsigned step, number;
    bool waiting;
    char name[24], other[24];
    uint8_t buf[SIZE];
};

static unsigned nwoken;

static void wake(void *self, struct fs_op *op)
{
    (void)self;
    if (op->user)               /* not the mount */
        ((struct task *)op->user)->waiting = false;
    nwoken++;
}

static void begin(struct volume *v, struct task *t)
{
    fs_op_init(&t->op, t->number, 0, 0, v->now, v->seconds);
    t->op.user = t;
}

static void fill(struct task *t)
{
    for (size_t i = 0; i < SIZE; i++)
        t->buf[i] = (uint8_t)(i * 3 + t->number * 17 + t->step);
}

static int once(struct volume *v, struct task *t)
{
    switch (t->step % 8) {
    case 0: return fs_make(v->fs, &t->op, FS_ROOT, t->name, strlen(t->name), FS_IFREG | 0644, 0,
                           &t->ino);
    case 1: return fs_write(v->fs, &t->op, t->ino, 0, t->buf, SIZE);
    case 2: return fs_fsync(v->fs, &t->op, t->ino);
    case 3: return fs_read(v->fs, &t->op, t->ino, 0, t->buf, SIZE);
    case 4: return fs_rename(v->fs, &t->op, FS_ROOT, t->name, strlen(t->name), FS_ROOT, t->other,
                             strlen(t->other), 0);
    case 5: return fs_truncate(v->fs, &t->op, t->ino, 100);
    case 6: return fs_sync(v->fs, &t->op);
    default: return fs_unlink(v->fs, &t->op, FS_ROOT, t->other, strlen(t->other));
    }
}

static void check_read(const struct task *t)
{
    size_t nbad = 0;

    if (t->step % 8 != 3)
        return;
    ck_assert_uint_eq(t->op.done, SIZE);
    for (size_t i = 0; i < SIZE; i++)
        nbad += t->buf[i] != (uint8_t)(i * 3 + t->number * 17 + t->step - 2);
    ck_assert_uint_eq(nbad, 0);
}

/* Run a task until it waits. */
static void run(struct volume *v, struct task *t)
{
    while (!t->waiting && t->step < 8 * ROUNDS) {
        t->op.now = v->now;
        int err = once(v, t);

        if (err == FS_WAIT) {
            t->waiting = true;
            return;
        }
        ck_assert_msg(err == 0, "task %u, step %u: %d (%s)", t->number, t->step, err,
                      fs_reason(v->fs));
        check_read(t);
        t->step++;
        begin(v, t);
        if (t->step % 8 == 1)
            fill(t);
    }
}

static void all_together(enum fs_journal journal, uint64_t seed, bool cancel)
{
    static struct task tasks[TASKS];
    struct volume v;
    struct fs_port port = { .wake = wake };
    bool busy = true;
    unsigned turns = 0;

    volume_make(&v, 6 << 20, 1024, journal, seed);
    v.p.cache_blocks = 160;
    volume_boot_port(&v, &port);
    volume_mount(&v);
    for (unsigned i = 0; i < TASKS; i++) {
        tasks[i] = (struct task){ .number = i };
        sprintf(tasks[i].name, "file-%u", i);
        sprintf(tasks[i].other, "renamed-%u", i);
        begin(&v, &tasks[i]);
    }
    while (busy) {
        busy = false;
        for (unsigned i = 0; i < TASKS; i++) {
            run(&v, &tasks[i]);
            busy |= tasks[i].step < 8 * ROUNDS;
        }
        if (cancel && ++turns == 400 && tasks[3].waiting) {     /* killed */
            fs_op_cancel(v.fs, &tasks[3].op);
            tasks[3].step = 8 * ROUNDS;
            tasks[3].waiting = false;
        }
        if (busy && blk_due(&v.m.dev) == NS_MAX) {
            bool can = false;

            for (unsigned i = 0; i < TASKS; i++)
                can |= !tasks[i].waiting && tasks[i].step < 8 * ROUNDS;
            ck_assert_msg(can, "everybody waits, and nothing is under way");
        } else if (busy) {
            blk_step(&v.m.dev, ++v.now);
        }
    }
    struct fs_stats st;

    fs_stats(v.fs, &st);
    ck_assert_uint_eq(st.pinned, 0);
    volume_unmount(&v);
    volume_check_clean(&v);
    volume_free(&v);
}

START_TEST(all_end)
{
    for (unsigned i = 0; i < 6; i++)
        all_together((enum fs_journal)(i % 3), 11 + i, false);
    ck_assert_uint_gt(nwoken, 1000);
}
END_TEST

START_TEST(one_is_killed)
{
    for (unsigned i = 0; i < 3; i++)
        all_together((enum fs_journal)i, 31 + i, true);
}
END_TEST

SUITE(fs_many, 60, all_end, one_is_killed)
