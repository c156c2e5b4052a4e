/* image.c - the boot images of the workload's programs, as slots behind the swap space: a
 * page of a program is read from its image at the first touch, and again after it had to
 * go. Programs that the machine's own file system has are read by their loader instead.
 */
#include "memory.h"

#include <kern/pages.h>
#include <kern/request.h>
#include <sim/check.h>

/* Whose the pages of images are in the pager's books: no space has that number. */
enum { IMAGES = 0x7fffffff };

/* --- which pages --- */

struct pages { const struct elf *e; unsigned segment; uint32_t next; };

static uint32_t page_of(uint32_t va)
{
    return va & ~(uint32_t)(PAGE_SIZE - 1);
}

/* The next page that has bytes of the file; false: there is none. Segments ascend, and two
 * may share a page. */
static bool next_page(struct pages *p, uint32_t *va)
{
    for (; p->segment < p->e->nsegments; p->segment++) {
        struct elf_segment s = elf_segment(p->e, p->segment);
        uint32_t at = page_of(s.vaddr) > p->next ? page_of(s.vaddr) : p->next;

        if (!s.filesz || at > page_of(s.vaddr + s.filesz - 1))
            continue;
        *va = at;
        p->next = at + PAGE_SIZE;
        return true;
    }
    return false;
}

static uint32_t count_pages(const struct program_config *pc)
{
    struct pages p = { .segment = 0 };
    struct elf e;
    uint32_t n = 0, va;

    if (elf_open(&e, pc->elf, pc->elf_size))
        return 0;
    for (p.e = &e; next_page(&p, &va); n++)
        ;
    return n;
}

/* Pages that it begins with, its stack's first one among them. */
uint32_t image_size(const struct program_config *pc)
{
    uint32_t n = 1;
    struct elf e;

    if (elf_open(&e, pc->elf, pc->elf_size))
        return n;
    for (unsigned i = 0; i < e.nsegments; i++) {
        struct elf_segment s = elf_segment(&e, i);

        n += (page_of(s.vaddr + s.memsz - 1) - page_of(s.vaddr)) / PAGE_SIZE + 1;
    }
    return n;
}

/* --- which images --- */

/* The i-th program of the workload, or NULL. */
static const struct program_config *program_at(const struct config *c, uint32_t i)
{
    return i < c->nprocesses ? c->processes[i].program : &c->programs[i - c->nprocesses];
}

enum { SEEN = 256 };

/* Bytes of programs so far. There are few of them, in however many processes; of more than
 * find room the earlier programs are asked. */
struct seen { const uint8_t *elf[SEEN]; uint32_t n; };

static bool was_earlier(const struct config *c, uint32_t i, const uint8_t *elf)
{
    const struct program_config *other;

    for (uint32_t j = 0; j < i; j++)
        if ((other = program_at(c, j)) && other->elf == elf)
            return true;
    return false;
}

/* ...if no earlier one has the same bytes. Asked for in order, of all of them. */
static const struct program_config *new_program_at(const struct config *c, uint32_t i,
                                                   struct seen *seen)
{
    const struct program_config *pc = program_at(c, i);

    for (uint32_t j = 0; pc && j < seen->n; j++)
        if (seen->elf[j] == pc->elf)
            return NULL;
    if (!pc || (seen->n == SEEN && was_earlier(c, i, pc->elf)))
        return NULL;
    if (seen->n < SEEN)
        seen->elf[seen->n++] = pc->elf;
    return pc;
}

uint32_t images_count(const struct config *c, uint32_t *npages)
{
    struct seen seen = { .n = 0 };
    uint32_t n = 0;

    *npages = 0;
    for (uint32_t i = 0; i < c->nprocesses + c->nprograms; i++) {
        const struct program_config *pc = new_program_at(c, i, &seen);

        n += pc != NULL;
        *npages += pc ? count_pages(pc) : 0;
    }
    return n;
}

/* --- their bytes --- */

static void put_page(struct kern *k, const struct elf *e, uint32_t slot, uint32_t va)
{
    struct memory *m = k->memory;
    uint8_t bytes[PAGE_SIZE] = { 0 };

    for (unsigned i = 0; i < e->nsegments; i++) {
        struct elf_segment s = elf_segment(e, i);
        uint32_t from = s.vaddr > va ? s.vaddr : va;
        uint32_t to = s.vaddr + s.filesz < va + PAGE_SIZE ? s.vaddr + s.filesz
                                                          : va + PAGE_SIZE;

        if (from < to)
            memcpy(bytes + (from - va), s.bytes + (from - s.vaddr), to - from);
    }
    m->pager.slot_page[slot] = (struct slot_page){ MM_OWNER | IMAGES,
                                                   va >> PAGE_SHIFT };
    CHECK(blk_poke(&m->swap.dev, pager_sector(&m->pager, slot), PAGE_SIZE / BLK_SECTOR,
                   bytes));
}

static uint32_t put_image(struct kern *k, const struct program_config *pc, uint32_t slot)
{
    struct pages p = { .segment = 0 };
    struct elf e;
    uint32_t va;

    if (elf_open(&e, pc->elf, pc->elf_size))
        return slot;
    for (p.e = &e; next_page(&p, &va); slot++)
        put_page(k, &e, slot, va);
    return slot;
}

void images_put(struct kern *k)
{
    struct memory *m = k->memory;
    const struct config *c = k->config;
    uint32_t slot = m->pager.nslots, n = 0;
    struct seen seen = { .n = 0 };

    for (uint32_t i = 0; m->nimages && i < c->nprocesses + c->nprograms; i++) {
        const struct program_config *pc = new_program_at(c, i, &seen);

        if (!pc)
            continue;
        m->image[n++] = (struct image){ pc->elf, slot };
        slot = put_image(k, pc, slot);
    }
}

enum mm_result image_map(struct kern *k, struct load_progress *x, const struct elf *e,
                         bool *is)
{
    struct memory *m = k->memory;
    struct pages p = { .e = e };
    uint32_t va, i = 0, page = 0;

    *is = false;
    while (m && i < m->nimages && m->image[i].elf != e->data)
        i++;
    if (!m || i == m->nimages)
        return MM_OK;
    for (; next_page(&p, &va); page++) {
        enum mm_result why;

        if (page < x->placed)
            continue;
        if ((why = aspace_back(mm_of(k), x->as, va, m->image[i].first + page)))
            return why;
        x->placed = page + 1;
    }
    *is = true;
    return MM_OK;
}
