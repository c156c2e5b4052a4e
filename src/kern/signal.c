/* signal.c - signals: sent, held back, and delivered on the way to user mode.
 *
 * Frames on the user's stack are laid out as RISC-V Linux does (struct rt_sigframe), so
 * that handlers and unwinders find what they look for. A handler returns to the page at
 * TRAMPOLINE_VA, where Linux has its vdso.
 *
 * Differs from Linux: pending signals do not queue, real-time ones neither; there is no
 * terminal, so no signals from keys and no job control by sessions.
 */
#include "prog.h"

#include <sim/check.h>

enum { REG_RA = 1, REG_SP = 2, REG_A0 = 10 };

#define UNBLOCKABLE (UINT64_C(1) << (G_SIGKILL - 1) | UINT64_C(1) << (G_SIGSTOP - 1))

static uint64_t mask_of(const uint32_t word[2])
{
    return (uint64_t)word[1] << 32 | word[0];
}

static void mask_put(uint32_t word[2], uint64_t mask)
{
    word[0] = (uint32_t)mask;
    word[1] = (uint32_t)(mask >> 32);
}

/* --- what a signal does --- */

enum effect { EFFECT_END, EFFECT_IGNORE, EFFECT_STOP, EFFECT_HANDLER };

static enum effect effect_of(const struct proc *p, unsigned signo)
{
    uint32_t handler = signo == G_SIGKILL || signo == G_SIGSTOP
                           ? (uint32_t)G_SIG_DFL : p->act[signo].handler;

    if (handler == G_SIG_IGN)
        return EFFECT_IGNORE;
    if (handler != G_SIG_DFL)
        return EFFECT_HANDLER;
    switch (signo) {
    case G_SIGCHLD: case G_SIGCONT: case G_SIGURG: case G_SIGWINCH:
        return EFFECT_IGNORE;
    case G_SIGSTOP: case G_SIGTSTP: case G_SIGTTIN: case G_SIGTTOU:
        return EFFECT_STOP;
    default:
        return EFFECT_END;
    }
}

static bool stops(unsigned signo)
{
    return signo == G_SIGSTOP || signo == G_SIGTSTP || signo == G_SIGTTIN ||
           signo == G_SIGTTOU;
}

static uint64_t deliverable(const struct programs *ps, const struct thread *t)
{
    return (t->pending | proc_of(ps, t)->pending) & ~t->blocked;
}

bool signal_waits(const struct programs *ps, const struct thread *t)
{
    return proc_of(ps, t)->stopped || deliverable(ps, t);
}

/* --- sending --- */

/* The thread looks at its signals before it next executes. */
static void notice(struct kern *k, struct thread *t)
{
    const struct task *task = &k->task[t->tid];

    t->attention |= ATTEND_SIGNAL;      /* if it runs, harts_run sets its hart's stop */
    if (task->state == TASK_SLEEPING && task->cause != WAIT_MEMORY &&
        task->cause != WAIT_DISK && t->job == JOB_RUNS)
        task_wake(k, t->tid);
}

void proc_continue(struct kern *k, struct proc *p)
{
    struct programs *ps = k->programs;

    p->pending &= ~(signal_bit(G_SIGSTOP) | signal_bit(G_SIGTSTP) |
                    signal_bit(G_SIGTTIN) | signal_bit(G_SIGTTOU));
    if (!p->stopped)
        return;
    p->stopped = 0;
    p->tell_stop = false;
    p->tell_continue = true;
    for (struct thread *t = proc_thread(ps, p, 0); t;
         t = proc_thread(ps, p, thread_number(ps, t) + 1))
        notice(k, t);
    tell_parent(k, p, G_CLD_CONTINUED, G_SIGCONT);
}

/* What happens at once, whoever the signal is for. False: nothing is left to deliver. */
static bool arrive(struct kern *k, struct proc *p, unsigned signo)
{
    if (p->state != PROC_LIVE)
        return false;
    if (signo == G_SIGKILL) {
        kern_say(k, EV_SIGNAL, HART_NONE, k->programs->thread[proc_number(k->programs, p)].tid,
                 signo, p->note[signo].pid);
        proc_kill(k, p, 0, G_SIGKILL);
        return false;
    }
    if (signo == G_SIGCONT)
        proc_continue(k, p);
    else if (stops(signo))
        p->pending &= ~signal_bit(G_SIGCONT);
    return true;
}

void signal_process(struct kern *k, struct proc *p, unsigned signo, struct signote note)
{
    struct programs *ps = k->programs;

    p->note[signo] = note;
    if (!arrive(k, p, signo))
        return;
    /* Ignored ones vanish, unless blocked: their action may change till then. */
    bool ignored = effect_of(p, signo) == EFFECT_IGNORE;
    struct thread *first = proc_thread(ps, p, 0), *t;
    if (ignored && first && !(first->blocked & signal_bit(signo)))
        return;
    p->pending |= signal_bit(signo);
    for (t = first; t; t = proc_thread(ps, p, thread_number(ps, t) + 1))
        if (!(t->blocked & signal_bit(signo))) {
            notice(k, t);
            return;
        }
}

void signal_thread(struct kern *k, struct thread *t, unsigned signo, struct signote note)
{
    struct proc *p = proc_of(k->programs, t);

    p->note[signo] = note;
    if (!arrive(k, p, signo))
        return;
    if (effect_of(p, signo) == EFFECT_IGNORE && !(t->blocked & signal_bit(signo)))
        return;
    t->pending |= signal_bit(signo);
    if (!(t->blocked & signal_bit(signo)))
        notice(k, t);
}

void signal_fault(struct kern *k, struct thread *t, unsigned signo, int32_t code,
                  uint32_t addr)
{
    struct proc *p = proc_of(k->programs, t);

    /* Going on would only raise it again. */
    if (t->blocked & signal_bit(signo) || p->act[signo].handler == G_SIG_IGN) {
        p->act[signo].handler = G_SIG_DFL;
        t->blocked &= ~signal_bit(signo);
    }
    p->note[signo] = (struct signote){ .code = code, .value = addr };
    t->pending |= signal_bit(signo);
    t->attention |= ATTEND_SIGNAL;
}

void tell_parent(struct kern *k, struct proc *p, int32_t code, int32_t status)
{
    struct programs *ps = k->programs;
    struct proc *parent;
    bool ends = code == G_CLD_EXITED || code == G_CLD_KILLED;

    if (p->parent == PROG_NONE)
        return;
    parent = &ps->proc[p->parent];
    waitq_wake(k, &parent->child_wait);
    if (!ends && parent->act[G_SIGCHLD].flags & G_SA_NOCLDSTOP)
        return;
    unsigned signo = ends ? p->parent_signal : G_SIGCHLD;
    if (signo)
        signal_process(k, parent, signo,
                       (struct signote){ code, p->pid, (uint32_t)status });
}

/* --- frames --- */

static void fill_info(struct gabi_siginfo *info, unsigned signo, const struct signote *note)
{
    memset(info, 0, sizeof *info);
    info->signo = (int32_t)signo;
    info->code = note->code;
    switch (signo) {
    case G_SIGSEGV: case G_SIGBUS: case G_SIGILL: case G_SIGFPE: case G_SIGTRAP:
        if (note->code > 0) {
            info->addr = note->value;
            return;
        }
        break;
    case G_SIGCHLD:
        info->child.pid = note->pid;
        info->child.status = (int32_t)note->value;
        return;
    default:
        break;
    }
    info->kill.pid = note->pid;
}

static bool on_altstack(const struct thread *t, uint32_t sp)
{
    return t->altstack.size && sp > t->altstack.sp &&
           sp - t->altstack.sp <= t->altstack.size;
}

static uint32_t frame_place(const struct thread *t, const struct gabi_sigaction *act)
{
    uint32_t sp = t->body.regs.x[REG_SP];

    if (act->flags & G_SA_ONSTACK && t->altstack.size && !on_altstack(t, sp))
        sp = t->altstack.sp + t->altstack.size;
    return (sp - (uint32_t)sizeof(struct gabi_sigframe)) & ~15u;
}

static struct sysc context_of(struct kern *k, struct thread *t)
{
    return (struct sysc){ .k = k, .ps = k->programs, .t = t, .p = proc_of(k->programs, t),
                          .r = &t->request, .in = SERVICE_PROC,
                          .hart = k->task[t->tid].hart };
}

/* Let the thread begin its handler; its stack can take the frame. */
static void frame_push(struct kern *k, struct thread *t, unsigned signo, uint32_t sp,
                       const struct gabi_sigaction *act, uint64_t old_mask)
{
    struct sysc c = context_of(k, t);
    struct cpu_regs *r = &t->body.regs;
    struct gabi_sigframe frame;

    memset(&frame, 0, sizeof frame);
    fill_info(&frame.info, signo, &c.p->note[signo]);
    frame.uc.stack = t->altstack;
    frame.uc.stack.flags = !t->altstack.size ? G_SS_DISABLE :
                           on_altstack(t, r->x[REG_SP]) ? G_SS_ONSTACK : 0;
    mask_put(frame.uc.sigmask, old_mask);
    frame.uc.regs[0] = r->pc;
    memcpy(&frame.uc.regs[1], &r->x[1], 31 * sizeof r->x[0]);
    put_out(&c, sp, &frame, sizeof frame);
    r->x[REG_RA] = TRAMPOLINE_VA;
    r->x[REG_SP] = sp;
    r->x[REG_A0] = signo;
    r->x[REG_A0 + 1] = sp + (uint32_t)offsetof(struct gabi_sigframe, info);
    r->x[REG_A0 + 2] = sp + (uint32_t)offsetof(struct gabi_sigframe, uc);
    r->pc = act->handler & ~1u;
}

/* The signal is taken and its frame's place is pinned: nothing can fail any more. */
static void run_handler(struct kern *k, struct thread *t, unsigned signo, uint32_t sp)
{
    struct proc *p = proc_of(k->programs, t);
    struct gabi_sigaction act = p->act[signo];
    uint64_t old_mask = t->has_restore ? t->restore : t->blocked;

    t->has_restore = false;
    if (act.flags & G_SA_RESETHAND)
        p->act[signo].handler = G_SIG_DFL;
    frame_push(k, t, signo, sp, &act, old_mask);
    request_unpin(k, t->tid, &t->request);
    t->blocked |= mask_of(act.mask);
    if (!(act.flags & G_SA_NODEFER))
        t->blocked |= signal_bit(signo);
    t->blocked &= ~UNBLOCKABLE;
}

/* --- delivery --- */

/* The signal that is delivered next; 0: none. */
static unsigned signal_next(const struct programs *ps, const struct thread *t)
{
    uint64_t set = deliverable(ps, t);

    if (!set)
        return 0;
    /* Faults of the thread's own come first: their address belongs to this moment. */
    uint64_t own = t->pending & set & (signal_bit(G_SIGSEGV) | signal_bit(G_SIGBUS) |
                   signal_bit(G_SIGILL) | signal_bit(G_SIGTRAP) | signal_bit(G_SIGFPE));
    return (unsigned)__builtin_ctzll(own ? own : set) + 1;
}

static void signal_take(struct kern *k, struct thread *t, unsigned signo)
{
    struct proc *p = proc_of(k->programs, t);

    if (t->pending & signal_bit(signo))
        t->pending &= ~signal_bit(signo);
    else
        p->pending &= ~signal_bit(signo);
    kern_say(k, EV_SIGNAL, k->task[t->tid].hart, t->tid, signo, p->note[signo].pid);
}

/* A call that a handler interrupts is answered first. */
static void answer_interrupted(struct kern *k, struct thread *t, int32_t how,
                               const struct gabi_sigaction *act)
{
    uint32_t nr = t->request.nr;

    if (!how)
        return;
    if (how == SYS_INTR || !(act->flags & G_SA_RESTART)) {
        t->body.regs.x[REG_A0] = (uint32_t)-G_EINTR;
        t->body.regs.pc += 4;
        kern_say(k, EV_SYSRET, k->task[t->tid].hart, t->tid, nr, -G_EINTR);
    }                           /* else pc is at the ECALL still, which runs again */
}

/* The frame's place is looked at before anything changes: it may have to wait, and then
 * the signal is delivered another time. */
static enum delivery deliver_to_handler(struct kern *k, struct thread *t, unsigned signo,
                                        int32_t answer)
{
    struct proc *p = proc_of(k->programs, t);
    struct sysc c = context_of(k, t);
    uint32_t sp = frame_place(t, &p->act[signo]);
    int32_t err = user_writable(&c, sp, sizeof(struct gabi_sigframe));

    if (err == SYS_WAIT) {
        t->attention |= ATTEND_SIGNAL;
        return DELIVER_GONE;
    }
    signal_take(k, t, signo);
    answer_interrupted(k, t, answer, &p->act[signo]);
    if (err) {
        proc_kill(k, p, 0, G_SIGSEGV);
        return DELIVER_GONE;
    }
    run_handler(k, t, signo, sp);
    if (answer)
        request_end(k, t->tid, &t->request);
    return DELIVER_HANDLER;
}

static void stop_process(struct kern *k, struct proc *p, unsigned signo)
{
    struct programs *ps = k->programs;

    if (p->stopped)
        return;
    p->stopped = (uint8_t)signo;
    p->tell_stop = true;
    p->tell_continue = false;
    for (struct thread *t = proc_thread(ps, p, 0); t;
         t = proc_thread(ps, p, thread_number(ps, t) + 1))
        if (k->task[t->tid].state != TASK_SLEEPING)
            t->attention |= ATTEND_SIGNAL;
    tell_parent(k, p, G_CLD_STOPPED, (int32_t)signo);
}

enum delivery signal_deliver(struct kern *k, struct thread *t, int32_t answer)
{
    struct programs *ps = k->programs;
    struct proc *p = proc_of(ps, t);
    unsigned signo;

    while ((signo = signal_next(ps, t))) {
        enum effect effect = effect_of(p, signo);

        if (effect == EFFECT_HANDLER)
            return deliver_to_handler(k, t, signo, answer);
        signal_take(k, t, signo);
        if (effect == EFFECT_END) {
            proc_kill(k, p, 0, (int)signo);
            return DELIVER_GONE;
        }
        if (effect == EFFECT_STOP)
            stop_process(k, p, signo);
    }
    if (p->stopped) {
        t->attention |= ATTEND_SIGNAL;
        request_unpin(k, t->tid, &t->request);
        task_block(k, t->tid, WAIT_SIGNAL, p->stopped);
        return DELIVER_GONE;
    }
    if (t->has_restore && !answer) {
        t->has_restore = false;
        t->blocked = t->restore;
    }
    if (!answer)                /* a frame was looked at, and is not needed after all */
        request_unpin(k, t->tid, &t->request);
    return DELIVER_NONE;
}

/* --- the calls --- */

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
    if (effect_of(c->p, signo) == EFFECT_IGNORE) {
        c->p->pending &= ~signal_bit(signo);
        c->t->pending &= ~signal_bit(signo);
    }
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

int32_t sys_rt_sigsuspend(struct sysc *c)
{
    uint32_t word[2];
    int32_t err;

    if (c->r->state == REQUEST_NEW) {
        if (c->a[1] != 8)
            return -G_EINVAL;
        if ((err = copy_in(c, word, c->a[0], sizeof word)))
            return err;
        c->t->restore = c->t->blocked;
        c->t->has_restore = true;
        c->t->blocked = mask_of(word) & ~UNBLOCKABLE;
        request_sent(c->r);
    }
    if (signal_waits(c->ps, c->t))
        return SYS_INTR;
    return sysc_wait(c, WAIT_SIGNAL, UINT32_MAX, NULL, NS_MAX);
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
        proc_kill(c->k, c->p, 0, G_SIGSEGV);
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

static void send_to(struct sysc *c, struct proc *p, uint32_t signo)
{
    if (signo)
        signal_process(c->k, p, signo, (struct signote){ G_SI_USER, c->p->pid, 0 });
}

/* Every process but the caller, or those of one group. */
static int32_t kill_many(struct sysc *c, int32_t pgid, uint32_t signo)
{
    int32_t found = -G_ESRCH;

    for (uint32_t i = 0; i < c->ps->nthreads; i++) {
        struct proc *p = &c->ps->proc[i];

        if (p->state == PROC_FREE || p == c->p || (pgid && p->pgid != pgid))
            continue;
        found = 0;
        send_to(c, p, signo);
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
    if (pid == -1)
        return after_kill(c, kill_many(c, 0, c->a[1]));
    if (pid <= 0)
        return after_kill(c, kill_many(c, pid ? -pid : c->p->pgid, c->a[1]));
    if (pid == PID_INIT)
        return c->a[1] ? -G_EPERM : 0;
    if (!(p = proc_by_pid(c->k, pid)))
        return -G_ESRCH;
    send_to(c, p, c->a[1]);
    return after_kill(c, 0);
}

static int32_t kill_thread(struct sysc *c, int32_t tgid, int32_t pid, uint32_t signo)
{
    struct thread *t = thread_by_pid(c->k, pid);

    if (signo > G_NSIG || pid <= 0 || tgid == 0)
        return -G_EINVAL;
    if (!t || (tgid > 0 && proc_of(c->ps, t)->pid != tgid))
        return -G_ESRCH;
    if (signo)
        signal_thread(c->k, t, signo, (struct signote){ G_SI_TKILL, c->p->pid, 0 });
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
