/* fs/journal.h - the journal of ext3, in the format of JBD2 version 2.
 *
 * One transaction runs at a time: the blocks that are `held` in the cache. Committing seals
 * it, writes the data that it orders, then its blocks (and revokes) into the log, flushes,
 * and writes the commit block through. What is changed meanwhile is the next transaction's;
 * of a block that is in both the log gets the sealed bytes, kept aside at the first change
 * (Linux, "fs/jbd2/transaction.c", do_get_write_access: b_frozen_data). A checkpoint
 * commits, writes everything in its place, flushes, and moves the log's tail to its head;
 * until that is over nobody changes blocks, and reading goes on.
 *
 * Differs from JBD2: a checkpoint is of everything, not of the oldest transactions; a block
 * may be changed while its sealed bytes are on their way into the log; no checksums,
 * no 64-bit block numbers, no fast commits (images that have them are refused).
 */
#ifndef FS_JOURNAL_H
#define FS_JOURNAL_H

#include <fs/bcache.h>
#include <fs/ondisk.h>
#include <string.h>

enum { JOURNAL_RUNS = 640, JOURNAL_SLOTS = 8, JOURNAL_REVOKES = 4096, JOURNAL_FROZEN = 64 };

struct fs;

enum journal_what { JOURNAL_COMMIT, JOURNAL_CHECKPOINT };

enum journal_state { J_IDLE, J_DATA, J_LOG, J_FLUSH, J_COMMIT, J_PLACE, J_PLACE_FLUSH,
                     J_SUPER };

/* A block of the log that is no cached block as it stands. */
struct journal_slot {
    struct blk_request req;
    uint8_t *data;
    bool busy;
};

/* Where the log lies: `len` blocks from log block `at` on are at `block` of the device. */
struct journal_run { uint32_t at, block, len; };

/* ---- recovery: over whatever can read and write blocks ---- */

struct journal_io {
    /* *data is good until the next call. May give FS_WAIT. */
    int (*read)(void *self, uint32_t block, const uint8_t **data);
    /* Change `block` to data, with its first four bytes `magic` if escaped. */
    int (*write)(void *self, uint32_t block, const uint8_t *data, bool escaped);
    /* The device's block of a block of the log; 0: none. */
    uint32_t (*map)(void *self, uint32_t log_block);
    void *self;
};

struct revoke { uint32_t block, sequence; };    /* block 0: empty */

struct recovery {
    uint32_t block_size, first, maxlen, nblocks, start, start_sequence;
    struct revoke *revokes;     /* a hash table of nrevokes (a power of two) entries */
    uint32_t nrevokes, nused;
    /* progress */
    uint8_t pass;
    uint32_t pos, sequence, end, tag, seen;
    uint32_t replayed, ntransactions;
};

/* Prepare to recover what superblock jb says; false: there is nothing to do, or jb is
 * none that recovery knows. */
bool recovery_init(struct recovery *r, const struct jbd_super *jb, uint32_t block_size,
                   uint32_t nblocks, struct revoke *revokes, uint32_t nrevokes);
/* Goes on from r after FS_WAIT. 0: done; r->end is the next sequence number to use. */
int recovery_run(struct recovery *r, const struct journal_io *io);
/* Is jb a journal of block_size that we understand, of at most len blocks? */
bool jbd_super_good(const struct jbd_super *jb, uint32_t block_size, uint32_t len);
/* ...and does its log begin where one can? */
bool jbd_first_good(const struct jbd_super *jb);

/* ---- the running journal ---- */

struct block_set { uint8_t *map; uint32_t n; };         /* bits by block; how many */

static inline bool block_set_has(const struct block_set *s, uint32_t block)
{
    return s->n && bit_test(s->map, block);
}

static inline void block_set_add(struct block_set *s, uint32_t block)
{
    s->n += !bit_test(s->map, block);
    bit_set(s->map, block);
}

static inline void block_set_clear(struct block_set *s, uint32_t nblocks)
{
    memset(s->map, 0, (nblocks + 7) / 8);
    s->n = 0;
}

struct journal {
    bool active, data_too, then_place;
    bool unplaced;              /* what it holds could not be written in its place */
    bool failed;                /* it could not be written: nothing is safe from then on */
    uint8_t state;              /* enum journal_state */
    uint32_t maxlen, first;     /* log blocks: first .. maxlen - 1 */
    uint32_t head, used;        /* next to be written; not yet free again */
    uint32_t sequence;          /* of the running transaction */
    uint32_t nruns;
    struct journal_run runs[JOURNAL_RUNS];
    uint32_t inflight;
    uint32_t *list;             /* slots of the cache that are being committed */
    uint32_t nlist, at, tagged;
    struct block_set revoke, revoking;  /* by the running transaction; by the sealed one */
    uint32_t revoke_at;
    uint8_t *logged_map;        /* by block: in the live log */
    uint8_t *spare[JOURNAL_FROZEN];     /* room for frozen blocks */
    uint32_t nspare;
    struct journal_slot slot[JOURNAL_SLOTS];
    struct blk_sink sink;
    struct jbd_super super;
    struct recovery recovery;
    struct revoke *revokes;
    uint64_t ncommits, ncheckpoints, nlogged, nrevoked;
};

void journal_create(struct fs *fs, struct arena *a);
/* Begin a commit or a checkpoint, unless one is going on. */
void journal_start(struct fs *fs, enum journal_what what);
static inline bool journal_is_idle(const struct journal *j)
{
    return j->state == J_IDLE;
}
/* Everything is to be put in its place: blocks may not be changed now. */
static inline bool journal_is_placing(const struct journal *j)
{
    return j->then_place;
}
/* Can `blocks` more join the running transaction, and `freeze` be frozen? If not, what makes
 * room is on its way. */
bool journal_has_room(struct fs *fs, uint32_t blocks, uint32_t freeze);
/* The running transaction has changed b, which is logging: `sealed` are the bytes for the
 * log. Other room for as many, which is the caller's. */
uint8_t *journal_freeze(struct journal *j, struct buf *b, uint8_t *sealed);
/* A write of the cache is over. */
void journal_wrote(struct fs *fs, struct buf *b, bool ok);
/* block is free: what the log holds of it must not come back. */
void journal_revoke(struct fs *fs, uint32_t block);
uint32_t journal_map(const struct journal *j, uint32_t log_block);
uint32_t journal_capacity(const struct journal *j);

#endif
