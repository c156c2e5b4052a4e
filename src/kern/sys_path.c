/* sys_path.c - the calls on names: opening, making, removing, linking, renaming, and the
 * working folder. POSIX says what each must do; errors are those of Linux. */
#include <kern/filemap.h>
#include <kern/pipe.h>
#include <kern/procfs.h>
#include <kern/tty.h>

#include "file_private.h"

/* --- following paths --- */

/* The folder that a path starts in: fixed when the call is first looked at. */
static int32_t base_of(struct sysc *c, uint32_t dirfd, uint32_t *ino)
{
    const struct gfile *f;

    if (dirfd == (uint32_t)G_AT_FDCWD) {
        *ino = cwd_ino(c->k, proc_place(c->p));
        return *ino ? 0 : -G_ENOENT;
    }
    if (!(f = file_named(c, dirfd)))
        return -G_EBADF;
    if (!file_is_inode(f) || vnode_of(c->k, f->object)->mode != FS_IFDIR)
        return -G_ENOTDIR;
    *ino = vnode_ino(c->k, f->object);
    return *ino ? 0 : -G_EIO;
}

int32_t path_take(struct sysc *c, struct fcall *x, unsigned i, uint32_t dirfd, uint32_t va)
{
    int32_t n;

    if (x->have & 1u << i)
        return 0;
    n = copy_string(c, x->path[i], sizeof x->path[i], va);
    if (n < 0)
        return n;
    x->len[i] = (uint32_t)n;
    x->base[i] = FS_ROOT;
    n = x->path[i][0] == '/' ? 0 : n ? base_of(c, dirfd, &x->base[i]) : -G_ENOENT;
    if (!n)
        x->have |= 1u << i;
    return n;
}

int32_t path_walk(struct sysc *c, struct fcall *x, unsigned i, uint32_t dirfd, uint32_t va,
                  enum fs_last last)
{
    int32_t err = path_take(c, x, i, dirfd, va);

    if (!err && (err = procfs_find(c, x->path[i])) > 0)
        err = -G_EXDEV;
    return err ? err : FS_DO(c, x, fs_walk, x->base[i], x->path[i], x->len[i], last,
                             &x->walk[i]);
}

/* What is in /proc can be neither made nor changed: what the call has to say of that. */
static int32_t of_proc(int32_t err, int32_t instead)
{
    return err == -G_EXDEV ? instead : err;
}

int32_t path_find(struct sysc *c, struct fcall *x, unsigned i, uint32_t dirfd, uint32_t va,
                  enum fs_last last)
{
    int32_t err = path_walk(c, x, i, dirfd, va, last);

    return err ? of_proc(err, -G_EPERM) : x->walk[i].ino ? 0 : -G_ENOENT;
}

int32_t path_empty(struct sysc *c, struct fcall *x, uint32_t va)
{
    uint8_t first;
    int32_t err;

    if (x->have & (1 | FCALL_EMPTY))
        return 0;
    if (!(err = copy_in(c, &first, va, 1)) && !first)
        x->have |= FCALL_EMPTY;
    return err;
}

int32_t path_or_file(struct sysc *c, struct fcall *x, uint32_t dirfd, uint32_t va,
                     enum fs_last last, uint32_t flags)
{
    const struct gfile *f;
    int32_t err = flags & G_AT_EMPTY_PATH ? path_empty(c, x, va) : 0;

    if (err || !(x->have & FCALL_EMPTY))
        return err ? err : path_find(c, x, 0, dirfd, va, last);
    if (dirfd == (uint32_t)G_AT_FDCWD)
        return base_of(c, dirfd, &x->walk[0].ino);
    if (!(f = file_named_held(c, dirfd)))
        return -G_EBADF;
    if (!file_is_inode(f))
        return -G_EINVAL;
    x->walk[0].ino = vnode_ino(c->k, f->object);
    return x->walk[0].ino ? 0 : -G_EIO;
}

/* Without a disk there are no names: what a path says is looked at all the same. */
static int32_t no_files(struct sysc *c, uint32_t va)
{
    char path[256];
    int32_t n = copy_string(c, path, sizeof path, va);

    return n < 0 ? n : -G_ENOENT;
}

/* --- opening --- */

static bool writes(uint32_t flags)
{
    return flags & G_O_ACCMODE;
}

/* The inode that the path names, made if need be: in x->ino, held. What is to be made is no
 * folder, so a '/' behind its name is a mistake, whatever is there. */
static int32_t open_inode(struct sysc *c, struct fcall *x, uint32_t flags)
{
    bool make = flags & G_O_CREAT, only = make && flags & G_O_EXCL;
    bool slash = make && x->path[0][x->len[0] - 1] == '/';
    const struct fs_walk *w = &x->walk[0];
    int32_t err = path_walk(c, x, 0, c->a[0], c->a[1],
                            slash ? FS_LAST_NAMED
                            : only || flags & G_O_NOFOLLOW ? FS_LAST_STAYS : FS_LAST_FOLLOWED);

    if (err || slash)
        return err ? err : -G_EISDIR;
    if (w->ino && only)
        return -G_EEXIST;
    if (!w->ino && !make)
        return -G_ENOENT;
    if (!w->ino) {
        err = FS_DO(c, x, fs_make, w->parent, w->name, w->name_len,
                    FS_IFREG | (c->a[3] & 07777 & ~proc_place(c->p)->umask), 0, &x->ino);
        if (err == -G_EEXIST && !only) {        /* somebody else was quicker */
            fcall_again(x, 0);
            return open_inode(c, x, flags);
        }
        if (err)
            return err;
    } else
        x->ino = w->ino;
    if (!x->vnode && !(x->vnode = vnode_get(c->k, x->ino)))
        return -G_ENFILE;
    return 0;
}

static int32_t open_check(const struct sysc *c, const struct fcall *x, uint32_t flags)
{
    uint32_t type = x->st.mode & FS_IFMT;
    unsigned want = (flags & G_O_ACCMODE) == G_O_RDWR ? 6 : writes(flags) ? 2 : 4;

    if (flags & G_O_TRUNC)      /* also of what is opened to read: open(2) of Linux */
        want |= 2;

    if (flags & G_O_DIRECTORY && type != FS_IFDIR)
        return -G_ENOTDIR;
    if (flags & G_O_PATH)       /* nothing is done with it but to name it */
        return 0;
    if (type == FS_IFLNK)
        return -G_ELOOP;
    if (type == FS_IFDIR && (want != 4 || flags & G_O_CREAT))
        return -G_EISDIR;
    if (type == FS_IFSOCK || type == FS_IFBLK)
        return -G_ENXIO;
    if (type == FS_IFREG && want != 4 && fs_is_read_only(c->k->vfs->fs))
        return -G_EROFS;
    return x->ino == x->walk[0].ino ? fs_access(&x->op, &x->st, want) : 0;
}

/* The numbers of Linux, "Documentation/admin-guide/devices.txt". */
static const struct file_ops *device(uint32_t rdev, bool writing)
{
    switch (rdev) {
    case 0x103: return &null_ops;
    case 0x105: return &zero_ops;
    case 0x107: return &full_ops;
    case 0x108: case 0x109: return &random_ops;
    case 0x500: case 0x501: return writing ? &console_out : &console_in;
    default:    return NULL;
    }
}

static bool is_console(const struct gfile *f)
{
    return f->ops == &console_in || f->ops == &console_out;
}

/* A descriptor for an open file; the file's own hold on what is behind it is the caller's. */
static int32_t give_descriptor(struct sysc *c, struct gfile f, uint32_t flags)
{
    f.flags = flags & (G_O_ACCMODE | G_O_APPEND | G_O_NONBLOCK | G_O_PATH);
    return fds_open(c, f, flags & G_O_CLOEXEC);
}

/* A file of /proc. */
static int32_t open_proc(struct sysc *c, uint32_t node, uint32_t flags)
{
    struct gfile f = procfs_file(node);

    if (writes(flags) || (flags & G_O_CREAT && flags & G_O_EXCL))
        return writes(flags) ? -G_EACCES : -G_EEXIST;
    if (flags & G_O_DIRECTORY && !procfs_is_folder(&f))
        return -G_ENOTDIR;
    return give_descriptor(c, f, flags);
}

/* A descriptor for what was found. The inode's hold goes over to the open file. */
static int32_t open_done(struct sysc *c, struct fcall *x, uint32_t flags)
{
    struct gfile f = { .ops = &inode_ops, .object = x->vnode };
    uint32_t type = x->st.mode & FS_IFMT;
    bool opens = !(flags & G_O_PATH);
    int32_t fd;

    if (opens && type == FS_IFIFO && (fd = fifo_open(c, x, flags, &f)))
        return fd;
    if (opens && type == FS_IFCHR) {
        f.ops = device(x->st.rdev, writes(flags));
        f.object = proc_console(c->p);
        f.stream = 1;
    }
    if (!f.ops)
        return -G_ENXIO;
    if (!file_is_inode(&f) && !is_console(&f))
        f.named = x->vnode;
    fd = give_descriptor(c, f, flags);
    if (fd < 0)
        return fd;
    x->give_up = NULL;          /* a fifo's end is the open file's now, as is the hold */
    vnode_of(c->k, x->vnode)->mode = type;
    if (!is_console(&f))
        x->vnode = 0;
    return fd;
}

static int32_t truncate(struct sysc *c, struct fcall *x)
{
    int32_t err = FS_DO(c, x, fs_truncate, x->ino, 0);

    if (!err)
        filemap_truncated(c->k, x->ino, x->op.before, 0);
    return err;
}

/* open(2), "O_PATH": what else is asked for does not count. */
static uint32_t open_flags(const struct sysc *c)
{
    uint32_t named = G_O_PATH | G_O_DIRECTORY | G_O_NOFOLLOW | G_O_CLOEXEC;

    return c->a[2] & G_O_PATH ? c->a[2] & named : c->a[2];
}

static int32_t open_on(struct sysc *c, struct fcall *x)
{
    uint32_t flags = open_flags(c), both = G_O_CREAT | G_O_DIRECTORY;
    int32_t err;

    if ((flags & both) == both) /* it could only be a file; Linux from 6.4 on */
        return -G_EINVAL;

    if (!x->done && (err = fd_free(c, 0)) < 0)
        return err;
    if ((err = path_take(c, x, 0, c->a[0], c->a[1])) ||
        (err = procfs_find(c, x->path[0])) < 0)
        return err;
    if (err)
        return open_proc(c, (uint32_t)err, flags);
    if ((err = open_inode(c, x, flags)) ||
        (err = FS_DO(c, x, fs_stat, x->ino, &x->st)) ||
        (err = open_check(c, x, flags)))
        return err;
    if (flags & G_O_TRUNC && (x->st.mode & FS_IFMT) == FS_IFREG &&
        (err = truncate(c, x)))
        return err;
    return open_done(c, x, flags);
}

int32_t sys_openat(struct sysc *c)
{
    struct fcall *x = fcall_of(c);

    return x ? fcall_end(c, x, open_on(c, x)) : no_files(c, c->a[1]);
}

/* --- making --- */

static int32_t make_on(struct sysc *c, struct fcall *x, uint32_t mode, uint32_t rdev)
{
    const struct fs_walk *w = &x->walk[0];
    int32_t err = path_walk(c, x, 0, c->a[0], c->a[1], FS_LAST_NAMED);

    if (err)
        return of_proc(err, -G_EEXIST);
    if (w->ino)
        return -G_EEXIST;
    if (w->slash && (mode & FS_IFMT) != FS_IFDIR)
        return -G_ENOENT;
    return FS_DO(c, x, fs_make, w->parent, w->name, w->name_len, mode, rdev, &x->ino);
}

int32_t sys_mkdirat(struct sysc *c)
{
    struct fcall *x = fcall_of(c);
    uint32_t mode = FS_IFDIR | (c->a[2] & 01777 & ~proc_place(c->p)->umask);

    return x ? fcall_end(c, x, make_on(c, x, mode, 0)) : no_files(c, c->a[1]);
}

int32_t sys_mknodat(struct sysc *c)
{
    struct fcall *x = fcall_of(c);
    uint32_t type = c->a[2] & FS_IFMT, mode = c->a[2] & 07777 & ~proc_place(c->p)->umask;

    if (!type)
        type = FS_IFREG;
    if (type != FS_IFREG && type != FS_IFIFO && type != FS_IFCHR && type != FS_IFBLK &&
        type != FS_IFSOCK)
        return type == FS_IFDIR ? -G_EPERM : -G_EINVAL;
    if ((type == FS_IFCHR || type == FS_IFBLK) && !ids_root(&proc_place(c->p)->ids))
        return -G_EPERM;        /* a device opens the machine to whoever makes it */
    return x ? fcall_end(c, x, make_on(c, x, type | mode, c->a[3])) : no_files(c, c->a[1]);
}

static int32_t symlink_on(struct sysc *c, struct fcall *x)
{
    const struct fs_walk *w = &x->walk[0];
    int32_t err;

    if (!(x->have & 2)) {
        err = copy_string(c, x->path[1], sizeof x->path[1], c->a[0]);
        if (err <= 0)
            return err ? err : -G_ENOENT;
        x->len[1] = (uint32_t)err;
        x->have |= 2;
    }
    if ((err = path_walk(c, x, 0, c->a[1], c->a[2], FS_LAST_NAMED)))
        return of_proc(err, -G_EEXIST);
    if (w->ino)
        return -G_EEXIST;
    if (w->slash)
        return -G_ENOENT;
    return FS_DO(c, x, fs_symlink, w->parent, w->name, w->name_len, x->path[1], x->len[1],
                 &x->ino);
}

int32_t sys_symlinkat(struct sysc *c)
{
    struct fcall *x = fcall_of(c);

    return x ? fcall_end(c, x, symlink_on(c, x)) : no_files(c, c->a[2]);
}

/* What gets another name. By descriptor alone it is root's, who could open it anyway: link(2). */
static int32_t link_from(struct sysc *c, struct fcall *x)
{
    uint32_t flags = c->a[4];
    enum fs_last last = flags & G_AT_SYMLINK_FOLLOW ? FS_LAST_FOLLOWED : FS_LAST_STAYS;
    int32_t err = flags & G_AT_EMPTY_PATH ? path_empty(c, x, c->a[1]) : 0;

    if (err)
        return err;
    if (x->have & FCALL_EMPTY)
        return ids_root(&proc_place(c->p)->ids)
                   ? path_or_file(c, x, c->a[0], c->a[1], last, flags) : -G_ENOENT;
    err = path_walk(c, x, 0, c->a[0], c->a[1], last);
    return err ? err : x->walk[0].ino ? 0 : -G_ENOENT;
}

static int32_t link_on(struct sysc *c, struct fcall *x)
{
    const struct fs_walk *to = &x->walk[1];
    int32_t err = link_from(c, x);

    if (err)
        return err;
    if ((err = path_walk(c, x, 1, c->a[2], c->a[3], FS_LAST_NAMED)))
        return of_proc(err, -G_EEXIST);
    if (to->ino)
        return -G_EEXIST;
    if (to->slash)
        return -G_ENOENT;
    return FS_DO(c, x, fs_link, x->walk[0].ino, to->parent, to->name, to->name_len);
}

int32_t sys_linkat(struct sysc *c)
{
    struct fcall *x = fcall_of(c);

    if (c->a[4] & ~(uint32_t)(G_AT_SYMLINK_FOLLOW | G_AT_EMPTY_PATH))
        return -G_EINVAL;
    return x ? fcall_end(c, x, link_on(c, x)) : no_files(c, c->a[1]);
}

/* --- removing and renaming --- */

static bool is_dots(const struct fs_walk *w)
{
    return w->name[0] == '.' && (!w->name[1] || (w->name[1] == '.' && !w->name[2]));
}

/* 0, -ENOTDIR, ...: an operation of its own. */
static int32_t must_be_folder(struct sysc *c, struct fcall *x, uint32_t ino)
{
    int32_t err = FS_DO(c, x, fs_stat, ino, &x->st);

    return err ? err : (x->st.mode & FS_IFMT) == FS_IFDIR ? 0 : -G_ENOTDIR;
}

static int32_t unlink_on(struct sysc *c, struct fcall *x)
{
    const struct fs_walk *w = &x->walk[0];
    int32_t err = path_find(c, x, 0, c->a[0], c->a[1], FS_LAST_NAMED);

    if (err)
        return err;
    if (!(c->a[2] & G_AT_REMOVEDIR)) {
        if (!w->name_len || is_dots(w))
            return -G_EISDIR;
        if (w->slash && !(err = must_be_folder(c, x, w->ino)))
            err = -G_EISDIR;
        if (err)
            return err;
        return FS_DO(c, x, fs_unlink, w->parent, w->name, w->name_len);
    }
    if (!w->name_len)
        return -G_EBUSY;
    if (is_dots(w))
        return w->name[1] ? -G_ENOTEMPTY : -G_EINVAL;
    return FS_DO(c, x, fs_rmdir, w->parent, w->name, w->name_len);
}

int32_t sys_unlinkat(struct sysc *c)
{
    struct fcall *x = fcall_of(c);

    if (c->a[2] & ~(uint32_t)G_AT_REMOVEDIR)
        return -G_EINVAL;
    return x ? fcall_end(c, x, unlink_on(c, x)) : no_files(c, c->a[1]);
}

/* Both names are to be on one file system, whether they are there or not. */
static int32_t rename_across(struct sysc *c, struct fcall *x)
{
    int32_t err = path_take(c, x, 0, c->a[0], c->a[1]);
    bool from, to;

    if (err || (err = path_take(c, x, 1, c->a[2], c->a[3])))
        return err;
    from = procfs_find(c, x->path[0]) != PROCFS_NONE;
    to = procfs_find(c, x->path[1]) != PROCFS_NONE;
    return from != to ? -G_EXDEV : from ? -G_EPERM : 0;
}

static int32_t rename_on(struct sysc *c, struct fcall *x)
{
    const struct fs_walk *w = &x->walk[0], *to = &x->walk[1];
    int32_t err = rename_across(c, x);

    if (err || (err = path_find(c, x, 0, c->a[0], c->a[1], FS_LAST_NAMED)) ||
        (err = path_walk(c, x, 1, c->a[2], c->a[3], FS_LAST_NAMED)))
        return err;
    if (!w->name_len || is_dots(w))
        return -G_EBUSY;
    if (!to->name_len || is_dots(to))
        return c->a[4] & FS_RENAME_NOREPLACE ? -G_EEXIST : -G_EBUSY;
    if (c->a[4] & FS_RENAME_NOREPLACE && to->ino)
        return -G_EEXIST;
    if ((w->slash || to->slash) && (err = must_be_folder(c, x, w->ino)))
        return err;
    if (to->slash && to->ino && (err = must_be_folder(c, x, to->ino)))
        return err;
    return FS_DO(c, x, fs_rename, w->parent, w->name, w->name_len, to->parent, to->name,
                 to->name_len, c->a[4]);
}

int32_t sys_renameat2(struct sysc *c)
{
    struct fcall *x = fcall_of(c);

    if (c->a[4] & ~3u || c->a[4] == 3)
        return -G_EINVAL;
    return x ? fcall_end(c, x, rename_on(c, x)) : no_files(c, c->a[1]);
}

/* --- what a link says --- */

static int32_t readlink_on(struct sysc *c, struct fcall *x)
{
    uint32_t size = c->a[3] < FCALL_BYTES ? c->a[3] : FCALL_BYTES;
    bool by_fd = c->a[0] != (uint32_t)G_AT_FDCWD;
    int32_t err = path_or_file(c, x, c->a[0], c->a[1], FS_LAST_STAYS,
                               by_fd ? G_AT_EMPTY_PATH : 0);

    if (err)
        return err;
    if (!x->full) {
        if ((err = FS_DO(c, x, fs_readlink, x->walk[0].ino, (char *)x->bytes, size)))
            return err == -G_EINVAL && x->have & FCALL_EMPTY ? -G_ENOENT : err;
        x->n = (uint32_t)x->op.done;
        x->full = true;
    }
    err = copy_out(c, c->a[2], x->bytes, x->n);
    return err ? err : (int32_t)x->n;
}

int32_t sys_readlinkat(struct sysc *c)
{
    struct fcall *x = fcall_of(c);

    if ((int32_t)c->a[3] <= 0)
        return -G_EINVAL;
    return x ? fcall_end(c, x, readlink_on(c, x)) : no_files(c, c->a[1]);
}

/* --- the working folder --- */

static int32_t enter(struct sysc *c, struct fcall *x)
{
    int32_t err = FS_DO(c, x, fs_stat, x->ino, &x->st);

    if (err)
        return err;
    if ((x->st.mode & FS_IFMT) != FS_IFDIR)
        return -G_ENOTDIR;
    if ((err = fs_access(&x->op, &x->st, 1)))
        return err;
    cwd_drop(c->k, proc_place(c->p));
    proc_place(c->p)->cwd = x->vnode;
    x->vnode = 0;
    return 0;
}

static int32_t chdir_on(struct sysc *c, struct fcall *x)
{
    int32_t err = path_find(c, x, 0, (uint32_t)G_AT_FDCWD, c->a[0], FS_LAST_FOLLOWED);

    if (err)
        return err;
    x->ino = x->walk[0].ino;
    if (!x->vnode && !(x->vnode = vnode_get(c->k, x->ino)))
        return -G_ENFILE;
    return enter(c, x);
}

int32_t sys_chdir(struct sysc *c)
{
    struct fcall *x = fcall_of(c);

    return x ? fcall_end(c, x, chdir_on(c, x)) : no_files(c, c->a[0]);
}

int32_t sys_fchdir(struct sysc *c)
{
    const struct gfile *f = file_named(c, c->a[0]);
    struct fcall *x;

    if (!f)
        return -G_EBADF;
    if (!file_is_inode(f))
        return -G_ENOTDIR;
    x = fcall_of(c);
    if (!x->ino)
        x->ino = vnode_ino(c->k, f->object);
    if (!x->ino)
        return fcall_end(c, x, -G_EIO);
    if (!x->vnode && !(x->vnode = vnode_get(c->k, x->ino)))
        return fcall_end(c, x, -G_ENFILE);
    return fcall_end(c, x, enter(c, x));
}

/* From the folder up to the root: in each one's parent, which name is it? The path grows
 * from the end of path[0] to the front; x->ino is the folder that is looked for, x->pos
 * how much there is. */
static int32_t climb(struct sysc *c, struct fcall *x)
{
    char *end = x->path[0] + sizeof x->path[0];
    int32_t err;

    while (x->ino != FS_ROOT) {
        if ((err = FS_DO(c, x, fs_lookup, x->ino, "..", 2, &x->base[0])))
            return err;
        for (;;) {
            if ((err = FS_DO(c, x, fs_readdir, x->base[0], &x->cursor, &x->entry)))
                return err;
            if (!x->op.done)
                return -G_ENOENT;
            if (x->entry.ino == x->ino && strcmp(x->entry.name, ".") &&
                strcmp(x->entry.name, ".."))
                break;
            fcall_again(x, 1);
        }
        if (x->pos + x->entry.name_len + 1 >= sizeof x->path[0])
            return -G_ENAMETOOLONG;
        x->pos += x->entry.name_len;
        memcpy(end - x->pos, x->entry.name, x->entry.name_len);
        *(end - ++x->pos) = '/';
        x->ino = x->base[0];
        x->cursor = 0;
        fcall_again(x, 0);
    }
    if (!x->pos)
        *(end - ++x->pos) = '/';
    return 0;
}

static int32_t getcwd_on(struct sysc *c, struct fcall *x)
{
    int32_t err;
    uint32_t n;

    if (!x->ino && !(x->ino = cwd_ino(c->k, proc_place(c->p))))
        return -G_ENOENT;
    if ((err = climb(c, x)))
        return err;
    n = (uint32_t)x->pos;
    if (n + 1 > c->a[1])
        return -G_ERANGE;
    memcpy(x->path[1], x->path[0] + sizeof x->path[0] - n, n);
    x->path[1][n] = '\0';
    err = user_writable(c, c->a[0], n + 1);
    if (err)
        return err;
    put_out(c, c->a[0], x->path[1], n + 1);
    return (int32_t)n + 1;
}

int32_t sys_getcwd(struct sysc *c)
{
    struct fcall *x = fcall_of(c);

    if (!c->a[1])
        return -G_EINVAL;
    if (x)
        return fcall_end(c, x, getcwd_on(c, x));
    if (c->a[1] < 2)
        return -G_ERANGE;
    int32_t err = copy_out(c, c->a[0], "/", 2);
    return err ? err : 2;
}

int32_t sys_umask(struct sysc *c)
{
    uint32_t old = proc_place(c->p)->umask;

    proc_place(c->p)->umask = c->a[0] & 0777;
    return (int32_t)old;
}
