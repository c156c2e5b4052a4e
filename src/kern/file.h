/* kern/file.h - open files: what the file service does for others, and what it asks of
 * those who stand behind a file.
 *
 * An open file has a table of ops and the number of an object that only they understand.
 * The ops are called through the door, from a request, and may answer SYS_WAIT; they are
 * then called again with the same arguments and go on from r->u.io.
 */
#ifndef KERN_FILE_H
#define KERN_FILE_H

#include <kern/ids.h>
#include <kern/request.h>
#include <kern/service.h>

enum { PROG_FDS = 1024 };       /* descriptors of a process, at most */

struct fdtable;
struct gfile;

struct file_place {             /* where a process is among the files, and who */
    struct ids ids;
    uint32_t cwd;               /* its folder, held + 1; 0: the root */
    uint32_t umask;
};

struct file_ops {
    enum service service;       /* whose ops they are */
    uint32_t mode;              /* as fstat shows it */
    uint32_t capacity;          /* of a pipe, bytes; 0: it is none */
    /* Bytes moved, -errno, SYS_WAIT or SYS_RESTART. NULL: EBADF. */
    int32_t (*read)(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n);
    int32_t (*write)(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n);
    /* Bytes that the kernel has, n of them: how many were taken, at least one; up to PIPE_BUF all
     * or none. Else as write. NULL: it has no use for them so. */
    int32_t (*give)(struct sysc *c, const struct gfile *f, const uint8_t *bytes, uint32_t n);
    /* Bytes to be read at once. NULL: 0. */
    uint32_t (*ready)(const struct programs *ps, const struct gfile *f);
    unsigned (*poll)(const struct programs *ps, const struct gfile *f);     /* G_POLL* */
    /* ioctl: what it asks (but for FIONREAD) and its argument. NULL: ENOTTY. */
    int32_t (*control)(struct sysc *c, const struct gfile *f, uint32_t what, uint32_t arg);
    /* A process with this table closes a descriptor; NULL: the last reference is about to go.
     * For files with locks; else NULL. */
    void (*let_go)(struct kern *k, const struct gfile *f, const struct fdtable *t);
    /* The last reference is gone. NULL: nothing to do. */
    void (*closed)(struct kern *k, const struct gfile *f);
};

struct gfile {                  /* an open file: what descriptors refer to */
    const struct file_ops *ops; /* NULL: this slot is free */
    uint32_t refs;
    uint32_t flags;             /* G_O_NONBLOCK and the access mode */
    uint32_t object;            /* the ops' own */
    uint8_t stream;             /* console output: 1, or 2 for errors */
    uint32_t named;             /* the inode of a fifo or device, not a console, by which it was
                                 * opened, held (vfs.h); 0: none */
    uint64_t at;                /* where in a file of a disk; in a folder, its cursor; of a fifo,
                                 * how often it had been opened to write */
};

/* --- open files --- */

/* Its number + 1; 0: the table is full. */
uint32_t file_new(struct programs *ps, struct gfile f);
/* The open file with this number + 1 is referred to once more, or less. */
struct gfile *file_hold(struct programs *ps, uint32_t number);
void file_drop(struct kern *k, uint32_t number);

/* The file of a descriptor is read and written from elsewhere on: that place, or an error.
 * As a handler, which may have to wait: sys_seek.c. */
int32_t file_seek(struct sysc *c, uint32_t fd, int32_t by, uint32_t whence);

/* --- descriptor tables --- */

struct fdtable *fdtables_layout(struct arena *a, uint32_t n);
/* A new table with these as 0, 1 and 2; NULL: none left. */
struct fdtable *fds_create(struct programs *ps, const struct gfile standard[3]);
struct fdtable *fds_copy(struct programs *ps, const struct fdtable *from);
/* A new open file at the lowest free descriptor of the process that calls, which is
 * returned; -EMFILE or -ENFILE. */
int32_t fds_open(const struct sysc *c, struct gfile file, bool cloexec);
/* Two new open files at the lowest free descriptors: 0, or -EMFILE or -ENFILE, and nothing
 * is changed. */
int32_t fds_open_pair(const struct sysc *c, const struct gfile file[2], bool cloexec,
                      int32_t fd[2]);
void fds_hold(struct fdtable *t);
void fds_drop(struct kern *k, struct fdtable *t);
void fds_exec(struct kern *k, struct fdtable *t);       /* close-on-exec */
bool fds_has(const struct fdtable *t, uint32_t fd);
/* The number + 1 of the pipe that it is an end of; 0: it is none. */
uint32_t fds_pipe(const struct programs *ps, const struct fdtable *t, uint32_t fd);

#endif
