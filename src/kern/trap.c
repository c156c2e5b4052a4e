/* trap.c - a program's hart has stopped: exceptions, system calls, and the way back.
 *
 * What the kernel spends on a trap passes before it acts, so that effects appear at the
 * time at which a real kernel would have them.
 */
#include <kern/load.h>
#include <kern/virtual.h>

#include <kern/fault.h>
#include <kern/ipc.h>
#include <sim/check.h>

enum { SYS_NUMBERS = 512, CALL_PIPE2 = 59, CALL_CLONE = 220 };

static const struct { sys_fn *fn; enum service service; } calls[SYS_NUMBERS] = {
#define SYSCALL(nr, name, service, fn, args, what) \
    [nr] = { sys_##fn, SERVICE_##service },
#include <ossim/syscall.def>
#undef SYSCALL
};

enum { REG_RA = 1, REG_SP = 2, REG_A0 = 10, REG_A7 = 17 };

/* --- system calls --- */

/* With what the event has room for of the arguments. */
static void say_call(struct kern *k, tid_t tid, unsigned h, const struct request *r)
{
    if (stream_wants(k->stream, EV_SYSCALL))
        stream_deliver(k->stream, &(struct event){
            .at = k->engine->now, .kind = EV_SYSCALL, .hart = (uint16_t)h, .tid = tid,
            .a = r->nr, .b = r->arg[0], .kernel = k->number,
            .more = { r->arg[1], r->arg[2], r->arg[3] } });
}

static void call_begin(struct kern *k, struct thread *t)
{
    const uint32_t *x = t->body.regs.x;
    uint32_t abi = proc_of(k->programs, t)->image->abi;
    struct request *r = &t->request;
    unsigned h = k->task[t->tid].hart;

    request_begin(r, REQUEST_CALL);
    r->nr = x[REG_A7];
    memcpy(r->arg, &x[REG_A0], sizeof r->arg);
    if (abi)
        abi_decode(t, abi, r);
    say_call(k, t->tid, h, r);
    kern_exit(k, h, EXIT_SYSCALL);
    if (k->config->costs.syscall)
        prog_charge(k, t, hart_cycles_ns(k, h, k->config->costs.syscall), r->nr);
    r->charged = true;
}

static struct sysc context_of(struct kern *k, struct thread *t)
{
    return (struct sysc){ .k = k, .ps = k->programs, .t = t, .p = proc_of(k->programs, t),
                          .r = &t->request, .a = t->request.arg, .in = SERVICE_PROC,
                          .hart = k->task[t->tid].hart };
}

static int32_t call_perform(struct kern *k, struct thread *t)
{
    struct request *r = &t->request;
    struct sysc c = context_of(k, t);

    if (r->state == REQUEST_DONE)
        return r->result;
    if (c.p->image->abi)
        return abi_call(&c);
    if (r->nr >= SYS_NUMBERS || !calls[r->nr].fn) {
        kern_say(k, EV_ENOSYS, c.hart, t->tid, r->nr, 0);
        return -G_ENOSYS;
    }
    c.in = calls[r->nr].service;
    mem_work_for(k->programs->mem, r->nr);
    int32_t err = sysc_call(&c, SERVICE_USER, c.in);
    return err ? err : calls[r->nr].fn(&c);
}

/* Is it refused since there is no more of something? What, and how much there is. */
static bool limit_reached(struct kern *k, const struct thread *t, int32_t result,
                          enum limit *what, uint32_t *most)
{
    const struct proc *p = proc_of(k->programs, t);
    uint32_t nr = t->request.nr;

    *what = LIMITS;
    if (result == -G_EMFILE)
        *what = LIMIT_NOFILE, *most = (uint32_t)proc_limit(p, G_RLIMIT_NOFILE);
    else if (result == -G_ENFILE && nr == CALL_PIPE2 && pipes_used(k->programs) == PROG_PIPES)
        *what = LIMIT_PIPES, *most = PROG_PIPES;
    else if (result == -G_ENFILE)
        *what = LIMIT_FILES, *most = k->programs->nfiles;
    else if (result == -G_EAGAIN && nr == CALL_CLONE && !limits_let_fork(k->programs, p))
        *what = LIMIT_NPROC, *most = (uint32_t)proc_limit(p, G_RLIMIT_NPROC);
    else if (result == -G_EAGAIN && nr == CALL_CLONE)
        *what = LIMIT_TASKS, *most = k->config->max_forks;
    else if (result == -G_ENOLCK)
        *what = LIMIT_FILELOCKS, *most = FILE_LOCKS;
    else if (result == -G_ENOMEM && p->as && mem_regions_full(p->as))
        *what = LIMIT_REGIONS, *most = mem_regions_full(p->as);
    return *what != LIMITS;
}

static void call_answer(struct kern *k, struct thread *t, int32_t result)
{
    uint32_t nr = t->request.nr, most;
    enum limit limit;

    if (result < 0 && limit_reached(k, t, result, &limit, &most))
        kern_say(k, EV_LIMIT, k->task[t->tid].hart, t->tid, limit, most);

    if (result != SYS_KEEP) {
        t->body.regs.x[REG_A0] = (uint32_t)result;
        t->body.regs.pc += 4;
    }
    kern_say(k, EV_SYSRET, k->task[t->tid].hart, t->tid, nr,
             (int32_t)t->body.regs.x[REG_A0]);
    request_end(k, t->tid, &t->request);
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

/* Kernel work is ahead of the thread, and more of it follows then. */
static bool more_later(const struct kern *k, unsigned h, const struct thread *t)
{
    return k->hart[h].local > k->engine->now && (t->attention || t->request.kind);
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
    case CAUSE_FETCH_PAGE: case CAUSE_LOAD_PAGE: case CAUSE_STORE_PAGE:
        if (why == MM_IO_ERROR || why == MM_PAST_END) {
            signal_fault(k, t, G_SIGBUS, G_BUS_ADRERR, tval);
            break;
        }
        signal_fault(k, t, G_SIGSEGV,
                     why == MM_NOT_ALLOWED ? G_SEGV_ACCERR : G_SEGV_MAPERR, tval);
        break;
    }
}

/* An exception that nobody repairs, or that memory could not: a signal. */
static void exception(struct kern *k, struct thread *t, enum mm_result why)
{
    unsigned h = k->task[t->tid].hart;
    uint32_t cause = t->body.trap.cause;

    kern_say(k, EV_TRAP, h, t->tid, cause, t->body.trap.tval);
    if (k->config->costs.trap)
        prog_charge(k, t, hart_cycles_ns(k, h, k->config->costs.trap),
                    -1 - (int64_t)cause);
    if (cause == CAUSE_LOAD_MISALIGNED || cause == CAUSE_STORE_MISALIGNED)
        why = MM_MISALIGNED;
    if (why)
        mem_refuse(k, t->tid, t->body.regs.pc, t->body.trap.tval, fault_access(cause),
                   why);
    else
        mem_unrefuse(k, proc_pid(proc_of(k->programs, t)));
    exception_signal(k, t, why);
}

/* Memory is asked, through the door; MM_WAIT: and is asked again. */
static enum mm_result page_fault(struct kern *k, struct thread *t)
{
    struct request *r = &t->request;
    int32_t err = request_pass(k, r, SERVICE_USER, SERVICE_MEM);

    if (err)
        return err == SYS_WAIT ? MM_WAIT : MM_IO_ERROR;
    enum mm_result why = mem_fault(k, t->tid, t->body.trap.tval, fault_access(r->nr));
    if (why == MM_WAIT)
        (void)request_wait_memory(k, t->tid, r);
    return why;
}

/* False: it waits, is gone, or the kernel works on for it. */
static bool fault_continue(struct kern *k, struct thread *t)
{
    const struct cost_config *costs = &k->config->costs;
    unsigned h = k->task[t->tid].hart;
    enum mm_result why = page_fault(k, t);
    int64_t what = request_what(&t->request);

    if (why == MM_WAIT)
        return false;
    request_end(k, t->tid, &t->request);
    if (why)
        exception(k, t, why);
    else if (costs->page_fault + costs->trap)
        prog_charge(k, t, hart_cycles_ns(k, h, costs->page_fault + costs->trap), what);
    return !more_later(k, h, t);
}

/* --- the hart --- */

static bool settid_continue(struct kern *k, struct thread *t)
{
    struct sysc c = context_of(k, t);

    if (copy_out(&c, t->set_tid, &t->pid, sizeof t->pid) == SYS_WAIT)
        return false;
    request_end(k, t->tid, &t->request);
    return true;
}

/* True: the thread still runs. */
static bool request_continue(struct kern *k, struct thread *t)
{
    switch (t->request.kind) {
    case REQUEST_CALL:
        return call_continue(k, t);
    case REQUEST_FAULT:
        return fault_continue(k, t);
    case REQUEST_LOAD:
        return load_continue(k, t);
    case REQUEST_SETTID:
        return settid_continue(k, t);
    case REQUEST_EXIT:
        exit_continue(k, t);
        return false;
    default:
        return true;
    }
}

/* Why its hart has stopped. False: that was its end. */
static bool trapped(struct kern *k, struct thread *t)
{
    uint32_t *cause = &t->body.trap.cause;

    t->attention &= (uint8_t)~ATTEND_TRAP;
    if (t->body.stopped)
        *cause = CAUSE_BREAKPOINT;
    if (*cause == CAUSE_ECALL) {
        call_begin(k, t);
    } else if (*cause >= CAUSE_FETCH_PAGE) {
        request_begin(&t->request, REQUEST_FAULT);
        t->request.nr = *cause;
    } else if (*cause == CAUSE_ILLEGAL && !t->body.trap.tval &&
               proc_of(k->programs, t)->image->abi) {
        proc_leave(k, t, 0, 0);         /* past the last instruction: the end, there */
        return false;
    } else {
        exception(k, t, MM_OK);
    }
    return true;
}

/* False: it no longer runs, or has work of the kernel's ahead of it. */
static bool attend(struct kern *k, unsigned h, struct thread *t)
{
    if (t->attention & ATTEND_TRAP) {
        if (!trapped(k, t) || more_later(k, h, t))
            return false;
    }
    if (!request_continue(k, t))
        return false;
    t->attention &= (uint8_t)~ATTEND_SIGNAL;
    return signal_deliver(k, t, 0) != DELIVER_GONE;
}

void program_stopped(struct kern *k, unsigned h)
{
    tid_t tid = k->hart[h].running;
    struct thread *t = thread_of(k, tid);
    int doomed = t->doomed;

    t->doomed = 0;
    shootdown_from(k, h);
    if (doomed)
        proc_leave(k, t, 0, doomed);
    else
        (void)attend(k, h, t);
    shootdown_from(k, HART_NONE);
    /* It may have gone, or a stop for more kernel work will be set before it runs on. */
    if (k->hart[h].running == tid && k->task[tid].state == TASK_RUNNING)
        hart_set_stop(k, h);
}
