/* file.c - contents and attributes of files: reading, writing, cutting, allocating. */
#include <fs/inside.h>

#include <string.h>

enum { WRITE_BLOCKS = 12 };     /* of one step of a long write */
enum { READ_END = 2 };          /* beside 0, FS_WAIT and errors */

static uint64_t min64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static int plain_file(const struct ext2_inode *in)
{
    uint32_t type = inode_type(in);

    return type == FS_IFREG ? 0 : type == FS_IFDIR ? -FS_EISDIR : -FS_EINVAL;
}

/* ---- reading ---- */

static bool is_cached(struct fs *fs, uint32_t block)
{
    const struct buf *b = block ? bcache_find(&fs->cache, block) : NULL;

    return b && (b->valid || b->reading);
}

/* Block `lblock` is missing: ask for those behind it too, up to the end of the request, and
 * beyond it if the file is read from front to back. What has to be read to know where
 * they are ends it. */
static void read_on(struct fs *fs, const struct ext2_inode *in, uint64_t lblock, uint64_t last)
{
    enum { AT_ONCE = 32 };
    uint64_t end = (inode_size(in) + fs->block_size - 1) / fs->block_size;
    uint32_t need = fs->tx.op->need, block = 0;
    uint64_t asked = last;

    if (lblock == 0 || (inode_map(fs, in, lblock - 1, &block) == 0 && is_cached(fs, block)))
        last += fs->p.read_ahead;
    last = min64(last, lblock + AT_ONCE);
    for (uint64_t l = lblock + 1; l <= last && l < end; l++) {
        if (inode_map(fs, in, l, &block) || fs->cache.npinned > fs->cache.nbufs / 2)
            break;
        if (!block || is_cached(fs, block))
            continue;
        struct buf *b = bcache_take(&fs->cache, block, true, fs->now);

        if (!b)
            break;
        b->fetched = l <= asked;
        b->ahead = l > asked;
        fs->cache.ahead += b->ahead;
        bcache_read(&fs->cache, b, fs->tx.op->owner, fs->now);
    }
    fs->tx.op->need = need;
}

/* What one block holds of the request. */
static int read_block(struct fs *fs, uint32_t ino, uint64_t at, uint8_t *buf, size_t n)
{
    const struct ext2_inode *in;
    const uint8_t *data;
    struct fs_op *op = fs->tx.op;
    uint32_t block;
    int err = inode_live(fs, ino, &in);

    if (!err)
        err = plain_file(in);
    if (err)
        return err;
    uint64_t pos = at + op->done, size = inode_size(in), lblock = pos / fs->block_size;

    if (pos >= size || pos < at)
        return READ_END;
    size_t off = pos % fs->block_size;
    size_t part = min64(min64(n - op->done, size - pos), fs->block_size - off);

    err = inode_map(fs, in, lblock, &block);
    if (!err && block) {
        err = tx_get(fs, block, &data);
        if (err == FS_WAIT && op->need == block)
            read_on(fs, in, lblock, (at + n - 1) / fs->block_size);
    }
    if (err)
        return err;
    block ? memcpy(buf + op->done, data + off, part) : memset(buf + op->done, 0, part);
    op->done += part;
    return 0;
}

/* Some bytes are a success; what kept the others is told beside it. */
static int part_done(struct fs_op *op, int err)
{
    op->cut = op->done && err < 0 ? err : 0;
    return op->cut ? 0 : err;
}

int fs_read(struct fs *fs, struct fs_op *op, uint32_t ino, uint64_t at, void *buf, size_t n)
{
    int err = op_begin(fs, op);

    do {
        tx_next(fs);
        if (!err)
            err = read_block(fs, ino, at, buf, n);
    } while (!err && op->done < n);
    if (err == READ_END)
        err = 0;
    return op_end(fs, op, part_done(op, err));
}

/* ---- writing ---- */

/* Files of 2 GiB and more are a feature that the superblock has to name. */
static int grow_to(struct fs *fs, struct ext2_inode *in, uint64_t size)
{
    struct ext2_super *sb;
    int err;

    if (size <= inode_size(in))
        return 0;
    if (size > INT32_MAX) {
        err = super_edit(fs, &sb);
        if (err)
            return err;
        sb->feature_ro_compat |= EXT2_RO_LARGE_FILE;
    }
    inode_set_size(in, size);
    return 0;
}

static int write_block(struct fs *fs, uint32_t ino, struct ext2_inode *in, uint64_t pos,
                       const uint8_t *buf, size_t n)
{
    size_t off = pos % fs->block_size;
    uint8_t *data;
    uint32_t block;
    bool fresh;
    int err = inode_map_alloc(fs, ino, in, pos / fs->block_size, &block, &fresh);

    if (!err)
        err = fresh || n == fs->block_size ? tx_new(fs, block, TX_DATA, ino, &data)
                                           : tx_edit(fs, block, TX_DATA, ino, &data);
    if (!err)
        memcpy(data + off, buf, n);
    return err;
}

/* A set-group-ID bit that is no mandatory lock goes; that one too, if it is not one's group:
 * Linux, "fs/attr.c", setattr_should_drop_sgid. */
static void set_ids_off(const struct fs_op *op, struct ext2_inode *in)
{
    bool theirs = op->uid && !fs_in_group(op, in->gid | (uint32_t)in->gid_high << 16);

    in->mode &= (uint16_t)~(04000 | (in->mode & 010 || theirs ? 02000 : 0));
}

static void touch_written(const struct fs_op *op, struct ext2_inode *in)
{
    in->mtime = in->ctime = op->seconds;
    if (op->uid)
        set_ids_off(op, in);
}

static int write_step(struct fs *fs, uint32_t ino, uint64_t at, const uint8_t *buf, size_t n)
{
    struct fs_op *op = fs->tx.op;
    struct ext2_inode *in;
    uint64_t done = op->done;
    int err = cut_wait(fs, ino);

    if (!err)
        err = inode_edit(fs, ino, &in);
    if (!err)
        err = in->mode ? plain_file(in) : -FS_ENOENT;
    if (err)
        return err;
    uint64_t pos = at == FS_APPEND ? inode_size(in) : at + done;

    if (pos >= fs->max_size)
        return -FS_EFBIG;
    uint64_t end = min64(pos + (n - done), fs->max_size);

    for (uint32_t i = 0; !err && i < op->chunk && pos < end; i++) {
        size_t part = min64(end - pos, fs->block_size - pos % fs->block_size);

        err = write_block(fs, ino, in, pos, buf + done, part);
        pos += part;
        done += part;
    }
    if (!err && !op->done)
        op->before = inode_size(in);
    if (!err)
        err = grow_to(fs, in, pos);
    if (err)
        return err;
    touch_written(op, in);
    err = tx_commit(fs);
    if (!err) {
        op->done = done;
        op->end = pos;
    }
    return err;
}

int fs_write(struct fs *fs, struct fs_op *op, uint32_t ino, uint64_t at, const void *buf,
             size_t n)
{
    int err = op_begin(fs, op);

    if (!op->chunk)
        op->chunk = WRITE_BLOCKS;
    while (!err && op->done < n) {
        tx_next(fs);
        err = write_step(fs, ino, at, buf, n);
        if (err == -FS_ENOSPC && op->chunk > 1) {
            op->chunk = 1;      /* to the last block that there is */
            err = 0;
        }
    }
    return op_end(fs, op, part_done(op, err));
}

/* ---- cutting and allocating ---- */

/* Bytes behind the end are zero, so that growing again shows none. */
static int clear_tail(struct fs *fs, uint32_t ino, struct ext2_inode *in, uint64_t size)
{
    uint32_t block;
    uint8_t *data;
    int err;

    if (size % fs->block_size == 0)
        return 0;
    err = inode_map(fs, in, size / fs->block_size, &block);
    if (err || !block)
        return err;
    err = tx_edit(fs, block, TX_DATA, ino, &data);
    if (!err)
        memset(data + size % fs->block_size, 0, fs->block_size - size % fs->block_size);
    return err;
}

static int truncate_step(struct fs *fs, uint32_t ino, uint64_t size)
{
    struct ext2_inode *in;
    bool more = false;
    int err = cut_wait(fs, ino);

    if (!err)
        err = inode_edit(fs, ino, &in);
    if (!err)
        err = in->mode ? plain_file(in) : -FS_ENOENT;
    if (!err && size > fs->max_size)
        err = -FS_EFBIG;
    if (err)
        return err;
    fs->tx.op->before = inode_size(in);
    if (size >= inode_size(in)) {
        err = grow_to(fs, in, size);
    } else {
        err = clear_tail(fs, ino, in, size);
        inode_set_size(in, size);
        if (!err)
            err = inode_shrink(fs, ino, in, (size + fs->block_size - 1) / fs->block_size,
                               &more);
        if (!err && more)
            err = orphan_add(fs, ino, in);
    }
    touch_written(fs->tx.op, in);
    if (!err)
        err = tx_commit(fs);
    if (!err && more)
        cut_begin(fs, ino);
    fs->tx.op->step = err ? 0 : more ? 1 : 2;
    return err;
}

int fs_truncate(struct fs *fs, struct fs_op *op, uint32_t ino, uint64_t size)
{
    int err = op_begin(fs, op);

    if (!err && op->step == 0)
        err = truncate_step(fs, ino, size);
    if (!err && op->step == 1)
        err = inode_cut(fs, ino);
    if (err != FS_WAIT)
        cut_end(fs);
    return op_end(fs, op, err);
}

static int allocate_step(struct fs *fs, uint32_t ino, uint64_t at, uint64_t n)
{
    struct fs_op *op = fs->tx.op;
    struct ext2_inode *in;
    uint64_t pos = at + op->done, end = at + n;
    int err = cut_wait(fs, ino);

    if (!err)
        err = inode_edit(fs, ino, &in);
    if (!err)
        err = in->mode ? plain_file(in) : -FS_ENOENT;
    for (uint32_t i = 0; !err && i < WRITE_BLOCKS && pos < end; i++) {
        uint32_t block;
        uint8_t *data;
        bool fresh;

        err = inode_map_alloc(fs, ino, in, pos / fs->block_size, &block, &fresh);
        if (!err && fresh)
            err = tx_new(fs, block, TX_DATA, ino, &data);
        pos += fs->block_size - pos % fs->block_size;
    }
    pos = min64(pos, end);
    if (!err && !op->done)
        op->before = inode_size(in);
    if (!err)
        err = grow_to(fs, in, pos);
    if (err)
        return err;
    in->ctime = op->seconds;
    if (op->uid)
        set_ids_off(op, in);
    err = tx_commit(fs);
    if (!err)
        op->done = pos - at;
    return err;
}

int fs_allocate(struct fs *fs, struct fs_op *op, uint32_t ino, uint64_t at, uint64_t n)
{
    int err = op_begin(fs, op);

    if (!err && n == 0)
        err = -FS_EINVAL;
    if (!err && (at > fs->max_size || n > fs->max_size - at))
        err = -FS_EFBIG;
    while (!err && op->done < n) {
        tx_next(fs);
        err = allocate_step(fs, ino, at, n);
    }
    return op_end(fs, op, err);
}

/* ---- attributes ---- */

static void stat_of(const struct fs *fs, uint32_t ino, const struct ext2_inode *in,
                    struct fs_stat *st)
{
    uint32_t type = inode_type(in);

    *st = (struct fs_stat){
        .ino = ino, .mode = in->mode, .nlink = in->links_count,
        .uid = in->uid | (uint32_t)in->uid_high << 16,
        .gid = in->gid | (uint32_t)in->gid_high << 16, .size = inode_size(in),
        .blocks = in->blocks, .block_size = fs->block_size, .atime = in->atime,
        .mtime = in->mtime, .ctime = in->ctime, .flags = in->flags,
        .generation = in->generation,
    };
    if (type == FS_IFCHR || type == FS_IFBLK)
        st->rdev = in->block[0] ? in->block[0] : in->block[1];
}

int fs_stat(struct fs *fs, struct fs_op *op, uint32_t ino, struct fs_stat *st)
{
    const struct ext2_inode *in;
    int err = op_begin(fs, op);

    if (!err)
        err = inode_live(fs, ino, &in);
    if (!err)
        stat_of(fs, ino, in, st);
    return op_end(fs, op, err);
}

bool fs_in_group(const struct fs_op *op, uint32_t gid)
{
    bool in = op->gid == gid;

    for (uint32_t i = 0; !in && i < op->ngroups; i++)
        in = op->groups[i] == gid;
    return in;
}

int fs_access(const struct fs_op *op, const struct fs_stat *st, unsigned want)
{
    unsigned bits = st->mode >> 6;
    bool dir = (st->mode & FS_IFMT) == FS_IFDIR;

    if (op->uid == 0)
        return !(want & 1) || dir || (st->mode & 0111) ? 0 : -FS_EACCES;
    if (op->uid != st->uid)
        bits = fs_in_group(op, st->gid) ? st->mode >> 3 : st->mode;
    return (want & ~bits & 7) ? -FS_EACCES : 0;
}

static void set_owner(struct ext2_inode *in, unsigned which, const struct fs_stat *st)
{
    if (which & FS_SET_UID) {
        in->uid = (uint16_t)st->uid;
        in->uid_high = (uint16_t)(st->uid >> 16);
    }
    if (which & FS_SET_GID) {
        in->gid = (uint16_t)st->gid;
        in->gid_high = (uint16_t)(st->gid >> 16);
    }
}

/* Giving a file away is root's; to a group of one's own, its owner's. */
static int may_set(const struct fs_op *op, const struct fs_stat *old, unsigned which,
                   const struct fs_stat *st)
{
    bool plain = (old->mode & FS_IFMT) == FS_IFREG;

    if (op->uid == 0 || (which == FS_SET_IDS_OFF && !(plain && old->mode & 06000)))
        return 0;
    if (op->uid != old->uid)
        return which & FS_SET_NOW ? fs_access(op, old, 2) : -FS_EPERM;
    return (which & FS_SET_UID && st->uid != old->uid) ||
           (which & FS_SET_GID && st->gid != old->gid && !fs_in_group(op, st->gid)) ? -FS_EPERM : 0;
}

static int setattr(struct fs *fs, uint32_t ino, unsigned which, const struct fs_stat *st)
{
    struct ext2_inode *in;
    struct fs_stat old;
    int err = inode_edit(fs, ino, &in);

    if (!err && !in->mode)
        err = -FS_ENOENT;
    if (err)
        return err;
    stat_of(fs, ino, in, &old);
    if ((err = may_set(fs->tx.op, &old, which, st)))
        return err;
    if (which & (FS_SET_UID | FS_SET_GID | FS_SET_IDS_OFF) && inode_type(in) == FS_IFREG)
        set_ids_off(fs->tx.op, in);
    set_owner(in, which, st);
    if (which & FS_SET_MODE)
        in->mode = (uint16_t)((in->mode & FS_IFMT) | (st->mode & 07777));
    if (which & FS_SET_MODE && fs->tx.op->uid && !fs_in_group(fs->tx.op, old.gid))
        in->mode &= (uint16_t)~02000;
    if (which & FS_SET_ATIME)
        in->atime = st->atime;
    if (which & FS_SET_MTIME)
        in->mtime = st->mtime;
    in->ctime = fs->tx.op->seconds;
    return tx_commit(fs);
}

int fs_setattr(struct fs *fs, struct fs_op *op, uint32_t ino, unsigned which,
               const struct fs_stat *st)
{
    int err = op_begin(fs, op);

    if (!err)
        err = setattr(fs, ino, which, st);
    return op_end(fs, op, err);
}

int fs_block_of(struct fs *fs, struct fs_op *op, uint32_t ino, uint64_t at, uint32_t *block,
                uint64_t *hole)
{
    const struct ext2_inode *in;
    uint64_t blocks = 0;
    int err = op_begin(fs, op);

    if (!err)
        err = inode_live(fs, ino, &in);
    *block = 0;
    if (!err && inode_has_blocks(fs, in))
        err = inode_look(fs, in, at / fs->block_size, block, &blocks);
    if (hole)
        *hole = blocks ? blocks * fs->block_size - at % fs->block_size : 0;
    return op_end(fs, op, err);
}
