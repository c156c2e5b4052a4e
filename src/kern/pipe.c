/* pipe.c - a ring of bytes between processes.
 *
 * Readers wait while it is empty, writers while it is full; up to PIPE_BUF bytes go in
 * together or not at all. Source: POSIX, "write" and "read", on pipes.
 */
#include <kern/ipc.h>
#include <kern/pipe.h>
#include <kern/syscall.h>

#include <sim/check.h>

enum { PIPE_SIZE = 65536 };

struct pipe {
    bool used;
    uint32_t readers, writers;  /* open files */
    uint32_t vnode;             /* of a fifo: its inode, held (vfs.h); 0: it has no name */
    uint32_t nread, nwritten;   /* times it was opened for either */
    struct waitq open_wait;     /* for the other end */
    uint32_t head, n;           /* oldest byte, bytes in it */
    struct waitq read_wait, write_wait;
    uint8_t bytes[PIPE_SIZE];
};

struct pipe *pipes_layout(struct arena *a)
{
    return arena_array(a, struct pipe, PROG_PIPES);
}

uint32_t pipes_used(const struct programs *ps)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < PROG_PIPES; i++)
        n += ps->pipe[i].used;
    return n;
}

uint64_t pipes_bytes(const struct programs *ps)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < PROG_PIPES; i++)
        n += ps->pipe[i].used ? ps->pipe[i].n : 0;
    return n;
}

void pipes_harm(struct programs *ps, uint64_t at, uint8_t x)
{
    for (uint32_t i = 0; i < PROG_PIPES; i++) {
        struct pipe *p = &ps->pipe[i];

        if (!p->used)
            continue;
        if (at < p->n) {
            p->bytes[(p->head + at) % PIPE_SIZE] ^= x;
            return;
        }
        at -= p->n;
    }
}

static const struct file_ops pipe_in, pipe_out, pipe_both;

static struct pipe *pipe_new(struct programs *ps, uint32_t nends)
{
    for (uint32_t i = 0; i < PROG_PIPES; i++) {
        struct pipe *p = &ps->pipe[i];

        if (p->used)
            continue;
        p->used = true;
        p->readers = p->writers = nends;
        p->head = p->n = p->vnode = p->nread = 0;
        p->nwritten = nends;
        p->read_wait = p->write_wait = p->open_wait = WAITQ_EMPTY;
        return p;
    }
    return NULL;
}

static void close_ends(struct kern *k, struct pipe *p, bool reads, bool writes)
{
    CHECK(p->used && p->writers >= writes && p->readers >= reads);
    p->writers -= writes;
    p->readers -= reads;
    if (writes && !p->writers)
        waitq_wake(k, &p->read_wait);
    if (reads && !p->readers)
        waitq_wake(k, &p->write_wait);
    if (p->writers || p->readers)
        return;
    p->used = false;
    if (p->vnode)
        vnode_put(k, p->vnode);
}

static void pipe_closed(struct kern *k, const struct gfile *f)
{
    close_ends(k, &k->programs->pipe[f->object], f->ops != &pipe_out, f->ops != &pipe_in);
    if (f->named)
        vnode_put(k, f->named);
}

/* Bytes from the head of the ring on that lie together. */
static uint32_t run_from(uint32_t at, uint32_t n)
{
    return n < PIPE_SIZE - at ? n : PIPE_SIZE - at;
}

/* Nothing is there to be read: what comes of it. */
static int32_t read_empty(struct sysc *c, const struct gfile *f, struct pipe *p)
{
    if (!p->writers)
        return 0;
    if (f->flags & G_O_NONBLOCK)
        return -G_EAGAIN;
    if (signal_waits(c->ps, c->t))
        return SYS_RESTART;
    return sysc_wait(c, WAIT_PIPE, f->object, &p->read_wait, NS_MAX);
}

/* A page of the reader's at a time: a reader that has to wait for its own page has taken
 * what it has written to the pages before. */
static int32_t pipe_read(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    struct pipe *p = &c->ps->pipe[f->object];
    uint32_t *done = &c->r->u.io.done;

    DCHECK(p->used && p->readers > 0);
    if (!n)
        return 0;
    if (!p->n && !*done)
        return read_empty(c, f, p);
    if (!*done && !user_may(c, va, n < p->n ? n : p->n, ACCESS_STORE))
        return -G_EFAULT;
    while (p->n && *done < n) {
        uint32_t len = run_from(p->head, n - *done < p->n ? n - *done : p->n);
        uint8_t *to;
        int32_t err = user_span(c, va + *done, ACCESS_STORE, &to, &len);

        if (err)
            return *done && err != SYS_WAIT ? (int32_t)*done : err;
        memcpy(to, p->bytes + p->head, len);
        p->head = (p->head + len) % PIPE_SIZE;
        p->n -= len;
        *done += len;
        request_sent(c->r);
        waitq_wake(c->k, &p->write_wait);
    }
    return (int32_t)*done;
}

/* Put n bytes into the ring, which has room for them. */
static void put_bytes(struct kern *k, struct pipe *p, const uint8_t *bytes, uint32_t n)
{
    uint32_t tail = (p->head + p->n) % PIPE_SIZE, first = run_from(tail, n);

    CHECK(n <= PIPE_SIZE - p->n);
    memcpy(p->bytes + tail, bytes, first);
    memcpy(p->bytes, bytes + first, n - first);
    p->n += n;
    waitq_wake(k, &p->read_wait);
}

/* The same from va, a page's at most. */
static int32_t put(struct sysc *c, struct pipe *p, uint32_t va, uint32_t n)
{
    uint8_t bytes[G_PIPE_BUF];
    int32_t err = copy_in(c, bytes, va, n);

    if (!err)
        put_bytes(c->k, p, bytes, n);
    return err;
}

/* Nobody reads any more. */
static int32_t broken(struct sysc *c)
{
    int32_t err = sysc_call(c, SERVICE_IPC, SERVICE_PROC);
    if (err)
        return err;
    signal_thread(c->k, c->t, G_SIGPIPE, signote_of(c, G_SI_USER));
    return -G_EPIPE;
}

/* Bytes to put in now; 0: the writer has to wait. */
static uint32_t piece(const struct pipe *p, uint32_t left, bool together)
{
    uint32_t room = PIPE_SIZE - p->n;

    if (together)
        return room >= left ? left : 0;
    if (left > G_PIPE_BUF)
        left = G_PIPE_BUF;
    return room < left ? room : left;
}

/* There is no room: -EAGAIN, or it waits. */
static int32_t write_full(struct sysc *c, const struct gfile *f, struct pipe *p)
{
    if (f->flags & G_O_NONBLOCK)
        return -G_EAGAIN;
    if (signal_waits(c->ps, c->t))
        return SYS_RESTART;
    return sysc_wait(c, WAIT_PIPE, f->object, &p->write_wait, NS_MAX);
}

static int32_t pipe_write(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    struct pipe *p = &c->ps->pipe[f->object];
    uint32_t *done = &c->r->u.io.done;

    while (*done < n) {
        if (!p->readers)
            return *done ? (int32_t)*done : broken(c);
        uint32_t len = piece(p, n - *done, n <= G_PIPE_BUF);
        if (len) {
            int32_t err = put(c, p, va + *done, len);

            if (err)
                return *done && err != SYS_WAIT ? (int32_t)*done : err;
            *done += len;
            request_sent(c->r);
            continue;
        }
        int32_t r = write_full(c, f, p);

        return *done && r != SYS_WAIT ? (int32_t)*done : r;
    }
    return (int32_t)n;
}

static int32_t pipe_give(struct sysc *c, const struct gfile *f, const uint8_t *bytes, uint32_t n)
{
    struct pipe *p = &c->ps->pipe[f->object];
    uint32_t len = piece(p, n, n <= G_PIPE_BUF);

    if (!p->readers)
        return broken(c);
    if (!len)
        return write_full(c, f, p);
    put_bytes(c->k, p, bytes, len);
    request_sent(c->r);
    return (int32_t)len;
}

static uint32_t pipe_ready(const struct programs *ps, const struct gfile *f)
{
    return ps->pipe[f->object].n;
}

/* A fifo that nobody has had open to write since this reader came has not been hung up. */
static unsigned poll_in(const struct programs *ps, const struct gfile *f)
{
    const struct pipe *p = &ps->pipe[f->object];

    return (p->n ? G_POLLIN : 0u) | (p->writers || p->nwritten == f->at ? 0u : G_POLLHUP);
}

static unsigned poll_out(const struct programs *ps, const struct gfile *f)
{
    const struct pipe *p = &ps->pipe[f->object];

    return (PIPE_SIZE - p->n >= G_PIPE_BUF ? G_POLLOUT : 0u) | (p->readers ? 0u : G_POLLERR);
}

static unsigned poll_both(const struct programs *ps, const struct gfile *f)
{
    return poll_in(ps, f) | poll_out(ps, f);
}

static const struct file_ops pipe_in = {
    .service = SERVICE_IPC, .mode = G_S_IFIFO | 0600, .capacity = PIPE_SIZE,
    .read = pipe_read, .ready = pipe_ready, .poll = poll_in, .closed = pipe_closed,
};
static const struct file_ops pipe_out = {
    .service = SERVICE_IPC, .mode = G_S_IFIFO | 0600, .capacity = PIPE_SIZE,
    .write = pipe_write, .give = pipe_give, .poll = poll_out, .closed = pipe_closed,
};

static const struct file_ops pipe_both = {
    .service = SERVICE_IPC, .mode = G_S_IFIFO | 0600, .capacity = PIPE_SIZE,
    .read = pipe_read, .write = pipe_write, .give = pipe_give, .ready = pipe_ready,
    .poll = poll_both, .closed = pipe_closed,
};

/* --- fifos --- */

static bool reads(uint32_t mode)
{
    return mode != G_O_WRONLY;
}

static bool writes(uint32_t mode)
{
    return mode != 0;
}

/* The pipe behind the fifo that the call holds; NULL: no more can be had. */
static struct pipe *pipe_of(struct sysc *c, struct fcall *x)
{
    struct pipe *p;

    for (uint32_t i = 0; i < PROG_PIPES; i++)
        if (c->ps->pipe[i].used && c->ps->pipe[i].vnode == x->vnode)
            return &c->ps->pipe[i];
    if ((p = pipe_new(c->ps, 0))) {
        p->vnode = x->vnode;
        vnode_of(c->k, p->vnode)->refs++;
    }
    return p;
}

static void give_up(struct kern *k, struct fcall *x)
{
    struct pipe *p = &k->programs->pipe[x->fifo - 1];

    close_ends(k, p, reads(x->fifo_mode), writes(x->fifo_mode));
}

/* One more end: x->fifo is the pipe, x->pos how often the other end was opened before. */
static int32_t open_end(struct sysc *c, struct fcall *x, uint32_t mode, bool wait)
{
    struct pipe *p = pipe_of(c, x);

    if (!p)
        return -G_ENFILE;
    x->pos = reads(mode) ? p->nwritten : p->nread;
    p->readers += reads(mode);
    p->writers += writes(mode);
    p->nread += reads(mode);
    p->nwritten += writes(mode);
    x->fifo = (uint32_t)(p - c->ps->pipe) + 1;
    x->fifo_mode = mode;
    x->give_up = give_up;
    request_sent(c->r);
    if (mode == G_O_WRONLY && !p->readers && !wait)
        return -G_ENXIO;
    waitq_wake(c->k, &p->open_wait);
    return 0;
}

int32_t fifo_open(struct sysc *c, struct fcall *x, uint32_t flags, struct gfile *f)
{
    uint32_t mode = flags & G_O_ACCMODE;
    bool wait = !(flags & G_O_NONBLOCK) && mode != G_O_RDWR;
    int32_t err = sysc_call(c, SERVICE_FILE, SERVICE_IPC);

    if (err || (!x->give_up && (err = open_end(c, x, mode, wait))))
        return err;
    struct pipe *p = &c->ps->pipe[x->fifo - 1];
    bool met = reads(mode) ? p->writers || p->nwritten != x->pos
                           : p->readers || p->nread != x->pos;
    if (wait && !met)
        return signal_waits(c->ps, c->t)
                   ? SYS_RESTART
                   : sysc_wait(c, WAIT_PIPE, x->fifo - 1, &p->open_wait, NS_MAX);
    f->ops = mode == G_O_RDWR ? &pipe_both : writes(mode) ? &pipe_out : &pipe_in;
    f->object = x->fifo - 1;
    f->at = mode == 0 && !p->writers ? p->nwritten : 0;
    return 0;
}

int32_t sys_pipe2(struct sysc *c)
{
    uint32_t flags = c->a[1] & G_O_NONBLOCK;
    int32_t fd[2], err;
    struct pipe *p;

    if (c->a[1] & ~(uint32_t)(G_O_NONBLOCK | G_O_CLOEXEC))
        return -G_EINVAL;
    if ((err = user_writable(c, c->a[0], sizeof fd)) ||
        (err = sysc_call(c, SERVICE_IPC, SERVICE_FILE)))
        return err;
    if (!(p = pipe_new(c->ps, 1)))
        return -G_ENFILE;
    uint32_t object = (uint32_t)(p - c->ps->pipe);
    const struct gfile end[2] = {
        { .ops = &pipe_in, .flags = flags, .object = object },
        { .ops = &pipe_out, .flags = flags | G_O_WRONLY, .object = object },
    };
    err = fds_open_pair(c, end, c->a[1] & G_O_CLOEXEC, fd);
    if (err) {
        p->used = false;
        return err;
    }
    put_out(c, c->a[0], fd, sizeof fd);
    return 0;
}
