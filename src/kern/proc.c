/* proc.c - the tables of processes and threads, and who is in them. */
#include <kern/thread.h>

uint32_t programs_configured(const struct config *c)
{
    uint32_t n = 0;

    for (uint32_t p = 0; p < c->nprocesses; p++)
        if (c->processes[p].program)
            n += c->processes[p].count;
    return n;
}

uint32_t programs_nslots(const struct config *c)
{
    uint32_t n = programs_configured(c);

    return n ? n + c->max_forks : 0;
}

/* --- finding them --- */

struct thread *thread_by_pid(const struct kern *k, int32_t pid)
{
    struct thread *t;

    if (pid < PID_FIRST)
        return NULL;
    tid_t tid = (tid_t)(pid - PID_FIRST) % k->max_tasks;
    if (!has_process(k, tid))
        return NULL;
    t = thread_of(k, tid);
    return t->proc != PROG_NONE && t->pid == pid ? t : NULL;
}

struct proc *proc_by_pid(const struct kern *k, int32_t pid)
{
    struct programs *ps = k->programs;

    if (pid < PID_FIRST)
        return NULL;
    tid_t tid = (tid_t)(pid - PID_FIRST) % k->max_tasks;
    if (!has_process(k, tid))
        return NULL;
    struct proc *p = &ps->proc[k->task[tid].own];
    return p->state != PROC_FREE && p->pid == pid ? p : NULL;
}

struct thread *proc_thread(const struct programs *ps, const struct proc *p, uint32_t from)
{
    uint32_t number = proc_number(ps, p);

    if (p->nthreads == 1 && from <= number && ps->thread[number].proc == number)
        return &ps->thread[number];
    for (uint32_t i = from; i < ps->nthreads; i++)
        if (ps->thread[i].proc == number)
            return &ps->thread[i];
    return NULL;
}

void proc_times(const struct kern *k, const struct proc *p, ns_t *user, ns_t *kernel)
{
    const struct programs *ps = k->programs;

    *user = p->dead_user;
    *kernel = p->dead_kernel;
    for (struct thread *t = proc_thread(ps, p, 0); t;
         t = proc_thread(ps, p, thread_number(ps, t) + 1)) {
        *user += k->task[t->tid].received;
        *kernel += t->kernel;
    }
}

void prog_charge(struct kern *k, struct thread *t, ns_t ns, int64_t what)
{
    const struct task *task = &k->task[t->tid];

    if (ns <= 0 || task->state != TASK_RUNNING)
        return;
    hart_charge(k, task->hart, ns, what);
    t->kernel += ns;
}

uint64_t signal_deliverable(const struct programs *ps, const struct thread *t)
{
    return (t->pending | proc_of(ps, t)->pending) & ~t->blocked;
}

bool signal_waits(const struct programs *ps, const struct thread *t)
{
    return proc_stopped(proc_of(ps, t)) || signal_deliverable(ps, t);
}

tid_t thread_root(const struct kern *k, tid_t tid)
{
    return thread_of(k, tid)->root;
}

ns_t thread_time(const struct kern *k, const struct thread *t)
{
    return k->task[t->tid].received + t->kernel;
}

ns_t thread_time_of(const struct kern *k, int32_t pid)
{
    const struct thread *t = thread_by_pid(k, pid);

    return t ? thread_time(k, t) : 0;
}

void proc_child_times(const struct proc *p, ns_t *user, ns_t *kernel)
{
    *user = p->child_user;
    *kernel = p->child_kernel;
}

void thread_faulted(struct kern *k, tid_t tid, bool major)
{
    struct thread *t = thread_of(k, tid);

    *(major ? &t->majors : &t->faults) += 1;
}

uint64_t thread_instructions(const struct kern *k, tid_t tid)
{
    return thread_of(k, tid)->body.counts.instructions;
}

struct proc *proc_led_by(const struct kern *k, tid_t tid)
{
    const struct thread *t = thread_of(k, tid);

    return t->proc != PROG_NONE && thread_number(k->programs, t) == t->proc &&
                   proc_of(k->programs, t)->state == PROC_LIVE
               ? proc_of(k->programs, t) : NULL;
}

/* --- for other services --- */

uint64_t proc_limit(const struct proc *p, uint32_t what)
{
    return p->limit[what].cur;
}

struct fdtable *proc_fds(const struct proc *p)
{
    return p->fds;
}

struct aspace *proc_space(const struct proc *p)
{
    return p->as;
}

uint32_t proc_console(const struct proc *p)
{
    return p->console;
}

struct file_place *proc_place(struct proc *p)
{
    return &p->place;
}

const struct ids *proc_ids(const struct proc *p)
{
    return &p->place.ids;
}

struct signote signote_of(const struct sysc *c, int32_t code)
{
    return (struct signote){ .code = code, .pid = c->p->pid, .uid = proc_ids(c->p)->user.real };
}

struct timers *proc_timers(struct proc *p)
{
    return &p->timers;
}

bool proc_stopped(const struct proc *p)
{
    return p->stopped || p->held;
}

bool proc_lives(const struct proc *p)
{
    return p->state == PROC_LIVE;
}

bool proc_has_thread(const struct kern *k, const struct proc *p, int32_t pid)
{
    const struct thread *t = thread_by_pid(k, pid);

    return t && proc_of(k->programs, t) == p;
}

int32_t sysc_thread_number(const struct sysc *c)
{
    return c->t->pid;
}

int32_t proc_group(const struct proc *p)
{
    return p->pgid;
}

int32_t proc_session(const struct proc *p)
{
    return p->sid;
}

bool proc_group_exists(const struct programs *ps, int32_t group)
{
    for (uint32_t i = 0; i < ps->nthreads; i++)
        if (ps->proc[i].state != PROC_FREE && ps->proc[i].pgid == group)
            return true;
    return false;
}

int32_t proc_pid(const struct proc *p)
{
    return p->pid;
}

struct proc *proc_of_task(const struct kern *k, tid_t tid)
{
    if (!has_process(k, tid))
        return NULL;
    const struct thread *t = thread_of(k, tid);

    return &k->programs->proc[t->proc != PROG_NONE ? t->proc : k->task[tid].own];
}

tid_t thread_task(const struct kern *k, uint32_t i)
{
    const struct thread *t = &k->programs->thread[i];

    return t->proc == PROG_NONE ? TID_NONE : t->tid;
}

struct request *thread_request(const struct kern *k, tid_t tid)
{
    return &thread_of(k, tid)->request;
}

uint32_t proc_slot(const struct kern *k, const struct proc *p)
{
    return k->first_extra_slot + proc_number(k->programs, p);
}

struct proc *proc_of_slot(const struct kern *k, uint32_t i)
{
    return &k->programs->proc[i];
}
