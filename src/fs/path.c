/* path.c - names to inodes, and paths to names. */
#include <fs/inside.h>

#include <string.h>

static int check_name(const char *name, size_t len)
{
    if (len == 0)
        return -FS_ENOENT;
    if (len > FS_NAME_MAX)
        return -FS_ENAMETOOLONG;
    return memchr(name, '/', len) || memchr(name, '\0', len) ? -FS_EINVAL : 0;
}

static int lookup(struct fs *fs, uint32_t dir, const char *name, size_t len, uint32_t *ino)
{
    const struct ext2_inode *in;
    struct dir_place at;
    int err = check_name(name, len);

    if (!err)
        err = dir_get(fs, dir, &in);
    if (!err && !inode_may(fs->tx.op, in, 1))
        err = -FS_EACCES;
    if (!err)
        err = dir_find(fs, dir, in, name, len, &at);
    if (!err)
        *ino = at.ino;
    return err;
}

int fs_lookup(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len,
              uint32_t *ino)
{
    int err = op_begin(fs, op);

    if (!err)
        err = lookup(fs, dir, name, len, ino);
    return op_end(fs, op, err);
}

/* ---- symbolic links ---- */

/* The target of `in`, whose type is known; *text lives as long as the attempt. */
static int link_target(struct fs *fs, const struct ext2_inode *in, const char **text,
                       size_t *len)
{
    const uint8_t *data;
    uint32_t block;
    int err = 0;

    *len = in->size;
    if (!inode_has_blocks(fs, in)) {
        *text = (const void *)in->block;
        return *len && *len <= EXT2_FAST_SYMLINK ? 0 : fs_damaged(fs, "a damaged link");
    }
    err = inode_map(fs, in, 0, &block);
    if (!err && (!block || !*len || *len > fs->block_size))
        err = fs_damaged(fs, "a damaged link");
    if (!err)
        err = tx_get(fs, block, &data);
    if (!err)
        *text = (const void *)data;
    return err;
}

int fs_readlink(struct fs *fs, struct fs_op *op, uint32_t ino, char *buf, size_t size)
{
    const struct ext2_inode *in;
    const char *text;
    size_t len;
    int err = op_begin(fs, op);

    if (!err)
        err = inode_live(fs, ino, &in);
    if (!err && inode_type(in) != FS_IFLNK)
        err = -FS_EINVAL;
    if (!err)
        err = link_target(fs, in, &text, &len);
    if (!err) {
        op->done = len < size ? len : size;
        memcpy(buf, text, op->done);
    }
    return op_end(fs, op, err);
}

/* ---- paths ---- */

/* The way that is left to go. Links put before it make it longer; links to long targets
 * that lead to each other are given up by length before they are by count. */
enum { WAY_MAX = 4 * FS_PATH_MAX };
struct way {
    char text[WAY_MAX];
    size_t at, end;
    unsigned nlinks;
};

static void skip_slashes(struct way *y)
{
    while (y->at < y->end && y->text[y->at] == '/')
        y->at++;
}

/* Put a link's target before what is left. */
static int splice(struct way *y, const char *target, size_t len, bool slash)
{
    size_t rest = y->end - y->at, sep = rest || slash;

    if (++y->nlinks > FS_SYMLINKS_MAX || len + sep + rest > WAY_MAX)
        return -FS_ELOOP;
    memmove(y->text + len + sep, y->text + y->at, rest);
    memcpy(y->text, target, len);
    if (sep)
        y->text[len] = '/';
    y->at = 0;
    y->end = len + sep + rest;
    return 0;
}

/* The next component into w->name. */
static int next_component(struct way *y, struct fs_walk *w)
{
    size_t start = y->at;

    while (y->at < y->end && y->text[y->at] != '/')
        y->at++;
    if (y->at - start > FS_NAME_MAX)
        return -FS_ENAMETOOLONG;
    w->name_len = (uint32_t)(y->at - start);
    memcpy(w->name, y->text + start, w->name_len);
    w->name[w->name_len] = '\0';
    w->slash = y->at < y->end;
    skip_slashes(y);
    return 0;
}

/* One component from *cur on. Done when y is at its end. */
static int walk_one(struct fs *fs, struct way *y, uint32_t *cur, enum fs_last rule,
                    struct fs_walk *w)
{
    const struct ext2_inode *in;
    const char *target;
    size_t len;
    int err = next_component(y, w);
    bool last = y->at == y->end;

    w->parent = *cur;
    w->ino = 0;
    if (!err)
        err = lookup(fs, *cur, w->name, w->name_len, &w->ino);
    if (err == -FS_ENOENT && last)
        return 0;
    if (!err)
        err = inode_live(fs, w->ino, &in);
    if (err)
        return err;
    bool slash = w->slash && rule != FS_LAST_NAMED;
    if (inode_type(in) == FS_IFLNK && (!last || slash || rule == FS_LAST_FOLLOWED)) {
        err = link_target(fs, in, &target, &len);
        if (!err)
            err = splice(y, target, len, w->slash);
        if (!err && y->text[0] == '/')
            *cur = FS_ROOT;
        skip_slashes(y);
        w->ino = *cur;
        return err;
    }
    *cur = w->ino;
    return last && slash && inode_type(in) != FS_IFDIR ? -FS_ENOTDIR : 0;
}

static int walk(struct fs *fs, uint32_t from, const char *path, size_t len,
                enum fs_last last, struct fs_walk *w)
{
    struct way y;
    int err = 0;

    if (len == 0)
        return -FS_ENOENT;
    if (len >= FS_PATH_MAX)
        return -FS_ENAMETOOLONG;
    memcpy(y.text, path, len);
    y.at = y.nlinks = 0;
    y.end = len;
    *w = (struct fs_walk){ .ino = path[0] == '/' ? FS_ROOT : from };
    w->parent = w->ino;
    uint32_t cur = w->ino;

    skip_slashes(&y);
    while (!err && y.at < y.end) {
        tx_next(fs);            /* nothing that was read before is needed any more */
        err = walk_one(fs, &y, &cur, last, w);
    }
    return err;
}

int fs_walk(struct fs *fs, struct fs_op *op, uint32_t from, const char *path, size_t len,
            enum fs_last last, struct fs_walk *w)
{
    int err = op_begin(fs, op);

    if (!err)
        err = walk(fs, from, path, len, last, w);
    return op_end(fs, op, err);
}
