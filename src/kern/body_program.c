/* body_program.c - machine code as a body: how it runs, and what others see of it. How it
 * comes and goes is in birth.c and exit.c, what happens when it stops in trap.c. */
#include <kern/thread.h>

#include <kern/body.h>
#include <kern/fault.h>

/* --- running --- */

/* What the last instruction takes beyond `to` is owed, in cycle_carry. */
static void run_unwatched(struct kern *k, unsigned h, struct thread *t, ns_t to)
{
    struct hart *hart = &k->hart[h];
    struct cpu_hart *ch = cpu_hart(k->programs->cpu, h);
    uint64_t rate = hart_rate(hart), cycle = UINT64_C(1000) * k->parts, used;
    uint64_t span = (uint64_t)(to - hart->local), want = span * rate;

    if (want <= hart->cycle_carry) {
        hart->cycle_carry -= want;
        hart->local = to;
        return;
    }
    cpu_set_time(ch, hart->local, cycle, rate);
    enum cpu_stop stop = program_run(&t->body, ch,
                                      (want - hart->cycle_carry + cycle - 1) / cycle, &used);
    uint64_t total = hart->cycle_carry + used * cycle;
    uint64_t ns = stop == CPU_BUDGET || total / rate > span ? span : total / rate;

    hart->cycle_carry = total - ns * rate;
    hart->local += (ns_t)ns;
    if (stop != CPU_BUDGET) {
        t->attention |= ATTEND_TRAP;
        hart_stop_here(k, h);
    }
}

static void program_run_on(struct kern *k, unsigned h, ns_t to)
{
    struct thread *t = thread_of(k, k->hart[h].running);

    if (k->programs->watch || mem_is_watched(k))
        run_watched(k, h, t, to);
    else
        run_unwatched(k, h, t, to);
}

static bool program_wants_kernel(const struct kern *k, tid_t tid)
{
    const struct thread *t = thread_of(k, tid);

    return t->attention || t->request.kind;
}

static void program_dispatched(struct kern *k, unsigned h, tid_t tid)
{
    struct programs *ps = k->programs;
    struct thread *t = thread_of(k, tid);
    struct proc *p = proc_of(ps, t);

    if (p->as)
        t->body.satp = mem_enter(k, p->as, h);
    cpu_switch(cpu_hart(ps->cpu, h));
    workset_runs(k, h, tid);
    timers_dispatched(k, p);
    if (t->doomed || signal_waits(ps, t))
        t->attention |= ATTEND_SIGNAL;
}

static void program_vacated(struct kern *k, unsigned h, tid_t tid)
{
    workset_rests(k, h, tid);
}

static bool program_woken(struct kern *k, tid_t tid)
{
    (void)k, (void)tid;         /* its call goes on when it is dispatched */
    return true;
}

/* --- ending with others --- */

/* The power fails, and what was in memory is gone. */
static bool program_ends_at_cut(const struct kern *k, tid_t tid)
{
    (void)k, (void)tid;
    return true;
}

static void program_kill(struct kern *k, tid_t tid, int signal)
{
    proc_kill(k, proc_of_task(k, tid), 0, signal);
}

/* --- being looked at --- */

static void program_facts(const struct kern *k, tid_t tid, struct task_facts *out)
{
    const struct thread *t = thread_of(k, tid);
    /* A process is numbered as its first thread; a thread that ended belongs to none. */
    const struct proc *p = proc_of_task(k, tid);
    *out = (struct task_facts){
        .pid = t->pid, .pc = t->body.regs.pc, .named_by = t->root,
        .leader = t->proc == PROG_NONE ? tid : k->programs->thread[t->proc].tid,
        .instructions = t->body.counts.instructions,
        .exit_status = p->exit_status, .exit_signal = p->exit_signal,
    };
}

static void program_view(const struct kern *k, tid_t tid, struct sched_task *out)
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

static uint64_t program_affinity(const struct kern *k, tid_t tid)
{
    return thread_of(k, tid)->affinity;
}

/* One thread stands for its process: the first. */
static bool program_leads(const struct kern *k, tid_t tid)
{
    const struct programs *ps = k->programs;

    return thread_task(k, proc_number(ps, proc_of(ps, thread_of(k, tid)))) == tid;
}

const struct body_ops body_program = {
    .name = "program", .process = true, .messages = true,
    .born = program_born, .begin = program_begin,
    .finish = program_finish, .abandon = program_abandon, .woken = program_woken,
    .stopped = program_stopped, .run = program_run_on,
    .wants_kernel = program_wants_kernel, .dispatched = program_dispatched,
    .vacated = program_vacated,
    .exited = program_exited, .request = thread_request, .view = program_view, .facts = program_facts,
    .affinity = program_affinity, .ends_at_cut = program_ends_at_cut, .kill = program_kill,
    .resident = pages_resident, .pages = pages_of_program, .root = pages_root,
    .corrupt = fault_in_program, .leads = program_leads,
};
