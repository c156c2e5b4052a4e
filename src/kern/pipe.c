/* pipe.c - a ring of bytes between processes.
 *
 * Readers wait while it is empty, writers while it is full; up to PIPE_BUF bytes go in
 * together or not at all. Source: POSIX, "write" and "read", on pipes.
 */
#include <kern/ipc.h>
#include <kern/syscall.h>

enum { PIPE_SIZE = 65536 };

struct pipe {
    bool used;
    uint32_t readers, writers;  /* open files */
    uint32_t head, n;           /* oldest byte, bytes in it */
    struct waitq read_wait, write_wait;
    uint8_t bytes[PIPE_SIZE];
};

struct pipe *pipes_layout(struct arena *a)
{
    return arena_array(a, struct pipe, PROG_PIPES);
}

static const struct file_ops pipe_in, pipe_out;

static struct pipe *pipe_new(struct programs *ps)
{
    for (uint32_t i = 0; i < PROG_PIPES; i++) {
        struct pipe *p = &ps->pipe[i];

        if (p->used)
            continue;
        p->used = true;
        p->readers = p->writers = 1;
        p->head = p->n = 0;
        p->read_wait = p->write_wait = WAITQ_EMPTY;
        return p;
    }
    return NULL;
}

static void pipe_closed(struct kern *k, const struct gfile *f)
{
    struct pipe *p = &k->programs->pipe[f->object];
    bool writer = f->ops == &pipe_out;

    if (writer)
        p->writers--;
    else
        p->readers--;
    if (writer && !p->writers)
        waitq_wake(k, &p->read_wait);
    if (!writer && !p->readers)
        waitq_wake(k, &p->write_wait);
    if (!p->writers && !p->readers)
        p->used = false;
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

/* Put n bytes from va, a page's at most, into the ring, which has room for them. */
static int32_t put(struct sysc *c, struct pipe *p, uint32_t va, uint32_t n)
{
    uint8_t bytes[G_PIPE_BUF];
    uint32_t tail = (p->head + p->n) % PIPE_SIZE, first = run_from(tail, n);
    int32_t err = copy_in(c, bytes, va, n);

    if (err)
        return err;
    memcpy(p->bytes + tail, bytes, first);
    memcpy(p->bytes, bytes + first, n - first);
    p->n += n;
    waitq_wake(c->k, &p->read_wait);
    return 0;
}

static int32_t broken(struct sysc *c)
{
    if (c->r->u.io.done)
        return (int32_t)c->r->u.io.done;
    (void)service_call(c->k, NULL, SERVICE_IPC, SERVICE_PROC);
    signal_thread(c->k, c->t, G_SIGPIPE, (struct signote){ G_SI_USER, proc_pid(c->p), 0 });
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

static int32_t pipe_write(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    struct pipe *p = &c->ps->pipe[f->object];
    uint32_t *done = &c->r->u.io.done;

    while (*done < n) {
        if (!p->readers)
            return broken(c);
        uint32_t len = piece(p, n - *done, n <= G_PIPE_BUF);
        if (len) {
            int32_t err = put(c, p, va + *done, len);

            if (err)
                return *done && err != SYS_WAIT ? (int32_t)*done : err;
            *done += len;
            request_sent(c->r);
            continue;
        }
        if (f->flags & G_O_NONBLOCK)
            return *done ? (int32_t)*done : -G_EAGAIN;
        if (signal_waits(c->ps, c->t))
            return *done ? (int32_t)*done : SYS_RESTART;
        return sysc_wait(c, WAIT_PIPE, f->object, &p->write_wait, NS_MAX);
    }
    return (int32_t)n;
}

static uint32_t pipe_ready(const struct programs *ps, const struct gfile *f)
{
    return ps->pipe[f->object].n;
}

static unsigned poll_in(const struct programs *ps, const struct gfile *f)
{
    const struct pipe *p = &ps->pipe[f->object];

    return (p->n ? G_POLLIN : 0u) | (p->writers ? 0u : G_POLLHUP);
}

static unsigned poll_out(const struct programs *ps, const struct gfile *f)
{
    const struct pipe *p = &ps->pipe[f->object];

    return (PIPE_SIZE - p->n >= G_PIPE_BUF ? G_POLLOUT : 0u) | (p->readers ? 0u : G_POLLERR);
}

static const struct file_ops pipe_in = {
    .service = SERVICE_IPC, .mode = G_S_IFIFO | 0600, .capacity = PIPE_SIZE,
    .read = pipe_read, .ready = pipe_ready, .poll = poll_in, .closed = pipe_closed,
};
static const struct file_ops pipe_out = {
    .service = SERVICE_IPC, .mode = G_S_IFIFO | 0600, .capacity = PIPE_SIZE,
    .write = pipe_write, .poll = poll_out, .closed = pipe_closed,
};

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
    if (!(p = pipe_new(c->ps)))
        return -G_ENFILE;
    uint32_t object = (uint32_t)(p - c->ps->pipe);
    const struct gfile end[2] = {
        { .ops = &pipe_in, .flags = flags, .object = object },
        { .ops = &pipe_out, .flags = flags | G_O_WRONLY, .object = object },
    };
    err = fds_open_pair(c->ps, proc_fds(c->p), end, c->a[1] & G_O_CLOEXEC, fd);
    if (err) {
        p->used = false;
        return err;
    }
    put_out(c, c->a[0], fd, sizeof fd);
    return 0;
}
