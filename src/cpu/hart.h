/* cpu/hart.h - a hart from inside: for the files of this room only.
 *
 * Two kinds of translation live side by side. `tlb` is the simulated one, which is
 * counted and charged. The host tables make the interpreter quick: a host entry
 * says that the simulated TLB holds the page, would allow the access, and where
 * the bytes are; so it may answer instead, as a hit that changes no state. It is
 * dropped when the simulated entry behind it goes. Under LRU, where a hit does
 * change state, nothing is ever put into the host tables.
 */
#ifndef CPU_HART_H
#define CPU_HART_H

#include <cpu/cpu.h>
#include <cpu/isa.h>
#include <cpu/mmu.h>
#include <cpu/tlb.h>

struct code_page;

enum {
    HOST_ENTRIES = 256,         /* of data, by vpn; 64 to 4096 measure alike */
    HOST_CODE = 64,             /* of code pages, by vpn */
    HOST_TABLES = 8,            /* address spaces remembered, by ASID */
    HOST_NOTHING = 0xfff,       /* a tag that no address has */
    ASID_BARE = ASID_LIMIT,     /* the key of a table without translation */
    ASID_NONE = ASID_LIMIT + 1,
};

/* An access of 2^k bytes at va is answered iff va, with its page offset cleared but
 * for the low k bits, equals the tag: so misaligned ones take the long way too. */
struct host_entry {
    uint32_t read, write;       /* page addresses, or HOST_NOTHING */
    uintptr_t host;             /* address in the host of va: host + va */
};

struct host_code {
    uint32_t va;                /* page address, or HOST_NOTHING */
    uint32_t pfn;
    struct code_page *page;     /* if it still is that of (pfn, va) */
};

struct host_table {
    struct host_entry data[HOST_ENTRIES];
    struct host_code code[HOST_CODE];
    uint32_t asid;              /* whose it is: an ASID, ASID_BARE, ASID_NONE */
};

/* --- what all harts share --- */

struct cpu {
    struct physmem pm;
    const struct memory_config *memory;
    const struct cost_config *costs;
    struct cpu_hart *hart;
    uint32_t nharts;
    uint32_t nreserved;         /* harts that hold a reservation */
    uint32_t epoch;             /* raised when a frame gets its first mark */
    enum cpu_engine engine;
    bool sealed;                /* no CSRs: see cpu_seal */
    bool fast_ok;               /* costs and TLB allow an engine but CPU_STEP */
    struct code_page *code;     /* the cache of decoded pages */
    uint32_t ncode;             /* power of two */
};

struct cpu_hart {
    struct cpu *cpu;
    uint32_t satp, asid;        /* of the present run; ASID_BARE */
    struct tlb tlb;
    struct host_table *host;    /* the present one of `tables` */
    struct host_table *tables;
    uint32_t ntables;           /* power of two */
    uint32_t epoch;             /* cpu->epoch that the tables know of */
    uint32_t fetch_page;        /* page address that fetch_host is of; HOST_NOTHING */
    const uint8_t *fetch_host;

    bool reserved;
    uint64_t reserved_pa;       /* the word that LR read */

    uint64_t cycles, instret, tlb_misses;       /* up to the present run */
    ns_t now;                   /* at the start of the present run */
    uint64_t cycle, rate;       /* cpu_set_time */

    struct cpu_counts run;      /* of the present run */
    uint64_t stall;             /* cycles of walks and misaligned accesses, not yet
                                 * charged */
    struct cpu_trap trap;       /* of the access or instruction that failed */
};

/* --- access.c: memory as instructions see it; false: h->trap says why not --- */

/* A fault of the trap record; always false. */
bool hart_fault(struct cpu_hart *h, uint32_t cause, uint32_t tval);

/* size 1, 2 or 4. Little-endian; loads zero-extend. These three look into the
 * simulated TLB; callers ask the host tables first, below. */
bool hart_fetch_walk(struct cpu_hart *h, uint32_t pc, uint32_t *word);
bool hart_load_walk(struct cpu_hart *h, uint32_t va, unsigned size, uint32_t *value);
bool hart_store_walk(struct cpu_hart *h, uint32_t va, unsigned size, uint32_t value);

bool hart_load_reserved(struct cpu_hart *h, uint32_t va, uint32_t *value);
/* *failed: 0 done, 1 the reservation was gone. */
bool hart_store_conditional(struct cpu_hart *h, uint32_t va, uint32_t value,
                            uint32_t *failed);
/* The word at va for reading and writing in one go; tell hart_amo_done after. */
uint32_t *hart_amo(struct cpu_hart *h, uint32_t va);
void hart_amo_done(struct cpu_hart *h, const uint32_t *word);

/* The frame of the code page at va if the simulated TLB already allows fetching
 * from it. Counts nothing and changes nothing. */
bool hart_code_frame(const struct cpu_hart *h, uint32_t va, uint32_t *pfn);

/* --- what both ways of looking a page up share --- */

static inline bool hart_allows(uint32_t pte, enum mmu_access access)
{
    switch (access) {
    case ACCESS_FETCH:
        return pte & PTE_X;
    case ACCESS_LOAD:
        return pte & PTE_R;
    default:
        return (pte & (PTE_W | PTE_D)) == (PTE_W | PTE_D);
    }
}

static inline uint64_t hart_entry_pa(const struct tlb_entry *e, uint32_t va)
{
    uint32_t offset = va & ((e->level ? 1u << MEGA_SHIFT : 1u << PAGE_SHIFT) - 1);

    return ((uint64_t)pte_pfn(e->pte) << PAGE_SHIFT) + offset;
}

/* Let the host answer for this page from now on. */
static inline void hart_remember(struct cpu_hart *h, uint32_t va, uint64_t pa, uint32_t pte,
                                 enum mmu_access access)
{
    uint32_t page = va & ~(uint32_t)(PAGE_SIZE - 1);
    uint8_t *host = h->cpu->pm.base + (pa & ~(uint64_t)(PAGE_SIZE - 1));

    if (h->tlb.replace == TLB_LRU && h->asid != ASID_BARE)
        return;
    if (access == ACCESS_FETCH) {
        h->fetch_page = page;
        h->fetch_host = host;
        return;
    }

    struct host_entry *e = &h->host->data[page >> PAGE_SHIFT & (HOST_ENTRIES - 1)];
    bool marked = physmem_marked(&h->cpu->pm, pa);

    e->read = hart_allows(pte, ACCESS_LOAD) ? page : HOST_NOTHING;
    e->write = hart_allows(pte, ACCESS_STORE) && !marked ? page : HOST_NOTHING;
    e->host = (uintptr_t)host - page;
}

/* Hold a reservation, or give it up. */
void reservation_set(struct cpu_hart *h, bool on);

/* --- the same, answered by the host tables if they can --- */

static inline const struct host_entry *host_entry(const struct cpu_hart *h, uint32_t va)
{
    return &h->host->data[va >> PAGE_SHIFT & (HOST_ENTRIES - 1)];
}

/* The tag that an aligned access of `size` bytes must find. */
static inline uint32_t host_tag(uint32_t va, unsigned size)
{
    return va & (~(uint32_t)(PAGE_SIZE - 1) | (size - 1));
}

static inline bool hart_fetch(struct cpu_hart *h, uint32_t pc, uint32_t *word)
{
    if (host_tag(pc, 4) != h->fetch_page)
        return hart_fetch_walk(h, pc, word);
    h->run.tlb_hits += h->asid != ASID_BARE;
    memcpy(word, h->fetch_host + (pc & (PAGE_SIZE - 1)), sizeof *word);
    return true;
}

static inline bool hart_load(struct cpu_hart *h, uint32_t va, unsigned size,
                             uint32_t *value)
{
    const struct host_entry *e = host_entry(h, va);

    if (host_tag(va, size) != e->read)
        return hart_load_walk(h, va, size, value);
    h->run.tlb_hits += h->asid != ASID_BARE;
    h->run.loads++;
    *value = 0;
    memcpy(value, (const void *)(e->host + va), size);
    return true;
}

static inline bool hart_store(struct cpu_hart *h, uint32_t va, unsigned size,
                              uint32_t value)
{
    const struct host_entry *e = host_entry(h, va);

    if (host_tag(va, size) != e->write)
        return hart_store_walk(h, va, size, value);
    h->run.tlb_hits += h->asid != ASID_BARE;
    h->run.stores++;
    memcpy((void *)(e->host + va), &value, size);
    return true;
}

/* --- hart.c: keeping host tables honest --- */

void host_clear(struct cpu_hart *h);                    /* all tables */
void host_drop(struct cpu_hart *h, const struct tlb_entry *e);
/* The frame has a mark now: no hart may store to it the short way. */
void host_forbid_write(struct cpu_hart *h, uint32_t pfn);
/* Something is stored to a marked frame: pa .. pa + size - 1, by hart `by` (NULL: the
 * kernel). Other harts' reservations and decoded code go. */
void frame_written(struct cpu *c, struct cpu_hart *by, uint64_t pa, uint32_t size);

/* --- csr.c --- */

/* The value of a CSR as the present instruction starts; false if there is none. */
bool csr_read(const struct cpu_hart *h, uint32_t number, uint32_t *value);

/* --- exec.c --- */

/* One instruction, plainly: fetch, decode, do. False if it trapped; pc stays. */
bool hart_step(struct cpu_hart *h, struct cpu_regs *r);

#endif
