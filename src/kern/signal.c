/* signal.c - signals: sent and held back; deliver.c acts on them.
 *
 * Standard signals do not queue, real-time ones do. Differs from Linux: no job control by
 * sessions, and orphaned groups are not special.
 */
#include "signal_private.h"

/* --- what a signal does --- */

enum effect effect_of(const struct proc *p, unsigned signo)
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

/* --- those that wait --- */

/* The second of a standard signal that waits already leaves no trace. */
static void note_standard(struct proc *p, uint64_t pending, unsigned signo,
                          struct signote note)
{
    if (signo < SIGNAL_RT && !(pending & signal_bit(signo)))
        p->note[signo] = note;
}

/* A real-time one is kept with what comes with it, as far as there is room. */
static void keep_note(struct proc *p, uint32_t thread, unsigned signo, struct signote note)
{
    if (signo >= SIGNAL_RT && p->nqueued < SIGNAL_QUEUE)
        p->queue[p->nqueued++] = (struct queued_signal){ (uint8_t)signo, thread, note };
}

static void queue_delete(struct proc *p, uint32_t i)
{
    p->nqueued--;
    memmove(&p->queue[i], &p->queue[i + 1], (p->nqueued - i) * sizeof p->queue[0]);
}

/* The next one's note; are there more of the kind behind it? */
static bool take_queued(struct proc *p, uint32_t thread, unsigned signo)
{
    bool taken = false;

    p->note[signo] = (struct signote){ .code = G_SI_USER };
    for (uint32_t i = 0; i < p->nqueued; i++) {
        if (p->queue[i].signo != signo || p->queue[i].thread != thread)
            continue;
        if (taken)
            return true;
        taken = true;
        p->note[signo] = p->queue[i].note;
        queue_delete(p, i--);
    }
    return false;
}

void signal_take(struct kern *k, struct thread *t, unsigned signo)
{
    struct proc *p = proc_of(k->programs, t);
    bool own = t->pending & signal_bit(signo);
    bool more = signo >= SIGNAL_RT &&
                take_queued(p, own ? thread_number(k->programs, t) : PROG_NONE, signo);

    if (!more)
        *(own ? &t->pending : &p->pending) &= ~signal_bit(signo);
    if (p->note[signo].code == G_SI_TIMER)
        p->note[signo].uid = timer_delivered(p, (uint32_t)p->note[signo].pid);
    kern_say(k, EV_SIGNAL, k->task[t->tid].hart, t->tid, signo, p->note[signo].pid);
}

void signal_forget(struct proc *p, struct thread *t, unsigned signo)
{
    p->pending &= ~signal_bit(signo);
    t->pending &= ~signal_bit(signo);
    for (uint32_t i = 0; i < p->nqueued;)
        if (p->queue[i].signo == signo)
            queue_delete(p, i);
        else
            i++;
}

void signals_of_dead(struct proc *p, uint32_t thread)
{
    for (uint32_t i = 0; i < p->nqueued;)
        if (p->queue[i].thread == thread)
            queue_delete(p, i);
        else
            i++;
}

bool signal_is_pending(const struct kern *k, const struct proc *p, unsigned signo)
{
    const struct programs *ps = k->programs;
    bool pending = p->pending & signal_bit(signo);

    for (struct thread *t = proc_thread(ps, p, 0); t && !pending;
         t = proc_thread(ps, p, thread_number(ps, t) + 1))
        pending = t->pending & signal_bit(signo);
    return pending;
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

void proc_hold(struct kern *k, struct proc *p, bool held)
{
    struct programs *ps = k->programs;

    if (p->held == held)
        return;
    p->held = held;
    for (struct thread *t = proc_thread(ps, p, 0); t;
         t = proc_thread(ps, p, thread_number(ps, t) + 1))
        if (!held)
            notice(k, t);
        else if (k->task[t->tid].state != TASK_SLEEPING)
            t->attention |= ATTEND_SIGNAL;
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

    note_standard(p, p->pending, signo, note);
    if (!arrive(k, p, signo))
        return;
    /* Ignored ones vanish, unless blocked: their action may change till then. */
    bool ignored = effect_of(p, signo) == EFFECT_IGNORE;
    struct thread *first = proc_thread(ps, p, 0), *t;
    if (ignored && first && !(first->blocked & signal_bit(signo)))
        return;
    keep_note(p, PROG_NONE, signo, note);
    p->pending |= signal_bit(signo);
    for (t = first; t; t = proc_thread(ps, p, thread_number(ps, t) + 1))
        if ((~t->blocked | t->awaited) & signal_bit(signo)) {
            notice(k, t);
            return;
        }
}

void signal_thread(struct kern *k, struct thread *t, unsigned signo, struct signote note)
{
    struct proc *p = proc_of(k->programs, t);

    note_standard(p, t->pending, signo, note);
    if (!arrive(k, p, signo))
        return;
    if (effect_of(p, signo) == EFFECT_IGNORE && !(t->blocked & signal_bit(signo)))
        return;
    keep_note(p, thread_number(k->programs, t), signo, note);
    t->pending |= signal_bit(signo);
    if ((~t->blocked | t->awaited) & signal_bit(signo))
        notice(k, t);
}

void signal_thread_numbered(struct kern *k, int32_t pid, unsigned signo,
                            struct signote note)
{
    struct thread *t = thread_by_pid(k, pid);

    if (t)
        signal_thread(k, t, signo, note);
}

void signal_group(struct kern *k, uint32_t console, int32_t group, unsigned signo)
{
    struct programs *ps = k->programs;

    for (uint32_t i = 0; i < ps->nthreads; i++) {
        struct proc *p = &ps->proc[i];

        if (p->state == PROC_LIVE && p->pgid == group && p->console == console)
            signal_process(k, p, signo, (struct signote){ .code = G_SI_KERNEL });
    }
}

bool signal_unheard(const struct sysc *c, unsigned signo)
{
    return c->p->act[signo].handler == G_SIG_IGN || c->t->blocked & signal_bit(signo);
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
                       (struct signote){ code, p->pid, (uint32_t)status,
                                        proc_ids(p)->user.real });
}
