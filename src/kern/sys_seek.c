/* sys_seek.c - where in a file: seeking, reading and writing at a place, sizes, and
 * copying from one file to another. */
#include <kern/tty.h>
#include <kern/filemap.h>

static uint64_t pair(uint32_t low, uint32_t high)
{
    return (uint64_t)high << 32 | low;
}

/* --- seeking --- */

enum { BEGUN = 4 };             /* in fcall.have: pos stands */

/* From x->pos on, the first byte of a hole, or of what is none; there is a hole behind the end. */
static int32_t search_hole(struct sysc *c, struct fcall *x, uint32_t ino, bool hole)
{
    uint32_t block;
    uint64_t empty;
    int32_t err;

    while (x->pos < x->st.size) {
        if ((err = FS_DO(c, x, fs_block_of, ino, x->pos, &block, &empty)))
            return err;
        fcall_again(x, 1);
        if (hole == !block)
            return 0;
        x->pos += block ? x->st.block_size - x->pos % x->st.block_size : empty;
    }
    x->pos = x->st.size;
    return hole ? 0 : -G_ENXIO;
}

/* lseek(2), SEEK_DATA and SEEK_HOLE. What was written to mapped pages counts, so it goes into the
 * file first. */
static int32_t seek_hole(struct sysc *c, const struct gfile *f, int64_t from, bool hole,
                         int64_t *at)
{
    uint32_t ino = vnode_ino(c->k, f->object);
    struct fcall *x;
    int32_t err;

    if (!c->r->filed && (err = filemap_flush(c, f->object, 0, UINT32_MAX)))
        return err;
    x = fcall_of(c);
    if (!ino || (err = FS_DO(c, x, fs_stat, ino, &x->st)))
        return fcall_end(c, x, ino ? err : -G_EIO);
    if (!(x->have & BEGUN) && (from < 0 || (uint64_t)from >= x->st.size))
        return fcall_end(c, x, -G_ENXIO);
    if (!(x->have & BEGUN))
        x->pos = (uint64_t)from;
    x->have |= BEGUN;
    err = search_hole(c, x, ino, hole);
    *at = (int64_t)x->pos;
    return fcall_end(c, x, err);
}

/* A file of /proc has no end until it is read. */
static int32_t seek_base(struct sysc *c, const struct gfile *f, uint32_t whence, int64_t *from)
{
    if (file_is_inode(f))
        return file_from(c, f, whence, from);
    *from = whence == G_SEEK_CUR ? (int64_t)f->at : 0;
    return whence > G_SEEK_CUR ? -G_EINVAL : 0;
}

/* Where it would be then; it is not there yet. */
static int32_t seek_to(struct sysc *c, const struct gfile *f, int64_t by, uint32_t whence,
                       int64_t *at)
{
    int64_t from;
    int32_t err;

    if (file_is_inode(f) && whence > G_SEEK_END)
        return seek_hole(c, f, by, whence == G_SEEK_HOLE, at);
    if ((err = seek_base(c, f, whence, &from)))
        return err;
    return __builtin_add_overflow(from, by, at) || *at < 0 ? -G_EINVAL : 0;
}

/* null(4) and its like have no place: whatever is asked for, it is 0. */
static bool has_no_place(const struct gfile *f)
{
    return f->ops->service == SERVICE_FILE && (f->ops->mode & FS_IFMT) == FS_IFCHR;
}

int32_t sys_llseek(struct sysc *c)
{
    struct gfile *f = file_held(c, c->a[0]);
    int64_t by = (int64_t)pair(c->a[2], c->a[1]), at = 0;
    int32_t err;

    if (!f)
        return -G_EBADF;
    if (c->a[4] > G_SEEK_HOLE)
        return -G_EINVAL;
    if (!file_is_inode(f) && f->ops->service != SERVICE_FILE)
        return -G_ESPIPE;
    if ((err = user_writable(c, c->a[3], sizeof at)) ||
        (!has_no_place(f) && (err = seek_to(c, f, by, c->a[4], &at))) ||
        (err = copy_out(c, c->a[3], &at, sizeof at)))
        return err;
    f->at = (uint64_t)at;
    return 0;
}

int32_t file_seek(struct sysc *c, uint32_t fd, int32_t by, uint32_t whence)
{
    struct gfile *f = file_held(c, fd);
    int64_t at;
    int32_t err;

    if (!f)
        return -G_EBADF;
    if (!file_is_inode(f))
        return -G_ESPIPE;
    if ((err = seek_to(c, f, by, whence, &at)))
        return err;
    if (at > INT32_MAX)
        return -G_EOVERFLOW;
    f->at = (uint64_t)at;
    return (int32_t)at;
}

/* --- at a place --- */

/* Of what is no file of the disk: a text of /proc from there, or a device, which has no places. */
static int32_t device_at(struct sysc *c, struct gfile *f, uint32_t n, uint64_t at, bool writing)
{
    int32_t (*op)(struct sysc *, const struct gfile *, uint32_t, uint32_t) =
        writing ? f->ops->write : f->ops->read;
    uint64_t before = f->at;
    int32_t moved;

    if (f->ops->service != SERVICE_FILE)
        return -G_ESPIPE;
    if (!op)
        return -G_EBADF;
    f->at = at;
    moved = op(c, f, c->a[1], n);
    f->at = before;
    return moved;
}

static int32_t at_place(struct sysc *c, bool writing)
{
    struct gfile *f = file_held(c, c->a[0]);
    uint64_t at = pair(c->a[3], c->a[4]);
    uint32_t n = c->a[2] > INT32_MAX ? INT32_MAX : c->a[2];
    uint32_t mode = f ? f->flags & G_O_ACCMODE : 0;

    if (!f)
        return -G_EBADF;
    if ((int64_t)at < 0)
        return -G_EINVAL;
    if (!file_is_inode(f))
        return device_at(c, f, n, at, writing);
    if (writing ? !mode : mode == G_O_WRONLY)
        return -G_EBADF;
    if (vnode_of(c->k, f->object)->mode == FS_IFDIR)
        return -G_EISDIR;
    return writing ? inode_write(c, f, c->a[1], n, at) : inode_read(c, f, c->a[1], n, at);
}

int32_t sys_pread64(struct sysc *c)
{
    return at_place(c, false);
}

int32_t sys_pwrite64(struct sysc *c)
{
    return at_place(c, true);
}

/* --- sizes --- */

/* A file of that size, by RLIMIT_FSIZE? */
static int32_t may_be(struct sysc *c, uint64_t size)
{
    uint32_t one = 1;

    return size ? file_room(c, size - 1, &one) : 0;
}

/* By its name, anybody who may write to it. */
static int32_t may_cut(const struct sysc *c, const struct fcall *x)
{
    uint32_t type = x->st.mode & FS_IFMT;

    if (type != FS_IFREG)
        return type == FS_IFDIR ? -G_EISDIR : -G_EINVAL;
    return fs_is_read_only(c->k->vfs->fs) ? -G_EROFS : fs_access(&x->op, &x->st, 2);
}

int32_t sys_truncate(struct sysc *c)
{
    uint64_t size = pair(c->a[1], c->a[2]);
    struct fcall *x = fcall_of(c);
    int32_t err;

    if ((int64_t)size < 0)
        return -G_EINVAL;
    if (!x)
        return -G_ENOENT;
    if (!(err = path_find(c, x, 0, (uint32_t)G_AT_FDCWD, c->a[0], FS_LAST_FOLLOWED)) &&
        !(err = FS_DO(c, x, fs_stat, x->walk[0].ino, &x->st)) &&
        !(err = may_cut(c, x)) && !(err = may_be(c, size)) &&
        !(err = FS_DO(c, x, fs_truncate, x->walk[0].ino, size)))
        filemap_truncated(c->k, x->walk[0].ino, x->op.before, size);
    return fcall_end(c, x, err);
}

/* A plain file that is open for writing: its inode, or -errno. */
static int32_t for_sizing(struct sysc *c, uint32_t *ino)
{
    const struct gfile *f = file_held(c, c->a[0]);

    if (!f)
        return -G_EBADF;
    if (!file_is_inode(f) || !(f->flags & G_O_ACCMODE))
        return -G_EINVAL;
    *ino = vnode_ino(c->k, f->object);
    return *ino ? 0 : -G_EIO;
}

int32_t sys_ftruncate(struct sysc *c)
{
    uint64_t size = pair(c->a[1], c->a[2]);
    uint32_t ino;
    int32_t err = for_sizing(c, &ino);
    struct fcall *x;

    if (err || (int64_t)size < 0)
        return err ? err : -G_EINVAL;
    x = fcall_of(c);
    if (!(err = may_be(c, size)) && !(err = FS_DO(c, x, fs_truncate, ino, size)))
        filemap_truncated(c->k, ino, x->op.before, size);
    return fcall_end(c, x, err);
}

/* fallocate(2) of what is no plain file, or is not open for writing. */
static int32_t not_sized(struct sysc *c)
{
    const struct gfile *f = file_held(c, c->a[0]);

    if (!(f->flags & G_O_ACCMODE))
        return -G_EBADF;
    return f->ops->capacity ? -G_ESPIPE : -G_ENODEV;
}

int32_t sys_fallocate(struct sysc *c)
{
    uint64_t at = pair(c->a[2], c->a[3]), n = pair(c->a[4], c->a[5]);
    uint32_t ino;
    int32_t err = for_sizing(c, &ino);
    struct fcall *x;

    if (err)
        return err == -G_EINVAL ? not_sized(c) : err;
    if (c->a[1])
        return -G_EOPNOTSUPP;
    if ((int64_t)at < 0 || (int64_t)n <= 0)
        return -G_EINVAL;
    x = fcall_of(c);
    err = may_be(c, at + n);
    if (!err && !(err = FS_DO(c, x, fs_allocate, ino, at, n)) && at + n > x->op.before)
        filemap_truncated(c->k, ino, x->op.before, at + n);
    return fcall_end(c, x, err);
}

/* --- from one file to another --- */

/* The next piece, which stands in x->bytes, goes where descriptor a[0] leads: x->n says how much
 * of it did. */
static int32_t send_piece(struct sysc *c, struct fcall *x, struct gfile *out)
{
    uint32_t ino;
    int32_t err;

    if (out->ops == &console_out) {
        console_print(c, out->stream, x->bytes, x->n);
        return 0;
    }
    if (out->ops->give) {
        if ((err = sysc_call(c, SERVICE_FILE, out->ops->service)) ||
            (err = out->ops->give(c, out, x->bytes, x->n)) < 0)
            return err;
        x->n = (uint32_t)err;
        return 0;
    }
    if (!(ino = vnode_ino(c->k, out->object)))
        return -G_EIO;
    err = FS_DO(c, x, fs_write, ino, out->flags & G_O_APPEND ? FS_APPEND : out->at, x->bytes,
                x->n);
    if (!err)
        filemap_written(c->k, ino, &x->op, x->bytes);
    if (!err)
        out->at += x->n = (uint32_t)x->op.done;
    return err;
}

/* Of n bytes those that RLIMIT_FSIZE lets pass to `out` (NULL: any, it is gone). */
static uint32_t passes(const struct sysc *c, const struct gfile *out, uint32_t n)
{
    uint64_t most = proc_limit(c->p, G_RLIMIT_FSIZE);

    if (!out || !file_is_inode(out) || out->at + n <= most)
        return n;
    return out->at < most ? (uint32_t)(most - out->at) : 0;
}

static int32_t send_on(struct sysc *c, struct fcall *x, const struct gfile *in)
{
    uint32_t *done = &c->r->u.io.done, ino = vnode_ino(c->k, in->object);
    uint32_t count = c->a[3] > INT32_MAX ? INT32_MAX : c->a[3];
    int32_t err = ino ? 0 : -G_EIO;

    while (!err && *done < count) {
        uint32_t left = count - *done;
        struct gfile *out = file_of(c, c->a[0]);

        if (!x->full) {
            left = passes(c, out, left);
            if (!left) {        /* SIGXFSZ, as Linux sends it also behind what did pass */
                err = file_room(c, out->at, &count);
                break;
            }
            if ((err = FS_DO(c, x, fs_read, ino, x->pos, x->bytes,
                             left < FCALL_BYTES ? left : FCALL_BYTES)))
                break;
            x->n = (uint32_t)x->op.done;
            filemap_overlay(c->k, in->object, x->pos, x->bytes, x->n);
            x->full = true;
        }
        if (!x->n || (err = out ? send_piece(c, x, out) : -G_EBADF))
            break;
        x->pos += x->n;
        *done += x->n;
        x->full = false;
        fcall_again(x, 0);
        request_sent(c->r);
    }
    return err == SYS_WAIT || (err && !*done) ? err : (int32_t)*done;
}

int32_t sys_sendfile(struct sysc *c)
{
    struct gfile *in = file_held(c, c->a[1]), *out = file_of(c, c->a[0]);
    struct fcall *x;
    int32_t n, err;

    if (!in || !out || (in->flags & G_O_ACCMODE) == G_O_WRONLY ||
        !(out->flags & G_O_ACCMODE))
        return -G_EBADF;
    if (!file_is_inode(in) || vnode_of(c->k, in->object)->mode != FS_IFREG ||
        (!file_is_inode(out) && out->ops != &console_out && !out->ops->give) ||
        out->flags & G_O_APPEND)
        return -G_EINVAL;
    x = fcall_of(c);
    if (!(x->have & BEGUN)) {
        x->pos = in->at;
        if (c->a[2] && (err = copy_in(c, &x->pos, c->a[2], sizeof x->pos)))
            return fcall_end(c, x, err);
        if ((int64_t)x->pos < 0)
            return fcall_end(c, x, -G_EINVAL);
        x->have |= BEGUN;
    }
    n = send_on(c, x, in);
    if (n > 0 && c->a[2] && (err = copy_out(c, c->a[2], &x->pos, sizeof x->pos)) == SYS_WAIT)
        return err;
    if (n > 0 && !c->a[2])
        in->at = x->pos;
    return fcall_end(c, x, n);
}
