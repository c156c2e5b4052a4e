/* rig.h - a block device in memory of its own, driven by hand. For tests/fs only. */
#ifndef TESTS_FS_RIG_H
#define TESTS_FS_RIG_H

#include "../suite.h"
#include <fs/drives.h>
#include <fs/iosched.h>
#include <fs/storage.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RIG_UNIT = 1000000, RIG_LOG = 65536 };

struct rig {
    struct disk_config c;
    struct storage s;
    void *memory;
    ns_t now;
    struct blk_sink sink;
    struct blk_watch watch;
    uint64_t order[RIG_LOG];    /* tags in the order of completion */
    uint32_t ndone;
    uint32_t started[RIG_LOG];  /* cylinders, in the order of beginning */
    uint32_t nstarted;
};

static inline void rig_done(void *self, struct blk_request *r)
{
    struct rig *g = self;

    ck_assert(r->completed == g->now && r->started >= r->submitted);
    ck_assert_uint_lt(g->ndone, RIG_LOG);
    g->order[g->ndone++] = r->tag;
}

static inline void rig_started(void *self, const struct blk_request *r,
                               const struct blk_service *sv)
{
    struct rig *g = self;

    (void)r;
    ck_assert_int_ge(sv->done, g->now);
    if (g->nstarted < RIG_LOG)
        g->started[g->nstarted++] = sv->to;
}

/* The scheduler by name over a drive by name; change g->c before rig_start. */
static inline void rig_config(struct rig *g, const char *drive, const char *sched)
{
    struct diag diag;

    memset(g, 0, sizeof *g);
    drive_default(&g->c, drive_find(drive), RIG_UNIT);
    ck_assert_msg(iosched_parse(&g->c.scheduler, sched, RIG_UNIT, &diag) == ERR_OK, "%s",
                  diag.text);
}

static inline void rig_start(struct rig *g)
{
    struct arena a;
    size_t size;

    arena_init(&a, NULL, 0);
    storage_init(&g->s, &a, &g->c, 64);
    size = (a.used + 4095) & ~(size_t)4095;
    g->memory = aligned_alloc(4096, size);
    ck_assert_ptr_nonnull(g->memory);
    memset(g->memory, 0, size);
    arena_init(&a, g->memory, size);
    storage_init(&g->s, &a, &g->c, 64);
    g->sink = (struct blk_sink){ rig_done, g };
    g->watch = (struct blk_watch){ rig_started, g };
    g->s.dev.ops->watch(g->s.dev.self, &g->watch);
}

static inline void rig_stop(struct rig *g)
{
    free(g->memory);
}

static inline void rig_submit(struct rig *g, struct blk_request *r)
{
    r->sink = &g->sink;
    if (r->deadline == 0)
        r->deadline = NS_MAX;
    blk_submit(&g->s.dev, r, g->now);
}

/* All that is due until `end`. */
static inline void rig_run(struct rig *g, ns_t end)
{
    while (blk_due(&g->s.dev) <= end && blk_due(&g->s.dev) != NS_MAX) {
        ck_assert_int_ge(blk_due(&g->s.dev), g->now);
        g->now = blk_due(&g->s.dev);
        blk_step(&g->s.dev, g->now);
        for (uint32_t i = 0; i < g->s.nqueues; i++)
            ck_assert(ioqueue_check(g->s.queue[i]));
    }
}

#endif
