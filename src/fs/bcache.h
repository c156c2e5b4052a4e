/* fs/bcache.h - the block cache: blocks of one device in memory, written back late, thrown
 * out as a policy of <ossim/replace.h> says; without one, least recently used first.
 *
 * Knows blocks and nothing of what they mean. What it promises to the journal: a
 * block that is `held` or `logging` is neither written in its place nor thrown out, and one
 * that is being written there is not changed (its users wait), so that what reaches the
 * disk is one version. A `logging` one may be changed: its bytes as they were are `frozen`.
 *
 * Two things keep a clean block in: a pin, and having been touched in the attempt that
 * is going on (bcache_attempt): pointers into it live until the next attempt.
 */
#ifndef FS_BCACHE_H
#define FS_BCACHE_H

#include <sim/arena.h>
#include <sim/blkdev.h>
#include <sim/replace.h>

enum { BUF_NONE = UINT32_MAX };

struct buf {
    uint32_t block;             /* BUF_NONE: the slot is empty */
    uint32_t ino;               /* whose data it is, for fsync; 0: the file system's own */
    uint8_t *data;
    bool valid, reading, writing, dirty;
    bool held;                  /* changed by the running transaction */
    bool logging;               /* changed by the one that is being committed */
    uint8_t *frozen;            /* logging, and held again: that one's bytes; the journal's */
    bool ordered;               /* data to be written before the running one commits */
    bool awaited;               /* such data of the one that is being committed */
    bool failed;                /* the last read of it did */
    bool ahead;                 /* read ahead and not yet asked for */
    bool fetched;               /* read for a request that has not come to it yet: a miss */
    uint16_t pins;
    uint32_t attempt;
    uint64_t mark;              /* when it became dirty, counted in changes */
    ns_t since;                 /* the same in time */
    struct buf *next, *prev;    /* by last use */
    struct buf *chain;          /* of one hash value */
    struct blk_request req;
};

struct bcache_port {
    /* A read or a write of b is over; ok: without an error. */
    void (*done)(void *self, struct buf *b, bool was_write, bool ok);
    void *self;
};

struct bcache {
    const struct blkdev *dev;
    struct bcache_port port;
    struct blk_sink sink;
    struct buf *bufs;
    struct buf **hash;
    uint32_t nbufs, nhash, block_size, sectors;
    struct buf lru;             /* ring; next: used last, prev: longest ago */
    bool has_policy;
    struct replacer policy;     /* slot: index in bufs, key: block */
    uint32_t nused;             /* slots filled so far; they stay so */
    uint32_t *busy, nbusy;      /* slots that are pinned for the policy */
    uint32_t attempt, npinned, ndirty, nheld, nlogging, nwriting;
    uint64_t changes;
    bool gone;                  /* the power was cut */
    uint64_t hits, misses, reads, writes, ahead, ahead_used;
};

/* replacement: borrowed; NULL for least recently used. */
void bcache_init(struct bcache *c, struct arena *a, const struct blkdev *dev, uint32_t nbufs,
                 uint32_t block_size, const struct replace_config *replacement,
                 struct bcache_port port);
/* Pointers handed out before need no longer stay good. */
void bcache_attempt(struct bcache *c);

/* Cached (valid, or being read), else NULL. Not counted as a use. */
struct buf *bcache_find(const struct bcache *c, uint32_t block);
/* The slot of block, without reading: its bytes are good only if valid. ahead: nobody has
 * asked for it yet. NULL: every slot is in use; writes that will free some are on their way. */
struct buf *bcache_take(struct bcache *c, uint32_t block, bool ahead, ns_t now);
/* Start reading b unless it is valid or being read. */
void bcache_read(struct bcache *c, struct buf *b, tid_t owner, ns_t now);
/* b was asked for: make it the last to go. counted: as a hit or a miss. kept: it stays for
 * the whole attempt. */
void bcache_use(struct bcache *c, struct buf *b, bool counted, bool kept, ns_t now);
void bcache_pin(struct bcache *c, struct buf *b);
void bcache_unpin(struct bcache *c, struct buf *b);

/* Its bytes were changed. Not while it is being written in its place. */
void bcache_dirty(struct bcache *c, struct buf *b, ns_t now);
void bcache_hold(struct bcache *c, struct buf *b, bool held);
/* It is held no more but logging; and that is over. */
void bcache_seal(struct bcache *c, struct buf *b);
void bcache_logged(struct bcache *c, struct buf *b);
/* What is in it will never be needed: not written, not kept, unless it is logging. */
void bcache_forget(struct bcache *c, struct buf *b);
/* Write b in its place; dirty, neither held nor logging, not being written. */
void bcache_write(struct bcache *c, struct buf *b, tid_t owner, ns_t now);
/* Write what is logging to another block (of the log); it stays dirty if it is. */
void bcache_write_to(struct bcache *c, struct buf *b, uint32_t block, ns_t now);
/* Write up to `max` dirty blocks that may be written, least recently used first. */
uint32_t bcache_write_some(struct bcache *c, uint32_t max, ns_t now);
/* Write all that are dirty since `since` or longer. The age of the oldest that is left
 * (its `since`), NS_MAX if none. */
ns_t bcache_write_old(struct bcache *c, ns_t since, ns_t now);
ns_t bcache_oldest(const struct bcache *c);

/* Does everything hold that must? For tests. */
bool bcache_check(const struct bcache *c);

#endif
