/* fs/storage.h - a block device from its description: drives, queues, arrays, contents. */
#ifndef FS_STORAGE_H
#define FS_STORAGE_H

#include <fs/faultdisk.h>
#include <fs/ioqueue.h>
#include <fs/raid.h>
#include <sim/arena.h>
#include <sim/blkdev.h>
#include <sim/config.h>

enum { STORAGE_MEMBERS = 16 };

struct storage {
    struct blkdev dev;
    uint32_t nqueues;           /* drives: 1, or the members of an array */
    struct ioqueue *queue[STORAGE_MEMBERS];
    struct faultdisk *fault[STORAGE_MEMBERS];   /* around each drive, if they may fail */
    struct raid *raid;          /* NULL: one drive */
};

/* c is borrowed for the life of the device. Tasks are numbered below max_owners. When
 * the arena measures, *s is not to be used. */
void storage_init(struct storage *s, struct arena *a, const struct disk_config *c,
                  uint32_t max_owners);

/* c->faults was said: the device fails now. A power cut is one of all drives; a sector is
 * the array's, and fails on the drive that has its data. */
void storage_fail(struct storage *s, const struct disk_fault *what, ns_t now);

#endif
