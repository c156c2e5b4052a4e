/* sys_signal.c - system calls on signals. */
#include "signal_private.h"

/* --- actions and masks --- */

int32_t sys_rt_sigaction(struct sysc *c)
{
    uint32_t signo = c->a[0];
    struct gabi_sigaction act, old;
    int32_t err;

    if (signo < 1 || signo > G_NSIG || c->a[3] != 8)
        return -G_EINVAL;
    if (c->a[1] && (signo == G_SIGKILL || signo == G_SIGSTOP))
        return -G_EINVAL;
    if (c->a[1] && (err = copy_in(c, &act, c->a[1], sizeof act)))
        return err;
    old = c->p->act[signo];
    if (c->a[2] && (err = copy_out(c, c->a[2], &old, sizeof old)))
        return err;
    if (!c->a[1])
        return 0;
    mask_put(act.mask, mask_of(act.mask) & ~UNBLOCKABLE);
    c->p->act[signo] = act;
    if (effect_of(c->p, signo) == EFFECT_IGNORE)
        signal_forget(c->p, c->t, signo);
    return 0;
}

int32_t sys_rt_sigprocmask(struct sysc *c)
{
    uint32_t word[2];
    uint64_t old = c->t->blocked, set = 0, mask = old;
    int32_t err;

    if (c->a[3] != 8)
        return -G_EINVAL;
    if (c->a[1]) {
        if ((err = copy_in(c, word, c->a[1], sizeof word)))
            return err;
        set = mask_of(word);
        switch (c->a[0]) {
        case G_SIG_BLOCK:   mask = old | set; break;
        case G_SIG_UNBLOCK: mask = old & ~set; break;
        case G_SIG_SETMASK: mask = set; break;
        default:            return -G_EINVAL;
        }
    }
    mask_put(word, old);
    if (c->a[2] && (err = copy_out(c, c->a[2], word, sizeof word)))
        return err;
    c->t->blocked = mask & ~UNBLOCKABLE;
    return 0;
}

int32_t sys_rt_sigpending(struct sysc *c)
{
    uint32_t word[2];

    if (c->a[1] > 8)
        return -G_EINVAL;
    mask_put(word, (c->t->pending | c->p->pending) & c->t->blocked);
    return copy_out(c, c->a[0], word, c->a[1]);
}

void thread_mask_for_call(struct sysc *c, uint64_t mask)
{
    c->t->restore = c->t->blocked;
    c->t->has_restore = true;
    c->t->blocked = mask & ~UNBLOCKABLE;
}

void thread_mask_back(struct sysc *c)
{
    if (c->t->has_restore)
        c->t->blocked = c->t->restore;
    c->t->has_restore = false;
}

int32_t sys_rt_sigsuspend(struct sysc *c)
{
    uint32_t word[2];
    int32_t err;

    if (c->r->state == REQUEST_NEW) {
        if (c->a[1] != 8)
            return -G_EINVAL;
        if ((err = copy_in(c, word, c->a[0], sizeof word)))
            return err;
        thread_mask_for_call(c, mask_of(word));
        request_sent(c->r);
    }
    if (signal_waits(c->ps, c->t))
        return SYS_INTR;
    return sysc_wait(c, WAIT_SIGNAL, UINT32_MAX, NULL, NS_MAX);
}

/* --- taking one without a handler --- */

static int32_t timeout_of(struct sysc *c, uint32_t va)
{
    struct gabi_timespec64 ts;
    int32_t err = va ? copy_in(c, &ts, va, sizeof ts) : 0;

    if (!va || err)
        return err;
    if (ts.sec < 0 || ts.nsec < 0 || ts.nsec >= 1000000000)
        return -G_EINVAL;
    if (ts.sec < 1000000000)
        c->r->until = c->k->engine->now + ts.sec * 1000000000 + ts.nsec;
    return 0;
}

/* The lowest that waits; 0: none. Its number, or -errno. */
static int32_t take_awaited(struct sysc *c, uint64_t set)
{
    uint64_t waits = (c->t->pending | c->p->pending) & set;
    struct gabi_siginfo info;
    int32_t err = waits && c->a[1] ? user_writable(c, c->a[1], sizeof info) : 0;
    unsigned signo;

    if (err || !waits)
        return err;
    signo = (unsigned)__builtin_ctzll(waits) + 1;
    signal_take(c->k, c->t, signo);
    signal_info(&info, signo, &c->p->note[signo]);
    if (c->a[1])
        put_out(c, c->a[1], &info, sizeof info);
    return (int32_t)signo;
}

int32_t sys_rt_sigtimedwait(struct sysc *c)
{
    uint32_t word[2];
    int32_t err;

    c->t->awaited = 0;
    if (c->r->state == REQUEST_NEW) {
        if (c->a[3] != 8)
            return -G_EINVAL;
        if ((err = copy_in(c, word, c->a[0], sizeof word)) || (err = timeout_of(c, c->a[2])))
            return err;
        c->r->u.sigwait.set = mask_of(word) & ~UNBLOCKABLE;
    }
    if ((err = take_awaited(c, c->r->u.sigwait.set)))
        return err;
    if (c->k->engine->now >= c->r->until)
        return -G_EAGAIN;
    if (signal_waits(c->ps, c->t))
        return SYS_INTR;
    c->t->awaited = c->r->u.sigwait.set;
    request_sent(c->r);
    return sysc_wait(c, WAIT_SIGNAL, UINT32_MAX, NULL, c->r->until);
}

int32_t sys_rt_sigreturn(struct sysc *c)
{
    struct gabi_sigframe frame;
    struct cpu_regs *r = &c->t->body.regs;
    int32_t err = r->x[REG_SP] & 15 ? -G_EFAULT
                                    : copy_in(c, &frame, r->x[REG_SP], sizeof frame);

    if (err == SYS_WAIT)
        return err;
    if (err) {
        c->p->note[G_SIGSEGV] = (struct signote){ 0 };
        proc_leave(c->k, c->t, 0, G_SIGSEGV);
        return SYS_GONE;
    }
    r->pc = frame.uc.regs[0] & ~1u;
    memcpy(&r->x[1], &frame.uc.regs[1], 31 * sizeof r->x[0]);
    c->t->blocked = mask_of(frame.uc.sigmask) & ~UNBLOCKABLE;
    return SYS_KEEP;
}

int32_t sys_sigaltstack(struct sysc *c)
{
    struct gabi_stack new, old = c->t->altstack;
    bool on = on_altstack(c->t, c->t->body.regs.x[REG_SP]);
    int32_t err;

    old.flags = !old.size ? G_SS_DISABLE : on ? G_SS_ONSTACK : 0;
    if (c->a[0]) {
        if ((err = copy_in(c, &new, c->a[0], sizeof new)))
            return err;
        if (on)
            return -G_EPERM;
        if (new.flags & ~(G_SS_DISABLE | G_SS_ONSTACK))
            return -G_EINVAL;
        if (!(new.flags & G_SS_DISABLE) && new.size < G_MINSIGSTKSZ)
            return -G_ENOMEM;
    }
    if (c->a[1] && (err = copy_out(c, c->a[1], &old, sizeof old)))
        return err;
    if (c->a[0])
        c->t->altstack = new.flags & G_SS_DISABLE ? (struct gabi_stack){ 0 } : new;
    return 0;
}

/* --- kill --- */

/* SIGCONT is for all of one's session. */
static bool may_signal(const struct sysc *c, struct proc *p, uint32_t signo)
{
    return ids_may_signal(proc_ids(c->p), proc_ids(p)) ||
           (signo == G_SIGCONT && proc_session(p) == proc_session(c->p));
}

static int32_t send_to(struct sysc *c, struct proc *p, uint32_t signo)
{
    if (!may_signal(c, p, signo))
        return -G_EPERM;
    if (signo)
        signal_process(c->k, p, signo, signote_of(c, G_SI_USER));
    return 0;
}

/* Every process but the caller, or those of one group. */
static int32_t kill_many(struct sysc *c, int32_t pgid, uint32_t signo)
{
    int32_t found = -G_ESRCH;           /* 0: one may be sent it, or it was for all */

    for (uint32_t i = 0; i < c->ps->nthreads; i++) {
        struct proc *p = &c->ps->proc[i];

        if (p->state == PROC_FREE || p == c->p || (pgid && p->pgid != pgid))
            continue;
        if (send_to(c, p, signo) == 0 || !pgid)
            found = 0;
        else if (found)
            found = -G_EPERM;
    }
    /* The caller last: it may not survive. */
    if (pgid && c->p->pgid == pgid) {
        found = 0;
        send_to(c, c->p, signo);
    }
    return found;
}

static int32_t after_kill(struct sysc *c, int32_t result)
{
    return c->t->proc == PROG_NONE ? SYS_GONE : result;
}

int32_t sys_kill(struct sysc *c)
{
    int32_t pid = (int32_t)c->a[0];
    struct proc *p;

    if (c->a[1] > G_NSIG)
        return -G_EINVAL;
    if (pid == INT32_MIN)
        return -G_ESRCH;        /* kill(2): there is no such group */
    if (pid == -1)
        return after_kill(c, kill_many(c, 0, c->a[1]));
    if (pid <= 0)
        return after_kill(c, kill_many(c, pid ? -pid : c->p->pgid, c->a[1]));
    if (pid == PID_INIT)
        return c->a[1] ? -G_EPERM : 0;
    if (!(p = proc_by_pid(c->k, pid)))
        return -G_ESRCH;
    return after_kill(c, send_to(c, p, c->a[1]));
}

static int32_t kill_thread(struct sysc *c, int32_t tgid, int32_t pid, uint32_t signo)
{
    struct thread *t = thread_by_pid(c->k, pid);

    if (signo > G_NSIG || pid <= 0 || tgid == 0)
        return -G_EINVAL;
    if (!t || (tgid > 0 && proc_of(c->ps, t)->pid != tgid))
        return -G_ESRCH;
    if (!may_signal(c, proc_of(c->ps, t), signo))
        return -G_EPERM;
    if (signo)
        signal_thread(c->k, t, signo, signote_of(c, G_SI_TKILL));
    return after_kill(c, 0);
}

int32_t sys_tkill(struct sysc *c)
{
    return kill_thread(c, -1, (int32_t)c->a[0], c->a[1]);
}

int32_t sys_tgkill(struct sysc *c)
{
    return kill_thread(c, (int32_t)c->a[0], (int32_t)c->a[1], c->a[2]);
}

/* --- with a value --- */

/* Codes of the kernel's and of tgkill's are for oneself only. */
static int32_t note_in(struct sysc *c, uint32_t va, int32_t to, struct signote *note)
{
    struct gabi_siginfo info;
    int32_t err = copy_in(c, &info, va, sizeof info);

    if (err)
        return err;
    if ((info.code >= 0 || info.code == G_SI_TKILL) && to != c->p->pid)
        return -G_EPERM;
    *note = (struct signote){ .code = info.code, .pid = info.kill.pid,
                              .uid = info.kill.uid, .value = info.kill.value };
    return 0;
}

static int32_t queue_room(struct sysc *c, const struct proc *p, uint32_t signo)
{
    if (signo < SIGNAL_RT || p->nqueued < SIGNAL_QUEUE)
        return 0;
    kern_say(c->k, EV_LIMIT, c->hart, c->r->tid, LIMIT_SIGNALS, SIGNAL_QUEUE);
    return -G_EAGAIN;
}

int32_t sys_rt_sigqueueinfo(struct sysc *c)
{
    struct proc *p = proc_by_pid(c->k, (int32_t)c->a[0]);
    struct signote note;
    int32_t err = note_in(c, c->a[2], (int32_t)c->a[0], &note);

    if (err)
        return err;
    if (c->a[1] > G_NSIG)
        return -G_EINVAL;
    if (!p)
        return -G_ESRCH;
    if (!may_signal(c, p, c->a[1]))
        return -G_EPERM;
    if (!c->a[1] || (err = queue_room(c, p, c->a[1])))
        return err;
    signal_process(c->k, p, c->a[1], note);
    return after_kill(c, 0);
}

int32_t sys_rt_tgsigqueueinfo(struct sysc *c)
{
    struct thread *t = thread_by_pid(c->k, (int32_t)c->a[1]);
    struct signote note;
    int32_t err = note_in(c, c->a[3], (int32_t)c->a[0], &note);

    if (err)
        return err;
    if (c->a[2] > G_NSIG || (int32_t)c->a[0] <= 0 || (int32_t)c->a[1] <= 0)
        return -G_EINVAL;
    if (!t || proc_of(c->ps, t)->pid != (int32_t)c->a[0])
        return -G_ESRCH;
    if (!may_signal(c, proc_of(c->ps, t), c->a[2]))
        return -G_EPERM;
    if (!c->a[2] || (err = queue_room(c, proc_of(c->ps, t), c->a[2])))
        return err;
    signal_thread(c->k, t, c->a[2], note);
    return after_kill(c, 0);
}
