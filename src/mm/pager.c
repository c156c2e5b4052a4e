/* pager.c - see pager.h.
 *
 * A dirty page that has to go keeps its frame until its contents are written; the frame is
 * free then, and not the faulting page's by right: whoever asks first gets it. That is how
 * kernels with a free list do it, and it keeps every step short. Asked for meanwhile, the
 * page stays. A frame given to a page that is being read is nobody else's.
 *
 * A frame that is written from is pinned for as long, and its slot is held, so that neither
 * is somebody else's before the device is done with them: it promises no order between two
 * requests.
 */
#include <mm/used.h>

#include <sim/check.h>

#include <string.h>

enum { PAGE_SECTORS = PAGE_SIZE / BLK_SECTOR, IO_MOST = 256, IO_PAGES = 4096 };

static void done(void *self, struct blk_request *r);

/* The hardware's bits of a frame, moved to the policy's table. */
static void gather(void *self, slot_t frame)
{
    struct pager *p = self;
    struct page *page = &p->page[frame];

    if (page->state != PAGE_HERE)
        return;
    unsigned bits = p->port->bits(p->port->ctx, page->owner, page->number, frame);

    p->replacer.bits[frame] |= (uint8_t)bits;
    if (bits & REPLACE_ACCESSED)
        page->used = page->fresh = 1;
}

/* --- layout --- */

static void layout_slots(struct pager *p, struct arena *a, const struct swap_config *s)
{
    uint32_t all = p->nslots + p->nimage;

    p->nruns = s->cluster ? p->nslots / s->cluster : 0;
    p->slot_refs = arena_array(a, uint32_t, all);
    p->slot_frame = arena_array(a, uint32_t, all);
    p->slot_page = arena_array(a, struct slot_page, all);
    p->slot_counted = p->contents ? arena_array(a, uint8_t, all) : NULL;
    p->free_runs = arena_array(a, uint32_t, p->nruns);
    p->run_used = arena_array(a, uint8_t, p->nruns);
    p->run = UINT32_MAX;
    p->run_at = s->cluster;
}

static void layout_io(struct pager *p, struct arena *a, const struct swap_config *s,
                      uint32_t nframes)
{
    p->most = s->readahead + 1 > s->cluster ? s->readahead + 1 : s->cluster;
    p->nio = nframes < IO_MOST ? nframes : IO_MOST;
    if (p->nio > IO_PAGES / p->most)
        p->nio = IO_PAGES / p->most;
    p->io = arena_array(a, struct pager_io, p->nio);
    for (uint32_t i = 0; i < p->nio; i++) {
        uint32_t *frame = arena_array(a, uint32_t, p->most);
        uint8_t *bytes = p->contents && p->most > 1
                             ? arena_take(a, (size_t)p->most * PAGE_SIZE, 64) : NULL;

        if (p->io) {
            p->io[i].frame = frame;
            p->io[i].bytes = bytes;
        }
    }
}

void pager_init(struct pager *p, struct arena *a, const struct config *c,
                const struct pager_setup *s)
{
    uint32_t nframes = c->memory.frames;
    struct pager t = { .frames = s->frames, .port = s->port, .swap = &c->swap,
                       .now = s->now, .nslots = c->swap.frames, .nimage = s->nimage,
                       .contents = s->contents };
    const struct replace_setup setup = {
        .nslots = nframes, .npools = s->npools, .interval = 10 * c->time_unit,
        .time_unit = c->time_unit, .seed = c->seed,
        .gather = s->port->bits ? gather : NULL, .self = p, .stream = s->stream,
    };

    t.page = arena_array(a, struct page, nframes);
    t.pool = s->npools > 1 ? arena_array(a, uint16_t, nframes) : NULL;
    layout_slots(&t, a, &c->swap);
    layout_io(&t, a, &c->swap, nframes);
    t.limit = s->npools > 1 ? arena_array(a, uint32_t, s->npools) : NULL;
    replacer_init(&t.replacer, a, &c->replacement, &setup);
    if (!a->base)
        return;
    t.sink = (struct blk_sink){ done, p };
    *p = t;
}

/* --- slots of the swap space --- */

/* A run of which no slot is held. False: there is none. */
static bool run_take(struct pager *p)
{
    if (p->run < p->nruns && !p->run_used[p->run])
        p->free_runs[p->nfree_runs++] = p->run; /* it was emptied while in use */
    if (p->nfree_runs)
        p->run = p->free_runs[--p->nfree_runs];
    else if (p->fresh_run < p->nruns)
        p->run = p->fresh_run++;
    else
        return false;
    p->run_at = 0;
    return true;
}

/* Any slot that is free, where no whole run is: the space is nearly full. */
static uint32_t slot_search(const struct pager *p)
{
    for (uint32_t s = p->nslots; s-- > 0;)
        if (!p->slot_refs[s])
            return s;
    return SWAP_NONE;
}

static uint32_t slot_take(struct pager *p)
{
    uint32_t slot = SWAP_NONE, cluster = p->swap->cluster;

    if (p->nused + p->nbad == p->nslots)
        return SWAP_NONE;
    while (slot == SWAP_NONE && (p->run_at < cluster || run_take(p))) {
        slot = p->run * cluster + p->run_at++;
        if (p->slot_refs[slot])         /* a search has found it first, or it is bad */
            slot = SWAP_NONE;
    }
    if (slot == SWAP_NONE)
        slot = slot_search(p);
    CHECK(slot != SWAP_NONE);
    p->slot_refs[slot] = 1;
    used_forget(p, slot);
    p->nused++;
    if (slot / cluster < p->nruns)
        p->run_used[slot / cluster]++;
    return slot;
}

/* The slot behind `slot`, if the run goes on with it. */
static uint32_t slot_take_next(struct pager *p, uint32_t slot)
{
    uint32_t next = p->run * p->swap->cluster + p->run_at;

    if (p->run_at == p->swap->cluster || next != slot + 1 || p->slot_refs[next])
        return SWAP_NONE;
    return slot_take(p);
}

static void slot_give(struct pager *p, uint32_t slot)
{
    uint32_t run = slot / p->swap->cluster;

    CHECK(p->nused > 0);
    p->nused--;
    if (run < p->nruns && --p->run_used[run] == 0 &&
        (run != p->run || p->run_at == p->swap->cluster))
        p->free_runs[p->nfree_runs++] = run;
}

void pager_slot_hold(struct pager *p, uint32_t slot)
{
    if (!pager_is_image(p, slot))
        p->slot_refs[slot]++;
}

void pager_slot_drop(struct pager *p, uint32_t slot)
{
    if (pager_is_image(p, slot))
        return;
    CHECK(slot < p->nslots && (p->slot_refs[slot] & ~SLOT_BAD) > 0);
    if (--p->slot_refs[slot] == 0)
        slot_give(p, slot);
    else if (p->slot_refs[slot] == SLOT_BAD) {
        p->nused--;             /* it stays what it is: nobody gets it again */
        p->nbad++;
    }
}

/* --- transfers --- */

static struct pager_io *io_take(struct pager *p)
{
    for (uint32_t i = 0; i < p->nio; i++)
        if (!p->io[i].busy) {
            p->io[i].n = 0;
            return &p->io[i];
        }
    return NULL;
}

static uint8_t *frame_bytes(struct pager *p, uint32_t frame)
{
    return cpu_frame(p->frames->cpu, frame);
}

static void io_add(struct pager *p, struct pager_io *io, uint32_t frame)
{
    CHECK(p->page[frame].slot != SWAP_NONE);
    p->slot_frame[p->page[frame].slot] = frame + 1;
    io->frame[io->n++] = frame;
}

static void transfer(struct pager *p, struct pager_io *io, enum blk_op op)
{
    CHECK(io->n > 0 && !io->busy);
    uint8_t *bytes = io->n > 1 ? io->bytes
                               : p->contents ? frame_bytes(p, io->frame[0]) : NULL;

    for (uint32_t i = 0; i < io->n && io->n > 1 && bytes && op == BLK_WRITE; i++)
        memcpy(bytes + (size_t)i * PAGE_SIZE, frame_bytes(p, io->frame[i]), PAGE_SIZE);
    io->busy = true;
    p->flying++;
    io->r = (struct blk_request){
        .op = (uint8_t)op, .nsectors = io->n * PAGE_SECTORS, .data = bytes,
        .sector = pager_sector(p, p->page[io->frame[0]].slot), .owner = TID_NONE,
        .deadline = NS_MAX, .sink = &p->sink, .tag = (uint64_t)(io - p->io),
    };
    p->port->submit(p->port->ctx, &io->r);
}

/* --- the states of a page --- */

static unsigned pool_of(const struct pager *p, uint32_t frame)
{
    return p->pool ? p->pool[frame] : 0;
}

static void page_is_here(struct pager *p, uint32_t frame, bool write, bool ahead)
{
    struct page *page = &p->page[frame];
    const struct replace_page what = {
        .key = (uint64_t)page->owner << 32 | page->number, .owner = page->owner, .ahead = ahead,
        .next = p->port->next ? p->port->next(p->port->ctx, page->owner, page->number)
                              : REPLACE_NEVER,
    };

    page->state = PAGE_HERE;
    page->used = page->fresh = page->arrived = !ahead;
    replacer_insert(&p->replacer, pool_of(p, frame), frame, &what, write, *p->now);
    if (frame_pins(p->frames, frame))
        replacer_pin(&p->replacer, frame);
}

/* The frame holds nothing any more. The pager's reference goes with it. */
static void page_free(struct pager *p, uint32_t frame)
{
    struct page *page = &p->page[frame];

    CHECK(page->state != PAGE_FREE);
    if (page->slot != SWAP_NONE) {
        if (p->slot_frame[page->slot] == frame + 1)
            p->slot_frame[page->slot] = 0;
        pager_slot_drop(p, page->slot);
    }
    page->state = PAGE_FREE;
    frame_drop(p->frames, frame);
}

void pager_forget(struct pager *p, uint32_t frame)
{
    CHECK(p->page[frame].state == PAGE_HERE);
    used_tell(p, frame);
    replacer_remove(&p->replacer, frame, REPLACE_DROPPED, *p->now);
    page_free(p, frame);
}

void pager_detach(struct pager *p, uint32_t frame)
{
    struct page *page = &p->page[frame];

    CHECK(page->state == PAGE_HERE);
    p->replacer.bits[frame] |= REPLACE_DIRTY;
    if (page->slot == SWAP_NONE)
        return;
    if (p->slot_frame[page->slot] == frame + 1)
        p->slot_frame[page->slot] = 0;
    pager_slot_drop(p, page->slot);
    page->slot = SWAP_NONE;
}

/* Its owners are told; the pager's own reference is given up, and if that was the last one
 * the page is nobody's. */
static void arrive(struct pager *p, uint32_t frame, enum came how)
{
    const struct page was = p->page[frame];

    if (!pager_is_image(p, was.slot))
        p->slot_frame[was.slot] = 0;
    used_comes(p, frame);
    page_is_here(p, frame, how == CAME_BACK, how == CAME_AHEAD);
    p->port->came(p->port->ctx, was.owner, was.number, frame, was.slot, how);
    if (frame_refs(p->frames, frame) == 1)
        pager_forget(p, frame);
    else
        frame_drop(p->frames, frame);
}

/* --- a transfer is over --- */

/* The page could not be read: nobody shall try again. */
static void read_failed(struct pager *p, uint32_t frame)
{
    const struct page was = p->page[frame];

    p->slot_refs[was.slot] |= SLOT_BAD;
    p->port->came(p->port->ctx, was.owner, was.number, frame, was.slot, CAME_FAILED);
    page_free(p, frame);
}

/* True: it is tried again, with the page alone that was asked for. */
static bool read_alone(struct pager *p, struct pager_io *io)
{
    if (io->n == 1)
        return false;
    while (io->n > 1)
        page_free(p, io->frame[--io->n]);
    transfer(p, io, BLK_READ);
    return true;
}

static void read_done(struct pager *p, struct pager_io *io, bool good)
{
    if (!good && read_alone(p, io))
        return;
    for (uint32_t i = 0; i < io->n; i++) {
        uint32_t frame = io->frame[i];

        if (!good) {
            read_failed(p, frame);
            continue;
        }
        if (io->n > 1 && p->contents)
            memcpy(frame_bytes(p, frame), io->bytes + (size_t)i * PAGE_SIZE, PAGE_SIZE);
        arrive(p, frame, p->page[frame].ahead ? CAME_AHEAD : CAME_READ);
    }
}

/* One page of a write. If it failed, the page stays. */
static void page_written(struct pager *p, uint32_t frame, uint32_t slot, bool good)
{
    struct page *page = &p->page[frame];

    if (page->state == PAGE_GOING && page->slot == slot) {
        if (good)
            page_free(p, frame);
        else
            arrive(p, frame, CAME_BACK);
    }
    if (!good && page->state == PAGE_HERE && page->slot == slot)
        pager_detach(p, frame);
    pager_unpin(p, frame);
    pager_slot_drop(p, slot);
}

/* Of several pages that could not be written, one that is still on its way out is tried alone,
 * so that no slot is lost for its neighbours' sake, and yet one page gets away, or one slot is
 * known to be bad. The others stay. False: there was but one. */
static bool write_alone(struct pager *p, struct pager_io *io, uint32_t slot)
{
    uint32_t n = io->n, alone = n;

    if (n == 1)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        const struct page *page = &p->page[io->frame[i]];

        if (alone == n && page->state == PAGE_GOING && page->slot == slot + i)
            alone = i;
        else
            page_written(p, io->frame[i], slot + i, false);
    }
    if (alone == n)
        return true;
    io->frame[0] = io->frame[alone];
    io->n = 1;
    transfer(p, io, BLK_WRITE);
    return true;
}

static void write_done(struct pager *p, struct pager_io *io, bool good)
{
    uint32_t slot = (uint32_t)((io->r.sector - p->swap_base) / PAGE_SECTORS);

    if (!good && write_alone(p, io, slot))
        return;
    if (!good)
        p->slot_refs[slot] |= SLOT_BAD;
    for (uint32_t i = 0; i < io->n; i++)
        page_written(p, io->frame[i], slot + i, good);
}

static void done(void *self, struct blk_request *r)
{
    struct pager *p = self;
    struct pager_io *io = &p->io[r->tag];

    io->busy = false;
    p->flying--;
    if (r->op == BLK_READ)
        read_done(p, io, r->status == BLK_OK);
    else
        write_done(p, io, r->status == BLK_OK);
    p->port->ready(p->port->ctx);
}

/* --- going --- */

/* The page gets another slot, or loses its own. */
static void slot_becomes(struct pager *p, uint32_t frame, uint32_t slot)
{
    struct page *page = &p->page[frame];

    pager_detach(p, frame);
    page->slot = slot & SWAP_NONE;
    p->slot_page[slot] = (struct slot_page){ page->owner, page->number };
}

/* A slot of its own for the page's new contents. False: none is left. */
static bool own_slot(struct pager *p, uint32_t frame)
{
    uint32_t slot = p->page[frame].slot;
    bool own = slot < p->nslots;

    /* All entries that named it have the frame, and while it is written from the page stays. */
    DCHECK(!own || p->slot_refs[slot] == 1);
    if (own && p->swap->cluster == 1)
        return true;
    slot = slot_take(p);
    if (slot == SWAP_NONE)
        return own;
    slot_becomes(p, frame, slot);
    return true;
}

static bool is_dirty(struct pager *p, uint32_t frame)
{
    return replace_bits_get(&p->replacer.params.bits, frame) & REPLACE_DIRTY;
}

/* Its owners learn that it leaves. The pager has a reference of its own meanwhile. */
static void leave(struct pager *p, uint32_t frame, bool dirty)
{
    const struct page *page = &p->page[frame];

    used_goes(p, frame);
    replacer_remove(&p->replacer, frame, REPLACE_EVICTED, *p->now);
    frame_hold(p->frames, frame);
    p->page[frame].state = PAGE_GOING;
    p->port->left(p->port->ctx, page->owner, page->number, frame, page->slot, dirty);
}

static void write_out(struct pager *p, struct pager_io *io, uint32_t frame)
{
    leave(p, frame, true);
    frame_pin(p->frames, frame);
    pager_slot_hold(p, p->page[frame].slot);
    io_add(p, io, frame);
}

/* More pages that would go next and are dirty, for the slots behind. */
static void write_along(struct pager *p, struct pager_io *io, unsigned pool)
{
    while (io->n < p->swap->cluster && p->replacer.length[pool]) {
        uint32_t last = p->page[io->frame[io->n - 1]].slot, slot;
        slot_t frame = replacer_victim(&p->replacer, pool, NULL, *p->now);

        if (frame == SLOT_NONE || !is_dirty(p, frame) ||
            (slot = slot_take_next(p, last)) == SWAP_NONE)
            return;
        slot_becomes(p, frame, slot);
        write_out(p, io, frame);
    }
}

/* The page in `frame` goes: at once if it is clean, or into a slot. */
static enum pager_result put_out(struct pager *p, uint32_t frame)
{
    bool dirty = is_dirty(p, frame);
    struct pager_io *io = dirty ? io_take(p) : NULL;

    if (dirty && !io)
        return PAGER_WAIT;
    if (dirty && !own_slot(p, frame))
        return PAGER_FULL;
    if (!dirty) {
        leave(p, frame, false);
        page_free(p, frame);
        return PAGER_OK;
    }
    write_out(p, io, frame);
    write_along(p, io, pool_of(p, frame));
    transfer(p, io, BLK_WRITE);
    return PAGER_WAIT;
}

bool pager_evict(struct pager *p, uint32_t frame)
{
    return p->page[frame].state == PAGE_HERE && !frame_pins(p->frames, frame) &&
           put_out(p, frame) != PAGER_FULL;
}

void pager_pin(struct pager *p, uint32_t frame)
{
    frame_pin(p->frames, frame);
    if (p->page[frame].state == PAGE_HERE)
        replacer_pin(&p->replacer, frame);
}

void pager_unpin(struct pager *p, uint32_t frame)
{
    frame_unpin(p->frames, frame);
    if (!frame_pins(p->frames, frame) && p->page[frame].state == PAGE_HERE)
        replacer_unpin(&p->replacer, frame);
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

/* No slot is left: what is clean can go all the same, whatever the policy thinks. */
static enum pager_result put_out_clean(struct pager *p, unsigned pool)
{
    for (slot_t f = 0; f < p->frames->nframes; f++)
        if (p->replacer.pool_of[f] == pool && !(p->replacer.bits[f] & REPLACE_PINNED) &&
            !is_dirty(p, f))
            return put_out(p, f);
    return PAGER_FULL;
}

/* One page of the pool goes. PAGER_OK: a frame is free now. */
static enum pager_result shrink(struct pager *p, unsigned pool,
                                const struct replace_page *incoming)
{
    slot_t frame = p->replacer.length[pool]
                       ? replacer_victim(&p->replacer, pool, incoming, *p->now) : SLOT_NONE;
    enum pager_result r = frame == SLOT_NONE ? PAGER_FULL : put_out(p, frame);

    if (frame != SLOT_NONE && r == PAGER_FULL)
        r = put_out_clean(p, pool);
    return r == PAGER_FULL && p->flying ? PAGER_WAIT : r;
}

/* Make room in the pool for that page. */
static enum pager_result make_room(struct pager *p, unsigned pool, uint32_t owner,
                                   uint32_t number)
{
    const struct replace_page incoming = {
        .key = (uint64_t)owner << 32 | number, .next = REPLACE_NEVER, .owner = owner,
    };

    if (!p->limit || p->replacer.length[pool] < p->limit[pool])
        pool = largest(p);
    return shrink(p, pool, &incoming);
}

enum pager_result pager_room(struct pager *p)
{
    replacer_advance(&p->replacer, *p->now);
    return p->frames->nfree ? PAGER_OK : shrink(p, largest(p), NULL);
}

/* --- coming --- */

/* A frame for that page, which it is coming to. */
static uint32_t expect(struct pager *p, uint32_t owner, uint32_t number, uint32_t slot,
                       unsigned pool)
{
    uint32_t f = frame_alloc(p->frames);

    if (f == FRAME_NONE)
        return f;
    p->page[f] = (struct page){ .owner = owner, .number = number, .slot = slot & SWAP_NONE,
                                .state = PAGE_COMING };
    if (p->pool)
        p->pool[f] = (uint16_t)pool;
    return f;
}

/* Neighbours in the swap space of the same owner, into frames that are free. */
static void read_along(struct pager *p, struct pager_io *io)
{
    const struct page first = p->page[io->frame[0]];
    unsigned pool = pool_of(p, io->frame[0]);
    uint32_t end = pager_is_image(p, first.slot) ? p->nslots + p->nimage : p->nslots;

    for (uint32_t i = 1; i <= p->swap->readahead && p->frames->nfree > 1; i++) {
        uint32_t slot = first.slot + i;

        if (slot >= end || p->slot_frame[slot] || p->slot_refs[slot] & SLOT_BAD ||
            (slot < p->nslots && !p->slot_refs[slot]) ||
            p->slot_page[slot].owner != first.owner ||
            (p->limit && p->replacer.length[pool] + i >= p->limit[pool]))
            return;
        uint32_t f = expect(p, first.owner, p->slot_page[slot].number, slot, pool);
        p->page[f].ahead = 1;
        pager_slot_hold(p, slot);
        io_add(p, io, f);
    }
}

static enum pager_result start_read(struct pager *p, uint32_t frame)
{
    struct pager_io *io = io_take(p);

    pager_slot_hold(p, p->page[frame].slot);
    if (!io) {
        page_free(p, frame);
        return PAGER_WAIT;
    }
    io_add(p, io, frame);
    read_along(p, io);
    transfer(p, io, BLK_READ);
    return PAGER_COMING;
}

/* The slot's page is in a frame, on its way there, or on its way out. */
static enum pager_result get_known(struct pager *p, uint32_t f, uint32_t *frame)
{
    switch (p->page[f].state) {
    case PAGE_COMING:
        return PAGER_COMING;
    case PAGE_GOING:
        arrive(p, f, CAME_BACK);
        return PAGER_BACK;
    default:
        frame_hold(p->frames, f);
        *frame = f;
        return PAGER_OK;
    }
}

enum pager_result pager_get(struct pager *p, uint32_t owner, uint32_t number, uint32_t slot,
                            unsigned pool, bool write, uint32_t *frame)
{
    enum pager_result r = PAGER_OK;

    replacer_advance(&p->replacer, *p->now);
    if (slot != SWAP_NONE && p->slot_frame[slot])
        return get_known(p, p->slot_frame[slot] - 1, frame);
    if (slot != SWAP_NONE && p->slot_refs[slot] & SLOT_BAD)
        return PAGER_IO_ERROR;
    if (!p->frames->nfree || (p->limit && p->replacer.length[pool] >= p->limit[pool]))
        r = make_room(p, pool, owner, number);
    if (r)
        return r;
    uint32_t f = expect(p, owner, number, slot, pool);
    if (f == FRAME_NONE)
        return p->flying ? PAGER_WAIT : PAGER_FULL;
    if (slot != SWAP_NONE)
        return start_read(p, f);
    page_is_here(p, f, write, false);
    *frame = f;
    return PAGER_OK;
}
