/* mmu.c - see mmu.h. */
#include <cpu/mmu.h>

/* The bits of a leaf that an access needs, all of them. */
static uint32_t permission(enum mmu_access access)
{
    return access == ACCESS_FETCH ? PTE_X : access == ACCESS_LOAD ? PTE_R : PTE_W;
}

static unsigned page_fault(enum mmu_access access)
{
    return 1u + (access == ACCESS_FETCH ? CAUSE_FETCH_PAGE :
                 access == ACCESS_LOAD ? CAUSE_LOAD_PAGE : CAUSE_STORE_PAGE);
}

static unsigned access_fault(enum mmu_access access)
{
    return 1u + (access == ACCESS_FETCH ? CAUSE_FETCH_ACCESS :
                 access == ACCESS_LOAD ? CAUSE_LOAD_ACCESS : CAUSE_STORE_ACCESS);
}

static inline unsigned refuse(struct mmu_refusal *why, unsigned step, unsigned level,
                              uint32_t pte, enum mmu_access access)
{
    if (why)
        *why = (struct mmu_refusal){ (uint8_t)step, (uint8_t)level, pte };
    return page_fault(access);
}

/* Steps 1 to 6 and 8: find the leaf and check everything but A and D. 0, or cause + 1. *why:
 * of a page fault, where it ends; NULL costs nothing. */
static inline __attribute__((always_inline)) unsigned
find_leaf(const struct physmem *pm, uint32_t satp, uint32_t va, enum mmu_access access,
          struct mmu_leaf *out, uint64_t *reads, struct mmu_refusal *why)
{
    uint64_t table = (uint64_t)(satp & SATP_PPN_MASK) << PAGE_SHIFT;

    for (unsigned level = 2; level-- > 0;) {
        uint64_t pa = table + va_index(va, level) * 4u;

        if (!physmem_has(pm, pa, 4))
            return access_fault(access);        /* step 2 */

        uint32_t pte = physmem_load32(pm, pa);

        ++*reads;
        if (!(pte & PTE_V) || (pte & (PTE_R | PTE_W)) == PTE_W)
            return refuse(why, 3, level, pte, access);
        if (!pte_is_leaf(pte)) {                /* step 4 */
            if (pte & (PTE_U | PTE_A | PTE_D))
                return refuse(why, 3, level, pte, access);      /* reserved in a pointer */
            if (!level)
                return refuse(why, 4, level, pte, access);
            table = (uint64_t)pte_pfn(pte) << PAGE_SHIFT;
            continue;
        }
        if (level == 1 && (pte_pfn(pte) & (PT_ENTRIES - 1)))
            return refuse(why, 5, level, pte, access);          /* a misaligned megapage */
        if (!(pte & PTE_U))
            return refuse(why, 6, level, pte, access);
        if (!(pte & permission(access)))
            return refuse(why, 8, level, pte, access);

        uint32_t offset = va & ((level ? 1u << MEGA_SHIFT : 1u << PAGE_SHIFT) - 1);

        *out = (struct mmu_leaf){
            .pte = pte, .pte_pa = pa, .level = (uint8_t)level,
            .pa = ((uint64_t)pte_pfn(pte) << PAGE_SHIFT) + offset,
        };
        return 0;
    }
    return page_fault(access);                  /* not reached: level 0 is a leaf or ends */
}

unsigned mmu_walk(struct physmem *pm, uint32_t satp, bool svadu, uint32_t va,
                  enum mmu_access access, struct mmu_leaf *out, uint64_t *reads)
{
    unsigned fault = find_leaf(pm, satp, va, access, out, reads, NULL);

    if (fault)
        return fault;

    uint32_t wanted = PTE_A | (access == ACCESS_STORE ? PTE_D : 0);

    /* Step 9. */
    if ((out->pte & wanted) != wanted && !svadu)
        return page_fault(access);
    if (!physmem_has(pm, out->pa, 1))
        return access_fault(access);
    if ((out->pte & wanted) != wanted) {
        out->pte |= wanted;
        memcpy(pm->base + out->pte_pa, &out->pte, sizeof out->pte);
    }
    return 0;
}

bool mmu_probe(const struct physmem *pm, uint32_t satp, uint32_t va,
               enum mmu_access access, uint64_t *pa)
{
    struct mmu_leaf leaf;
    uint64_t reads = 0;

    if (find_leaf(pm, satp, va, access, &leaf, &reads, NULL) || !physmem_has(pm, leaf.pa, 1))
        return false;
    *pa = leaf.pa;
    return true;
}

bool mmu_refused(const struct physmem *pm, uint32_t satp, bool svadu, uint32_t va,
                 enum mmu_access access, struct mmu_refusal *out)
{
    const uint32_t wanted = PTE_A | (access == ACCESS_STORE ? PTE_D : 0);
    struct mmu_leaf leaf;
    uint64_t reads = 0;
    unsigned fault = find_leaf(pm, satp, va, access, &leaf, &reads, out);

    if (fault)
        return fault == page_fault(access);
    *out = (struct mmu_refusal){ 9, leaf.level, leaf.pte };
    return !svadu && (leaf.pte & wanted) != wanted;
}
