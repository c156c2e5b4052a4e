/* cpu/cpu.h - the processors of a machine: what the kernel sees of them.
 *
 * struct cpu is all harts with the memory they share; struct cpu_hart is one. A
 * hart runs one task's user-mode instructions until a budget is used up or an
 * exception is raised; there is no privileged mode inside, the kernel is C.
 *
 * Exactness. A run stops before the first instruction that would start with
 * used >= budget; so with unit costs it stops after exactly `budget` cycles, and
 * otherwise overshoots by less than one instruction. Counts, registers, memory
 * and TLB are the same whichever engine runs and however a run is cut in slices.
 *
 * Stores are seen by later fetches at once, so fence.i has nothing left to do;
 * programs must still use it, as on real machines.
 */
#ifndef CPU_CPU_H
#define CPU_CPU_H

#include <cpu/physmem.h>
#include <sim/config.h>

struct cpu;
struct cpu_hart;

/* A task's user-visible state. x[32] is where writes to x0 go: never read. */
struct cpu_regs {
    uint32_t x[33];
    uint32_t pc;
};

enum cpu_stop {
    CPU_BUDGET,                 /* the budget is used up */
    CPU_TRAP,                   /* an exception, ECALL included: see cpu_trap */
    CPU_BREAK,                  /* EBREAK; pc is at it */
};

/* Exception codes. Source: Privileged ISA, "Supervisor Cause (scause) Register". */
enum cpu_cause {
    CAUSE_FETCH_MISALIGNED = 0, CAUSE_FETCH_ACCESS = 1, CAUSE_ILLEGAL = 2,
    CAUSE_BREAKPOINT = 3, CAUSE_LOAD_MISALIGNED = 4, CAUSE_LOAD_ACCESS = 5,
    CAUSE_STORE_MISALIGNED = 6, CAUSE_STORE_ACCESS = 7, CAUSE_ECALL = 8,
    CAUSE_FETCH_PAGE = 12, CAUSE_LOAD_PAGE = 13, CAUSE_STORE_PAGE = 15,
};

/* pc stays at the instruction that trapped, which has changed nothing: repair and
 * run again, or, after an ECALL, add 4. It is not counted as an instruction and
 * its own cost is not charged (the kernel charges `syscall` or `trap`); cycles of
 * TLB walks that it caused are. */
struct cpu_trap {
    uint32_t cause;             /* enum cpu_cause */
    uint32_t tval;              /* the address, of the portion that faulted; the word,
                                 * if illegal; 0 for ECALL */
};

/* What a task has used, exact. Added to, never reset, by cpu_run. */
struct cpu_counts {
    uint64_t instructions, cycles;
    uint64_t loads, stores;     /* LR is a load; SC and AMO are stores; executed ones */
    uint64_t misaligned;        /* of those, not naturally aligned */
    uint64_t tlb_hits, tlb_misses;  /* one lookup a fetch and a page of data */
    uint64_t walk_reads;        /* PTEs read on misses */
};

/* Which interpreter: all give the same results. */
enum cpu_engine {
    CPU_FAST,                   /* decoded pages, computed goto */
    CPU_SWITCH,                 /* decoded pages, a switch */
    CPU_STEP,                   /* decodes each time */
};

/* Lay out nharts harts with `memory` and `costs` in the arena. Both are borrowed
 * as long as the machine lives. NULL while measuring. `seed` feeds random TLB
 * replacement. */
struct cpu *cpu_init(struct arena *a, const struct memory_config *memory,
                     const struct cost_config *costs, uint32_t nharts, uint64_t seed);

struct physmem *cpu_memory(struct cpu *c);
struct cpu_hart *cpu_hart(struct cpu *c, uint32_t i);
void cpu_set_engine(struct cpu *c, enum cpu_engine e);  /* CPU_FAST at first */
/* From here on its programs have no counters to read: touching a CSR is illegal. */
void cpu_seal(struct cpu *c);

/* A frame's bytes, to write, until the next cpu_run: instructions decoded from it
 * and reservations in it are dropped. Also for page tables. pfn < nframes. */
uint8_t *cpu_frame(struct cpu *c, uint32_t pfn);

/* Run r on h from r->pc for up to `budget` cycles (>= 1). satp as in pte.h. Adds
 * to *n; *used gets the cycles of this run. *trap is written iff CPU_TRAP or
 * CPU_BREAK. */
enum cpu_stop cpu_run(struct cpu_hart *h, struct cpu_regs *r, uint32_t satp,
                      uint64_t budget, uint64_t *used, struct cpu_counts *n,
                      struct cpu_trap *trap);

/* Another task comes to this hart: its reservation is gone. */
void cpu_switch(struct cpu_hart *h);

/* The `time` CSR: virtual ns at the start of the next run, and how it goes on within the run:
 * a cycle has `cycle` parts, and `rate` >= 1 of them pass in a ns (1000 and MHz, or multiples
 * of both; below 2^32 cycles a run and 2^31 parts a cycle nothing overflows). */
void cpu_set_time(struct cpu_hart *h, ns_t now, uint64_t cycle, uint64_t rate);

/* SFENCE.VMA on one hart, its four forms: va NULL is all addresses, asid NULL all
 * address spaces (a given asid spares global entries). A shoot-down is one call
 * for each hart. Host-side shortcuts follow. */
void cpu_fence(struct cpu_hart *h, const uint32_t *va, const uint32_t *asid);

/* Cycles and instructions of the hart since it was made (the CSRs). Cycles that
 * the kernel spends on it are added with cpu_add_cycles. */
uint64_t cpu_cycles(const struct cpu_hart *h);
uint64_t cpu_instret(const struct cpu_hart *h);
/* Lookups of its TLB that missed, whichever task ran. */
uint64_t cpu_tlb_misses(const struct cpu_hart *h);
void cpu_add_cycles(struct cpu_hart *h, uint64_t cycles);

/* For those who look: valid entries of its TLB but for the first `skip`, at most max. Returns
 * how many. */
struct cpu_translation { uint32_t vpn, pte; uint16_t asid; bool mega; };
uint32_t cpu_translations(const struct cpu_hart *h, uint32_t skip, struct cpu_translation *out,
                          uint32_t max);

#endif
