/* kern/file_private.h - descriptor tables, inside the file service.
 *
 * Only for: file.c file_inode.c filelock.c sys_file.c sys_path.c sys_poll.c
 */
#ifndef KERN_FILE_PRIVATE_H
#define KERN_FILE_PRIVATE_H

#include <kern/file.h>

struct fdtable {
    uint32_t users;             /* 0: free */
    uint32_t end;               /* all from here on are closed */
    uint32_t cloexec[PROG_FDS / 32];    /* a bit each */
    uint32_t file[PROG_FDS];    /* number of the file + 1; 0: closed */
};

/* RLIMIT_NOFILE of the process that calls: its descriptors are below. At most PROG_FDS. */
uint32_t fd_limit(const struct sysc *c);
/* Its lowest free descriptor at or above `from`; -EMFILE. */
int32_t fd_free(const struct sysc *c, uint32_t from);
bool fd_cloexec(const struct fdtable *t, uint32_t fd);
void fd_set(struct fdtable *t, uint32_t fd, uint32_t number, bool cloexec);
void fd_close(struct kern *k, struct fdtable *t, uint32_t fd);

#endif
