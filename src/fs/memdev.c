/* memdev.c - a list of requests, and memcpy. */
#include <fs/memdev.h>

#include <sim/check.h>
#include <sim/rng.h>
#include <string.h>

static void memdev_submit(void *self, struct blk_request *r, ns_t now)
{
    struct memdev *m = self;

    CHECK(r->op == BLK_FLUSH ||
          (r->nsectors && r->sector + r->nsectors <= m->dev.nsectors));
    r->submitted = now;
    r->next = NULL;
    r->prev = m->last;
    if (m->last)
        m->last->next = r;
    else
        m->first = r;
    m->last = r;
    m->nqueued++;
}

static ns_t memdev_due(const void *self)
{
    const struct memdev *m = self;

    return m->nqueued ? 0 : NS_MAX;
}

static void unlink_request(struct memdev *m, struct blk_request *r)
{
    if (r->prev)
        r->prev->next = r->next;
    else
        m->first = r->next;
    if (r->next)
        r->next->prev = r->prev;
    else
        m->last = r->prev;
    m->nqueued--;
}

static struct blk_request *choose(struct memdev *m)
{
    struct blk_request *r = m->first;

    if (m->random)
        for (uint64_t n = rng_below(&m->random, m->nqueued); n; n--)
            r = r->next;
    /* A flush waits for what was completed before it only, so it may go at any time. */
    return r;
}

static void note_written(struct memdev *m, uint64_t sector, uint32_t nsectors)
{
    if (m->written)
        for (uint64_t at = sector * BLK_SECTOR / MEMDEV_PAGE;
             at <= ((sector + nsectors) * BLK_SECTOR - 1) / MEMDEV_PAGE; at++)
            m->written[at >> 3] = (uint8_t)(m->written[at >> 3] | 1u << (at & 7));
}

static void complete(struct memdev *m, struct blk_request *r, ns_t now)
{
    uint8_t *at = m->bytes + r->sector * BLK_SECTOR;
    size_t n = (size_t)r->nsectors * BLK_SECTOR;

    r->started = r->completed = now;
    r->status = BLK_OK;
    if (m->off)
        r->status = BLK_GONE;
    else if (r->op != BLK_FLUSH && m->bad_sector - r->sector < r->nsectors)
        r->status = BLK_IO_ERROR;
    else if (r->op == BLK_READ && r->data)
        memcpy(r->data, at, n);
    else if (r->op == BLK_WRITE && r->data)
        memcpy(at, r->data, n);
    if (r->op == BLK_WRITE)
        note_written(m, r->sector, r->nsectors);
    if (m->record && r->op != BLK_READ && r->status == BLK_OK)
        m->record(m->record_self, r);
    r->sink->done(r->sink->self, r);
}

static void memdev_step(void *self, ns_t now)
{
    struct memdev *m = self;

    /* At random: a few at a time, so that others can be submitted between them. */
    uint32_t n = m->random ? 1 + (uint32_t)rng_below(&m->random, 3) : UINT32_MAX;

    while (m->nqueued && n--) {
        struct blk_request *r = choose(m);

        unlink_request(m, r);
        complete(m, r, now);
    }
}

static bool in_range(const struct memdev *m, uint64_t sector, uint32_t nsectors)
{
    return sector <= m->dev.nsectors && nsectors <= m->dev.nsectors - sector;
}

static bool memdev_peek(const void *self, uint64_t sector, uint32_t nsectors, void *buf)
{
    const struct memdev *m = self;

    if (!in_range(m, sector, nsectors))
        return false;
    memcpy(buf, m->bytes + sector * BLK_SECTOR, (size_t)nsectors * BLK_SECTOR);
    return true;
}

static bool memdev_poke(void *self, uint64_t sector, uint32_t nsectors, const void *buf)
{
    struct memdev *m = self;

    if (!in_range(m, sector, nsectors))
        return false;
    memcpy(m->bytes + sector * BLK_SECTOR, buf, (size_t)nsectors * BLK_SECTOR);
    note_written(m, sector, nsectors);
    return true;
}

static const struct blkdev_ops memdev_ops = {
    .submit = memdev_submit, .due = memdev_due, .step = memdev_step,
    .peek = memdev_peek, .poke = memdev_poke,
};

void memdev_init(struct memdev *m, uint8_t *bytes, uint64_t nsectors, uint64_t seed)
{
    *m = (struct memdev){ .bytes = bytes, .random = seed, .bad_sector = UINT64_MAX };
    m->dev = (struct blkdev){ .ops = &memdev_ops, .self = m, .nsectors = nsectors };
}
