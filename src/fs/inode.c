/* inode.c - inodes, and the trees that say where a file's blocks are. */
#include <fs/inside.h>

#include <sim/check.h>
#include <string.h>

/* ---- the table ---- */

static int inode_place(struct fs *fs, uint32_t ino, uint32_t *block, uint32_t *offset)
{
    const struct ext2_group *gd;
    int err;

    if (ino < 1 || ino > fs->ninodes)
        return fs_damaged(fs, "an inode number is out of range");
    uint32_t i = (ino - 1) % fs->inodes_per_group;

    err = group_get(fs, (ino - 1) / fs->inodes_per_group, &gd);
    if (err)
        return err;
    *block = gd->inode_table + i / fs->inodes_per_block;
    *offset = i % fs->inodes_per_block * fs->inode_size;
    return 0;
}

int inode_get(struct fs *fs, uint32_t ino, const struct ext2_inode **in)
{
    const uint8_t *data;
    uint32_t block = 0, offset = 0;
    int err = inode_place(fs, ino, &block, &offset);

    if (!err)
        err = tx_get(fs, block, &data);
    if (!err)
        *in = (const void *)(data + offset);
    return err;
}

int inode_live(struct fs *fs, uint32_t ino, const struct ext2_inode **in)
{
    int err = inode_get(fs, ino, in);

    if (!err && !(*in)->mode)
        err = -FS_ENOENT;
    return err;
}

int inode_edit(struct fs *fs, uint32_t ino, struct ext2_inode **in)
{
    uint8_t *data;
    uint32_t block = 0, offset = 0;
    int err = inode_place(fs, ino, &block, &offset);

    if (!err)
        err = tx_edit(fs, block, TX_META, 0, &data);
    if (!err)
        *in = (void *)(data + offset);
    return err;
}

uint64_t inode_size(const struct ext2_inode *in)
{
    uint64_t high = inode_type(in) == FS_IFREG ? in->size_high : 0;

    return high << 32 | in->size;
}

void inode_set_size(struct ext2_inode *in, uint64_t size)
{
    in->size = (uint32_t)size;
    if (inode_type(in) == FS_IFREG)
        in->size_high = (uint32_t)(size >> 32);
}

static uint32_t sectors(const struct fs *fs)
{
    return fs->block_size / BLK_SECTOR;
}

bool inode_has_blocks(const struct fs *fs, const struct ext2_inode *in)
{
    uint32_t type = inode_type(in);

    return type == FS_IFREG || type == FS_IFDIR ||
           (type == FS_IFLNK && in->blocks != (in->file_acl ? sectors(fs) : 0));
}

bool inode_may(const struct fs_op *op, const struct ext2_inode *in, unsigned want)
{
    struct fs_stat st = { .mode = in->mode, .uid = in->uid | (uint32_t)in->uid_high << 16,
                          .gid = in->gid | (uint32_t)in->gid_high << 16 };

    return fs_access(op, &st, want) == 0;
}

/* ---- the tree of blocks ---- */

/* Which pointer of the inode, and which of each indirect block below it. The depth (0: the
 * inode's own pointer), -1: no file is that long. */
static int path_of(const struct fs *fs, uint64_t n, uint32_t idx[4])
{
    uint32_t bits = fs->log_ptrs, mask = fs->nptrs - 1;

    if (n < EXT2_NDIRECT) {
        idx[0] = (uint32_t)n;
        return 0;
    }
    n -= EXT2_NDIRECT;
    for (int depth = 1; depth <= 3; depth++) {
        uint64_t span = 1ull << bits * (unsigned)depth;

        if (n < span) {
            idx[0] = (uint32_t)(EXT2_NDIRECT - 1 + depth);
            for (int k = depth; k >= 1; k--, n >>= bits)
                idx[k] = (uint32_t)n & mask;
            return depth;
        }
        n -= span;
    }
    return -1;
}

/* How many blocks from a place on the pointer at that level of its path stands for. */
static uint64_t behind(const struct fs *fs, const uint32_t idx[4], int level, int depth)
{
    uint64_t blocks = 0;

    for (int k = level + 1; k <= depth; k++)
        blocks = (blocks << fs->log_ptrs) + fs->nptrs - 1 - idx[k];
    return blocks + 1;
}

int inode_look(struct fs *fs, const struct ext2_inode *in, uint64_t lblock, uint32_t *block,
               uint64_t *hole)
{
    uint32_t idx[4];
    int k = 0, depth = path_of(fs, lblock, idx);

    *block = 0;
    if (depth < 0)
        return -FS_EFBIG;
    uint32_t at = in->block[idx[0]];

    while (at && k < depth) {
        const uint8_t *data;
        int err;

        if (!block_valid(fs, at))
            return fs_damaged(fs, "a file has an indirect block that is none");
        err = tx_get(fs, at, &data);
        if (err)
            return err;
        memcpy(&at, data + 4 * idx[++k], 4);
    }
    if (at && !block_valid(fs, at))
        return fs_damaged(fs, "a file has a block that is none");
    if (hole)
        *hole = at ? 0 : behind(fs, idx, k, depth);
    *block = at;
    return 0;
}

int inode_map(struct fs *fs, const struct ext2_inode *in, uint64_t lblock, uint32_t *block)
{
    return inode_look(fs, in, lblock, block, NULL);
}

/* Near the block before, else in the inode's group. */
static uint32_t goal_of(const struct fs *fs, uint32_t ino, uint32_t before)
{
    if (before)
        return before + 1;
    return fs->first_data + (ino - 1) / fs->inodes_per_group * fs->per_group;
}

static int fill(struct fs *fs, struct ext2_inode *in, uint32_t goal, uint32_t *at)
{
    int err = block_alloc(fs, goal, at);

    if (!err)
        in->blocks += sectors(fs);
    return err;
}

int inode_map_alloc(struct fs *fs, uint32_t ino, struct ext2_inode *in, uint64_t lblock,
                    uint32_t *block, bool *fresh)
{
    uint32_t idx[4], at, goal;
    int err, depth = path_of(fs, lblock, idx);

    *fresh = false;
    if (depth < 0)
        return -FS_EFBIG;
    err = inode_map(fs, in, lblock, block);
    if (err || *block)
        return err;
    err = lblock ? inode_map(fs, in, lblock - 1, &goal) : 0;
    if (err)
        return err;
    goal = goal_of(fs, ino, lblock ? goal : 0);
    at = in->block[idx[0]];
    if (!at) {
        err = fill(fs, in, goal, &at);
        if (err)
            return err;
        in->block[idx[0]] = at;
        *fresh = true;
    }
    for (int k = 1; k <= depth; k++) {
        uint8_t *data;
        uint32_t next;

        err = *fresh ? tx_new(fs, at, TX_META, ino, &data)
                     : tx_edit(fs, at, TX_META, ino, &data);
        if (err)
            return err;
        memcpy(&next, data + 4 * idx[k], 4);
        *fresh = !next;
        if (!next) {
            err = fill(fs, in, at + 1, &next);
            if (err)
                return err;
            memcpy(data + 4 * idx[k], &next, 4);
        }
        at = next;
    }
    *block = at;
    return 0;
}

/* ---- giving blocks back ---- */

struct shrink {
    struct fs *fs;
    struct ext2_inode *in;
    uint32_t ino;
    uint64_t keep;
    bool more;
};

static int give_back(struct shrink *s, uint32_t *at)
{
    int err = block_free(s->fs, *at);

    if (err)
        return err;
    *at = 0;
    s->in->blocks -= s->in->blocks < sectors(s->fs) ? s->in->blocks : sectors(s->fs);
    return 0;
}

/* The tree under *at, which covers the file's blocks from `first` on. */
static int shrink_tree(struct shrink *s, uint32_t *at, unsigned depth, uint64_t first)
{
    enum { NEEDS = 8 };         /* blocks that giving back one may change */
    uint8_t *data;
    int err;

    if (!*at)
        return 0;
    if (!tx_room(s->fs, NEEDS)) {
        s->more = true;
        return 0;
    }
    if (depth == 0)
        return give_back(s, at);
    if (!block_valid(s->fs, *at))
        return fs_damaged(s->fs, "a file has an indirect block that is none");
    err = tx_edit(s->fs, *at, TX_META, s->ino, &data);
    if (err)
        return err;
    uint64_t span = 1ull << s->fs->log_ptrs * (depth - 1);
    uint32_t *ptr = (uint32_t *)(void *)data;

    for (uint32_t i = s->fs->nptrs; i-- && first + (i + 1) * span > s->keep;) {
        err = shrink_tree(s, &ptr[i], depth - 1, first + i * span);
        if (err || s->more)
            return err;
    }
    return first >= s->keep ? give_back(s, at) : 0;
}

int inode_shrink(struct fs *fs, uint32_t ino, struct ext2_inode *in, uint64_t keep,
                 bool *more)
{
    struct shrink s = { .fs = fs, .in = in, .ino = ino, .keep = keep };
    uint64_t p = fs->nptrs;
    const uint64_t first[] = { EXT2_NDIRECT, EXT2_NDIRECT + p, EXT2_NDIRECT + p + p * p };
    int err = 0;

    for (unsigned depth = 3; !err && !s.more && depth >= 1; depth--)
        if (first[depth - 1] + (1ull << fs->log_ptrs * depth) > keep)
            err = shrink_tree(&s, &in->block[EXT2_NDIRECT - 1 + depth], depth,
                              first[depth - 1]);
    for (uint32_t i = EXT2_NDIRECT; !err && !s.more && i-- > keep;)
        err = shrink_tree(&s, &in->block[i], 0, i);
    *more = s.more;
    return err;
}

/* ---- orphans: chained through i_dtime, newest first ---- */

/* *listed: ino is on the list (a file can be unlinked while it is being cut). */
static int orphan_find(struct fs *fs, uint32_t ino, uint32_t at, bool *listed)
{
    *listed = false;
    for (uint32_t n = 0; at && !*listed; n++) {
        const struct ext2_inode *in;
        int err = inode_get(fs, at, &in);

        if (err || n > fs->ninodes)
            return err ? err : fs_damaged(fs, "the list of orphaned inodes is a ring");
        *listed = at == ino;
        at = in->dtime;
    }
    return 0;
}

int orphan_add(struct fs *fs, uint32_t ino, struct ext2_inode *in)
{
    struct ext2_super *sb;
    bool listed;
    int err = super_edit(fs, &sb);

    if (!err)
        err = orphan_find(fs, ino, sb->last_orphan, &listed);
    if (err || listed)
        return err;
    in->dtime = sb->last_orphan;
    sb->last_orphan = ino;
    return 0;
}

int orphan_remove(struct fs *fs, uint32_t ino, struct ext2_inode *in)
{
    struct ext2_super *sb;
    struct ext2_inode *before;
    const struct ext2_inode *seen;
    int err = super_edit(fs, &sb);

    if (err)
        return err;
    uint32_t at = sb->last_orphan;

    if (at == ino) {
        sb->last_orphan = in->dtime;
        in->dtime = 0;
        return 0;
    }
    for (uint32_t n = 0; at && n <= fs->ninodes; n++) {
        err = inode_get(fs, at, &seen);
        if (err)
            return err;
        if (seen->dtime == ino) {
            err = inode_edit(fs, at, &before);
            if (!err)
                before->dtime = in->dtime;
            in->dtime = 0;
            return err;
        }
        at = seen->dtime;
    }
    return 0;                   /* it was on no list: that will do as well */
}

static int drop_attributes(struct fs *fs, struct ext2_inode *in)
{
    struct ext2_xattr_header *h;
    uint8_t *data;
    int err;

    if (!in->file_acl)
        return 0;
    if (!block_valid(fs, in->file_acl))
        return fs_damaged(fs, "a file has a block of attributes that is none");
    err = tx_edit(fs, in->file_acl, TX_META, 0, &data);
    if (err)
        return err;
    h = (void *)data;
    if (h->magic == EXT2_XATTR_MAGIC && h->refcount > 1)
        h->refcount--;
    else
        err = block_free(fs, in->file_acl);
    in->file_acl = 0;
    in->blocks -= in->blocks < sectors(fs) ? in->blocks : sectors(fs);
    return err;
}

/* A time as small as an inode's number would be taken for a link of the orphans' list. */
static uint32_t deletion_time(const struct fs *fs)
{
    uint32_t now = fs->tx.op->seconds;

    return now > fs->ninodes ? now : fs->ninodes + 1;
}

/* Of an inode without blocks from here on. */
static int bury(struct fs *fs, uint32_t ino, struct ext2_inode *in)
{
    int err = drop_attributes(fs, in);

    if (!err)
        err = orphan_remove(fs, ino, in);
    if (!err)
        err = inode_free(fs, ino, inode_type(in) == FS_IFDIR);
    if (err)
        return err;
    in->dtime = deletion_time(fs);
    inode_set_size(in, 0);
    in->blocks = 0;
    memset(in->block, 0, sizeof in->block);
    return 0;
}

/* Give back blocks, commit by commit; with the last of them, the end of it. */
static int shrink_all(struct fs *fs, uint32_t ino, bool deleted)
{
    struct ext2_inode *in;
    bool more;

    do {
        int err = inode_edit(fs, ino, &in);

        more = false;
        if (!err && inode_has_blocks(fs, in)) {
            uint64_t keep = (inode_size(in) + fs->block_size - 1) / fs->block_size;

            err = inode_shrink(fs, ino, in, deleted ? 0 : keep, &more);
        }
        if (!err && !more && deleted)
            err = bury(fs, ino, in);
        else if (!err && !more && in->links_count)      /* else it waits to be deleted */
            err = orphan_remove(fs, ino, in);
        err = err ? err : tx_commit(fs);
        if (err)
            return err;
    } while (more);
    return 0;
}

int inode_delete(struct fs *fs, uint32_t ino)
{
    return shrink_all(fs, ino, true);
}

int inode_cut(struct fs *fs, uint32_t ino)
{
    return shrink_all(fs, ino, false);
}

static struct cut *cut_find(struct fs *fs, uint32_t ino)
{
    for (unsigned i = 0; i < CUTS; i++)
        if (fs->cuts[i].ino == ino)
            return &fs->cuts[i];
    return NULL;
}

int cut_wait(struct fs *fs, uint32_t ino)
{
    struct cut *c = cut_find(fs, ino);
    int err;

    if (!c || c->op == fs->tx.op)
        return 0;
    if (c->op)
        return op_wait(fs, NEED_ANY);
    c->op = fs->tx.op;
    err = inode_cut(fs, ino);
    if (err != FS_WAIT)
        c->ino = 0;
    return err;
}

void cut_begin(struct fs *fs, uint32_t ino)
{
    struct cut *c = cut_find(fs, 0);

    if (c)                      /* else: more cuts at once than anybody needs */
        *c = (struct cut){ ino, fs->tx.op };
}

void cut_end(struct fs *fs)
{
    for (unsigned i = 0; i < CUTS; i++)
        if (fs->cuts[i].op == fs->tx.op)
            fs->cuts[i] = (struct cut){ 0 };
}

/* ---- held inodes ---- */

static struct held_inode *held_find(const struct fs *fs, uint32_t ino)
{
    for (uint32_t i = 0; i < fs->p.open_files; i++)
        if (fs->held[i].count && fs->held[i].ino == ino)
            return &fs->held[i];
    return NULL;
}

bool inode_is_held(const struct fs *fs, uint32_t ino)
{
    return held_find(fs, ino) != NULL;
}

int fs_hold(struct fs *fs, uint32_t ino)
{
    struct held_inode *h = held_find(fs, ino);

    for (uint32_t i = 0; !h && i < fs->p.open_files; i++)
        if (!fs->held[i].count) {
            h = &fs->held[i];
            *h = (struct held_inode){ .ino = ino };
        }
    if (!h)
        return -FS_ENFILE;
    h->count++;
    return 0;
}

int fs_drop(struct fs *fs, struct fs_op *op, uint32_t ino)
{
    const struct ext2_inode *in;
    int err = op_begin(fs, op);

    if (op->step == 0) {
        struct held_inode *h = held_find(fs, ino);

        CHECK(h);
        op->step = --h->count ? 2 : 1;
    }
    if (!err && op->step == 1 && !fs->read_only) {
        err = inode_get(fs, ino, &in);
        if (!err && in->mode && !in->links_count && !inode_is_held(fs, ino))
            err = inode_delete(fs, ino);
    }
    return op_end(fs, op, err);
}
