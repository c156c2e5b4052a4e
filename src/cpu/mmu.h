/* cpu/mmu.h - from virtual to physical: Sv32's ten steps.
 *
 * Source: RISC-V Privileged ISA, "Virtual Address Translation Process". User
 * mode only: SUM and MXR are 0 and have no effect.
 */
#ifndef CPU_MMU_H
#define CPU_MMU_H

#include <cpu/cpu.h>

enum mmu_access { ACCESS_FETCH, ACCESS_LOAD, ACCESS_STORE };

struct mmu_leaf {               /* what a walk that succeeds has found */
    uint32_t pte;               /* as it is in memory now (A and D updated) */
    uint64_t pte_pa;            /* where it is */
    uint64_t pa;                /* what va translates to, 34 bits, exists */
    uint8_t level;              /* 1: a megapage */
};

/* Walk the tables of satp (Sv32 mode) for va. 0, or the enum cpu_cause of the
 * exception to raise + 1. *reads is increased for each PTE read. Under svadu
 * sets A and D in memory, after all checks; under Svade faults instead. */
unsigned mmu_walk(struct physmem *pm, uint32_t satp, bool svadu, uint32_t va,
                  enum mmu_access access, struct mmu_leaf *out, uint64_t *reads);

/* For the kernel's own accesses to a user's memory (EFAULT or not), without TLB,
 * counts, or changes to A and D, and with A and D not required: the physical
 * address of va if user mode may access it so. False if it may not. */
bool mmu_probe(const struct physmem *pm, uint32_t satp, uint32_t va,
               enum mmu_access access, uint64_t *pa);

/* Where a walk ends that raises a page fault. */
struct mmu_refusal {
    uint8_t step;               /* of "Virtual Address Translation Process", from 3 on */
    uint8_t level;              /* of the entry: 1 is the root's */
    uint32_t pte;               /* as it is */
};
/* The walk again, changing nothing: why does user mode get no page there? False: it gets
 * one, or the table itself is not in memory. */
bool mmu_refused(const struct physmem *pm, uint32_t satp, bool svadu, uint32_t va,
                 enum mmu_access access, struct mmu_refusal *out);

#endif
