/* ext2_test.c - the file system as its callers see it, judged by e2fsck. */
#include "../suite.h"
#include "volume.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t sizes[] = { 1024, 2048, 4096 };
static const enum fs_journal journals[] = { FS_JOURNAL_NONE, FS_JOURNAL_ORDERED,
                                            FS_JOURNAL_DATA };

static void mkfs_is_clean(int i)
{
    struct volume v;

    volume_make(&v, 16 << 20, sizes[i % 3], journals[i / 3], 0);
    volume_check_clean(&v);
    volume_mount(&v);
    volume_unmount(&v);
    volume_check_clean(&v);
    volume_free(&v);
}

static void write_and_read(int i)
{
    struct volume v;
    static uint8_t buf[300000], back[300000];
    struct fs_stat st;

    for (size_t k = 0; k < sizeof buf; k++)
        buf[k] = (uint8_t)(k * 7 + k / 1000);
    volume_make(&v, 16 << 20, sizes[i % 3], journals[i / 3 % 3], i >= 9 ? 77 : 0);
    volume_mount(&v);
    volume_create(&v, "/d", FS_IFDIR | 0755);
    uint32_t ino = volume_create(&v, "/d/f", FS_IFREG | 0644);

    volume_write(&v, ino, 12345, buf, sizeof buf);
    ck_assert_int_eq(RUN(&v, fs_sync), 0);
    volume_unmount(&v);
    volume_check_clean(&v);
    volume_boot(&v);
    volume_mount(&v);
    ck_assert_uint_eq(volume_find(&v, "/d/f"), ino);
    ck_assert_int_eq(RUN(&v, fs_stat, ino, &st), 0);
    ck_assert_uint_eq(st.size, 12345 + sizeof buf);
    ck_assert_int_eq(RUN(&v, fs_read, ino, 12345, back, sizeof back), 0);
    ck_assert_uint_eq(v.op.done, sizeof buf);
    ck_assert(memcmp(buf, back, sizeof buf) == 0);
    uint32_t d = volume_find(&v, "/d");

    ck_assert_int_eq(RUN(&v, fs_unlink, d, "f", 1), 0);
    ck_assert_int_eq(RUN(&v, fs_rmdir, FS_ROOT, "d", 1), 0);
    volume_unmount(&v);
    volume_check_clean(&v);
    volume_free(&v);
}

START_TEST(mkfs_all)
{
    for (int i = 0; i < 9; i++)
        mkfs_is_clean(i);
}
END_TEST

START_TEST(write_all)
{
    for (int i = 0; i < 18; i++)
        write_and_read(i);
}
END_TEST

SUITE(ext2, 60, mkfs_all, write_all)
