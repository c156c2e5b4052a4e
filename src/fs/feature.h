/* fs/feature.h - what a file system has that we do not, by name. */
#ifndef FS_FEATURE_H
#define FS_FEATURE_H

#include <fs/ondisk.h>
#include <stdbool.h>
#include <stddef.h>

enum { FEATURE_TEXT = 128 };

/* False: nothing stands against mounting it, for writing too if `write`. True: `text`
 * (FEATURE_TEXT bytes) says which features do: as many names as it holds, and ", ..." */
bool feature_refuse(const struct ext2_super *sb, bool write, char *text);

#endif
