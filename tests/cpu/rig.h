/* rig.h - a small computer for tests of src/cpu/: memory, tables, code, one call to run.
 *
 * Frame 0 is left alone; frame 1 is the root of the tables; further ones are handed
 * out by rig_frame. Code is written with the encoder, not an assembler.
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include <cpu/cpu.h>
#include <cpu/isa.h>

#include <stdlib.h>
#include <string.h>

enum {
    RIG_ROOT = 1,
    RIG_RWX = PTE_V | PTE_R | PTE_W | PTE_X | PTE_U | PTE_A | PTE_D,
    RIG_RW = RIG_RWX & ~PTE_X,
    RIG_RX = PTE_V | PTE_R | PTE_X | PTE_U | PTE_A,
};

struct rig {
    struct memory_config memory;
    struct cost_config costs;
    struct cpu *cpu;
    struct cpu_hart *hart;
    struct cpu_regs regs;
    struct cpu_counts counts;
    struct cpu_trap trap;
    uint64_t used;
    uint32_t next_frame;
    void *mem;
};

static inline void rig_costs_unit(struct cost_config *k)
{
    *k = (struct cost_config){ 0 };
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        k->insn[i] = 1;
}

/* r->memory and r->costs are set. */
static inline void rig_build(struct rig *r, uint32_t nharts)
{
    struct arena a;

    arena_init(&a, NULL, 0);
    cpu_init(&a, &r->memory, &r->costs, nharts, 1);

    size_t size = (a.used + 4095) & ~(size_t)4095;

    r->mem = aligned_alloc(4096, size);
    if (!r->mem)
        abort();
    memset(r->mem, 0, size);
    arena_init(&a, r->mem, size);
    r->cpu = cpu_init(&a, &r->memory, &r->costs, nharts, 1);
    r->hart = cpu_hart(r->cpu, 0);
    r->next_frame = RIG_ROOT + 1;
}

static inline void rig_init(struct rig *r, enum cpu_engine engine)
{
    *r = (struct rig){ .memory = { .frames = 64, .tlb_entries = 16, .tlb_ways = 4 } };
    rig_costs_unit(&r->costs);
    rig_build(r, 1);
    cpu_set_engine(r->cpu, engine);
}

static inline void rig_free(struct rig *r)
{
    free(r->mem);
}

static inline uint32_t rig_frame(struct rig *r)
{
    return r->next_frame++;
}

static inline uint32_t *rig_words(struct rig *r, uint32_t pfn)
{
    return (uint32_t *)(void *)cpu_frame(r->cpu, pfn);
}

/* The page-table entry of va under `root`, its table made if need be. */
static inline uint32_t *rig_pte_under(struct rig *r, uint32_t root, uint32_t va)
{
    uint32_t *e = &rig_words(r, root)[va_index(va, 1)];

    if (!*e)
        *e = pte_make(rig_frame(r), PTE_V);
    return &rig_words(r, pte_pfn(*e))[va_index(va, 0)];
}

static inline uint32_t *rig_pte(struct rig *r, uint32_t va)
{
    return rig_pte_under(r, RIG_ROOT, va);
}

/* Map a new frame at va; its number. */
static inline uint32_t rig_map(struct rig *r, uint32_t va, uint32_t flags)
{
    uint32_t pfn = rig_frame(r);

    *rig_pte(r, va) = pte_make(pfn, flags);
    return pfn;
}

static inline uint32_t rig_satp(void)
{
    return satp_make(1, RIG_ROOT);
}

static inline enum cpu_stop rig_run(struct rig *r, uint64_t budget)
{
    return cpu_run(r->hart, &r->regs, rig_satp(), budget, &r->used, &r->counts,
                   &r->trap);
}

/* --- instructions --- */

static inline uint32_t enc(unsigned op, unsigned rd, unsigned rs1, unsigned rs2,
                           int32_t imm)
{
    struct insn in = { .op = (uint8_t)op, .rd = (uint8_t)rd, .rs1 = (uint8_t)rs1,
                       .rs2 = (uint8_t)rs2, .imm = (uint32_t)imm };

    return insn_encode(&in);
}

static inline uint32_t enc_i(unsigned op, unsigned rd, unsigned rs1, int32_t imm)
{
    return enc(op, rd, rs1, 0, imm);
}

static inline uint32_t enc_r(unsigned op, unsigned rd, unsigned rs1, unsigned rs2)
{
    return enc(op, rd, rs1, rs2, 0);
}

/* Stores and branches: no rd. */
static inline uint32_t enc_s(unsigned op, unsigned rs1, unsigned rs2, int32_t imm)
{
    return enc(op, 0, rs1, rs2, imm);
}

#define ECALL_WORD 0x00000073u
#define EBREAK_WORD 0x00100073u

#endif
