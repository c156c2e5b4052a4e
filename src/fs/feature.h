/* fs/feature.h - what a file system has that we do not, by name. */
#ifndef FS_FEATURE_H
#define FS_FEATURE_H

#include <fs/ondisk.h>
#include <stdbool.h>
#include <stddef.h>

enum { FEATURE_TEXT = 128 };

enum feature_use { FEATURE_READ, FEATURE_WRITE, FEATURE_CHECK };

/* False: nothing stands against using it so. True: `text` (FEATURE_TEXT bytes) says which
 * features do: as many names as it holds, and ", ...". Compatible ones are of no concern to
 * who mounts; but who says that all is well must know all that there is. */
bool feature_refuse(const struct ext2_super *sb, enum feature_use use, char *text);

#endif
