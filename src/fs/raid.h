/* fs/raid.h - an array of block devices as one: RAID 0, 1 and 5, also with a member gone. */
#ifndef FS_RAID_H
#define FS_RAID_H

#include <sim/arena.h>
#include <sim/blkdev.h>
#include <sim/config.h>

struct raid;

/* c->members devices, copied. c is borrowed. NULL when measuring. */
struct raid *raid_init(struct arena *a, const struct disk_config *c,
                       const struct blkdev *member);
struct blkdev raid_device(struct raid *r);

/* What has not begun never will, and is told so; what has, the members tell of. Rows that were
 * being written are made whole from the next step on. */
void raid_power_cut(struct raid *r, ns_t now);
/* Rows that are still to be made whole. */
uint32_t raid_torn(const struct raid *r);
/* Sectors of the replaced member that are filled; all of them: the array is whole. */
uint64_t raid_rebuilt(const struct raid *r);
/* For tests: where a sector's data and parity are (RAID 5). */
struct raid_place { uint32_t member, parity; uint64_t sector, row; };
struct raid_place raid_locate(const struct raid *r, uint64_t sector);

#endif
