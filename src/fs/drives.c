/* drives.c - the table of named drives. */
#include <fs/drives.h>

#include <fs/disk.h>
#include <string.h>

#define RPM(n) ((INT64_C(60000000000) + (n) / 2) / (n))

static const struct drive_set sets[] = {
    {
        .name = "textbook", .model = DISK_TEXTBOOK, .depth = 1,
        .about = "cost = cylinders moved, one time unit each; nothing else takes time",
        .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, \"Disk "
                  "Scheduling\"",
    },
    {
        .name = "fixed", .model = DISK_FIXED, .depth = 1,
        .about = "every request takes `latency`, one after the other",
        .source = "the simplest server of queueing theory",
    },
    {
        .name = "cheetah-9lp", .model = DISK_HDD, .depth = 1, .merge = true,
        .about = "Seagate Cheetah 9LP: 9.1 GB, 10,045 rpm (`hdd` is this one)",
        .source = "seek curve: fitted to the measured one that DiskSim ships, rms .057 ms; "
                  "zones, revolution: same place, zones taken as 12 of equal width; head "
                  "switch (as one cylinder) and bus (Ultra2 SCSI, 80 MB/s): assumed",
        .hdd = {
            .cylinders = 6962, .surfaces = 12, .zones = 12, .outer = 254, .inner = 174,
            .revolution = RPM(10045), .knee = 1200, .seek_one = 831000,
            .seek_base = 1083000, .seek_root = 96600, .seek_far = 3110000,
            .seek_per = 1079, .head_switch = 831000, .buffer = 2048, .bus_sector = 6400,
            .head_skew = SKEW_FIT, .cylinder_skew = SKEW_FIT,
        },
    },
    {
        .name = "hp-97560", .model = DISK_HDD, .depth = 1, .merge = true,
        .about = "HP 97560 of 1992: 1.3 GB, 4,002 rpm",
        .source = "Ruemmler and Wilkes, \"An Introduction to Disk Drive Modeling\", IEEE "
                  "Computer 1994; buffer of 128 KiB and 10 MB/s: same place",
        .hdd = {
            .cylinders = 1962, .surfaces = 19, .zones = 1, .outer = 72, .inner = 72,
            .revolution = RPM(4002), .knee = 384, .seek_base = 3240000,
            .seek_root = 400000, .seek_far = 8000000, .seek_per = 8000,
            .head_switch = 1600000, .overhead = 2200000, .buffer = 256,
            .bus_sector = 51200, .head_skew = SKEW_FIT, .cylinder_skew = SKEW_FIT,
        },
    },
    {
        .name = "mqsim", .model = DISK_SSD, .depth = 32, .merge = true,
        .about = "flash with MQSim's defaults: 8 channels of 8 dies (`ssd` is this one)",
        .source = "Tavakkol et al., MQSim, FAST 2018, ssdconfig.xml: 75 us, 750 us, "
                  "3.8 ms; 8 KiB pages at 333 MB/s; multi-plane commands left out",
        .ssd = {
            .channels = 8, .dies = 8, .page = 16, .block = 256, .read = 75000,
            .program = 750000, .erase = 3800000, .bus_page = 24600, .spare = 70,
            .collect = 50,
        },
    },
    {
        .name = "femu", .model = DISK_SSD, .depth = 32, .merge = true,
        .about = "flash with FEMU's defaults: 8 channels of 8 dies",
        .source = "Li et al., \"The CASE of FEMU\", FAST 2018: 40 us, 200 us, 2 ms, 4 KiB "
                  "pages, no time on the channel; spare and collection as mqsim has them",
        .ssd = {
            .channels = 8, .dies = 8, .page = 8, .block = 256, .read = 40000,
            .program = 200000, .erase = 2000000, .spare = 70, .collect = 50,
        },
    },
};
enum { NSETS = sizeof sets / sizeof *sets };

enum { DEFAULT_SLOTS = 256, TEXTBOOK_CYLINDERS = 200, TEXTBOOK_SECTORS = 2 };
#define DEFAULT_SECTORS (UINT64_C(64) << 20 >> 9)
#define SSD_SECTORS (UINT64_C(1) << 30 >> 9)

const struct drive_set *drive_set(unsigned i)
{
    return i < NSETS ? &sets[i] : NULL;
}

const struct drive_set *drive_find(const char *name)
{
    if (strcmp(name, "hdd") == 0)
        name = "cheetah-9lp";
    if (strcmp(name, "ssd") == 0)
        name = "mqsim";
    for (unsigned i = 0; i < NSETS; i++)
        if (strcmp(sets[i].name, name) == 0)
            return &sets[i];
    return NULL;
}

uint64_t drive_capacity(const struct disk_config *c)
{
    return c->model == DISK_HDD ? hdd_sectors(&c->hdd) : 0;
}

void drive_default(struct disk_config *c, const struct drive_set *set, ns_t time_unit)
{
    c->model = set->model;
    memcpy(c->name, set->name, strlen(set->name) + 1);
    c->slots = DEFAULT_SLOTS;
    c->depth = set->depth;
    c->merge = set->merge;
    c->cylinders = TEXTBOOK_CYLINDERS;
    c->per_cylinder = time_unit;
    c->latency = 10 * time_unit;
    c->hdd = set->hdd;
    c->ssd = set->ssd;
    switch (set->model) {
    case DISK_TEXTBOOK:
        c->nsectors = TEXTBOOK_CYLINDERS * TEXTBOOK_SECTORS;
        break;
    case DISK_HDD:
        c->nsectors = drive_capacity(c);
        break;
    case DISK_SSD:
        c->nsectors = SSD_SECTORS;
        break;
    default:
        c->nsectors = DEFAULT_SECTORS;
        break;
    }
}
