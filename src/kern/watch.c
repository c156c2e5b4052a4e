/* watch.c - programs under the eyes of a debugger or tracer: one instruction at a time,
 * with the times and counts that they would have had unwatched. */
#include <kern/thread.h>

void programs_watch(struct kern *k, const struct program_watch *w)
{
    if (k->programs)
        k->programs->watch = w;
}

/* --- looking --- */

static const struct thread *living(const struct kern *k, tid_t tid)
{
    if (!k->programs || tid >= k->max_tasks || !has_process(k, tid))
        return NULL;
    const struct thread *t = thread_of(k, tid);
    return t->proc != PROG_NONE && t->tid == tid ? t : NULL;
}

struct cpu_regs *programs_regs(struct kern *k, tid_t tid)
{
    return living(k, tid) ? &thread_of(k, tid)->body.regs : NULL;
}

size_t programs_peek(const struct kern *k, tid_t tid, uint32_t va, void *buf, size_t n)
{
    const struct thread *t = living(k, tid);
    const struct aspace *as = t ? proc_of(k->programs, t)->as : NULL;

    return as ? mem_peek(k, as, va, buf, n) : 0;
}

size_t programs_poke(struct kern *k, tid_t tid, uint32_t va, const void *buf, size_t n)
{
    const struct thread *t = living(k, tid);
    struct aspace *as = t ? proc_of(k->programs, t)->as : NULL;

    return as ? mem_poke(k, as, va, buf, n) : 0;
}

int32_t programs_pid(const struct kern *k, tid_t tid, bool *own)
{
    const struct thread *t = living(k, tid);

    if (!t)
        return 0;
    *own = t->proc < k->programs->nconfigured;
    return proc_of(k->programs, t)->pid;
}

static struct proc *living_process(const struct kern *k, int32_t pid)
{
    struct proc *p = k->programs ? proc_by_pid(k, pid) : NULL;

    return p && proc_lives(p) ? p : NULL;
}

bool programs_hold(struct kern *k, int32_t pid, bool held)
{
    struct proc *p = living_process(k, pid);

    if (p)
        proc_hold(k, p, held);
    return p != NULL;
}

bool programs_kill(struct kern *k, int32_t pid)
{
    struct proc *p = living_process(k, pid);

    if (p)
        proc_kill(k, p, 0, G_SIGKILL);
    return p != NULL;
}

bool programs_is_held(const struct kern *k, tid_t tid)
{
    const struct thread *t = living(k, tid);

    return t && proc_of(k->programs, t)->held;
}

bool programs_held(const struct kern *k)
{
    const struct programs *ps = k->programs;

    for (uint32_t i = 0; ps && i < ps->nthreads; i++)
        if (ps->proc[i].held && proc_lives(&ps->proc[i]))
            return true;
    return false;
}

const struct program_config *programs_image(const struct kern *k, tid_t tid)
{
    const struct thread *t = living(k, tid);

    return t && !proc_of(k->programs, t)->from_disk ? proc_of(k->programs, t)->image : NULL;
}

uint32_t programs_pipe(const struct kern *k, tid_t tid, uint32_t fd)
{
    const struct thread *t = living(k, tid);
    const struct fdtable *fds = t ? proc_of(k->programs, t)->fds : NULL;

    return fds ? fds_pipe(k->programs, fds, fd) : 0;
}

/* --- stopping --- */

/* The signal that the exception will become; 0: the kernel will repair it. */
static int fatal_signal(const struct programs *ps, const struct thread *t)
{
    if (t->body.stopped)
        return G_SIGTRAP;
    switch (t->body.trap.cause) {
    case CAUSE_ECALL:
        return 0;
    case CAUSE_ILLEGAL:
        return G_SIGILL;
    case CAUSE_FETCH_PAGE: case CAUSE_LOAD_PAGE: case CAUSE_STORE_PAGE:
        return mem_allows(proc_of(ps, t)->as, t->body.trap.tval,
                          fault_access(t->body.trap.cause)) ? 0 : G_SIGSEGV;
    default:
        return G_SIGBUS;
    }
}

/* --- what an instruction refers to --- */

struct operand { uint32_t va, n; bool write; };         /* n bytes; 0: none */

/* Of loads, stores and atomic instructions. Source: Unprivileged ISA, "RV32I Base Integer
 * Instruction Set", "Load and Store Instructions"; "Zalrsc", "Zaamo". */
static struct operand operand_of(const struct cpu_regs *r, uint32_t word)
{
    enum { LOAD = 0x03, STORE = 0x23, AMO = 0x2f, LR = 2 };
    uint32_t base = r->x[word >> 15 & 31], bytes = 1u << (word >> 12 & 3);
    uint32_t high = (uint32_t)((int32_t)word >> 25) << 5;

    switch (word & 0x7f) {
    case LOAD:
        return (struct operand){ base + (uint32_t)((int32_t)word >> 20), bytes, false };
    case STORE:
        return (struct operand){ base + (high | (word >> 7 & 31)), bytes, true };
    case AMO:
        return (struct operand){ base, bytes, word >> 27 != LR };
    default:
        return (struct operand){ 0, 0, false };
    }
}

/* It was executed: its own page, and those of its operand. */
static void refer(struct kern *k, tid_t tid, uint32_t pc, const struct operand *o)
{
    mem_refer(k, tid, pc, false);
    if (!o->n)
        return;
    mem_refer(k, tid, o->va, o->write);
    if ((o->va ^ (o->va + o->n - 1)) & ~(uint32_t)(PAGE_SIZE - 1))
        mem_refer(k, tid, o->va + o->n - 1, o->write);
}

/* --- running --- */

static bool step(struct kern *k, unsigned h, struct thread *t, ns_t to,
                 struct program_point *point)
{
    struct hart *hart = &k->hart[h];
    const struct program_watch *w = k->programs->watch;
    uint64_t rate = hart_rate(hart), cycle = UINT64_C(1000) * k->parts, used;
    uint64_t span = (uint64_t)(to - hart->local), done = t->body.counts.instructions;
    struct cpu_hart *ch = cpu_hart(k->programs->cpu, h);
    struct operand o = operand_of(&t->body.regs, point->word);

    cpu_set_time(ch, hart->local, cycle, rate);
    enum cpu_stop stop = program_run(&t->body, ch, 1, &used);
    uint64_t total = hart->cycle_carry + used * cycle;
    uint64_t ns = total / rate < span ? total / rate : span;

    hart->cycle_carry = total - ns * rate;
    hart->local += (ns_t)ns;
    bool call = stop == CPU_TRAP && t->body.trap.cause == CAUSE_ECALL;
    bool executed = call || t->body.counts.instructions != done;
    if (executed && mem_is_watched(k))
        refer(k, t->tid, point->pc, &o);
    if (w && w->after && executed)
        w->after(w->ctx, point);
    if (stop == CPU_BUDGET)
        return true;
    t->attention |= ATTEND_TRAP;
    hart_stop_here(k, h);
    int signo = fatal_signal(k->programs, t);
    if (signo && w && w->fault && w->fault(w->ctx, point, signo))
        k->halted = true;
    return false;
}

void run_watched(struct kern *k, unsigned h, struct thread *t, ns_t to)
{
    struct hart *hart = &k->hart[h];
    const struct program_watch *w = k->programs->watch;
    uint64_t rate = hart_rate(hart);

    for (;;) {
        uint64_t want = (uint64_t)(to - hart->local) * rate;
        struct program_point point = { .at = hart->local, .hart = (uint16_t)h,
                                       .tid = t->tid, .pc = t->body.regs.pc };

        if (want <= hart->cycle_carry) {
            hart->cycle_carry -= want;
            hart->local = to;
            return;
        }
        (void)programs_peek(k, t->tid, point.pc, &point.word, sizeof point.word);
        if (w && w->before && w->before(w->ctx, &point)) {
            k->halted = true;
            return;
        }
        if (!step(k, h, t, to, &point))
            return;
    }
}
