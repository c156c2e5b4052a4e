/* sim/blkdev.h - the port to a block device: what swap, block cache and raw `disk` steps
 * ask of it, whatever kind of drive stands behind.
 *
 * A device is a model of time with contents. Nothing here sleeps: a request is handed
 * over and comes back later, through its submitter's sink, in an order that the device's
 * scheduler chooses. Bytes move at the instant of completion: a read's data is what the
 * device holds then, and a write that has not completed may be lost by a power cut. A
 * write that is done is on the medium: no drive here has a volatile write cache. No
 * promise is made about the order of two requests in flight.
 *
 * Who owns the device (the machine) keeps one pending entry at blk_due() and calls
 * blk_step() when that is due. A step does one of two things: it completes what is done,
 * or, if nothing is, it chooses what to start. So when blk_due() is the present instant,
 * the step belongs after everything else that may still submit at this instant, for the
 * scheduler's choice is to be made among all of it; when it is later, the step belongs
 * with the completions of that instant.
 */
#ifndef SIM_BLKDEV_H
#define SIM_BLKDEV_H

#include <ossim/types.h>

#include <stdbool.h>

enum { BLK_SECTOR = 512 };      /* bytes: the unit of every address and length here */

enum blk_op {
    BLK_READ,
    BLK_WRITE,
    BLK_FLUSH,                  /* done when all writes completed before it are on the
                                 * medium; sector and nsectors are 0 */
    BLK_DISCARD,                /* TRIM: what was there is not needed; reads as zeros */
};

enum blk_status {
    BLK_OK,
    BLK_IO_ERROR,               /* a bad sector; nothing of the data may be relied on */
    BLK_GONE,                   /* the power was cut: the request never completed */
};

struct blk_request;

/* Who is told of a completion. `done` may submit further requests. */
struct blk_sink {
    void (*done)(void *self, struct blk_request *r);
    void *self;
};

/* Owned by the submitter; must stay where it is from submit to done. */
struct blk_request {
    /* Filled in by the submitter */
    uint8_t op;                 /* enum blk_op */
    bool through;               /* FUA: a write is on the medium when it is done */
    uint32_t nsectors;          /* >= 1, but for a flush */
    uint64_t sector;            /* sector + nsectors <= blkdev.nsectors */
    void *data;                 /* nsectors * BLK_SECTOR bytes; NULL: time only, no bytes */
    tid_t owner;                /* on whose behalf: for shares and statistics; TID_NONE */
    uint32_t share;             /* in whose share it counts (a process's threads have one), + 1;
                                 * 0: the owner's own */
    uint32_t weight;            /* of that share; 0 counts as 1 */
    ns_t deadline;              /* absolute, for schedulers by deadline; NS_MAX: none */
    const struct blk_sink *sink;
    uint64_t tag;               /* the submitter's own */
    /* Filled in by the device */
    uint8_t status;             /* enum blk_status; valid when done */
    ns_t submitted, started, completed;
    struct blk_request *next, *prev;    /* the device's queue, while in flight */
};

/* What serving one request (or several that were merged) takes, known at its start. */
struct blk_service {
    ns_t done;                  /* when it will be */
    ns_t seek, rotation, transfer;      /* parts of that; what is left is overhead */
    uint32_t from, to;          /* cylinders */
    uint32_t nvia, via[2];      /* that the arm went to on its way */
    uint32_t programmed, copied;        /* flash: pages written, and moved for that */
    uint32_t moved;             /* cylinders, as the scheduler counts them */
};

/* Who is told when a drive begins with a request; of merged ones, with the first. Read
 * only. */
struct blk_watch {
    void (*started)(void *self, const struct blk_request *r, const struct blk_service *s);
    void *self;
};

/* Since the start; of all members, for an array of drives. */
struct blk_stats {
    uint64_t requests;          /* completed, of those that were submitted to it */
    uint64_t served;            /* by drives: less by merging, more by an array */
    uint64_t sectors_read, sectors_written;
    uint64_t cylinders;         /* moved */
    ns_t busy;                  /* of drives with something to do */
    ns_t seek, rotation, transfer;
    uint64_t errors;            /* completed with BLK_IO_ERROR */
    uint64_t policy_faults;     /* impossible answers of the scheduler */
    /* Flash: pages programmed for requests, moved by collection, blocks erased */
    uint64_t programmed, moved, erased;
    /* Arrays: rows looked at after power cuts, and those of them that did not agree */
    uint64_t resynced, stale;
};

struct blkdev_ops {
    /* Take r in. It is not done before this returns. */
    void (*submit)(void *self, struct blk_request *r, ns_t now);
    /* When something will next happen by itself; NS_MAX: nothing is in flight. */
    ns_t (*due)(const void *self);
    /* Complete all that is done by now, or, if nothing is, start what waits. */
    void (*step)(void *self, ns_t now);
    /* Bytes on the medium, at once and at no cost: for images, checkers and crash tests.
     * What is in flight is not seen. False: out of range, or a bad sector. */
    bool (*peek)(const void *self, uint64_t sector, uint32_t nsectors, void *buf);
    bool (*poke)(void *self, uint64_t sector, uint32_t nsectors, const void *buf);
    /* Optional. The power is cut and comes back: what is in flight never happens, and is
     * told BLK_GONE at the next step. */
    void (*reset)(void *self, ns_t now);
    void (*stats)(const void *self, struct blk_stats *out);
    /* w is borrowed until the next call; NULL: nobody watches. */
    void (*watch)(void *self, const struct blk_watch *w);
};

struct blkdev {
    const struct blkdev_ops *ops;
    void *self;
    uint64_t nsectors;
};

static inline void blk_submit(const struct blkdev *d, struct blk_request *r, ns_t now)
{
    d->ops->submit(d->self, r, now);
}
static inline ns_t blk_due(const struct blkdev *d)
{
    return d->ops->due(d->self);
}
static inline void blk_step(const struct blkdev *d, ns_t now)
{
    d->ops->step(d->self, now);
}
static inline bool blk_peek(const struct blkdev *d, uint64_t sector, uint32_t n, void *buf)
{
    return d->ops->peek(d->self, sector, n, buf);
}
static inline bool blk_poke(const struct blkdev *d, uint64_t sector, uint32_t n,
                            const void *buf)
{
    return d->ops->poke(d->self, sector, n, buf);
}
static inline void blk_stats(const struct blkdev *d, struct blk_stats *out)
{
    d->ops->stats(d->self, out);
}

#endif
