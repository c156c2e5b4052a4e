/* memory.h - a machine's memory alone, for tests of address spaces. */
#ifndef TESTS_MM_MEMORY_H
#define TESTS_MM_MEMORY_H

#include "../suite.h"
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

/* Spaces, where none is expected to wait; NULL: no memory. */
static inline struct aspace *memory_space(struct memory *m)
{
    struct aspace *as = NULL;

    return aspace_create(&m->mm, &as) ? NULL : as;
}

static inline struct aspace *memory_fork(struct memory *m, struct aspace *from)
{
    struct aspace *as = NULL;

    return aspace_fork(&m->mm, from, &as) ? NULL : as;
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
    uint32_t pfn;
    bool brought;

    if (mm_user(&m->mm, as, va, ACCESS_STORE, &pfn, &brought))
        return false;
    mm_bytes_to_write(&m->mm, pfn)[va & (PAGE_SIZE - 1)] = byte;
    return true;
}

static inline void memory_check(const struct memory *m)
{
    ck_assert(frames_check(&m->mm.frames));
    for (uint32_t i = 0; i < m->mm.naspaces; i++)
        if (m->mm.aspace[i].id)
            ck_assert(aspace_check(&m->mm, &m->mm.aspace[i]));
}

#endif
