/* fs/mkfs.h - make an empty ext2 (or ext3) on a device, as mke2fs would: e2fsck calls
 * it clean. Pokes; nothing is waited for. What was on the device is not looked at, but
 * for blocks that have to be zero.
 */
#ifndef FS_MKFS_H
#define FS_MKFS_H

#include <fs/fs.h>

struct mkfs_params {
    uint32_t block_size;        /* 1024, 2048, 4096 */
    uint32_t inodes;            /* at least so many; 0: one for each 4 KiB (16 KiB from
                                 * 512 MiB on) */
    enum fs_journal journal;    /* both kinds look the same on the disk */
    uint32_t journal_blocks;    /* 0: as mke2fs has it, at least 1024 */
    uint32_t reserved_percent;  /* for root; 0 .. 50 */
    uint32_t seconds;           /* the time of its making */
    uint64_t seed;              /* what its UUID is made from */
    const char *label;          /* up to 16 bytes; NULL: none */
};

/* 0, or -FS_EINVAL / -FS_ENOSPC / -FS_EIO with the reason in *why. The file system fills
 * the whole device. */
int mkfs(const struct blkdev *dev, const struct mkfs_params *p, const char **why);

#endif
