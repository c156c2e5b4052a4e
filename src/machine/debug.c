/* debug.c - the kernel's watching, for those above it. */
#include <machine/debug.h>

#include <cpu/cpu.h>

#include "inside.h"

/* What is about to be executed, in the machine's words. */
static struct machine_point point_of(const struct program_point *p)
{
    return (struct machine_point){ p->at, p->hart, p->tid, p->pc, p->word };
}

static bool before(void *ctx, const struct program_point *p)
{
    const struct machine_watch *w = ctx;
    struct machine_point q = point_of(p);

    return w->before && w->before(w->ctx, &q);
}

static void after(void *ctx, const struct program_point *p)
{
    const struct machine_watch *w = ctx;
    struct machine_point q = point_of(p);

    if (w->after)
        w->after(w->ctx, &q);
}

static bool fault(void *ctx, const struct program_point *p, int signo)
{
    const struct machine_watch *w = ctx;
    struct machine_point q = point_of(p);

    return w->fault && w->fault(w->ctx, &q, signo);
}

void machine_watch(struct machine *m, const struct machine_watch *w)
{
    m->watch = (struct program_watch){ (void *)w, before, after, fault };
    programs_watch(&m->kern, w ? &m->watch : NULL);
}

bool machine_halted(const struct machine *m)
{
    return m->kern.halted;
}

tid_t machine_program(const struct machine *m, tid_t from)
{
    struct kern *k = (struct kern *)&m->kern;

    for (tid_t tid = from; tid < k->max_tasks; tid++)
        if (programs_regs(k, tid))
            return tid;
    return TID_NONE;
}

bool machine_regs(struct machine *m, tid_t tid, uint32_t regs[DEBUG_REGS])
{
    const struct cpu_regs *r = programs_regs(&m->kern, tid);

    if (!r)
        return false;
    for (unsigned i = 0; i < 32; i++)
        regs[i] = i ? r->x[i] : 0;
    regs[DEBUG_PC] = r->pc;
    return true;
}

bool machine_set_reg(struct machine *m, tid_t tid, unsigned reg, uint32_t value)
{
    struct cpu_regs *r = programs_regs(&m->kern, tid);

    if (!r || reg >= DEBUG_REGS)
        return false;
    if (reg == DEBUG_PC)
        r->pc = value;
    else if (reg)
        r->x[reg] = value;
    return true;
}

size_t machine_peek(const struct machine *m, tid_t tid, uint32_t va, void *buf, size_t n)
{
    return programs_peek(&m->kern, tid, va, buf, n);
}

size_t machine_poke(struct machine *m, tid_t tid, uint32_t va, const void *buf, size_t n)
{
    return programs_poke(&m->kern, tid, va, buf, n);
}

const struct program_config *machine_image(const struct machine *m, tid_t tid)
{
    return programs_image(&m->kern, tid);
}

int32_t machine_process(const struct machine *m, tid_t tid, bool *own)
{
    return programs_pid(&m->kern, tid, own);
}

bool machine_held(const struct machine *m, tid_t tid)
{
    return programs_is_held(&m->kern, tid);
}

bool machine_hold(struct machine *m, int32_t pid, bool held)
{
    return programs_hold(&m->kern, pid, held);
}

bool machine_kill(struct machine *m, int32_t pid)
{
    return programs_kill(&m->kern, pid);
}

uint32_t machine_pipe(const struct machine *m, tid_t tid, uint32_t fd)
{
    return programs_pipe(&m->kern, tid, fd);
}
