/* sv32_reference.h - Sv32's ten steps, word for word, to judge src/cpu/mmu.c by.
 *
 * A literal transcription of the RISC-V Privileged ISA, "Virtual Address Translation
 * Process", for user mode, Sv32 (LEVELS 2, PTESIZE 4, PAGESIZE 4096), with every
 * step in the manual's order and nothing clever. It shares no code with the room.
 * Physical memory is an array; what is outside of it fails the PMA checks.
 */
#ifndef TESTS_SV32_REFERENCE_H
#define TESTS_SV32_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum ref_access { REF_FETCH, REF_LOAD, REF_STORE };

struct ref_memory { uint8_t *bytes; uint64_t size; };

struct ref_result {
    int cause;                  /* -1: translated */
    uint64_t pa;
    unsigned reads;             /* PTEs read */
};

static int ref_page_fault(enum ref_access t)
{
    return t == REF_FETCH ? 12 : t == REF_LOAD ? 13 : 15;
}

static int ref_access_fault(enum ref_access t)
{
    return t == REF_FETCH ? 1 : t == REF_LOAD ? 5 : 7;
}

static inline struct ref_result ref_translate(const struct ref_memory *m, uint32_t satp,
                                       bool svadu, uint32_t va, enum ref_access type)
{
    struct ref_result res = { .cause = -1 };
    uint32_t vpn[2] = { va >> 12 & 0x3ff, va >> 22 };
    uint64_t a, at;
    uint32_t pte;
    int i;

    /* 1. Let a be satp.ppn x PAGESIZE, and let i = LEVELS - 1. */
    a = (uint64_t)(satp & 0x3fffff) * 4096;
    i = 1;
    for (;;) {
        /* 2. Let pte be the value of the PTE at address a + va.vpn[i] x PTESIZE. If
         * accessing pte violates a PMA or PMP check, raise an access-fault exception
         * corresponding to the original access type. */
        at = a + vpn[i] * 4;
        if (at + 4 > m->size) {
            res.cause = ref_access_fault(type);
            return res;
        }
        memcpy(&pte, m->bytes + at, 4);
        res.reads++;

        bool v = pte & 1, r = pte & 2, w = pte & 4, x = pte & 8;

        /* 3. If pte.v = 0, or if pte.r = 0 and pte.w = 1, or if any bits or encodings
         * that are reserved for future standard use are set within pte, stop and raise
         * a page-fault exception. (Of a non-leaf PTE, D, A and U are reserved.) */
        if (!v || (!r && w)) {
            res.cause = ref_page_fault(type);
            return res;
        }
        if (!r && !x && (pte & 0xd0)) {
            res.cause = ref_page_fault(type);
            return res;
        }
        /* 4. Otherwise, the PTE is valid. If pte.r = 1 or pte.x = 1, go to step 5.
         * Otherwise, this PTE is a pointer to the next level of the page table. Let
         * i = i - 1. If i < 0, stop and raise a page-fault exception. Otherwise, let
         * a = pte.ppn x PAGESIZE and go to step 2. */
        if (r || x)
            break;
        i = i - 1;
        if (i < 0) {
            res.cause = ref_page_fault(type);
            return res;
        }
        a = (uint64_t)(pte >> 10) * 4096;
    }
    /* 5. A leaf PTE has been reached. If i > 0 and pte.ppn[i-1:0] != 0, this is a
     * misaligned superpage; stop and raise a page-fault exception. */
    if (i > 0 && (pte >> 10 & 0x3ff) != 0) {
        res.cause = ref_page_fault(type);
        return res;
    }
    /* 6. Determine if the requested memory access is allowed by the pte.u bit, given
     * the current privilege mode and the value of SUM and MXR. */
    if (!(pte & 16)) {
        res.cause = ref_page_fault(type);
        return res;
    }
    /* 7. Shadow stack pages: not with Zicfiss absent. */
    /* 8. Determine if the requested memory access is allowed by the pte.r, pte.w, and
     * pte.x bits. */
    if (type == REF_FETCH ? !(pte & 8) : type == REF_LOAD ? !(pte & 2) : !(pte & 4)) {
        res.cause = ref_page_fault(type);
        return res;
    }
    uint64_t pa = i > 0 ? (uint64_t)(pte >> 20) << 22 | (uint64_t)(va & 0x3fffff)
                        : (uint64_t)(pte >> 10) << 12 | (uint64_t)(va & 0xfff);

    /* 9. If pte.a = 0, or if the original memory access is a store and pte.d = 0:
     * with Svade, stop and raise a page-fault exception; with Svadu, set pte.a to 1
     * and, if a store, also pte.d. (We set them only for an access that goes through,
     * as A may, but D must not, be set early: the PMA check of pa comes first.) */
    bool clear = !(pte & 64) || (type == REF_STORE && !(pte & 128));

    if (clear && !svadu) {
        res.cause = ref_page_fault(type);
        return res;
    }
    if (pa >= m->size) {
        res.cause = ref_access_fault(type);
        return res;
    }
    if (clear) {
        pte |= 64u | (type == REF_STORE ? 128u : 0);
        memcpy(m->bytes + at, &pte, 4);
    }
    /* 10. The translation is successful. */
    res.pa = pa;
    return res;
}

#endif
