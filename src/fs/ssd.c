/* ssd.c - a clock for each die and channel says when it is free next.
 *
 * Logical pages are dealt out over channels first, then over dies, and stay with their
 * die: so each die has its own share of the spare, and its collector can always go on.
 * A write goes to the next page of the die's open block. When that is full and few
 * blocks are free, the full block with the fewest valid pages is emptied (greedy) into
 * the open one and erased. Write amplification is (programmed + moved) / programmed.
 *
 * Differs from real drives: what was never written is read like what was; no write cache, no wear levelling, no multi-plane commands;
 * valid pages are moved within the die, past the channel. A drive of small capacity has
 * fewer pages a block, so that a die has at least FEW_BLOCKS of them and collection
 * works as on a large one.
 */
#include <fs/ssd.h>

#include <sim/check.h>

enum { FEW_BLOCKS = 16, LEAST_PAGES = 4, NONE = UINT32_MAX };

struct die {
    ns_t free_at;
    uint32_t open, next;        /* the open block, its next page */
    uint32_t nfree;
    bool collecting;
};

struct ssd {
    const struct ssd_params *p;
    uint32_t ndies, nblocks, block; /* blocks a die, pages a block */
    uint32_t low;               /* collect at this many free blocks or fewer */
    uint32_t npages;            /* logical ones */
    uint32_t *where;            /* by logical page: place in its die + 1; 0: unmapped */
    uint32_t *what;             /* by die and place: logical page + 1; 0: not valid */
    uint32_t *valid;            /* by die and block */
    uint32_t *free;             /* by die: its free blocks, the first nfree */
    ns_t *channel;              /* free at */
    struct die *die;
    ns_t times;                 /* what is begun takes so many times as long */
    struct blk_stats count;
};

/* --- where things are --- */

static uint32_t die_of(const struct ssd *s, uint32_t page)
{
    return page % s->ndies;     /* channels first: die d is on channel d % channels */
}

static ns_t *channel_of(struct ssd *s, uint32_t die)
{
    return &s->channel[die % s->p->channels];
}

static uint32_t *what_at(const struct ssd *s, uint32_t die, uint32_t place)
{
    return &s->what[(size_t)die * s->nblocks * s->block + place];
}

static uint32_t *valid_at(const struct ssd *s, uint32_t die, uint32_t block)
{
    return &s->valid[(size_t)die * s->nblocks + block];
}

static uint32_t *free_of(const struct ssd *s, uint32_t die)
{
    return &s->free[(size_t)die * s->nblocks];
}

static void unmap(struct ssd *s, uint32_t page)
{
    uint32_t die = die_of(s, page), place = s->where[page] - 1;

    if (s->where[page] == 0)
        return;
    CHECK(*what_at(s, die, place) == page + 1);     /* each is the other's inverse */
    CHECK(*valid_at(s, die, place / s->block) > 0);
    *what_at(s, die, place) = 0;
    --*valid_at(s, die, place / s->block);
    s->where[page] = 0;
}

/* --- the collector --- */

static uint32_t place_next(struct ssd *s, uint32_t die, ns_t now);

/* The die or channel is at it for t from now on, or from when it is free. */
static ns_t occupy(const struct ssd *s, ns_t *free_at, ns_t now, ns_t t)
{
    *free_at = (*free_at > now ? *free_at : now) + t * s->times;
    return *free_at;
}

static void map(struct ssd *s, uint32_t page, uint32_t die, uint32_t place)
{
    unmap(s, page);
    CHECK(!*what_at(s, die, place));    /* flash is not written over */
    *what_at(s, die, place) = page + 1;
    ++*valid_at(s, die, place / s->block);
    s->where[page] = place + 1;
}

static bool is_free(const struct ssd *s, uint32_t die, uint32_t block)
{
    for (uint32_t i = 0; i < s->die[die].nfree; i++)
        if (free_of(s, die)[i] == block)
            return true;
    return false;
}

/* The full block with the fewest valid pages, if that is worth anything. */
static uint32_t victim(const struct ssd *s, uint32_t die)
{
    uint32_t best = NONE, least = s->block;

    for (uint32_t b = 0; b < s->nblocks; b++)
        if (b != s->die[die].open && *valid_at(s, die, b) < least && !is_free(s, die, b)) {
            best = b;
            least = *valid_at(s, die, b);
        }
    return best;
}

static bool collect(struct ssd *s, uint32_t die, ns_t now)
{
    struct die *d = &s->die[die];
    uint32_t block = victim(s, die);

    if (block == NONE)
        return false;
    d->collecting = true;
    for (uint32_t i = 0; i < s->block; i++) {
        uint32_t page = *what_at(s, die, block * s->block + i);

        if (page == 0)
            continue;
        occupy(s, &d->free_at, now, s->p->read + s->p->program);
        map(s, page - 1, die, place_next(s, die, now));
        s->count.moved++;
    }
    /* What was of use has been moved; what is erased is nobody's. */
    CHECK(*valid_at(s, die, block) == 0 && block != d->open && d->nfree < s->nblocks);
    occupy(s, &d->free_at, now, s->p->erase);
    free_of(s, die)[d->nfree++] = block;
    s->count.erased++;
    d->collecting = false;
    return true;
}

/* A page to write to. There is always one: a die has two blocks more than it needs, and
 * collection begins while one is free. */
static uint32_t place_next(struct ssd *s, uint32_t die, ns_t now)
{
    struct die *d = &s->die[die];

    if (d->next == s->block && !d->collecting && d->nfree <= s->low)
        while (collect(s, die, now) && d->next == s->block && d->nfree <= 1)
            ;
    if (d->next == s->block) {
        CHECK(d->nfree > 0);
        d->open = free_of(s, die)[--d->nfree];
        d->next = 0;
    }
    return d->open * s->block + d->next++;
}

/* --- one page --- */

static ns_t page_read(struct ssd *s, uint32_t page, ns_t now)
{
    uint32_t die = die_of(s, page);

    now = occupy(s, &s->die[die].free_at, now, s->p->read);
    return occupy(s, channel_of(s, die), now, s->p->bus_page);
}

static ns_t page_write(struct ssd *s, uint32_t page, bool whole, ns_t now)
{
    uint32_t die = die_of(s, page);
    struct die *d = &s->die[die];

    if (!whole && s->where[page])       /* what is not overwritten is kept */
        occupy(s, &d->free_at, now, s->p->read);
    ns_t there = occupy(s, channel_of(s, die), now, s->p->bus_page);
    map(s, page, die, place_next(s, die, now));
    s->count.programmed++;
    return occupy(s, &d->free_at, there, s->p->program);
}

/* --- the drive --- */

/* Does [from, to) hold the whole page? */
static bool covers(const struct ssd *s, uint32_t page, uint64_t from, uint64_t to)
{
    uint64_t first = (uint64_t)page * s->p->page;

    return from <= first && first + s->p->page <= to;
}

static void serve(void *self, const struct drive_command *c, ns_t now,
                  struct blk_service *out)
{
    struct ssd *s = self;
    uint64_t end = c->sector + c->nsectors;
    uint32_t last = (uint32_t)((end - 1) / s->p->page);
    struct blk_stats before = s->count;

    s->times = 1 + (ns_t)c->slower;
    ns_t start = now + s->p->overhead * s->times, done = start;

    for (uint32_t page = (uint32_t)(c->sector / s->p->page); page <= last; page++) {
        bool whole = covers(s, page, c->sector, end);
        ns_t t = start;

        if (c->op == BLK_READ)
            t = page_read(s, page, start);
        else if (c->op == BLK_WRITE)
            t = page_write(s, page, whole, start);
        else if (whole)
            unmap(s, page);
        done = t > done ? t : done;
    }
    out->programmed = (uint32_t)(s->count.programmed - before.programmed);
    out->copied = (uint32_t)(s->count.moved - before.moved);
    out->transfer = done - start;
    out->done = done;
}

static ns_t wait(const void *self, uint64_t sector, uint32_t nsectors, ns_t now)
{
    const struct ssd *s = self;
    ns_t at = s->die[die_of(s, (uint32_t)(sector / s->p->page))].free_at;

    (void)nsectors;
    return at > now ? at - now : 0;
}

static uint32_t no_cylinder(const void *self, uint64_t sector)
{
    (void)self, (void)sector;
    return 0;
}

static uint32_t no_arm(const void *self)
{
    (void)self;
    return 0;
}

static void stats(const void *self, struct blk_stats *out)
{
    const struct ssd *s = self;

    out->programmed += s->count.programmed;
    out->moved += s->count.moved;
    out->erased += s->count.erased;
}

static const struct drive_ops ops = {
    .serve = serve, .access = wait, .cylinder = no_cylinder, .arm = no_arm, .stats = stats,
};

/* --- making one --- */

static void geometry(struct ssd *s, const struct ssd_params *p, uint64_t nsectors)
{
    uint64_t pages = (nsectors + p->page - 1) / p->page;

    CHECK(pages > 0 && pages < NONE);
    s->p = p;
    s->npages = (uint32_t)pages;
    s->ndies = p->channels * p->dies;
    uint32_t each = (uint32_t)((pages + s->ndies - 1) / s->ndies);
    uint32_t with_spare = (uint32_t)((uint64_t)each * (1000 + p->spare) / 1000);
    s->block = p->block;
    while (s->block > LEAST_PAGES && with_spare / s->block < FEW_BLOCKS)
        s->block /= 2;
    s->nblocks = (with_spare + s->block - 1) / s->block;
    uint32_t least = (each + s->block - 1) / s->block + 2;
    if (s->nblocks < least)
        s->nblocks = least;
    s->low = (uint32_t)((uint64_t)s->nblocks * p->collect / 1000);
    if (s->low < 1)
        s->low = 1;
}

static void dies_init(struct ssd *s)
{
    for (uint32_t d = 0; d < s->ndies; d++) {
        for (uint32_t b = 0; b < s->nblocks; b++)
            free_of(s, d)[b] = s->nblocks - 1 - b;
        s->die[d] = (struct die){ .nfree = s->nblocks, .next = s->block, .open = NONE };
    }
}

void ssd_init(struct drive *d, struct arena *a, const struct disk_config *c)
{
    struct ssd g = { .p = NULL }, *s = arena_array(a, struct ssd, 1);

    geometry(&g, &c->ssd, c->nsectors);
    g.where = arena_array(a, uint32_t, g.npages);
    g.what = arena_array(a, uint32_t, (size_t)g.ndies * g.nblocks * g.block);
    g.valid = arena_array(a, uint32_t, (size_t)g.ndies * g.nblocks);
    g.free = arena_array(a, uint32_t, (size_t)g.ndies * g.nblocks);
    g.channel = arena_array(a, ns_t, c->ssd.channels);
    g.die = arena_array(a, struct die, g.ndies);
    *d = (struct drive){ .ops = &ops, .self = s, .nsectors = c->nsectors, .cylinders = 1,
                         .parallel = true };
    if (!s)
        return;
    *s = g;
    dies_init(s);
}

/* --- for tests --- */

uint64_t ssd_mapped(const struct drive *d)
{
    const struct ssd *s = d->self;
    uint64_t n = 0;

    for (uint32_t p = 0; p < s->npages; p++)
        n += s->where[p] != 0;
    return n;
}

static bool die_check(const struct ssd *s, uint32_t die, uint64_t *nvalid)
{
    for (uint32_t b = 0; b < s->nblocks; b++) {
        uint32_t n = 0;

        for (uint32_t i = 0; i < s->block; i++) {
            uint32_t place = b * s->block + i, page = *what_at(s, die, place);

            n += page != 0;
            if (page && (s->where[page - 1] != place + 1 || die_of(s, page - 1) != die))
                return false;
        }
        if (n != *valid_at(s, die, b) || (n > 0 && is_free(s, die, b)))
            return false;
        *nvalid += n;
    }
    return true;
}

bool ssd_check(const struct drive *d)
{
    const struct ssd *s = d->self;
    uint64_t nvalid = 0;

    for (uint32_t die = 0; die < s->ndies; die++)
        if (!die_check(s, die, &nvalid))
            return false;
    return nvalid == ssd_mapped(d);
}
