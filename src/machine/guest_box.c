/* guest_box.c - see guest_box.h. Page tables are written once, with A and D set, so the
 * only faults are the guest's own. */
#include <machine/guest_box.h>

#include <cpu/pte.h>
#include <sim/check.h>

#include <string.h>

enum { STACK_SIZE = 32 * 1024, EBREAK = 0x00100073 };
#define RETURN_VA UINT32_C(0xbffff000)  /* a page with one EBREAK: where calls return */
#define STACK_END UINT32_C(0xbfffe000)

/* One cycle an instruction, so that a budget of cycles is one of instructions. */
static const struct cost_config box_costs = {
    .name = "box",
    .insn = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
};

void box_init(struct guest_box *b, struct arena *a, const struct memory_config *memory)
{
    struct cpu *cpu = cpu_init(a, memory, &box_costs, 1, 0);

    if (!a->base)
        return;
    *b = (struct guest_box){ .cpu = cpu };
    cpu_seal(cpu);
    b->next_frame = 1;          /* frame 0 is the root of the page table */
    b->satp = satp_make(1, 0);
}

static bool take_frame(struct guest_box *b, uint32_t *pfn)
{
    if (b->next_frame >= cpu_memory(b->cpu)->nframes)
        return false;
    *pfn = b->next_frame++;
    return true;
}

static uint32_t *table(struct guest_box *b, uint32_t pfn)
{
    return (uint32_t *)(void *)cpu_frame(b->cpu, pfn);
}

/* The entry for va at level 0; NULL: no frame for its table. */
static uint32_t *entry(struct guest_box *b, uint32_t va)
{
    uint32_t *up = &table(b, 0)[va_index(va, 1)], pfn;

    if (!(*up & PTE_V)) {
        if (!take_frame(b, &pfn))
            return NULL;
        *up = pte_make(pfn, PTE_V);
    }
    return &table(b, pte_pfn(*up))[va_index(va, 0)];
}

static uint32_t flags_of(unsigned rights)
{
    return PTE_V | PTE_U | PTE_A | PTE_D | (rights & BOX_READ ? PTE_R : 0U) |
           (rights & BOX_WRITE ? PTE_W | PTE_R : 0U) | (rights & BOX_EXEC ? PTE_X : 0U);
}

bool box_map(struct guest_box *b, uint32_t va, uint64_t n, unsigned rights)
{
    if (n > (uint64_t)cpu_memory(b->cpu)->nframes << PAGE_SHIFT)
        return false;
    for (uint64_t at = 0; at < n; at += PAGE_SIZE) {
        uint32_t *e = entry(b, va + (uint32_t)at), pfn;

        if (!e)
            return false;
        if (*e & PTE_V) {       /* two segments in one page: both have their rights */
            *e |= flags_of(rights);
            continue;
        }
        if (!take_frame(b, &pfn))
            return false;
        *e = pte_make(pfn, flags_of(rights));
    }
    return true;
}

/* The bytes behind va to the end of its page; NULL: not mapped. */
static uint8_t *bytes_at(const struct guest_box *b, uint32_t va, size_t *n)
{
    struct physmem *pm = cpu_memory(b->cpu);
    uint32_t up = physmem_load32(pm, va_index(va, 1) * 4U), e;

    if (!(up & PTE_V))
        return NULL;
    e = physmem_load32(pm, ((uint64_t)pte_pfn(up) << PAGE_SHIFT) + va_index(va, 0) * 4U);
    if (!(e & PTE_V))
        return NULL;
    *n = PAGE_SIZE - (va & (PAGE_SIZE - 1));
    return pm->base + ((size_t)pte_pfn(e) << PAGE_SHIFT) + (va & (PAGE_SIZE - 1));
}

static bool all_mapped(const struct guest_box *b, uint32_t va, size_t n)
{
    size_t here;

    for (uint64_t at = va; at < (uint64_t)va + n; at += here)
        if (at > UINT32_MAX || !bytes_at(b, (uint32_t)at, &here))
            return false;
    return true;
}

bool box_write(struct guest_box *b, uint32_t va, const void *bytes, size_t n)
{
    const uint8_t *from = bytes;
    size_t here;

    if (!all_mapped(b, va, n))
        return false;
    for (size_t done = 0; done < n; done += here) {
        uint8_t *to = bytes_at(b, va + (uint32_t)done, &here);

        if (here > n - done)
            here = n - done;
        memcpy(to, from + done, here);
    }
    return true;
}

bool box_read(const struct guest_box *b, uint32_t va, void *bytes, size_t n)
{
    uint8_t *to = bytes;
    size_t here;

    if (!all_mapped(b, va, n))
        return false;
    for (size_t done = 0; done < n; done += here) {
        const uint8_t *from = bytes_at(b, va + (uint32_t)done, &here);

        if (here > n - done)
            here = n - done;
        memcpy(to + done, from, here);
    }
    return true;
}

void *box_at(struct guest_box *b, uint32_t va, size_t n)
{
    size_t here;
    uint8_t *at = bytes_at(b, va, &here);

    return at && n <= here ? at : NULL;
}

static bool load_segment(struct guest_box *b, const struct elf_segment *s)
{
    uint32_t from = s->vaddr & ~(uint32_t)(PAGE_SIZE - 1);
    unsigned rights = (s->read ? BOX_READ : 0U) | (s->write ? BOX_WRITE : 0U) |
                      (s->exec ? BOX_EXEC : 0U);

    return box_map(b, from, (uint64_t)s->vaddr - from + s->memsz, rights) &&
           box_write(b, s->vaddr, s->bytes, s->filesz);
}

bool box_load(struct guest_box *b, const struct elf *image)
{
    static const uint32_t back = EBREAK;

    for (unsigned i = 0; i < image->nsegments; i++) {
        struct elf_segment s = elf_segment(image, i);

        if (!load_segment(b, &s))
            return false;
    }
    return box_map(b, STACK_END - STACK_SIZE, STACK_SIZE, BOX_READ | BOX_WRITE) &&
           box_map(b, RETURN_VA, PAGE_SIZE, BOX_EXEC) &&
           box_write(b, RETURN_VA, &back, sizeof back);
}

static enum box_stop why_stopped(enum cpu_stop why, const struct guest_box *b)
{
    switch (why) {
    case CPU_BUDGET:
        return BOX_BUDGET;
    case CPU_BREAK:
        return b->pc == RETURN_VA ? BOX_RETURNED : BOX_BREAK;
    default:
        return b->trap.cause == CAUSE_ECALL ? BOX_CALLS_SYSTEM : BOX_FAULT;
    }
}

enum box_stop box_call(struct guest_box *b, uint32_t fn, const uint32_t *args,
                       unsigned nargs, uint64_t budget, uint64_t *result)
{
    struct cpu_regs r = { .pc = fn };
    uint64_t used;

    DCHECK(nargs <= 8);
    r.x[1] = RETURN_VA;
    r.x[2] = STACK_END;
    for (unsigned i = 0; i < nargs; i++)
        r.x[10 + i] = args[i];
    enum cpu_stop why = cpu_run(cpu_hart(b->cpu, 0), &r, b->satp, budget, &used,
                                &b->counts, &b->trap);
    b->pc = r.pc;
    b->caller = r.x[1] - 4;
    *result = (uint64_t)r.x[11] << 32 | r.x[10];
    return why_stopped(why, b);
}
