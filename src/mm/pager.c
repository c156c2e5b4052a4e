/* pager.c - see pager.h.
 *
 * A dirty page that has to go keeps its frame until its contents are written; the frame is
 * free then, and not the faulting page's by right: whoever asks first gets it. That is how
 * kernels with a free list do it, and it keeps every step short. A frame given to a page
 * that is being read is nobody else's.
 */
#include <mm/pager.h>

#include <sim/check.h>

#include <string.h>

enum { PAGE_SECTORS = PAGE_SIZE / BLK_SECTOR, IO_MOST = 256 };

static void done(void *self, struct blk_request *r);

/* The hardware's bits of a frame, moved to the policy's table. */
static void gather(void *self, slot_t frame)
{
    struct pager *p = self;
    const struct page *page = &p->page[frame];

    if (p->port->bits && page->state == PAGE_HERE)
        p->replacer.bits[frame] |=
            (uint8_t)p->port->bits(p->port->ctx, page->owner, page->number, frame);
}

void pager_init(struct pager *p, struct arena *a, const struct config *c,
                struct frames *frames, const struct pager_port *port, uint16_t npools,
                bool contents, struct stream *stream)
{
    uint32_t nframes = c->memory.frames, nslots = c->swap.frames;
    struct page *page = arena_array(a, struct page, nframes);
    uint32_t *refs = arena_array(a, uint32_t, nslots);
    uint32_t *slots = arena_array(a, uint32_t, nslots);
    uint32_t nio = nframes < IO_MOST ? nframes : IO_MOST;
    struct pager_io *io = arena_array(a, struct pager_io, nio);
    uint32_t *limit = npools > 1 ? arena_array(a, uint32_t, npools) : NULL;
    struct replacer replacer = { .ops = NULL };
    const struct replace_setup setup = {
        .nslots = nframes, .npools = npools, .interval = 10 * c->time_unit,
        .time_unit = c->time_unit, .seed = c->seed,
        .gather = port->bits ? gather : NULL, .self = p, .stream = stream,
    };

    replacer_init(&replacer, a, &c->replacement, &setup);
    if (!a->base)
        return;
    *p = (struct pager){ .frames = frames, .port = port, .swap = &c->swap,
                         .replacer = replacer, .page = page, .slot_refs = refs,
                         .limit = limit,
                         .free_slots = slots, .nslots = nslots, .io = io, .nio = nio,
                         .sink = { done, p }, .contents = contents };
}

/* --- slots of the swap space --- */

static uint32_t slot_take(struct pager *p)
{
    uint32_t slot;

    if (p->nfree_slots)
        slot = p->free_slots[--p->nfree_slots];
    else if (p->fresh_slot < p->nslots)
        slot = p->fresh_slot++;
    else
        return SWAP_NONE;
    return slot;
}

static void slot_give(struct pager *p, uint32_t slot)
{
    p->free_slots[p->nfree_slots++] = slot;
}

void pager_slot_drop(struct pager *p, uint32_t slot)
{
    CHECK(slot < p->nslots && p->slot_refs[slot] > 0);
    if (--p->slot_refs[slot] == 0)
        slot_give(p, slot);
}

/* --- transfers --- */

static struct pager_io *io_take(struct pager *p)
{
    for (uint32_t i = 0; i < p->nio; i++)
        if (!p->io[i].busy)
            return &p->io[i];
    return NULL;
}

static void transfer(struct pager *p, struct pager_io *io, enum blk_op op, uint32_t frame,
                     uint32_t slot)
{
    uint8_t *bytes = p->contents ? cpu_frame(p->frames->cpu, frame) : NULL;

    io->busy = true;
    io->frame = frame;
    p->flying++;
    io->r = (struct blk_request){
        .op = (uint8_t)op, .nsectors = PAGE_SECTORS, .data = bytes,
        .sector = p->swap_base + (uint64_t)slot * PAGE_SECTORS, .owner = TID_NONE,
        .deadline = NS_MAX, .sink = &p->sink, .tag = (uint64_t)(io - p->io),
    };
    p->port->submit(p->port->ctx, &io->r);
}

static void page_free(struct pager *p, uint32_t frame)
{
    p->page[frame].state = PAGE_FREE;
    frame_drop(p->frames, frame);
}

static void page_is_here(struct pager *p, uint32_t frame, bool write, ns_t now)
{
    struct page *page = &p->page[frame];
    const struct replace_page what = {
        .key = (uint64_t)page->owner << 32 | page->number, .next = REPLACE_NEVER,
        .owner = page->owner,
    };

    page->state = PAGE_HERE;
    replacer_insert(&p->replacer, page->pool, frame, &what, write, now);
}

static void read_done(struct pager *p, uint32_t frame, bool good, ns_t now)
{
    struct page *page = &p->page[frame];
    struct page was = *page;

    if (good)
        page_is_here(p, frame, false, now);
    else
        page_free(p, frame);
    p->port->came(p->port->ctx, was.owner, was.number, frame, was.slot, good);
}

static void done(void *self, struct blk_request *r)
{
    struct pager *p = self;
    struct pager_io *io = &p->io[r->tag];
    uint32_t frame = io->frame;

    io->busy = false;
    p->flying--;
    if (p->page[frame].state == PAGE_COMING)
        read_done(p, frame, r->status == BLK_OK, r->completed);
    else
        page_free(p, frame);
    p->port->ready(p->port->ctx);
}

/* --- going --- */

/* A slot of its own for the page's new contents; one that another entry names too keeps
 * what it has. False: none is left. */
static bool own_slot(struct pager *p, struct page *page)
{
    uint32_t slot;

    if (page->slot != SWAP_NONE && p->slot_refs[page->slot] == 1)
        return true;
    slot = slot_take(p);
    if (slot == SWAP_NONE)
        return false;
    if (page->slot != SWAP_NONE)
        pager_slot_drop(p, page->slot);
    p->slot_refs[slot] = 1;
    page->slot = slot;
    return true;
}

/* The page in `frame` goes: at once if it is clean, or into a slot. What the page holds of
 * the slot is its owner's from then on. */
static enum pager_result put_out(struct pager *p, uint32_t frame, ns_t now)
{
    struct page *page = &p->page[frame];
    bool dirty = replace_bits_get(&p->replacer.params.bits, frame) & REPLACE_DIRTY;
    struct pager_io *io = dirty ? io_take(p) : NULL;

    if (dirty && !io)
        return PAGER_WAIT;
    if (dirty && !own_slot(p, page))
        return PAGER_FULL;
    replacer_remove(&p->replacer, frame, REPLACE_EVICTED, now);
    p->evictions++;
    page->state = PAGE_GOING;
    p->port->left(p->port->ctx, page->owner, page->number, frame, page->slot, dirty);
    if (!dirty) {
        page_free(p, frame);
        return PAGER_OK;
    }
    p->written++;
    transfer(p, io, BLK_WRITE, frame, page->slot);
    return PAGER_WAIT;
}

bool pager_evict(struct pager *p, uint32_t frame, ns_t now)
{
    return p->page[frame].state == PAGE_HERE && !p->page[frame].shared &&
           put_out(p, frame, now) != PAGER_FULL;
}

/* The pool that has most: who may still grow takes from it. */
static unsigned largest(const struct pager *p)
{
    unsigned most = 0;

    for (unsigned i = 1; i < p->replacer.npools; i++)
        if (p->replacer.length[i] > p->replacer.length[most])
            most = i;
    return most;
}

/* Make room in the pool. PAGER_OK: a frame is free now. */
static enum pager_result make_room(struct pager *p, unsigned pool, uint32_t owner,
                                   uint32_t number, ns_t now)
{
    const struct replace_page incoming = {
        .key = (uint64_t)owner << 32 | number, .next = REPLACE_NEVER, .owner = owner,
    };
    slot_t frame;

    replacer_advance(&p->replacer, now);
    if (!p->limit || p->replacer.length[pool] < p->limit[pool])
        pool = largest(p);
    frame = p->replacer.length[pool] ? replacer_victim(&p->replacer, pool, &incoming, now)
                                     : SLOT_NONE;
    if (frame == SLOT_NONE)
        return p->flying ? PAGER_WAIT : PAGER_FULL;
    enum pager_result r = put_out(p, frame, now);
    return r == PAGER_FULL && p->flying ? PAGER_WAIT : r;
}

/* --- coming --- */

static enum pager_result start_read(struct pager *p, uint32_t frame)
{
    struct pager_io *io = io_take(p);

    if (!io) {
        page_free(p, frame);
        return PAGER_WAIT;
    }
    p->page[frame].state = PAGE_COMING;
    transfer(p, io, BLK_READ, frame, p->page[frame].slot);
    return PAGER_COMING;
}

enum pager_result pager_get(struct pager *p, uint32_t owner, uint32_t number, uint32_t slot,
                            unsigned pool, bool write, ns_t now, uint32_t *frame)
{
    enum pager_result r = PAGER_OK;

    replacer_advance(&p->replacer, now);
    if (!p->frames->nfree || (p->limit && p->replacer.length[pool] >= p->limit[pool]))
        r = make_room(p, pool, owner, number, now);
    if (r)
        return r;
    uint32_t f = frame_alloc(p->frames);
    if (f == FRAME_NONE)
        return p->flying ? PAGER_WAIT : PAGER_FULL;
    p->page[f] = (struct page){ .owner = owner, .number = number, .slot = slot,
                                .pool = (uint16_t)pool };
    if (slot != SWAP_NONE)
        return start_read(p, f);
    page_is_here(p, f, write, now);
    *frame = f;
    return PAGER_OK;
}

void pager_forget(struct pager *p, uint32_t frame, ns_t now)
{
    struct page *page = &p->page[frame];

    CHECK(page->state == PAGE_HERE);
    replacer_remove(&p->replacer, frame, REPLACE_DROPPED, now);
    if (page->slot != SWAP_NONE)
        pager_slot_drop(p, page->slot);
    page_free(p, frame);
}

bool pager_check(const struct pager *p)
{
    uint32_t flying = 0;

    for (uint32_t i = 0; i < p->nio; i++)
        flying += p->io[i].busy;
    if (flying != p->flying)
        return false;
    for (uint32_t f = 0; f < p->frames->nframes; f++) {
        bool in_pool = p->replacer.pool_of[f] != POOL_NONE;

        if (in_pool != (p->page[f].state == PAGE_HERE))
            return false;
        if (p->page[f].state != PAGE_FREE && !frame_refs(p->frames, f))
            return false;
    }
    return true;
}
