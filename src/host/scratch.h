/* host/scratch.h - folders that are ours for as long as we live.
 *
 * A folder for work in progress, under a name that says so, and locked: the lock goes with
 * the last process that has it, however that ends. Whoever makes the next such folder in
 * the same place removes those that nobody holds any more, so that not even SIGKILL leaves
 * anything for good.
 */
#ifndef HOST_SCRATCH_H
#define HOST_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

/* Make PARENT/ossim-WHAT-XXXXXX, for this user alone; its path goes to `path`. It is held
 * until scratch_remove, or the end of this process and of children forked meanwhile. False:
 * it cannot be made (errno says why). */
bool scratch_make(const char *parent, const char *what, char *path, size_t size);

/* Remove it with all that is in it, whoever made it; links are not followed. */
void scratch_remove(const char *path);

#endif
