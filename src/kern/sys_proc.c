/* sys_proc.c - processes: made, replaced, ended, waited for, and asked who they are. */
#include <kern/load.h>
#include <kern/vfs.h>

enum { REG_SP = 2, REG_TP = 4, REG_A0 = 10 };

/* --- the end --- */

/* The word that becomes 0 with the thread's end: that cannot wait, so look now. */
static int32_t look_at_clear_tid(struct sysc *c)
{
    if (!c->t->clear_tid)
        return 0;
    return user_writable(c, c->t->clear_tid, 4) == SYS_WAIT ? SYS_WAIT : 0;
}

int32_t sys_exit(struct sysc *c)
{
    if (c->p->nthreads == 1 && !c->p->exiting)
        return sys_exit_group(c);
    if (look_at_clear_tid(c))
        return SYS_WAIT;
    task_exit(c->k, c->t->tid, (int)(c->a[0] & 0xff), 0);
    return SYS_GONE;
}

int32_t sys_exit_group(struct sysc *c)
{
    proc_done(c->k, c->t, (int)(c->a[0] & 0xff));
    return SYS_GONE;
}

/* --- clone --- */

static int32_t clone_check(const uint32_t *a)
{
    uint32_t flags = a[0];

    if (flags & ~G_CLONE_KNOWN || (flags & 0xff) > G_NSIG)
        return -G_EINVAL;
    if (flags & G_CLONE_THREAD && !(flags & G_CLONE_SIGHAND))
        return -G_EINVAL;
    if (flags & G_CLONE_SIGHAND && !(flags & G_CLONE_VM))
        return -G_EINVAL;
    /* Handlers are shared by threads only, and threads need stacks of their own. */
    if (flags & G_CLONE_SIGHAND && !(flags & G_CLONE_THREAD))
        return -G_EINVAL;
    return 0;
}

static void add_child(struct programs *ps, struct proc *parent, struct proc *p)
{
    uint32_t *link = &parent->first_child;

    while (*link != PROG_NONE)
        link = &ps->proc[*link].next_sibling;
    *link = proc_number(ps, p);
    p->parent = proc_number(ps, parent);
}

/* A space that was begun. */
static void clone_undo(struct kern *k, struct request *r)
{
    if (r->u.clone.as)
        mem_drop(k, r->u.clone.as);
    r->u.clone.as = NULL;
}

/* What the child gets of its parent's memory and files. 0, -ENOMEM or SYS_WAIT. */
static int32_t clone_parts(struct sysc *c, uint32_t flags, struct aspace **as,
                           struct fdtable **fds)
{
    enum mm_result why = MM_OK;
    uint32_t copied = 0;
    int32_t err = sysc_call(c, SERVICE_PROC, SERVICE_MEM);

    if (err || (err = sysc_call(c, SERVICE_PROC, SERVICE_FILE)))
        return err;
    if (flags & G_CLONE_VM)
        mem_hold(*as = c->p->as);
    else
        why = mem_copy(c->k, c->p->as, as, &copied);
    prog_charge(c->k, c->t, hart_cycles_ns(c->k, c->hart, (uint64_t)copied *
                                           c->k->config->costs.page_fault), c->r->nr);
    c->r->u.clone.as = NULL;
    if (why == MM_WAIT) {
        c->r->u.clone.as = *as;
        c->r->undo = clone_undo;
    }
    if (why)
        return why == MM_WAIT ? request_wait_memory(c->k, c->t->tid, c->r) : -G_ENOMEM;
    if (flags & G_CLONE_FILES) {
        *fds = c->p->fds;
        fds_hold(*fds);
    } else if (!(*fds = fds_copy(c->ps, c->p->fds))) {
        mem_drop(c->k, *as);
        return -G_ENOMEM;
    }
    return 0;
}

/* A process beside its parent: everything copied, but for the memory of a vfork. */
static void clone_proc(struct sysc *c, struct thread *t, uint32_t flags, struct aspace *as,
                       struct fdtable *fds)
{
    struct programs *ps = c->ps;
    struct proc *p = &ps->proc[thread_number(ps, t)], *parent = c->p;

    *p = *parent;
    p->pid = t->pid;
    p->parent = p->first_child = p->next_sibling = p->vfork_parent = PROG_NONE;
    p->as = as;
    p->fds = fds;
    cwd_copied(c->k, &p->place);
    p->nthreads = 1;
    p->parent_signal = (uint8_t)(flags & 0xff);
    p->pending = 0;
    p->stopped = 0;
    p->held = false;
    p->exiting = p->tell_stop = p->tell_continue = false;
    p->dead_user = p->dead_kernel = p->child_user = p->child_kernel = 0;
    p->dead_faults = p->child_faults = p->max_resident = 0;
    p->dead_majors = p->child_majors = 0;
    p->nqueued = 0;
    timers_init(&p->timers);
    p->child_wait = WAITQ_EMPTY;
    if (!(flags & G_CLONE_PARENT))
        add_child(ps, parent, p);
    else if (parent->parent != PROG_NONE)
        add_child(ps, &ps->proc[parent->parent], p);
    t->proc = proc_number(ps, p);
    limits_inherited(c->k, p);
}

static void clone_thread(struct sysc *c, struct thread *t)
{
    t->proc = c->t->proc;
    c->p->nthreads++;
}

/* The new thread's own state: as its parent's, after the call. */
static void clone_state(struct sysc *c, struct thread *t)
{
    const struct thread *from = c->t;
    uint32_t flags = c->a[0];

    t->body.regs = from->body.regs;
    t->body.satp = from->body.satp;
    t->body.regs.pc += 4;
    t->body.regs.x[REG_A0] = 0;
    if (c->a[1])
        t->body.regs.x[REG_SP] = c->a[1];
    if (flags & G_CLONE_SETTLS)
        t->body.regs.x[REG_TP] = c->a[3];
    t->clear_tid = flags & G_CLONE_CHILD_CLEARTID ? c->a[4] : 0;
    t->blocked = from->blocked;
    if (!(flags & G_CLONE_VM) || flags & G_CLONE_VFORK)
        t->altstack = from->altstack;
    memcpy(t->name, from->name, sizeof t->name);
    t->sched_set = from->sched_set;
    t->sched_policy = from->sched_policy;
    t->nice = from->nice;
    t->rt_priority = from->rt_priority;
    t->runtime = from->runtime;
    t->deadline = from->deadline;
    t->period = from->period;
    t->release = from->release;
    t->affinity = from->affinity;
}

/* The new thread writes its number itself, in its own memory, before all else. */
static void ask_for_tid(struct sysc *c, struct thread *t)
{
    if (!(c->a[0] & G_CLONE_CHILD_SETTID))
        return;
    t->set_tid = c->a[4];
    request_begin(&t->request, REQUEST_SETTID);
}

/* vfork: until the child lets go of the memory (proc_release_vfork). */
static int32_t wait_for_child(struct sysc *c)
{
    return sysc_wait(c, WAIT_CHILD, c->r->u.clone.child, NULL, NS_MAX);
}

static int32_t clone_commit(struct sysc *c, struct thread *t)
{
    uint32_t flags = c->a[0];

    clone_state(c, t);
    if (flags & G_CLONE_PARENT_SETTID)
        put_out(c, c->a[2], &t->pid, sizeof t->pid);
    ask_for_tid(c, t);
    thread_start(c->k, t, c->t, flags);
    if (!(flags & G_CLONE_VFORK) || flags & G_CLONE_THREAD)
        return t->pid;
    proc_of(c->ps, t)->vfork_parent = thread_number(c->ps, c->t);
    c->r->u.clone.child = (uint32_t)t->pid;
    return wait_for_child(c);
}

int32_t sys_clone(struct sysc *c)
{
    uint32_t flags = c->a[0];
    struct aspace *as = c->r->u.clone.as;
    struct fdtable *fds = NULL;
    struct thread *t;
    int32_t err;

    if (c->r->state == REQUEST_SENT)
        return wait_for_child(c);
    if ((err = clone_check(c->a)))
        return err;
    if (flags & G_CLONE_PARENT_SETTID && (err = user_writable(c, c->a[2], 4)))
        return err;
    if (!thread_available(c->k) || !limits_let_fork(c->ps, c->p))
        return -G_EAGAIN;
    if (!(flags & G_CLONE_THREAD) && (err = clone_parts(c, flags, &as, &fds)))
        return err;
    t = thread_claim(c->k);
    if (flags & G_CLONE_THREAD)
        clone_thread(c, t);
    else
        clone_proc(c, t, flags, as, fds);
    return clone_commit(c, t);
}

/* --- execve --- */

/* Only the calling thread survives, and it leads. Differs from Linux: a thread that does
 * not lead may not exec, since it would have to take its leader's number. */
static void drop_other_threads(struct sysc *c)
{
    struct thread *t;
    uint32_t next = 0;

    while ((t = proc_thread(c->ps, c->p, next))) {
        next = thread_number(c->ps, t) + 1;
        if (t != c->t)
            task_exit(c->k, t->tid, 0, 0);
        if (c->p->nthreads == 1)
            break;
    }
}

static void become(struct sysc *c, struct load_progress *x)
{
    struct proc *p = c->p;
    struct thread *t = c->t;

    drop_other_threads(c);
    request_unpin(c->k, t->tid, c->r);
    mem_drop(c->k, p->as);
    p->as = x->as;
    p->image = x->pc;
    p->from_disk = x->elf != NULL;
    p->place.ids = ids_after_exec(p->place.ids, &x->owner);
    x->as = NULL;
    fds_exec(c->k, p->fds);
    for (unsigned s = 1; s <= G_NSIG; s++)
        if (p->act[s].handler != G_SIG_IGN)
            p->act[s] = (struct gabi_sigaction){ 0 };
    memset(&t->body.regs, 0, sizeof t->body.regs);
    t->body.regs.pc = x->start;
    t->body.regs.x[REG_SP] = x->sp;
    t->body.satp = mem_enter(c->k, p->as, c->hart);
    t->clear_tid = 0;
    t->altstack = (struct gabi_stack){ 0 };
    timers_exec(c->k, p);
    proc_release_vfork(c->k, p);
}

/* What is to be loaded, if it may be: 0, -errno or SYS_WAIT. */
static int32_t exec_decode(struct sysc *c, char *path, uint32_t size)
{
    int32_t err = exec_take(c, path, size);

    if (err)
        return err;
    if ((err = exec_find(c, path)))
        return err;
    if (thread_number(c->ps, c->t) != c->t->proc)
        return -G_EAGAIN;
    err = sysc_call(c, SERVICE_PROC, SERVICE_MEM);
    return err ? err : sysc_call(c, SERVICE_PROC, SERVICE_FILE);
}

int32_t sys_execve(struct sysc *c)
{
    struct load_progress *x = &c->r->u.load;
    char path[256];
    int32_t err = exec_decode(c, path, sizeof path);

    /* What it was called with is copied; pages of the old space are kept for nobody, while the
     * new one waits for its own. */
    if (!err) {
        request_unpin(c->k, c->t->tid, c->r);
        mem_let_go(c->k, c->t->tid);
    }
    if (!err && (err = program_load(c->k, c->r)) == SYS_WAIT)
        return request_wait_memory(c->k, c->t->tid, c->r);
    if (err) {
        if (err != SYS_WAIT)
            load_undo(c->k, c->r);
        return err;
    }
    become(c, x);
    load_undo(c->k, c->r);      /* the buffer */
    thread_name(c->t, path);
    kern_say(c->k, EV_EXEC, c->hart, c->t->tid, 0, 0);
    return SYS_KEEP;
}

/* --- waiting for children --- */

struct wanted { uint32_t idtype; int32_t id; uint32_t options; };

static bool is_wanted(const struct wanted *w, const struct proc *p)
{
    return w->idtype == G_P_ALL || (w->idtype == G_P_PID && p->pid == w->id) ||
           (w->idtype == G_P_PGID && p->pgid == w->id);
}

static bool has_news(const struct wanted *w, const struct proc *p)
{
    return (w->options & G_WEXITED && p->state == PROC_ZOMBIE) ||
           (w->options & G_WSTOPPED && p->tell_stop) ||
           (w->options & G_WCONTINUED && p->tell_continue);
}

/* The oldest child with news; *any: there are children that could have some. */
static struct proc *child_with_news(struct sysc *c, const struct wanted *w, bool *any)
{
    *any = false;
    for (uint32_t i = c->p->first_child; i != PROG_NONE; i = c->ps->proc[i].next_sibling) {
        struct proc *p = &c->ps->proc[i];

        if (!is_wanted(w, p))
            continue;
        *any = true;
        if (has_news(w, p))
            return p;
    }
    return NULL;
}

/* The child with news, or NULL and in *result what the call returns: 0, SYS_WAIT or an
 * error. */
static struct proc *wait_child(struct sysc *c, const struct wanted *w, int32_t *result)
{
    bool any;
    struct proc *p = child_with_news(c, w, &any);

    if (p)
        return p;
    if (!any)
        *result = -G_ECHILD;
    else if (w->options & G_WNOHANG)
        *result = 0;
    else if (signal_waits(c->ps, c->t))
        *result = SYS_RESTART;
    else
        *result = sysc_wait(c, WAIT_CHILD, UINT32_MAX, &c->p->child_wait, NS_MAX);
    return NULL;
}

static struct gabi_timeval32 timeval(ns_t ns)
{
    return (struct gabi_timeval32){ (int32_t)(ns / 1000000000),
                                    (int32_t)(ns / 1000 % 1000000) };
}

static void child_usage(struct sysc *c, const struct proc *p, struct gabi_rusage *ru)
{
    ns_t user, kernel;

    proc_times(c->k, p, &user, &kernel);
    *ru = (struct gabi_rusage){ .utime = timeval(user + p->child_user),
                                .stime = timeval(kernel + p->child_kernel),
                                .minflt = (int32_t)(p->dead_faults + p->child_faults),
                                .majflt = (int32_t)(p->dead_majors + p->child_majors),
                                .maxrss = (int32_t)p->max_resident * 4 };
}

static void collect(struct sysc *c, struct proc *p, uint32_t options)
{
    if (options & G_WNOWAIT)
        return;
    if (p->state == PROC_ZOMBIE)
        proc_reap(c->k, p, c->t->tid);
    else if (p->tell_stop)
        p->tell_stop = false;
    else
        p->tell_continue = false;
}

int32_t sys_waitid(struct sysc *c)
{
    struct wanted w = { c->a[0], (int32_t)c->a[1], c->a[3] };
    struct gabi_siginfo info = { 0 };
    struct gabi_rusage ru = { 0 };
    int32_t result;

    if (w.options & ~(G_WNOHANG | G_WSTOPPED | G_WEXITED | G_WCONTINUED | G_WNOWAIT |
                      G_WALL) ||
        !(w.options & (G_WEXITED | G_WSTOPPED | G_WCONTINUED)) || w.idtype > G_P_PGID)
        return -G_EINVAL;
    if (w.idtype == G_P_PGID && !w.id)
        w.id = c->p->pgid;
    if (c->a[2] && (result = user_writable(c, c->a[2], sizeof info)))
        return result;
    if (c->a[4] && (result = user_writable(c, c->a[4], sizeof ru)))
        return result;
    struct proc *p = wait_child(c, &w, &result);
    if (!p && result)
        return result;
    if (p) {
        info.signo = G_SIGCHLD;
        info.code = p->state == PROC_ZOMBIE
                        ? (p->exit_signal ? G_CLD_KILLED : G_CLD_EXITED)
                        : p->tell_stop ? G_CLD_STOPPED : G_CLD_CONTINUED;
        info.child.pid = p->pid;
        info.child.uid = proc_ids(p)->user.real;
        info.child.status = p->state == PROC_ZOMBIE
                                ? (p->exit_signal ? p->exit_signal : p->exit_status)
                                : p->tell_stop ? p->stopped : G_SIGCONT;
        child_usage(c, p, &ru);
        collect(c, p, w.options);
    }
    if (c->a[2])
        put_out(c, c->a[2], &info, sizeof info);
    if (c->a[4])
        put_out(c, c->a[4], &ru, sizeof ru);
    return 0;
}

static uint32_t wait_status(const struct proc *p)
{
    if (p->state == PROC_ZOMBIE)
        return p->exit_signal ? (uint32_t)p->exit_signal : (uint32_t)p->exit_status << 8;
    return p->tell_stop ? (uint32_t)p->stopped << 8 | 0x7f : 0xffff;
}

int32_t sys_wait4(struct sysc *c)
{
    int32_t pid = (int32_t)c->a[0], result;
    struct wanted w = { G_P_ALL, 0, (c->a[2] & (G_WNOHANG | G_WCONTINUED)) | G_WEXITED };
    struct gabi_rusage ru;

    if (c->a[2] & ~(G_WNOHANG | G_WSTOPPED | G_WCONTINUED | G_WALL))
        return -G_EINVAL;
    if (pid == INT32_MIN)
        return -G_ESRCH;        /* wait4(2): there is no such group */
    w.options |= c->a[2] & G_WSTOPPED;
    if (pid > 0)
        w.idtype = G_P_PID, w.id = pid;
    else if (pid != -1)
        w.idtype = G_P_PGID, w.id = pid ? -pid : c->p->pgid;
    if (c->a[1] && (result = user_writable(c, c->a[1], 4)))
        return result;
    if (c->a[3] && (result = user_writable(c, c->a[3], sizeof ru)))
        return result;
    struct proc *p = wait_child(c, &w, &result);
    if (!p)
        return result;
    uint32_t status = wait_status(p);
    pid = p->pid;
    child_usage(c, p, &ru);
    collect(c, p, 0);
    if (c->a[1])
        put_out(c, c->a[1], &status, sizeof status);
    if (c->a[3])
        put_out(c, c->a[3], &ru, sizeof ru);
    return pid;
}

/* --- who am I --- */

int32_t sys_getpid(struct sysc *c)
{
    return c->p->pid;
}

int32_t sys_gettid(struct sysc *c)
{
    return c->t->pid;
}

int32_t sys_getppid(struct sysc *c)
{
    return c->p->parent == PROG_NONE ? PID_INIT : c->ps->proc[c->p->parent].pid;
}

int32_t sys_set_tid_address(struct sysc *c)
{
    c->t->clear_tid = c->a[0];
    return c->t->pid;
}

int32_t sys_set_robust_list(struct sysc *c)
{
    return c->a[1] == 12 ? 0 : -G_EINVAL;
}

static struct proc *self_or(struct sysc *c, uint32_t pid)
{
    struct proc *p = pid ? proc_by_pid(c->k, (int32_t)pid) : c->p;

    return p && p->state != PROC_FREE ? p : NULL;
}

int32_t sys_getpgid(struct sysc *c)
{
    const struct proc *p = self_or(c, c->a[0]);

    return p ? p->pgid : -G_ESRCH;
}

int32_t sys_getsid(struct sysc *c)
{
    const struct proc *p = self_or(c, c->a[0]);

    return p ? p->sid : -G_ESRCH;
}

int32_t sys_setpgid(struct sysc *c)
{
    struct proc *p = self_or(c, c->a[0]);

    if ((int32_t)c->a[1] < 0)
        return -G_EINVAL;
    if (!p || (p != c->p && p->parent != proc_number(c->ps, c->p)))
        return -G_ESRCH;
    if (p->sid == p->pid && p->parent != PROG_NONE)
        return -G_EPERM;
    p->pgid = c->a[1] ? (int32_t)c->a[1] : p->pid;
    return 0;
}

int32_t sys_setsid(struct sysc *c)
{
    if (c->p->pgid == c->p->pid)
        return -G_EPERM;
    c->p->pgid = c->p->sid = c->p->pid;
    return c->p->pid;
}

int32_t sys_uname(struct sysc *c)
{
    static const struct gabi_utsname name = {
        "ossim", "ossim", "6.0.0-ossim", "#1", "riscv32", "(none)"
    };

    return copy_out(c, c->a[0], &name, sizeof name);
}

int32_t sys_prctl(struct sysc *c)
{
    char name[PROG_NAME] = "";
    int32_t n;

    switch (c->a[0]) {
    case G_PR_SET_NAME:
        n = copy_string(c, name, sizeof name - 1, c->a[1]);
        if (n < 0 && n != -G_ENAMETOOLONG)
            return n;
        memset(c->t->name, 0, sizeof c->t->name);
        memcpy(c->t->name, name, strlen(name));
        return 0;
    case G_PR_GET_NAME:
        return copy_out(c, c->a[1], c->t->name, sizeof c->t->name);
    default:
        return -G_EINVAL;
    }
}

int32_t sys_getcpu(struct sysc *c)
{
    const uint32_t hart = c->hart, node = 0;
    int32_t err;

    if (c->a[0] && (err = user_writable(c, c->a[0], sizeof hart)))
        return err;
    if (c->a[1] && (err = user_writable(c, c->a[1], sizeof node)))
        return err;
    if (c->a[0])
        put_out(c, c->a[0], &hart, sizeof hart);
    if (c->a[1])
        put_out(c, c->a[1], &node, sizeof node);
    return 0;
}

int32_t sys_getrandom(struct sysc *c)
{
    uint32_t va = c->a[0], n = c->a[1] < 256 ? c->a[1] : 256;
    uint8_t bytes[256];
    int32_t err = user_writable(c, va, n);

    if (c->a[2] & ~3u)
        return -G_EINVAL;
    if (err)
        return err;
    for (uint32_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)rng_next(&c->ps->random);
    put_out(c, va, bytes, n);
    return (int32_t)n;
}

int32_t sys_getrusage(struct sysc *c)
{
    struct gabi_rusage ru = { 0 };
    ns_t user = c->k->task[c->t->tid].received, kernel = c->t->kernel;
    uint32_t faults = c->t->faults, majors = c->t->majors;

    switch ((int32_t)c->a[0]) {
    case G_RUSAGE_THREAD:
        break;
    case G_RUSAGE_SELF:
        proc_times(c->k, c->p, &user, &kernel);
        faults += c->p->dead_faults;
        majors += c->p->dead_majors;
        break;
    case G_RUSAGE_CHILDREN:
        user = c->p->child_user;
        kernel = c->p->child_kernel;
        faults = c->p->child_faults;
        majors = c->p->child_majors;
        break;
    default:
        return -G_EINVAL;
    }
    ru.utime = timeval(user);
    ru.stime = timeval(kernel);
    ru.minflt = (int32_t)faults;
    ru.majflt = (int32_t)majors;
    ru.maxrss = (int32_t)(mem_resident(c->p->as) * 4);
    return copy_out(c, c->a[1], &ru, sizeof ru);
}

int32_t sys_sysinfo(struct sysc *c)
{
    struct gabi_sysinfo info = {
        .uptime = (int32_t)(c->k->engine->now / 1000000000),
        .totalram = mem_frames(c->ps->mem), .freeram = mem_frames_free(c->ps->mem),
        .mem_unit = PAGE_SIZE,
    };

    for (uint32_t i = 0; i < c->ps->nthreads; i++)
        info.procs = (uint16_t)(info.procs + (c->ps->proc[i].state == PROC_LIVE));
    return copy_out(c, c->a[0], &info, sizeof info);
}
