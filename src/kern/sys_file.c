/* sys_file.c - the calls on descriptors. What a file does is its ops' affair. */
#include <kern/filelock.h>
#include <kern/tty.h>
#include <kern/vfs.h>

#include "file_private.h"

struct gfile *file_named(const struct sysc *c, uint32_t fd)
{
    if (fd >= PROG_FDS || !proc_fds(c->p)->file[fd])
        return NULL;
    return &c->ps->file[proc_fds(c->p)->file[fd] - 1];
}

static struct gfile *opened(struct gfile *f)
{
    return f && !(f->flags & G_O_PATH) ? f : NULL;
}

struct gfile *file_of(const struct sysc *c, uint32_t fd)
{
    return opened(file_named(c, fd));
}

/* --- the calls --- */

static int32_t dup_from(struct sysc *c, uint32_t fd, uint32_t from, bool cloexec)
{
    struct gfile *f = file_named(c, fd);
    int32_t to;

    if (!f)
        return -G_EBADF;
    to = fd_free(c, from);
    if (to < 0)
        return to;
    f->refs++;
    fd_set(proc_fds(c->p), (uint32_t)to, proc_fds(c->p)->file[fd], cloexec);
    return to;
}

int32_t sys_dup(struct sysc *c)
{
    return dup_from(c, c->a[0], 0, false);
}

int32_t sys_dup3(struct sysc *c)
{
    struct gfile *f = file_named(c, c->a[0]);
    uint32_t to = c->a[1];

    if (c->a[2] & ~(uint32_t)G_O_CLOEXEC || c->a[0] == to)
        return -G_EINVAL;
    if (!f || to >= fd_limit(c))
        return -G_EBADF;
    f->refs++;
    fd_close(c->k, proc_fds(c->p), to);
    fd_set(proc_fds(c->p), to, proc_fds(c->p)->file[c->a[0]], c->a[2] & G_O_CLOEXEC);
    return (int32_t)to;
}

int32_t sys_close(struct sysc *c)
{
    if (!file_named(c, c->a[0]))
        return -G_EBADF;
    fd_close(c->k, proc_fds(c->p), c->a[0]);
    return 0;
}

int32_t sys_fcntl(struct sysc *c)
{
    struct gfile *f = file_named(c, c->a[0]);
    struct fdtable *t = proc_fds(c->p);
    uint32_t fd = c->a[0], arg = c->a[2];

    if (filelock_is_command(c->a[1]))
        return filelock_control(c);
    if (!f)
        return -G_EBADF;
    switch (c->a[1]) {
    case G_F_DUPFD:
    case G_F_DUPFD_CLOEXEC:
        return arg >= fd_limit(c) ? -G_EINVAL
                                  : dup_from(c, fd, arg, c->a[1] == G_F_DUPFD_CLOEXEC);
    case G_F_GETFD:
        return fd_cloexec(t, fd);
    case G_F_SETFD:
        fd_set(t, fd, t->file[fd], arg & G_FD_CLOEXEC);
        return 0;
    case G_F_GETFL:
        return (int32_t)f->flags;
    case G_F_SETFL:
        if (f->flags & G_O_PATH)
            return -G_EBADF;
        f->flags = (f->flags & ~(uint32_t)(G_O_NONBLOCK | G_O_APPEND)) |
                   (arg & (G_O_NONBLOCK | G_O_APPEND));
        return 0;
    case G_F_GETPIPE_SZ:
        return f->ops->capacity ? (int32_t)f->ops->capacity : -G_EBADF;
    default:
        return -G_EINVAL;
    }
}

/* --- reading and writing --- */

static int32_t transfer(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n,
                        bool writing)
{
    int32_t (*op)(struct sysc *, const struct gfile *, uint32_t, uint32_t) =
        writing ? f->ops->write : f->ops->read;
    int32_t err = op ? 0 : -G_EBADF;

    if (op && f->ops->service != SERVICE_FILE)  /* /dev/null and its like are at home here */
        err = sysc_call(c, SERVICE_FILE, f->ops->service);
    return err ? err : op(c, f, va, n);
}

/* The open file that descriptor fd was when the request began: nobody can close it under
 * its hands. NULL: EBADF. */
struct gfile *file_named_held(struct sysc *c, uint32_t fd)
{
    struct gfile *f;

    if (c->r->file)
        return &c->ps->file[c->r->file - 1];
    if ((f = file_named(c, fd))) {
        c->r->file = proc_fds(c->p)->file[fd];
        (void)file_hold(c->ps, c->r->file);
    }
    return f;
}

struct gfile *file_held(struct sysc *c, uint32_t fd)
{
    return opened(file_named_held(c, fd));
}

static int32_t single(struct sysc *c, bool writing)
{
    const struct gfile *f = file_held(c, c->a[0]);

    if (!f)
        return -G_EBADF;
    return transfer(c, f, c->a[1], c->a[2] > INT32_MAX ? INT32_MAX : c->a[2], writing);
}

int32_t sys_read(struct sysc *c)
{
    return single(c, false);
}

int32_t sys_write(struct sysc *c)
{
    return single(c, true);
}

static uint32_t file_ready(const struct programs *ps, const struct gfile *f)
{
    return f->ops->ready ? f->ops->ready(ps, f) : 0;
}

/* The buffer whose turn it is; 0, -errno or SYS_WAIT. */
static int32_t next_buffer(struct sysc *c, struct io_progress *io)
{
    int32_t err;

    if (io->known)
        return 0;
    err = copy_in(c, &io->now, c->a[1] + io->index * (uint32_t)sizeof io->now,
                  sizeof io->now);
    if (!err && io->now.len > INT32_MAX - io->total)
        err = -G_EINVAL;
    io->known = !err;
    return err;
}

/* All buffers are looked at before any is used: their bytes in *n. readv(2): they fit into a
 * ssize_t, or it is EINVAL. */
static int32_t add_up(struct sysc *c, uint32_t *n)
{
    struct gabi_iovec v;
    int32_t err;

    *n = 0;
    for (uint32_t i = 0; i < c->a[2]; i++) {
        if ((err = copy_in(c, &v, c->a[1] + i * (uint32_t)sizeof v, sizeof v)))
            return err;
        if (v.len > INT32_MAX - *n)
            return -G_EINVAL;
        *n += v.len;
    }
    return 0;
}

/* n bytes of all buffers, which go in together: "write" of POSIX, on PIPE_BUF. Nothing is changed
 * until all of them are here. */
static int32_t give_together(struct sysc *c, const struct gfile *f, uint32_t n)
{
    uint8_t bytes[G_PIPE_BUF];
    uint32_t at = 0;
    int32_t err = sysc_call(c, SERVICE_FILE, f->ops->service);

    for (uint32_t i = 0; !err && i < c->a[2]; i++) {
        struct gabi_iovec v;

        if ((err = copy_in(c, &v, c->a[1] + i * (uint32_t)sizeof v, sizeof v)))
            break;
        if (v.len > n - at)     /* somebody writes there */
            return -G_EINVAL;
        if (v.len && !(err = copy_in(c, bytes + at, v.base, v.len)))
            at += v.len;
    }
    return err ? err : f->ops->give(c, f, bytes, at);
}

/* One buffer after another, each as a read or write of its own. Stops at the first that
 * is not filled. */
static int32_t vector(struct sysc *c, bool writing)
{
    const struct gfile *f = file_held(c, c->a[0]);
    struct io_progress *io = &c->r->u.io;
    uint32_t all;

    if (!f)
        return -G_EBADF;
    if (c->a[2] > G_IOV_MAX)
        return -G_EINVAL;
    if (!io->index && !io->known) {     /* nothing is moved yet */
        int32_t err = add_up(c, &all);

        if (err)
            return err;
        if (writing && f->ops->capacity && f->ops->give && all && all <= G_PIPE_BUF)
            return give_together(c, f, all);
    }
    for (; io->index < c->a[2]; io->index++, io->done = 0, io->known = false) {
        int32_t n = next_buffer(c, io);

        if (!n && io->now.len && !writing && io->total && !io->done && !file_ready(c->ps, f))
            break;              /* what came is enough: no waiting for more */
        if (!n)
            n = transfer(c, f, io->now.base, io->now.len, writing);
        if (n == SYS_WAIT)
            return n;
        if (n < 0)
            return io->total && n != SYS_GONE ? (int32_t)io->total : n;
        io->total += (uint32_t)n;
        if ((uint32_t)n < io->now.len)
            break;
    }
    return (int32_t)io->total;
}

int32_t sys_readv(struct sysc *c)
{
    return vector(c, false);
}

int32_t sys_writev(struct sysc *c)
{
    return vector(c, true);
}

/* --- asking --- */

int32_t sys_ioctl(struct sysc *c)
{
    const struct gfile *f = file_of(c, c->a[0]);
    uint32_t n;

    if (!f)
        return -G_EBADF;
    if (c->a[1] == G_FIONREAD) {
        n = file_ready(c->ps, f);
        return copy_out(c, c->a[2], &n, sizeof n);
    }
    if (!f->ops->control)
        return -G_ENOTTY;
    int32_t err = sysc_call(c, SERVICE_FILE, f->ops->service);

    return err ? err : f->ops->control(c, f, c->a[1], c->a[2]);
}
