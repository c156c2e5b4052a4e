/* file_inode.c - open files of the disk: their bytes come and go by way of the call's
 * buffer, a piece at a time, since a task that waits for a block lets go of its pages. */
#include <kern/filelock.h>
#include <kern/filemap.h>

#include "file_private.h"

static struct gfile *open_file(const struct sysc *c, const struct gfile *f)
{
    return &c->ps->file[f - c->ps->file];
}

/* A piece ends where a piece of the file does. */
static uint32_t piece_at(uint64_t at, uint32_t left)
{
    uint32_t room = FCALL_BYTES - (uint32_t)(at % FCALL_BYTES);

    return left < room ? left : room;
}

/* What a transfer that can go no further has come to. */
static int32_t so_far(const struct sysc *c, int32_t err)
{
    return err != SYS_WAIT && c->r->u.io.done ? (int32_t)c->r->u.io.done : err;
}

/* `want` bytes between the caller's memory at va and the file at `at`: how many were moved,
 * an error, or SYS_WAIT; called again, it goes on. Fewer than `want`: that was all. */
typedef int32_t piece_fn(struct sysc *c, struct fcall *x, uint32_t vnode, uint32_t va,
                         uint32_t want, uint64_t at);

static int32_t read_piece(struct sysc *c, struct fcall *x, uint32_t vnode, uint32_t va,
                          uint32_t want, uint64_t at)
{
    int32_t err = 0;

    if (!x->full) {
        if ((err = FS_DO(c, x, fs_read, vnode_ino(c->k, vnode), at, x->bytes, want)))
            return err;
        x->n = (uint32_t)x->op.done;
        filemap_overlay(c->k, vnode, at, x->bytes, x->n);
        x->full = true;
    }
    if (x->n)
        err = copy_out(c, va, x->bytes, x->n);
    return err ? err : (int32_t)x->n;
}

static int32_t write_piece(struct sysc *c, struct fcall *x, uint32_t vnode, uint32_t va,
                           uint32_t want, uint64_t at)
{
    int32_t err;

    if (!x->full) {
        if ((err = copy_in(c, x->bytes, va, want)))
            return err;
        x->n = want;
        x->full = true;
    }
    if ((err = FS_DO(c, x, fs_write, vnode_ino(c->k, vnode), at, x->bytes, x->n)))
        return err;
    filemap_written(c->k, vnode_ino(c->k, vnode), &x->op, x->bytes);
    return (int32_t)x->op.done;
}

static int32_t transfer(struct sysc *c, const struct gfile *f, piece_fn *piece, uint32_t va,
                        uint32_t n, uint64_t at)
{
    struct fcall *x = fcall_of(c);
    uint32_t *done = &c->r->u.io.done;

    if (!vnode_ino(c->k, f->object))
        return fcall_end(c, x, -G_EIO);
    while (*done < n) {
        uint64_t place = at == FS_APPEND ? at : at + *done;
        uint32_t want = piece_at(at == FS_APPEND ? 0 : place, n - *done);
        int32_t moved = piece(c, x, f->object, va + *done, want, place);

        if (moved < 0)
            return fcall_end(c, x, so_far(c, moved));
        request_moved(c->k, c->r, va + *done, (uint32_t)moved);
        *done += (uint32_t)moved;
        x->full = false;
        fcall_again(x, 0);
        if ((uint32_t)moved < want && piece == write_piece && vfs_drops_wait(c))
            return SYS_WAIT;    /* there will be more room */
        if ((uint32_t)moved < want)
            break;
    }
    return fcall_end(c, x, (int32_t)*done);
}

int32_t inode_read(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n,
                   uint64_t at)
{
    return transfer(c, f, read_piece, va, n, at);
}

int32_t file_from(struct sysc *c, const struct gfile *f, uint32_t whence, int64_t *from)
{
    struct fcall *x;
    uint32_t ino;
    int32_t err;

    *from = whence == G_SEEK_CUR ? (int64_t)f->at : 0;
    if (whence != G_SEEK_END)
        return whence <= G_SEEK_END ? 0 : -G_EINVAL;
    x = fcall_of(c);
    ino = vnode_ino(c->k, f->object);
    err = ino ? FS_DO(c, x, fs_stat, ino, &x->st) : -G_EIO;
    *from = (int64_t)x->st.size;
    return fcall_end(c, x, err);
}

/* write(2): a file that may not grow so far takes what still fits. */
int32_t file_room(struct sysc *c, uint64_t at, uint32_t *n)
{
    uint64_t most = proc_limit(c->p, G_RLIMIT_FSIZE);
    int32_t err;

    if (!*n || at + *n <= most)
        return 0;
    if (at < most) {
        *n = (uint32_t)(most - at);
        return 0;
    }
    if ((err = sysc_call(c, SERVICE_BLOCK, SERVICE_PROC)))
        return err;
    signal_thread(c->k, c->t, G_SIGXFSZ, signote_of(c, G_SI_USER));
    return -G_EFBIG;
}

int32_t inode_write(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n,
                    uint64_t at)
{
    int32_t err = at == FS_APPEND ? 0 : file_room(c, at, &n);

    return err ? err : transfer(c, f, write_piece, va, n, at);
}

/* --- at the file's own place --- */

static int32_t read_here(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    if ((f->flags & G_O_ACCMODE) == G_O_WRONLY)
        return -G_EBADF;
    if (vnode_of(c->k, f->object)->mode == FS_IFDIR)
        return -G_EISDIR;
    int32_t got = inode_read(c, f, va, n, f->at);
    if (got > 0)
        open_file(c, f)->at += (uint32_t)got;
    return got;
}

/* Where it is after an append: behind the end. */
static int32_t at_end(struct sysc *c, const struct gfile *f, int32_t put)
{
    struct fcall *x = fcall_of(c);
    int32_t err = FS_DO(c, x, fs_stat, vnode_ino(c->k, f->object), &x->st);

    if (!err)
        open_file(c, f)->at = x->st.size;
    return fcall_end(c, x, err == SYS_WAIT ? err : put);
}

/* How much of n bytes may be appended, by the size that the file had when the call began. */
static int32_t append_room(struct sysc *c, const struct gfile *f, uint32_t *n)
{
    struct fcall *x;
    int32_t err = 0;

    if (proc_limit(c->p, G_RLIMIT_FSIZE) == NO_LIMIT || !vnode_ino(c->k, f->object))
        return 0;
    x = fcall_of(c);
    if (!x->have) {
        if ((err = FS_DO(c, x, fs_stat, vnode_ino(c->k, f->object), &x->st)))
            return fcall_end(c, x, err);
        x->have = 1;
        x->pos = x->st.size;
        fcall_again(x, 0);
    }
    err = file_room(c, x->pos, n);
    return err ? fcall_end(c, x, err) : 0;
}

static int32_t write_here(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    bool append = f->flags & G_O_APPEND;
    uint32_t all = n;
    int32_t put, err;

    if (!(f->flags & G_O_ACCMODE))
        return -G_EBADF;
    if (!append && f->at + n > INT64_MAX)
        return -G_EFBIG;
    if (append && n && c->r->u.io.done == n)
        return at_end(c, f, (int32_t)n);
    if (append && (err = append_room(c, f, &n)))
        return err;
    put = inode_write(c, f, va, n, append ? FS_APPEND : f->at);
    if (put > 0 && append)
        return (uint32_t)put == all ? at_end(c, f, put) : put;
    if (put > 0)
        open_file(c, f)->at += (uint32_t)put;
    return put;
}

static unsigned poll_always(const struct programs *ps, const struct gfile *f)
{
    (void)ps, (void)f;
    return G_POLLIN | G_POLLOUT;
}

/* A file never makes its reader wait for somebody else. */
static uint32_t ready_always(const struct programs *ps, const struct gfile *f)
{
    (void)ps, (void)f;
    return 1;
}

static void inode_closed(struct kern *k, const struct gfile *f)
{
    vnode_put(k, f->object);
}

static void device_closed(struct kern *k, const struct gfile *f)
{
    if (f->named)
        vnode_put(k, f->named);
}

const struct file_ops inode_ops = {
    .service = SERVICE_BLOCK, .mode = FS_IFREG | 0644, .read = read_here,
    .write = write_here, .poll = poll_always, .ready = ready_always,
    .let_go = filelocks_let_go, .closed = inode_closed,
};

/* --- devices that are no more than a rule --- */

static int32_t read_nothing(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    (void)c, (void)f, (void)va, (void)n;
    return 0;
}

static int32_t write_nowhere(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    (void)c, (void)f, (void)va;
    return (int32_t)n;
}

/* As a disk that has no room: null(4), full(4). */
static int32_t write_full(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    (void)c, (void)f, (void)va;
    return n ? -G_ENOSPC : 0;
}

static int32_t give_nowhere(struct sysc *c, const struct gfile *f, const uint8_t *bytes, uint32_t n)
{
    (void)c, (void)f, (void)bytes;
    return (int32_t)n;
}

static int32_t give_full(struct sysc *c, const struct gfile *f, const uint8_t *bytes, uint32_t n)
{
    (void)c, (void)f, (void)bytes, (void)n;
    return -G_ENOSPC;
}

static int32_t fill(struct sysc *c, uint32_t va, uint32_t n, bool random)
{
    uint32_t *done = &c->r->u.io.done;

    while (*done < n) {
        uint32_t len = n - *done;
        uint8_t *to;
        int32_t err = user_span(c, va + *done, ACCESS_STORE, &to, &len);

        if (err)
            return so_far(c, err);
        for (uint32_t i = 0; i < len; i++)
            to[i] = random ? (uint8_t)rng_next(&c->ps->random) : 0;
        *done += len;
        request_sent(c->r);
    }
    return (int32_t)n;
}

static int32_t read_zeros(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    (void)f;
    return fill(c, va, n, false);
}

static int32_t read_random(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    (void)f;
    return fill(c, va, n, true);
}

#define DEVICE(name, reads, writes, gives)                                             \
    const struct file_ops name = {                                             \
        .service = SERVICE_FILE, .mode = FS_IFCHR | 0666, .read = reads,       \
        .write = writes, .give = gives, .poll = poll_always,                   \
        .closed = device_closed,                                               \
    }
DEVICE(null_ops, read_nothing, write_nowhere, give_nowhere);
DEVICE(zero_ops, read_zeros, write_nowhere, give_nowhere);
DEVICE(full_ops, read_zeros, write_full, give_full);
DEVICE(random_ops, read_random, write_nowhere, give_nowhere);
