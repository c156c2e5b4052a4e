/* fs/faultdisk.h - a block device that fails as it is told to, around one that does not.
 *
 * Without a fault it changes nothing, not even the time. Faults say what is on the medium
 * and what the submitter is told; who recovers from it, and how, is not its affair.
 */
#ifndef FS_FAULTDISK_H
#define FS_FAULTDISK_H

#include <sim/arena.h>
#include <sim/blkdev.h>
#include <sim/config.h>

struct faultdisk;

/* What reached the medium, in the order in which it did. The flags are those of Linux's
 * dm-log-writes (Documentation/admin-guide/device-mapper/log-writes.rst). */
enum { FAULTLOG_FLUSH = 1, FAULTLOG_FUA = 2, FAULTLOG_DISCARD = 4 };

struct faultlog {
    void (*entry)(void *self, uint64_t sector, uint32_t nsectors, const void *data,
                  unsigned flags);
    void *self;
};

/* inner, which can be reset, is copied. most_bad: how many sectors may go bad (16 may
 * always). NULL when measuring. */
struct faultdisk *faultdisk_init(struct arena *a, struct blkdev inner, uint32_t most_bad);
struct blkdev faultdisk_device(struct faultdisk *f);
/* Borrowed until the next call; NULL: nobody. */
void faultdisk_log(struct faultdisk *f, const struct faultlog *log);

/* It happens now; those concerned are told at the next step. */
void faultdisk_inject(struct faultdisk *f, const struct disk_fault *what, ns_t now);

#endif
