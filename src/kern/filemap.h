/* kern/filemap.h - pages of files that programs have mapped.
 *
 * A page of a file is in one frame, from the first touch by anybody until nobody maps it and
 * what was written to it is in the file: programs that map it share it, and read() and
 * write() go by it too, so all see one file. The frame is not the block cache's: a page is
 * read by way of the cache, and goes back into it after msync, fsync, sync, munmap or the end of
 * the program, or, at the latest, at the end of the run. Until then a power cut loses what was
 * written to it, as it does elsewhere.
 *
 * Such frames leave memory last of all, one after the other: when no other page can go, and if
 * the file has what is in them. Differs from Linux, where they are used pages like others; and
 * nothing is written back by age.
 */
#ifndef KERN_FILEMAP_H
#define KERN_FILEMAP_H

#include <kern/vfs.h>

void filemap_layout(struct kern *k, struct arena *a);

/* The object of a region that maps the file with that vnode. */
static inline uint32_t filemap_object(uint32_t vnode)
{
    return REGION_FILE | vnode;
}

/* The operation has written these bytes to the file of that inode: those who map them see it. */
void filemap_written(struct kern *k, uint32_t ino, const struct fs_op *op, const uint8_t *bytes);
/* Bytes that were read from the file: as those who map it have them. */
void filemap_overlay(const struct kern *k, uint32_t vnode, uint64_t at, uint8_t *bytes,
                     uint32_t n);
/* The file of that inode, which ended at `before`, ends at `size` from now on. What programs wrote
 * behind its end, in their last page of it, is not seen when it grows: POSIX, "ftruncate". */
void filemap_truncated(struct kern *k, uint32_t ino, uint64_t before, uint64_t size);
/* What was written to pages from..to - 1 goes into the file: 0 when it is there (in the block
 * cache, that is), SYS_WAIT, -EIO. The request must not have begun anything else. */
enum { FILEMAP_ALL = 0 };      /* as the vnode: of all files */
int32_t filemap_flush(struct sysc *c, uint32_t vnode, uint32_t from, uint32_t to);
/* The same, and nobody waits. */
void filemap_start(struct kern *k, uint32_t vnode, uint32_t from, uint32_t to);
/* Counts agree. */
bool filemap_check(const struct kern *k);

#endif
