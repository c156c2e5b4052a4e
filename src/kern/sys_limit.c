/* sys_limit.c - prlimit64: what a process may have at most, as it really is.
 *
 * Differs from Linux: only the number of descriptors and the size of core files (of which
 * there are none) can be set; the others say what the machine allows and stay so.
 */
#include <kern/thread.h>

#define UNLIMITED UINT64_MAX

static struct gabi_rlimit64 both(uint64_t limit)
{
    return (struct gabi_rlimit64){ limit, limit };
}

static struct gabi_rlimit64 limit_of(const struct sysc *c, const struct proc *p, uint32_t what)
{
    switch (what) {
    case G_RLIMIT_STACK:      return both(STACK_LIMIT);
    case G_RLIMIT_CORE:       return both(0);
    case G_RLIMIT_NPROC:      return both(c->ps->nthreads);
    case G_RLIMIT_SIGPENDING: return both(SIGNAL_QUEUE);
    case G_RLIMIT_MSGQUEUE:   return both(0);
    case G_RLIMIT_NICE:       return both(40);
    case G_RLIMIT_RTPRIO:     return both(99);
    case G_RLIMIT_NOFILE:
        return (struct gabi_rlimit64){ fds_limit(p->fds), fds_most(p->fds) };
    default:
        return both(UNLIMITED);
    }
}

/* Nobody may raise a hard limit, not even root: there is no more. */
static int32_t set_limit(struct proc *p, uint32_t what, const struct gabi_rlimit64 *to,
                         const struct gabi_rlimit64 *old)
{
    if (to->cur > to->max)
        return -G_EINVAL;
    if (to->max > old->max)
        return -G_EPERM;
    if (what == G_RLIMIT_NOFILE)
        fds_set_limit(p->fds, (uint32_t)to->cur, (uint32_t)to->max);
    else if (to->cur != old->cur || to->max != old->max)
        return -G_EPERM;
    return 0;
}

int32_t sys_prlimit(struct sysc *c)
{
    struct proc *p = c->a[0] ? proc_by_pid(c->k, (int32_t)c->a[0]) : c->p;
    struct gabi_rlimit64 to, old;
    int32_t err;

    if (c->a[1] >= G_RLIMITS)
        return -G_EINVAL;
    if (!p || !p->fds)
        return -G_ESRCH;
    if (c->a[2] && (err = copy_in(c, &to, c->a[2], sizeof to)))
        return err;
    old = limit_of(c, p, c->a[1]);
    if (c->a[3] && (err = user_writable(c, c->a[3], sizeof old)))
        return err;
    if (c->a[2] && (err = set_limit(p, c->a[1], &to, &old)))
        return err;
    if (c->a[3])
        put_out(c, c->a[3], &old, sizeof old);
    return 0;
}
