/* deliver.c - signals are acted upon on the way to user mode.
 *
 * Frames on the user's stack are laid out as RISC-V Linux does (struct rt_sigframe), so
 * that handlers and unwinders find what they look for. A handler returns to the page at
 * TRAMPOLINE_VA, where Linux has its vdso.
 */
#include "signal_private.h"

#include <sim/check.h>

/* --- frames --- */

void signal_info(struct gabi_siginfo *info, unsigned signo, const struct signote *note)
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
        info->child.uid = note->uid;
        info->child.status = (int32_t)note->value;
        return;
    default:
        break;
    }
    info->kill.pid = note->pid;
    info->kill.uid = note->uid;
    info->kill.value = note->value;
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
    signal_info(&frame.info, signo, &c.p->note[signo]);
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

    CHECK(request_pin_of(&t->request, sp));
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
    uint64_t set = signal_deliverable(ps, t);

    if (!set)
        return 0;
    /* Faults of the thread's own come first: their address belongs to this moment. */
    uint64_t own = t->pending & set & (signal_bit(G_SIGSEGV) | signal_bit(G_SIGBUS) |
                   signal_bit(G_SIGILL) | signal_bit(G_SIGTRAP) | signal_bit(G_SIGFPE));
    return (unsigned)__builtin_ctzll(own ? own : set) + 1;
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

/* The handler's frame has no place in memory. If it is an access that it was to handle, that
 * is the reason of the end; else this one is. */
static void no_room(struct kern *k, struct thread *t, struct proc *p, unsigned signo, uint32_t sp)
{
    if (signo == G_SIGSEGV && p->note[signo].code > 0)
        return;
    mem_refuse(k, t->tid, t->body.regs.pc, sp, ACCESS_STORE, MM_NOT_ALLOWED);
    p->note[G_SIGSEGV] = (struct signote){ .code = G_SEGV_MAPERR, .value = sp };
}

/* The frame's place is looked at before anything changes: it may have to wait, and then
 * the signal is delivered another time. */
static enum delivery deliver_to_handler(struct kern *k, struct thread *t, unsigned signo,
                                        int32_t answer)
{
    struct proc *p = proc_of(k->programs, t);
    struct sysc c = context_of(k, t);
    uint32_t sp = frame_place(t, &p->act[signo]);

    if (t->request.kind == REQUEST_NONE)
        request_begin(&t->request, REQUEST_FRAME);
    int32_t err = user_writable(&c, sp, sizeof(struct gabi_sigframe));

    if (err == SYS_WAIT) {
        t->attention |= ATTEND_SIGNAL;
        return DELIVER_GONE;
    }
    signal_take(k, t, signo);
    answer_interrupted(k, t, answer, &p->act[signo]);
    if (err) {
        no_room(k, t, p, signo, sp);
        proc_leave(k, t, 0, G_SIGSEGV);
        return DELIVER_GONE;
    }
    run_handler(k, t, signo, sp);
    if (answer || t->request.kind == REQUEST_FRAME)
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
    bool handled = false;

    /* All that wait, the later ones' handlers on top of the earlier ones', so that these run
     * first: Linux, "kernel/entry/common.c", exit_to_user_mode_loop. */
    while (!p->held && (signo = signal_next(ps, t))) {
        enum effect effect = effect_of(p, signo);

        if (effect == EFFECT_HANDLER) {
            if (deliver_to_handler(k, t, signo, answer) == DELIVER_GONE)
                return DELIVER_GONE;
            answer = 0;
            handled = true;
            continue;
        }
        signal_take(k, t, signo);
        if (effect == EFFECT_END) {
            proc_leave(k, t, 0, (int)signo);
            return DELIVER_GONE;
        }
        if (effect == EFFECT_STOP)
            stop_process(k, p, signo);
    }
    if (proc_stopped(p)) {
        t->attention |= ATTEND_SIGNAL;
        request_unpin(k, t->tid, &t->request);
        task_block(k, t->tid, WAIT_SIGNAL, p->stopped);
        return DELIVER_GONE;
    }
    if (t->has_restore && !answer) {
        t->has_restore = false;
        t->blocked = t->restore;
    }
    if (t->request.kind == REQUEST_FRAME)       /* it is not needed after all */
        request_end(k, t->tid, &t->request);
    return handled ? DELIVER_HANDLER : DELIVER_NONE;
}
