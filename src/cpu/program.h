/* cpu/program.h - a task's body that is machine code.
 *
 * Registers, address space and counts of one thread of a guest program. The
 * kernel owns the struct, reads `trap` after a trap and edits regs to answer.
 */
#ifndef CPU_PROGRAM_H
#define CPU_PROGRAM_H

#include <cpu/cpu.h>

struct program {
    struct cpu_regs regs;
    uint32_t satp;              /* pte.h; threads of a process share it */
    bool stopped;               /* the last trap was an EBREAK */
    struct cpu_trap trap;       /* of the last one */
    struct cpu_counts counts;
};

/* All registers 0 but pc and sp. */
void program_init(struct program *p, uint32_t satp, uint32_t pc, uint32_t sp);

/* As cpu_run. */
enum cpu_stop program_run(struct program *p, struct cpu_hart *h, uint64_t budget,
                          uint64_t *used);

#endif
