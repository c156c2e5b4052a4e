/* mm/used.h - pages that were used in a window of time, each counted once, whether it is still
 * here at the window's end or not.
 *
 * Only for: pager.c used.c window.c
 */
#ifndef MM_USED_H
#define MM_USED_H

#include <mm/pager.h>

/* The page in the frame is told, if it was used and is not told yet. */
void used_tell(struct pager *p, uint32_t frame);
/* It leaves: its slot keeps in mind whether it was told. */
void used_goes(struct pager *p, uint32_t frame);
/* It comes to the frame, which has the slot. */
void used_comes(struct pager *p, uint32_t frame);
/* The slot is another page's. */
void used_forget(struct pager *p, uint32_t slot);

#endif
