/* reference.h - a plain, slow RV32IMA, to judge src/cpu/ by.
 *
 * Straight from the manual's prose, one instruction at a time, sharing no table and
 * no code with the room: fields are cut by hand here, the TLB is a list searched from
 * end to end, FIFO within its sets. Memory is the caller's.
 */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include "sv32_reference.h"

enum { REF_TLB_MAX = 64 };

struct ref_cost {               /* cycles, by what isa.def calls a class */
    uint32_t alu, mul, div, load, store, branch, jump, amo, csr, fence;
    uint32_t taken, misaligned, walk;
};

struct ref_hart {
    struct ref_memory mem;
    uint32_t x[32], pc, satp;
    bool svadu;
    struct ref_cost cost;
    struct ref_hart *other;     /* a second hart, NULL if there is none */

    bool reserved;
    uint64_t reserved_pa;
    uint64_t cycles, instret;   /* of the hart */
    uint64_t loads, stores, misaligned, hits, misses, walk_reads;   /* likewise */

    struct ref_tlb { bool valid; uint32_t vpn, asid, pte; int level; } tlb[REF_TLB_MAX];
    unsigned nsets, nways;
    unsigned next[REF_TLB_MAX];

    int cause;                  /* of the last trap */
    uint32_t tval;
};

/* One instruction. False: it trapped, and only cycles and the TLB have changed. */
bool ref_step(struct ref_hart *h);

#endif
