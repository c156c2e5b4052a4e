/* mm/pager.h - which page is in which frame, and which has to go.
 *
 * All pages that may leave memory, programs' and burst tasks' alike, stand in frames that
 * this file knows: a page is named by its owner and its number. When no frame is free, a
 * replacement policy (sim/replace.h) chooses one: a clean page is simply forgotten, a dirty
 * one is written to a slot of the swap space first. Nothing sleeps here: what needs the
 * disk answers PAGER_WAIT, and `ready` says when it is worth asking again. A page in
 * transit belongs to nobody else until it has come.
 *
 * It knows neither tasks nor page tables: the port below tells the owners what happened.
 * Source of the split in demand paging, replacement and swap: Silberschatz, Galvin, Gagne,
 * "Operating System Concepts", chapter "Virtual Memory".
 */
#ifndef MM_PAGER_H
#define MM_PAGER_H

#include <mm/frame.h>
#include <sim/blkdev.h>
#include <sim/config.h>
#include <sim/replace.h>

#define SWAP_NONE UINT32_MAX    /* no slot: the page comes back as zeros */

enum { PAGER_OWNER_KERNEL = UINT32_MAX };

enum pager_result {
    PAGER_OK,
    PAGER_WAIT,                 /* the disk works: ask again after `ready` */
    PAGER_COMING,               /* the page is being read: `came` follows */
    PAGER_FULL,                 /* no frame can be had: nothing may go, or no slot is left */
    PAGER_IO_ERROR,             /* the page could not be read */
};

/* What owners are told. All of them may ask the pager for nothing. */
struct pager_port {
    /* The page leaves its frame: forget that, and remember its slot (SWAP_NONE: it is to be
     * zeros, or what it was made from). */
    void (*left)(void *ctx, uint32_t owner, uint32_t page, uint32_t frame, uint32_t slot,
                 bool dirty);
    /* The page that was asked for has come into the frame, from its slot, or could not be
     * read. The frame is the owner's reference now. */
    void (*came)(void *ctx, uint32_t owner, uint32_t page, uint32_t frame, uint32_t slot,
                 bool good);
    /* Accessed and dirty bits that the hardware has set since the last time: to
     * replacer_touch. NULL: owners say it at once. */
    unsigned (*bits)(void *ctx, uint32_t owner, uint32_t page, uint32_t frame);
    /* A frame is free, or a page has come: whoever waits may ask again. */
    void (*ready)(void *ctx);
    /* Write the request to the device behind swap, or read it. */
    void (*submit)(void *ctx, struct blk_request *r);
    void *ctx;
};

enum page_state { PAGE_FREE, PAGE_HERE, PAGE_COMING, PAGE_GOING };

struct page {                   /* what is in a frame: 16 bytes */
    uint32_t owner, number;
    uint32_t slot;              /* where its last written contents are, and one reference
                                 * to that; SWAP_NONE */
    uint8_t state;              /* enum page_state */
    uint8_t shared;             /* mapped more than once: stays where it is */
    uint16_t pool;
};

struct pager_io {
    struct blk_request r;
    uint32_t frame;
    bool busy;
};

struct pager {
    struct frames *frames;
    const struct pager_port *port;
    const struct swap_config *swap;
    struct replacer replacer;
    struct page *page;          /* by frame */
    uint32_t *slot_refs;        /* by slot: page-table entries that name it */
    uint32_t *free_slots;       /* a stack */
    uint32_t nfree_slots, fresh_slot, nslots;
    struct pager_io *io;
    uint32_t nio, flying;       /* requests in all, and those on their way */
    struct blk_sink sink;
    uint32_t *limit;            /* by pool: frames it may have; NULL: no limits */
    uint64_t swap_base;         /* first sector of the swap space */
    bool contents;              /* pages have bytes */
    uint64_t evictions, written;
};

/* Lay it out (measuring, if the arena has no base). frames is borrowed, and used by others
 * as well; npools: 1, or as many as there are owners. contents: bytes move too. */
void pager_init(struct pager *p, struct arena *a, const struct config *c,
                struct frames *frames, const struct pager_port *port, uint16_t npools,
                bool contents, struct stream *stream);

/* Have the page in a frame: zeros if slot is SWAP_NONE, else what is in that slot. `write`:
 * the reference that brings it in writes. PAGER_OK: it is in *frame, one reference, here.
 */
enum pager_result pager_get(struct pager *p, uint32_t owner, uint32_t number, uint32_t slot,
                            unsigned pool, bool write, ns_t now, uint32_t *frame);
/* The page in the frame was referenced. */
static inline void pager_touch(struct pager *p, uint32_t frame, bool write, ns_t now)
{
    replacer_touch(&p->replacer, frame, write, REPLACE_NEVER, now);
}
/* The owner gives the page up: frame and slot are free. It is here. */
void pager_forget(struct pager *p, uint32_t frame, ns_t now);
/* Put a page that is here out of memory, as if it had been chosen. False: it cannot go. */
bool pager_evict(struct pager *p, uint32_t frame, ns_t now);
/* One entry less names the slot. */
void pager_slot_drop(struct pager *p, uint32_t slot);
static inline void pager_slot_hold(struct pager *p, uint32_t slot)
{
    p->slot_refs[slot]++;
}
/* Frames that could be had without the disk, and swap slots left. */
static inline uint32_t pager_free_slots(const struct pager *p)
{
    return p->nfree_slots + (p->nslots - p->fresh_slot);
}
/* Counts agree, and each frame is in at most one state. */
bool pager_check(const struct pager *p);

#endif
