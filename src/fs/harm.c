/* harm.c - bytes of the cache and of the medium that somebody else changes: for faults
 * that are put into a running system, and for saying whom they hit. */
#include "inside.h"

#include <string.h>

static bool cached(const struct buf *b)
{
    return b->block != BUF_NONE && b->valid && !b->reading;
}

uint64_t fs_cached_bytes(const struct fs *fs)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < fs->cache.nbufs; i++)
        n += cached(&fs->cache.bufs[i]);
    return n * fs->block_size;
}

uint32_t fs_harm(struct fs *fs, uint64_t at, uint8_t x)
{
    for (uint32_t i = 0; i < fs->cache.nbufs; i++) {
        struct buf *b = &fs->cache.bufs[i];

        if (!cached(b))
            continue;
        if (at < fs->block_size) {
            b->data[at] ^= x;
            return b->ino;
        }
        at -= fs->block_size;
    }
    return 0;
}

uint32_t fs_unwritten_files(const struct fs *fs)
{
    const struct bcache *c = &fs->cache;
    uint32_t n = 0;

    for (uint32_t i = 0; i < c->nbufs; i++) {
        bool first = c->bufs[i].dirty && c->bufs[i].block != BUF_NONE && c->bufs[i].ino;

        for (uint32_t j = 0; first && j < i; j++)
            first = !c->bufs[j].dirty || c->bufs[j].ino != c->bufs[i].ino;
        n += first;
    }
    return n;
}

/* --- whose a sector is --- */

struct medium {
    const struct blkdev *dev;
    uint32_t block_size, wanted;        /* wanted: the block that is looked for */
};

static bool peek(const struct medium *m, uint64_t at, void *to, uint32_t n)
{
    uint8_t sector[BLK_SECTOR];

    if (!blk_peek(m->dev, at / BLK_SECTOR, 1, sector))
        return false;
    memcpy(to, sector + at % BLK_SECTOR, n);
    return true;
}

/* Is the wanted block `block`, or one that this names, if it is a table of that depth? */
static bool holds(const struct medium *m, uint32_t block, unsigned depth)
{
    uint32_t entry[BLK_SECTOR / sizeof(uint32_t)];
    uint64_t at = (uint64_t)block * m->block_size;

    if (!block || block == m->wanted || !depth)
        return block && block == m->wanted;
    for (uint32_t done = 0; done < m->block_size; done += BLK_SECTOR) {
        if (!blk_peek(m->dev, (at + done) / BLK_SECTOR, 1, entry))
            return false;
        for (unsigned i = 0; i < sizeof entry / sizeof *entry; i++)
            if (holds(m, entry[i], depth - 1))
                return true;
    }
    return false;
}

static bool owns(const struct medium *m, const struct ext2_inode *in)
{
    uint16_t type = in->mode & FS_IFMT;

    if (!in->links_count || (type != FS_IFREG && type != FS_IFDIR))
        return false;
    for (unsigned i = 0; i < EXT2_NPTRS; i++)
        if (holds(m, in->block[i], i < EXT2_IND ? 0 : i - EXT2_IND + 1))
            return true;
    return false;
}

uint32_t fs_owner_of(const struct blkdev *dev, uint64_t sector)
{
    struct medium m = { .dev = dev, .block_size = fs_probe(dev) };
    struct ext2_super sb;
    struct ext2_group gd;
    struct ext2_inode in;

    if (!m.block_size || !blk_peek(dev, EXT2_SUPER_AT / BLK_SECTOR, 2, &sb) ||
        !sb.inodes_per_group || sb.inode_size < sizeof in ||
        sb.inode_size > BLK_SECTOR)
        return 0;
    m.wanted = (uint32_t)(sector * BLK_SECTOR / m.block_size);
    for (uint32_t i = 0; i < sb.inodes_count; i++) {
        uint32_t g = i / sb.inodes_per_group, in_group = i % sb.inodes_per_group;
        uint64_t groups = (uint64_t)(sb.first_data_block + 1) * m.block_size;

        if (i + 1 != EXT2_ROOT_INO && i + 1 < EXT2_FIRST_INO)
            continue;
        if (!peek(&m, groups + g * sizeof gd, &gd, sizeof gd) ||
            !peek(&m, (uint64_t)gd.inode_table * m.block_size +
                          (uint64_t)in_group * sb.inode_size, &in, sizeof in))
            return 0;
        if (owns(&m, &in))
            return i + 1;
    }
    return 0;
}
