/* fs/disk.h - drives with an arm: the hard disk, the textbook's, and a constant. */
#ifndef FS_DISK_H
#define FS_DISK_H

#include <fs/drive.h>
#include <sim/arena.h>
#include <sim/config.h>

/* The drive that c describes: DISK_TEXTBOOK, DISK_FIXED or DISK_HDD, of c->nsectors. */
void disk_init(struct drive *d, struct arena *a, const struct disk_config *c);

/* Moving the arm over d cylinders; 0 for d = 0. */
ns_t hdd_seek(const struct hdd_params *p, uint32_t d);
/* How many sectors the whole drive has. */
uint64_t hdd_sectors(const struct hdd_params *p);
/* Where a sector is. */
struct hdd_place { uint32_t cylinder, surface, sector, track_sectors, zone; };
struct hdd_place hdd_locate(const struct hdd_params *p, uint64_t sector);

#endif
