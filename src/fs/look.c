/* look.c - see look.h */
#include <fs/look.h>

#include <fs/inside.h>

#include <string.h>

enum { BLOCK_MAX = 4096, LIMIT = 1 << 20 /* entries in all, against folders in circles */ };

struct looker {
    const struct fs *fs;
    disk_entry_fn *fn;
    void *ctx;
    uint32_t left;
};

static bool block_read(const struct fs *fs, uint32_t block, void *buf)
{
    const struct buf *b = bcache_find(&fs->cache, block);
    uint32_t sectors = fs->block_size / BLK_SECTOR;

    if (b && b->valid) {
        memcpy(buf, b->data, fs->block_size);
        return true;
    }
    return block_valid(fs, block) && blk_peek(fs->dev, (uint64_t)block * sectors, sectors, buf);
}

static bool inode_read(const struct fs *fs, uint32_t ino, struct ext2_inode *in)
{
    _Alignas(8) uint8_t buf[BLOCK_MAX];
    uint32_t i = ino - 1, g = i / fs->inodes_per_group;

    if (!ino || ino > fs->ninodes ||
        !block_read(fs, fs->first_data + 1 + g / fs->descs_per_block, buf))
        return false;
    const struct ext2_group *gd = (const void *)(buf + g % fs->descs_per_block * sizeof *gd);
    i %= fs->inodes_per_group;
    if (!block_read(fs, gd->inode_table + i / fs->inodes_per_block, buf))
        return false;
    memcpy(in, buf + i % fs->inodes_per_block * fs->inode_size, sizeof *in);
    return in->mode != 0;
}

/* --- blocks --- */

static void add_block(struct disk_entry *e, uint32_t block)
{
    uint32_t last = e->nruns - 1;

    e->nblocks++;
    if (e->nruns && e->nruns <= DISK_ENTRY_RUNS &&
        e->run[last].from + e->run[last].n == block) {
        e->run[last].n++;
        return;
    }
    if (e->nruns < DISK_ENTRY_RUNS)
        e->run[e->nruns].from = block, e->run[e->nruns].n = 1;
    e->nruns++;
}

/* What a pointer leads to; level 0: data. */
static void add_tree(const struct fs *fs, struct disk_entry *e, uint32_t block, unsigned level)
{
    uint32_t ptr[BLOCK_MAX / 4];

    if (!block || e->nblocks >= LIMIT)
        return;
    if (!level) {
        add_block(e, block);
        return;
    }
    e->npointers++;
    if (!block_read(fs, block, ptr))
        return;
    for (uint32_t i = 0; i < fs->nptrs; i++)
        add_tree(fs, e, ptr[i], level - 1);
}

static void fill(const struct fs *fs, const struct ext2_inode *in, struct disk_entry *e)
{
    e->mode = in->mode;
    e->links = in->links_count;
    e->size = inode_size(in);
    e->nblocks = e->npointers = e->nruns = 0;
    for (unsigned i = 0; inode_has_blocks(fs, in) && i < EXT2_NPTRS; i++)
        add_tree(fs, e, in->block[i], i < EXT2_NDIRECT ? 0 : i - EXT2_NDIRECT + 1);
}

/* --- folders --- */

static bool visit(struct looker *k, uint32_t ino, uint32_t depth, const char *name, size_t len);

static bool is_dots(const struct ext2_dirent *d)
{
    return d->name[0] == '.' && (d->name_len == 1 || (d->name_len == 2 && d->name[1] == '.'));
}

static bool visit_block(struct looker *k, uint32_t block, uint32_t depth)
{
    _Alignas(8) uint8_t buf[BLOCK_MAX];
    uint32_t size = k->fs->block_size;

    if (!block || !block_read(k->fs, block, buf))
        return true;
    for (uint32_t at = 0; at + 8 <= size;) {
        const struct ext2_dirent *d = (const void *)(buf + at);

        if (d->rec_len < 8 || d->rec_len % 4 || d->rec_len > size - at ||
            d->name_len + 8u > d->rec_len)
            return true;
        if (d->ino && d->name_len && !is_dots(d) &&
            !visit(k, d->ino, depth + 1, d->name, d->name_len))
            return false;
        at += d->rec_len;
    }
    return true;
}

/* The first ones, which a view has room for: those that the inode itself points to, and one
 * block of pointers. */
static bool visit_folder(struct looker *k, const struct ext2_inode *in, uint32_t depth)
{
    uint32_t ptr[BLOCK_MAX / 4];

    for (unsigned i = 0; i < EXT2_NDIRECT; i++)
        if (!visit_block(k, in->block[i], depth))
            return false;
    if (!in->block[EXT2_IND] || !block_read(k->fs, in->block[EXT2_IND], ptr))
        return true;
    for (uint32_t i = 0; i < k->fs->nptrs; i++)
        if (!visit_block(k, ptr[i], depth))
            return false;
    return true;
}

static bool visit(struct looker *k, uint32_t ino, uint32_t depth, const char *name, size_t len)
{
    struct ext2_inode in;
    struct disk_entry e = { .ino = ino, .depth = depth };

    if (!inode_read(k->fs, ino, &in))
        return true;
    if (!k->left--)
        return false;
    memcpy(e.name, name, len);
    fill(k->fs, &in, &e);
    if (!k->fn(k->ctx, &e))
        return false;
    return inode_type(&in) != FS_IFDIR || depth == DISK_TREE_DEPTH ||
           visit_folder(k, &in, depth);
}

void fs_look(const struct fs *fs, disk_entry_fn *fn, void *ctx)
{
    struct looker k = { .fs = fs, .fn = fn, .ctx = ctx, .left = LIMIT };

    if (fs->mounted)
        (void)visit(&k, FS_ROOT, 0, "/", 1);
}
