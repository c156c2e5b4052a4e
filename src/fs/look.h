/* fs/look.h - the tree of a mounted file system, as it is now, for views: cached blocks as
 * the cache has them, others as they are on the medium. It takes no simulated time, changes
 * nothing, and passes over what contradicts itself.
 */
#ifndef FS_LOOK_H
#define FS_LOOK_H

#include <fs/fs.h>
#include <sim/disk_view.h>

/* Root first, folders before what is in them, at most DISK_TREE_DEPTH deep. */
void fs_look(const struct fs *fs, disk_entry_fn *fn, void *ctx);

#endif
