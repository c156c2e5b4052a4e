/* hart.c - laying out harts, running them, and keeping host tables honest. */
#include <cpu/code.h>

#include <sim/check.h>

/* --- layout --- */

static uint32_t tables_for(uint32_t nharts)
{
    return nharts <= 16 ? HOST_TABLES : nharts <= 128 ? 2 : 1;
}

static void hart_init(struct cpu_hart *h, struct cpu *c, struct arena *a,
                      const struct memory_config *m, uint32_t nharts, rng_t rng)
{
    uint32_t n = tables_for(nharts);
    struct host_table *tables = arena_array(a, struct host_table, n);

    tlb_init(h ? &h->tlb : NULL, a, m, rng);
    if (!h)
        return;
    h->cpu = c;
    h->tables = tables;
    h->ntables = n;
    h->asid = ASID_NONE;
    h->host = tables;
    h->cycle = h->rate = 1000;
    host_clear(h);
}

/* The account of the fast engines has limited fields; and when hits change the state
 * of the TLB, each must be seen. */
static bool fast_ok(const struct memory_config *m, const struct cost_config *k)
{
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        if (k->insn[i] < 1 || k->insn[i] > CHARGE_COST_MAX)
            return false;
    return k->taken_branch <= CHARGE_COST_MAX && m->tlb_replace != TLB_LRU;
}

struct cpu *cpu_init(struct arena *a, const struct memory_config *memory,
                     const struct cost_config *costs, uint32_t nharts, uint64_t seed)
{
    struct cpu *c = arena_array(a, struct cpu, 1);
    struct cpu_hart *hart = arena_array(a, struct cpu_hart, nharts);
    uint32_t ncode = code_cache_pages(memory->frames);
    struct code_page *code = arena_take(a, sizeof *code * ncode, 64);
    struct physmem pm = { 0 };

    physmem_init(&pm, a, memory->frames);
    if (c)
        *c = (struct cpu){
            .pm = pm, .memory = memory, .costs = costs, .hart = hart,
            .nharts = nharts, .engine = CPU_FAST, .fast_ok = fast_ok(memory, costs),
            .code = code, .ncode = ncode,
        };
    for (uint32_t i = 0; i < nharts; i++)
        hart_init(c ? &hart[i] : NULL, c, a, memory, nharts,
                  rng_stream(seed, "tlb", i));
    if (c)
        code_init(c);
    return c;
}

struct physmem *cpu_memory(struct cpu *c)
{
    return &c->pm;
}

struct cpu_hart *cpu_hart(struct cpu *c, uint32_t i)
{
    CHECK(i < c->nharts);
    return &c->hart[i];
}

void cpu_set_engine(struct cpu *c, enum cpu_engine e)
{
    code_drop_all(c);           /* handlers are the engine's */
    c->engine = e;
}

void cpu_seal(struct cpu *c)
{
    c->sealed = true;
}

/* --- host tables --- */

static void table_clear(struct host_table *t)
{
    for (unsigned i = 0; i < HOST_ENTRIES; i++)
        t->data[i].read = t->data[i].write = HOST_NOTHING;
    for (unsigned i = 0; i < HOST_CODE; i++)
        t->code[i].va = HOST_NOTHING;
}

void host_clear(struct cpu_hart *h)
{
    for (uint32_t i = 0; i < h->ntables; i++) {
        table_clear(&h->tables[i]);
        h->tables[i].asid = ASID_NONE;
    }
    h->host->asid = h->asid;
    h->fetch_page = HOST_NOTHING;
    h->epoch = h->cpu->epoch;
}

static void table_drop(struct host_table *t, uint32_t vpn)
{
    uint32_t page = vpn << PAGE_SHIFT;
    struct host_entry *e = &t->data[vpn & (HOST_ENTRIES - 1)];
    struct host_code *code = &t->code[vpn & (HOST_CODE - 1)];

    if (e->read == page || e->write == page)
        e->read = e->write = HOST_NOTHING;
    if (code->va == page)
        code->va = HOST_NOTHING;
}

void host_drop(struct cpu_hart *h, const struct tlb_entry *e)
{
    if (e->level) {
        host_clear(h);
        return;
    }
    for (uint32_t i = 0; i < h->ntables && (e->pte & PTE_G); i++)
        table_drop(&h->tables[i], e->vpn);

    struct host_table *own = &h->tables[e->asid & (h->ntables - 1)];

    if (own->asid == e->asid)
        table_drop(own, e->vpn);
    if (h->fetch_page == e->vpn << PAGE_SHIFT)
        h->fetch_page = HOST_NOTHING;
}

void host_forbid_write(struct cpu_hart *h, uint32_t pfn)
{
    uintptr_t frame = (uintptr_t)physmem_frame(&h->cpu->pm, pfn);

    for (uint32_t i = 0; i < h->ntables; i++)
        for (unsigned k = 0; k < HOST_ENTRIES; k++) {
            struct host_entry *e = &h->tables[i].data[k];

            if (e->write != HOST_NOTHING && e->host + e->write == frame)
                e->write = HOST_NOTHING;
        }
    h->epoch = ++h->cpu->epoch; /* other harts: when they run next */
}

/* --- what stores do to others --- */

void reservation_set(struct cpu_hart *h, bool on)
{
    h->cpu->nreserved += (uint32_t)on - (uint32_t)h->reserved;
    h->reserved = on;
    DCHECK(h->cpu->nreserved <= h->cpu->nharts);
}

/* Break what others hold in pa .. pa + size - 1; is any left in that frame? */
static bool reservations_break(struct cpu *c, const struct cpu_hart *by, uint64_t pa,
                               uint32_t size)
{
    bool left = false;

    for (uint32_t i = 0; i < c->nharts && c->nreserved; i++) {
        struct cpu_hart *h = &c->hart[i];

        if (!h->reserved)
            continue;
        if (h != by && h->reserved_pa < pa + size && pa < h->reserved_pa + 4)
            reservation_set(h, false);
        else if (h->reserved_pa >> PAGE_SHIFT == pa >> PAGE_SHIFT)
            left = true;
    }
    return left;
}

void frame_written(struct cpu *c, struct cpu_hart *by, uint64_t pa, uint32_t size)
{
    uint32_t pfn = (uint32_t)(pa >> PAGE_SHIFT);
    uint8_t *mark = &c->pm.mark[pfn];

    DCHECK((pa & (PAGE_SIZE - 1)) + size <= PAGE_SIZE);         /* one frame's marks */
    if (*mark & FRAME_CODE) {
        code_drop(c, pfn);
        if (*mark / FRAME_CHURN < FRAME_CHURN_MAX)
            *mark = (uint8_t)(*mark + FRAME_CHURN);
    }
    if (!reservations_break(c, by, pa, size))
        *mark &= (uint8_t)~FRAME_RESERVED;
}

uint8_t *cpu_frame(struct cpu *c, uint32_t pfn)
{
    CHECK(pfn < c->pm.nframes);
    if (c->pm.mark[pfn] || c->nreserved) {
        frame_written(c, NULL, (uint64_t)pfn << PAGE_SHIFT, PAGE_SIZE);
        c->pm.mark[pfn] = 0;    /* what comes is new: it may be decoded again */
    }
    return c->pm.base + ((size_t)pfn << PAGE_SHIFT);
}

void cpu_switch(struct cpu_hart *h)
{
    reservation_set(h, false);
}

/* --- time and fences --- */

void cpu_set_time(struct cpu_hart *h, ns_t now, uint64_t cycle, uint64_t rate)
{
    CHECK(rate > 0);            /* the counter `time` divides by it */
    h->now = now;
    h->cycle = cycle;
    h->rate = rate;
}

uint64_t cpu_cycles(const struct cpu_hart *h)
{
    return h->cycles + h->run.cycles;
}

uint64_t cpu_instret(const struct cpu_hart *h)
{
    return h->instret + h->run.instructions;
}

uint64_t cpu_tlb_misses(const struct cpu_hart *h)
{
    return h->tlb_misses + h->run.tlb_misses;
}

void cpu_add_cycles(struct cpu_hart *h, uint64_t cycles)
{
    h->cycles += cycles;
}

void cpu_fence(struct cpu_hart *h, const uint32_t *va, const uint32_t *asid)
{
    if (va && asid && tlb_fence_page(&h->tlb, *va >> PAGE_SHIFT, *asid)) {
        host_drop(h, &(struct tlb_entry){ .vpn = *va >> PAGE_SHIFT,
                                          .asid = (uint16_t)*asid });
        return;
    }
    tlb_fence(&h->tlb, va, asid);
    host_clear(h);
}

/* --- running --- */

static void enter_space(struct cpu_hart *h, uint32_t satp)
{
    uint32_t asid = satp & SATP_SV32 ? satp_asid(satp) : ASID_BARE;

    if (h->epoch != h->cpu->epoch)
        host_clear(h);
    h->satp = satp;
    if (asid == h->asid)
        return;
    h->asid = asid;
    h->fetch_page = HOST_NOTHING;
    h->host = &h->tables[asid & (h->ntables - 1)];
    if (h->host->asid != asid) {
        table_clear(h->host);
        h->host->asid = asid;
    }
}

static void run_fast(struct cpu_hart *h, struct cpu_regs *r, uint64_t left)
{
    uint32_t slice = (uint32_t)(left < CHARGE_SLICE ? left : CHARGE_SLICE);

    if (h->cpu->engine == CPU_SWITCH)
        fast_switch(h, r, slice);
    else
        fast_goto(h, r, slice);
}

enum cpu_stop cpu_run(struct cpu_hart *h, struct cpu_regs *r, uint32_t satp,
                      uint64_t budget, uint64_t *used, struct cpu_counts *n,
                      struct cpu_trap *trap)
{
    bool fast = h->cpu->fast_ok && h->cpu->engine != CPU_STEP;
    enum cpu_stop why = CPU_BUDGET;

    DCHECK(h->run.cycles == 0 && h->run.instructions == 0);     /* all of it was handed out */
    enter_space(h, satp);
    DCHECK(h->host->asid == h->asid && h->epoch == h->cpu->epoch);
    r->x[0] = 0;
    while (h->run.cycles < budget) {
        if (fast) {
            run_fast(h, r, budget - h->run.cycles);
            if (h->run.cycles >= budget)
                break;
        }
        if (!hart_step(h, r)) {
            *trap = h->trap;
            why = trap->cause == CAUSE_BREAKPOINT ? CPU_BREAK : CPU_TRAP;
            break;
        }
    }
    *used = h->run.cycles;
    h->cycles += h->run.cycles;
    h->instret += h->run.instructions;
    h->tlb_misses += h->run.tlb_misses;
    n->instructions += h->run.instructions;
    n->cycles += h->run.cycles;
    n->loads += h->run.loads;
    n->stores += h->run.stores;
    n->misaligned += h->run.misaligned;
    n->tlb_hits += h->run.tlb_hits;
    n->tlb_misses += h->run.tlb_misses;
    n->walk_reads += h->run.walk_reads;
    h->run = (struct cpu_counts){ 0 };
    return why;
}

uint32_t cpu_translations(const struct cpu_hart *h, uint32_t skip, struct cpu_translation *out,
                          uint32_t max)
{
    const struct tlb *t = &h->tlb;
    uint32_t n = 0, seen = 0;

    for (uint32_t i = 0; i < t->nsets * t->nways && n < max; i++) {
        const struct tlb_entry *e = &t->entry[i];

        if (!e->valid || seen++ < skip)
            continue;
        out[n++] = (struct cpu_translation){ e->vpn, e->pte, e->asid, e->level != 0 };
    }
    return n;
}
