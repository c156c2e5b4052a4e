/* sys_stat.c - the calls that ask about files and folders, and change what is said of
 * them. */
#include <kern/filemap.h>
#include <kern/procfs.h>

enum { EXT2_SUPER_MAGIC = 0xef53, DT_ALIGN = 8, DIRENT_HEAD = 19, STARTED = 4 };
enum { ST_RDONLY = 1, ST_VALID = 0x20 };       /* statfs(2), "f_flags" */

/* The inode behind an open file, or that it was opened by: its vnode; 0: none, it is a pipe, say,
 * or a power cut took it from what works without. */
static uint32_t named_by(const struct kern *k, const struct gfile *f)
{
    if (file_is_inode(f))
        return f->object;
    return f->named && vnode_ino(k, f->named) ? f->named : 0;
}

/* What stands behind a descriptor: in x->st. Consoles and pipes have little to say. */
static int32_t stat_file(struct sysc *c, struct fcall *x, const struct gfile *f,
                         struct fs_stat *st)
{
    uint32_t vnode = named_by(c->k, f), ino;
    int32_t err;

    *st = (struct fs_stat){ .ino = 1 + f->object, .mode = f->ops->mode, .nlink = 1,
                            .block_size = 4096 };
    if (procfs_is(f))
        procfs_stat(c->k, f->object, st);
    if (!vnode)
        return 0;
    if (!(ino = vnode_ino(c->k, vnode)))
        return -G_EIO;
    err = FS_DO(c, x, fs_stat, ino, &x->st);
    *st = x->st;
    return err;
}

/* Without a disk there are descriptors alone. */
static int32_t stat_no_files(struct sysc *c, uint32_t flags, struct fs_stat *st)
{
    const struct gfile *f;
    uint8_t first;
    int32_t err = copy_in(c, &first, c->a[1], 1);

    if (err || first || !(flags & G_AT_EMPTY_PATH))
        return err ? err : -G_ENOENT;
    f = file_named_held(c, c->a[0]);
    return f ? stat_file(c, NULL, f, st) : -G_EBADF;
}

static enum fs_last last_of(uint32_t flags)
{
    return flags & G_AT_SYMLINK_NOFOLLOW ? FS_LAST_STAYS : FS_LAST_FOLLOWED;
}

/* What is in /proc: 1; else 0, -errno or SYS_WAIT. */
static int32_t stat_proc(struct sysc *c, struct fcall *x, struct fs_stat *st)
{
    int32_t err = path_take(c, x, 0, c->a[0], c->a[1]);

    if (err || (err = procfs_find(c, x->path[0])) <= 0)
        return err;
    procfs_stat(c->k, (uint32_t)err, st);
    return 1;
}

/* By path, or by descriptor if the path is empty and that is allowed. */
static int32_t stat_at(struct sysc *c, struct fcall *x, uint32_t flags, struct fs_stat *st)
{
    int32_t err;

    if (!x)
        return stat_no_files(c, flags, st);
    if (flags & G_AT_EMPTY_PATH && (err = path_empty(c, x, c->a[1])))
        return err;
    if (x->have & FCALL_EMPTY && c->a[0] != (uint32_t)G_AT_FDCWD) {
        const struct gfile *f = file_named_held(c, c->a[0]);

        return f ? stat_file(c, x, f, st) : -G_EBADF;
    }
    if (!(x->have & FCALL_EMPTY) && (err = stat_proc(c, x, st)))
        return err < 0 ? err : 0;
    if (!(err = path_or_file(c, x, c->a[0], c->a[1], last_of(flags), flags)))
        err = FS_DO(c, x, fs_stat, x->walk[0].ino, &x->st);
    *st = x->st;
    return err;
}

static int32_t end_with(struct sysc *c, struct fcall *x, int32_t result)
{
    return x ? fcall_end(c, x, result) : result;
}

static uint64_t device_of(uint32_t rdev)
{
    return rdev;
}

static int32_t give_stat(struct sysc *c, uint32_t va, const struct fs_stat *from)
{
    const struct gabi_stat64 st = {
        .dev = 0x800, .ino = from->ino, .mode = from->mode, .nlink = from->nlink,
        .uid = from->uid, .gid = from->gid, .rdev = device_of(from->rdev),
        .size = (int64_t)from->size, .blksize = (int32_t)from->block_size,
        .blocks = (int64_t)from->blocks, .atime = (int32_t)from->atime,
        .mtime = (int32_t)from->mtime, .ctime = (int32_t)from->ctime,
    };

    return copy_out(c, va, &st, sizeof st);
}

int32_t sys_fstat(struct sysc *c)
{
    struct fcall *x = fcall_of(c);
    const struct gfile *f = file_named_held(c, c->a[0]);
    struct fs_stat st;
    int32_t err = f ? stat_file(c, x, f, &st) : -G_EBADF;

    return end_with(c, x, err ? err : give_stat(c, c->a[1], &st));
}

int32_t sys_fstatat(struct sysc *c)
{
    struct fcall *x = fcall_of(c);
    struct fs_stat st;
    int32_t err = stat_at(c, x, c->a[3], &st);

    return end_with(c, x, err ? err : give_stat(c, c->a[2], &st));
}

static uint32_t major_of(uint32_t rdev)
{
    return rdev >> 8 & 0xfff;
}

static uint32_t minor_of(uint32_t rdev)
{
    return (rdev & 0xff) | (rdev >> 12 & 0xfff00);
}

/* AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT, AT_EMPTY_PATH, and AT_STATX_SYNC_TYPE, of which one
 * or the other; of the mask what has no meaning yet. */
#define STATX_FLAGS 0x7900u
#define STATX_SYNC 0x6000u
#define STATX_RESERVED 0x80000000u

static bool statx_knows(const struct sysc *c)
{
    return !(c->a[2] & ~STATX_FLAGS) && (c->a[2] & STATX_SYNC) != STATX_SYNC &&
           !(c->a[3] & STATX_RESERVED);
}

int32_t sys_statx(struct sysc *c)
{
    struct fcall *x = fcall_of(c);
    struct fs_stat from;
    int32_t err = statx_knows(c) ? stat_at(c, x, c->a[2], &from) : -G_EINVAL;

    if (err)
        return end_with(c, x, err);
    const struct gabi_statx st = {
        .mask = 0x7ff, .blksize = from.block_size, .nlink = from.nlink, .uid = from.uid,
        .gid = from.gid, .mode = (uint16_t)from.mode, .ino = from.ino, .size = from.size,
        .blocks = from.blocks, .rdev_major = major_of(from.rdev),
        .rdev_minor = minor_of(from.rdev), .dev_major = 8,
        .time = { { .sec = from.atime }, { 0 }, { .sec = from.ctime }, { .sec = from.mtime } },
    };
    return end_with(c, x, copy_out(c, c->a[4], &st, sizeof st));
}

/* --- the whole file system --- */

static int32_t give_statfs(struct sysc *c, struct fcall *x, uint32_t va)
{
    const struct fs_statfs *s = &x->statfs;
    int32_t err = vfs_drops_wait(c);

    if (err || (err = FS_DO(c, x, fs_statfs, &x->statfs)))
        return err;
    const struct gabi_statfs64 st = {
        .type = EXT2_SUPER_MAGIC, .bsize = s->block_size, .blocks = s->blocks,
        .bfree = s->free, .bavail = s->available, .files = s->inodes,
        .ffree = s->free_inodes, .namelen = s->name_max, .frsize = s->block_size,
        .flags = fs_is_read_only(c->k->vfs->fs) ? ST_VALID | ST_RDONLY : ST_VALID,
    };

    return copy_out(c, va, &st, sizeof st);
}

int32_t sys_statfs(struct sysc *c)
{
    struct fcall *x = fcall_of(c);
    int32_t err;

    if (c->a[1] != sizeof(struct gabi_statfs64))
        return -G_EINVAL;
    if (!x)
        return -G_ENOENT;
    err = path_find(c, x, 0, (uint32_t)G_AT_FDCWD, c->a[0], FS_LAST_FOLLOWED);
    return fcall_end(c, x, err ? err : give_statfs(c, x, c->a[2]));
}

int32_t sys_fstatfs(struct sysc *c)
{
    const struct gfile *f = file_named(c, c->a[0]);
    struct fcall *x = fcall_of(c);

    if (c->a[1] != sizeof(struct gabi_statfs64))
        return -G_EINVAL;
    if (!f)
        return -G_EBADF;
    return x ? fcall_end(c, x, give_statfs(c, x, c->a[2])) : -G_ENOSYS;
}

int32_t sys_sync(struct sysc *c)
{
    struct fcall *x;

    if (!c->r->filed && filemap_flush(c, FILEMAP_ALL, 0, UINT32_MAX) == SYS_WAIT)
        return SYS_WAIT;
    x = fcall_of(c);
    return x ? fcall_end(c, x, FS_DO(c, x, fs_sync)) : 0;
}

int32_t sys_fsync(struct sysc *c)
{
    const struct gfile *f = file_held(c, c->a[0]);
    struct fcall *x;
    uint32_t ino;
    int32_t err;

    if (!f)
        return -G_EBADF;
    if (!file_is_inode(f))
        return -G_EINVAL;
    if (!c->r->filed && (err = filemap_flush(c, f->object, 0, UINT32_MAX)))
        return err;
    x = fcall_of(c);
    ino = vnode_ino(c->k, f->object);
    return fcall_end(c, x, ino ? FS_DO(c, x, fs_fsync, ino) : -G_EIO);
}

/* --- folders --- */

static uint32_t dirent_length(const struct fs_dirent *d)
{
    return (DIRENT_HEAD + d->name_len + 1u + DT_ALIGN - 1) & ~(uint32_t)(DT_ALIGN - 1);
}

static void put_dirent(struct fcall *x, uint32_t length)
{
    struct gabi_dirent64 d = { .ino = x->entry.ino, .off = (int64_t)x->cursor,
                               .reclen = (uint16_t)length, .type = x->entry.type };
    uint8_t *to = x->bytes + x->n;

    memset(to, 0, length);
    memcpy(to, &d, DIRENT_HEAD);
    memcpy(to + DIRENT_HEAD, x->entry.name, x->entry.name_len);
    x->n += length;
    x->pos = x->cursor;
}

/* Entries from x->cursor into x->bytes; x->pos is the cursor behind the last of them. */
static int32_t gather(struct sysc *c, struct fcall *x, uint32_t ino, uint32_t room)
{
    int32_t err;

    while (!x->full) {
        if ((err = FS_DO(c, x, fs_readdir, ino, &x->cursor, &x->entry)))
            return err;
        if (!x->op.done)
            break;
        if (x->n + dirent_length(&x->entry) > room)
            return x->n ? 0 : -G_EINVAL;
        put_dirent(x, dirent_length(&x->entry));
        fcall_again(x, 0);
    }
    return 0;
}

static int32_t gather_proc(struct sysc *c, struct fcall *x, uint32_t node, uint32_t room)
{
    while (!x->full && procfs_entry(c, node, &x->cursor, &x->entry)) {
        if (x->n + dirent_length(&x->entry) > room)
            return x->n ? 0 : -G_EINVAL;
        put_dirent(x, dirent_length(&x->entry));
    }
    return 0;
}

int32_t sys_getdents64(struct sysc *c)
{
    struct gfile *f = file_held(c, c->a[0]);
    uint32_t room = c->a[2] < FCALL_BYTES ? c->a[2] : FCALL_BYTES, ino;
    struct fcall *x;
    int32_t err;

    if (!f)
        return -G_EBADF;
    if (!procfs_is_folder(f) &&
        (!file_is_inode(f) || vnode_of(c->k, f->object)->mode != FS_IFDIR))
        return -G_ENOTDIR;
    x = fcall_of(c);
    if (!(x->have & STARTED))
        x->cursor = x->pos = f->at;
    x->have |= STARTED;
    if (procfs_is(f))
        err = gather_proc(c, x, f->object, room);
    else if ((ino = vnode_ino(c->k, f->object)))
        err = gather(c, x, ino, room);
    else
        return fcall_end(c, x, -G_EIO);
    x->full = !err;
    if (!err && x->n)
        err = copy_out(c, c->a[1], x->bytes, x->n);
    if (!err)
        f->at = x->pos;
    return fcall_end(c, x, err ? err : (int32_t)x->n);
}

/* --- changing attributes --- */

static int32_t set_ino(struct sysc *c, struct fcall *x, uint32_t ino, unsigned which,
                       const struct fs_stat *st)
{
    return FS_DO(c, x, fs_setattr, ino, which, st);
}

static int32_t set_file(struct sysc *c, uint32_t fd, unsigned which,
                        const struct fs_stat *st)
{
    const struct gfile *f = file_held(c, fd);
    struct fcall *x;
    uint32_t vnode, ino;

    if (!f)
        return -G_EBADF;
    if (!(vnode = named_by(c->k, f)))
        return 0;               /* nobody looks at those of consoles and pipes */
    x = fcall_of(c);
    ino = vnode_ino(c->k, vnode);
    return fcall_end(c, x, ino ? set_ino(c, x, ino, which, st) : -G_EIO);
}

/* flags: AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH. */
static int32_t set_path(struct sysc *c, uint32_t flags, unsigned which,
                        const struct fs_stat *st)
{
    struct fcall *x = fcall_of(c);
    int32_t err;

    if (!x)
        return -G_ENOENT;
    err = path_or_file(c, x, c->a[0], c->a[1], last_of(flags), flags);
    return fcall_end(c, x, err ? err : set_ino(c, x, x->walk[0].ino, which, st));
}

int32_t sys_fchmod(struct sysc *c)
{
    const struct fs_stat st = { .mode = c->a[1] & 07777 };

    return set_file(c, c->a[0], FS_SET_MODE, &st);
}

int32_t sys_fchmodat(struct sysc *c)
{
    const struct fs_stat st = { .mode = c->a[2] & 07777 };

    return set_path(c, 0, FS_SET_MODE, &st);
}

/* Set-ID bits go even if neither changes: chown(2) of Linux. */
static unsigned owners(uint32_t uid, uint32_t gid)
{
    return FS_SET_IDS_OFF | (uid != UINT32_MAX ? FS_SET_UID : 0u) | (gid != UINT32_MAX ? FS_SET_GID : 0u);
}

int32_t sys_fchown(struct sysc *c)
{
    const struct fs_stat st = { .uid = c->a[1], .gid = c->a[2] };

    return set_file(c, c->a[0], owners(c->a[1], c->a[2]), &st);
}

int32_t sys_fchownat(struct sysc *c)
{
    const struct fs_stat st = { .uid = c->a[2], .gid = c->a[3] };

    if (c->a[4] & ~(uint32_t)(G_AT_SYMLINK_NOFOLLOW | G_AT_EMPTY_PATH))
        return -G_EINVAL;
    return set_path(c, c->a[4], owners(c->a[2], c->a[3]), &st);
}

/* One of utimensat's two times into *to; the bit if it is to be set, -EINVAL. */
static int32_t stamp(const struct sysc *c, const struct gabi_timespec64 *t, int32_t bit,
                     uint32_t *to)
{
    if ((uint32_t)t->nsec == G_UTIME_OMIT)
        return 0;
    *to = (uint32_t)t->sec;
    if ((uint32_t)t->nsec == G_UTIME_NOW)
        *to = vfs_seconds(c->k);
    else if (t->nsec < 0 || t->nsec >= 1000000000)
        return -G_EINVAL;
    return bit;
}

int32_t sys_utimensat(struct sysc *c)
{
    struct gabi_timespec64 t[2] = { { 0, G_UTIME_NOW }, { 0, G_UTIME_NOW } };
    struct fs_stat st = { 0 };
    int32_t err, a, m, now;

    if (c->a[3] & ~(uint32_t)(G_AT_SYMLINK_NOFOLLOW | G_AT_EMPTY_PATH))
        return -G_EINVAL;
    if (c->a[2] && (err = copy_in(c, t, c->a[2], sizeof t)))
        return err;
    a = stamp(c, &t[0], FS_SET_ATIME, &st.atime);
    m = stamp(c, &t[1], FS_SET_MTIME, &st.mtime);
    if (a < 0 || m < 0)
        return -G_EINVAL;
    if (!a && !m)               /* utimensat(2): then the path is not even looked at */
        return 0;
    now = (uint32_t)t[0].nsec == G_UTIME_NOW && (uint32_t)t[1].nsec == G_UTIME_NOW ? FS_SET_NOW : 0;
    if (!c->a[1])
        return set_file(c, c->a[0], (unsigned)(a | m | now), &st);
    return set_path(c, c->a[3], (unsigned)(a | m | now), &st);
}

/* Nobody writes to what is in /proc, or on a disk that is mounted read-only. */
static int32_t may_access(const struct sysc *c, const struct fcall *x, const struct fs_stat *st,
                          uint32_t want)
{
    uint32_t type = st->mode & FS_IFMT;

    if (want & 2 && !(st->mode & 0222) && procfs_find(c, x->path[0]) > 0)
        return -G_EACCES;
    if (want & 2 && (type == FS_IFREG || type == FS_IFDIR) && fs_is_read_only(c->k->vfs->fs))
        return -G_EROFS;
    return fs_access(&x->op, st, want);
}

/* By the rights of the real user and group, unless AT_EACCESS: access(2). */
static int32_t access_at(struct sysc *c, uint32_t flags)
{
    struct fcall *x = fcall_of(c);
    struct fs_stat st;
    int32_t err;

    if (c->a[2] & ~7u ||
        flags & ~(uint32_t)(G_AT_EACCESS | G_AT_SYMLINK_NOFOLLOW | G_AT_EMPTY_PATH))
        return -G_EINVAL;
    if (!x)
        return -G_ENOENT;
    fcall_as_real(c, x, !(flags & G_AT_EACCESS));
    err = stat_at(c, x, flags, &st);
    return fcall_end(c, x, err ? err : may_access(c, x, &st, c->a[2]));
}

/* The fourth argument is the C library's: the call has three. */
int32_t sys_faccessat(struct sysc *c)
{
    return access_at(c, 0);
}

int32_t sys_faccessat2(struct sysc *c)
{
    return access_at(c, c->a[3]);
}
