/* fs/inside.h - what the files of this file system share; nobody else includes it.
 *
 * An operation is an *attempt*: it reads blocks (tx_get) and changes copies of them
 * (tx_edit, tx_new), which belong to the one transaction of the fs. If a block is
 * not there, the read is submitted, the copies are dropped and FS_WAIT goes up; the next
 * attempt starts over and gets further, since what it needed is pinned for it. At its end
 * tx_commit makes all the copies visible at once. Only one attempt goes on at a time, so
 * one set of copies is enough.
 *
 * Every function here that gives an int returns 0, FS_WAIT or -FS_E*.
 */
#ifndef FS_INSIDE_H
#define FS_INSIDE_H

#include <fs/bcache.h>
#include <fs/feature.h>
#include <fs/fs.h>
#include <fs/journal.h>
#include <fs/ondisk.h>

enum { TX_MAX = 40, TX_FREED = 128 };
enum { NEED_ANY = UINT32_MAX };         /* op.need: any change may help */

enum tx_kind { TX_META, TX_DATA };

struct shadow {
    struct buf *buf;
    uint8_t *data;
    uint32_t ino;               /* whose data, or 0 */
    uint8_t kind;
};

struct tx {
    struct fs_op *op;
    struct shadow s[TX_MAX];
    uint32_t freed[TX_FREED];
    struct buf *touched[FS_PINS];       /* a ring of the last ones */
    unsigned n, nfreed, ntouched;
    bool dir_changed;
};

struct held_inode { uint32_t ino, count; };

/* A file that is being cut in several steps: others may not write it meanwhile. */
/* Files whose data could not be written since their last fsync, which is to say so. */
enum { LOST_FILES = 16 };
struct lost_files { uint32_t ino[LOST_FILES], n; bool more; };  /* more: others, forgotten */

enum { CUTS = 32 };
struct cut { uint32_t ino; struct fs_op *op; };     /* op NULL: given up half-way */

struct fs {
    struct fs_params p;
    const struct blkdev *dev;
    struct fs_port port;
    struct bcache cache;
    struct journal j;
    struct tx tx;
    struct held_inode *held;
    struct cut cuts[CUTS];
    struct fs_op *waiters;              /* list */
    struct fs_op *holder;               /* may pin whatever it needs */
    /* Geometry, from the superblock; constant while mounted */
    uint32_t block_size, nblocks, ninodes, first_data, per_group, inodes_per_group, ngroups;
    uint32_t inode_size, inodes_per_block, descs_per_block, first_ino, nptrs, log_ptrs;
    uint64_t max_size;                  /* of a file, bytes */
    bool mounted, read_only, filetype;
    bool io_error;              /* something else than a file's data could not be written */
    struct lost_files lost;
    uint64_t dir_version;               /* counts committed changes of folders */
    ns_t now;
    /* One flush of the drive at a time */
    struct blk_sink flush_sink;
    struct blk_request flush;
    bool flushing;
    uint64_t nflushes, waits;
    /* Freed by the running transaction, and by the one that is being committed: not yet to
     * be given out again */
    struct block_set freed, freeing;
    uint32_t replayed;
    char reason[FEATURE_TEXT];
};

/* ---- tx.c: attempts ---- */

int op_begin(struct fs *fs, struct fs_op *op);
/* Ends the attempt: keeps what it needs if it waits, else lets go of everything. */
int op_end(struct fs *fs, struct fs_op *op, int err);
int op_wait(struct fs *fs, uint32_t need);
void op_wake(struct fs *fs, uint32_t block);    /* NEED_ANY: those that wait for anything */
/* Begin another attempt of the same operation, after a commit. */
void tx_next(struct fs *fs);

/* The bytes of a block, good until the attempt ends. */
int tx_get(struct fs *fs, uint32_t block, const uint8_t **data);
/* The same, good until the next tx_ call only: for long searches in small caches. */
int tx_scan(struct fs *fs, uint32_t block, const uint8_t **data);
int tx_edit(struct fs *fs, uint32_t block, enum tx_kind kind, uint32_t ino, uint8_t **data);
/* Of a block whose old bytes do not matter: zeroed. */
int tx_new(struct fs *fs, uint32_t block, enum tx_kind kind, uint32_t ino, uint8_t **data);
/* block is free after the commit. CHECKs that there is room: see tx_room. */
void tx_free(struct fs *fs, uint32_t block);
/* May `blocks` more be changed and one more freed in this attempt? */
bool tx_room(const struct fs *fs, unsigned blocks);
int tx_commit(struct fs *fs);
/* Everything dirty that was so at the first call is on the medium (op->mark, op->step from
 * `step` on are used). */
int tx_writeout(struct fs *fs, uint32_t ino, uint8_t step);
/* Could data of the file not be written since the last call? */
bool tx_lost(struct fs *fs, uint32_t ino);
void fs_io_done(void *self, struct buf *b, bool was_write, bool ok);
/* Remember what was found damaged; -FS_EUCLEAN. */
int fs_damaged(struct fs *fs, const char *what);

/* ---- super.c ---- */

int super_get(struct fs *fs, const struct ext2_super **sb);
int super_edit(struct fs *fs, struct ext2_super **sb);
int group_get(struct fs *fs, uint32_t g, const struct ext2_group **gd);
int group_edit(struct fs *fs, uint32_t g, struct ext2_group **gd);
int super_geometry(struct fs *fs, const struct ext2_super *sb);
/* Is block within what may hold data: not a superblock, and on the device? */
bool block_valid(const struct fs *fs, uint32_t block);

/* ---- balloc.c ---- */

int block_alloc(struct fs *fs, uint32_t goal, uint32_t *block);
int block_free(struct fs *fs, uint32_t block);
int inode_alloc(struct fs *fs, uint32_t parent, bool dir, uint32_t *ino);
int inode_free(struct fs *fs, uint32_t ino, bool dir);

/* ---- inode.c ---- */

int inode_get(struct fs *fs, uint32_t ino, const struct ext2_inode **in);
/* The same, but -FS_ENOENT if it is free. */
int inode_live(struct fs *fs, uint32_t ino, const struct ext2_inode **in);
int inode_edit(struct fs *fs, uint32_t ino, struct ext2_inode **in);
uint64_t inode_size(const struct ext2_inode *in);
void inode_set_size(struct ext2_inode *in, uint64_t size);
static inline uint32_t inode_type(const struct ext2_inode *in)
{
    return in->mode & FS_IFMT;
}
/* Does it have block pointers (no device, no fast symlink)? */
bool inode_has_blocks(const struct fs *fs, const struct ext2_inode *in);
/* 0 in *block: a hole. */
int inode_map(struct fs *fs, const struct ext2_inode *in, uint64_t lblock, uint32_t *block);
/* The same; and how many blocks from there on are missing, as far as the first pointer that is
 * none tells. 0: the block is there. hole may be NULL. */
int inode_look(struct fs *fs, const struct ext2_inode *in, uint64_t lblock, uint32_t *block,
               uint64_t *hole);
/* Fills a hole; *fresh: it was one. in comes from inode_edit. */
int inode_map_alloc(struct fs *fs, uint32_t ino, struct ext2_inode *in, uint64_t lblock,
                    uint32_t *block, bool *fresh);
/* Give back blocks from `keep` on, from the end, as many as fit into this attempt.
 * *more: some are left. */
int inode_shrink(struct fs *fs, uint32_t ino, struct ext2_inode *in, uint64_t keep,
                 bool *more);
/* The list of inodes to be cut or deleted after a crash. */
int orphan_add(struct fs *fs, uint32_t ino, struct ext2_inode *in);
int orphan_remove(struct fs *fs, uint32_t ino, struct ext2_inode *in);
/* One step of deleting ino, which is on that list and has no name; each step is a commit.
 * 0: it is gone. */
int inode_delete(struct fs *fs, uint32_t ino);
/* One step of cutting it down to its size; the same. */
int inode_cut(struct fs *fs, uint32_t ino);
/* Nobody else is cutting ino; what a cancelled operation left of that is done first. */
int cut_wait(struct fs *fs, uint32_t ino);
void cut_begin(struct fs *fs, uint32_t ino);
void cut_end(struct fs *fs);
bool inode_is_held(const struct fs *fs, uint32_t ino);
bool inode_may(const struct fs_op *op, const struct ext2_inode *in, unsigned want);

/* ---- dir.c ---- */

struct dir_place { uint32_t block, offset, ino; uint8_t type; };

int dir_find(struct fs *fs, uint32_t dir, const struct ext2_inode *in, const char *name,
             size_t len, struct dir_place *at);        /* -FS_ENOENT */
int dir_add(struct fs *fs, uint32_t dir, const char *name, size_t len, uint32_t ino,
            uint8_t type);
int dir_remove(struct fs *fs, uint32_t dir, const struct dir_place *at);
int dir_set(struct fs *fs, uint32_t dir, const struct dir_place *at, uint32_t ino,
            uint8_t type);
int dir_is_empty(struct fs *fs, uint32_t dir, const struct ext2_inode *in);    /* -FS_ENOTEMPTY */
uint8_t dir_type_of(uint32_t mode);
int dir_get(struct fs *fs, uint32_t dir, const struct ext2_inode **in);        /* -FS_ENOTDIR */

#endif
