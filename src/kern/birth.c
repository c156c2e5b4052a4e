/* birth.c - processes and threads come: from the workload, from a fork, and afresh for
 * each job of a periodic program. */
#include <kern/load.h>
#include <kern/tty.h>

#include <sim/check.h>

static void thread_reset(struct kern *k, struct thread *t, tid_t tid)
{
    uint32_t generation = t->generation;

    memset(t, 0, sizeof *t);
    t->tid = t->request.tid = tid;
    t->generation = generation + 1;
    t->pid = (int32_t)(PID_FIRST + tid + generation % 1024 * k->max_tasks);
    t->proc = PROG_NONE;
}

static void proc_reset(const struct programs *ps, struct proc *p, int32_t pid)
{
    memset(p, 0, sizeof *p);
    p->state = PROC_LIVE;
    p->pid = p->pgid = p->sid = pid;
    p->parent = p->first_child = p->next_sibling = p->vfork_parent = PROG_NONE;
    timers_init(&p->timers);
    limits_init(ps, p);
    p->child_wait = WAITQ_EMPTY;
}

void thread_name(struct thread *t, const char *path)
{
    const char *base = path;

    for (const char *s = path; *s; s++)
        if (*s == '/')
            base = s + 1;
    memset(t->name, 0, PROG_NAME);
    for (unsigned i = 0; i < PROG_NAME - 1 && base[i]; i++)
        t->name[i] = base[i];
}

void program_born(struct kern *k, tid_t tid)
{
    struct programs *ps = k->programs;
    uint32_t number = ps->nborn++;
    struct thread *t = &ps->thread[number];
    struct proc *p = &ps->proc[number];

    k->task[tid].own = number;
    k->task[tid].left = NS_MAX;
    thread_reset(k, t, tid);
    proc_reset(ps, p, t->pid);
    t->proc = number;
    t->root = tid;
    p->nthreads = 1;
    p->console = number;
    console_init(ps, number, task_process(k, tid)->program);
}

/* As after the birth, but for what the task has used and was told about its scheduling. */
static void forget_job(struct thread *t, struct proc *p)
{
    t->attention = t->doomed = 0;
    t->clear_tid = 0;
    t->blocked = t->pending = 0;
    t->has_restore = false;
    t->altstack = (struct gabi_stack){ 0 };
    p->pending = 0;
    p->nqueued = 0;
    p->stopped = 0;
    memset(p->act, 0, sizeof p->act);
}

bool program_begin(struct kern *k, tid_t tid)
{
    struct thread *t = thread_of(k, tid);
    struct proc *p = proc_of(k->programs, t);

    if (t->job != JOB_YIELDED) {
        proc_empty(k, p);
        forget_job(t, p);
        p->image = task_process(k, tid)->program;
        p->from_disk = false;
        thread_name(t, p->image->argc ? p->image->argv[0] : p->image->path);
        load_first(k, t, p);
    }
    t->job = JOB_RUNS;
    return true;
}

/* Where a free slot for a fork is, from next_fork on; max_forks: nowhere. */
static tid_t free_slot(const struct kern *k)
{
    const struct programs *ps = k->programs;
    tid_t n = k->config->max_forks;

    for (tid_t i = 0; i < n; i++) {
        tid_t at = (ps->next_fork + i) % n;

        if (ps->thread[ps->nconfigured + at].proc == PROG_NONE &&
            ps->proc[ps->nconfigured + at].state == PROC_FREE)
            return at;
    }
    return n;
}

bool thread_available(const struct kern *k)
{
    return free_slot(k) < k->config->max_forks;
}

struct thread *thread_claim(struct kern *k)
{
    struct programs *ps = k->programs;
    tid_t at = free_slot(k);

    if (at == k->config->max_forks)
        return NULL;
    struct thread *t = &ps->thread[ps->nconfigured + at];
    ps->next_fork = (at + 1) % k->config->max_forks;
    thread_reset(k, t, k->config->ntasks + at);
    return t;
}

void thread_start(struct kern *k, struct thread *t, const struct thread *parent,
                  uint32_t flags)
{
    uint32_t process = k->task[parent->tid].process;
    uint8_t pinned = k->task[parent->tid].flags & TASK_PINNED;

    k->task[t->tid] = (struct task){
        .state = TASK_SLEEPING, .flags = TASK_FORKED | pinned, .process = process,
        .hart = HART_NONE, .next = TID_NONE,
        .rt = NO_RT, .body = BODY_PROGRAM, .own = thread_number(k->programs, t),
        .left = NS_MAX, .arrival = k->engine->now,
    };
    aside_forget(k, t->tid);
    CHECK(t->proc != PROG_NONE && t->tid != parent->tid);
    t->root = parent->root;
    t->job = JOB_RUNS;
    if (k->ntasks <= t->tid)
        k->ntasks = t->tid + 1;
    k->living++;
    kern_say(k, EV_FORK, HART_NONE, parent->tid, t->tid, flags);
    kern_say(k, EV_ARRIVE, HART_NONE, t->tid, process, 0);
    if (pinned)
        kern_say(k, EV_AFFINITY, HART_NONE, t->tid, (int64_t)t->affinity, 0);
    task_ready(k, t->tid, SCHED_NEW);
}
