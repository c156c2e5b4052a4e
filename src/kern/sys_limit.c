/* sys_limit.c - prlimit64: what a process may have at most.
 *
 * Set, inherited by fork and kept by execve as on Linux, and held to: NOFILE, FSIZE, CPU, STACK,
 * AS, DATA and NPROC; CORE can be set, and there are no core files. The others say what the
 * machine allows and stay so. Sources: getrlimit(2); Linux, "kernel/sys.c", do_prlimit.
 *
 * Differs from Linux: NPROC counts all tasks of the machine's programs, and binds root too,
 * who else could show it to nobody; and nobody may raise a hard limit, not even root.
 */
#include <kern/thread.h>

static struct gabi_rlimit64 both(uint64_t limit)
{
    return (struct gabi_rlimit64){ limit, limit };
}

void limits_init(const struct programs *ps, struct proc *p)
{
    for (unsigned i = 0; i < G_RLIMITS; i++)
        p->limit[i] = both(NO_LIMIT);
    p->limit[G_RLIMIT_STACK] = both(STACK_LIMIT);
    p->limit[G_RLIMIT_NOFILE] = both(PROG_FDS);
    p->limit[G_RLIMIT_CORE].cur = 0;
    p->limit[G_RLIMIT_NPROC] = both(ps->nthreads);
    p->limit[G_RLIMIT_SIGPENDING] = both(SIGNAL_QUEUE);
    p->limit[G_RLIMIT_MSGQUEUE] = both(0);
    p->limit[G_RLIMIT_NICE] = both(40);
    p->limit[G_RLIMIT_RTPRIO] = both(99);
}

void limits_inherited(struct kern *k, struct proc *p)
{
    timers_limit(k, p, p->limit[G_RLIMIT_CPU].cur, p->limit[G_RLIMIT_CPU].max);
}

bool limits_let_fork(const struct programs *ps, const struct proc *p)
{
    uint64_t n = 0, most = proc_limit(p, G_RLIMIT_NPROC);

    for (uint32_t i = 0; most < ps->nthreads && i < ps->nthreads; i++)
        n += ps->thread[i].proc != PROG_NONE || ps->proc[i].state != PROC_FREE;
    return most >= ps->nthreads || n < most;
}

static bool can_be_set(uint32_t what)
{
    switch (what) {
    case G_RLIMIT_NOFILE: case G_RLIMIT_CORE: case G_RLIMIT_FSIZE: case G_RLIMIT_NPROC:
    case G_RLIMIT_STACK: case G_RLIMIT_AS: case G_RLIMIT_DATA: case G_RLIMIT_CPU:
        return true;
    default:
        return false;
    }
}

/* Who holds to it is told. */
static int32_t put_limit(struct sysc *c, struct proc *p, uint32_t what,
                         const struct gabi_rlimit64 *to)
{
    int32_t err;

    if (what == G_RLIMIT_STACK && (err = sysc_call(c, SERVICE_PROC, SERVICE_MEM)))
        return err;
    if (what == G_RLIMIT_CPU && (err = sysc_call(c, SERVICE_PROC, SERVICE_TIME)))
        return err;
    p->limit[what] = *to;
    if (what == G_RLIMIT_STACK && p->as)
        mem_limit_stack(c->k, p->as, to->cur);
    if (what == G_RLIMIT_CPU)
        limits_inherited(c->k, p);
    return 0;
}

static int32_t set_limit(struct sysc *c, struct proc *p, uint32_t what,
                         const struct gabi_rlimit64 *to, const struct gabi_rlimit64 *old)
{
    if (to->cur > to->max)
        return -G_EINVAL;
    if (to->max > old->max)
        return -G_EPERM;
    if (can_be_set(what))
        return put_limit(c, p, what, to);
    return to->cur != old->cur || to->max != old->max ? -G_EPERM : 0;
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
    if (p != c->p && !ids_may_limit(proc_ids(c->p), proc_ids(p)))
        return -G_EPERM;
    if (c->a[2] && (err = copy_in(c, &to, c->a[2], sizeof to)))
        return err;
    old = p->limit[c->a[1]];
    if (c->a[3] && (err = user_writable(c, c->a[3], sizeof old)))
        return err;
    if (c->a[2] && (err = set_limit(c, p, c->a[1], &to, &old)))
        return err;
    if (c->a[3])
        put_out(c, c->a[3], &old, sizeof old);
    return 0;
}
