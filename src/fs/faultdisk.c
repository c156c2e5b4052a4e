/* faultdisk.c - power cuts, torn writes, bad sectors, writes that get lost.
 *
 * Each request is handed on as a copy. When a fault concerns it, the copy loses its data:
 * the device inside then takes its time and moves no bytes.
 */
#include <fs/faultdisk.h>

#include <sim/check.h>
#include <string.h>

enum { RECORDS = 256, FEW_BAD = 16 };

enum state { FREE, SENT };

struct record {
    uint8_t state;              /* enum state */
    bool bad;                   /* completes with an error */
    struct blk_request copy, *of;
};

struct bad { uint64_t sector, end; ns_t until; };

struct faultdisk {
    struct blkdev inner;
    struct blk_sink sink;
    const struct faultlog *log;
    struct record record[RECORDS];
    struct blk_request *line, *line_end;        /* no record yet */
    struct blk_request *gone, *gone_end;        /* to be told of the power cut */
    struct bad *bad;
    uint32_t nbad;              /* as many as the workload will bring */
    struct disk_fault lose;     /* the next write there gets lost */
    bool losing;
    ns_t now;
};

/* --- what a fault concerns --- */

static bool overlaps(uint64_t a, uint64_t na, uint64_t b, uint64_t nb)
{
    return a < b + nb && b < a + na;
}

static bool is_bad(const struct faultdisk *f, uint64_t sector, uint32_t nsectors, ns_t now)
{
    for (uint32_t i = 0; i < f->nbad; i++)
        if (f->bad[i].until > now && overlaps(sector, nsectors, f->bad[i].sector,
                                              f->bad[i].end - f->bad[i].sector))
            return true;
    return false;
}

static bool gets_lost(struct faultdisk *f, const struct blk_request *r)
{
    if (!f->losing || r->op != BLK_WRITE
        || (f->lose.nsectors && !overlaps(r->sector, r->nsectors, f->lose.sector,
                                          f->lose.nsectors)))
        return false;
    f->losing = false;
    return true;
}

/* --- in --- */

static void append(struct blk_request **head, struct blk_request **end,
                   struct blk_request *r)
{
    r->next = NULL;
    if (*head)
        (*end)->next = r;
    else
        *head = r;
    *end = r;
}

static struct record *record_free(struct faultdisk *f)
{
    for (unsigned i = 0; i < RECORDS; i++)
        if (f->record[i].state == FREE)
            return &f->record[i];
    return NULL;
}

static void send(struct faultdisk *f, struct record *rec, struct blk_request *r, ns_t now)
{
    rec->state = SENT;
    rec->of = r;
    rec->copy = *r;
    rec->copy.sink = &f->sink;
    rec->copy.tag = (uint64_t)(rec - f->record);
    rec->bad = r->op != BLK_FLUSH && is_bad(f, r->sector, r->nsectors, now);
    if (rec->bad || gets_lost(f, r))
        rec->copy.data = NULL;
    blk_submit(&f->inner, &rec->copy, now);
}

static void submit(void *self, struct blk_request *r, ns_t now)
{
    struct faultdisk *f = self;
    struct record *rec = f->line ? NULL : record_free(f);

    f->now = now;
    r->submitted = r->started = now;
    r->status = BLK_OK;
    if (rec)
        send(f, rec, r, now);
    else
        append(&f->line, &f->line_end, r);
}

/* --- out --- */

static void log_entry(const struct faultdisk *f, const struct record *rec)
{
    const struct blk_request *r = &rec->copy;
    unsigned flags = r->op == BLK_FLUSH ? FAULTLOG_FLUSH
                     : r->op == BLK_DISCARD ? FAULTLOG_DISCARD
                     : r->through ? FAULTLOG_FUA : 0;

    if (f->log && r->op != BLK_READ && (r->data || r->op != BLK_WRITE))
        f->log->entry(f->log->self, r->sector, r->nsectors, r->data, flags);
}

static void tell(struct record *rec, ns_t now)
{
    struct blk_request *r = rec->of;

    r->status = rec->bad && rec->copy.status == BLK_OK ? BLK_IO_ERROR : rec->copy.status;
    r->started = rec->copy.started;
    r->completed = now;
    rec->state = FREE;
    r->sink->done(r->sink->self, r);
}

static void refill(struct faultdisk *f, ns_t now)
{
    struct record *rec;

    while (f->line && (rec = record_free(f))) {
        struct blk_request *r = f->line;

        f->line = r->next;
        send(f, rec, r, now);
    }
}

static void done(void *self, struct blk_request *copy)
{
    struct faultdisk *f = self;
    struct record *rec = &f->record[copy->tag];
    ns_t now = copy->completed;

    CHECK(rec->state == SENT);  /* each is answered once */
    f->now = now;
    if (copy->status == BLK_OK && !rec->bad)
        log_entry(f, rec);
    tell(rec, now);
    refill(f, now);
}

static ns_t due(const void *self)
{
    const struct faultdisk *f = self;

    return f->gone ? f->now : blk_due(&f->inner);
}

static void tell_gone(struct faultdisk *f, ns_t now)
{
    struct blk_request *r = f->gone;

    f->gone = NULL;
    while (r) {
        struct blk_request *next = r->next;

        r->status = BLK_GONE;
        r->completed = now;
        r->sink->done(r->sink->self, r);
        r = next;
    }
}

static void step(void *self, ns_t now)
{
    struct faultdisk *f = self;

    f->now = now;
    tell_gone(f, now);
    refill(f, now);
    if (blk_due(&f->inner) <= now)
        blk_step(&f->inner, now);
}

/* --- faults --- */

/* The first half of a write in flight is on the medium, the rest is not. */
static void tear(struct faultdisk *f, const struct record *rec)
{
    const struct blk_request *r = &rec->copy;

    if (r->op == BLK_WRITE && r->data && r->nsectors >= 2 && !rec->bad
        && blk_poke(&f->inner, r->sector, r->nsectors / 2, r->data) && f->log)
        f->log->entry(f->log->self, r->sector, r->nsectors / 2, r->data, 0);
}

/* The device inside forgets what it had; its answers are passed on. */
static void power_cut(struct faultdisk *f, bool torn, ns_t now)
{
    for (unsigned i = 0; i < RECORDS; i++) {
        struct record *rec = &f->record[i];

        if (rec->state == SENT && torn)
            tear(f, rec);
    }
    while (f->line) {
        struct blk_request *r = f->line;

        f->line = r->next;
        append(&f->gone, &f->gone_end, r);
    }
    f->inner.ops->reset(f->inner.self, now);
}

static void add_bad(struct faultdisk *f, const struct disk_fault *what, ns_t until)
{
    uint32_t oldest = 0;

    for (uint32_t i = 0; i < f->nbad; i++)
        if (f->bad[i].until < f->bad[oldest].until)
            oldest = i;
    CHECK(f->nbad && f->bad[oldest].until <= f->now);   /* each has room of its own */
    f->bad[oldest] = (struct bad){ what->sector,
                                   what->sector + (what->nsectors ? what->nsectors : 1),
                                   until };
}

void faultdisk_inject(struct faultdisk *f, const struct disk_fault *what, ns_t now)
{
    ns_t until = what->lasts && what->lasts < NS_MAX - now ? now + what->lasts : NS_MAX;

    f->now = now;
    switch ((enum disk_fault_kind)what->kind) {
    case DISK_POWER_CUT:
    case DISK_TORN:
        power_cut(f, what->kind == DISK_TORN, now);
        break;
    case DISK_BAD_SECTOR:
        add_bad(f, what, until);
        break;
    case DISK_SLOW:             /* its queue's affair: what waits has to wait longer too */
        break;
    case DISK_LOST_WRITE:
        f->lose = *what;
        f->losing = true;
        break;
    }
}

/* --- the rest of the port --- */

static bool peek(const void *self, uint64_t sector, uint32_t nsectors, void *buf)
{
    const struct faultdisk *f = self;

    return !is_bad(f, sector, nsectors, f->now) && blk_peek(&f->inner, sector, nsectors, buf);
}

static bool poke(void *self, uint64_t sector, uint32_t nsectors, const void *buf)
{
    struct faultdisk *f = self;

    return !is_bad(f, sector, nsectors, f->now) && blk_poke(&f->inner, sector, nsectors, buf);
}

static void stats(const void *self, struct blk_stats *out)
{
    blk_stats(&((const struct faultdisk *)self)->inner, out);
}

static void watch(void *self, const struct blk_watch *w)
{
    struct faultdisk *f = self;

    f->inner.ops->watch(f->inner.self, w);
}

static const struct blkdev_ops ops = {
    .submit = submit, .due = due, .step = step, .peek = peek, .poke = poke,
    .stats = stats, .watch = watch,
};

struct blkdev faultdisk_device(struct faultdisk *f)
{
    return (struct blkdev){ .ops = &ops, .self = f, .nsectors = f ? f->inner.nsectors : 0 };
}

void faultdisk_log(struct faultdisk *f, const struct faultlog *log)
{
    f->log = log;
}

struct faultdisk *faultdisk_init(struct arena *a, struct blkdev inner, uint32_t most_bad)
{
    uint32_t nbad = most_bad > FEW_BAD ? most_bad : FEW_BAD;
    struct faultdisk *f = arena_array(a, struct faultdisk, 1);
    struct bad *bad = arena_array(a, struct bad, nbad);

    if (!f)
        return NULL;
    CHECK(inner.ops->reset);
    f->inner = inner;
    f->bad = bad;
    f->nbad = nbad;
    f->sink = (struct blk_sink){ done, f };
    return f;
}
