/* pagetable.c - reads go through physmem, writes through cpu_frame, so that whatever
 * the CPU remembers about a frame stays true. */
#include <mm/pagetable.h>

static uint32_t entry_read(const struct frames *f, uint32_t table, uint32_t i)
{
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

static void table_drop(struct frames *f, uint32_t table)
{
    for (uint32_t i = 0; i < PT_ENTRIES; i++) {
        uint32_t pte = entry_read(f, table, i);

        if (pte & PTE_V)
            frame_drop(f, pte_pfn(pte));
    }
    frame_drop(f, table);
}

void pt_destroy(struct frames *f, uint32_t root)
{
    for (uint32_t i = 0; i < PT_ENTRIES; i++) {
        uint32_t pte = entry_read(f, root, i);

        if (pte & PTE_V)
            table_drop(f, pte_pfn(pte));
    }
    frame_drop(f, root);
}

uint32_t pt_get(const struct frames *f, uint32_t root, uint32_t va)
{
    uint32_t up = entry_read(f, root, va_index(va, 1));

    return up & PTE_V ? entry_read(f, pte_pfn(up), va_index(va, 0)) : 0;
}

bool pt_set(struct frames *f, uint32_t root, uint32_t va, uint32_t pte)
{
    uint32_t up = entry_read(f, root, va_index(va, 1));

    if (!(up & PTE_V)) {
        uint32_t table;

        if (!pte)
            return true;
        table = frame_alloc(f);
        if (table == FRAME_NONE)
            return false;
        up = pte_make(table, PTE_V);
        entry_write(f, root, va_index(va, 1), up);
    }
    entry_write(f, pte_pfn(up), va_index(va, 0), pte);
    return true;
}

uint64_t pt_next(const struct frames *f, uint32_t root, uint64_t from, uint64_t to)
{
    const uint64_t mega = UINT64_C(1) << MEGA_SHIFT;

    while (from < to) {
        uint32_t up = entry_read(f, root, va_index((uint32_t)from, 1));

        if (!(up & PTE_V))
            from = (from & ~(mega - 1)) + mega;
        else if (entry_read(f, pte_pfn(up), va_index((uint32_t)from, 0)) & PTE_V)
            return from;
        else
            from += PAGE_SIZE;
    }
    return to;
}
