/* sys_poll.c - ppoll and pselect6: wait for any of several descriptors.
 *
 * Waiting looks again every millisecond: a thread stands in one list at a time, and few
 * programs poll. What is left of the time is written back, as Linux has it.
 */
#include <kern/tty.h>
#include <kern/vfs.h>

#include "file_private.h"

enum { LOOK_AGAIN_NS = 1000000, SETS = 3 };

/* --- what both do --- */

/* Timeout and mask are taken in once: from then on they hold. The mask is that of the
 * thread until its call is over, or a handler begun. */
static int32_t wait_begin(struct sysc *c, uint32_t timeout, uint32_t mask, uint32_t mask_size)
{
    struct gabi_timespec64 ts = { 0 };
    uint32_t word[2];
    int32_t err;

    if (c->r->state != REQUEST_NEW)
        return 0;
    if (timeout && (err = copy_in(c, &ts, timeout, sizeof ts)))
        return err;
    if (ts.sec < 0 || ts.nsec < 0 || ts.nsec >= 1000000000)
        return -G_EINVAL;
    if (mask && mask_size != 8)
        return -G_EINVAL;
    if (mask && (err = copy_in(c, word, mask, sizeof word)))
        return err;
    if (timeout && ts.sec < 1000000000)
        c->r->until = c->k->engine->now + ts.sec * 1000000000 + ts.nsec;
    if (mask)
        thread_mask_for_call(c, (uint64_t)word[1] << 32 | word[0]);
    request_sent(c->r);
    return 0;
}

/* The answer, or SYS_WAIT: until then the mask stays. */
static int32_t answer(struct sysc *c, uint32_t timeout, int32_t result)
{
    ns_t left = c->r->until - c->k->engine->now;
    struct gabi_timespec64 ts = { left > 0 ? left / 1000000000 : 0,
                                  left > 0 ? left % 1000000000 : 0 };

    if (result == SYS_WAIT)
        return result;
    if (timeout && c->r->until != NS_MAX && copy_out(c, timeout, &ts, sizeof ts) == SYS_WAIT)
        return SYS_WAIT;
    if (result != SYS_INTR)
        thread_mask_back(c);
    return result;
}

/* Nothing was ready. */
static int32_t wait_more(struct sysc *c)
{
    ns_t now = c->k->engine->now, again = now + LOOK_AGAIN_NS;

    if (signal_waits(c->ps, c->t))      /* also if there is no time left: Linux, "fs/select.c" */
        return SYS_INTR;
    if (now >= c->r->until)
        return 0;
    if (again > c->r->until)
        again = c->r->until;
    if (c->r->u.poll.console)
        console_polled(c, c->r->u.poll.console - 1, again);
    return sysc_wait(c, WAIT_IO, UINT32_MAX, NULL, again);
}

static unsigned state_of(struct sysc *c, const struct gfile *f, bool input)
{
    if (f->ops == &console_in && input)
        c->r->u.poll.console = f->object + 1;
    unsigned state = f->ops->poll(c->ps, f);

    return state | (state & G_POLLIN ? G_POLLRDNORM : 0u) | (state & G_POLLOUT ? G_POLLWRNORM : 0u);
}

/* --- ppoll --- */

/* Descriptors that have something to say, with what in the user's array; -errno. */
static int32_t poll_look(struct sysc *c)
{
    int32_t ready = 0, err;

    for (uint32_t i = 0; i < c->a[1]; i++) {
        uint32_t at = c->a[0] + i * (uint32_t)sizeof(struct gabi_pollfd);
        struct gabi_pollfd fd;

        if ((err = copy_in(c, &fd, at, sizeof fd)))
            return err;
        const struct gfile *f = fd.fd < 0 ? NULL : file_of(c, (uint32_t)fd.fd);
        int16_t always = G_POLLERR | G_POLLHUP | G_POLLNVAL;
        fd.revents = (int16_t)(fd.fd < 0 ? 0 : f ? (int)state_of(c, f, fd.events & (G_POLLIN | G_POLLRDNORM))
                                                 : G_POLLNVAL);
        fd.revents = (int16_t)(fd.revents & (fd.events | always));
        ready += fd.revents != 0;
        if ((err = copy_out(c, at, &fd, sizeof fd)))
            return err;
    }
    return ready;
}

int32_t sys_ppoll(struct sysc *c)
{
    int32_t n;

    if (c->a[1] > proc_limit(c->p, G_RLIMIT_NOFILE))
        return -G_EINVAL;
    if ((n = wait_begin(c, c->a[2], c->a[3], c->a[4])))
        return n;
    n = poll_look(c);
    return answer(c, c->a[2], n ? n : wait_more(c));
}

/* --- pselect6 --- */

struct sets { uint32_t in[SETS][PROG_FDS / 32], out[SETS][PROG_FDS / 32]; };

static int32_t sets_in(struct sysc *c, uint32_t bytes, struct sets *s)
{
    int32_t err;

    memset(s, 0, sizeof *s);
    for (unsigned i = 0; i < SETS; i++)
        if (c->a[1 + i] && ((err = copy_in(c, s->in[i], c->a[1 + i], bytes)) ||
                            (err = user_writable(c, c->a[1 + i], bytes))))
            return err;
    return 0;
}

/* Of one descriptor, the sets in which it is ready: how many, or -EBADF. */
static int32_t select_one(struct sysc *c, uint32_t fd, struct sets *s)
{
    static const unsigned wanted[SETS] = { G_POLLIN | G_POLLHUP | G_POLLERR,
                                           G_POLLOUT | G_POLLERR, 0 };
    uint32_t bit = UINT32_C(1) << fd % 32, asked = 0;
    const struct gfile *f = file_of(c, fd);
    int32_t ready = 0;

    for (unsigned i = 0; i < SETS; i++)
        asked |= s->in[i][fd / 32] & bit;
    if (!asked)
        return 0;
    if (!f)
        return -G_EBADF;
    unsigned state = state_of(c, f, s->in[0][fd / 32] & bit);
    for (unsigned i = 0; i < SETS; i++)
        if (s->in[i][fd / 32] & bit && state & wanted[i]) {
            s->out[i][fd / 32] |= bit;
            ready++;
        }
    return ready;
}

static int32_t select_look(struct sysc *c, uint32_t n)
{
    uint32_t bytes = (n + 31) / 32 * 4;
    struct sets s;
    int32_t ready = 0, err = sets_in(c, bytes, &s);

    for (uint32_t fd = 0; fd < n && !err; fd++) {
        int32_t one = select_one(c, fd, &s);

        err = one < 0 ? one : 0;
        ready += one > 0 ? one : 0;
    }
    if (err || (!ready && c->k->engine->now < c->r->until))
        return err;
    for (unsigned i = 0; i < SETS; i++)
        if (c->a[1 + i] && bytes)
            put_out(c, c->a[1 + i], s.out[i], bytes);
    return ready;
}

int32_t sys_pselect6(struct sysc *c)
{
    uint32_t n = c->a[0] < PROG_FDS ? c->a[0] : PROG_FDS, mask[2] = { 0, 0 };
    int32_t err;

    if ((int32_t)c->a[0] < 0)
        return -G_EINVAL;
    if (c->a[5] && (err = copy_in(c, mask, c->a[5], sizeof mask)))
        return err;
    if ((err = wait_begin(c, c->a[4], mask[0], mask[1])))
        return err;
    err = select_look(c, n);
    return answer(c, c->a[4], err ? err : wait_more(c));
}
