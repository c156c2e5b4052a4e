/* pagetable.c - reads go through physmem, writes through cpu_frame, so that whatever
 * the CPU remembers about a frame stays true. */
#include <mm/pagetable.h>

#include <sim/check.h>

static uint32_t entry_read(const struct frames *f, uint32_t table, uint32_t i)
{
    DCHECK(table < f->nframes && i < PT_ENTRIES);
    return physmem_load32(cpu_memory(f->cpu),
                          ((uint64_t)table << PAGE_SHIFT) + i * sizeof(uint32_t));
}

static void entry_write(struct frames *f, uint32_t table, uint32_t i, uint32_t pte)
{
    memcpy(cpu_frame(f->cpu, table) + i * sizeof pte, &pte, sizeof pte);
}

uint32_t pt_create(struct frames *f)
{
    return frame_alloc(f);
}

void pt_destroy(struct frames *f, uint32_t root, void (*drop)(void *ctx, uint32_t pte),
                void *ctx)
{
    for (uint32_t i = 0; i < PT_ENTRIES; i++) {
        uint32_t up = entry_read(f, root, i);

        for (uint32_t j = 0; up & PTE_V && j < PT_ENTRIES; j++) {
            uint32_t pte = entry_read(f, pte_pfn(up), j);

            if (pte)
                drop(ctx, pte);
        }
        if (up & PTE_V)
            frame_drop(f, pte_pfn(up));
    }
    frame_drop(f, root);
}

uint32_t pt_get(const struct frames *f, uint32_t root, uint32_t va)
{
    uint32_t up = entry_read(f, root, va_index(va, 1));

    return up & PTE_V ? entry_read(f, pte_pfn(up), va_index(va, 0)) : 0;
}

bool pt_has(const struct frames *f, uint32_t root, uint32_t va)
{
    return entry_read(f, root, va_index(va, 1)) & PTE_V;
}

bool pt_make(struct frames *f, uint32_t root, uint32_t va)
{
    if (pt_has(f, root, va))
        return true;
    uint32_t table = frame_alloc(f);
    if (table == FRAME_NONE)
        return false;
    entry_write(f, root, va_index(va, 1), pte_make(table, PTE_V));
    return true;
}

bool pt_set(struct frames *f, uint32_t root, uint32_t va, uint32_t pte)
{
    if (!pte && !pt_has(f, root, va))
        return true;
    if (!pt_make(f, root, va))
        return false;
    CHECK(!(pte & PTE_V) || pte_pfn(pte) < f->nframes);
    entry_write(f, pte_pfn(entry_read(f, root, va_index(va, 1))), va_index(va, 0), pte);
    return true;
}

static uint64_t next(const struct frames *f, uint32_t root, uint64_t from, uint64_t to,
                     uint32_t wanted)
{
    const uint64_t mega = UINT64_C(1) << MEGA_SHIFT;

    while (from < to) {
        uint32_t up = entry_read(f, root, va_index((uint32_t)from, 1));

        if (!(up & PTE_V))
            from = (from & ~(mega - 1)) + mega;
        else if (entry_read(f, pte_pfn(up), va_index((uint32_t)from, 0)) & wanted)
            return from;
        else
            from += PAGE_SIZE;
    }
    return to;
}

uint64_t pt_next(const struct frames *f, uint32_t root, uint64_t from, uint64_t to)
{
    return next(f, root, from, to, PTE_V);
}

uint64_t pt_next_any(const struct frames *f, uint32_t root, uint64_t from, uint64_t to)
{
    return next(f, root, from, to, PTE_V | PTE_SOFT);
}
