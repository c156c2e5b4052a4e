/* fs/group.h - where a group's own blocks lie: superblock copy and descriptors in front, then
 * the two bitmaps and the inode table, which may stand anywhere behind but never in each
 * other. Mounting and fsck both ask this, since a bitmap that is also the descriptors would
 * move every group with the next bit that is set in it.
 *
 * Without flex_bg, which is not supported, they stand in their own group (e2fsprogs,
 * "check_super_block": "is not in group").
 */
#ifndef FS_GROUP_H
#define FS_GROUP_H

#include <fs/ondisk.h>

#include <stdbool.h>

enum { GROUP_BLOCK_BITMAP, GROUP_INODE_BITMAP, GROUP_INODE_TABLE, GROUP_PARTS };

struct group_span {
    uint32_t start, blocks;     /* its first block; how many it has, the last may have fewer */
    uint32_t front;             /* blocks of superblock, descriptors and room for more of them */
    uint32_t table;             /* blocks of the inode table */
};

/* Group g of a superblock whose numbers fit each other, below its number of groups. */
struct group_span group_span(const struct ext2_super *sb, uint32_t g);
/* Where mkfs puts that part: one of GROUP_*. */
uint32_t group_default(const struct group_span *s, unsigned part);
uint32_t *group_part(struct ext2_group *gd, unsigned part);
/* Is that part outside its group, in the front, or in another part? */
bool group_misplaced(const struct group_span *s, const struct ext2_group *gd, unsigned part);
/* All three stand where they may. */
bool group_sound(const struct group_span *s, const struct ext2_group *gd);

#endif
