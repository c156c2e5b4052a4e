/* lockstep_test.c - every engine against the reference, over random programs.
 *
 * Random instruction streams, page tables, cost sets and TLB geometries run in random
 * slices, on one hart or two; between slices page tables are edited with or without
 * a fence, address spaces change, and code is overwritten. After each slice
 * registers, counts, traps and (every few) all of memory must be the same.
 */
#include "reference.h"
#include "rig.h"
#include "../suite.h"

#include <sim/rng.h>

enum { FRAMES = 48, CODE = 0x10000, CODE_PAGES = 3, DATA = 0x20000, DATA_PAGES = 8,
       MEGA = 0x00c00000, NRIGS = 3, NHARTS = 2, SPACES = 3 };

static const enum cpu_engine engines[NRIGS] = { CPU_STEP, CPU_FAST, CPU_SWITCH };

struct world {
    rng_t rng;
    unsigned nharts;
    struct rig rig[NRIGS];
    struct cpu_regs regs[NRIGS][NHARTS];
    struct cpu_counts counts[NRIGS][NHARTS];
    struct ref_hart ref[NHARTS];
    uint32_t root[SPACES], frame_of_code, frame_of_data;
    bool with_reference;        /* it knows FIFO replacement only */
    bool calm;                  /* programs that seldom trap, so run further */
};

static uint32_t draw(struct world *w, uint32_t n)
{
    return (uint32_t)rng_below(&w->rng, n);
}

/* --- random instructions --- */

/* x8..x15 hold addresses and are seldom written. */
static unsigned any_rd(struct world *w)
{
    unsigned rd = draw(w, 32);

    return rd >= 8 && rd < 16 && draw(w, 16) ? rd + 16 : rd;
}

static int32_t jump_distance(struct world *w)
{
    int32_t words = (int32_t)draw(w, 64) - 32;

    if (draw(w, 12) == 0)
        words = (int32_t)draw(w, 2000) - 1000;
    return words * 4 + (!w->calm && draw(w, 40) == 0 ? 2 : 0);
}

static uint32_t random_word(struct world *w)
{
    unsigned op = draw(w, OP_COUNT), cls = insn_table[op].cls;
    struct insn in = { .op = (uint8_t)op, .rd = (uint8_t)any_rd(w),
                       .rs1 = (uint8_t)draw(w, 32), .rs2 = (uint8_t)draw(w, 32),
                       .imm = (uint32_t)rng_next(&w->rng) };

    if (!w->calm && draw(w, 100) == 0)
        return (uint32_t)rng_next(&w->rng);
    if (cls == INSN_SYSTEM || op == OP_CSRRW || op == OP_CSRRWI)
        in.op = w->calm || draw(w, 4) ? OP_ADD : (uint8_t)op;
    if (cls == INSN_LOAD || cls == INSN_STORE || cls == INSN_AMO) {
        in.rs1 = (uint8_t)(8 + draw(w, 8));
        in.imm = w->calm || draw(w, 6) ? draw(w, 512) & ~3u : (uint32_t)((int)draw(w, 4096) - 2048);
    }
    if (cls == INSN_BRANCH || op == OP_JAL)
        in.imm = (uint32_t)jump_distance(w);
    if (op == OP_JALR) {
        in.rs1 = 7;             /* an address in the code */
        in.imm = (uint32_t)((int)draw(w, 1024) - 512) & (w->calm || draw(w, 8) ? ~3u : ~0u);
    }
    if (insn_table[op].format == INSN_FMT_CSR || insn_table[op].format == INSN_FMT_CSRI) {
        in.imm = 0xc00 + draw(w, 3) + (draw(w, 4) ? 0 : 0x80);
        in.rs1 = w->calm || draw(w, 3) ? 0 : in.rs1;
    }
    return insn_encode(&in);
}

/* --- one world --- */

static void random_costs(struct world *w, struct cost_config *k)
{
    rig_costs_unit(k);
    if (draw(w, 2)) {
        for (unsigned i = 0; i < INSN_CLASSES; i++)
            k->insn[i] = 1 + draw(w, draw(w, 4) ? 5 : 60);
        k->taken_branch = draw(w, 4);
        k->misaligned = draw(w, 20);
    }
    k->tlb_walk_level = draw(w, 2) * draw(w, 50);
}

/* The same to every rig: entry of va under root. */
static void set_pte(struct world *w, uint32_t root, uint32_t va, uint32_t pte)
{
    for (unsigned i = 0; i < NRIGS; i++)
        *rig_pte_under(&w->rig[i], root, va) = pte;
}

static uint32_t random_flags(struct world *w)
{
    static const uint32_t likely[] = { RIG_RWX, RIG_RW, RIG_RWX, RIG_RW, RIG_RX,
                                       RIG_RWX | PTE_G };

    return w->calm || draw(w, 6) ? likely[draw(w, w->calm ? 4 : 6)] : PTE_V | draw(w, 256);
}

static void make_spaces(struct world *w)
{
    for (unsigned s = 0; s < SPACES; s++) {
        for (unsigned i = 0; i < NRIGS; i++)
            w->root[s] = rig_frame(&w->rig[i]);
        for (uint32_t p = 0; p < CODE_PAGES; p++)
            set_pte(w, w->root[s], CODE + p * PAGE_SIZE,
                    pte_make(w->frame_of_code + p, draw(w, 3) ? RIG_RX : RIG_RWX));
        for (uint32_t p = 0; p < DATA_PAGES; p++)
            set_pte(w, w->root[s], DATA + p * PAGE_SIZE,
                    pte_make(w->frame_of_data + p, random_flags(w)));
        /* All of memory again, tables and code included, as a megapage. */
        for (unsigned i = 0; i < NRIGS; i++)
            rig_words(&w->rig[i], w->root[s])[va_index(MEGA, 1)] =
                pte_make(0, draw(w, 1) ? RIG_RX : RIG_RWX);
    }
}

static void fill_code(struct world *w)
{
    for (uint32_t p = 0; p < CODE_PAGES; p++)
        for (uint32_t k = 0; k < PT_ENTRIES; k++) {
            uint32_t word = random_word(w);

            for (unsigned i = 0; i < NRIGS; i++)
                rig_words(&w->rig[i], w->frame_of_code + p)[k] = word;
        }
}

static uint32_t random_pointer(struct world *w)
{
    switch (w->calm && draw(w, 16) ? 5 : draw(w, 12)) {
    case 0:
        return MEGA + draw(w, FRAMES * PAGE_SIZE);
    case 1:
        return MEGA + (w->frame_of_code << PAGE_SHIFT) + draw(w, CODE_PAGES * PAGE_SIZE);
    case 2:
        return (uint32_t)rng_next(&w->rng);
    case 3:
        return DATA + (1 + draw(w, DATA_PAGES - 1)) * PAGE_SIZE - draw(w, 16);
    case 4:
        return CODE + draw(w, CODE_PAGES * PAGE_SIZE);
    default:
        return (DATA + draw(w, (DATA_PAGES - 1) * PAGE_SIZE)) & ~3u;
    }
}

/* New registers and pc, for a hart of every machine. */
static void reseed(struct world *w, unsigned hart)
{
    struct ref_hart *ref = &w->ref[hart];

    for (unsigned k = 1; k < 32; k++)
        ref->x[k] = k >= 8 && k < 16 ? random_pointer(w)
                                     : draw(w, 2) ? (uint32_t)rng_next(&w->rng)
                                                  : draw(w, 64) - 32;
    ref->x[7] = CODE + (draw(w, CODE_PAGES * PAGE_SIZE) & ~3u);
    ref->pc = CODE + (draw(w, CODE_PAGES * PAGE_SIZE) & ~3u);
    for (unsigned i = 0; i < NRIGS; i++) {
        memcpy(w->regs[i][hart].x, ref->x, sizeof ref->x);
        w->regs[i][hart].pc = ref->pc;
    }
}

static void world_init(struct world *w, uint64_t seed, enum tlb_replace replace)
{
    struct memory_config m = { .frames = FRAMES, .tlb_replace = replace };
    struct cost_config k;

    memset(w, 0, sizeof *w);
    w->rng = seed;
    w->with_reference = replace == TLB_FIFO;
    w->nharts = 1 + draw(w, 2);
    w->calm = draw(w, 3) != 0;
    m.tlb_ways = 1u << draw(w, 3);
    m.tlb_entries = m.tlb_ways << draw(w, 4);
    m.svadu = draw(w, 2);
    random_costs(w, &k);
    for (unsigned i = 0; i < NRIGS; i++) {
        w->rig[i] = (struct rig){ .memory = m, .costs = k };
        rig_build(&w->rig[i], w->nharts);
        cpu_set_engine(w->rig[i].cpu, engines[i]);
        w->frame_of_code = w->rig[i].next_frame;
        w->frame_of_data = w->frame_of_code + CODE_PAGES;
        w->rig[i].next_frame += CODE_PAGES + DATA_PAGES;
    }
    fill_code(w);
    make_spaces(w);

    uint64_t size = (uint64_t)FRAMES * PAGE_SIZE;
    uint8_t *bytes = malloc(size);

    memcpy(bytes, physmem_frame(cpu_memory(w->rig[0].cpu), 0), size);
    for (unsigned h = 0; h < w->nharts; h++) {
        w->ref[h] = (struct ref_hart){
            .mem = { bytes, size }, .svadu = m.svadu,
            .satp = satp_make(h + 1, w->root[h]),
            .nsets = m.tlb_entries / m.tlb_ways, .nways = m.tlb_ways,
            .cost = { k.insn[INSN_ALU], k.insn[INSN_MUL], k.insn[INSN_DIV],
                      k.insn[INSN_LOAD], k.insn[INSN_STORE], k.insn[INSN_BRANCH],
                      k.insn[INSN_JUMP], k.insn[INSN_AMO], k.insn[INSN_CSR],
                      k.insn[INSN_FENCE], k.taken_branch, k.misaligned,
                      k.tlb_walk_level },
            .other = w->nharts > 1 ? &w->ref[!h] : NULL,
        };
        reseed(w, h);
    }
}

static void world_free(struct world *w)
{
    free(w->ref[0].mem.bytes);
    for (unsigned i = 0; i < NRIGS; i++)
        rig_free(&w->rig[i]);
}

/* --- what happens between slices --- */

static void ref_fence(struct ref_hart *h, const uint32_t *va, const uint32_t *asid)
{
    for (unsigned i = 0; i < h->nsets * h->nways; i++) {
        struct ref_tlb *e = &h->tlb[i];
        bool this_va = !va || (e->level ? e->vpn >> 10 == *va >> 22
                                        : e->vpn == *va >> 12);

        if (this_va && (!asid || (e->asid == *asid && !(e->pte & PTE_G))))
            e->valid = false;
    }
}

static void fence(struct world *w, unsigned hart)
{
    uint32_t va = random_pointer(w), asid = 1 + draw(w, SPACES);
    const uint32_t *pva = draw(w, 2) ? &va : NULL, *pasid = draw(w, 2) ? &asid : NULL;

    for (unsigned i = 0; i < NRIGS; i++)
        cpu_fence(cpu_hart(w->rig[i].cpu, hart), pva, pasid);
    ref_fence(&w->ref[hart], pva, pasid);
}

static void kernel_write(struct world *w, uint32_t pfn, uint32_t k, uint32_t word)
{
    for (unsigned i = 0; i < NRIGS; i++)
        rig_words(&w->rig[i], pfn)[k] = word;
    memcpy(w->ref[0].mem.bytes + (uint64_t)pfn * PAGE_SIZE + k * 4, &word, 4);
    for (unsigned h = 0; h < w->nharts; h++)
        if (w->ref[h].reserved_pa >> PAGE_SHIFT == pfn)
            w->ref[h].reserved = false;
}

static void meddle(struct world *w, unsigned hart)
{
    switch (draw(w, 8)) {
    case 0:
        fence(w, hart);
        break;
    case 1:                     /* code, as a loader would */
        kernel_write(w, w->frame_of_code + draw(w, CODE_PAGES), draw(w, 1024),
                     random_word(w));
        break;
    case 2:                     /* a table entry of data, behind the TLB's back */
        kernel_write(w, w->root[draw(w, SPACES)] + 1,
                     va_index(DATA + draw(w, DATA_PAGES) * PAGE_SIZE, 0),
                     pte_make(w->frame_of_data + draw(w, DATA_PAGES), random_flags(w)));
        break;
    case 3: {
        unsigned s = draw(w, SPACES + 1);

        w->ref[hart].satp = s == SPACES ? satp_make(1, w->root[2])
                                        : satp_make(s + 1, w->root[s]);
        break;
    }
    case 4:
        for (unsigned i = 0; i < NRIGS; i++)
            cpu_switch(cpu_hart(w->rig[i].cpu, hart));
        w->ref[hart].reserved = false;
        break;
    case 5:
        reseed(w, hart);
        break;
    default:
        break;
    }
}

/* --- one slice --- */

struct outcome { enum cpu_stop stop; struct cpu_trap trap; uint64_t used; };

static struct outcome run_ref(struct ref_hart *h, uint64_t budget)
{
    struct outcome o = { .stop = CPU_BUDGET };
    uint64_t start = h->cycles;

    while (h->cycles - start < budget)
        if (!ref_step(h)) {
            o.stop = h->cause == 3 ? CPU_BREAK : CPU_TRAP;
            o.trap = (struct cpu_trap){ (uint32_t)h->cause, h->tval };
            break;
        }
    o.used = h->cycles - start;
    return o;
}

static struct outcome run_rig(struct world *w, unsigned i, unsigned hart, uint64_t budget)
{
    struct cpu_hart *h = cpu_hart(w->rig[i].cpu, hart);
    struct outcome o = { .stop = CPU_BUDGET };

    cpu_set_time(h, (ns_t)cpu_cycles(h), 1000, 1000);
    o.stop = cpu_run(h, &w->regs[i][hart], w->ref[hart].satp, budget, &o.used,
                     &w->counts[i][hart], &o.trap);
    return o;
}

static void same_outcome(const struct outcome *a, const struct outcome *b)
{
    ck_assert_uint_eq(a->stop, b->stop);
    ck_assert_uint_eq(a->used, b->used);
    ck_assert_uint_eq(a->trap.cause, b->trap.cause);
    ck_assert_uint_eq(a->trap.tval, b->trap.tval);
}

static void same_as_ref(const struct cpu_regs *r, const struct cpu_counts *n,
                        const struct ref_hart *ref)
{
    ck_assert_uint_eq(r->pc, ref->pc);
    ck_assert_mem_eq(r->x, ref->x, sizeof ref->x);
    ck_assert_uint_eq(n->instructions, ref->instret);
    ck_assert_uint_eq(n->cycles, ref->cycles);
    ck_assert_uint_eq(n->loads, ref->loads);
    ck_assert_uint_eq(n->stores, ref->stores);
    ck_assert_uint_eq(n->misaligned, ref->misaligned);
    ck_assert_uint_eq(n->tlb_hits, ref->hits);
    ck_assert_uint_eq(n->tlb_misses, ref->misses);
    ck_assert_uint_eq(n->walk_reads, ref->walk_reads);
}

static const uint8_t *memory_of(struct world *w, unsigned i)
{
    return physmem_frame(cpu_memory(w->rig[i].cpu), 0);
}

static void slice(struct world *w, unsigned hart, bool compare_memory)
{
    static const uint32_t spans[] = { 1, 3, 20, 200, 3000 };
    uint64_t budget = 1 + draw(w, spans[draw(w, 5)]);
    struct outcome first = run_rig(w, 0, hart, budget);

    for (unsigned i = 1; i < NRIGS; i++) {
        struct outcome o = run_rig(w, i, hart, budget);

        same_outcome(&first, &o);
        ck_assert_uint_eq(w->regs[0][hart].pc, w->regs[i][hart].pc);
        ck_assert_mem_eq(w->regs[0][hart].x, w->regs[i][hart].x, 32 * 4);
        ck_assert_mem_eq(&w->counts[0][hart], &w->counts[i][hart],
                         sizeof(struct cpu_counts));
        if (compare_memory)
            ck_assert_mem_eq(memory_of(w, 0), memory_of(w, i), FRAMES * PAGE_SIZE);
    }
    if (w->with_reference) {
        struct outcome o = run_ref(&w->ref[hart], budget);

        same_outcome(&o, &first);
        same_as_ref(&w->regs[0][hart], &w->counts[0][hart], &w->ref[hart]);
        if (compare_memory)
            ck_assert_mem_eq(w->ref[0].mem.bytes, memory_of(w, 0), FRAMES * PAGE_SIZE);
    }
    if (first.stop != CPU_BUDGET) {     /* skip what trapped, or start elsewhere */
        bool lost = first.trap.tval == w->regs[0][hart].pc || draw(w, 30) == 0;

        if (lost) {
            reseed(w, hart);
            return;
        }
        for (unsigned i = 0; i < NRIGS; i++)
            w->regs[i][hart].pc += 4;
        w->ref[hart].pc += 4;
    }
}

static void run_worlds(enum tlb_replace replace, uint64_t seeds, unsigned slices)
{
    for (uint64_t seed = 0; seed < seeds; seed++) {
        static struct world w;

        world_init(&w, seed * 1000003 + replace, replace);
        for (unsigned n = 0; n < slices; n++) {
            unsigned hart = draw(&w, w.nharts);

            slice(&w, hart, n % 16 == 15);
            if (draw(&w, 6) == 0)
                meddle(&w, hart);
        }
        world_free(&w);
    }
}

START_TEST(engines_agree_with_the_reference)
{
    run_worlds(TLB_FIFO, 60, 400);
}
END_TEST

START_TEST(engines_agree_under_random_replacement)
{
    run_worlds(TLB_RANDOM, 20, 400);
}
END_TEST

START_TEST(engines_agree_under_lru)
{
    run_worlds(TLB_LRU, 20, 400);
}
END_TEST

SUITE(cpu_lockstep, 40, engines_agree_with_the_reference,
      engines_agree_under_random_replacement, engines_agree_under_lru)
