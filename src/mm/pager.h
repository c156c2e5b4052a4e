/* mm/pager.h - which page is in which frame, and which has to go.
 *
 * Only for: mm/ kern/memory.h
 *
 * All pages that may leave memory, programs' and burst tasks' alike, stand in frames that
 * this file knows: a page is named by its owner and its number. When no frame is free, a
 * replacement policy (sim/replace.h) chooses one: a clean page is simply forgotten, a dirty
 * one is written to a slot of the swap space first. Nothing sleeps here: what needs the
 * disk answers PAGER_WAIT or PAGER_COMING, and `ready` says when it is worth asking again.
 *
 * A slot is held once by the page that stands in a frame and has its contents there, once
 * by each entry of an owner that names it, and once by a write on its way; the last one
 * gives it back. Behind the slots of the swap space are those of the boot images of
 * programs: they are read like others, but are nobody's to write, hold or give back, and
 * the frame that has one may be had by all.
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

#define SWAP_NONE 0xffffffu     /* no slot: the page comes back as zeros */
#define SLOT_BAD  0x80000000u   /* in slot_refs: a transfer has failed, nobody gets it any more */
enum { PAGER_SLOTS = 1 << 22 }; /* at most, with those of images */

enum pager_result {
    PAGER_OK,
    PAGER_BACK,                 /* it was about to leave, and is here again: `came` was told */
    PAGER_WAIT,                 /* the disk works: ask again after `ready` */
    PAGER_COMING,               /* the page is being read: `came` follows */
    PAGER_FULL,                 /* no frame can be had: nothing may go, or no slot is left */
    PAGER_IO_ERROR,             /* the page could not be read, now or earlier */
};

enum came {
    CAME_READ,                  /* it was asked for */
    CAME_AHEAD,                 /* it was not: a neighbour was */
    CAME_BACK,                  /* it never quite left */
    CAME_FAILED,                /* it could not be read: no frame */
};

/* What owners are told. All of them may ask the pager for no page. */
struct pager_port {
    /* The page leaves its frame: entries name the slot from here on (SWAP_NONE: it is to be
     * zeros), each holds it, and gives up its reference to the frame. */
    void (*left)(void *ctx, uint32_t owner, uint32_t page, uint32_t frame, uint32_t slot,
                 bool dirty);
    /* The page of that slot is in the frame: each entry that names the slot may take a
     * reference to the frame, and no longer holds the slot. If none does, it goes. */
    void (*came)(void *ctx, uint32_t owner, uint32_t page, uint32_t frame, uint32_t slot,
                 enum came how);
    /* Accessed and dirty bits that the hardware has set since the last time: to
     * replacer_touch. NULL: owners say it at once. */
    unsigned (*bits)(void *ctx, uint32_t owner, uint32_t page, uint32_t frame);
    /* With bits: the page was used in this window; told once a window. */
    void (*used)(void *ctx, uint32_t owner);
    /* Number of the reference at which the page is used next, after the one that brings it;
     * REPLACE_NEVER. NULL: nobody knows. */
    uint64_t (*next)(void *ctx, uint32_t owner, uint32_t page);
    /* A transfer is over: whoever waits may ask again. */
    void (*ready)(void *ctx);
    /* Write the request to the device behind swap, or read it. */
    void (*submit)(void *ctx, struct blk_request *r);
    void *ctx;
};

enum page_state { PAGE_FREE, PAGE_HERE, PAGE_COMING, PAGE_GOING };

struct page {                   /* what is in a frame: 12 bytes */
    uint32_t owner, number;
    uint32_t slot : 24;         /* where its last written contents are; SWAP_NONE */
    uint32_t state : 2;         /* enum page_state */
    uint32_t ahead : 1;         /* is read without having been asked for */
    uint32_t used : 1;          /* referenced since the window began; only with port.bits */
    uint32_t counted : 1;       /* ...which was told, since it had left memory meanwhile */
    uint32_t fresh : 1;         /* referenced since the last pager_renew */
    uint32_t arrived : 1;       /* the reference that it came for is yet to be made */
};

struct slot_page { uint32_t owner, number; };

struct pager_io {
    struct blk_request r;
    uint32_t n;                 /* pages, in slots that follow each other */
    uint32_t *frame;            /* the first is the one that was asked for */
    uint8_t *bytes;             /* of several pages; NULL where one is the most */
    bool busy;
};

struct pager {
    struct frames *frames;
    const struct pager_port *port;
    const struct swap_config *swap;
    const ns_t *now;
    struct replacer replacer;
    struct page *page;          /* by frame */
    uint16_t *pool;             /* by frame: its page's; NULL: there is one pool */
    uint32_t *slot_refs;        /* by slot: who holds it; SLOT_BAD above */
    uint32_t *slot_frame;       /* by slot: the frame that it comes to or goes from, or,
                                 * of an image, that has it; + 1; 0: none */
    struct slot_page *slot_page;        /* by slot: whose it is */
    uint8_t *slot_counted;      /* by slot: as page.counted, of one that is out; NULL */
    uint32_t ncounted;          /* of those */
    uint32_t nslots;            /* of the swap space */
    uint32_t nimage;            /* behind them */
    uint32_t nused, nbad;       /* slots held, and those that failed */
    uint32_t *free_runs;        /* runs of swap.cluster slots of which none is held: a stack */
    uint8_t *run_used;          /* by run: slots held or lost */
    uint32_t nfree_runs, fresh_run, nruns;
    uint32_t run, run_at;       /* in use: the next slot to give is run_at of it */
    struct pager_io *io;
    uint32_t nio, flying;       /* requests in all, and those on their way */
    uint32_t most;              /* pages of a request */
    struct blk_sink sink;
    uint32_t *limit;            /* by pool: frames it may have; NULL: no limits */
    uint64_t swap_base;         /* first sector of the swap space */
    bool contents;              /* pages have bytes */
};

struct pager_setup {
    struct frames *frames;      /* borrowed, and used by others as well */
    const struct pager_port *port;      /* borrowed */
    const ns_t *now;            /* the time, borrowed */
    struct stream *stream;
    uint32_t nimage;            /* slots of images */
    uint16_t npools;            /* 1, or as many as there are owners */
    bool contents;              /* bytes move too */
};

/* Lay it out (measuring, if the arena has no base). */
void pager_init(struct pager *p, struct arena *a, const struct config *c,
                const struct pager_setup *setup);

static inline bool pager_is_image(const struct pager *p, uint32_t slot)
{
    return slot >= p->nslots && slot != SWAP_NONE;
}
/* Sectors that slots need on the device, from swap_base on. */
static inline uint64_t pager_sectors(uint32_t nslots, uint32_t nimage)
{
    return ((uint64_t)nslots + nimage) * (PAGE_SIZE / BLK_SECTOR);
}

/* Have the page in a frame: zeros if slot is SWAP_NONE, else what is in that slot. `write`:
 * the reference that brings it in writes. PAGER_OK: it is in *frame, with one reference
 * that is the caller's, as is the hold on the slot that its entry had. */
enum pager_result pager_get(struct pager *p, uint32_t owner, uint32_t number, uint32_t slot,
                            unsigned pool, bool write, uint32_t *frame);
/* A frame is free, for what may not leave memory. PAGER_WAIT, PAGER_FULL. */
enum pager_result pager_room(struct pager *p);
/* The page in the frame was referenced. */
static inline void pager_touch(struct pager *p, uint32_t frame, bool write)
{
    replacer_touch(&p->replacer, frame, write, REPLACE_NEVER, *p->now);
}
/* The same, by an owner that sees each reference. The one that the page came for counts as that. */
static inline void pager_refer(struct pager *p, uint32_t frame, bool write, uint64_t next)
{
    if (p->page[frame].arrived)
        p->replacer.bits[frame] |= (uint8_t)(REPLACE_ACCESSED | (write ? REPLACE_DIRTY : 0));
    else
        replacer_touch(&p->replacer, frame, write, next, *p->now);
    p->page[frame].arrived = 0;
}
/* The last owner gives the page up: its reference, and the page's hold. It is here. */
void pager_forget(struct pager *p, uint32_t frame);
/* The page is no longer what its slot says: the slot is given up, and it is dirty. */
void pager_detach(struct pager *p, uint32_t frame);
/* Put a page that is here out of memory, as if it had been chosen. False: it cannot go. */
bool pager_evict(struct pager *p, uint32_t frame);

/* --- with port.bits: who sees references only when looking --- */

/* Do the policy's scans that are due. */
static inline void pager_scan(struct pager *p)
{
    replacer_advance(&p->replacer, *p->now);
}
/* Of the pages of some owners: */
typedef bool pager_is_fn(void *ctx, uint32_t owner);
/* The window is over: `used` is told of each that was referenced in it, and the next one
 * begins. strict: those that were not are put out. */
void pager_window(struct pager *p, pager_is_fn *is, bool strict);
/* Those that were not referenced since the last call for them are put out, if `strict`; from
 * here on references count anew. */
void pager_renew(struct pager *p, pager_is_fn *is, bool strict);
/* All that can go are put out. */
void pager_put_out(struct pager *p, pager_is_fn *is);

/* A page stays in its frame until unpinned as often; as frame_pin. */
void pager_pin(struct pager *p, uint32_t frame);
void pager_unpin(struct pager *p, uint32_t frame);

/* One entry more, or less, names the slot. */
void pager_slot_hold(struct pager *p, uint32_t slot);
void pager_slot_drop(struct pager *p, uint32_t slot);
/* What is going on with the page of that slot: PAGE_COMING, PAGE_GOING, of an image
 * PAGE_HERE, or nothing: PAGE_FREE. */
static inline enum page_state pager_slot_state(const struct pager *p, uint32_t slot)
{
    uint32_t f = p->slot_frame[slot];

    return f ? (enum page_state)p->page[f - 1].state : PAGE_FREE;
}
/* The sector of a slot on the device. */
static inline uint64_t pager_sector(const struct pager *p, uint32_t slot)
{
    return p->swap_base + pager_sectors(slot, 0);
}
/* Swap slots left. */
static inline uint32_t pager_free_slots(const struct pager *p)
{
    return p->nslots - p->nused - p->nbad;
}
/* Counts agree, and each frame is in at most one state. */
bool pager_check(const struct pager *p);
/* Holds of a slot, its badness aside. */
uint32_t pager_slot_holds(const struct pager *p, uint32_t slot);
/* Of those, the pager's own: its page's in a frame, and writes on their way. */
uint32_t pager_own_holds(const struct pager *p, uint32_t slot);

#endif
