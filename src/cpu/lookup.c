/* lookup.c - data pages looked up on the spot, for engines that run decoded code.
 *
 * What is usual is answered here, to the last count as access.c would: a hit, or a miss
 * whose leaf is a page of 4 KiB of one address space that allows the access as it stands.
 * All else is left to access.c, before anything has changed. A program that goes all over
 * its memory comes here with every other access, so nothing here calls far.
 */
#include <cpu/code.h>
#include <cpu/isa.h>

/* The leaf behind va, if it and the way to it are as usual; else 0, which is for mmu.h to
 * judge. `want`: the bits that the access needs. */
static inline uint32_t usual_leaf(const struct physmem *pm, uint32_t satp, uint32_t va,
                                  uint32_t want)
{
    const uint32_t pointer = PTE_FLAGS & ~(uint32_t)(PTE_COW | PTE_SOFT);
    uint64_t table = (uint64_t)(satp & SATP_PPN_MASK) << PAGE_SHIFT;

    if (!physmem_has(pm, table, PAGE_SIZE))
        return 0;
    uint32_t up = physmem_load32(pm, table + va_index(va, 1) * 4u);
    table = (uint64_t)pte_pfn(up) << PAGE_SHIFT;
    if ((up & pointer) != PTE_V || !physmem_has(pm, table, PAGE_SIZE))
        return 0;
    uint32_t leaf = physmem_load32(pm, table + va_index(va, 0) * 4u);
    return (leaf & (want | PTE_G)) == want ? leaf : 0;
}

/* May the host answer for such accesses to this frame from now on? */
static inline bool answerable(const struct cpu_hart *h, uint64_t pa, enum mmu_access access)
{
    return physmem_has(&h->cpu->pm, pa, 1) &&
           (access == ACCESS_LOAD || !physmem_marked(&h->cpu->pm, pa));
}

/* Nobody answers for what leaves the TLB, a page of one space; not the code that runs. */
static inline void drop(struct cpu_hart *h, const struct tlb_entry *gone)
{
    uint32_t page = gone->vpn << PAGE_SHIFT;
    struct host_entry *e = &h->host->data[gone->vpn & (HOST_ENTRIES - 1)];

    if (gone->asid != h->asid || h->fetch_page == page ||
        h->host->code[gone->vpn & (HOST_CODE - 1)].va == page)
        host_drop(h, gone);
    else if (e->read == page || e->write == page)
        e->read = e->write = HOST_NOTHING;
}

static inline int64_t miss(struct cpu_hart *h, uint32_t va, enum mmu_access access,
                           uint32_t code, uint64_t most, struct tlb_entry *place)
{
    const uint32_t load = PTE_V | PTE_R | PTE_U | PTE_A, store = load | PTE_W | PTE_D;
    uint32_t leaf = usual_leaf(&h->cpu->pm, h->satp, va, access == ACCESS_LOAD ? load : store);
    uint64_t pa = (uint64_t)pte_pfn(leaf) << PAGE_SHIFT;
    uint64_t stall = 2 * h->cpu->costs->tlb_walk_level;

    if (!leaf || !answerable(h, pa, access) || stall > most)
        return -1;
    if (place->valid) {
        if (place->level || (place->pte & PTE_G) || place->vpn == code)
            return -1;
        drop(h, place);
    }
    tlb_take(&h->tlb, place);
    tlb_fill(&h->tlb, place, h->asid, va >> PAGE_SHIFT, leaf, 0);
    h->run.tlb_misses++;
    h->run.tlb_hits--;          /* the access counts as one */
    h->run.walk_reads += 2;
    hart_remember(h, va, pa, leaf, access);
    return (int64_t)stall;
}

static inline int64_t look_up(struct cpu_hart *h, uint32_t va, unsigned size,
                              enum mmu_access access, uint32_t code, uint64_t most)
{
    uint32_t pte = PTE_R | PTE_W | PTE_D;
    uint64_t pa = va;

    if (va & (size - 1))
        return -1;
    if (h->asid != ASID_BARE) {
        struct tlb_entry *place;
        const struct tlb_entry *e = tlb_search(&h->tlb, h->asid, va >> PAGE_SHIFT, &place);

        if (!e)
            return miss(h, va, access, code, most, place);
        if (!hart_allows(e->pte, access))
            return -1;
        pa = hart_entry_pa(e, va);
        pte = e->pte;
    }
    if (!answerable(h, pa, access))
        return -1;
    hart_remember(h, va, pa, pte, access);
    return 0;
}

/* Bytes that a load or store moves. */
static inline unsigned width(unsigned kind)
{
    switch (kind) {
    case K_LB: case K_LBU: case K_SB:
        return 1;
    case K_LH: case K_LHU: case K_SH:
        return 2;
    default:
        return 4;
    }
}

int64_t code_look_up(struct cpu_hart *h, const uint32_t *x, const struct code_page *page,
                     const struct code_slot *s, uint64_t account)
{
    bool store = insn_table[s->kind].cls == INSN_STORE;

    return look_up(h, x[s->rs1] + s->imm, width(s->kind), store ? ACCESS_STORE : ACCESS_LOAD,
                   page->va >> PAGE_SHIFT, (uint64_t)((int64_t)account >> CHARGE_CYCLES));
}
