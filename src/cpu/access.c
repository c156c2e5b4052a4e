/* access.c - fetches, loads and stores of user mode: the whole, exact way.
 *
 * Each access looks into the simulated TLB once for each page that it touches.
 * A hit that does not allow the access is looked up again in memory, as an
 * implementation may do at any time: so a kernel that grants more than before
 * need not fence, one that takes away must. Such a lookup counts as a miss.
 */
#include <cpu/hart.h>

#include <sim/check.h>

bool hart_fault(struct cpu_hart *h, uint32_t cause, uint32_t tval)
{
    h->trap = (struct cpu_trap){ cause, tval };
    return false;
}

/* Walk the tables and remember what they say. NULL: faulted. */
static struct tlb_entry *refill(struct cpu_hart *h, struct tlb_entry *old, uint32_t va,
                                enum mmu_access access)
{
    struct cpu *c = h->cpu;
    struct mmu_leaf leaf;
    struct tlb_entry gone;
    uint64_t reads = 0;
    unsigned fault = mmu_walk(&c->pm, h->satp, c->memory->svadu, va, access, &leaf,
                              &reads);

    h->run.tlb_misses++;
    h->run.walk_reads += reads;
    h->stall += reads * c->costs->tlb_walk_level;
    if (fault) {
        hart_fault(h, fault - 1, va);
        return NULL;
    }
    if (c->memory->svadu && physmem_marked(&c->pm, leaf.pte_pa))
        frame_written(c, NULL, leaf.pte_pa, 4);
    if (old && old->level != leaf.level) {
        host_drop(h, old);
        old->valid = false;
        old = NULL;
    }

    struct tlb_entry *e = tlb_insert(&h->tlb, h->asid, va >> PAGE_SHIFT, leaf.pte,
                                     leaf.level, old, &gone);
    if (gone.valid)
        host_drop(h, &gone);
    if (e->pte & PTE_G)
        host_drop(h, e);        /* it may now answer where another entry did */
    return e;
}

/* The last step of each translation: the address must exist. (A walk looks too, but
 * a megapage may reach past the end of memory.) */
static bool arrive(struct cpu_hart *h, uint32_t va, uint64_t pa, uint32_t pte,
                   enum mmu_access access)
{
    static const uint8_t cause[] = { CAUSE_FETCH_ACCESS, CAUSE_LOAD_ACCESS,
                                     CAUSE_STORE_ACCESS };

    if (!physmem_has(&h->cpu->pm, pa, 1))
        return hart_fault(h, cause[access], va);
    hart_remember(h, va, pa, pte, access);
    return true;
}

static bool translate(struct cpu_hart *h, uint32_t va, enum mmu_access access,
                      uint64_t *pa)
{
    if (h->asid == ASID_BARE) {
        *pa = va;
        return arrive(h, va, va, PTE_R | PTE_W | PTE_D | PTE_X, access);
    }

    struct tlb_entry *e = tlb_find(&h->tlb, h->asid, va >> PAGE_SHIFT);

    if (e && hart_allows(e->pte, access)) {
        h->run.tlb_hits++;
        if (h->tlb.replace == TLB_LRU)
            tlb_touch(&h->tlb, e);
    } else {
        e = refill(h, e, va, access);
        if (!e)
            return false;
    }
    *pa = hart_entry_pa(e, va);
    return arrive(h, va, *pa, e->pte, access);
}

bool hart_code_frame(const struct cpu_hart *h, uint32_t va, uint32_t *pfn)
{
    if (h->asid == ASID_BARE) {
        *pfn = va >> PAGE_SHIFT;
        return physmem_has(&h->cpu->pm, va, 1);
    }

    const struct tlb_entry *e = tlb_find(&h->tlb, h->asid, va >> PAGE_SHIFT);

    if (!e || !hart_allows(e->pte, ACCESS_FETCH))
        return false;
    *pfn = (uint32_t)(hart_entry_pa(e, va) >> PAGE_SHIFT);
    return *pfn < h->cpu->pm.nframes;
}

bool hart_fetch_walk(struct cpu_hart *h, uint32_t pc, uint32_t *word)
{
    uint64_t pa;

    if (pc & 3)
        return hart_fault(h, CAUSE_FETCH_MISALIGNED, pc);
    if (!translate(h, pc, ACCESS_FETCH, &pa))
        return false;
    *word = physmem_load32(&h->cpu->pm, pa);
    return true;
}

static bool same_page(uint32_t va, unsigned size)
{
    return (va & (PAGE_SIZE - 1)) + size <= PAGE_SIZE;
}

/* Where the bytes of an access are: n[0] bytes at pa[0], the rest at pa[1]. Both pages
 * are translated, lower first, before anything is moved. */
struct span {
    uint64_t pa[2];
    unsigned n[2];
};

static bool locate(struct cpu_hart *h, uint32_t va, unsigned size,
                   enum mmu_access access, struct span *s)
{
    DCHECK(size == 1 || size == 2 || size == 4);        /* it touches two pages at most */
    if (!translate(h, va, access, &s->pa[0]))
        return false;
    s->n[0] = size;
    s->n[1] = 0;
    if (!same_page(va, size)) {
        uint32_t next = (va | (PAGE_SIZE - 1)) + 1;

        if (!translate(h, next, access, &s->pa[1]))
            return false;
        s->n[0] = next - va;
        s->n[1] = size - s->n[0];
    }
    if (va & (size - 1)) {
        h->run.misaligned++;
        h->stall += h->cpu->costs->misaligned;
    }
    return true;
}

bool hart_load_walk(struct cpu_hart *h, uint32_t va, unsigned size, uint32_t *value)
{
    struct span s;

    if (!locate(h, va, size, ACCESS_LOAD, &s))
        return false;
    *value = 0;
    memcpy(value, h->cpu->pm.base + s.pa[0], s.n[0]);
    if (s.n[1])
        memcpy((uint8_t *)value + s.n[0], h->cpu->pm.base + s.pa[1], s.n[1]);
    h->run.loads++;
    return true;
}

static void put(struct cpu_hart *h, uint64_t pa, const void *bytes, unsigned n)
{
    DCHECK(physmem_has(&h->cpu->pm, pa, n));
    memcpy(h->cpu->pm.base + pa, bytes, n);
    if (physmem_marked(&h->cpu->pm, pa))
        frame_written(h->cpu, h, pa, n);
}

bool hart_store_walk(struct cpu_hart *h, uint32_t va, unsigned size, uint32_t value)
{
    struct span s;

    if (!locate(h, va, size, ACCESS_STORE, &s))
        return false;
    put(h, s.pa[0], &value, s.n[0]);
    if (s.n[1])
        put(h, s.pa[1], (const uint8_t *)&value + s.n[0], s.n[1]);
    h->run.stores++;
    return true;
}

bool hart_load_reserved(struct cpu_hart *h, uint32_t va, uint32_t *value)
{
    struct cpu *c = h->cpu;
    uint64_t pa;

    if (va & 3)
        return hart_fault(h, CAUSE_LOAD_MISALIGNED, va);
    if (!translate(h, va, ACCESS_LOAD, &pa))
        return false;
    memcpy(value, c->pm.base + pa, 4);
    reservation_set(h, true);
    h->reserved_pa = pa;
    /* With one hart only the kernel can break it, and cpu_frame looks itself. */
    if (c->nharts > 1 && !(c->pm.mark[pa >> PAGE_SHIFT] & FRAME_RESERVED)) {
        c->pm.mark[pa >> PAGE_SHIFT] |= FRAME_RESERVED;
        host_forbid_write(h, (uint32_t)(pa >> PAGE_SHIFT));
    }
    h->run.loads++;
    return true;
}

bool hart_store_conditional(struct cpu_hart *h, uint32_t va, uint32_t value,
                            uint32_t *failed)
{
    uint64_t pa;

    if (va & 3)
        return hart_fault(h, CAUSE_STORE_MISALIGNED, va);
    if (!translate(h, va, ACCESS_STORE, &pa))
        return false;
    *failed = !(h->reserved && h->reserved_pa == pa);
    reservation_set(h, false);
    if (!*failed)
        put(h, pa, &value, 4);
    h->run.stores++;
    return true;
}

uint32_t *hart_amo(struct cpu_hart *h, uint32_t va)
{
    uint64_t pa;

    if (va & 3) {
        hart_fault(h, CAUSE_STORE_MISALIGNED, va);
        return NULL;
    }
    if (!translate(h, va, ACCESS_STORE, &pa))
        return NULL;
    h->run.stores++;
    return (uint32_t *)(void *)(h->cpu->pm.base + pa);
}

void hart_amo_done(struct cpu_hart *h, const uint32_t *word)
{
    uint64_t pa = (uint64_t)((const uint8_t *)word - h->cpu->pm.base);

    DCHECK(physmem_has(&h->cpu->pm, pa, 4));    /* hart_amo gave it */
    if (physmem_marked(&h->cpu->pm, pa))
        frame_written(h->cpu, h, pa, 4);
}
