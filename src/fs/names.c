/* names.c - what gives files their names and takes them away. */
#include <fs/inside.h>

#include <string.h>

struct name { const char *text; size_t len; };

static bool is_dot(struct name n)
{
    return n.len == 1 && n.text[0] == '.';
}

static bool is_dotdot(struct name n)
{
    return n.len == 2 && n.text[0] == '.' && n.text[1] == '.';
}

static int check_name(struct name n)
{
    if (n.len == 0)
        return -FS_ENOENT;
    if (n.len > FS_NAME_MAX)
        return -FS_ENAMETOOLONG;
    return memchr(n.text, '/', n.len) || memchr(n.text, '\0', n.len) ? -FS_EINVAL : 0;
}

/* A folder in which op may change names. */
static int open_folder(struct fs *fs, uint32_t dir, struct name n,
                       const struct ext2_inode **in)
{
    int err = fs->read_only ? -FS_EROFS : check_name(n);

    if (!err)
        err = dir_get(fs, dir, in);
    if (!err && !inode_may(fs->tx.op, *in, 3))
        err = -FS_EACCES;
    return err;
}

/* In folders with the sticky bit, only who owns the file or the folder takes names away. */
static bool is_sticky(const struct fs_op *op, const struct ext2_inode *dir,
                      const struct ext2_inode *in)
{
    return dir->mode & 01000 && op->uid &&
           op->uid != (in->uid | (uint32_t)in->uid_high << 16) &&
           op->uid != (dir->uid | (uint32_t)dir->uid_high << 16);
}

static int add_links(struct fs *fs, uint32_t ino, int n)
{
    struct ext2_inode *in;
    int err = n ? inode_edit(fs, ino, &in) : 0;

    if (!err && n) {
        in->links_count = (uint16_t)(in->links_count + n);
        in->ctime = fs->tx.op->seconds;
    }
    return err;
}

/* ---- making ---- */

/* dir may take a new name n, which is not there yet. */
static int open_for_new(struct fs *fs, uint32_t dir, struct name n, bool is_dir,
                        const struct ext2_inode **in)
{
    struct dir_place at;
    int err = open_folder(fs, dir, n, in);

    if (err)
        return err;
    if (!(*in)->links_count)
        return -FS_ENOENT;      /* a removed folder that somebody still has open */
    err = dir_find(fs, dir, *in, n.text, n.len, &at);
    if (!err)
        return -FS_EEXIST;
    if (err != -FS_ENOENT)
        return err;
    return is_dir && (*in)->links_count >= FS_LINK_MAX ? -FS_EMLINK : 0;
}

static void inode_init(const struct fs *fs, struct ext2_inode *in, uint32_t mode,
                       const struct ext2_inode *dir)
{
    const struct fs_op *op = fs->tx.op;
    uint32_t gid = op->gid, generation = in->generation + 1;

    if (dir->mode & 02000) {
        gid = dir->gid | (uint32_t)dir->gid_high << 16;
        if ((mode & FS_IFMT) == FS_IFDIR)
            mode |= 02000;
        else if ((mode & 02010) == 02010 && op->uid && !fs_in_group(op, gid))
            mode &= ~02000u;    /* Linux, "fs/inode.c", mode_strip_sgid */
    }
    memset(in, 0, fs->inode_size);
    in->mode = (uint16_t)mode;
    in->uid = (uint16_t)op->uid;
    in->uid_high = (uint16_t)(op->uid >> 16);
    in->gid = (uint16_t)gid;
    in->gid_high = (uint16_t)(gid >> 16);
    in->atime = in->mtime = in->ctime = op->seconds;
    in->generation = generation;
    in->links_count = (mode & FS_IFMT) == FS_IFDIR ? 2 : 1;
}

static int make_inode(struct fs *fs, uint32_t dir, uint32_t mode, uint32_t *ino,
                      struct ext2_inode **in)
{
    const struct ext2_inode *parent;
    struct ext2_inode copy;
    int err = inode_alloc(fs, dir, (mode & FS_IFMT) == FS_IFDIR, ino);

    if (!err)
        err = inode_get(fs, dir, &parent);
    if (err)
        return err;
    copy = *parent;
    err = inode_edit(fs, *ino, in);
    if (!err)
        inode_init(fs, *in, mode, &copy);
    return err;
}

/* The first block of a new folder: itself and its parent. */
static int fill_folder(struct fs *fs, uint32_t ino, struct ext2_inode *in, uint32_t parent)
{
    struct ext2_dirent *e;
    uint32_t block;
    uint8_t *data;
    bool fresh;
    int err = inode_map_alloc(fs, ino, in, 0, &block, &fresh);

    if (!err)
        err = tx_new(fs, block, TX_META, ino, &data);
    if (err)
        return err;
    in->size = fs->block_size;
    e = (void *)data;
    e->ino = ino;
    e->rec_len = 12;
    e->name_len = 1;
    e->type = fs->filetype ? EXT2_FT_DIR : 0;
    e->name[0] = '.';
    e = (void *)(data + 12);
    e->ino = parent;
    e->rec_len = (uint16_t)(fs->block_size - 12);
    e->name_len = 2;
    e->type = fs->filetype ? EXT2_FT_DIR : 0;
    e->name[0] = e->name[1] = '.';
    return 0;
}

static int make(struct fs *fs, uint32_t dir, struct name n, uint32_t mode, uint32_t rdev,
                uint32_t *ino)
{
    const struct ext2_inode *parent;
    struct ext2_inode *in;
    uint32_t type = mode & FS_IFMT;
    bool is_dir = type == FS_IFDIR;
    int err = open_for_new(fs, dir, n, is_dir, &parent);

    if (!err && dir_type_of(mode) == EXT2_FT_UNKNOWN)
        err = -FS_EINVAL;
    if (!err)
        err = make_inode(fs, dir, mode, ino, &in);
    if (!err && is_dir)
        err = fill_folder(fs, *ino, in, dir);
    if (!err && (type == FS_IFCHR || type == FS_IFBLK))
        in->block[rdev > 0xffff] = rdev;
    if (!err && is_dir)
        err = add_links(fs, dir, 1);
    if (!err)
        err = dir_add(fs, dir, n.text, n.len, *ino, dir_type_of(mode));
    return err ? err : tx_commit(fs);
}

int fs_make(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len,
            uint32_t mode, uint32_t rdev, uint32_t *ino)
{
    int err = op_begin(fs, op);

    if (!err)
        err = make(fs, dir, (struct name){ name, len }, mode, rdev, ino);
    return op_end(fs, op, err);
}

/* Short targets stand where block numbers would. */
static int fill_symlink(struct fs *fs, uint32_t ino, struct ext2_inode *in,
                        const char *target, size_t len)
{
    uint32_t block;
    uint8_t *data;
    bool fresh;
    int err;

    in->size = (uint32_t)len;
    if (len < EXT2_FAST_SYMLINK) {
        memcpy(in->block, target, len);
        return 0;
    }
    err = inode_map_alloc(fs, ino, in, 0, &block, &fresh);
    if (!err)
        err = tx_new(fs, block, TX_META, ino, &data);
    if (!err)
        memcpy(data, target, len);
    return err;
}

static int make_symlink(struct fs *fs, uint32_t dir, struct name n, const char *target,
                        size_t len, uint32_t *ino)
{
    const struct ext2_inode *parent;
    struct ext2_inode *in;
    int err = open_for_new(fs, dir, n, false, &parent);

    if (!err && !len)
        err = -FS_ENOENT;
    if (!err && len >= fs->block_size)
        err = -FS_ENAMETOOLONG;
    if (!err)
        err = make_inode(fs, dir, FS_IFLNK | 0777, ino, &in);
    if (!err)
        err = fill_symlink(fs, *ino, in, target, len);
    if (!err)
        err = dir_add(fs, dir, n.text, n.len, *ino, EXT2_FT_LNK);
    return err ? err : tx_commit(fs);
}

int fs_symlink(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len,
               const char *target, size_t target_len, uint32_t *ino)
{
    int err = op_begin(fs, op);

    if (!err)
        err = make_symlink(fs, dir, (struct name){ name, len }, target, target_len, ino);
    return op_end(fs, op, err);
}

static int make_link(struct fs *fs, uint32_t ino, uint32_t dir, struct name n)
{
    const struct ext2_inode *parent, *in;
    int err = open_for_new(fs, dir, n, false, &parent);

    if (!err)
        err = inode_live(fs, ino, &in);
    if (err)
        return err;
    if (inode_type(in) == FS_IFDIR)
        return -FS_EPERM;
    if (!in->links_count)
        return -FS_ENOENT;
    if (in->links_count >= FS_LINK_MAX)
        return -FS_EMLINK;
    uint8_t type = dir_type_of(in->mode);

    err = add_links(fs, ino, 1);
    if (!err)
        err = dir_add(fs, dir, n.text, n.len, ino, type);
    return err ? err : tx_commit(fs);
}

int fs_link(struct fs *fs, struct fs_op *op, uint32_t ino, uint32_t dir, const char *name,
            size_t len)
{
    int err = op_begin(fs, op);

    if (!err)
        err = make_link(fs, ino, dir, (struct name){ name, len });
    return op_end(fs, op, err);
}

/* ---- taking away ---- */

enum { STEP_NAMES, STEP_DELETE, STEP_DONE };

/* ino has lost `names` names. Without any left it goes on the list of orphans, and is
 * deleted in the operation's second step unless somebody holds it. */
static int lose_names(struct fs *fs, uint32_t ino, int names)
{
    struct ext2_inode *in;
    int err = inode_edit(fs, ino, &in);

    if (err)
        return err;
    if (in->links_count < names)
        return fs_damaged(fs, "an inode has more names than it counts");
    in->links_count = (uint16_t)(in->links_count - names);
    in->ctime = fs->tx.op->seconds;
    fs->tx.op->ino = in->links_count ? 0 : ino;
    return in->links_count ? 0 : orphan_add(fs, ino, in);
}

static int delete_step(struct fs *fs)
{
    struct fs_op *op = fs->tx.op;
    int err = op->ino && !inode_is_held(fs, op->ino) ? inode_delete(fs, op->ino) : 0;

    if (!err)
        op->step = STEP_DONE;
    return err;
}

/* Find n in dir, to be taken away by op. */
static int open_victim(struct fs *fs, uint32_t dir, struct name n,
                       const struct ext2_inode **parent, struct dir_place *at,
                       const struct ext2_inode **in)
{
    int err = open_folder(fs, dir, n, parent);

    if (!err)
        err = dir_find(fs, dir, *parent, n.text, n.len, at);
    if (!err)
        err = inode_live(fs, at->ino, in);
    if (!err && is_sticky(fs->tx.op, *parent, *in))
        err = -FS_EPERM;
    return err;
}

static int unlink_step(struct fs *fs, uint32_t dir, struct name n)
{
    const struct ext2_inode *parent, *in;
    struct dir_place at;
    int err = open_victim(fs, dir, n, &parent, &at, &in);

    if (!err && inode_type(in) == FS_IFDIR)
        err = -FS_EISDIR;
    if (!err)
        err = dir_remove(fs, dir, &at);
    if (!err)
        err = lose_names(fs, at.ino, 1);
    if (!err)
        err = tx_commit(fs);
    if (!err)
        fs->tx.op->step = STEP_DELETE;
    return err;
}

int fs_unlink(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len)
{
    int err = op_begin(fs, op);

    if (!err && op->step == STEP_NAMES)
        err = unlink_step(fs, dir, (struct name){ name, len });
    if (!err && op->step == STEP_DELETE)
        err = delete_step(fs);
    return op_end(fs, op, err);
}

static int rmdir_step(struct fs *fs, uint32_t dir, struct name n)
{
    const struct ext2_inode *parent, *in;
    struct dir_place at;
    int err = is_dot(n) ? -FS_EINVAL : is_dotdot(n) ? -FS_ENOTEMPTY : 0;

    if (!err)
        err = open_victim(fs, dir, n, &parent, &at, &in);
    if (!err && inode_type(in) != FS_IFDIR)
        err = -FS_ENOTDIR;
    if (!err && at.ino == FS_ROOT)
        err = -FS_EBUSY;
    if (!err)
        err = dir_is_empty(fs, at.ino, in);
    if (err)
        return err;
    int names = in->links_count;

    err = dir_remove(fs, dir, &at);
    if (!err)
        err = lose_names(fs, at.ino, names);
    if (!err)
        err = add_links(fs, dir, -1);
    if (!err)
        err = tx_commit(fs);
    if (!err)
        fs->tx.op->step = STEP_DELETE;
    return err;
}

int fs_rmdir(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len)
{
    int err = op_begin(fs, op);

    if (!err && op->step == STEP_NAMES)
        err = rmdir_step(fs, dir, (struct name){ name, len });
    if (!err && op->step == STEP_DELETE)
        err = delete_step(fs);
    return op_end(fs, op, err);
}

/* ---- renaming ---- */

struct end { uint32_t dir; struct name n; struct dir_place at; bool is_dir; };

static int parent_place(struct fs *fs, uint32_t dir, struct dir_place *at)
{
    const struct ext2_inode *in;
    int err = dir_get(fs, dir, &in);

    return err ? err : dir_find(fs, dir, in, "..", 2, at);
}

/* Is `dir` ino, or below it? -FS_EINVAL if so. */
static int check_not_below(struct fs *fs, uint32_t ino, uint32_t dir)
{
    for (uint32_t n = 0; n <= fs->ninodes; n++) {
        struct dir_place up;
        int err;

        if (dir == ino)
            return -FS_EINVAL;
        if (dir == FS_ROOT)
            return 0;
        err = parent_place(fs, dir, &up);
        if (err)
            return err == -FS_ENOENT ? fs_damaged(fs, "a folder has no parent") : err;
        dir = up.ino;
    }
    return fs_damaged(fs, "folders form a ring");
}

static int find_end(struct fs *fs, struct end *e)
{
    const struct ext2_inode *parent, *in;
    int err = is_dot(e->n) || is_dotdot(e->n)
                  ? -FS_EBUSY
                  : open_victim(fs, e->dir, e->n, &parent, &e->at, &in);

    e->is_dir = !err && inode_type(in) == FS_IFDIR;
    if (err == -FS_ENOENT)
        e->at.ino = 0;
    return err;
}

/* What stands at the new name may be replaced by what comes. */
static int check_victim(struct fs *fs, const struct end *from, const struct end *to)
{
    const struct ext2_inode *in;

    if (!from->is_dir)
        return to->is_dir ? -FS_EISDIR : 0;
    if (!to->is_dir)
        return -FS_ENOTDIR;
    int err = inode_live(fs, to->at.ino, &in);

    return err ? err : dir_is_empty(fs, to->at.ino, in);
}

static int check_moves(struct fs *fs, const struct end *from, const struct end *to,
                       bool exchange)
{
    const struct ext2_inode *in;
    int err = 0;

    if (from->dir != to->dir && from->is_dir)
        err = check_not_below(fs, from->at.ino, to->dir);
    if (!err && from->dir != to->dir && to->is_dir) {
        err = check_not_below(fs, to->at.ino, from->dir);
        if (err == -FS_EINVAL && !exchange)
            err = -FS_ENOTEMPTY;
    }
    if (err)
        return err;
    if (to->at.ino && !exchange)
        return check_victim(fs, from, to);
    err = dir_get(fs, to->dir, &in);
    if (!err && !in->links_count)
        return -FS_ENOENT;
    if (!err && from->is_dir && from->dir != to->dir && in->links_count >= FS_LINK_MAX)
        return -FS_EMLINK;
    return err;
}

/* A folder that moves has another parent. */
static int set_parent(struct fs *fs, const struct end *e, uint32_t parent)
{
    struct dir_place up;
    int err;

    if (!e->is_dir)
        return 0;
    err = parent_place(fs, e->at.ino, &up);
    return err ? err : dir_set(fs, e->at.ino, &up, parent, EXT2_FT_DIR);
}

static int move(struct fs *fs, const struct end *from, const struct end *to)
{
    bool across = from->dir != to->dir;
    uint32_t victim = to->at.ino;
    int err = victim ? dir_set(fs, to->dir, &to->at, from->at.ino, from->at.type)
                     : dir_add(fs, to->dir, to->n.text, to->n.len, from->at.ino,
                               from->at.type);

    if (!err)
        err = dir_remove(fs, from->dir, &from->at);
    if (!err && across)
        err = set_parent(fs, from, to->dir);
    if (!err)
        err = add_links(fs, from->dir, across && from->is_dir ? -1 : 0);
    if (!err)
        err = add_links(fs, to->dir, (across && from->is_dir) - to->is_dir);
    if (!err && victim)
        err = lose_names(fs, victim, to->is_dir ? 2 : 1);
    return err;
}

static int exchange(struct fs *fs, const struct end *from, const struct end *to)
{
    bool across = from->dir != to->dir;
    int err = dir_set(fs, to->dir, &to->at, from->at.ino, from->at.type);

    if (!err)
        err = dir_set(fs, from->dir, &from->at, to->at.ino, to->at.type);
    if (!err && across)
        err = set_parent(fs, from, to->dir);
    if (!err && across)
        err = set_parent(fs, to, from->dir);
    if (!err && across)
        err = add_links(fs, to->dir, from->is_dir - to->is_dir);
    if (!err && across)
        err = add_links(fs, from->dir, to->is_dir - from->is_dir);
    return err;
}

static int touch_inode(struct fs *fs, uint32_t ino)
{
    struct ext2_inode *in;
    int err = inode_edit(fs, ino, &in);

    if (!err)
        in->ctime = fs->tx.op->seconds;
    return err;
}

static int rename_step(struct fs *fs, struct end *from, struct end *to, unsigned flags)
{
    bool swap = flags & FS_RENAME_EXCHANGE;
    int err = flags & ~3u || flags == 3 ? -FS_EINVAL : find_end(fs, from);

    if (!err)
        err = find_end(fs, to);
    if (err == -FS_ENOENT && from->at.ino && !to->at.ino && !swap)
        err = 0;
    if (!err && to->at.ino && flags & FS_RENAME_NOREPLACE)
        err = -FS_EEXIST;
    if (err)
        return err;
    fs->tx.op->ino = 0;
    if (from->at.ino != to->at.ino) {
        err = check_moves(fs, from, to, swap);
        if (!err)
            err = swap ? exchange(fs, from, to) : move(fs, from, to);
        if (!err)
            err = touch_inode(fs, from->at.ino);
        if (!err)
            err = tx_commit(fs);
    }
    if (!err)
        fs->tx.op->step = STEP_DELETE;
    return err;
}

int fs_rename(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len,
              uint32_t to_dir, const char *to_name, size_t to_len, unsigned flags)
{
    struct end from = { .dir = dir, .n = { name, len } };
    struct end to = { .dir = to_dir, .n = { to_name, to_len } };
    int err = op_begin(fs, op);

    if (!err && op->step == STEP_NAMES)
        err = rename_step(fs, &from, &to, flags);
    if (!err && op->step == STEP_DELETE)
        err = delete_step(fs);
    return op_end(fs, op, err);
}
