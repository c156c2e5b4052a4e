/* fs/fs.h - a file system: ext2 revision 1, with or without the ext3 journal, behind the
 * operations that a kernel's file service (and a host's tool) asks for.
 *
 * No operation sleeps. Each returns 0, a negative FS_E* value, or FS_WAIT: it needs
 * a block, or room, that is on its way. The port's `wake` then names the operation when
 * calling it again, with the same arguments and the same record, will get further (or
 * wait once more). Until an operation is done nothing that it changes can be seen, and
 * then all of it can; only reads, writes, truncations and deletions of many blocks go in
 * several such steps. A failed operation has changed nothing; a write that fails late has
 * written op->done bytes.
 *
 * What is promised across a power cut: with a journal, the file system is always whole,
 * and what fs_sync or fs_fsync returned from is there. Without one, only what a
 * clean unmount left.
 *
 * Does not do: descriptors, current folders, mounts on folders, locks between processes,
 * access times on reading (relatime's work is the caller's, by fs_setattr).
 */
#ifndef FS_FS_H
#define FS_FS_H

#include <ossim/types.h>
#include <sim/arena.h>
#include <sim/blkdev.h>

enum { FS_WAIT = 1 };

/* As RISC-V Linux numbers them ("include/uapi/asm-generic/errno.h"); results are negative. */
enum fs_errno {
    FS_EPERM = 1, FS_ENOENT = 2, FS_EIO = 5, FS_EACCES = 13, FS_EBUSY = 16, FS_EEXIST = 17,
    FS_EXDEV = 18, FS_ENOTDIR = 20, FS_EISDIR = 21, FS_EINVAL = 22, FS_ENFILE = 23,
    FS_EFBIG = 27, FS_ENOSPC = 28, FS_EROFS = 30, FS_EMLINK = 31, FS_ENAMETOOLONG = 36,
    FS_ENOTEMPTY = 39, FS_ELOOP = 40, FS_EUCLEAN = 117,
};

/* st_mode */
enum {
    FS_IFMT = 0170000, FS_IFSOCK = 0140000, FS_IFLNK = 0120000, FS_IFREG = 0100000,
    FS_IFBLK = 0060000, FS_IFDIR = 0040000, FS_IFCHR = 0020000, FS_IFIFO = 0010000,
};

enum { FS_ROOT = 2 };           /* the root folder's inode */
enum { FS_NAME_MAX = 255, FS_PATH_MAX = 4096, FS_LINK_MAX = 32000, FS_SYMLINKS_MAX = 40 };

/* enum fs_journal is also what mkfs is asked for */
enum fs_journal { FS_JOURNAL_NONE, FS_JOURNAL_ORDERED, FS_JOURNAL_DATA };

struct fs_op;

/* Who is told that a waiting operation can go on. Called from completions of
 * the device and from other operations; it may not call back into the file system. */
struct fs_port {
    void (*wake)(void *self, struct fs_op *op);     /* may be NULL */
    void *self;
};

struct fs_params {
    uint32_t block_size;        /* 1024, 2048 or 4096; fs_probe() says what an image has */
    uint32_t cache_blocks;      /* >= FS_CACHE_MIN */
    uint32_t open_files;        /* inodes that may be held at once */
    uint32_t read_ahead;        /* blocks behind a sequential read; 0: none */
    uint32_t dirty_percent;     /* of the cache; beyond it, the oldest are written */
    ns_t write_back;            /* age at which dirty blocks are written, and the journal
                                 * commits; NS_MAX: never by age */
    const struct replace_config *replacement;   /* borrowed; NULL: least recently used */
    bool journal_data;          /* an image with a journal: data goes through it too */
};
enum { FS_CACHE_MIN = 96 };

struct fs;

/* Defaults: 1024, 256, 128, 0, 40 %, 5 s, none. */
void fs_params_init(struct fs_params *p);
/* What an image on dev has for a block size; 0: it is no ext2. By peeking. */
uint32_t fs_probe(const struct blkdev *dev);

/* Lay a file system out in the arena, or measure it (then NULL). dev is borrowed for
 * good; its nsectors must be known when measuring. Nothing is read. */
struct fs *fs_create(struct arena *a, const struct fs_params *p, const struct blkdev *dev,
                     const struct fs_port *port);

/* ---- the record of one operation ---- */

enum { FS_PINS = 24 };          /* blocks that a waiting operation keeps in the cache */

/* Owned by the caller, zeroed and filled in by fs_op_init; stays where it is until the
 * operation returns something else than FS_WAIT or is cancelled. */
struct fs_op {
    /* The caller's; now may be brought up to date before every call */
    tid_t owner;                /* whose I/O it is */
    uint32_t uid, gid;          /* uid 0: may do all */
    const uint32_t *groups;     /* further groups of that user; NULL: none */
    uint32_t ngroups;
    ns_t now;                   /* virtual time, ns */
    uint32_t seconds;           /* what the calendar says: for time stamps */
    void *user;
    /* Results */
    uint64_t done;              /* bytes read or written so far */
    uint64_t end;               /* of a write: where in the file it has come to */
    uint64_t before;            /* of what sets a size: the file's, until then */
    int cut;                    /* why it says 0 and did not all, but for a file's end; 0 */
    /* The file system's */
    bool waiting;
    uint8_t step;
    uint16_t npins;
    uint32_t need;              /* the block waited for */
    uint32_t ino, chunk;
    uint64_t mark;
    struct { uint32_t dir, hash, next, room; uint64_t version; } memo[2];
    struct fs_op *next, *prev;
    void *pin[FS_PINS];
};

void fs_op_init(struct fs_op *op, tid_t owner, uint32_t uid, uint32_t gid, ns_t now,
                uint32_t seconds);
/* The caller gives up (a killed task): lets go of what op holds. What was already done
 * stays done; the rest of a deletion is taken up by the next mount's recovery. */
void fs_op_cancel(struct fs *fs, struct fs_op *op);

/* ---- the whole ---- */

/* Recovers first if the journal says so, and deletes what was unlinked but open. -FS_EINVAL:
 * no ext2, or features unknown here (fs_reason says which); -FS_EUCLEAN:
 * its numbers contradict each other. */
int fs_mount(struct fs *fs, struct fs_op *op, bool read_only);
/* Writes everything and marks it clean. -FS_EBUSY: inodes are held. -FS_EIO: it is no longer
 * mounted, but its journal failed, and what came last is lost. */
int fs_unmount(struct fs *fs, struct fs_op *op);
/* All that was done before the first call is on the medium. */
int fs_sync(struct fs *fs, struct fs_op *op);
int fs_fsync(struct fs *fs, struct fs_op *op, uint32_t ino);
/* Was it mounted so, or did its journal fail? Then what would change anything is -FS_EROFS. */
bool fs_is_read_only(const struct fs *fs);
/* Why the last mount failed, or what was found damaged; "" if nothing. */
const char *fs_reason(const struct fs *fs);

struct fs_statfs {
    uint32_t block_size, name_max;
    uint64_t blocks, free, available;   /* available: without what is reserved for root */
    uint32_t inodes, free_inodes;
};
int fs_statfs(struct fs *fs, struct fs_op *op, struct fs_statfs *st);

/* Write-back: call fs_tick when fs_due (absolute ns; NS_MAX: nothing to do) is reached.
 * fs_due changes with every operation. */
ns_t fs_due(const struct fs *fs);
void fs_tick(struct fs *fs, ns_t now);

struct fs_stats {
    uint64_t hits, misses, reads, writes, read_ahead, read_ahead_used;
    uint64_t commits, checkpoints, log_blocks, revokes, waits;
    uint32_t cached, dirty, held, pinned;       /* blocks now; held: in the running transaction */
    uint32_t log_size, log_used;                /* blocks; 0: no journal */
    uint32_t log_head;          /* of them, the next to be written: 0 .. log_size - 1 */
    uint32_t replayed;                          /* blocks that recovery wrote at mount */
};
void fs_stats(const struct fs *fs, struct fs_stats *st);
/* Add what `from` has counted to the counters of st; what st says of the present stays. */
void fs_stats_add(struct fs_stats *st, const struct fs_stats *from);

/* ---- for faults that are put in (harm.c) ---- */

/* Bytes of all cached blocks. */
uint64_t fs_cached_bytes(const struct fs *fs);
/* Change byte `at` (below that) by XOR with x != 0. Whose data it is: an inode; 0: the file
 * system's own. */
uint32_t fs_harm(struct fs *fs, uint64_t at, uint8_t x);
/* How many files have data that is not on the medium yet. */
uint32_t fs_unwritten_files(const struct fs *fs);
/* The file or folder to which a sector of the medium belongs; 0: none. Takes time in
 * proportion to the file system. */
uint32_t fs_owner_of(const struct blkdev *dev, uint64_t sector);

/* ---- held inodes ---- */

/* An open file: its inode stays, though its last name goes. No I/O; -FS_ENFILE. */
int fs_hold(struct fs *fs, uint32_t ino);
/* Give one hold back; the last one of an unlinked inode deletes it. */
int fs_drop(struct fs *fs, struct fs_op *op, uint32_t ino);

/* ---- names; dir is a folder's inode, a name is `len` bytes without '/' ---- */

int fs_lookup(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len,
              uint32_t *ino);

/* Follow a path, `len` bytes, from inode `from` (the root, if it starts with '/'), symbolic
 * links and all. *ino is what it names, 0 if only the last part is missing (then parent
 * and name say where it would be). A trailing '/' demands a folder. */
enum fs_last {                  /* a symbolic link as the last part... */
    FS_LAST_STAYS,              /* is what is meant, but for a '/' behind it */
    FS_LAST_FOLLOWED,
    FS_LAST_NAMED,              /* is what is meant, and what `slash` means is the caller's affair:
                                 * names that are made or go (Linux, "fs/namei.c") */
};
struct fs_walk {
    uint32_t ino, parent;
    uint32_t name_len;
    bool slash;                 /* the path ended in '/' */
    char name[FS_NAME_MAX + 1]; /* the last component, links followed; "" for the root;
                                 * "." and ".." stay as they are */
};
int fs_walk(struct fs *fs, struct fs_op *op, uint32_t from, const char *path, size_t len,
            enum fs_last last, struct fs_walk *w);

/* Make a file of mode's type: plain, folder, fifo, socket, device (rdev as Linux packs it:
 * minor & 0xff | major << 8 | (minor & ~0xff) << 12). The caller has applied umask. */
int fs_make(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len,
            uint32_t mode, uint32_t rdev, uint32_t *ino);
int fs_symlink(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len,
               const char *target, size_t target_len, uint32_t *ino);
/* target_len bytes at most, not terminated; op->done says how many. */
int fs_readlink(struct fs *fs, struct fs_op *op, uint32_t ino, char *buf, size_t size);
int fs_link(struct fs *fs, struct fs_op *op, uint32_t ino, uint32_t dir, const char *name,
            size_t len);
int fs_unlink(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len);
int fs_rmdir(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len);
enum { FS_RENAME_NOREPLACE = 1, FS_RENAME_EXCHANGE = 2 };
int fs_rename(struct fs *fs, struct fs_op *op, uint32_t dir, const char *name, size_t len,
              uint32_t to_dir, const char *to_name, size_t to_len, unsigned flags);

/* One entry: *cursor starts at 0 and is moved behind it (stable: a place in the folder).
 * op->done is 0 at the end. Name is terminated. type as in struct linux_dirent64. */
struct fs_dirent {
    uint32_t ino;
    uint8_t type, name_len;
    char name[FS_NAME_MAX + 1];
};
int fs_readdir(struct fs *fs, struct fs_op *op, uint32_t dir, uint64_t *cursor,
               struct fs_dirent *d);

/* ---- contents and attributes ---- */

/* Bytes into and out of the caller's memory; op->done counts. Reading stops at the end of
 * the file. */
int fs_read(struct fs *fs, struct fs_op *op, uint32_t ino, uint64_t at, void *buf, size_t n);
#define FS_APPEND UINT64_MAX    /* `at` for writing behind the end */
int fs_write(struct fs *fs, struct fs_op *op, uint32_t ino, uint64_t at, const void *buf,
             size_t n);
int fs_truncate(struct fs *fs, struct fs_op *op, uint32_t ino, uint64_t size);
/* fallocate, mode 0: blocks (of zeros) for at .. at + n - 1, the size raised to hold them. */
int fs_allocate(struct fs *fs, struct fs_op *op, uint32_t ino, uint64_t at, uint64_t n);

struct fs_stat {
    uint32_t ino, mode, nlink, uid, gid, rdev;
    uint64_t size, blocks;      /* blocks: units of 512 bytes */
    uint32_t block_size, atime, mtime, ctime, flags, generation;
};
int fs_stat(struct fs *fs, struct fs_op *op, uint32_t ino, struct fs_stat *st);

enum { FS_SET_MODE = 1, FS_SET_UID = 2, FS_SET_GID = 4, FS_SET_ATIME = 8, FS_SET_MTIME = 16,
       FS_SET_NOW = 32, FS_SET_IDS_OFF = 64 };
/* Takes what `which` names from st (of mode, the lower 12 bits). Owners and root only: -EPERM;
 * with FS_SET_NOW (times alone, and they are the present one) whoever may write: -EACCES.
 * FS_SET_IDS_OFF: a plain file also loses its set-ID bits, as with any change of its owners. */
int fs_setattr(struct fs *fs, struct fs_op *op, uint32_t ino, unsigned which,
               const struct fs_stat *st);
/* Is it the operation's group, or one of its further ones? */
bool fs_in_group(const struct fs_op *op, uint32_t gid);
/* want: 4 read, 2 write, 1 execute, ORed. 0 or -FS_EACCES. */
int fs_access(const struct fs_op *op, const struct fs_stat *st, unsigned want);

/* The block behind byte `at` of ino, 0 for a hole; and how many bytes from there on are a hole,
 * as far as the first pointer that is none tells (0: a block is there; may be NULL).
 * -FS_EFBIG: no file is that long, whatever its size says. */
int fs_block_of(struct fs *fs, struct fs_op *op, uint32_t ino, uint64_t at, uint32_t *block,
                uint64_t *hole);

#endif
