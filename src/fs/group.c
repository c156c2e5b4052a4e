/* group.c - where a group's own blocks lie. */
#include <fs/group.h>

static bool has_front(const struct ext2_super *sb, uint32_t g)
{
    return !sb->rev_level || !(sb->feature_ro_compat & EXT2_RO_SPARSE_SUPER) ||
           ext2_sparse_has_super(g);
}

struct group_span group_span(const struct ext2_super *sb, uint32_t g)
{
    uint32_t size = 1024u << sb->log_block_size;
    uint32_t inode = sb->rev_level ? sb->inode_size : 128;
    uint32_t start = sb->first_data_block + g * sb->blocks_per_group;
    uint32_t left = sb->blocks_count - start, groups = sb->inodes_count / sb->inodes_per_group;
    uint32_t descs = (groups * (uint32_t)sizeof(struct ext2_group) + size - 1) / size;
    uint32_t room = sb->feature_compat & EXT2_COMPAT_RESIZE_INODE ? sb->reserved_gdt_blocks : 0;

    return (struct group_span){
        .start = start, .blocks = left < sb->blocks_per_group ? left : sb->blocks_per_group,
        .front = has_front(sb, g) ? 1 + descs + room : 0,
        .table = sb->inodes_per_group / (size / inode),
    };
}

uint32_t group_default(const struct group_span *s, unsigned part)
{
    return s->start + s->front + part;
}

uint32_t *group_part(struct ext2_group *gd, unsigned part)
{
    return part == GROUP_BLOCK_BITMAP ? &gd->block_bitmap
           : part == GROUP_INODE_BITMAP ? &gd->inode_bitmap : &gd->inode_table;
}

static uint64_t place_of(const struct ext2_group *gd, unsigned part)
{
    return part == GROUP_BLOCK_BITMAP ? gd->block_bitmap
           : part == GROUP_INODE_BITMAP ? gd->inode_bitmap : gd->inode_table;
}

static uint32_t length_of(const struct group_span *s, unsigned part)
{
    return part == GROUP_INODE_TABLE ? s->table : 1;
}

bool group_misplaced(const struct group_span *s, const struct ext2_group *gd, unsigned part)
{
    uint64_t at = place_of(gd, part), end = at + length_of(s, part);

    if (at < (uint64_t)s->start + s->front || end > (uint64_t)s->start + s->blocks)
        return true;
    for (unsigned other = 0; other < GROUP_PARTS; other++) {
        uint64_t from = place_of(gd, other);

        if (other != part && at < from + length_of(s, other) && from < end)
            return true;
    }
    return false;
}

bool group_sound(const struct group_span *s, const struct ext2_group *gd)
{
    for (unsigned part = 0; part < GROUP_PARTS; part++)
        if (group_misplaced(s, gd, part))
            return false;
    return true;
}
