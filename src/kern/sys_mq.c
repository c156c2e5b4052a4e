/* sys_mq.c - POSIX message queues: channels, for programs.
 *
 * A queue is a channel of this kernel that the workload lets the process send or receive on
 * ("sends", "receives"), by the channel's name. What the other end is - another program, a
 * burst task, or, by a link, another kernel's - does not matter. Source: POSIX, "mq_open",
 * "mq_send", "mq_receive"; numbers and struct as Linux has them.
 *
 * Differs from: queues are neither made nor removed by programs (O_CREAT opens what there is;
 * mq_unlink leaves it there); all messages have the same priority, 0. What other queues programs
 * make is the C library's, in shared memory.
 */
#include <kern/mail.h>
#include <kern/programs.h>
#include <kern/vfs.h>

#include <string.h>


/* --- what is behind a descriptor --- */

static unsigned queue_poll(const struct programs *ps, const struct gfile *f)
{
    const struct kern *k = ps->mail->kern;

    return (ipc_has_message(k, f->object) ? G_POLLIN : 0u) |
           (ipc_has_room(k, f->object) ? G_POLLOUT : 0u);
}

static const struct file_ops queue_ops = {
    .service = SERVICE_IPC, .mode = FS_IFREG | 0600, .poll = queue_poll,
};

/* The queue of a descriptor that the request holds; NULL: EBADF. */
static struct gfile *queue_held(struct sysc *c)
{
    struct gfile *f = file_held(c, c->a[0]);

    return f && f->ops == &queue_ops ? f : NULL;
}

static bool reads(const struct gfile *f)
{
    return (f->flags & G_O_ACCMODE) != G_O_WRONLY;
}

static bool writes(const struct gfile *f)
{
    return (f->flags & G_O_ACCMODE) != 0;
}

/* --- names --- */

/* What the workload says of the name to this process; NULL: nothing. */
static const struct queue_use *named(const struct sysc *c, const char *name)
{
    const struct process_config *p = task_process(c->k, c->r->tid);

    for (uint32_t i = 0; p->program && i < p->program->nqueues; i++) {
        const struct queue_use *u = &p->program->queue[i];

        if (strcmp(c->k->config->channel_names[u->channel], name) == 0)
            return u;
    }
    return NULL;
}

/* 0, or -errno. */
static int32_t find(struct sysc *c, uint32_t va, const struct queue_use **use)
{
    char name[CONFIG_NAME];
    int32_t n = copy_string(c, name, sizeof name, va);

    if (n < 0)
        return n;
    if (!n)
        return -G_EINVAL;
    if (strchr(name, '/'))
        return -G_EACCES;
    *use = named(c, name);
    return *use ? 0 : -G_ENOENT;
}

int32_t sys_mq_open(struct sysc *c)
{
    const struct queue_use *use = NULL;
    uint32_t flags = c->a[1], mode = flags & G_O_ACCMODE;
    int32_t err = find(c, c->a[0], &use);

    if (err)
        return err == -G_ENOENT && flags & G_O_CREAT ? -G_ENOSPC : err;
    if (flags & G_O_CREAT && flags & G_O_EXCL)
        return -G_EEXIST;
    if (mode == G_O_ACCMODE)
        return -G_EINVAL;
    if ((mode != G_O_WRONLY && !use->receives) || (mode && !use->sends))
        return -G_EACCES;
    if ((err = sysc_call(c, SERVICE_IPC, SERVICE_FILE)))
        return err;
    return fds_open(c,
                    (struct gfile){ .ops = &queue_ops, .object = use->channel,
                                    .flags = flags & (G_O_ACCMODE | G_O_NONBLOCK) },
                    true);      /* Linux: always close-on-exec */
}

int32_t sys_mq_unlink(struct sysc *c)
{
    const struct queue_use *use = NULL;

    return find(c, c->a[0], &use);
}

int32_t sys_mq_getsetattr(struct sysc *c)
{
    struct gfile *f = queue_held(c);
    struct gabi_mq_attr now = { 0 }, want = { 0 };
    int32_t err;

    if (c->a[1] && (err = copy_in(c, &want, c->a[1], sizeof want)))
        return err;
    if (want.flags & ~(int32_t)G_O_NONBLOCK)
        return -G_EINVAL;
    if (!f)
        return -G_EBADF;
    now.flags = (int32_t)(f->flags & G_O_NONBLOCK);
    now.maxmsg = (int32_t)c->k->mail->room;
    now.msgsize = MESSAGE_BYTES;
    now.curmsgs = (int32_t)c->k->channel[f->object].queued;
    if (c->a[2] && (err = copy_out(c, c->a[2], &now, sizeof now)))
        return err;
    if (c->a[1])
        f->flags = (f->flags & ~(uint32_t)G_O_NONBLOCK) | (uint32_t)want.flags;
    return 0;
}

/* --- sending and receiving --- */

/* An absolute time by CLOCK_REALTIME into r->until. */
static int32_t deadline(struct sysc *c, uint32_t va)
{
    struct gabi_timespec64 ts;
    int32_t err;

    if (!va)
        return 0;
    if ((err = copy_in(c, &ts, va, sizeof ts)))
        return err;
    if (ts.sec < 0 || ts.nsec < 0 || ts.nsec >= 1000000000)
        return -G_EINVAL;
    if (ts.sec < 1000000000 + c->k->config->date / 1000000000)
        c->r->until = ts.sec * 1000000000 + ts.nsec - c->k->config->date;
    return 0;
}

static int32_t sleep_on(struct sysc *c, const struct gfile *f, struct waitq *q)
{
    if (c->k->engine->now >= c->r->until)
        return -G_ETIMEDOUT;
    if (signal_waits(c->ps, c->t))
        return SYS_RESTART;
    return sysc_wait(c, WAIT_MSG, f->object, q, c->r->until);
}

int32_t sys_mq_timedsend(struct sysc *c)
{
    const struct gfile *f = queue_held(c);
    struct mailbox *box = f ? &c->k->mail->box[c->r->tid] : NULL;
    uint32_t n = c->a[2];
    int32_t err;

    if (!f || !writes(f))
        return -G_EBADF;
    if (c->r->state == REQUEST_NEW) {
        if (c->a[3])
            return -G_EINVAL;
        if (n > MESSAGE_BYTES)
            return -G_EMSGSIZE;
        if ((err = deadline(c, c->a[4])) ||
            (n && (err = copy_in(c, box->m.bytes, c->a[1], n))))
            return err;
        if (f->flags & G_O_NONBLOCK && !ipc_has_room(c->k, f->object))
            return -G_EAGAIN;
        box->m.size = n;
        box->done = false;
        request_sent(c->r);
        box->done |= ipc_offer(c->k, c->r->tid, f->object);
    }
    return box->done ? 0 : sleep_on(c, f, &c->k->channel[f->object].send);
}

/* What the box holds goes to the program. */
static int32_t unpack(struct sysc *c, const struct mailbox *box)
{
    const uint32_t zero = 0;
    int32_t err;

    if ((box->m.size && (err = copy_out(c, c->a[1], box->m.bytes, box->m.size))) ||
        (c->a[3] && (err = copy_out(c, c->a[3], &zero, sizeof zero))))
        return err;
    return (int32_t)box->m.size;
}

int32_t sys_mq_timedreceive(struct sysc *c)
{
    const struct gfile *f = queue_held(c);
    struct mailbox *box = f ? &c->k->mail->box[c->r->tid] : NULL;
    int32_t err;

    if (!f || !reads(f))
        return -G_EBADF;
    if (c->r->state == REQUEST_NEW) {
        if (c->a[2] < MESSAGE_BYTES)
            return -G_EMSGSIZE;
        if ((err = deadline(c, c->a[4])) ||
            (err = user_writable(c, c->a[1], MESSAGE_BYTES)))
            return err;
        if (f->flags & G_O_NONBLOCK && !ipc_has_message(c->k, f->object))
            return -G_EAGAIN;
        box->done = false;
        request_sent(c->r);
        box->done = ipc_take(c->k, c->r->tid, f->object);
    }
    return box->done ? unpack(c, box) : sleep_on(c, f, &c->k->channel[f->object].recv);
}
