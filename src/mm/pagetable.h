/* mm/pagetable.h - Sv32 tables in simulated frames.
 *
 * A table is named by the frame of its root. Only pages of 4 KiB are mapped here.
 * Nothing is fenced: whoever takes a right away does that (aspace.h).
 */
#ifndef MM_PAGETABLE_H
#define MM_PAGETABLE_H

#include <mm/frame.h>

/* The root of an empty table; FRAME_NONE if no frame is free. */
uint32_t pt_create(struct frames *f);
/* Drop every frame that is mapped, the tables and the root. */
void pt_destroy(struct frames *f, uint32_t root);

/* The leaf entry for va; 0 if there is none. */
uint32_t pt_get(const struct frames *f, uint32_t root, uint32_t va);
/* Set the entry for va; references are the caller's business. False: no frame is free
 * for the second level, and nothing was changed. */
bool pt_set(struct frames *f, uint32_t root, uint32_t va, uint32_t pte);

/* The first va in [from, to) that has an entry; `to` if none has. Page aligned. */
uint64_t pt_next(const struct frames *f, uint32_t root, uint64_t from, uint64_t to);

#endif
