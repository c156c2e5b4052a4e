/* fs/drive.h - the port to a model of a drive: how long does this take, and when?
 *
 * A model has no queue and no contents; both stand in front of it (ioqueue.h). It is told
 * to begin and says when it will be done; what it says does not change any more.
 */
#ifndef FS_DRIVE_H
#define FS_DRIVE_H

#include <ossim/iosched.h>
#include <sim/blkdev.h>

struct drive_command {
    uint8_t op;                 /* enum blk_op, but no flush */
    uint32_t nsectors;
    uint64_t sector;
    uint32_t nvia, free;        /* as struct iosched_answer has them */
    uint32_t via[IOSCHED_VIA];
    uint32_t slower;            /* all takes that many times its time on top: 0, if all is well */
};

struct drive_place {            /* where a sector is: found once, asked for often */
    uint32_t cylinder, surface;
    ns_t angle;                 /* below a revolution */
};

struct drive_ops {
    /* Begin. *out comes in zeroed; `done` >= now. */
    void (*serve)(void *self, const struct drive_command *c, ns_t now,
                  struct blk_service *out);
    /* How long until the first of these sectors moves; overheads left out. */
    ns_t (*access)(const void *self, uint64_t sector, uint32_t nsectors, ns_t now);
    /* Optional, both or none: access in two steps, with the same answer. `reach` may note
     * what it worked out for this `now`. */
    void (*place)(const void *self, uint64_t sector, struct drive_place *out);
    ns_t (*reach)(void *self, const struct drive_place *at, ns_t now);
    uint32_t (*cylinder)(const void *self, uint64_t sector);
    /* Where the arm is. */
    uint32_t (*arm)(const void *self);
    /* Optional: what only the model knows, added to *out. */
    void (*stats)(const void *self, struct blk_stats *out);
};

/* For models with one thing at a time: what was worked out, that much slower. */
static inline void drive_stretch(const struct drive_command *c, ns_t now,
                                 struct blk_service *out)
{
    out->done += (out->done - now) * c->slower;
    out->seek += out->seek * c->slower;
    out->rotation += out->rotation * c->slower;
    out->transfer += out->transfer * c->slower;
}

struct drive {
    const struct drive_ops *ops;
    void *self;
    uint64_t nsectors;
    uint32_t cylinders;         /* >= 1 */
    bool parallel;              /* may be told to begin again before it is done */
};

#endif
