/* kern/vfs.h - the kernel's side of the file system on the disk: it is mounted, its inodes
 * are held by open files and working folders, and system calls run its operations.
 *
 * A call on files may sleep at each operation of the file system. It is then called again
 * from its top and comes by the same operations in the same order: FS_DO passes over those
 * that are done, whose results stand in the call's record (struct fcall), and goes on with
 * the one that waits. Between two FS_DO a handler may therefore not look at anything that
 * others can change and act upon it, unless it keeps what it saw in the record.
 *
 * It does not promise that a write of more than a block's buffer (FCALL_BYTES) is one
 * piece to others who write to the same file.
 */
#ifndef KERN_VFS_H
#define KERN_VFS_H

#include <fs/fs.h>
#include <kern/syscall.h>

enum { FCALL_BYTES = 4096, VFS_NODES = 512, FCALL_EMPTY = 8 };

enum vfs_state { VFS_MOUNTING, VFS_MOUNTED, VFS_BROKEN, VFS_CUT };

/* An inode that open files or working folders hold; after the last one the file system
 * may have to delete it, for which nobody waits. */
struct vnode {
    uint32_t ino, refs;         /* ino 0: free */
    uint32_t generation;        /* of the mount that it belongs to */
    uint32_t mode;              /* its type */
    bool dropping, due;
    struct fs_op op;
};

/* A call on files in progress: one a thread. */
struct fcall {
    struct fs_op op;
    bool running;               /* op is in progress */
    bool real;                  /* the rights of the real user and group count: access(2) */
    uint32_t generation;
    uint32_t at, done;          /* operations passed in this attempt; finished */
    uint32_t vnode;             /* held for the call's own sake, + 1; 0: none */
    uint32_t have;              /* of the user's strings: 1 path[0], 2 path[1]; FCALL_EMPTY:
                                 * path[0] is empty, and may be; 4: the call's own */
    /* The call ends before it gave away what another service did for it. NULL: nothing. */
    void (*give_up)(struct kern *k, struct fcall *x);
    uint32_t fifo, fifo_mode;   /* for give_up: a pipe that is open, and for what */
    bool full;                  /* bytes[] is what is to be moved next */
    uint32_t n;                 /* bytes in it */
    uint64_t pos, cursor;
    uint32_t ino, base[2], len[2];
    struct fs_walk walk[2];
    struct fs_stat st;
    struct fs_statfs statfs;
    struct fs_dirent entry;
    char path[2][FS_PATH_MAX];
    uint8_t bytes[FCALL_BYTES];
};

/* Who runs operations besides the calls of programs. */
enum { VFS_USER_STEPS, VFS_USER_MAPS, VFS_USERS };
struct vfs_user {
    void (*power_cut)(struct kern *k);  /* wake those whose operation is gone */
    void (*settle)(struct kern *k);     /* the run is over: cancel them all */
    /* Of operations that no task waits for; NULL: there are none. Can one go on? Then do. */
    bool (*due)(const struct kern *k);
    void (*go_on)(struct kern *k);
    /* The run is over, but for this: begin what is left, and go on. False: nothing is left. */
    bool (*flush)(struct kern *k);
};

struct vfs {
    const struct vfs_user *user[VFS_USERS];     /* NULL: nobody */
    struct fs *fs;
    void *memory;               /* it is laid out there, again after a power cut */
    size_t size;
    uint8_t state;              /* enum vfs_state */
    uint32_t generation;        /* mounts so far */
    bool mount_due, mounting;   /* the operation can go on; is in progress */
    bool booted;                /* mounted again after a power cut, or broken: not told yet */
    ns_t boot_at;               /* VFS_CUT: not before */
    struct fs_op mount;
    struct waitq mount_wait, drop_wait;     /* ...for the mount; for inodes to be given back */
    uint32_t nvnodes;
    struct vnode *vnode;
    struct fcall *call;         /* by thread */
    struct fs_stats before;     /* counters of earlier mounts, added up */
};

/* --- inodes --- */

/* Hold an inode, in the event in which its number was learnt: number + 1; 0: too many. */
uint32_t vnode_get(struct kern *k, uint32_t ino);
static inline struct vnode *vnode_of(const struct kern *k, uint32_t number)
{
    return &k->vfs->vnode[number - 1];
}
void vnode_put(struct kern *k, uint32_t number);
/* Its inode; 0: it went with a power cut. */
uint32_t vnode_ino(const struct kern *k, uint32_t number);

/* --- operations of others --- */

/* A record for an operation on behalf of a task, which is woken (WAIT_DISK) when it can go
 * on. */
void vfs_op_begin(struct kern *k, struct fs_op *op, tid_t owner);
/* What files are dated by now: seconds since 1970, the last ones for ever. */
uint32_t vfs_seconds(const struct kern *k);
/* The same for nobody's: *due is set when it can go on, and the user's go_on called. */
void vfs_background_op(struct kern *k, struct fs_op *op, bool *due);
/* An operation was run: when is the file system or its disk to be seen to next? */
void vfs_arm(struct kern *k);

/* --- calls --- */

/* The record of the call, from its first operation; NULL: there is no file system. */
struct fcall *fcall_of(struct sysc *c);
/* From here on the rights of the real user and group count, or the effective ones' again. */
void fcall_as_real(const struct sysc *c, struct fcall *x, bool real);
/* Of files that nobody has any more, is all space free? 0, or SYS_WAIT. close() does not wait for
 * that; who asks how much there is, or finds none, does. */
int32_t vfs_drops_wait(struct sysc *c);
/* For FS_DO. 1: it is done; 0: to be run; or what the handler returns. */
int32_t fcall_before(struct sysc *c, struct fcall *x);
int32_t fcall_after(struct sysc *c, struct fcall *x, int err);
/* Begin anew with operation number `from`. */
static inline void fcall_again(struct fcall *x, uint32_t from)
{
    x->at = x->done = from;
}
/* The call has this result: let go of what it held. SYS_WAIT passes through. */
int32_t fcall_end(struct sysc *c, struct fcall *x, int32_t result);

/* The task ends before its call: give up what the record has. */
void fcall_undo(struct kern *k, struct request *r);

/* Run an operation of the file system in its turn: 0, -errno or SYS_WAIT. */
#define FS_DO(c, x, fn, ...)                                                       \
    ({                                                                             \
        int32_t before_ = fcall_before(c, x);                                      \
        before_ < 0 ? before_ : before_ ? 0                                        \
            : fcall_after(c, x, fn((c)->k->vfs->fs, &(x)->op, ##__VA_ARGS__));     \
    })

/* --- paths --- */

/* Follow the user's path at va from folder dirfd into walk[i]: 0 (also if the last part is
 * missing), -errno or SYS_WAIT. */
int32_t path_walk(struct sysc *c, struct fcall *x, unsigned i, uint32_t dirfd, uint32_t va,
                  enum fs_last last);
/* The user's path and where it starts, once: then it is in x->path[i]. 0, -errno, SYS_WAIT. */
int32_t path_take(struct sysc *c, struct fcall *x, unsigned i, uint32_t dirfd, uint32_t va);
/* ...to something that is there. */
int32_t path_find(struct sysc *c, struct fcall *x, unsigned i, uint32_t dirfd, uint32_t va,
                  enum fs_last last);
/* Is the path empty? Then x->have has FCALL_EMPTY. Seen once, since others may write there
 * meanwhile. 0, -errno, SYS_WAIT. */
int32_t path_empty(struct sysc *c, struct fcall *x, uint32_t va);
/* As path_find, or, if the path is empty and flags have AT_EMPTY_PATH, to dirfd's own file. */
int32_t path_or_file(struct sysc *c, struct fcall *x, uint32_t dirfd, uint32_t va,
                     enum fs_last last, uint32_t flags);

/* --- open files of the disk --- */

extern const struct file_ops inode_ops, null_ops, zero_ops, full_ops, random_ops;

static inline bool file_is_inode(const struct gfile *f)
{
    return f->ops == &inode_ops;
}
/* The open file of a descriptor; NULL. What was opened with O_PATH is only a place among the
 * names: file_named has it too, file_of does not. */
struct gfile *file_of(const struct sysc *c, uint32_t fd);
struct gfile *file_named(const struct sysc *c, uint32_t fd);
/* The same, held until the call is over. */
struct gfile *file_held(struct sysc *c, uint32_t fd);
struct gfile *file_named_held(struct sysc *c, uint32_t fd);
/* Where offsets of that kind (G_SEEK_...) count from. 0, -errno or SYS_WAIT. */
int32_t file_from(struct sysc *c, const struct gfile *f, uint32_t whence, int64_t *from);
/* Move bytes between the file at x->pos and the user: how many, -errno or SYS_WAIT. */
int32_t inode_read(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n,
                   uint64_t at);
/* Of *n bytes at `at`, those that RLIMIT_FSIZE lets pass; if it is none, SIGXFSZ is sent. 0,
 * -EFBIG or SYS_WAIT. */
int32_t file_room(struct sysc *c, uint64_t at, uint32_t *n);
int32_t inode_write(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n,
                    uint64_t at);

/* --- working folders --- */

uint32_t cwd_ino(const struct kern *k, const struct file_place *p);
/* A process has a copy of another's: it is held once more. */
void cwd_copied(struct kern *k, const struct file_place *p);
void cwd_drop(struct kern *k, struct file_place *p);

#endif
