/* pipe.c - a ring of bytes between processes.
 *
 * Readers wait while it is empty, writers while it is full; up to PIPE_BUF bytes go in
 * together or not at all. Source: POSIX, "write" and "read", on pipes.
 */
#include "prog.h"

#include <sim/check.h>

struct pipe *pipe_new(struct programs *ps)
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

void pipe_closed(struct kern *k, struct pipe *p, bool writer)
{
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

int32_t pipe_read(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    struct pipe *p = &c->ps->pipe[f->object];
    uint32_t take = n < p->n ? n : p->n, first;
    int32_t err;

    if (!n)
        return 0;
    if (!p->n) {
        if (!p->writers)
            return 0;
        if (f->flags & G_O_NONBLOCK)
            return -G_EAGAIN;
        if (signal_waits(c->ps, c->t))
            return SYS_RESTART;
        return prog_wait(c, WAIT_PIPE, f->object, &p->read_wait, NS_MAX);
    }
    if ((err = user_writable(c, va, take)))
        return err;
    first = run_from(p->head, take);
    (void)copy_out(c, va, p->bytes + p->head, first);
    (void)copy_out(c, va + first, p->bytes, take - first);
    p->head = (p->head + take) % PIPE_SIZE;
    p->n -= take;
    waitq_wake(c->k, &p->write_wait);
    return (int32_t)take;
}

/* Put up to n bytes from va into the ring, as many as there is room for. */
static int32_t put(struct sysc *c, struct pipe *p, uint32_t va, uint32_t n)
{
    uint32_t room = PIPE_SIZE - p->n, tail = (p->head + p->n) % PIPE_SIZE, first;
    int32_t err;

    if (n > room)
        n = room;
    first = run_from(tail, n);
    if ((err = copy_in(c, p->bytes + tail, va, first)) ||
        (err = copy_in(c, p->bytes, va + first, n - first)))
        return err;
    p->n += n;
    if (n)
        waitq_wake(c->k, &p->read_wait);
    return (int32_t)n;
}

static int32_t broken(struct sysc *c)
{
    if (c->call->done)
        return (int32_t)c->call->done;
    signal_thread(c->k, c->t, G_SIGPIPE, (struct signote){ G_SI_USER, c->p->pid, 0 });
    return -G_EPIPE;
}

int32_t pipe_write(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    struct pipe *p = &c->ps->pipe[f->object];
    struct call *call = c->call;

    if (!n)
        return 0;
    for (;;) {
        uint32_t left = n - call->done, room = PIPE_SIZE - p->n;

        if (!p->readers)
            return broken(c);
        if (room && (room >= left || n > G_PIPE_BUF)) {
            int32_t put_now = put(c, p, va + call->done, left);

            if (put_now < 0)
                return call->done ? (int32_t)call->done : put_now;
            call->done += (uint32_t)put_now;
            if (call->done == n)
                return (int32_t)n;
            continue;
        }
        if (f->flags & G_O_NONBLOCK)
            return call->done ? (int32_t)call->done : -G_EAGAIN;
        if (signal_waits(c->ps, c->t))
            return call->done ? (int32_t)call->done : SYS_RESTART;
        return prog_wait(c, WAIT_PIPE, f->object, &p->write_wait, NS_MAX);
    }
}
