/* storage.c - puts the parts of a block device together. */
#include <fs/storage.h>

#include <fs/disk.h>
#include <fs/raid.h>
#include <fs/ssd.h>
#include <sim/check.h>

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

/* The members have schedulers and contents of their own. */
static void array_init(struct storage *s, struct arena *a, const struct disk_config *c,
                       uint32_t max_owners)
{
    struct blkdev member[STORAGE_MEMBERS];

    CHECK(c->members <= STORAGE_MEMBERS);
    s->nqueues = c->members;
    for (uint32_t m = 0; m < c->members; m++) {
        s->queue[m] = drive_init(a, c->member, max_owners);
        member[m] = ioqueue_device(s->queue[m]);
    }
    s->dev = raid_device(raid_init(a, c, member));
}

void storage_init(struct storage *s, struct arena *a, const struct disk_config *c,
                  uint32_t max_owners)
{
    *s = (struct storage){ .nqueues = 1 };
    if (c->model == DISK_RAID) {
        array_init(s, a, c, max_owners);
        return;
    }
    s->queue[0] = drive_init(a, c, max_owners);
    s->dev = ioqueue_device(s->queue[0]);
}
