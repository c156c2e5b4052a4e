/* bcache.c - a hash table, a ring by last use, and a policy that may know better.
 *
 * What may not be thrown out changes with every attempt, so the policy is not told at once:
 * a victim that is busy is pinned there and then, and another one is asked for.
 */
#include <fs/bcache.h>

#include <sim/check.h>

/* Between two looks at the bits of all slots, for policies that do that. */
enum { SCAN_INTERVAL = 100000000 };

static struct buf **bucket(const struct bcache *c, uint32_t block)
{
    return &c->hash[(block * 2654435761u >> 8) & (c->nhash - 1)];
}

static void ring_remove(struct buf *b)
{
    b->prev->next = b->next;
    b->next->prev = b->prev;
}

static void ring_insert(struct buf *after, struct buf *b)
{
    b->prev = after;
    b->next = after->next;
    after->next->prev = b;
    after->next = b;
}

static void request_done(void *self, struct blk_request *r)
{
    struct bcache *c = self;
    struct buf *b = &c->bufs[r->tag];
    bool ok = r->status == BLK_OK, was_write = r->op == BLK_WRITE;

    if (r->status == BLK_GONE)
        c->gone = true;
    if (was_write) {
        b->writing = false;
        c->nwriting--;
    } else {
        b->reading = false;
        b->valid = ok;
        b->failed = !ok;
    }
    c->port.done(c->port.self, b, was_write, ok);
}

/* The policy's tables, laid out or measured. */
static void policy_init(struct bcache *c, struct arena *a, const struct blkdev *dev,
                        uint32_t nbufs, uint32_t block_size,
                        const struct replace_config *replacement)
{
    const struct replace_setup setup = {
        .nslots = nbufs, .npools = 1, .nkeys = dev->nsectors * BLK_SECTOR / block_size,
        .interval = SCAN_INTERVAL, .time_unit = 1, .seed = 1,
    };
    struct replacer measured;
    uint32_t *busy = arena_array(a, uint32_t, nbufs);

    replacer_init(a->base ? &c->policy : &measured, a, replacement, &setup);
    if (!a->base)
        return;
    c->busy = busy;
    c->has_policy = true;
}

void bcache_init(struct bcache *c, struct arena *a, const struct blkdev *dev, uint32_t nbufs,
                 uint32_t block_size, const struct replace_config *replacement,
                 struct bcache_port port)
{
    uint32_t nhash = 1;

    while (nhash < nbufs)
        nhash *= 2;
    struct buf *bufs = arena_array(a, struct buf, nbufs);
    struct buf **hash = arena_array(a, struct buf *, nhash);
    uint8_t *bytes = arena_take(a, (size_t)nbufs * block_size, 64);

    if (!a->base) {
        if (replacement)
            policy_init(c, a, dev, nbufs, block_size, replacement);
        return;
    }
    *c = (struct bcache){ .dev = dev, .port = port, .bufs = bufs, .hash = hash,
                          .nbufs = nbufs, .nhash = nhash, .block_size = block_size,
                          .sectors = block_size / BLK_SECTOR, .attempt = 1 };
    c->sink = (struct blk_sink){ .done = request_done, .self = c };
    c->lru.next = c->lru.prev = &c->lru;
    for (uint32_t i = 0; i < nbufs; i++) {
        bufs[i].block = BUF_NONE;
        bufs[i].data = bytes + (size_t)i * block_size;
        ring_insert(&c->lru, &bufs[i]);
    }
    if (replacement)
        policy_init(c, a, dev, nbufs, block_size, replacement);
}

void bcache_attempt(struct bcache *c)
{
    c->attempt++;
}

struct buf *bcache_find(const struct bcache *c, uint32_t block)
{
    struct buf *b = *bucket(c, block);

    while (b && b->block != block)
        b = b->chain;
    return b;
}

static void unhash(struct bcache *c, struct buf *b)
{
    struct buf **p = bucket(c, b->block);

    while (*p != b) {
        CHECK(*p);              /* a buffer with a block is found by it */
        p = &(*p)->chain;
    }
    *p = b->chain;
    b->chain = NULL;
    b->block = BUF_NONE;
}

static bool busy(const struct bcache *c, const struct buf *b)
{
    return b->pins || b->reading || b->writing || b->held || b->logging || b->dirty ||
           (b->attempt == c->attempt && b->block != BUF_NONE);
}

/* What was busy when a victim was last looked for may be had now. */
static void release_busy(struct bcache *c)
{
    uint32_t left = 0;

    for (uint32_t i = 0; i < c->nbusy; i++)
        if (busy(c, &c->bufs[c->busy[i]]))
            c->busy[left++] = c->busy[i];
        else
            replacer_unpin(&c->policy, c->busy[i]);
    c->nbusy = left;
}

static struct buf *policy_victim(struct bcache *c, const struct replace_page *incoming,
                                 ns_t now)
{
    slot_t slot;

    if (c->nused < c->nbufs)
        return &c->bufs[c->nused++];
    release_busy(c);
    replacer_advance(&c->policy, now);
    while ((slot = replacer_victim(&c->policy, 0, incoming, now)) != SLOT_NONE) {
        if (!busy(c, &c->bufs[slot])) {
            replacer_remove(&c->policy, slot, REPLACE_EVICTED, now);
            return &c->bufs[slot];
        }
        replacer_pin(&c->policy, slot);
        c->busy[c->nbusy++] = slot;
    }
    return NULL;
}

static struct buf *oldest(struct bcache *c)
{
    for (struct buf *b = c->lru.prev; b != &c->lru; b = b->prev)
        if (!busy(c, b))
            return b;
    return NULL;
}

static struct buf *victim(struct bcache *c, const struct replace_page *incoming, ns_t now)
{
    enum { BATCH = 8 };
    struct buf *b = c->has_policy ? policy_victim(c, incoming, now) : oldest(c);

    if (!b)
        bcache_write_some(c, BATCH, now);
    return b;
}

struct buf *bcache_take(struct bcache *c, uint32_t block, bool ahead, ns_t now)
{
    const struct replace_page page = { .key = block, .owner = TID_NONE, .ahead = ahead };
    struct buf *b = bcache_find(c, block);

    if (b)
        return b;
    b = victim(c, &page, now);
    if (!b)
        return NULL;
    if (c->has_policy)
        replacer_insert(&c->policy, 0, (slot_t)(b - c->bufs), &page, false, now);
    if (b->block != BUF_NONE)
        unhash(c, b);
    b->block = block;
    b->valid = b->ordered = b->ahead = b->fetched = b->failed = false;
    b->ino = 0;
    b->chain = *bucket(c, block);
    *bucket(c, block) = b;
    ring_remove(b);
    ring_insert(&c->lru, b);
    return b;
}

static void submit(struct bcache *c, struct buf *b, enum blk_op op, uint32_t block,
                   uint8_t *data, tid_t owner, ns_t now)
{
    b->req = (struct blk_request){
        .op = (uint8_t)op, .nsectors = c->sectors, .sector = (uint64_t)block * c->sectors,
        .data = data, .owner = owner, .deadline = NS_MAX, .sink = &c->sink,
        .tag = (uint64_t)(b - c->bufs),
    };
    blk_submit(c->dev, &b->req, now);
}

void bcache_read(struct bcache *c, struct buf *b, tid_t owner, ns_t now)
{
    if (b->valid || b->reading)
        return;
    b->reading = true;
    c->reads++;
    submit(c, b, BLK_READ, b->block, b->data, owner, now);
}

void bcache_use(struct bcache *c, struct buf *b, bool counted, bool kept, ns_t now)
{
    if (counted && b->attempt != c->attempt) {
        b->valid && !b->fetched ? c->hits++ : c->misses++;
        c->ahead_used += b->ahead;
        if (c->has_policy && b->valid)      /* a miss is its insert */
            replacer_touch(&c->policy, (slot_t)(b - c->bufs), false, 0, now);
    }
    b->ahead = b->fetched = false;
    if (kept)
        b->attempt = c->attempt;
    ring_remove(b);
    ring_insert(&c->lru, b);
}

void bcache_pin(struct bcache *c, struct buf *b)
{
    c->npinned += b->pins++ == 0;
}

void bcache_unpin(struct bcache *c, struct buf *b)
{
    CHECK(b->pins);
    c->npinned -= --b->pins == 0;
}

void bcache_dirty(struct bcache *c, struct buf *b, ns_t now)
{
    CHECK((!b->writing || b->logging) && !b->reading);
    b->valid = true;
    if (b->dirty)
        return;
    b->dirty = true;
    b->since = now;
    b->mark = ++c->changes;
    c->ndirty++;
    if (c->has_policy)
        c->policy.bits[b - c->bufs] |= REPLACE_DIRTY;
}

static void clean(struct bcache *c, struct buf *b)
{
    c->ndirty -= b->dirty;
    b->dirty = false;
    if (c->has_policy && b->block != BUF_NONE)
        replacer_cleaned(&c->policy, (slot_t)(b - c->bufs));
}

void bcache_hold(struct bcache *c, struct buf *b, bool held)
{
    c->nheld += held;
    c->nheld -= b->held;
    b->held = held;
}

void bcache_seal(struct bcache *c, struct buf *b)
{
    CHECK(b->held && !b->logging && !b->frozen);
    bcache_hold(c, b, false);
    b->logging = true;
    c->nlogging++;
}

void bcache_logged(struct bcache *c, struct buf *b)
{
    CHECK(b->logging && !b->frozen);
    b->logging = false;
    c->nlogging--;
}

void bcache_forget(struct bcache *c, struct buf *b)
{
    clean(c, b);
    bcache_hold(c, b, false);
    b->ordered = false;
}

void bcache_write(struct bcache *c, struct buf *b, tid_t owner, ns_t now)
{
    CHECK(b->dirty && !b->held && !b->logging && !b->writing && !b->reading);
    clean(c, b);
    b->writing = true;
    c->nwriting++;
    c->writes++;
    submit(c, b, BLK_WRITE, b->block, b->data, owner, now);
}

void bcache_write_to(struct bcache *c, struct buf *b, uint32_t block, ns_t now)
{
    CHECK(b->valid && b->logging && !b->writing);
    b->writing = true;
    c->nwriting++;
    c->writes++;
    submit(c, b, BLK_WRITE, block, b->frozen ? b->frozen : b->data, TID_NONE, now);
}

static bool may_write(const struct buf *b)
{
    return b->dirty && !b->held && !b->logging && !b->writing;
}

uint32_t bcache_write_some(struct bcache *c, uint32_t max, ns_t now)
{
    uint32_t n = 0;

    for (struct buf *b = c->lru.prev; b != &c->lru && n < max; b = b->prev)
        if (may_write(b)) {
            bcache_write(c, b, TID_NONE, now);
            n++;
        }
    return n;
}

ns_t bcache_write_old(struct bcache *c, ns_t since, ns_t now)
{
    if (c->ndirty > c->nheld)
        for (struct buf *b = c->lru.prev; b != &c->lru; b = b->prev)
            if (may_write(b) && b->since <= since)
                bcache_write(c, b, TID_NONE, now);
    return bcache_oldest(c);
}

ns_t bcache_oldest(const struct bcache *c)
{
    ns_t oldest = NS_MAX;

    if (c->ndirty)
        for (uint32_t i = 0; i < c->nbufs; i++)
            if (c->bufs[i].dirty && c->bufs[i].since < oldest)
                oldest = c->bufs[i].since;
    return oldest;
}

bool bcache_check(const struct bcache *c)
{
    uint32_t dirty = 0, held = 0, logging = 0, writing = 0, pinned = 0, ring = 0;

    for (uint32_t i = 0; i < c->nbufs; i++) {
        const struct buf *b = &c->bufs[i];

        dirty += b->dirty;
        held += b->held;
        logging += b->logging;
        writing += b->writing;
        pinned += b->pins != 0;
        if ((b->held && !b->dirty) || (b->dirty && !b->valid) ||
            (b->reading && (b->valid || b->writing)) || (b->frozen && !b->logging))
            return false;
        if (b->block != BUF_NONE && bcache_find(c, b->block) != b)
            return false;
    }
    for (const struct buf *b = c->lru.next; b != &c->lru; b = b->next)
        ring++;
    return ring == c->nbufs && dirty == c->ndirty && held == c->nheld &&
           logging == c->nlogging && writing == c->nwriting && pinned == c->npinned;
}
