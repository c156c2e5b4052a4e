/* mm/aspace.h - what a process may address: regions, and the frames behind them.
 *
 * Only for: mm/ kern/pages.h
 *
 * Memory is given out at the first touch (fault.c). A private page is shared between
 * the spaces that a fork made until one of them writes to it. With a pager, pages leave
 * memory and come back (rmap.c): the entry of one that is out says where it is, and a page
 * that several spaces have leaves and comes back for all of them at once. Without one, a
 * call that finds no frame says so, and a fault that finds none is the program's end. What
 * may need a frame or a page from outside may answer MM_WAIT; it has then changed nothing
 * that could be seen, and nobody sleeps in here.
 *
 * Tables stand in frames of the same memory, and never leave it.
 *
 * Layout, from below: the program, the heap (brk), ..., mappings (from the top down), a
 * gap, the stack, the page to which signal handlers return.
 */
#ifndef MM_ASPACE_H
#define MM_ASPACE_H

#include <mm/pager.h>
#include <mm/pagetable.h>
#include <mm/space.h>

enum { ASPACE_REGIONS = 1024 };        /* max_map_count, as Linux calls it */

struct region {                 /* [start, end), page aligned, not empty */
    uint32_t start, end;
    uint32_t flags;             /* enum region_flags */
    uint32_t object;            /* what is mapped here, if it may be elsewhere too; 0 */
    uint32_t offset;            /* ...from which of its pages on */
    uint32_t by;                /* the call that changed it last */
    ns_t when;                  /* ...and when */
};

enum { ASPACE_GONE = 4 };       /* ranges that were unmapped last, remembered */

struct aspace {
    uint64_t id;                /* never used twice; 0: this slot is free */
    uint32_t root;              /* frame of the page table's root */
    uint32_t asid;              /* 1 .. ASID_LIMIT - 1; may be shared: see mm_enter */
    uint32_t users;             /* processes in it: more than one while vforked */
    uint32_t resident;          /* pages mapped */
    tid_t task;                 /* on whose behalf, for who counts: the kernel's to set */
    uint16_t pool;              /* of frames, likewise */
    struct region gone[ASPACE_GONE];    /* a ring by number of the unmapping */
    uint32_t unmapped;          /* ...how many there were */
    uint32_t heap_start, heap_end;      /* brk: where it started, where it is (bytes) */
    uint32_t nregions;
    struct region region[ASPACE_REGIONS];       /* by address, apart or touching */
};

/* The steps at which a request may be put off. */
enum mm_step {
    MM_STEP_FAULT,              /* a page that a program touched */
    MM_STEP_USER,               /* a page that the kernel touches on its behalf */
    MM_STEP_PLACE,              /* a page of a program that is being loaded */
    MM_STEP_SPACE,              /* a new space */
    MM_STEP_FORK,               /* a copy of one */
};

/* A port: who can have requests wait, for a frame or for a page from outside. Asked
 * before a step has changed anything. True: it has to wait, and it is worth trying again
 * after *after ns, or, if that is NS_MAX, when the kernel says so (memory_ready). */
struct mm_gate {
    bool (*shut)(void *ctx, enum mm_step step, const struct aspace *as, uint32_t va,
                 ns_t *after);
    void *ctx;
};

/* A port: files behind regions whose object has REGION_FILE. A page of one is in one frame for
 * all who map it, to which the port has a reference of its own. */
struct mm_files {
    /* One region more is of the object, or one less. */
    void (*hold)(void *ctx, uint32_t object);
    void (*drop)(void *ctx, uint32_t object);
    /* Page `index` of it: MM_OK, its frame with one reference more; MM_WAIT: it is on its way,
     * mm.wait_ns and wait_slot are set; MM_NO_MEMORY: no frame is free; MM_IO_ERROR,
     * MM_PAST_END. */
    enum mm_result (*page)(void *ctx, uint32_t object, uint32_t index, uint32_t *pfn);
    /* An entry of that frame is gone, or looked at; dirty: it was written to through it. The
     * frame may be anything else. */
    void (*seen)(void *ctx, uint32_t pfn, bool dirty);
    /* No other page can leave memory: one of a file, as it is there, does. False: none can. */
    bool (*give)(void *ctx);
    void *ctx;
};
#define MM_WAIT_FILE (SWAP_NONE - 1)    /* mm.wait_slot: whoever has it says when it is there */

/* A port: hart h has to forget translations of a space that it may be running in. */
struct mm_shooter {
    void (*shoot)(void *ctx, const struct aspace *as, unsigned h, uint32_t va);
    void *ctx;
};

struct mm {                     /* all of a machine's memory */
    struct cpu *cpu;
    uint32_t nharts;
    struct frames frames;
    uint32_t naspaces, used_spaces;     /* used: none behind them was ever in use */
    struct aspace *aspace;
    uint64_t last_id;
    uint32_t trampoline;        /* the frame at TRAMPOLINE_VA of every space */
    bool open;                  /* every space also sees these at COMMON_VA: */
    uint32_t common[STRUCTURE_SERVICES];        /* memory of the kernel's services */
    uint64_t *entered;          /* by hart x ASID: id of the space it stands for */
    struct mm_gate gate;        /* NULL: nothing ever waits */
    struct mm_files files;      /* NULL: there are none */
    struct mm_shooter shooter;  /* NULL: nobody counts */
    struct pager *pager;        /* NULL: pages never leave memory */
    const ns_t *now;            /* the time, borrowed; NULL: it is always 0 */
    uint32_t by;                /* the call that is being worked on, or MM_BY_... */
    uint32_t last_object;
    uint64_t cow_copies;        /* pages copied because somebody wrote */
    /* After the last MM_WAIT */
    ns_t wait_ns;               /* when to try again; NS_MAX: when the kernel says so */
    uint32_t wait_slot;         /* the slot that is being read; SWAP_NONE: a frame;
                                 * MM_WAIT_FILE */
};

void mm_init(struct mm *mm, struct arena *a, struct cpu *cpu, const struct config *c,
             uint32_t naspaces);

/* Is the gate shut for this step? Then wait_ns is set. */
static inline bool mm_must_wait(struct mm *mm, enum mm_step step, const struct aspace *as,
                                uint32_t va)
{
    if (!mm->gate.shut || !mm->gate.shut(mm->gate.ctx, step, as, va, &mm->wait_ns))
        return false;
    mm->wait_slot = SWAP_NONE;
    return true;
}

/* An empty space with stack and trampoline, one user. *as is NULL at first; after MM_WAIT
 * it may be part of one, to be passed again or dropped. MM_NO_MEMORY: no frame or slot is
 * left; *as is NULL. */
enum mm_result aspace_create(struct mm *mm, struct aspace **as);
/* A copy for a fork: private pages are shared until written to. *as as above.
 * MM_NO_MEMORY: the original is as before. MM_WAIT. */
enum mm_result aspace_fork(struct mm *mm, struct aspace *from, struct aspace **as);
/* After a fork of `from`: the copy gets pages of its own at once, those that are in memory.
 * *copied: how many more now. MM_WAIT: call again. MM_NO_MEMORY. */
enum mm_result aspace_own(struct mm *mm, struct aspace *from, struct aspace *as,
                          uint32_t *copied);
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
/* The same of a region that says all but by whom and when. */
enum mm_result aspace_map_region(struct mm *mm, struct aspace *as, struct region r);
/* The page at va, which was never touched, is what is in that slot. MM_WAIT,
 * MM_NO_MEMORY: it is not. */
enum mm_result aspace_back(struct mm *mm, struct aspace *as, uint32_t va, uint32_t slot);
/* Unmap; holes in the range are fine. */
enum mm_result aspace_unmap(struct mm *mm, struct aspace *as, uint32_t va, uint32_t size);
/* Change rights. MM_NOT_MAPPED if the range has holes: nothing changed. */
enum mm_result aspace_protect(struct mm *mm, struct aspace *as, uint32_t va,
                              uint32_t size, uint32_t prot);
/* Is there no room for a region more? */
bool aspace_full(const struct aspace *as);
/* A free range of `size` bytes (page aligned), the highest below MMAP_TOP; 0: none. */
uint32_t aspace_find(const struct aspace *as, uint32_t size);
/* Move the heap's end. False: impossible, nothing changed. */
bool aspace_brk(struct mm *mm, struct aspace *as, uint32_t end);
/* Does a region with these flags count as data (RLIMIT_DATA)? */
bool region_is_data(uint32_t flags);
/* Bytes of its regions, or of its data alone, besides what is in [va, va + size). A stack counts
 * from the lowest page that was touched. */
uint64_t aspace_size(const struct mm *mm, const struct aspace *as, bool data, uint32_t va,
                     uint32_t size);
/* The stack's region is to have so many bytes; pages that were touched, and what others have
 * put there, stay. */
void aspace_limit_stack(struct mm *mm, struct aspace *as, uint32_t bytes);
/* Could there ever be that many more pages, all else gone? */
bool mm_could_hold(const struct mm *mm, uint32_t pages);
/* The region that va is in; NULL. */
static inline const struct region *aspace_region(const struct aspace *as, uint32_t va)
{
    uint32_t low = 0, high = as->nregions;      /* those before `low` end before va */

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (as->region[middle].end <= va)
            low = middle + 1;
        else
            high = middle;
    }
    return low < as->nregions && as->region[low].start <= va ? &as->region[low] : NULL;
}

/* --- fence.c --- */

/* The satp with which hart h is to run in this space. Entries of another space that
 * used the same ASID on it are fenced off. */
uint32_t mm_enter(struct mm *mm, const struct aspace *as, unsigned h);
/* Rights to a page were taken away or changed: every hart forgets it. */
void mm_fence(struct mm *mm, const struct aspace *as, uint32_t va);
void mm_fence_all(struct mm *mm, const struct aspace *as);

/* --- fault.c --- */

/* Make `access` to va possible: bring in a page, copy a shared one, set the A and D bits.
 * *brought: a page was brought in or copied. Never maps beyond the regions. MM_WAIT. */
enum mm_result mm_fault(struct mm *mm, struct aspace *as, uint32_t va,
                        enum mmu_access access, bool *brought);
/* The frame behind va, ready for `access` (ACCESS_LOAD or ACCESS_STORE), as if the user
 * had done that. It may go with the next mm call, unless it is pinned. *brought as above.
 * MM_WAIT. */
enum mm_result mm_user(struct mm *mm, struct aspace *as, uint32_t va,
                       enum mmu_access access, uint32_t *pfn, bool *brought);
/* Is the page of va in memory, and not one that such an access would have copied? */
bool mm_is_here(const struct mm *mm, const struct aspace *as, uint32_t va,
                enum mmu_access access);
/* Could a user do that to all n bytes, for all that the regions say? */
bool mm_may(const struct aspace *as, uint32_t va, uint32_t n, enum mmu_access access);
/* A frame's bytes, to read or to write, until the next cpu_run. */
static inline const uint8_t *mm_bytes(struct mm *mm, uint32_t pfn)
{
    return physmem_frame(cpu_memory(mm->cpu), pfn);
}
static inline uint8_t *mm_bytes_to_write(struct mm *mm, uint32_t pfn)
{
    return cpu_frame(mm->cpu, pfn);
}
/* Put bytes into a mapped range regardless of its rights: for loading programs. *placed
 * gets how many are there in any case; after MM_WAIT go on behind those. */
enum mm_result mm_place(struct mm *mm, struct aspace *as, uint32_t va,
                        const void *bytes, uint32_t n, uint32_t *placed);

/* --- explain.c --- */

/* What is known of an access that no page could mend. */
struct mm_refusal {
    uint32_t va;
    uint8_t access;             /* enum mmu_access */
    uint8_t why;                /* enum mm_result */
    bool walked;                /* walk is where the hardware's walk ends */
    struct mmu_refusal walk;
    enum mm_place { PLACE_NOWHERE, PLACE_IN, PLACE_GONE, PLACE_NEAR } place;
    bool guard;                 /* it is in the gap below the stack, which is near */
    struct region region;       /* it is in it; in one that was unmapped (`by`, `when`: by
                                 * which call, and when); the nearest one */
};
void mm_explain(const struct mm *mm, const struct aspace *as, uint32_t va,
                enum mmu_access access, enum mm_result why, struct mm_refusal *out);

/* --- rmap.c: what the pager tells of programs' pages, by their number (va / PAGE_SIZE) --- */

/* Pages of programs are named to the pager by this and the number of a space that has, or
 * once had, the page. */
#define MM_OWNER 0x80000000u
static inline uint32_t mm_owner(const struct mm *mm, const struct aspace *as)
{
    return MM_OWNER | (uint32_t)(as - mm->aspace);
}
/* Pages from..to - 1 of an object: what was written to through any entry is told to the port
 * (files.seen), and from here on noticed anew. */
void mm_file_gather(struct mm *mm, uint32_t object, uint32_t from, uint32_t to);
/* Entries of the object's pages from..to - 1 are gone; UINT32_MAX: to the end. */
void mm_file_cut(struct mm *mm, uint32_t object, uint32_t from, uint32_t to);
/* As the pager's port has it. */
void mm_page_left(struct mm *mm, uint32_t number, uint32_t frame, uint32_t slot);
void mm_page_came(struct mm *mm, uint32_t number, uint32_t frame, uint32_t slot,
                  enum came how);
unsigned mm_page_bits(struct mm *mm, uint32_t number, uint32_t frame);
/* A frame of a user's stays where it is, until it is unpinned as often. */
void mm_pin(struct mm *mm, uint32_t pfn);
void mm_unpin(struct mm *mm, uint32_t pfn);
/* Entries of all spaces that name the slot. */
uint32_t mm_slot_holds(const struct mm *mm, uint32_t slot);

/* Regions are in order and apart; each page is in a region; counts agree. */
bool mm_check(const struct mm *mm);    /* ...of all spaces and frames */
bool aspace_check(const struct mm *mm, const struct aspace *as);

#endif
