/* sys_file.c - descriptors, open files, and the calls on them. What a file does is in
 * console.c and pipe.c. */
#include "prog.h"

/* --- open files --- */

/* Its number + 1; 0: the table is full. */
static uint32_t file_new(struct programs *ps, struct gfile f)
{
    for (uint32_t i = 0; i < ps->nfiles; i++)
        if (!ps->file[i].refs) {
            ps->file[i] = f;
            ps->file[i].refs = 1;
            return i + 1;
        }
    return 0;
}

void file_drop(struct kern *k, uint32_t number)
{
    struct programs *ps = k->programs;
    struct gfile *f = &ps->file[number - 1];

    if (--f->refs)
        return;
    if (f->kind == FILE_PIPE_READ || f->kind == FILE_PIPE_WRITE)
        pipe_closed(k, &ps->pipe[f->object], f->kind == FILE_PIPE_WRITE);
    f->kind = FILE_FREE;
}

/* --- descriptor tables --- */

static struct fdtable *table_new(struct programs *ps)
{
    for (uint32_t i = 0; i < ps->nthreads; i++)
        if (!ps->fdtable[i].users) {
            ps->fdtable[i] = (struct fdtable){ .users = 1 };
            return &ps->fdtable[i];
        }
    return NULL;
}

struct fdtable *fds_create(struct programs *ps, uint32_t console)
{
    struct fdtable *t = table_new(ps);

    if (!t)
        return NULL;
    t->file[0] = file_new(ps, (struct gfile){ .kind = FILE_CONSOLE_IN, .object = console });
    for (uint8_t fd = 1; fd <= 2; fd++)
        t->file[fd] = file_new(ps, (struct gfile){ .kind = FILE_CONSOLE_OUT, .stream = fd,
                                                   .flags = G_O_WRONLY,
                                                   .object = console });
    return t;
}

struct fdtable *fds_copy(struct programs *ps, const struct fdtable *from)
{
    struct fdtable *t = table_new(ps);

    if (!t)
        return NULL;
    *t = *from;
    t->users = 1;
    for (unsigned fd = 0; fd < PROG_FDS; fd++)
        if (t->file[fd])
            ps->file[t->file[fd] - 1].refs++;
    return t;
}

static void fd_close(struct kern *k, struct fdtable *t, uint32_t fd)
{
    uint32_t number = t->file[fd];

    t->file[fd] = 0;
    t->cloexec &= ~(UINT64_C(1) << fd);
    if (number)
        file_drop(k, number);
}

void fds_drop(struct kern *k, struct fdtable *t)
{
    if (--t->users)
        return;
    for (uint32_t fd = 0; fd < PROG_FDS; fd++)
        fd_close(k, t, fd);
}

void fds_exec(struct kern *k, struct fdtable *t)
{
    for (uint32_t fd = 0; fd < PROG_FDS; fd++)
        if (t->cloexec >> fd & 1)
            fd_close(k, t, fd);
}

static struct gfile *file_of(const struct sysc *c, uint32_t fd)
{
    if (fd >= PROG_FDS || !c->p->fds->file[fd])
        return NULL;
    return &c->ps->file[c->p->fds->file[fd] - 1];
}

/* The lowest free descriptor at or above `from`; -EMFILE. */
static int32_t fd_free(const struct fdtable *t, uint32_t from)
{
    for (uint32_t fd = from; fd < PROG_FDS; fd++)
        if (!t->file[fd])
            return (int32_t)fd;
    return -G_EMFILE;
}

static void fd_set(struct fdtable *t, uint32_t fd, uint32_t number, bool cloexec)
{
    t->file[fd] = number;
    if (cloexec)
        t->cloexec |= UINT64_C(1) << fd;
    else
        t->cloexec &= ~(UINT64_C(1) << fd);
}

/* --- the calls --- */

static int32_t dup_from(struct sysc *c, uint32_t fd, uint32_t from, bool cloexec)
{
    struct gfile *f = file_of(c, fd);
    int32_t to;

    if (!f)
        return -G_EBADF;
    to = fd_free(c->p->fds, from);
    if (to < 0)
        return to;
    f->refs++;
    fd_set(c->p->fds, (uint32_t)to, c->p->fds->file[fd], cloexec);
    return to;
}

int32_t sys_dup(struct sysc *c)
{
    return dup_from(c, c->a[0], 0, false);
}

int32_t sys_dup3(struct sysc *c)
{
    struct gfile *f = file_of(c, c->a[0]);
    uint32_t to = c->a[1];

    if (c->a[2] & ~(uint32_t)G_O_CLOEXEC || c->a[0] == to)
        return -G_EINVAL;
    if (!f || to >= PROG_FDS)
        return -G_EBADF;
    f->refs++;
    fd_close(c->k, c->p->fds, to);
    fd_set(c->p->fds, to, c->p->fds->file[c->a[0]], c->a[2] & G_O_CLOEXEC);
    return (int32_t)to;
}

int32_t sys_close(struct sysc *c)
{
    if (!file_of(c, c->a[0]))
        return -G_EBADF;
    fd_close(c->k, c->p->fds, c->a[0]);
    return 0;
}

int32_t sys_fcntl(struct sysc *c)
{
    struct gfile *f = file_of(c, c->a[0]);
    struct fdtable *t = c->p->fds;
    uint32_t fd = c->a[0], arg = c->a[2];

    if (!f)
        return -G_EBADF;
    switch (c->a[1]) {
    case G_F_DUPFD:
    case G_F_DUPFD_CLOEXEC:
        return arg >= PROG_FDS ? -G_EINVAL
                               : dup_from(c, fd, arg, c->a[1] == G_F_DUPFD_CLOEXEC);
    case G_F_GETFD:
        return (int32_t)(t->cloexec >> fd & 1);
    case G_F_SETFD:
        fd_set(t, fd, t->file[fd], arg & G_FD_CLOEXEC);
        return 0;
    case G_F_GETFL:
        return (int32_t)f->flags;
    case G_F_SETFL:
        f->flags = (f->flags & ~(uint32_t)G_O_NONBLOCK) | (arg & G_O_NONBLOCK);
        return 0;
    case G_F_GETPIPE_SZ:
        return f->kind == FILE_PIPE_READ || f->kind == FILE_PIPE_WRITE ? PIPE_SIZE
                                                                       : -G_EBADF;
    default:
        return -G_EINVAL;
    }
}

int32_t sys_openat(struct sysc *c)
{
    char path[256];
    int32_t n = copy_string(c, path, sizeof path, c->a[1]);

    return n < 0 ? n : -G_ENOENT;
}

int32_t sys_pipe2(struct sysc *c)
{
    struct fdtable *t = c->p->fds;
    uint32_t flags = c->a[1] & G_O_NONBLOCK, file[2];
    int32_t fd[2], err;
    struct pipe *p;

    if (c->a[1] & ~(uint32_t)(G_O_NONBLOCK | G_O_CLOEXEC))
        return -G_EINVAL;
    if ((err = user_writable(c, c->a[0], sizeof fd)))
        return err;
    if ((fd[0] = fd_free(t, 0)) < 0 || (fd[1] = fd_free(t, (uint32_t)fd[0] + 1)) < 0)
        return -G_EMFILE;
    if (!(p = pipe_new(c->ps)))
        return -G_ENFILE;
    uint32_t object = (uint32_t)(p - c->ps->pipe);
    file[0] = file_new(c->ps, (struct gfile){ .kind = FILE_PIPE_READ, .flags = flags,
                                              .object = object });
    file[1] = file_new(c->ps, (struct gfile){ .kind = FILE_PIPE_WRITE, .object = object,
                                              .flags = flags | G_O_WRONLY });
    if (!file[0] || !file[1]) {
        if (file[0])
            c->ps->file[file[0] - 1] = (struct gfile){ 0 };
        p->used = false;
        return -G_ENFILE;
    }
    for (unsigned i = 0; i < 2; i++)
        fd_set(t, (uint32_t)fd[i], file[i], c->a[1] & G_O_CLOEXEC);
    put_out(c, c->a[0], fd, sizeof fd);
    return 0;
}

/* --- reading and writing --- */

static int32_t transfer(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n,
                        bool writing)
{
    switch (f->kind) {
    case FILE_CONSOLE_IN:
        return writing ? -G_EBADF : console_read(c, f, va, n);
    case FILE_CONSOLE_OUT:
        return writing ? console_write(c, f, va, n) : -G_EBADF;
    case FILE_PIPE_READ:
        return writing ? -G_EBADF : pipe_read(c, f, va, n);
    case FILE_PIPE_WRITE:
        return writing ? pipe_write(c, f, va, n) : -G_EBADF;
    default:
        return -G_EBADF;
    }
}

/* The open file that descriptor fd was when the request began: nobody can close it under
 * its hands. NULL: EBADF. */
static const struct gfile *file_held(struct sysc *c, uint32_t fd)
{
    struct gfile *f;

    if (c->r->file)
        return &c->ps->file[c->r->file - 1];
    if ((f = file_of(c, fd))) {
        f->refs++;
        c->r->file = c->p->fds->file[fd];
    }
    return f;
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
    switch (f->kind) {
    case FILE_CONSOLE_IN: return console_ready(&ps->console[f->object]);
    case FILE_PIPE_READ:  return ps->pipe[f->object].n;
    default:              return 0;
    }
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

/* One buffer after another, each as a read or write of its own. Stops at the first that
 * is not filled. */
static int32_t vector(struct sysc *c, bool writing)
{
    const struct gfile *f = file_held(c, c->a[0]);
    struct io_progress *io = &c->r->u.io;

    if (!f)
        return -G_EBADF;
    if (c->a[2] > G_IOV_MAX)
        return -G_EINVAL;
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

static uint32_t mode_of(const struct gfile *f)
{
    return f->kind == FILE_PIPE_READ || f->kind == FILE_PIPE_WRITE ? G_S_IFIFO | 0600
                                                                   : G_S_IFCHR | 0620;
}

int32_t sys_fstat(struct sysc *c)
{
    const struct gfile *f = file_of(c, c->a[0]);
    struct gabi_stat64 st = { .nlink = 1, .blksize = 4096 };

    if (!f)
        return -G_EBADF;
    st.mode = mode_of(f);
    st.ino = 1 + f->object;
    return copy_out(c, c->a[1], &st, sizeof st);
}

int32_t sys_statx(struct sysc *c)
{
    struct gabi_statx st = { .mask = 0x7ff, .blksize = 4096, .nlink = 1 };
    const struct gfile *f;
    char path[256];
    int32_t n = copy_string(c, path, sizeof path, c->a[1]);

    if (n < 0)
        return n;
    if (n > 0)
        return -G_ENOENT;
    if (!(c->a[2] & G_AT_EMPTY_PATH))
        return -G_ENOENT;
    if (!(f = file_of(c, c->a[0])))
        return -G_EBADF;
    st.mode = (uint16_t)mode_of(f);
    st.ino = 1 + f->object;
    return copy_out(c, c->a[4], &st, sizeof st);
}

int32_t sys_ioctl(struct sysc *c)
{
    const struct gfile *f = file_of(c, c->a[0]);
    uint32_t n;

    if (!f)
        return -G_EBADF;
    if (c->a[1] != G_FIONREAD)
        return -G_ENOTTY;
    n = file_ready(c->ps, f);
    return copy_out(c, c->a[2], &n, sizeof n);
}

static int16_t poll_events(const struct programs *ps, const struct gfile *f)
{
    const struct pipe *p = &ps->pipe[f->kind >= FILE_PIPE_READ ? f->object : 0];
    unsigned events = 0;

    switch (f->kind) {
    case FILE_CONSOLE_IN:
        if (console_ready(&ps->console[f->object]) ||
            console_at_end(&ps->console[f->object]))
            events = G_POLLIN;
        break;
    case FILE_CONSOLE_OUT:
        events = G_POLLOUT;
        break;
    case FILE_PIPE_READ:
        events = (p->n ? G_POLLIN : 0u) | (p->writers ? 0u : G_POLLHUP);
        break;
    default:
        events = (PIPE_SIZE - p->n >= G_PIPE_BUF ? G_POLLOUT : 0u) |
                 (p->readers ? 0u : G_POLLERR);
    }
    return (int16_t)events;
}

/* Descriptors that have something to say, with what in the user's array; -errno. */
static int32_t poll_look(struct sysc *c, uint32_t n)
{
    int32_t ready = 0, err;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = c->a[0] + i * (uint32_t)sizeof(struct gabi_pollfd);
        struct gabi_pollfd fd;

        if ((err = copy_in(c, &fd, at, sizeof fd)))
            return err;
        const struct gfile *f = fd.fd < 0 ? NULL : file_of(c, (uint32_t)fd.fd);
        int16_t always = G_POLLERR | G_POLLHUP | G_POLLNVAL;
        fd.revents = fd.fd < 0 ? 0 : f ? poll_events(c->ps, f) : G_POLLNVAL;
        fd.revents = (int16_t)(fd.revents & (fd.events | always));
        ready += fd.revents != 0;
        if ((err = copy_out(c, at, &fd, sizeof fd)))
            return err;
    }
    return ready;
}

/* Waiting looks again every millisecond: a thread stands in one list at a time, and few
 * programs poll. */
int32_t sys_ppoll(struct sysc *c)
{
    enum { LOOK_AGAIN_NS = 1000000 };
    struct gabi_timespec64 ts;
    ns_t now = c->k->engine.now;
    int32_t n;

    if (c->a[1] > PROG_FDS)
        return -G_EINVAL;
    if (c->r->state == REQUEST_NEW && c->a[2]) {
        if ((n = copy_in(c, &ts, c->a[2], sizeof ts)))
            return n;
        if (ts.sec < 0 || ts.nsec < 0 || ts.nsec >= 1000000000)
            return -G_EINVAL;
        if (ts.sec < 1000000000)
            c->r->until = now + ts.sec * 1000000000 + ts.nsec;
    }
    if ((n = poll_look(c, c->a[1])))
        return n;
    if (now >= c->r->until)
        return 0;
    if (signal_waits(c->ps, c->t))
        return SYS_INTR;
    ns_t again = now + LOOK_AGAIN_NS;
    return sysc_wait(c, WAIT_IO, UINT32_MAX, NULL,
                     again < c->r->until ? again : c->r->until);
}
