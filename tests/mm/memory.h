/* memory.h - a machine's memory alone, for tests of address spaces. */
#ifndef TESTS_MM_MEMORY_H
#define TESTS_MM_MEMORY_H

#include <check.h>
#include <mm/aspace.h>
#include <stdlib.h>
#include <string.h>

struct memory {
    struct config config;
    struct cpu_config cpu[2];
    struct mm mm;
    void *block;
};

static inline void memory_layout(struct memory *m, struct arena *a)
{
    struct cpu *cpu = cpu_init(a, &m->config.memory, &m->config.costs, 2, 1);

    mm_init(&m->mm, a, cpu, &m->config, 16);
}

static inline void memory_open(struct memory *m, uint32_t frames)
{
    struct arena a;

    memset(m, 0, sizeof *m);
    m->cpu[0].mhz = m->cpu[1].mhz = 1000;
    m->config = (struct config){
        .ncpus = 2, .cpus = m->cpu,
        .memory = { .frames = frames, .tlb_entries = 16, .tlb_ways = 4 } };
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        m->config.costs.insn[i] = 1;
    arena_init(&a, NULL, 0);
    memory_layout(m, &a);
    size_t size = a.used;
    m->block = aligned_alloc(4096, (size + 4095) & ~(size_t)4095);
    memset(m->block, 0, size);
    arena_init(&a, m->block, size);
    memory_layout(m, &a);
}

static inline void memory_close(struct memory *m)
{
    free(m->block);
}

/* What user mode would find at va: the MMU's own answer. -1: it may not look. */
static inline int64_t memory_look(struct memory *m, const struct aspace *as, uint32_t va,
                                  enum mmu_access access)
{
    const struct physmem *pm = cpu_memory(m->mm.cpu);
    uint64_t pa;

    if (!mmu_probe(pm, satp_make(as->asid, as->root), va, access, &pa))
        return -1;
    return pm->base[pa];
}

/* Write one byte as a program would: fault until it works. False: it may not. */
static inline bool memory_poke(struct memory *m, struct aspace *as, uint32_t va,
                               uint8_t byte)
{
    enum mm_result why;
    uint32_t faults = 0;
    uint8_t *p = mm_user(&m->mm, as, va, ACCESS_STORE, &why, &faults);

    if (p)
        *p = byte;
    return p != NULL;
}

static inline void memory_check(const struct memory *m)
{
    ck_assert(frames_check(&m->mm.frames));
    for (uint32_t i = 0; i < m->mm.naspaces; i++)
        if (m->mm.aspace[i].id)
            ck_assert(aspace_check(&m->mm, &m->mm.aspace[i]));
}

#endif
