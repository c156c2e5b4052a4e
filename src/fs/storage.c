/* storage.c - puts the parts of a block device together. */
#include <fs/storage.h>

#include <fs/disk.h>
#include <fs/raid.h>
#include <fs/ssd.h>
#include <sim/check.h>
#include <string.h>

static struct ioqueue *drive_init(struct arena *a, const struct disk_config *c,
                                  uint32_t max_owners)
{
    struct store *store = c->stored ? arena_array(a, struct store, 1) : NULL, measured;
    struct drive drive;

    if (c->model == DISK_SSD)
        ssd_init(&drive, a, c);
    else
        disk_init(&drive, a, c);
    if (c->stored)
        store_init(store ? store : &measured, a, c->nsectors, c->image, c->image_size);
    return ioqueue_init(a, c, &drive, store, max_owners);
}

/* Drive i as a device, that can be made to fail if the config of the whole says so. */
static struct blkdev device(struct storage *s, struct arena *a, const struct disk_config *c,
                            uint32_t i, uint32_t max_owners,
                            const struct disk_config *whole)
{
    s->queue[i] = drive_init(a, c, max_owners);
    if (!whole->faults)
        return ioqueue_device(s->queue[i]);
    s->fault[i] = faultdisk_init(a, ioqueue_device(s->queue[i]), whole->nbad);
    return faultdisk_device(s->fault[i]);
}

/* The array's image, spread over its members. Where it is all zeros, so are they; zeros follow
 * what is no whole sector at its end. */
static void fill(struct storage *s, const struct disk_config *c)
{
    static const uint8_t zeros[BLK_SECTOR];

    for (uint64_t at = 0; at < c->image_size && at / BLK_SECTOR < c->nsectors;
         at += BLK_SECTOR) {
        uint64_t left = c->image_size - at;
        uint8_t sector[BLK_SECTOR] = { 0 };

        memcpy(sector, c->image + at, left < BLK_SECTOR ? left : BLK_SECTOR);
        if (memcmp(sector, zeros, BLK_SECTOR))
            blk_poke(&s->dev, at / BLK_SECTOR, 1, sector);
    }
}

/* The members have schedulers and contents of their own. */
static void array_init(struct storage *s, struct arena *a, const struct disk_config *c,
                       uint32_t max_owners)
{
    struct blkdev member[STORAGE_MEMBERS];

    CHECK(c->members <= STORAGE_MEMBERS);
    s->nqueues = c->members;
    for (uint32_t m = 0; m < c->members; m++)
        member[m] = device(s, a, c->member, m, max_owners, c);
    s->raid = raid_init(a, c, member);
    s->dev = raid_device(s->raid);
    if (s->raid && c->stored && c->image)
        fill(s, c);
}

void storage_init(struct storage *s, struct arena *a, const struct disk_config *c,
                  uint32_t max_owners)
{
    *s = (struct storage){ .nqueues = 1 };
    if (c->model == DISK_RAID)
        array_init(s, a, c, max_owners);
    else
        s->dev = device(s, a, c, 0, max_owners, c);
}

void storage_fail(struct storage *s, const struct disk_fault *what, ns_t now)
{
    bool one = what->kind == DISK_BAD_SECTOR || what->kind == DISK_LOST_WRITE;
    struct disk_fault there = *what;
    uint32_t member = 0;

    if (one && s->raid) {
        struct raid_place at = raid_locate(s->raid, what->sector);

        member = at.member;
        there.sector = at.sector;
    }
    CHECK(member < s->nqueues);
    for (uint32_t m = 0; m < s->nqueues; m++)
        if (what->kind == DISK_SLOW)
            ioqueue_slow(s->queue[m], what->lasts && what->lasts < NS_MAX - now
                                          ? now + what->lasts : NS_MAX);
        else if (!one || m == member)
            faultdisk_inject(s->fault[m], &there, now);
    if (s->raid && disk_fault_cuts(what))
        raid_power_cut(s->raid, now);
}
