/* program.c - guest programs as tasks: they are born, run, stop and end.
 *
 * Harts execute ahead of the engine's time: programs_run() lets each go on to the next
 * pending entry, the furthest behind first, and puts a trap into the engine as that
 * hart's stop, so that everything that touches the kernel happens in order of time.
 */
#include "prog.h"

#include <sim/check.h>

enum { CHUNK_NS = 20 * 1000 * 1000 };   /* time a hart runs without looking up */

/* --- layout --- */

static uint32_t count_programs(const struct config *c)
{
    uint32_t n = 0;

    for (uint32_t p = 0; p < c->nprocesses; p++)
        if (c->processes[p].program)
            n += c->processes[p].count;
    return n;
}

uint32_t programs_nslots(const struct config *c)
{
    uint32_t n = count_programs(c);

    return n ? n + c->max_forks : 0;
}

static void tables_layout(struct programs *ps, struct arena *a, const struct config *c)
{
    uint32_t nconfigured = count_programs(c), n = nconfigured + c->max_forks;
    uint32_t nfiles = 3 * n + 4 * PROG_FDS + 2 * PROG_PIPES;
    struct programs t = {
        .nconfigured = nconfigured, .nthreads = n, .nfiles = nfiles,
        .thread = arena_array(a, struct thread, n),
        .proc = arena_array(a, struct proc, n),
        .fdtable = arena_array(a, struct fdtable, n),
        .file = arena_array(a, struct gfile, nfiles),
        .pipe = arena_array(a, struct pipe, PROG_PIPES),
        .console = arena_array(a, struct console, nconfigured),
        .scratch = arena_array(a, uint8_t, PROG_SCRATCH),
    };

    if (a->base)
        *ps = t;
}

void programs_layout(struct kern *k, struct arena *a)
{
    const struct config *c = k->config;
    struct mm mm;

    k->programs = NULL;
    if (!count_programs(c))
        return;
    struct programs *ps = arena_array(a, struct programs, 1);
    tables_layout(ps, a, c);
    struct cpu *cpu = cpu_init(a, &c->memory, &c->costs, c->ncpus, c->seed);
    mm_init(&mm, a, cpu, c, programs_nslots(c));
    if (!a->base)
        return;
    ps->cpu = cpu;
    ps->mm = mm;
    ps->random = rng_stream(c->seed, "getrandom", 0);
    for (uint32_t i = 0; i < ps->nthreads; i++)
        ps->thread[i].proc = PROG_NONE;
    for (unsigned i = 0; i < FUTEX_BUCKETS; i++)
        waitq_init(&ps->futex[i]);
    k->programs = ps;
}

/* --- finding them --- */

struct thread *thread_by_pid(const struct kern *k, int32_t pid)
{
    struct thread *t;

    if (pid < PID_FIRST)
        return NULL;
    tid_t tid = (tid_t)(pid - PID_FIRST) % k->max_tasks;
    if (!(k->task[tid].flags & TASK_PROGRAM) || k->task[tid].ext == NO_EXT)
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
    if (!(k->task[tid].flags & TASK_PROGRAM) || k->task[tid].ext == NO_EXT)
        return NULL;
    struct proc *p = &ps->proc[k->task[tid].ext];
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

/* --- birth --- */

static void thread_reset(struct kern *k, struct thread *t, tid_t tid)
{
    uint32_t generation = t->generation;

    memset(t, 0, sizeof *t);
    t->tid = tid;
    t->generation = generation + 1;
    t->pid = (int32_t)(PID_FIRST + tid + generation % 1024 * k->max_tasks);
    t->proc = PROG_NONE;
    t->wait_next = PROG_NONE;
}

static void proc_reset(struct proc *p, int32_t pid)
{
    memset(p, 0, sizeof *p);
    p->state = PROC_LIVE;
    p->pid = p->pgid = p->sid = pid;
    p->parent = p->first_child = p->next_sibling = p->vfork_parent = PROG_NONE;
    p->alarm = NS_MAX;
    waitq_init(&p->child_wait);
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

/* Load the workload's program into a new process; what it cannot have (memory, mostly)
 * ends it with a signal when it is first dispatched. */
static void load_first(struct kern *k, struct thread *t, struct proc *p)
{
    struct programs *ps = k->programs;
    struct exec_args args;
    uint32_t pc = 0, sp = 0;

    p->fds = fds_create(ps, p->console);
    if (!p->fds || !exec_pack(ps, p->image, &args) ||
        program_load(k, p->image, &args, &p->as, &pc, &sp) < 0) {
        t->doomed = G_SIGKILL;
        t->attention = ATTEND_SIGNAL;
        return;
    }
    program_init(&t->body, 0, pc, sp);
}

void program_born(struct kern *k, tid_t tid)
{
    struct programs *ps = k->programs;
    uint32_t number = ps->nborn++;
    struct thread *t = &ps->thread[number];
    struct proc *p = &ps->proc[number];

    k->task[tid].ext = number;
    k->task[tid].flags |= TASK_PROGRAM;
    thread_reset(k, t, tid);
    proc_reset(p, t->pid);
    t->proc = number;
    t->root = tid;
    p->nthreads = 1;
    p->image = task_process(k, tid)->program;
    p->console = number;
    console_init(&ps->console[number], p->image);
    thread_name(t, p->image->argc ? p->image->argv[0] : p->image->path);
    load_first(k, t, p);
    task_ready(k, tid, SCHED_NEW);
}

struct thread *thread_claim(struct kern *k)
{
    struct programs *ps = k->programs;
    tid_t n = k->config->max_forks, first = k->config->ntasks;

    for (tid_t i = 0; i < n; i++) {
        tid_t at = (ps->next_fork + i) % n, tid = first + at;
        struct thread *t = &ps->thread[ps->nconfigured + at];

        if (t->proc != PROG_NONE || ps->proc[ps->nconfigured + at].state != PROC_FREE)
            continue;
        ps->next_fork = (at + 1) % n;
        thread_reset(k, t, tid);
        return t;
    }
    return NULL;
}

void thread_start(struct kern *k, struct thread *t, const struct thread *parent,
                  uint32_t flags)
{
    uint32_t process = k->task[parent->tid].process;
    const struct process_config *pc = &k->config->processes[process];

    k->task[t->tid] = (struct task){
        .state = TASK_SLEEPING, .flags = TASK_PROGRAM | TASK_FORKED, .process = process,
        .hart = HART_NONE, .object = UINT32_MAX, .next = TID_NONE, .donor = t->tid,
        .ext = thread_number(k->programs, t), .arrival = k->engine.now,
        .estimate = 10 * k->config->time_unit,
        .rng = rng_stream(k->config->seed, pc->name, t->tid - pc->first),
    };
    t->root = parent->root;
    if (k->ntasks <= t->tid)
        k->ntasks = t->tid + 1;
    k->living++;
    kern_say(k, EV_FORK, HART_NONE, parent->tid, t->tid, flags);
    kern_say(k, EV_ARRIVE, HART_NONE, t->tid, process, 0);
    task_ready(k, t->tid, SCHED_NEW);
}

/* --- running --- */

void hart_stop_here(struct kern *k, unsigned h)
{
    ns_t at = k->hart[h].local > k->engine.now ? k->hart[h].local : k->engine.now;

    engine_set(&k->engine, h, at,
               sched_expired_first(&k->sched) ? PEND_BURST_FIRST : PEND_BURST);
}

static bool stop_is_set(const struct kern *k, unsigned h)
{
    uint32_t at = k->engine.where[h];

    if (!at)
        return false;
    enum pending_class cls = pending_class_of(&k->engine.heap[at - 1]);
    return cls == PEND_BURST || cls == PEND_BURST_FIRST;
}

/* The thread that may execute on h now, NULL: none, or it waits for the kernel. */
static struct thread *runner(const struct kern *k, unsigned h)
{
    tid_t tid = k->hart[h].running;

    if (tid == TID_NONE || !(k->task[tid].flags & TASK_PROGRAM) || k->hart[h].handed_back)
        return NULL;
    struct thread *t = thread_of(k, tid);
    return t->attention ? NULL : t;
}

/* Threads that must enter the kernel get their stop; the earliest bounds the others. */
static ns_t set_stops(struct kern *k, ns_t limit)
{
    for (unsigned h = 0; h < k->nharts; h++) {
        tid_t tid = k->hart[h].running;

        if (tid == TID_NONE || !(k->task[tid].flags & TASK_PROGRAM) ||
            k->hart[h].handed_back || !thread_of(k, tid)->attention)
            continue;
        if (!stop_is_set(k, h))
            hart_stop_here(k, h);
        ns_t at = k->engine.heap[k->engine.where[h] - 1].at;
        if (at < limit)
            limit = at;
    }
    return limit;
}

/* Execute on h up to time `to`, exactly: what the last instruction takes beyond it is
 * owed, in cycle_carry. */
static void run_hart(struct kern *k, unsigned h, struct thread *t, ns_t to)
{
    struct hart *hart = &k->hart[h];
    struct cpu_hart *ch = cpu_hart(k->programs->cpu, h);
    uint64_t mhz = k->config->cpus[h].mhz, used;
    uint64_t span = (uint64_t)(to - hart->local), want = span * mhz;

    if (want <= hart->cycle_carry) {
        hart->cycle_carry -= want;
        hart->local = to;
        return;
    }
    cpu_set_time(ch, hart->local, (uint32_t)mhz);
    enum body_stop stop = program_run(&t->body, ch,
                                      (want - hart->cycle_carry + 999) / 1000, &used);
    uint64_t total = hart->cycle_carry + used * 1000;
    uint64_t ns = stop == BODY_BUDGET || total / mhz > span ? span : total / mhz;

    hart->cycle_carry = total - ns * mhz;
    hart->local += (ns_t)ns;
    if (stop == BODY_TRAP) {
        t->attention |= ATTEND_TRAP;
        hart_stop_here(k, h);
    }
}

/* The hart that is furthest behind `limit`, HART_NONE if all are there; in *others where
 * the next one is. */
static unsigned furthest_behind(const struct kern *k, ns_t limit, ns_t *others)
{
    unsigned best = HART_NONE;

    *others = NS_MAX;
    for (unsigned h = 0; h < k->nharts; h++) {
        ns_t local = k->hart[h].local;

        if (local >= limit || !runner(k, h))
            continue;
        if (best == HART_NONE || local < k->hart[best].local) {
            if (best != HART_NONE)
                *others = k->hart[best].local;
            best = h;
        } else if (local < *others) {
            *others = local;
        }
    }
    return best;
}

/* Nothing happens before the harts' local times: let the clock show it. */
static void show_time(struct kern *k, ns_t limit)
{
    ns_t now = limit;

    for (unsigned h = 0; h < k->nharts; h++)
        if (runner(k, h) && k->hart[h].local < now)
            now = k->hart[h].local;
    if (now > k->engine.now && now != NS_MAX)
        k->engine.now = now;
}

bool programs_run(struct kern *k, ns_t limit)
{
    ns_t skew = k->config->smp_skew, left = CHUNK_NS, others;
    bool moved = false;
    unsigned h;

    limit = set_stops(k, limit);
    while (left > 0 && (h = furthest_behind(k, limit, &others)) != HART_NONE) {
        struct hart *hart = &k->hart[h];
        ns_t from = hart->local, to = limit;

        if (others != NS_MAX && others < limit - skew && others + skew < to)
            to = others + skew;
        if (to - from > left)
            to = from + left;
        if (k->programs->watch)
            run_watched(k, h, runner(k, h), to);
        else
            run_hart(k, h, runner(k, h), to);
        if (k->programs->halted)
            return true;
        if (stop_is_set(k, h) && hart->local < limit)
            limit = hart->local;
        left -= hart->local - from + 1;
        moved = true;
    }
    if (left <= 0)
        show_time(k, limit);
    return moved;
}

void program_dispatched(struct kern *k, unsigned h, tid_t tid)
{
    struct programs *ps = k->programs;
    struct thread *t = thread_of(k, tid);
    struct proc *p = proc_of(ps, t);

    if (p->as)
        t->body.satp = mm_enter(&ps->mm, p->as, h);
    cpu_switch(cpu_hart(ps->cpu, h));
    if (t->doomed || signal_waits(ps, t))
        t->attention |= ATTEND_SIGNAL;
}

void program_vacated(struct kern *k, unsigned h, tid_t tid)
{
    (void)k, (void)h, (void)tid;        /* its state is in the thread already */
}

void prog_charge(struct kern *k, struct thread *t, ns_t ns, int64_t what)
{
    const struct task *task = &k->task[t->tid];

    if (ns <= 0 || task->state != TASK_RUNNING)
        return;
    hart_charge(k, task->hart, ns, what);
    t->kernel += ns;
}

/* --- the end --- */

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

    if (parent) {
        proc_times(k, p, &user, &kernel);
        parent->child_user += user + p->child_user;
        parent->child_kernel += kernel + p->child_kernel;
        parent->child_faults += p->dead_faults + p->child_faults;
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
    if (waiting != PROG_NONE)
        thread_wake(k, &k->programs->thread[waiting]);
}

static void proc_end(struct kern *k, struct proc *p)
{
    struct programs *ps = k->programs;

    engine_cancel(&k->engine, k->first_extra_slot + proc_number(ps, p));
    if (p->fds)
        fds_drop(k, p->fds);
    if (p->as) {
        if (p->as->resident > p->max_resident)
            p->max_resident = p->as->resident;
        aspace_drop(&ps->mm, p->as);
    }
    p->fds = NULL;
    p->as = NULL;
    p->state = PROC_ZOMBIE;
    orphan_children(k, p);
    proc_release_vfork(k, p);
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
    struct sysc c = { .k = k, .ps = k->programs, .t = t, .p = p };

    if (!t->clear_tid || !p->as || (p->nthreads == 1 && p->as->users == 1))
        return;
    if (copy_out(&c, t->clear_tid, &zero, sizeof zero) == 0)
        futex_wake(k, p, t->clear_tid, 1, UINT32_MAX);
}

enum task_state program_exited(struct kern *k, tid_t tid, int status, int signal)
{
    struct programs *ps = k->programs;
    struct thread *t = thread_of(k, tid);
    struct proc *p = proc_of(ps, t);
    bool leads = thread_number(ps, t) == t->proc;

    waitq_leave(ps, t);
    clear_tid(k, t, p);
    if (leads && !p->exiting) {
        p->exit_status = status;
        p->exit_signal = signal;
    }
    p->dead_user += k->task[tid].received;
    p->dead_kernel += t->kernel;
    p->dead_faults += t->faults;
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

void proc_kill(struct kern *k, struct proc *p, int status, int signal)
{
    struct programs *ps = k->programs;
    struct thread *t;

    if (p->state != PROC_LIVE)
        return;
    if (!p->exiting) {
        p->exiting = true;
        p->exit_status = status;
        p->exit_signal = signal;
    }
    while (p->state == PROC_LIVE && (t = proc_thread(ps, p, 0)))
        task_exit(k, t->tid, p->exit_status, p->exit_signal);
}

/* --- timers and views --- */

void programs_slot_due(struct kern *k, uint32_t i)
{
    struct proc *p = &k->programs->proc[i];

    p->alarm = NS_MAX;
    if (p->alarm_interval) {
        p->alarm = k->engine.now + p->alarm_interval;
        engine_set(&k->engine, k->first_extra_slot + i, p->alarm, PEND_WAKE);
    }
    signal_process(k, p, G_SIGALRM, (struct signote){ .code = G_SI_KERNEL });
}

void program_facts(const struct kern *k, tid_t tid, struct program_facts *out)
{
    const struct programs *ps = k->programs;

    *out = (struct program_facts){ .pid = (int32_t)tid + PID_FIRST, .named_by = tid };
    if (k->task[tid].ext == NO_EXT || !(k->task[tid].flags & TASK_PROGRAM))
        return;
    const struct thread *t = thread_of(k, tid);
    /* A process is numbered as its first thread; a thread that ended belongs to none. */
    const struct proc *p = &ps->proc[t->proc != PROG_NONE ? t->proc : k->task[tid].ext];
    *out = (struct program_facts){
        .pid = t->pid, .pc = t->body.regs.pc, .named_by = t->root,
        .instructions = t->body.counts.instructions,
        .exit_status = p->exit_status, .exit_signal = p->exit_signal,
    };
}

uint64_t program_tlb_misses(const struct kern *k)
{
    uint64_t n = 0;

    for (unsigned h = 0; k->programs && h < k->config->ncpus; h++)
        n += cpu_tlb_misses(cpu_hart(k->programs->cpu, h));
    return n;
}

void program_view(const struct kern *k, tid_t tid, struct sched_task *out)
{
    const struct thread *t = thread_of(k, tid);

    if (!t->sched_set)
        return;
    out->nice = t->nice;
    /* As Linux numbers priorities inside: 0..98 real time, the smaller the more urgent. */
    if (t->rt_priority)
        out->priority = 99 - (int32_t)t->rt_priority;
    if (t->sched_policy == G_SCHED_DEADLINE) {
        out->period = t->period;
        out->relative_deadline = t->deadline;
        out->release = t->release;
        out->deadline = t->release + t->deadline;
    }
}
