/* bench_ext2.c - file operations a second of host time, reads against cache size, and how
 * many images fsck and e2fsck replay and check a second. */
#include <cmd/bench_ext2.h>

#include <cmd/cmd.h>
#include <fs/fs.h>
#include <fs/fsck.h>
#include <fs/memdev.h>
#include <fs/mkfs.h>
#include <host/clock.h>
#include <host/judge.h>
#include <inttypes.h>
#include <sim/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct volume {
    struct memdev m;
    struct fs *fs;
    void *arena;
    uint64_t size;
    struct fs_op op;
};

static struct fs_op *fresh(struct volume *v)
{
    fs_op_init(&v->op, TID_NONE, 0, 0, 0, 1000);
    return &v->op;
}

#define RUN(v, call, ...)                                                     \
    ({                                                                        \
        struct fs_op *op_ = fresh(v);                                         \
        int err_;                                                             \
        while ((err_ = call((v)->fs, op_, ##__VA_ARGS__)) == FS_WAIT)         \
            blk_step(&(v)->m.dev, 0);                                         \
        err_;                                                                 \
    })

static bool volume_open(struct volume *v, uint64_t size, enum fs_journal journal,
                        uint32_t cache)
{
    struct mkfs_params mp = { .block_size = 1024, .journal = journal, .seconds = 1000,
                              .seed = 1, .inodes = 512 };
    struct fs_params p;
    struct arena a;
    const char *why;

    *v = (struct volume){ .size = size };
    memdev_init(&v->m, calloc(1, size), size / BLK_SECTOR, 0);
    if (!v->m.bytes || mkfs(&v->m.dev, &mp, &why))
        return false;
    fs_params_init(&p);
    p.cache_blocks = cache;
    p.journal_data = journal == FS_JOURNAL_DATA;
    arena_init(&a, NULL, 0);
    fs_create(&a, &p, &v->m.dev, NULL);
    v->arena = aligned_alloc(64, (a.used + 63) & ~(size_t)63);
    if (!v->arena)
        return false;
    memset(v->arena, 0, a.used);
    arena_init(&a, v->arena, a.used);
    v->fs = fs_create(&a, &p, &v->m.dev, NULL);
    return RUN(v, fs_mount, false) == 0;
}

static void volume_close(struct volume *v)
{
    free(v->m.bytes);
    free(v->arena);
}

static const char *const mode_name[] = { "none", "ordered", "data" };

/* Make, write, look up, read, remove: five operations a round, over 64 names. */
static int operations(enum fs_journal journal, uint64_t rounds)
{
    static uint8_t buf[4096];
    struct volume v;
    char name[16];
    uint32_t ino, found;
    bool ok = volume_open(&v, 8 << 20, journal, 512);
    int64_t start = clock_ns();

    for (uint64_t i = 0; ok && i < rounds; i++) {
        size_t len = (size_t)snprintf(name, sizeof name, "f%u", (unsigned)(i % 64));

        if (i >= 64)
            ok = !RUN(&v, fs_unlink, FS_ROOT, name, len);
        ok = ok && !RUN(&v, fs_make, FS_ROOT, name, len, FS_IFREG | 0644, 0, &ino) &&
             !RUN(&v, fs_write, ino, 0, buf, sizeof buf) &&
             !RUN(&v, fs_lookup, FS_ROOT, name, len, &found) &&
             !RUN(&v, fs_read, ino, 0, buf, sizeof buf);
    }
    double s = (double)(clock_ns() - start) / 1e9;

    volume_close(&v);
    if (!ok)
        return EXIT_OUR_FAULT;
    printf("{\"bench\": \"fs\", \"ext2\": \"operations\", \"journal\": \"%s\", \"operations\": %"
           PRIu64 ", \"seconds\": %.3f, \"operations_per_s\": %.0f}\n",
           mode_name[journal], rounds * 5, s, (double)(rounds * 5) / s);
    return EXIT_DONE;
}

/* Reads of 1 KiB, half of them from a tenth of a file of 2 MiB. */
static int cache_size(uint32_t blocks, uint64_t reads)
{
    static uint8_t buf[1024];
    struct volume v;
    struct fs_stats st = { 0 }, before = { 0 };
    rng_t r = rng_stream(1, "cache", 0);
    uint32_t ino = 0;
    bool ok = volume_open(&v, 8 << 20, FS_JOURNAL_NONE, blocks) &&
              !RUN(&v, fs_make, FS_ROOT, "f", 1, FS_IFREG | 0644, 0, &ino);

    for (uint64_t at = 0; ok && at < 2 << 20; at += sizeof buf)
        ok = !RUN(&v, fs_write, ino, at, buf, sizeof buf);
    ok = ok && !RUN(&v, fs_sync);
    fs_stats(v.fs, &before);
    for (uint64_t i = 0; ok && i < reads; i++) {
        uint64_t at = rng_below(&r, rng_below(&r, 2) ? 205 : 2048) * 1024;

        ok = !RUN(&v, fs_read, ino, at, buf, sizeof buf);
    }
    fs_stats(v.fs, &st);
    volume_close(&v);
    if (!ok)
        return EXIT_OUR_FAULT;
    printf("{\"bench\": \"fs\", \"ext2\": \"cache\", \"blocks\": %u, \"reads\": %" PRIu64
           ", \"device_reads\": %" PRIu64 ", \"device_reads_per_read\": %.3f}\n",
           blocks, reads, st.reads - before.reads,
           (double)(st.reads - before.reads) / (double)reads);
    return EXIT_DONE;
}

/* ---- crash states ---- */

struct state {
    uint8_t *work;
    const uint8_t *good;
    uint32_t changed[4096], n;
    uint8_t seen[4096];         /* by block of 1 KiB */
};

static void note(void *self, uint32_t block, uint32_t size)
{
    struct state *s = self;

    (void)size;
    if (!s->seen[block])
        s->changed[s->n++] = block;
    s->seen[block] = 1;
}

static void put_back(struct state *s)
{
    while (s->n) {
        uint32_t b = s->changed[--s->n];

        s->seen[b] = 0;
        memcpy(s->work + (size_t)b * 1024, s->good + (size_t)b * 1024, 1024);
    }
}

/* An image as a crash leaves it, with a log to be replayed. */
static bool crashed_image(struct volume *v, uint64_t size)
{
    static uint8_t buf[9000];
    bool ok = volume_open(v, size, FS_JOURNAL_ORDERED, 256);
    uint32_t ino;
    char name[16];

    for (int i = 0; ok && i < 4; i++)
        ok = snprintf(name, sizeof name, "f%d", i) == 2 &&
             !RUN(v, fs_make, FS_ROOT, name, 2, FS_IFREG | 0644, 0, &ino) &&
             !RUN(v, fs_write, ino, 0, buf, sizeof buf) && !RUN(v, fs_sync);
    return ok;
}

static void say_states(const char *judge, uint64_t n, int64_t ns)
{
    double s = (double)ns / 1e9;

    printf("{\"bench\": \"fs\", \"ext2\": \"crash-states\", \"judge\": \"%s\", \"states\": %" PRIu64
           ", \"seconds\": %.3f, \"states_per_s\": %.0f}\n", judge, n, s, (double)n / s);
}

/* Checked over and over. */
static int crash_states(uint64_t n)
{
    struct volume v;
    uint32_t wrong = 0;
    bool ok = crashed_image(&v, 4 << 20);
    uint8_t *work = malloc(v.size);
    size_t size = fsck_memory(v.m.bytes, v.size);
    void *memory = malloc(size);
    static struct state st;
    struct fsck f = { .image = work, .size = v.size, .touch = note, .self = &st };
    int64_t start = clock_ns();

    st = (struct state){ .work = work, .good = v.m.bytes };
    memcpy(work, v.m.bytes, v.size);
    for (uint64_t i = 0; i < n; i++) {
        wrong += !fsck(&f, memory, size) || f.nfound || !f.replayed;
        put_back(&st);
    }
    int64_t took = clock_ns() - start;

    free(work);
    free(memory);
    volume_close(&v);
    if (!ok || wrong)
        return EXIT_OUR_FAULT;
    say_states("fsck", n, took);
    return EXIT_DONE;
}

static void count_surprises(void *ctx, uint32_t tag, const char *why)
{
    (void)tag;
    *(uint64_t *)ctx += *why != '\0';
}

/* The same by e2fsck, each with its log replayed; of an image of the size of make crash's.
 * Begun before, since its start is a matter of the first few. */
static int crash_states_e2fsck(uint64_t n)
{
    static char said[4096];
    struct volume v;
    uint64_t surprises = 0;
    bool ok = crashed_image(&v, 2 << 20);
    struct judge *j = judge_create(count_surprises, &surprises);
    int64_t start = 0;

    for (uint64_t i = 0; ok && j && i < n + 10; i++) {
        if (i == 10)
            start = clock_ns();
        judge_begin(j, v.m.bytes, v.size, false, 0);
    }
    if (j)
        judge_all(j);
    int64_t took = clock_ns() - start;
    const char *trouble = j ? judge_trouble(j) : "no memory";

    if (!trouble && judge_last(j, said, sizeof said) >= 0 && !strstr(said, "recovering journal"))
        surprises++;
    volume_close(&v);
    if (ok && !surprises && !trouble)
        say_states("e2fsck", n, took);
    else if (ok && trouble)
        printf("{\"bench\": \"fs\", \"ext2\": \"crash-states\", \"judge\": \"e2fsck\", "
               "\"skipped\": \"%s\"}\n", trouble);
    judge_destroy(j);
    return ok && !surprises ? EXIT_DONE : EXIT_OUR_FAULT;
}

int bench_ext2(unsigned scale)
{
    static const uint32_t blocks[] = { 128, 256, 512, 1024, 2048 };
    int status = EXIT_DONE;

    for (int j = 0; !status && j < 3; j++)
        status = operations((enum fs_journal)j, 100000 / scale);
    for (size_t i = 0; !status && i < sizeof blocks / sizeof *blocks; i++)
        status = cache_size(blocks[i], 200000 / scale);
    if (!status)
        status = crash_states(20000 / scale);
    if (!status)
        status = crash_states_e2fsck(2000 / scale);
    return status;
}
