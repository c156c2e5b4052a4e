/* bench_fs.c - simulated disk requests a second of host time.
 *
 * A fixed number of requests is always outstanding: each one that is done is submitted
 * again at a new place, so the scheduler chooses among that many, less those inside the
 * drive. No bytes are moved.
 */
#include <cmd/bench_fs.h>

#include <cmd/cmd.h>
#include <fs/drives.h>
#include <fs/iosched.h>
#include <fs/storage.h>
#include <host/clock.h>
#include <inttypes.h>
#include <sim/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS = 1000000, OUTSTANDING = 32 };

struct bench_case {
    const char *drive, *sched;
    bool write;
    uint64_t requests;
};

static const struct bench_case cases[] = {
    { "textbook", "fcfs", false, 10000000 },   { "textbook", "sstf", false, 10000000 },
    { "textbook", "scan", false, 10000000 },   { "textbook", "c-look", false, 10000000 },
    { "fixed", "fair", false, 10000000 },      { "fixed", "deadline", false, 10000000 },
    { "cheetah-9lp", "fcfs", false, 4000000 }, { "cheetah-9lp", "look", false, 4000000 },
    { "cheetah-9lp", "satf", false, 1000000 }, { "hp-97560", "look", true, 4000000 },
    { "mqsim", "fcfs", false, 4000000 },       { "mqsim", "fcfs", true, 2000000 },
};

struct load {
    const struct blkdev *dev;
    struct blk_request r[OUTSTANDING];
    struct blk_sink sink;
    rng_t rng;
    ns_t now;
    uint64_t done;
};

static void place(struct load *l, struct blk_request *r)
{
    r->sector = rng_below(&l->rng, l->dev->nsectors - r->nsectors + 1);
    blk_submit(l->dev, r, l->now);
}

static void done(void *self, struct blk_request *r)
{
    struct load *l = self;

    l->done++;
    place(l, r);
}

static void run(struct load *l, const struct bench_case *b, uint64_t requests)
{
    l->sink = (struct blk_sink){ done, l };
    l->rng = rng_stream(1, "bench", 0);
    for (unsigned i = 0; i < OUTSTANDING; i++) {
        l->r[i] = (struct blk_request){ .op = b->write ? BLK_WRITE : BLK_READ,
            .nsectors = strcmp(b->drive, "textbook") ? 8 : 1, .owner = i,
            .deadline = NS_MAX, .sink = &l->sink };
        place(l, &l->r[i]);
    }
    while (l->done < requests) {
        l->now = blk_due(l->dev);
        blk_step(l->dev, l->now);
    }
}

static bool measure(const struct bench_case *b, unsigned scale)
{
    struct disk_config c = { .model = DISK_NONE };
    struct load l = { .done = 0 };
    struct storage s;
    struct arena a;
    struct diag diag;

    drive_default(&c, drive_find(b->drive), MS);
    if (iosched_parse(&c.scheduler, b->sched, MS, &diag))
        return false;
    arena_init(&a, NULL, 0);
    storage_init(&s, &a, &c, OUTSTANDING);
    size_t size = (a.used + 63) & ~(size_t)63;
    void *memory = aligned_alloc(64, size);
    if (!memory)
        return false;
    memset(memory, 0, size);
    arena_init(&a, memory, size);
    storage_init(&s, &a, &c, OUTSTANDING);
    l.dev = &s.dev;
    int64_t start = clock_cpu_ns();
    run(&l, b, b->requests / scale);
    double seconds = (double)(clock_cpu_ns() - start) / 1e9;
    printf("{\"bench\": \"fs\", \"drive\": \"%s\", \"scheduler\": \"%s\", \"op\": \"%s\", "
           "\"outstanding\": %d, \"requests\": %" PRIu64 ", \"seconds\": %.3f, "
           "\"requests_per_s\": %.0f}\n", b->drive, b->sched, b->write ? "write" : "read",
           OUTSTANDING, l.done, seconds, (double)l.done / seconds);
    fflush(stdout);
    free(memory);
    return true;
}

int bench_fs(unsigned scale)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!measure(&cases[i], scale)) {
            fprintf(stderr, "ossim: bench: %s under %s failed\n", cases[i].drive,
                    cases[i].sched);
            return EXIT_OUR_FAULT;
        }
    return EXIT_DONE;
}
