/* image_fuzz.c - a disk image with any bytes changed: mounting it, using it and checking it
 * end, whatever stands there; and what fsck repairs, it repairs for good.
 *
 * The input is a list of changes to a small image: three bytes of place, one of value. The
 * first byte of it chooses the journal.
 */
#include "found.h"

#include <fs/fsck.h>
#include <fs/memdev.h>
#include <fs/mkfs.h>

#include <stdlib.h>
#include <string.h>

enum { SMALL = 512 << 10, LARGE = 4 << 20 };

static uint8_t *images[2], *work;
static struct memdev dev;
static struct fs *fs;

static struct fs_op *fresh(void)
{
    static struct fs_op op;

    fs_op_init(&op, TID_NONE, 0, 0, 0, 1000);
    return &op;
}

#define RUN(call, ...)                                                        \
    ({                                                                        \
        struct fs_op *op_ = fresh();                                          \
        int err_;                                                             \
        while ((err_ = call(fs, op_, ##__VA_ARGS__)) == FS_WAIT) {            \
            if (blk_due(&dev.dev) == NS_MAX)                                  \
                __builtin_trap();                                             \
            blk_step(&dev.dev, 0);                                            \
        }                                                                     \
        err_;                                                                 \
    })

static void boot(uint8_t *bytes, uint64_t size)
{
    static void *memory;
    struct fs_params p;
    struct arena a;

    memdev_init(&dev, bytes, size / BLK_SECTOR, 0);
    fs_params_init(&p);
    p.block_size = fs_probe(&dev.dev);
    fs = NULL;
    if (!p.block_size)
        return;
    arena_init(&a, NULL, 0);
    fs_create(&a, &p, &dev.dev, NULL);
    free(memory);
    memory = aligned_alloc(64, (a.used + 63) & ~(size_t)63);
    memset(memory, 0, a.used);
    arena_init(&a, memory, a.used);
    fs = fs_create(&a, &p, &dev.dev, NULL);
}

static void use(void)
{
    static uint8_t buf[30000];
    static const char *const paths[] = { "/d/f", "/d/s/..", "/big", "/link", "/d/s" };
    uint64_t cursor = 0;
    struct fs_dirent d;
    struct fs_walk w;
    uint32_t ino;

    if (!fs || RUN(fs_mount, false))
        return;
    for (int i = 0; i < 20; i++)
        if (RUN(fs_readdir, FS_ROOT, &cursor, &d))
            break;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (RUN(fs_walk, FS_ROOT, paths[i], strlen(paths[i]), true, &w) || !w.ino)
            continue;
        RUN(fs_read, w.ino, 0, buf, sizeof buf);
        RUN(fs_write, w.ino, 3000, buf, 5000);
        RUN(fs_truncate, w.ino, 100);
    }
    RUN(fs_make, FS_ROOT, "n", 1, FS_IFDIR | 0755, 0, &ino);
    RUN(fs_rename, FS_ROOT, "d", 1, FS_ROOT, "n", 1, 0);
    RUN(fs_unlink, FS_ROOT, "big", 3);
    RUN(fs_unmount);
}

static void check(uint8_t *bytes, uint64_t size)
{
    struct fsck f = { .image = bytes, .size = size, .seconds = 1 };
    size_t n = fsck_memory(bytes, size);
    void *memory = malloc(n + 8);

    if (n)
        fsck(&f, memory, n);
    for (int i = 0; n && i < 6; i++) {
        f.repair = true;
        n = fsck_memory(bytes, size);
        memory = realloc(memory, n + 8);
        if (n)
            fsck(&f, memory, n);
    }
    free(memory);
}

static void fill(uint8_t *bytes, uint64_t size, enum fs_journal journal)
{
    struct mkfs_params p = { .block_size = 1024, .journal = journal, .inodes = 64, .seconds = 1 };
    static uint8_t data[40000];
    const char *why;
    uint32_t d, ino;

    memdev_init(&dev, bytes, size / BLK_SECTOR, 0);
    if (mkfs(&dev.dev, &p, &why))
        abort();
    boot(bytes, size);
    RUN(fs_mount, false);
    RUN(fs_make, FS_ROOT, "d", 1, FS_IFDIR | 0755, 0, &d);
    RUN(fs_make, d, "s", 1, FS_IFDIR | 0755, 0, &ino);
    RUN(fs_make, d, "f", 1, FS_IFREG | 0644, 0, &ino);
    RUN(fs_write, ino, 0, data, 9000);
    RUN(fs_make, FS_ROOT, "big", 3, FS_IFREG | 0644, 0, &ino);
    RUN(fs_write, ino, 0, data, sizeof data);
    RUN(fs_symlink, FS_ROOT, "link", 4, "d/f", 3, &ino);
    if (journal)
        RUN(fs_sync);                   /* one to be replayed */
    else
        RUN(fs_unmount);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!images[0]) {
        images[0] = calloc(1, SMALL);
        images[1] = calloc(1, LARGE);
        work = malloc(LARGE);
        fill(images[0], SMALL, FS_JOURNAL_NONE);
        fill(images[1], LARGE, FS_JOURNAL_ORDERED);
    }
    if (size < 1)
        return 0;
    uint64_t n = data[0] & 1 ? LARGE : SMALL;

    for (int pass = 0; pass < 2; pass++) {
        memcpy(work, images[data[0] & 1], n);
        for (size_t i = 1; i + 4 <= size && i < 400; i += 4) {
            uint32_t at = data[i] | (uint32_t)data[i + 1] << 8;

            /* Mostly where superblock, descriptors, bitmaps, inodes and folders are. */
            if (data[i + 2] >= 192)
                at |= (uint32_t)data[i + 2] << 16;
            work[(1024 + at) % n] = data[i + 3];
        }
        if (pass == 0) {
            boot(work, n);
            use();
        } else {
            check(work, n);
        }
    }
    return 0;
}
