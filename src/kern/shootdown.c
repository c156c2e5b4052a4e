/* shootdown.c - a translation changes, and other harts may remember the old one.
 *
 * The hart that changes it interrupts those that run in the same space now, and waits until
 * they have forgotten; those that ran in it earlier forget when they enter it again, which
 * costs nobody anything. However many pages change at one instant, it is one interrupt for
 * each of the others, as kernels batch them.
 *
 * Source: Black, Rashid, Golub, Hill, Baron, "Translation Lookaside Buffer Consistency: A
 * Software Approach", ASPLOS 1989.
 */
#include <kern/pages.h>
#include <kern/proc.h>

void shootdown_from(struct kern *k, unsigned from)
{
    k->programs->mem->changes = from;
}

static bool runs_in(const struct kern *k, unsigned h, const struct aspace *as)
{
    tid_t tid = k->hart[h].running;
    const struct proc *p = tid == TID_NONE ? NULL : proc_of_task(k, tid);

    return p && proc_space(p) == as;
}

/* The one that changes it waits, once for all of them. */
static void wait_for_all(struct kern *k, unsigned from, ns_t ns)
{
    struct mem *mem = k->programs->mem;
    ns_t now = k->engine->now + 1;

    if (mem->shot_at == now && mem->shot_from == from)
        return;
    mem->shot_at = now;
    mem->shot_from = from;
    if (from != HART_NONE && k->hart[from].running != TID_NONE)
        hart_charge(k, from, ns, mem->mm.by);
}

void shootdown(void *ctx, const struct aspace *as, unsigned h, uint32_t va)
{
    struct kern *k = ctx;
    struct mem *mem = k->programs->mem;
    ns_t now = k->engine->now + 1, ns;
    unsigned from = mem->changes;

    if (h == from || !runs_in(k, h, as))
        return;
    if (mem->shot[h] == now && mem->shot_at == now && mem->shot_from == from)
        return;
    kern_say(k, EV_SHOOTDOWN, h, k->hart[h].running, from == HART_NONE ? -1 : (int64_t)from, va);
    ns = hart_cycles_ns(k, h, k->config->costs.shootdown);
    wait_for_all(k, from, ns);
    mem->shot[h] = now;
    hart_interrupt(k, h, ns, mem->mm.by);
}
