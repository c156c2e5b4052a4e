/* fs/memdev.h - a block device over memory: for images in files, and for tests.
 *
 * Completes whatever it is given at once (the next step), or, with a seed, in any
 * order and later. A recorder sees every write and flush as it completes. The bytes are
 * the caller's. Not for simulated machines: it has no idea of what a drive costs.
 */
#ifndef FS_MEMDEV_H
#define FS_MEMDEV_H

#include <sim/blkdev.h>

enum { MEMDEV_PAGE = 4096 };

struct memdev {
    struct blkdev dev;
    uint8_t *bytes;             /* dev.nsectors * BLK_SECTOR of them */
    uint64_t random;            /* state of the generator; 0: complete in order, at once */
    struct blk_request *first, *last;
    uint32_t nqueued;
    uint64_t bad_sector;        /* reading and writing it fails; UINT64_MAX: none */
    uint8_t *written;           /* bits by 4 KiB page: written or poked; may be NULL */
    bool off;                   /* no power: everything comes back BLK_GONE */
    void (*record)(void *self, const struct blk_request *r);    /* may be NULL */
    void *record_self;
};

void memdev_init(struct memdev *m, uint8_t *bytes, uint64_t nsectors, uint64_t seed);

#endif
