/* mm/pagetable.h - Sv32 tables in simulated frames.
 *
 * Only for: mm/
 *
 * A table is named by the frame of its root. Only pages of 4 KiB are mapped here.
 * Nothing is fenced: whoever takes a right away does that (aspace.h).
 */
#ifndef MM_PAGETABLE_H
#define MM_PAGETABLE_H

#include <mm/frame.h>

/* An entry without V may say where its page is instead: a slot of the pager's. */
static inline uint32_t pte_out(uint32_t slot)
{
    return slot << PTE_PPN_SHIFT | PTE_SOFT;
}
static inline bool pte_is_out(uint32_t pte)
{
    return (pte & (PTE_V | PTE_SOFT)) == PTE_SOFT;
}
static inline uint32_t pte_slot(uint32_t pte)
{
    return pte >> PTE_PPN_SHIFT;
}

/* The root of an empty table; FRAME_NONE if no frame is free. */
uint32_t pt_create(struct frames *f);
/* Drop the tables and the root; what each entry that is not 0 stands for is the caller's
 * to give up. */
void pt_destroy(struct frames *f, uint32_t root, void (*drop)(void *ctx, uint32_t pte),
                void *ctx);

/* Is there a table of the second level for va? */
bool pt_has(const struct frames *f, uint32_t root, uint32_t va);
/* See to it that there is. False: no frame is free. */
bool pt_make(struct frames *f, uint32_t root, uint32_t va);

/* The leaf entry for va, valid or out; 0 if there is none. */
uint32_t pt_get(const struct frames *f, uint32_t root, uint32_t va);
/* Set the entry for va; references are the caller's business. False: no frame is free
 * for the second level, and nothing was changed. */
bool pt_set(struct frames *f, uint32_t root, uint32_t va, uint32_t pte);

/* The first va in [from, to) that has a valid entry; `to` if none has. Page aligned. */
uint64_t pt_next(const struct frames *f, uint32_t root, uint64_t from, uint64_t to);
/* ...that has any entry, also of a page that is out. */
uint64_t pt_next_any(const struct frames *f, uint32_t root, uint64_t from, uint64_t to);

#endif
