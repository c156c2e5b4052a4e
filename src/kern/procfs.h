/* kern/procfs.h - /proc: what the proc service says of its processes, as files.
 *
 * Enough for ps and top: /proc itself (a folder of numbers), PID/{stat,status,cmdline,comm},
 * self, and stat, uptime, loadavg, meminfo, version of the machine. A file's text is made
 * anew at each read. Nothing can be made, changed or entered (chdir) there: EPERM, EEXIST,
 * EACCES to write, EXDEV between it and the disk; and paths must begin with /proc. Source: proc(5) of the Linux man-pages, with 0 for what is not kept.
 */
#ifndef KERN_PROCFS_H
#define KERN_PROCFS_H

#include <fs/fs.h>
#include <kern/file.h>
#include <kern/request.h>

enum { PROCFS_NONE = 0 };

/* What the path names: a node, PROCFS_NONE if it is not under /proc, or -ENOENT. */
int32_t procfs_find(const struct sysc *c, const char *path);
/* What stands in its inode. */
void procfs_stat(const struct kern *k, uint32_t node, struct fs_stat *st);
/* The open file of a node, but for its flags. */
struct gfile procfs_file(uint32_t node);
bool procfs_is(const struct gfile *f);
bool procfs_is_folder(const struct gfile *f);
/* The entry of a folder behind *cursor (0: the first), which moves on. False: the end. */
bool procfs_entry(const struct sysc *c, uint32_t node, uint64_t *cursor, struct fs_dirent *d);

#endif
