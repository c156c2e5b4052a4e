/* fs/drives.h - drives by name: the numbers, and where each comes from. */
#ifndef FS_DRIVES_H
#define FS_DRIVES_H

#include <sim/config.h>

struct drive_set {
    const char *name;           /* as a workload writes it */
    const char *about, *source;
    uint8_t model;              /* enum disk_model */
    uint32_t depth;             /* requests inside the drive, unless the user says */
    bool merge;
    struct hdd_params hdd;
    struct ssd_params ssd;
};

/* In the order of `ossim list disk`; NULL at and past the end. */
const struct drive_set *drive_set(unsigned i);
/* NULL if no drive has the name. `hdd` and `ssd` are names too. */
const struct drive_set *drive_find(const char *name);

/* Make c that drive, with its own capacity and defaults; the scheduler stays as it is.
 * Bare costs of `textbook` and `fixed` are in units of time_unit ns. */
void drive_default(struct disk_config *c, const struct drive_set *set, ns_t time_unit);

/* The capacity that c's own parameters give, in sectors; 0: any (then it is a choice). */
uint64_t drive_capacity(const struct disk_config *c);

#endif
