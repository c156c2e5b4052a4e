/* dir.c - folders: blocks of entries, searched from front to back.
 *
 * Every entry that is read is checked first. A folder that another system has indexed
 * (dir_index) is read as the plain list that it also is; the first change takes the index
 * away, as the ext2 driver of Linux does.
 */
#include <fs/inside.h>

#include <sim/check.h>
#include <string.h>

/* The entry at `offset`, or NULL: damaged. */
static const struct ext2_dirent *entry_at(const struct fs *fs, const uint8_t *data,
                                          uint32_t offset)
{
    const struct ext2_dirent *e = (const void *)(data + offset);

    if (fs->block_size - offset < 8)
        return NULL;
    if (e->rec_len < 8 || e->rec_len % 4 || e->rec_len > fs->block_size - offset ||
        (e->ino && e->name_len + 8u > e->rec_len) || e->ino > fs->ninodes)
        return NULL;
    return e;
}

static int damaged(struct fs *fs)
{
    return fs_damaged(fs, "a folder has a damaged entry");
}

/* What an entry needs, and what it could give away. */
static uint32_t room_in(const struct ext2_dirent *e)
{
    return e->rec_len - (e->ino ? EXT2_REC_LEN(e->name_len) : 0);
}

static uint32_t dir_blocks(const struct fs *fs, const struct ext2_inode *in)
{
    return in->size / fs->block_size;
}

int dir_get(struct fs *fs, uint32_t dir, const struct ext2_inode **in)
{
    int err = inode_live(fs, dir, in);

    if (!err && inode_type(*in) != FS_IFDIR)
        err = -FS_ENOTDIR;
    return err;
}

uint8_t dir_type_of(uint32_t mode)
{
    switch (mode & FS_IFMT) {
    case FS_IFREG: return EXT2_FT_REG;
    case FS_IFDIR: return EXT2_FT_DIR;
    case FS_IFCHR: return EXT2_FT_CHR;
    case FS_IFBLK: return EXT2_FT_BLK;
    case FS_IFIFO: return EXT2_FT_FIFO;
    case FS_IFSOCK: return EXT2_FT_SOCK;
    case FS_IFLNK: return EXT2_FT_LNK;
    default: return EXT2_FT_UNKNOWN;
    }
}

/* ---- searching ---- */

static uint32_t name_hash(const char *name, size_t len)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)name[i]) * 16777619u;
    return h;
}

/* How far this operation has searched this folder already: a search of more blocks than
 * the cache has would never end otherwise. */
static unsigned memo_of(struct fs *fs, uint32_t dir, uint32_t hash)
{
    struct fs_op *op = fs->tx.op;
    unsigned i = op->memo[0].dir == dir && op->memo[0].hash == hash ? 0
                 : op->memo[1].dir == dir && op->memo[1].hash == hash ? 1
                 : op->memo[0].dir ? 1 : 0;

    if (op->memo[i].dir != dir || op->memo[i].hash != hash ||
        op->memo[i].version != fs->dir_version) {
        op->memo[i].dir = dir;
        op->memo[i].hash = hash;
        op->memo[i].version = fs->dir_version;
        op->memo[i].next = 0;
        op->memo[i].room = UINT32_MAX;
    }
    return i;
}

/* Search one block; at->ino stays 0 if the name is not there. */
static int search_block(struct fs *fs, const uint8_t *data, const char *name, size_t len,
                        struct dir_place *at, uint32_t *room)
{
    *room = 0;
    at->ino = 0;
    for (uint32_t o = 0; o < fs->block_size;) {
        const struct ext2_dirent *e = entry_at(fs, data, o);

        if (!e)
            return damaged(fs);
        if (e->ino && e->name_len == len && memcmp(e->name, name, len) == 0) {
            at->offset = o;
            at->ino = e->ino;
            at->type = e->type;
            return 0;
        }
        if (room_in(e) > *room)
            *room = room_in(e);
        o += e->rec_len;
    }
    return 0;
}

int dir_find(struct fs *fs, uint32_t dir, const struct ext2_inode *in, const char *name,
             size_t len, struct dir_place *at)
{
    uint32_t n = dir_blocks(fs, in), room;
    unsigned m = memo_of(fs, dir, name_hash(name, len));
    struct fs_op *op = fs->tx.op;

    /* Whoever finds something in this attempt finds it again in the next: the memo
     * stays before the block that it is in. */
    for (uint32_t i = op->memo[m].next; i < n; i++) {
        const uint8_t *data;
        int err = inode_map(fs, in, i, &at->block);

        if (!err && !at->block)
            continue;
        if (!err)
            err = tx_scan(fs, at->block, &data);
        if (!err)
            err = search_block(fs, data, name, len, at, &room);
        if (err || at->ino)
            return err;
        if (room >= EXT2_REC_LEN(len) && op->memo[m].room == UINT32_MAX)
            op->memo[m].room = i;
        op->memo[m].next = i + 1;
    }
    return -FS_ENOENT;
}

/* ---- changing ---- */

static int edit_folder(struct fs *fs, uint32_t dir, struct ext2_inode **in)
{
    int err = inode_edit(fs, dir, in);

    if (err)
        return err;
    (*in)->mtime = (*in)->ctime = fs->tx.op->seconds;
    (*in)->flags &= ~(uint32_t)EXT2_INDEX_FL;
    fs->tx.dir_changed = true;
    return 0;
}

static void entry_set(const struct fs *fs, struct ext2_dirent *e, const char *name,
                      size_t len, uint32_t ino, uint8_t type)
{
    CHECK(len && len <= UINT8_MAX && EXT2_REC_LEN(len) <= e->rec_len);
    e->ino = ino;
    e->name_len = (uint8_t)len;
    e->type = fs->filetype ? type : 0;
    memcpy(e->name, name, len);
}

/* Put it into the first entry of this block that has room; false: none has. */
static bool insert_in_block(struct fs *fs, uint8_t *data, const char *name, size_t len,
                            uint32_t ino, uint8_t type)
{
    for (uint32_t o = 0; o < fs->block_size;) {
        struct ext2_dirent *e = (void *)(data + o);

        if (!entry_at(fs, data, o))
            return false;
        if (room_in(e) >= EXT2_REC_LEN(len)) {
            uint32_t used = e->ino ? EXT2_REC_LEN(e->name_len) : 0;
            struct ext2_dirent *n = (void *)(data + o + used);

            if (used) {
                n->rec_len = (uint16_t)(e->rec_len - used);
                e->rec_len = (uint16_t)used;
            }
            entry_set(fs, n, name, len, ino, type);
            return true;
        }
        o += e->rec_len;
    }
    return false;
}

static int append_block(struct fs *fs, uint32_t dir, struct ext2_inode *in, uint8_t **data)
{
    uint32_t n = dir_blocks(fs, in), block;
    bool fresh;
    int err;

    if (in->size > INT32_MAX - fs->block_size)
        return -FS_ENOSPC;
    err = inode_map_alloc(fs, dir, in, n, &block, &fresh);
    if (!err)
        err = tx_new(fs, block, TX_META, dir, data);
    if (err)
        return err;
    in->size += fs->block_size;
    ((struct ext2_dirent *)(void *)*data)->rec_len = (uint16_t)fs->block_size;
    return 0;
}

/* The caller has searched the whole folder: dir_find said that the name is not there. */
int dir_add(struct fs *fs, uint32_t dir, const char *name, size_t len, uint32_t ino,
            uint8_t type)
{
    unsigned m = memo_of(fs, dir, name_hash(name, len));
    uint32_t room = fs->tx.op->memo[m].room, block;
    struct ext2_inode *in;
    uint8_t *data;
    int err = edit_folder(fs, dir, &in);

    if (err)
        return err;
    if (room == UINT32_MAX) {
        err = append_block(fs, dir, in, &data);
    } else {
        err = inode_map(fs, in, room, &block);
        if (!err)
            err = tx_edit(fs, block, TX_META, dir, &data);
    }
    if (!err && !insert_in_block(fs, data, name, len, ino, type))
        err = damaged(fs);
    return err;
}

/* The entry before takes its room, or it stays as an empty one at the block's start. */
int dir_remove(struct fs *fs, uint32_t dir, const struct dir_place *at)
{
    struct ext2_inode *in;
    struct ext2_dirent *e, *before = NULL;
    uint8_t *data;
    int err = edit_folder(fs, dir, &in);

    if (!err)
        err = tx_edit(fs, at->block, TX_META, dir, &data);
    if (err)
        return err;
    for (uint32_t o = 0; o < at->offset; o += before->rec_len) {
        if (!entry_at(fs, data, o))
            return damaged(fs);
        before = (void *)(data + o);
    }
    e = (void *)(data + at->offset);
    CHECK(e->ino == at->ino);   /* what was found is still there */
    CHECK(!before || (uint8_t *)before + before->rec_len == (uint8_t *)e);
    if (before)
        before->rec_len = (uint16_t)(before->rec_len + e->rec_len);
    e->ino = 0;
    return 0;
}

int dir_set(struct fs *fs, uint32_t dir, const struct dir_place *at, uint32_t ino,
            uint8_t type)
{
    struct ext2_inode *in;
    struct ext2_dirent *e;
    uint8_t *data;
    int err = edit_folder(fs, dir, &in);

    if (!err)
        err = tx_edit(fs, at->block, TX_META, dir, &data);
    if (err)
        return err;
    e = (void *)(data + at->offset);
    CHECK(e->ino == at->ino && e->rec_len >= EXT2_REC_LEN(e->name_len));
    e->ino = ino;
    e->type = fs->filetype ? type : 0;
    return 0;
}

static bool is_dots(const struct ext2_dirent *e)
{
    return (e->name_len == 1 && e->name[0] == '.') ||
           (e->name_len == 2 && e->name[0] == '.' && e->name[1] == '.');
}

int dir_is_empty(struct fs *fs, uint32_t dir, const struct ext2_inode *in)
{
    unsigned m = memo_of(fs, dir, 0);
    struct fs_op *op = fs->tx.op;

    for (uint32_t n = dir_blocks(fs, in); op->memo[m].next < n; op->memo[m].next++) {
        const uint8_t *data;
        uint32_t block;
        int err = inode_map(fs, in, op->memo[m].next, &block);

        if (!err && !block)
            continue;
        if (!err)
            err = tx_scan(fs, block, &data);
        if (err)
            return err;
        for (uint32_t o = 0; o < fs->block_size;) {
            const struct ext2_dirent *e = entry_at(fs, data, o);

            if (!e)
                return damaged(fs);
            if (e->ino && !is_dots(e))
                return -FS_ENOTEMPTY;
            o += e->rec_len;
        }
    }
    return 0;
}

/* ---- reading it out ---- */

static uint8_t guest_type(uint8_t type)
{
    static const uint8_t dt[EXT2_FT_MAX] = { 0, 8, 4, 2, 6, 1, 12, 10 };

    return type < EXT2_FT_MAX ? dt[type] : 0;
}

/* The first entry in this block at or behind `from` (which may be no boundary any more). */
static int next_in_block(struct fs *fs, const uint8_t *data, uint32_t from,
                         struct fs_dirent *d, uint32_t *after)
{
    for (uint32_t o = 0; o < fs->block_size;) {
        const struct ext2_dirent *e = entry_at(fs, data, o);

        if (!e)
            return damaged(fs);
        if (o >= from && e->ino) {
            d->ino = e->ino;
            d->type = guest_type(fs->filetype ? e->type : 0);
            d->name_len = e->name_len;
            memcpy(d->name, e->name, e->name_len);
            d->name[e->name_len] = '\0';
            *after = o + e->rec_len;
            return 0;
        }
        o += e->rec_len;
    }
    return -FS_ENOENT;
}

static int readdir_step(struct fs *fs, uint32_t dir, uint64_t *cursor, struct fs_dirent *d)
{
    const struct ext2_inode *in;
    int err = dir_get(fs, dir, &in);

    if (!err && !in->links_count && inode_is_held(fs, dir))
        err = -FS_ENOENT;       /* removed, and somebody still has it open */
    while (!err && *cursor < in->size) {
        uint32_t i = (uint32_t)(*cursor / fs->block_size), after = 0, block;
        const uint8_t *data;

        err = inode_map(fs, in, i, &block);
        if (!err && block)
            err = tx_get(fs, block, &data);
        if (err)
            return err;
        err = block ? next_in_block(fs, data, (uint32_t)(*cursor % fs->block_size), d, &after)
                    : -FS_ENOENT;
        if (!err) {
            *cursor = (uint64_t)i * fs->block_size + after;
            fs->tx.op->done = 1;
            return 0;
        }
        if (err != -FS_ENOENT)
            return err;
        *cursor = (uint64_t)(i + 1) * fs->block_size;
        err = 0;
    }
    return err;
}

int fs_readdir(struct fs *fs, struct fs_op *op, uint32_t dir, uint64_t *cursor,
               struct fs_dirent *d)
{
    int err = op_begin(fs, op);

    op->done = 0;
    if (!err)
        err = readdir_step(fs, dir, cursor, d);
    return op_end(fs, op, err);
}
