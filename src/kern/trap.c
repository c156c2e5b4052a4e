/* trap.c - a program's hart has stopped: exceptions, system calls, and the way back.
 *
 * What the kernel spends on a trap passes before it acts, so that effects appear at the
 * time at which a real kernel would have them.
 */
#include "prog.h"

#include <sim/check.h>

enum { SYS_NUMBERS = 512 };

static const struct { sys_fn *fn; } calls[SYS_NUMBERS] = {
#define SYSCALL(nr, name, fn, args, what) [nr] = { sys_##fn },
#include <ossim/syscall.def>
#undef SYSCALL
};

enum { REG_RA = 1, REG_SP = 2, REG_A0 = 10, REG_A7 = 17 };

/* --- waiting --- */

int32_t prog_wait(struct sysc *c, enum wait_cause cause, uint32_t object,
                  struct waitq *q, ns_t until)
{
    struct thread *t = c->t;
    struct kern *k = c->k;

    c->call->state = CALL_SENT;
    t->attention = (t->attention & ATTEND_SIGNAL) | ATTEND_CALL;
    task_block(k, t->tid, cause, object);
    if (q)
        waitq_add(k, q, t->tid);
    if (until != NS_MAX)
        engine_set(&k->engine, k->first_task_slot + t->tid,
                   until > k->engine.now ? until : k->engine.now, PEND_WAKE);
    return SYS_WAIT;
}

void thread_wake(struct kern *k, struct thread *t)
{
    if (t->proc != PROG_NONE && t->job == JOB_RUNS && k->task[t->tid].state == TASK_SLEEPING)
        task_wake(k, t->tid);
}

/* --- system calls --- */

static void say_call(struct kern *k, const struct thread *t)
{
    const struct call *call = &t->call;

    if (!stream_wants(k->stream, EV_SYSCALL))
        return;
    stream_deliver(k->stream, &(struct event){
        .at = k->engine.now, .kind = EV_SYSCALL, .hart = k->task[t->tid].hart, .tid = t->tid,
        .a = call->nr, .b = call->arg[0], .kernel = k->number,
        .more = { call->arg[1], call->arg[2], call->arg[3] } });
}

static void call_begin(struct kern *k, struct thread *t)
{
    const uint32_t *x = t->body.regs.x;
    struct call *call = &t->call;

    *call = (struct call){ .state = CALL_NEW, .nr = x[REG_A7], .until = NS_MAX };
    memcpy(call->arg, &x[REG_A0], sizeof call->arg);
    t->attention |= ATTEND_CALL;
    say_call(k, t);
    if (k->config->costs.syscall)
        prog_charge(k, t, hart_cycles_ns(k, k->task[t->tid].hart, k->config->costs.syscall),
                    call->nr);
}

static int32_t call_perform(struct kern *k, struct thread *t)
{
    struct call *call = &t->call;
    struct sysc c = { .k = k, .ps = k->programs, .t = t, .p = proc_of(k->programs, t),
                      .call = call, .a = call->arg, .hart = k->task[t->tid].hart };

    if (call->nr >= SYS_NUMBERS || !calls[call->nr].fn) {
        kern_say(k, EV_ENOSYS, c.hart, t->tid, call->nr, 0);
        return -G_ENOSYS;
    }
    return calls[call->nr].fn(&c);
}

static void call_answer(struct kern *k, struct thread *t, int32_t result)
{
    t->attention &= (uint8_t)~ATTEND_CALL;
    if (result != SYS_KEEP) {
        t->body.regs.x[REG_A0] = (uint32_t)result;
        t->body.regs.pc += 4;
    }
    kern_say(k, EV_SYSRET, k->task[t->tid].hart, t->tid, t->call.nr,
             (int32_t)t->body.regs.x[REG_A0]);
    t->call.state = CALL_NONE;
}

/* True: the thread still runs and is to go back to user mode. */
static bool call_continue(struct kern *k, struct thread *t)
{
    for (;;) {
        int32_t result = call_perform(k, t);

        if (result == SYS_WAIT || result == SYS_GONE)
            return false;
        if (result != SYS_RESTART && result != SYS_INTR) {
            call_answer(k, t, result);
            return true;
        }
        /* With a handler the call is answered before the handler runs; without one the
         * call just goes on. */
        switch (signal_deliver(k, t, result)) {
        case DELIVER_GONE:    return false;
        case DELIVER_HANDLER: return true;
        case DELIVER_NONE:    break;
        }
    }
}

/* --- exceptions --- */

static void exception_signal(struct kern *k, struct thread *t, enum mm_result why)
{
    uint32_t cause = t->body.trap.cause, tval = t->body.trap.tval;

    switch (cause) {
    case CAUSE_ILLEGAL:
        signal_fault(k, t, G_SIGILL, G_ILL_ILLOPC, t->body.regs.pc);
        break;
    case CAUSE_BREAKPOINT:
        signal_fault(k, t, G_SIGTRAP, G_TRAP_BRKPT, t->body.regs.pc);
        break;
    case CAUSE_FETCH_MISALIGNED: case CAUSE_LOAD_MISALIGNED: case CAUSE_STORE_MISALIGNED:
        signal_fault(k, t, G_SIGBUS, G_BUS_ADRALN, tval);
        break;
    case CAUSE_FETCH_ACCESS: case CAUSE_LOAD_ACCESS: case CAUSE_STORE_ACCESS:
        signal_fault(k, t, G_SIGBUS, G_BUS_ADRERR, tval);
        break;
    default:
        signal_fault(k, t, G_SIGSEGV,
                     why == MM_NOT_ALLOWED ? G_SEGV_ACCERR : G_SEGV_MAPERR, tval);
    }
}

static bool page_fault(struct kern *k, struct thread *t, enum mm_result *why)
{
    const struct cpu_trap *trap = &t->body.trap;
    enum mmu_access access = trap->cause == CAUSE_FETCH_PAGE ? ACCESS_FETCH :
                             trap->cause == CAUSE_LOAD_PAGE ? ACCESS_LOAD : ACCESS_STORE;
    const struct cost_config *costs = &k->config->costs;
    unsigned h = k->task[t->tid].hart;
    bool brought;

    *why = mm_fault(&k->programs->mm, proc_of(k->programs, t)->as, trap->tval, access,
                    &brought);
    if (*why)
        return false;
    if (brought) {
        t->faults++;
        kern_say(k, EV_PAGE_FAULT, h, t->tid, trap->tval, 0);
    }
    if (costs->page_fault + costs->trap)
        prog_charge(k, t, hart_cycles_ns(k, h, costs->page_fault + costs->trap),
                    -1 - (int64_t)trap->cause);
    return true;
}

/* True: the thread goes on, if only to a signal. */
static bool exception(struct kern *k, struct thread *t)
{
    uint32_t cause = t->body.stopped ? CAUSE_BREAKPOINT : t->body.trap.cause;
    unsigned h = k->task[t->tid].hart;
    enum mm_result why = MM_OK;

    t->body.trap.cause = cause;
    if (cause >= CAUSE_FETCH_PAGE && page_fault(k, t, &why))
        return true;
    kern_say(k, EV_TRAP, h, t->tid, cause, t->body.trap.tval);
    if (k->config->costs.trap)
        prog_charge(k, t, hart_cycles_ns(k, h, k->config->costs.trap),
                    -1 - (int64_t)cause);
    if (why == MM_NO_MEMORY) {
        proc_kill(k, proc_of(k->programs, t), 0, G_SIGKILL);
        return false;
    }
    exception_signal(k, t, why);
    return true;
}

/* --- the hart --- */

/* False: it no longer runs, or has work of the kernel's ahead of it. */
static bool attend(struct kern *k, unsigned h, struct thread *t)
{
    if (t->attention & ATTEND_TRAP) {
        t->attention &= (uint8_t)~ATTEND_TRAP;
        if (!t->body.stopped && t->body.trap.cause == CAUSE_ECALL)
            call_begin(k, t);
        else if (!exception(k, t))
            return false;
        if (k->hart[h].local > k->engine.now && t->attention)
            return false;
    }
    if (t->attention & ATTEND_CALL && !call_continue(k, t))
        return false;
    t->attention &= (uint8_t)~ATTEND_SIGNAL;
    return signal_deliver(k, t, 0) != DELIVER_GONE;
}

void program_stopped(struct kern *k, unsigned h)
{
    tid_t tid = k->hart[h].running;
    struct thread *t = thread_of(k, tid);

    if (t->doomed) {
        proc_kill(k, proc_of(k->programs, t), 0, t->doomed);
        return;
    }
    (void)attend(k, h, t);
    /* It may have gone, or a stop for more kernel work will be set before it runs on. */
    if (k->hart[h].running == tid && k->task[tid].state == TASK_RUNNING)
        hart_set_stop(k, h);
}
