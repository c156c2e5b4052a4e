/* fs/storage.h - a block device from its description: drives, queues, arrays, contents. */
#ifndef FS_STORAGE_H
#define FS_STORAGE_H

#include <fs/ioqueue.h>
#include <sim/arena.h>
#include <sim/blkdev.h>
#include <sim/config.h>

enum { STORAGE_MEMBERS = 16 };

struct storage {
    struct blkdev dev;
    uint32_t nqueues;           /* drives: 1, or the members of an array */
    struct ioqueue *queue[STORAGE_MEMBERS];
};

/* c is borrowed for the life of the device. Tasks are numbered below max_owners. When
 * the arena measures, *s is not to be used. */
void storage_init(struct storage *s, struct arena *a, const struct disk_config *c,
                  uint32_t max_owners);

#endif
