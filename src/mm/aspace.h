/* mm/aspace.h - what a process may address: regions, and the frames behind them.
 *
 * Memory is given out at the first touch (fault.c). A private page is shared between
 * the spaces that a fork made until one of them writes to it. There is no swap: a call
 * that finds no frame says so, and a fault that finds none is the program's end.
 *
 * Layout, from below: the program, the heap (brk), ..., mappings (from the top down), a
 * gap, the stack, the page to which signal handlers return.
 */
#ifndef MM_ASPACE_H
#define MM_ASPACE_H

#include <cpu/mmu.h>
#include <mm/pagetable.h>

enum { ASPACE_REGIONS = 96 };

#define USER_TOP        0xc0000000u
#define TRAMPOLINE_VA   (USER_TOP - PAGE_SIZE)
#define STACK_TOP       TRAMPOLINE_VA
#define STACK_LIMIT     0x800000u       /* 8 MiB: touching what is below is a fault */
#define STACK_GAP       0x100000u       /* 1 MiB that mmap keeps off the stack */
#define MMAP_TOP        (STACK_TOP - STACK_LIMIT - STACK_GAP)
#define USER_BOTTOM     PAGE_SIZE       /* page 0 is never mapped */

enum region_flags {
    REGION_READ = 1, REGION_WRITE = 2, REGION_EXEC = 4,         /* as PROT_* */
    REGION_PROT = 7,
    REGION_SHARED = 8,          /* forks see each other's writes */
    REGION_HEAP = 16, REGION_STACK = 32,
};

struct region {                 /* [start, end), page aligned, not empty */
    uint32_t start, end;
    uint32_t flags;             /* enum region_flags */
};

struct aspace {
    uint64_t id;                /* never used twice; 0: this slot is free */
    uint32_t root;              /* frame of the page table's root */
    uint32_t asid;              /* 1 .. ASID_LIMIT - 1; may be shared: see mm_enter */
    uint32_t users;             /* processes in it: more than one while vforked */
    uint32_t resident;          /* pages mapped */
    uint32_t heap_start, heap_end;      /* brk: where it started, where it is (bytes) */
    uint32_t nregions;
    struct region region[ASPACE_REGIONS];       /* by address, apart or touching */
};

struct mm {                     /* all of a machine's memory */
    struct cpu *cpu;
    uint32_t nharts;
    struct frames frames;
    uint32_t naspaces;
    struct aspace *aspace;
    uint64_t last_id;
    uint32_t trampoline;        /* the frame at TRAMPOLINE_VA of every space */
    uint64_t *entered;          /* by hart x ASID: id of the space it stands for */
};

void mm_init(struct mm *mm, struct arena *a, struct cpu *cpu, const struct config *c,
             uint32_t naspaces);

/* What came of a request. */
enum mm_result {
    MM_OK,
    MM_NO_MEMORY,               /* no frame, region or space is left */
    MM_NOT_MAPPED,              /* no region there */
    MM_NOT_ALLOWED,             /* the region's rights forbid it */
};

/* An empty space with stack and trampoline, one user. NULL: no frame or slot left. */
struct aspace *aspace_create(struct mm *mm);
/* A copy for a fork: private pages are shared until written to. NULL: no memory; the
 * original is as before. */
struct aspace *aspace_fork(struct mm *mm, struct aspace *from);
static inline void aspace_hold(struct aspace *as)
{
    as->users++;
}
/* One user less; the last one frees everything. */
void aspace_drop(struct mm *mm, struct aspace *as);

/* Map zeroes at [va, va + size), replacing what is there; page aligned, below USER_TOP,
 * not empty. MM_OK or MM_NO_MEMORY, which changes nothing. */
enum mm_result aspace_map(struct mm *mm, struct aspace *as, uint32_t va, uint32_t size,
                          uint32_t flags);
/* Unmap; holes in the range are fine. */
enum mm_result aspace_unmap(struct mm *mm, struct aspace *as, uint32_t va, uint32_t size);
/* Change rights. MM_NOT_MAPPED if the range has holes: nothing changed. */
enum mm_result aspace_protect(struct mm *mm, struct aspace *as, uint32_t va,
                              uint32_t size, uint32_t prot);
/* A free range of `size` bytes (page aligned), the highest below MMAP_TOP; 0: none. */
uint32_t aspace_find(const struct aspace *as, uint32_t size);
/* Move the heap's end. False: impossible, nothing changed. */
bool aspace_brk(struct mm *mm, struct aspace *as, uint32_t end);
/* The region that va is in; NULL. */
const struct region *aspace_region(const struct aspace *as, uint32_t va);

/* The satp with which hart h is to run in this space. Entries of another space that
 * used the same ASID on it are fenced off. */
uint32_t mm_enter(struct mm *mm, const struct aspace *as, unsigned h);
/* Rights to a page were taken away or changed: every hart forgets it. */
void mm_fence(struct mm *mm, const struct aspace *as, uint32_t va);
void mm_fence_all(struct mm *mm, const struct aspace *as);

/* --- fault.c --- */

/* Make `access` to va possible: bring in a zeroed page, copy a shared one, set the A and
 * D bits. *brought: a page was brought in or copied. Never maps beyond the regions. */
enum mm_result mm_fault(struct mm *mm, struct aspace *as, uint32_t va,
                        enum mmu_access access, bool *brought);
/* The bytes behind va, to the end of its page, ready for `access` (ACCESS_LOAD or
 * ACCESS_STORE). NULL, with the reason in *why, if a user could not do that. Valid
 * until the next cpu_run or mm call. */
uint8_t *mm_user(struct mm *mm, struct aspace *as, uint32_t va, enum mmu_access access,
                 enum mm_result *why, uint32_t *faults);
/* Put bytes into a mapped range regardless of its rights: for loading programs. */
enum mm_result mm_place(struct mm *mm, struct aspace *as, uint32_t va,
                        const void *bytes, uint32_t n);

/* Regions are in order and apart; each page is in a region; counts agree. */
bool aspace_check(const struct mm *mm, const struct aspace *as);

#endif
