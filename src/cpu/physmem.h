/* cpu/physmem.h - the simulated frames.
 *
 * One run of frames from physical address 0. Anything beyond them does not
 * exist: the MMU answers with an access fault. Little-endian, as the guest is.
 */
#ifndef CPU_PHYSMEM_H
#define CPU_PHYSMEM_H

#include <cpu/pte.h>
#include <sim/arena.h>
#include <stddef.h>
#include <string.h>

/* What the CPU remembers about a frame; a store to such a frame takes the long way. */
enum frame_mark {
    FRAME_CODE = 1,             /* instructions of it are decoded */
    FRAME_RESERVED = 2,         /* a hart holds a reservation in it */
    FRAME_MARKS = 3,
    FRAME_CHURN = 4,            /* above: how often decoded code of it was stored to */
    FRAME_CHURN_MAX = 63,       /* so often, and it is not decoded any more */
};

struct physmem {
    uint8_t *base;              /* nframes * PAGE_SIZE bytes */
    uint8_t *mark;              /* by pfn, enum frame_mark; only the CPU's */
    uint32_t nframes;           /* <= 2^20: 4 GiB */
};

void physmem_init(struct physmem *pm, struct arena *a, uint32_t nframes);

/* n bytes at pa (34 bits) all exist. */
static inline bool physmem_has(const struct physmem *pm, uint64_t pa, uint32_t n)
{
    return pa + n <= (uint64_t)pm->nframes << PAGE_SHIFT;
}

/* A frame's bytes, to read. To write, use cpu_frame (cpu.h), which keeps decoded
 * instructions and reservations honest. pfn < nframes. */
static inline const uint8_t *physmem_frame(const struct physmem *pm, uint32_t pfn)
{
    return pm->base + ((size_t)pfn << PAGE_SHIFT);
}

static inline bool physmem_marked(const struct physmem *pm, uint64_t pa)
{
    return (pm->mark[pa >> PAGE_SHIFT] & FRAME_MARKS) != 0;
}

static inline uint32_t physmem_load32(const struct physmem *pm, uint64_t pa)
{
    uint32_t v;

    memcpy(&v, pm->base + pa, sizeof v);
    return v;
}

#endif
