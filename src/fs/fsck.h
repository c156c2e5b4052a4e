/* fs/fsck.h - find and repair what is wrong with an image in memory.
 *
 * Five passes, as e2fsck has them: inodes and their blocks, folders, connection, link
 * counts, bitmaps. It works on the bytes as they are: a journal is replayed in any case,
 * and repairing changes what it repairs at once, so that later passes see it. Whoever only
 * wants to know gives a copy, or a `touch` that saves blocks before they change.
 *
 * What is wrong is what e2fsck calls so, and tests hold one against the other. Differs from it,
 * on purpose: (1) a journal's superblock whose log begins at an impossible block, or is too
 * short for one, is repaired (Linux refuses to mount it, fs/jbd2/journal.c; e2fsck passes over it); (2) all blocks kept for
 * more groups are as lib/ext2fs/res_gdt.c lays them out (e2fsck looks at a quarter of them);
 * (3) two entries of one name are wrong also in two blocks of a folder without an index, and
 * without types; (4) features that are not supported end the check; (5) a superblock without a
 * copy, two of whose numbers contradict each other, is repaired only if the bitmaps tell which
 * is right; (6) a block of bad ones that is a group's own is taken off that list, and the group
 * stays where it is; (7) a journal's inode that only its copy saves is wrong; (8) no file is
 * longer than i_blocks can count, as in Linux; (9) a link's target of less than 60 bytes stands
 * in its inode, which has no blocks besides; (10) folders that hang in each other in a circle
 * are in no folder (e2fsck, pass3.c, takes a short one for connected).
 */
#ifndef FS_FSCK_H
#define FS_FSCK_H

#include <fs/feature.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fsck_fault {
#define FAULT(name, text) FSCK_##name,
#include <fs/fsck.def>
#undef FAULT
    FSCK_NFAULTS
};

struct fsck_found {
    enum fsck_fault fault;
    uint32_t ino, block;
    uint64_t is, should;
};

struct fsck {
    /* The caller's */
    uint8_t *image;             /* aligned to 8 */
    uint64_t size;              /* bytes */
    bool repair;
    uint32_t seconds;           /* for times of deletion */
    uint32_t now;               /* what lies a day behind it is in the future; 0: no clock */
    void (*found)(void *self, const struct fsck_found *f);      /* may be NULL */
    void (*touch)(void *self, uint32_t block, uint32_t block_size);     /* may be NULL */
    void *self;
    /* Results */
    uint32_t nfound, nleft;     /* faults; those that could not be repaired */
    uint32_t nfiles, nblocks_used, ninodes, nblocks, block_size;
    uint32_t replayed;          /* blocks that the journal put in their place */
    uint32_t norphans;          /* inodes deleted or cut that were waiting for it */
    bool was_clean;             /* by its own word */
    const char *unusable;       /* why nothing can be done, or NULL */
    char features[FEATURE_TEXT];        /* what that may point to */
};

/* "the superblock ..." with its numbers put in, at most size - 1 characters. */
void fsck_text(const struct fsck_found *f, char *buf, size_t size);
/* Bytes that fsck needs to work in; 0: the image is no ext2 at all. */
size_t fsck_memory(const uint8_t *image, uint64_t size);
/* False: unusable. memory is aligned to 8. */
bool fsck(struct fsck *f, void *memory, size_t memory_size);

#endif
