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
    if (!k->programs || tid >= k->max_tasks || !is_program(k, tid))
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
    const struct programs *ps = k->programs;
    uint8_t *to = buf;
    size_t done = 0;

    if (!t || !proc_of(ps, t)->as)
        return 0;
    while (done < n && va < USER_TOP) {
        const struct aspace *as = proc_of(ps, t)->as;
        uint32_t pte = pt_get(&ps->mm.frames, as->root, va), at = va & (PAGE_SIZE - 1);
        size_t len = n - done < PAGE_SIZE - at ? n - done : PAGE_SIZE - at;

        if (pte & PTE_V)
            memcpy(to + done, physmem_frame(cpu_memory(ps->cpu), pte_pfn(pte)) + at, len);
        else if (aspace_region(as, va))
            memset(to + done, 0, len);  /* it will be, when it is touched */
        else
            break;
        done += len;
        va += (uint32_t)len;
    }
    return done;
}

size_t programs_poke(struct kern *k, tid_t tid, uint32_t va, const void *buf, size_t n)
{
    const struct thread *t = living(k, tid);
    struct programs *ps = k->programs;
    const uint8_t *from = buf;
    size_t done = 0;

    if (!t || !proc_of(ps, t)->as)
        return 0;
    while (done < n && va < USER_TOP) {
        struct aspace *as = proc_of(ps, t)->as;
        const struct region *r = aspace_region(as, va);
        uint32_t page = va & ~(uint32_t)(PAGE_SIZE - 1), at = va - page;
        uint32_t pte = pt_get(&ps->mm.frames, as->root, va);
        size_t len = n - done < PAGE_SIZE - at ? n - done : PAGE_SIZE - at;

        if (!r)
            break;
        /* A page of its own first: text may be shared with a parent. */
        if (pte & PTE_V && frame_refs(&ps->mm.frames, pte_pfn(pte)) > 1 &&
            !(r->flags & REGION_SHARED)) {
            uint32_t prot = r->flags & REGION_PROT;
            bool brought;

            if (aspace_protect(&ps->mm, as, page, PAGE_SIZE, prot | REGION_WRITE) ||
                mm_fault(&ps->mm, as, va, ACCESS_STORE, &brought) ||
                aspace_protect(&ps->mm, as, page, PAGE_SIZE, prot))
                break;
        }
        uint32_t placed;
        enum mm_result why = mm_place(&ps->mm, as, va, from + done, (uint32_t)len, &placed);

        done += placed;
        va += placed;
        if (why)
            break;
    }
    return done;
}

/* --- running --- */

/* The signal that the exception will become; 0: the kernel will repair it. */
static int fatal_signal(const struct programs *ps, const struct thread *t)
{
    const struct region *r;

    if (t->body.stopped)
        return G_SIGTRAP;
    switch (t->body.trap.cause) {
    case CAUSE_ECALL:
        return 0;
    case CAUSE_ILLEGAL:
        return G_SIGILL;
    case CAUSE_FETCH_PAGE: case CAUSE_LOAD_PAGE: case CAUSE_STORE_PAGE: {
        unsigned need = t->body.trap.cause == CAUSE_FETCH_PAGE ? REGION_EXEC :
                        t->body.trap.cause == CAUSE_STORE_PAGE ? REGION_WRITE :
                        REGION_READ | REGION_WRITE;

        r = aspace_region(proc_of(ps, t)->as, t->body.trap.tval);
        return r && r->flags & need ? 0 : G_SIGSEGV;
    }
    default:
        return G_SIGBUS;
    }
}

static bool step(struct kern *k, unsigned h, struct thread *t, ns_t to,
                 struct program_point *point)
{
    struct hart *hart = &k->hart[h];
    const struct program_watch *w = k->programs->watch;
    uint64_t mhz = hart_rate(hart), used;
    uint64_t span = (uint64_t)(to - hart->local), done = t->body.counts.instructions;
    struct cpu_hart *ch = cpu_hart(k->programs->cpu, h);

    cpu_set_time(ch, hart->local, (uint32_t)mhz);
    enum cpu_stop stop = program_run(&t->body, ch, 1, &used);
    uint64_t total = hart->cycle_carry + used * 1000;
    uint64_t ns = total / mhz < span ? total / mhz : span;

    hart->cycle_carry = total - ns * mhz;
    hart->local += (ns_t)ns;
    bool call = stop == CPU_TRAP && t->body.trap.cause == CAUSE_ECALL;
    if (w->after && (call || t->body.counts.instructions != done))
        w->after(w->ctx, point);
    if (stop == CPU_BUDGET)
        return true;
    t->attention |= ATTEND_TRAP;
    hart_stop_here(k, h);
    int signo = fatal_signal(k->programs, t);
    if (signo && w->fault && w->fault(w->ctx, point, signo))
        k->halted = true;
    return false;
}

void run_watched(struct kern *k, unsigned h, struct thread *t, ns_t to)
{
    struct hart *hart = &k->hart[h];
    const struct program_watch *w = k->programs->watch;
    uint64_t mhz = hart_rate(hart);

    for (;;) {
        uint64_t want = (uint64_t)(to - hart->local) * mhz;
        struct program_point point = { .at = hart->local, .hart = (uint16_t)h,
                                       .tid = t->tid, .pc = t->body.regs.pc };

        if (want <= hart->cycle_carry) {
            hart->cycle_carry -= want;
            hart->local = to;
            return;
        }
        (void)programs_peek(k, t->tid, point.pc, &point.word, sizeof point.word);
        if (w->before && w->before(w->ctx, &point)) {
            k->halted = true;
            return;
        }
        if (!step(k, h, t, to, &point))
            return;
    }
}
