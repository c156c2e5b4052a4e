/* mm/inside.h - between the files of this room: entries of user pages. */
#ifndef MM_INSIDE_H
#define MM_INSIDE_H

#include <mm/aspace.h>

/* The rights that an entry for this page has now. own: no other entry has the frame, and
 * it is no image's; else writing a private page has to fault first. */
uint32_t mm_rights(uint32_t flags, bool own);
/* Is it so? pfn is mapped once at least. */
bool mm_is_own(const struct mm *mm, uint32_t pfn);
/* An entry of a space is no more: the frame or the slot is given up. pte is not 0. */
void mm_entry_drop(struct mm *mm, uint32_t pte);
/* A frame is free, unless there is no pager to see to that. MM_WAIT, MM_NO_MEMORY. */
enum mm_result mm_room(struct mm *mm);
/* There is a table for the entry of va. MM_WAIT, MM_NO_MEMORY. */
enum mm_result mm_table_ready(struct mm *mm, struct aspace *as, uint32_t va);
/* A frame with the page of va in that slot, or zeros, and one reference. *back: it is
 * mapped already instead. MM_WAIT, MM_NO_MEMORY, MM_IO_ERROR. */
enum mm_result mm_page_take(struct mm *mm, struct aspace *as, uint32_t va, uint32_t slot,
                            bool write, uint32_t *pfn, bool *back);

#endif
