/* exit.c - processes and threads go: what they had is given back, and parents learn. */
#include <kern/ipc.h>
#include <kern/thread.h>
#include <kern/vfs.h>

#include <sim/check.h>

enum { EXIT_CALL = 94 };        /* exit_group: what an end is worked on as */

static struct proc *child_list_remove(struct programs *ps, struct proc *p)
{
    struct proc *parent;
    uint32_t number = proc_number(ps, p), *link;

    if (p->parent == PROG_NONE)
        return NULL;
    parent = &ps->proc[p->parent];
    for (link = &parent->first_child; *link != number; link = &ps->proc[*link].next_sibling)
        CHECK(*link != PROG_NONE);
    *link = p->next_sibling;
    p->next_sibling = PROG_NONE;
    p->parent = PROG_NONE;
    return parent;
}

void proc_reap(struct kern *k, struct proc *p, tid_t by)
{
    struct programs *ps = k->programs;
    struct thread *leader = &ps->thread[proc_number(ps, p)];
    struct proc *parent = child_list_remove(ps, p);
    ns_t user, kernel;

    CHECK(p->state == PROC_ZOMBIE && !p->nthreads);
    if (parent) {
        proc_times(k, p, &user, &kernel);
        parent->child_user += user + p->child_user;
        parent->child_kernel += kernel + p->child_kernel;
        parent->child_faults += p->dead_faults + p->child_faults;
        parent->child_majors += p->dead_majors + p->child_majors;
    }
    kern_say(k, EV_REAP, HART_NONE, by, leader->tid,
             p->exit_signal ? p->exit_signal : p->exit_status << 8);
    p->state = PROC_FREE;
    k->task[leader->tid].state = TASK_DEAD;
}

/* Children outlive their parent: the kernel takes them, and collects the dead. */
static void orphan_children(struct kern *k, struct proc *p)
{
    struct programs *ps = k->programs;

    while (p->first_child != PROG_NONE) {
        struct proc *child = &ps->proc[p->first_child];

        child_list_remove(ps, child);
        if (child->state == PROC_ZOMBIE)
            proc_reap(k, child, TID_NONE);
    }
}

static bool parent_ignores(const struct programs *ps, const struct proc *p)
{
    const struct gabi_sigaction *act;

    if (p->parent == PROG_NONE)
        return true;
    act = &ps->proc[p->parent].act[G_SIGCHLD];
    return act->handler == G_SIG_IGN || act->flags & G_SA_NOCLDWAIT;
}

void proc_release_vfork(struct kern *k, struct proc *p)
{
    uint32_t waiting = p->vfork_parent;

    p->vfork_parent = PROG_NONE;
    if (waiting == PROG_NONE)
        return;
    struct thread *t = &k->programs->thread[waiting];
    if (t->proc != PROG_NONE && t->request.kind == REQUEST_CALL &&
        t->request.state == REQUEST_SENT && t->request.u.clone.child == (uint32_t)p->pid)
        request_complete(k, t->tid, &t->request, p->pid);
}

/* Whoever is ended from outside passes no door: nobody's time could be taken for it. */
static void count_doors(struct kern *k, const struct proc *p)
{
    if (p->fds)
        (void)service_call(k, NULL, SERVICE_PROC, SERVICE_FILE);
    if (p->as)
        (void)service_call(k, NULL, SERVICE_PROC, SERVICE_MEM);
}

void proc_empty(struct kern *k, struct proc *p)
{
    struct programs *ps = k->programs;

    engine_cancel(k->engine, k->first_extra_slot + proc_number(ps, p));
    timers_init(&p->timers);
    if (!p->passed)
        count_doors(k, p);
    p->passed = false;
    if (p->fds) {
        fds_drop(k, p->fds);
        cwd_drop(k, &p->place);
    }
    if (p->as) {
        if (mem_resident(p->as) > p->max_resident)
            p->max_resident = mem_resident(p->as);
        mem_drop(k, p->as);
    }
    p->fds = NULL;
    p->as = NULL;
    orphan_children(k, p);
    proc_release_vfork(k, p);
}

static void proc_end(struct kern *k, struct proc *p)
{
    struct programs *ps = k->programs;

    p->state = PROC_ZOMBIE;
    proc_empty(k, p);
    tell_parent(k, p, p->exit_signal ? G_CLD_KILLED : G_CLD_EXITED,
                p->exit_signal ? p->exit_signal : p->exit_status);
    if (parent_ignores(ps, p)) {
        if (p->parent != PROG_NONE)
            waitq_wake(k, &ps->proc[p->parent].child_wait);
        proc_reap(k, p, TID_NONE);
    }
}

/* set_tid_address: others may wait for this word to become 0. */
static void clear_tid(struct kern *k, struct thread *t, struct proc *p)
{
    static const uint32_t zero;
    struct sysc c = { .k = k, .ps = k->programs, .t = t, .p = p, .r = &t->request,
                      .in = SERVICE_PROC };

    if (!t->clear_tid || !p->as || (p->nthreads == 1 && !mem_is_shared(p->as)))
        return;
    if (user_poke(&c, t->clear_tid, &zero, sizeof zero))
        futex_wake(k, p, t->clear_tid, 1, UINT32_MAX);
}

enum task_state program_exited(struct kern *k, tid_t tid, int status, int signal)
{
    struct programs *ps = k->programs;
    struct thread *t = thread_of(k, tid);
    struct proc *p = proc_of(ps, t);
    bool leads = thread_number(ps, t) == t->proc;

    CHECK(p->state == PROC_LIVE && p->nthreads > 0);
    clear_tid(k, t, p);
    request_abandon(k, tid, &t->request);
    mem_let_go(k, tid);
    if (leads && !p->exiting) {
        p->exit_status = status;
        p->exit_signal = signal;
    }
    p->dead_user += k->task[tid].received;
    p->dead_kernel += t->kernel;
    p->dead_faults += t->faults;
    p->dead_majors += t->majors;
    signals_of_dead(p, thread_number(ps, t));
    t->proc = PROG_NONE;
    t->attention = 0;
    if (leads)
        k->task[tid].state = TASK_ZOMBIE;
    else
        k->task[tid].state = TASK_DEAD;
    if (--p->nthreads == 0)
        proc_end(k, p);
    return k->task[tid].state;
}

/* An exception raised it, and nobody sent it. */
static bool by_exception(const struct proc *p, int signal)
{
    return (signal == G_SIGSEGV || signal == G_SIGBUS) && p->note[signal].code > 0;
}

/* How and why is decided once. An access that was refused earlier, and handled, does not explain
 * another end. */
static void decide(struct kern *k, struct proc *p, int status, int signal)
{
    if (p->exiting)
        return;
    if (!by_exception(p, signal))
        mem_unrefuse(k, proc_pid(p));
    p->exiting = true;
    p->exit_status = status;
    p->exit_signal = signal;
}

void proc_kill(struct kern *k, struct proc *p, int status, int signal)
{
    struct programs *ps = k->programs;
    struct thread *t;

    if (p->state != PROC_LIVE)
        return;
    decide(k, p, status, signal);
    while (p->state == PROC_LIVE && (t = proc_thread(ps, p, 0)))
        task_exit(k, t->tid, p->exit_status, p->exit_signal);
}

/* All threads but one. */
static void end_others(struct kern *k, struct proc *p, const struct thread *but, int status,
                       int signal)
{
    uint32_t next = 0;
    struct thread *t;

    while (p->nthreads > 1 && (t = proc_thread(k->programs, p, next))) {
        next = thread_number(k->programs, t) + 1;
        if (t != but)
            task_exit(k, t->tid, status, signal);
    }
}

/* --- the way out --- */

/* A service that is dead, or cannot be called, keeps nobody: it was tried. */
static bool waits_at_door(struct kern *k, struct request *r, enum service to)
{
    if (request_pass(k, r, SERVICE_PROC, to) == SYS_WAIT)
        return true;
    r->passed |= (uint16_t)(1u << to);
    return false;
}

void exit_continue(struct kern *k, struct thread *t)
{
    struct proc *p = proc_of(k->programs, t);
    bool job = t->request.u.exit.job;

    if ((p->fds && waits_at_door(k, &t->request, SERVICE_FILE)) ||
        (p->as && waits_at_door(k, &t->request, SERVICE_MEM))) {
        end_others(k, p, t, p->exit_status, p->exit_signal);
        return;
    }
    p->passed = true;
    if (!job) {
        proc_kill(k, p, p->exit_status, p->exit_signal);
        return;
    }
    program_abandon(k, t->tid);
    rt_job_done(k, t->tid);
}

static void leave(struct kern *k, struct thread *t, bool job)
{
    CHECK(k->task[t->tid].state == TASK_RUNNING);
    request_abandon(k, t->tid, &t->request);
    request_begin(&t->request, REQUEST_EXIT);
    t->request.nr = EXIT_CALL;
    t->request.u.exit.job = job;
    exit_continue(k, t);
}

void proc_leave(struct kern *k, struct thread *t, int status, int signal)
{
    decide(k, proc_of(k->programs, t), status, signal);
    leave(k, t, false);
}

void proc_done(struct kern *k, struct thread *t, int status)
{
    struct proc *p = proc_of(k->programs, t);
    struct thread *leader = &k->programs->thread[proc_number(k->programs, p)];
    tid_t tid = leader->tid;

    if (leader->proc != proc_number(k->programs, p) || !task_rt(k, tid)) {
        proc_leave(k, t, status, 0);
        return;
    }
    p->exit_status = status;
    if (task_process(k, tid)->job_yields) {
        rt_job_finished(k, tid);        /* there can be no other one */
        proc_leave(k, t, status, 0);
    } else if (t == leader) {
        leave(k, t, true);
    } else {                    /* who calls goes, whoever waits stays */
        program_abandon(k, tid);
        rt_job_done(k, tid);
    }
}

void program_abandon(struct kern *k, tid_t tid)
{
    struct thread *t = thread_of(k, tid);
    struct proc *p = proc_of(k->programs, t);

    end_others(k, p, thread_of(k, tid), 0, 0);
    request_abandon(k, tid, &t->request);
    proc_empty(k, p);
    t->job = JOB_NONE;
    t->attention = 0;
}

void program_finish(struct kern *k, tid_t tid)
{
    struct proc *p = proc_of(k->programs, thread_of(k, tid));

    proc_kill(k, p, p->exit_status, 0);
}
