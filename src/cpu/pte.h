/* cpu/pte.h - Sv32 page-table entries, satp and virtual addresses.
 *
 * The one definition: the walker reads what the memory manager writes.
 * Source: RISC-V Privileged ISA, "Sv32: Page-Based 32-bit Virtual-Memory Systems".
 */
#ifndef CPU_PTE_H
#define CPU_PTE_H

#include <stdbool.h>
#include <stdint.h>

enum { PAGE_SHIFT = 12, PAGE_SIZE = 1 << PAGE_SHIFT, MEGA_SHIFT = 22,
       PT_ENTRIES = 1024 };

enum pte_bits {
    PTE_V = 1 << 0,             /* the entry is valid */
    PTE_R = 1 << 1, PTE_W = 1 << 2, PTE_X = 1 << 3,
    PTE_U = 1 << 4,             /* user mode may use it */
    PTE_G = 1 << 5,             /* the same in every address space */
    PTE_A = 1 << 6,             /* accessed since it was last cleared */
    PTE_D = 1 << 7,             /* written since it was last cleared */
    PTE_COW = 1 << 8,           /* RSW, for software: copy before writing */
    PTE_SOFT = 1 << 9,          /* RSW, for software */
    PTE_FLAGS = 0x3ff,
    PTE_PPN_SHIFT = 10,
};

static inline uint32_t pte_make(uint32_t pfn, uint32_t flags)
{
    return pfn << PTE_PPN_SHIFT | (flags & PTE_FLAGS);
}

/* 22 bits. */
static inline uint32_t pte_pfn(uint32_t pte)
{
    return pte >> PTE_PPN_SHIFT;
}

/* A valid entry is a leaf if any of R, W, X is set; else it points to a table. */
static inline bool pte_is_leaf(uint32_t pte)
{
    return (pte & (PTE_R | PTE_W | PTE_X)) != 0;
}

/* VPN[level]: level 1 is the root's index. */
static inline uint32_t va_index(uint32_t va, unsigned level)
{
    return va >> (level ? MEGA_SHIFT : PAGE_SHIFT) & (PT_ENTRIES - 1);
}

/* satp: mode in bit 31 (0: addresses are physical), ASID in 30:22, root in 21:0. */
#define SATP_SV32 0x80000000u
enum { ASID_LIMIT = 512, SATP_ASID_SHIFT = 22, SATP_PPN_MASK = 0x3fffff };

static inline uint32_t satp_make(uint32_t asid, uint32_t root_pfn)
{
    return SATP_SV32 | (asid & (ASID_LIMIT - 1)) << SATP_ASID_SHIFT |
           (root_pfn & SATP_PPN_MASK);
}

static inline uint32_t satp_asid(uint32_t satp)
{
    return satp >> SATP_ASID_SHIFT & (ASID_LIMIT - 1);
}

#endif
