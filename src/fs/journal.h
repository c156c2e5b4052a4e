/* fs/journal.h - the journal of ext3, in the format of JBD2 version 2.
 *
 * One transaction runs at a time: the blocks that are `held` in the cache. Committing
 * writes the data that it orders, then its blocks (and revokes) into the log, flushes,
 * and writes the commit block through. Until that is over nobody changes blocks; reading
 * goes on. A checkpoint commits, writes everything in its place, flushes, and moves the
 * log's tail to its head.
 *
 * Differs from JBD2: a checkpoint is of everything, not of the oldest transactions; changes
 * wait for a commit instead of copying blocks that are being committed; no checksums,
 * no 64-bit block numbers, no fast commits (images that have them are refused).
 */
#ifndef FS_JOURNAL_H
#define FS_JOURNAL_H

#include <fs/bcache.h>
#include <fs/ondisk.h>

enum { JOURNAL_RUNS = 640, JOURNAL_SLOTS = 8, JOURNAL_REVOKES = 4096 };

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

/* ---- the running journal ---- */

struct journal {
    bool active, data_too, then_place;
    uint8_t state;              /* enum journal_state */
    uint32_t maxlen, first;     /* log blocks: first .. maxlen - 1 */
    uint32_t head, used;        /* next to be written; not yet free again */
    uint32_t sequence;          /* of the running transaction */
    uint32_t nruns;
    struct journal_run runs[JOURNAL_RUNS];
    uint32_t inflight;
    uint32_t *list;             /* slots of the cache that are being committed */
    uint32_t nlist, at, tagged;
    uint8_t *revoke_map, *logged_map;   /* by block: to be revoked; in the live log */
    uint32_t nrevoke, revoke_at;
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
bool journal_busy(const struct fs *fs);         /* blocks may not be changed now */
/* Can `blocks` more join the running transaction? If not, what makes room is on its way. */
bool journal_has_room(struct fs *fs, uint32_t blocks);
/* A write of the cache is over. */
void journal_wrote(struct fs *fs, struct buf *b, bool ok);
/* block is free: what the log holds of it must not come back. */
void journal_revoke(struct fs *fs, uint32_t block);
uint32_t journal_map(const struct journal *j, uint32_t log_block);
uint32_t journal_capacity(const struct journal *j);

#endif
