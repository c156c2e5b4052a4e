/* damage_test.c - images damaged one field at a time: fsck finds what e2fsck finds, what it
 * repairs e2fsck calls clean, and mounting never crashes. Also what a full disk, a full
 * inode table, long names and a bad sector give. */
#include "../suite.h"
#include "volume.h"

#include <fs/fsck.h>
#include <fs/ondisk.h>
#include <sim/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t payload[70000];

/* A small tree with a bit of everything. */
static void fill(struct volume *v)
{
    uint32_t ino, d;

    volume_mount(v);
    d = volume_create(v, "/dir", FS_IFDIR | 0755);
    volume_create(v, "/dir/sub", FS_IFDIR | 0755);
    ino = volume_create(v, "/dir/file", FS_IFREG | 0644);
    memset(payload, 'p', sizeof payload);
    volume_write(v, ino, 0, payload, 20000);
    ino = volume_create(v, "/big", FS_IFREG | 0644);
    volume_write(v, ino, 0, payload, sizeof payload);
    volume_write(v, ino, 900000, payload, 3000);
    ck_assert_int_eq(RUN(v, fs_symlink, d, "fast", 4, "sub/x", 5, &ino), 0);
    ck_assert_int_eq(RUN(v, fs_symlink, d, "slow", 4, (char *)payload, 200, &ino), 0);
    ck_assert_int_eq(RUN(v, fs_make, d, "tty", 3, FS_IFCHR | 0600, 0x501, &ino), 0);
    ck_assert_int_eq(RUN(v, fs_make, d, "fifo", 4, FS_IFIFO | 0600, 0, &ino), 0);
    volume_unmount(v);
}

struct first { char *text; size_t size; };

static void keep_first(void *self, const struct fsck_found *f)
{
    struct first *k = self;

    if (!*k->text)
        fsck_text(f, k->text, k->size);
}

/* Faults that fsck finds, repairing or not; UINT32_MAX: nothing can be done. */
static uint32_t run_fsck(struct volume *v, bool repair, char *first, size_t size)
{
    struct first k = { first, size };
    struct fsck f = { .image = v->m.bytes, .size = v->size, .repair = repair, .seconds = 1,
                      .found = keep_first, .self = &k };
    size_t n = fsck_memory(v->m.bytes, v->size);
    void *memory = malloc(n + 8);

    *first = '\0';
    bool ok = n && fsck(&f, memory, n);

    free(memory);
    return ok ? f.nfound : UINT32_MAX;
}

/* ---- fields ---- */

enum where { SUPER, GROUP, INODE, DIRENT };

static const struct field {
    const char *name;
    enum where where;
    unsigned offset, size;      /* bytes */
    uint32_t ino;               /* of an inode's field, a folder's first block */
    uint64_t value;
} fields[] = {
#define SB(f, v) { "s_" #f, SUPER, offsetof(struct ext2_super, f), \
                   sizeof ((struct ext2_super *)0)->f, 0, v }
#define GD(f, v) { "bg_" #f, GROUP, offsetof(struct ext2_group, f), \
                   sizeof ((struct ext2_group *)0)->f, 0, v }
#define IN(i, f, v) { "i_" #f, INODE, offsetof(struct ext2_inode, f), \
                      sizeof ((struct ext2_inode *)0)->f, i, v }
#define DE(i, name, o, n, v) { name, DIRENT, o, n, i, v }
    SB(free_blocks_count, 7), SB(free_inodes_count, 3), SB(magic, 0), SB(blocks_count, 0),
    SB(inodes_count, 99), SB(log_block_size, 9), SB(blocks_per_group, 0),
    SB(inodes_per_group, 5), SB(first_data_block, 77), SB(inode_size, 100),
    SB(r_blocks_count, 0xffffffff), SB(state, 0), SB(last_orphan, 5), SB(last_orphan, 99999),
    GD(block_bitmap, 0), GD(block_bitmap, 999999), GD(block_bitmap, 2), GD(block_bitmap, 1),
    GD(block_bitmap, 5), GD(block_bitmap, 30), GD(inode_bitmap, 2), GD(inode_bitmap, 3),
    GD(inode_table, 2), GD(inode_table, 3), GD(inode_table, 9), GD(inode_bitmap, 0), GD(inode_table, 0),
    GD(inode_table, 0xfffffff0), GD(free_blocks_count, 1), GD(free_inodes_count, 1),
    GD(used_dirs_count, 77),
    IN(14, mode, 0), IN(14, mode, 0170644), IN(14, mode, 0040755), IN(14, links_count, 0),
    IN(14, links_count, 5), IN(14, size, 0), IN(14, size, 1), IN(14, size_high, 0x7fffffff),
    IN(14, blocks, 0), IN(14, blocks, 9999), IN(14, dtime, 1234), IN(14, flags, 0x80000),
    IN(14, flags, 0x1000), IN(14, file_acl, 5), IN(14, file_acl, 0xffffff),
    IN(14, faddr, 3), IN(14, block, 0), IN(14, block, 1), IN(14, block, 3),
    IN(14, block, 0xffffff), IN(14, block[12], 2), IN(14, block[12], 0xffffffff),
    IN(14, block[13], 40), IN(14, block[14], 0xfffffff),
    IN(12, mode, 0100644), IN(12, mode, 0), IN(12, size, 0), IN(12, size, 123),
    IN(12, size, 0x7ffffc00), IN(12, block, 0), IN(12, block, 0xfffffff), IN(12, links_count, 1),
    IN(12, links_count, 0), IN(13, links_count, 9), IN(2, mode, 0), IN(2, links_count, 0),
    IN(2, block, 0), IN(2, size, 0), IN(16, size, 0), IN(16, size, 30), IN(16, mode, 0100777),
    IN(17, size, 1), IN(17, block, 0), IN(18, size, 44), IN(18, mode, 0100600),
    IN(11, mode, 0), IN(11, links_count, 7),
    DE(12, "dot.ino", 0, 4, 14), DE(12, "dot.rec_len", 4, 2, 0), DE(12, "dot.rec_len", 4, 2, 13),
    DE(12, "dot.name_len", 6, 1, 2), DE(12, "dotdot.ino", 12, 4, 14),
    DE(12, "dotdot.ino", 12, 4, 999999), DE(12, "dotdot.rec_len", 16, 2, 1012),
    DE(12, "dotdot.name", 20, 1, 'x'), DE(12, "entry.ino", 24, 4, 0),
    DE(12, "entry.ino", 24, 4, 2), DE(12, "entry.ino", 24, 4, 12), DE(12, "entry.ino", 24, 4, 200),
    DE(12, "entry.ino", 24, 4, 0xffffffff), DE(12, "entry.rec_len", 28, 2, 0),
    DE(12, "entry.rec_len", 28, 2, 6), DE(12, "entry.rec_len", 28, 2, 0xfffc),
    DE(12, "entry.name_len", 30, 1, 0), DE(12, "entry.name_len", 30, 1, 255),
    DE(12, "entry.type", 31, 1, 1), DE(12, "entry.type", 31, 1, 99),
    DE(12, "entry.name", 32, 1, '/'), DE(12, "entry.name", 32, 1, 0),
    IN(8, flags, 0x1000),       /* of a journal that is not there nobody asks (pass1.c) */
    /* '.' may reach over one entry more (pass2.c, check_dot). */
    DE(12, "dot.rec_len", 4, 2, 24), DE(12, "dot.rec_len", 4, 2, 28),
};

static uint8_t *field_at(struct volume *v, const struct field *f)
{
    uint8_t *im = v->m.bytes;
    const struct ext2_group *gd = (const void *)(im + 2048);
    uint8_t *in = im + (uint64_t)gd->inode_table * 1024 + (f->ino - 1) * 128ull;

    switch (f->where) {
    case SUPER: return im + 1024 + f->offset;
    case GROUP: return im + 2048 + f->offset;
    case INODE: return in + f->offset;
    default: return im + (uint64_t)((struct ext2_inode *)(void *)in)->block[0] * 1024 + f->offset;
    }
}

static void damage(struct volume *v, const struct field *f)
{
    memcpy(field_at(v, f), &f->value, f->size < 8 ? f->size : 4);
}

/* Whatever stands there: mount, look, try to change something. Nothing may crash or hang. */
static void use(struct volume *v)
{
    uint64_t cursor = 0;
    struct fs_dirent d;
    struct fs_walk w;
    uint32_t ino;

    v->p.block_size = fs_probe(&v->m.dev);
    if (!v->p.block_size)
        return;
    volume_boot(v);
    if (RUN(v, fs_mount, false))
        return;
    for (int i = 0; i < 50; i++)
        if (RUN(v, fs_readdir, FS_ROOT, &cursor, &d) || !v->op.done)
            break;
    if (!RUN(v, fs_walk, FS_ROOT, "/dir/file", 9, true, &w) && w.ino) {
        RUN(v, fs_read, w.ino, 0, payload, sizeof payload);
        RUN(v, fs_truncate, w.ino, 3);
    }
    if (!RUN(v, fs_walk, FS_ROOT, "/big", 4, true, &w) && w.ino) {
        RUN(v, fs_write, w.ino, 5000, payload, 20000);
        RUN(v, fs_unlink, FS_ROOT, "big", 3);
    }
    RUN(v, fs_make, FS_ROOT, "new", 3, FS_IFDIR | 0755, 0, &ino);
    RUN(v, fs_rename, FS_ROOT, "dir", 3, FS_ROOT, "new", 3, 0);
    RUN(v, fs_unmount);
}

/* Says what is not as it should be, and counts it: one run shows all. */
static unsigned nbad;
#define WANT(cond, ...) ((cond) ? (void)0 : (nbad++, printf(__VA_ARGS__), (void)putchar('\n')))

static void one_field(const struct volume *good, const struct field *f)
{
    struct volume v = *good;
    char text[256], again[256];
    int status;

    v.m.bytes = malloc(good->size);
    memcpy(v.m.bytes, good->m.bytes, good->size);
    v.m.dev.self = &v.m;
    v.arena = NULL;
    damage(&v, f);
    const char *said = volume_e2fsck(&v, &status);
    bool theirs = *said;        /* a status alone: it set the state to clean */
    uint32_t found = run_fsck(&v, false, text, sizeof text);

    /* What e2fsck calls a fault, we do. */
    WANT(!theirs || found, "%s = %llu: e2fsck says: %s; fsck nothing", f->name,
                  (unsigned long long)f->value, said);
    for (int i = 0; i < 4 && run_fsck(&v, true, again, sizeof again); i++)
        ;
    found = run_fsck(&v, false, again, sizeof again);
    WANT(found == 0, "%s = %llu: after the repair of '%s': %s", f->name,
                  (unsigned long long)f->value, text, again);
    said = volume_e2fsck(&v, &status);
    WANT(status == 0 && !*said, "%s = %llu: repaired '%s', but e2fsck (%d): %s", f->name,
                  (unsigned long long)f->value, text, status, said);
    memcpy(v.m.bytes, good->m.bytes, good->size);
    damage(&v, f);
    use(&v);
    volume_free(&v);
}

START_TEST(one_field_at_a_time)
{
    struct volume v;

    volume_make(&v, 9 << 20, 1024, FS_JOURNAL_NONE, 0);    /* two groups: a second superblock */
    fill(&v);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        one_field(&v, &fields[i]);
    ck_assert_uint_eq(nbad, 0);
    volume_free(&v);
}
END_TEST

/* ---- at random ---- */

START_TEST(at_random)
{
    struct volume v;
    rng_t r = rng_stream(5, "damage", 0);
    char text[256];
    uint8_t *good;

    volume_make(&v, 4 << 20, 1024, FS_JOURNAL_ORDERED, 0);
    fill(&v);
    good = malloc(v.size);
    memcpy(good, v.m.bytes, v.size);
    for (int i = 0; i < 400; i++) {
        memcpy(v.m.bytes, good, v.size);
        for (uint64_t k = 1 + rng_below(&r, 6); k; k--)
            v.m.bytes[1024 + rng_below(&r, i % 2 ? 5000 : 600000)] = (uint8_t)rng_next(&r);
        use(&v);
        for (int k = 0; k < 6; k++)
            if (!run_fsck(&v, true, text, sizeof text))
                break;
        uint32_t left = run_fsck(&v, false, text, sizeof text);

        ck_assert_msg(left == 0 || left == UINT32_MAX || strstr(text, "no block"),
                      "round %d: after the repair: %s", i, text);
    }
    free(good);
    volume_free(&v);
}
END_TEST

/* ---- limits ---- */

START_TEST(full_disk)
{
    struct volume v;
    struct fs_statfs st;
    uint32_t ino;

    volume_make(&v, 2 << 20, 1024, FS_JOURNAL_NONE, 0);
    volume_mount(&v);
    ino = volume_create(&v, "/f", FS_IFREG | 0644);
    for (uint64_t at = 0;; at += sizeof payload) {
        ck_assert_uint_lt(at, v.size);
        int err = RUN(&v, fs_write, ino, at, payload, sizeof payload);

        if (err || v.op.done < sizeof payload) {
            ck_assert(err == 0 || err == -FS_ENOSPC);
            break;
        }
    }
    ck_assert_int_eq(RUN(&v, fs_statfs, &st), 0);
    ck_assert_uint_le(st.free, 1);      /* an indirect block may have had no child */
    ck_assert_int_eq(RUN(&v, fs_write, ino, 3 << 20, payload, 1), -FS_ENOSPC);
    ck_assert_int_eq(RUN(&v, fs_unlink, FS_ROOT, "f", 1), 0);
    volume_unmount(&v);
    volume_check_clean(&v);
    volume_free(&v);
}
END_TEST

START_TEST(full_inode_table)
{
    struct volume v;
    struct fs_statfs st;
    char name[16];
    uint32_t ino, n = 0;
    int err;

    volume_make(&v, 1 << 20, 1024, FS_JOURNAL_NONE, 0);
    volume_mount(&v);
    do {
        size_t len = (size_t)sprintf(name, "f%u", n++);

        err = RUN(&v, fs_make, FS_ROOT, name, len, FS_IFREG | 0644, 0, &ino);
    } while (!err);
    ck_assert_int_eq(err, -FS_ENOSPC);
    ck_assert_int_eq(RUN(&v, fs_statfs, &st), 0);
    ck_assert_uint_eq(st.free_inodes, 0);
    ck_assert_uint_eq(n - 1, st.inodes - 11);
    volume_unmount(&v);
    volume_check_clean(&v);
    volume_free(&v);
}
END_TEST

/* In the image, which is not mounted: of 1 KiB blocks and one group. */
static void set_links(struct volume *v, uint32_t ino, uint16_t links)
{
    const struct ext2_group *g = (const void *)(v->m.bytes + 2048);
    struct ext2_inode *in = (void *)(v->m.bytes + (size_t)g->inode_table * 1024 +
                                     (size_t)(ino - 1) * 128);

    in->links_count = links;
}

START_TEST(most_links)
{
    struct volume v;
    struct fs_stat st;
    uint32_t ino, dir, made;

    volume_make(&v, 1 << 20, 1024, FS_JOURNAL_NONE, 0);
    volume_mount(&v);
    ino = volume_create(&v, "/f", FS_IFREG | 0644);
    dir = volume_create(&v, "/d", FS_IFDIR | 0755);
    volume_unmount(&v);
    set_links(&v, ino, FS_LINK_MAX - 1);
    set_links(&v, dir, FS_LINK_MAX - 1);
    volume_boot(&v);
    volume_mount(&v);
    ck_assert_int_eq(RUN(&v, fs_link, ino, FS_ROOT, "last", 4), 0);
    ck_assert_int_eq(RUN(&v, fs_link, ino, FS_ROOT, "more", 4), -FS_EMLINK);
    ck_assert_int_eq(RUN(&v, fs_make, dir, "last", 4, FS_IFDIR | 0755, 0, &made), 0);
    ck_assert_int_eq(RUN(&v, fs_make, dir, "more", 4, FS_IFDIR | 0755, 0, &made), -FS_EMLINK);
    ck_assert_int_eq(RUN(&v, fs_make, dir, "file", 4, FS_IFREG | 0644, 0, &made), 0);
    ck_assert_int_eq(RUN(&v, fs_make, FS_ROOT, "sub", 3, FS_IFDIR | 0755, 0, &made), 0);
    ck_assert_int_eq(RUN(&v, fs_rename, FS_ROOT, "sub", 3, dir, "sub", 3, 0), -FS_EMLINK);
    ck_assert_int_eq(RUN(&v, fs_stat, dir, &st), 0);
    ck_assert_uint_eq(st.nlink, FS_LINK_MAX);
    volume_free(&v);
}
END_TEST

START_TEST(names_and_errors)
{
    struct volume v;
    char name[300];
    uint32_t ino, dir;
    struct fs_walk w;

    memset(name, 'n', sizeof name);
    volume_make(&v, 1 << 20, 1024, FS_JOURNAL_NONE, 0);
    volume_mount(&v);
    dir = volume_create(&v, "/d", FS_IFDIR | 0755);
    ck_assert_int_eq(RUN(&v, fs_make, dir, name, 255, FS_IFREG | 0644, 0, &ino), 0);
    ck_assert_int_eq(RUN(&v, fs_make, dir, name, 255, FS_IFREG | 0644, 0, &ino), -FS_EEXIST);
    ck_assert_int_eq(RUN(&v, fs_make, dir, name, 256, FS_IFREG | 0644, 0, &ino),
                     -FS_ENAMETOOLONG);
    ck_assert_int_eq(RUN(&v, fs_make, ino, "x", 1, FS_IFREG | 0644, 0, &ino), -FS_ENOTDIR);
    ck_assert_int_eq(RUN(&v, fs_rmdir, FS_ROOT, "d", 1), -FS_ENOTEMPTY);
    ck_assert_int_eq(RUN(&v, fs_unlink, FS_ROOT, "d", 1), -FS_EISDIR);
    ck_assert_int_eq(RUN(&v, fs_read, dir, 0, name, 1), -FS_EISDIR);
    ck_assert_int_eq(RUN(&v, fs_link, dir, FS_ROOT, "l", 1), -FS_EPERM);
    ck_assert_int_eq(RUN(&v, fs_truncate, ino, UINT64_MAX / 2), -FS_EFBIG);
    ck_assert_int_eq(RUN(&v, fs_symlink, FS_ROOT, "loop", 4, "loop", 4, &ino), 0);
    ck_assert_int_eq(RUN(&v, fs_walk, FS_ROOT, "/loop", 5, true, &w), -FS_ELOOP);
    v.uid = 7;
    ck_assert_int_eq(RUN(&v, fs_make, dir, "no", 2, FS_IFREG | 0644, 0, &ino), -FS_EACCES);
    ck_assert_int_eq(RUN(&v, fs_setattr, dir, FS_SET_MODE, &(struct fs_stat){ .mode = 0777 }),
                     -FS_EPERM);
    v.uid = 0;
    ck_assert_int_eq(fs_hold(v.fs, dir), 0);
    ck_assert_int_eq(RUN(&v, fs_unmount), -FS_EBUSY);
    ck_assert_int_eq(RUN(&v, fs_drop, dir), 0);
    volume_unmount(&v);
    ck_assert_int_eq(RUN(&v, fs_mount, true), 0);
    ck_assert_int_eq(RUN(&v, fs_make, FS_ROOT, "x", 1, FS_IFREG, 0, &ino), -FS_EROFS);
    ck_assert_int_eq(RUN(&v, fs_unmount), 0);
    volume_check_clean(&v);
    volume_free(&v);
}
END_TEST

/* Triple indirect blocks begin at byte 67,383,296 (1 KiB blocks). */
START_TEST(holes_far_out)
{
    struct volume v;
    const uint64_t at = 67383296;
    struct fs_stat st;
    uint8_t c = 0;
    uint32_t ino;

    volume_make(&v, 4 << 20, 1024, FS_JOURNAL_NONE, 0);
    volume_mount(&v);
    ino = volume_create(&v, "/sparse", FS_IFREG | 0644);
    volume_write(&v, ino, at - 1, "ab", 2);
    volume_write(&v, ino, 3000000000u, "z", 1);
    ck_assert_int_eq(RUN(&v, fs_stat, ino, &st), 0);
    ck_assert_uint_eq(st.size, 3000000001u);
    ck_assert_uint_eq(st.blocks, 2u * (3 + 2 + 2 + 3));         /* data and indirect blocks */
    ck_assert_int_eq(RUN(&v, fs_read, ino, at, &c, 1), 0);
    ck_assert_uint_eq(c, 'b');
    volume_unmount(&v);
    volume_check_clean(&v);
    volume_boot(&v);
    volume_mount(&v);
    ck_assert_int_eq(RUN(&v, fs_truncate, ino, 100), 0);
    ck_assert_int_eq(RUN(&v, fs_stat, ino, &st), 0);
    ck_assert_uint_eq(st.blocks, 0);
    volume_unmount(&v);
    volume_check_clean(&v);
    volume_free(&v);
}
END_TEST

START_TEST(bad_sector)
{
    struct volume v;
    uint32_t ino, block;
    uint8_t buf[4096];

    volume_make(&v, 2 << 20, 1024, FS_JOURNAL_NONE, 0);
    volume_mount(&v);
    ino = volume_create(&v, "/f", FS_IFREG | 0644);
    volume_write(&v, ino, 0, payload, 4096);
    ck_assert_int_eq(RUN(&v, fs_block_of, ino, 2048, &block, NULL), 0);
    volume_unmount(&v);
    volume_boot(&v);
    volume_mount(&v);
    v.m.bad_sector = block * 2;
    ck_assert_int_eq(RUN(&v, fs_read, ino, 0, buf, sizeof buf), 0);
    ck_assert_uint_eq(v.op.done, 2048);
    ck_assert_int_eq(RUN(&v, fs_read, ino, 2048, buf, 100), -FS_EIO);
    ck_assert_int_eq(RUN(&v, fs_read, ino, 3072, buf, 100), 0);
    volume_free(&v);
}
END_TEST

/* Data that begins like a block of the journal is logged in disguise, and comes back. */
START_TEST(escaped_words)
{
    static const uint8_t word[] = { 0xc0, 0x3b, 0x39, 0x98, 0, 0, 0, 1, 0, 0, 0, 5, 'p', 'p' };
    struct volume v;
    uint8_t block[1024] = { 0 }, back[1024];
    unsigned shown = 0;
    uint32_t ino, at;

    memcpy(block, word, sizeof word);
    volume_make(&v, 4 << 20, 1024, FS_JOURNAL_DATA, 0);
    volume_mount(&v);
    ino = volume_create(&v, "/f", FS_IFREG | 0644);
    volume_write(&v, ino, 0, block, sizeof block);
    ck_assert_int_eq(RUN(&v, fs_sync), 0);
    ck_assert_int_eq(RUN(&v, fs_block_of, ino, 0, &at, NULL), 0);
    for (uint64_t b = 0; b < v.size / 1024; b++)
        shown += memcmp(v.m.bytes + b * 1024, word, sizeof word) == 0;
    ck_assert_uint_eq(shown, 0);        /* neither in the log nor in its place yet */
    volume_check_clean(&v);             /* e2fsck replays a copy */
    volume_boot(&v);                    /* and this does */
    volume_mount(&v);
    ck_assert_int_eq(RUN(&v, fs_read, ino, 0, back, sizeof back), 0);
    ck_assert(memcmp(block, back, sizeof back) == 0);
    volume_unmount(&v);
    ck_assert(memcmp(v.m.bytes + (uint64_t)at * 1024, block, 1024) == 0);
    volume_free(&v);
}
END_TEST

/* A file's block that is a folder's, too: written as data and as metadata between two
 * commits, whichever comes first, it goes through the log, and fsck parts them. */
START_TEST(a_block_of_two)
{
    for (int first = 0; first < 2; first++) {
        static const struct field of_file = IN(0, block[0], 0);
        struct field f = of_file;
        struct volume v;
        char text[200];
        uint32_t dir, file, at;

        volume_make(&v, 4 << 20, 1024, FS_JOURNAL_ORDERED, 0);
        volume_mount(&v);
        dir = volume_create(&v, "/d", FS_IFDIR | 0755);
        file = volume_create(&v, "/f", FS_IFREG | 0644);
        volume_write(&v, file, 0, payload, 1024);
        ck_assert_int_eq(RUN(&v, fs_block_of, dir, 0, &at, NULL), 0);
        volume_unmount(&v);
        f.ino = file;
        f.value = at;
        damage(&v, &f);
        volume_boot(&v);
        volume_mount(&v);
        if (first)
            volume_write(&v, file, 900, "data", 4);
        volume_create(&v, "/d/x", FS_IFREG | 0644);
        volume_write(&v, file, 904, "more", 4);
        ck_assert_int_eq(RUN(&v, fs_sync), 0);
        volume_unmount(&v);
        ck_assert(memcmp(v.m.bytes + at * 1024ull + 904, "more", 4) == 0);
        ck_assert_uint_gt(run_fsck(&v, true, text, sizeof text), 0);
        ck_assert_uint_eq(run_fsck(&v, false, text, sizeof text), 0);
        volume_check_clean(&v);
        volume_free(&v);
    }
}
END_TEST

static struct ext2_inode *inode_in(struct volume *v, uint32_t ino)
{
    struct field f = IN(0, mode, 0);

    f.ino = ino;
    return (void *)field_at(v, &f);
}

static void want_contents(struct volume *v, uint32_t ino, size_t n, uint8_t with)
{
    uint8_t *back = malloc(n);

    memset(back, 0, n);
    ck_assert_int_eq(RUN(v, fs_read, ino, 0, back, (uint32_t)n), 0);
    ck_assert_uint_eq(v->op.done, n);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(back[i] == with, "byte %zu of inode %u", i, ino);
    free(back);
}

/* Two files' tables of pointers are one: whoever has the lower number, both keep all that the
 * table leads to, and each has it for itself afterwards. */
static void share_pointers(unsigned slot, unsigned owner)
{
    const size_t size = 300 * 1024;     /* 268 blocks are direct and singly indirect */
    uint8_t *data = malloc(size);
    uint32_t ino[2];
    struct volume v;
    char text[200];

    memset(data, 'o', size);
    volume_make(&v, 4 << 20, 1024, FS_JOURNAL_NONE, 0);
    volume_mount(&v);
    for (unsigned i = 0; i < 2; i++) {
        ino[i] = volume_create(&v, i ? "/b" : "/a", FS_IFREG | 0644);
        volume_write(&v, ino[i], 0, data, i == owner ? (uint32_t)size : 12 * 1024);
    }
    volume_unmount(&v);
    inode_in(&v, ino[!owner])->block[slot] = inode_in(&v, ino[owner])->block[slot];
    ck_assert_uint_gt(run_fsck(&v, false, text, sizeof text), 0);
    ck_assert_uint_gt(run_fsck(&v, true, text, sizeof text), 0);
    ck_assert_uint_eq(run_fsck(&v, false, text, sizeof text), 0);
    ck_assert_uint_ne(inode_in(&v, ino[0])->block[slot], inode_in(&v, ino[1])->block[slot]);
    volume_check_clean(&v);
    volume_boot(&v);
    volume_mount(&v);
    want_contents(&v, ino[owner], size, 'o');
    want_contents(&v, ino[!owner], 12 * 1024, 'o');
    volume_unmount(&v);
    volume_free(&v);
    free(data);
}

START_TEST(pointers_of_two)
{
    for (unsigned slot = EXT2_IND; slot <= EXT2_DIND; slot++) {
        share_pointers(slot, 0);
        share_pointers(slot, 1);
    }
}
END_TEST

/* More files without a name than a block of lost+found has room for. */
START_TEST(lost_and_found)
{
    enum { FILES = 120 };       /* 84 of them fill 1 KiB */
    struct volume v;
    char text[200], name[16];
    uint32_t ino[FILES], dir;

    volume_make(&v, 4 << 20, 1024, FS_JOURNAL_NONE, 0);
    volume_mount(&v);
    dir = volume_create(&v, "/d", FS_IFDIR | 0755);
    for (unsigned i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "/d/%u", i);
        ino[i] = volume_create(&v, name, FS_IFREG | 0644);
        volume_write(&v, ino[i], 0, "x", 1);
    }
    volume_unmount(&v);
    inode_in(&v, dir)->mode = FS_IFREG | 0644;
    inode_in(&v, EXT2_FIRST_INO)->mode = FS_IFREG | 0644;   /* the new one has one block */
    ck_assert_uint_gt(run_fsck(&v, true, text, sizeof text), FILES);
    ck_assert_uint_eq(run_fsck(&v, false, text, sizeof text), 0);
    volume_check_clean(&v);
    volume_boot(&v);
    volume_mount(&v);
    for (unsigned i = 0; i < FILES; i++) {
        snprintf(text, sizeof text, "/lost+found/#%u", ino[i]);
        ck_assert_uint_eq(volume_find(&v, text), ino[i]);
    }
    volume_unmount(&v);
    volume_free(&v);
}
END_TEST

/* A table of pointers all of which lead to it, for all files: a billion ways, and an end. */
START_TEST(pointers_in_circles)
{
    struct volume v;
    char text[200];
    uint32_t at, n = 0;

    volume_make(&v, 4 << 20, 1024, FS_JOURNAL_NONE, 0);
    volume_mount(&v);
    uint32_t first = volume_create(&v, "/first", FS_IFREG | 0644);

    volume_write(&v, first, 0, payload, 1024);
    ck_assert_int_eq(RUN(&v, fs_block_of, first, 0, &at, NULL), 0);
    for (char name[8] = "/a"; name[1] <= 'z'; name[1]++)
        n = volume_create(&v, name, FS_IFREG | 0644);
    volume_unmount(&v);
    for (uint32_t i = 0; i < 256; i++)
        memcpy(v.m.bytes + at * 1024ull + i * 4, &at, sizeof at);
    for (uint32_t ino = first + 1; ino <= n; ino++)
        for (unsigned slot = EXT2_IND; slot < EXT2_NPTRS; slot++)
            inode_in(&v, ino)->block[slot] = at;
    for (int i = 0; i < 4 && run_fsck(&v, true, text, sizeof text); i++)
        ;
    ck_assert_uint_eq(run_fsck(&v, false, text, sizeof text), 0);
    volume_check_clean(&v);
    volume_free(&v);
}
END_TEST

static void last_through(void *self, const struct blk_request *r)
{
    if (r->op == BLK_WRITE && r->through)
        *(uint64_t *)self = r->sector + r->nsectors;
}

/* Where the log goes on cannot be written: nobody is told that his changes are safe, not who
 * waits for it and not who asks later, and from then on nothing can be changed. */
static void break_log(enum fs_journal journal)
{
    struct volume v;
    uint64_t log_end = 0;
    uint32_t ino, made;

    volume_make(&v, 4 << 20, 1024, journal, 0);
    volume_mount(&v);
    ino = volume_create(&v, "/f", FS_IFREG | 0644);
    v.m.record = last_through;
    v.m.record_self = &log_end;
    ck_assert_int_eq(RUN(&v, fs_sync), 0);
    ck_assert_uint_ne(log_end, 0);
    v.m.bad_sector = log_end;
    volume_write(&v, ino, 0, "lost", 4);
    ck_assert_int_eq(RUN(&v, fs_fsync, ino), -FS_EIO);
    ck_assert_int_eq(RUN(&v, fs_fsync, ino), -FS_EIO);
    ck_assert_int_eq(RUN(&v, fs_sync), -FS_EIO);
    ck_assert(fs_is_read_only(v.fs));
    ck_assert_int_eq(RUN(&v, fs_make, FS_ROOT, "x", 1, FS_IFREG, 0, &made), -FS_EROFS);
    ck_assert_int_eq(RUN(&v, fs_unmount), -FS_EIO);
    volume_free(&v);
}

START_TEST(a_broken_log_is_told)
{
    break_log(FS_JOURNAL_ORDERED);
    break_log(FS_JOURNAL_DATA);
}
END_TEST

SUITE(fs_damage, 60, a_broken_log_is_told, a_block_of_two, pointers_of_two, lost_and_found, pointers_in_circles, full_disk, full_inode_table, most_links, names_and_errors, holes_far_out, bad_sector,
      escaped_words, at_random)
SUITE(fs_fields, 60, one_field_at_a_time)
