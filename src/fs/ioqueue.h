/* fs/ioqueue.h - a drive as a block device: its queue, its scheduler and its contents.
 *
 * Requests wait in slots, from which the scheduler takes the next one; when all slots are
 * taken, further ones stand in a line until one is free. `depth` of them can be inside
 * the drive, which then chooses by access time (an arm) or works on all of them (flash).
 * Adjacent requests of one owner are merged, if the config says so.
 */
#ifndef FS_IOQUEUE_H
#define FS_IOQUEUE_H

#include <fs/drive.h>
#include <fs/store.h>
#include <sim/config.h>

struct ioqueue;

/* d is copied; c is borrowed for the queue's life. store NULL: no bytes. max_owners:
 * tasks are numbered below that. Returns the device; its memory is the arena's. NULL when
 * measuring. */
struct ioqueue *ioqueue_init(struct arena *a, const struct disk_config *c,
                             const struct drive *d, struct store *store,
                             uint32_t max_owners);
struct blkdev ioqueue_device(struct ioqueue *q);
/* The drive is failing: what it begins before `until` takes ten times as long. */
void ioqueue_slow(struct ioqueue *q, ns_t until);

/* For views: the cylinders that have sectors, the arm, how many wait, and the cylinders of those that do (at most max, in
 * the order of arrival). */
uint32_t ioqueue_cylinders(const struct ioqueue *q);
uint32_t ioqueue_arm(const struct ioqueue *q);
uint32_t ioqueue_waiting(const struct ioqueue *q, uint32_t *cylinders, uint32_t max);
/* All slots are in one state each, and the lists agree with them. */
bool ioqueue_check(const struct ioqueue *q);

#endif
