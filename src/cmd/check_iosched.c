/* check_iosched.c - what is wrong with a disk scheduler, before it is used.
 *
 * Built, and run twice over requests at random places in front of the textbook's drive and
 * of a hard disk, some of them merged, with a power cut now and then that takes all of them
 * away. In a process of its own, since nothing keeps it from crashing.
 */
#include <cmd/check_iosched.h>

#include <cmd/check_apart.h>
#include <cmd/plugged.h>
#include <fs/drives.h>
#include <fs/storage.h>
#include <host/pages.h>
#include <sim/rng.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MS = 1000000, OUTSTANDING = 24, REQUESTS = 4000, CUT_EVERY = 1000 };

struct load {
    struct storage storage;
    struct blk_request r[OUTSTANDING];
    struct blk_sink sink;
    rng_t rng;
    ns_t now;
    uint64_t done;
};

static void submit(struct load *l, struct blk_request *r)
{
    uint64_t near = r->sector + r->nsectors;    /* a third follow on each other */

    r->nsectors = 1 + (uint32_t)rng_below(&l->rng, 8);
    if (rng_below(&l->rng, 3) || near + r->nsectors > l->storage.dev.nsectors)
        near = rng_below(&l->rng, l->storage.dev.nsectors - r->nsectors + 1);
    r->sector = near;
    r->op = rng_below(&l->rng, 4) ? BLK_READ : BLK_WRITE;
    blk_submit(&l->storage.dev, r, l->now);
}

static void done(void *self, struct blk_request *r)
{
    struct load *l = self;

    if (++l->done < REQUESTS)
        submit(l, r);
}

/* All of it; the time that it took, and in *bad the impossible answers. */
static ns_t run_load(struct load *l, uint64_t *bad)
{
    const struct disk_fault cut = { .kind = DISK_POWER_CUT };
    struct blk_stats stats;
    uint64_t cuts = 1;

    l->sink = (struct blk_sink){ done, l };
    l->rng = rng_stream(1, "check", 0);
    for (unsigned i = 0; i < OUTSTANDING; i++) {
        l->r[i] = (struct blk_request){ .owner = i, .weight = 1 + i, .deadline = NS_MAX,
                                        .sink = &l->sink };
        submit(l, &l->r[i]);
    }
    while ((l->now = blk_due(&l->storage.dev)) != NS_MAX) {
        blk_step(&l->storage.dev, l->now);
        if (l->done >= cuts * CUT_EVERY && l->done < REQUESTS) {
            cuts++;
            storage_fail(&l->storage, &cut, l->now);
        }
    }
    blk_stats(&l->storage.dev, &stats);
    *bad = stats.policy_faults;
    return stats.seek + stats.rotation + stats.busy;
}

static bool once(const char *drive, const struct iosched_config *s, ns_t *time, uint64_t *bad)
{
    struct disk_config c = { .model = DISK_NONE };
    struct load *l = calloc(1, sizeof *l);
    struct arena a;

    drive_default(&c, drive_find(drive), MS);
    c.scheduler = *s;
    c.faults = true;
    arena_init(&a, NULL, 0);
    if (l)
        storage_init(&l->storage, &a, &c, OUTSTANDING);
    size_t size = a.used;
    void *memory = l ? pages_map(size) : NULL;
    if (memory) {
        arena_init(&a, memory, size);
        storage_init(&l->storage, &a, &c, OUTSTANDING);
        *time = run_load(l, bad);
        pages_unmap(memory, size);
    }
    free(l);
    return memory;
}

static void refuse(struct check_verdict *v, const char *drive, const char *what)
{
    if (v->good)
        snprintf(v->note, sizeof v->note, "%s, on the drive %s", what, drive);
    v->good = false;
}

static void attempt(struct check_verdict *v, const void *config)
{
    static const char *const drives[] = { "textbook", "cheetah-9lp" };

    for (size_t i = 0; i < sizeof drives / sizeof *drives; i++) {
        ns_t time, again;
        uint64_t bad, ignored;
        char text[64];

        if (!once(drives[i], config, &time, &bad) ||
            !once(drives[i], config, &again, &ignored)) {
            refuse(v, drives[i], "no memory");
            continue;
        }
        snprintf(text, sizeof text, "%" PRIu64 " impossible answers", bad);
        if (bad)
            refuse(v, drives[i], text);
        else if (time != again)
            refuse(v, drives[i], "two runs differ (does it read memory that nobody has set, "
                   "or keep pointers?)");
    }
}

static enum err find(const char *spec, void *config, struct diag *diag)
{
    return disk_scheduler_find(spec, "", MS, config, diag);
}

int check_iosched(const char *file, bool quiet)
{
    struct iosched_config config;
    const struct check_kind kind = { find, attempt, &config };

    return check_apart(file, quiet, &kind);
}
