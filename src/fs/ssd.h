/* fs/ssd.h - flash: channels, dies, a page-mapped translation layer and its collector. */
#ifndef FS_SSD_H
#define FS_SSD_H

#include <fs/drive.h>
#include <sim/arena.h>
#include <sim/config.h>

/* The drive that c describes, of c->nsectors. */
void ssd_init(struct drive *d, struct arena *a, const struct disk_config *c);

/* For tests. Each mapped page has one place and each valid place one page; the counts
 * of valid pages and free blocks agree. */
bool ssd_check(const struct drive *d);
/* Pages mapped. */
uint64_t ssd_mapped(const struct drive *d);

#endif
