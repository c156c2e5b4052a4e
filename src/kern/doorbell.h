/* doorbell.h - a guest's kernel asks a device; for this room alone.
 *
 * It goes to the kernel under it for that (EXIT_IO), and the device knows of the request
 * when that is through: of an emulated device, with the last of the accesses that make one
 * request; of a paravirtual one, with its hypercall, and of all that stands in the ring with
 * it by then (Barham et al., "Xen and the Art of Virtualization" (2003), "Data Transfer: I/O
 * Rings"). On bare metal it knows at once.
 */
#ifndef KERN_DOORBELL_H
#define KERN_DOORBELL_H

#include <kern/kern.h>
#include <sim/blkdev.h>

/* Of one device. Those under way are a list by `next`, with the time in `submitted`. */
struct doorbell {
    const struct blkdev *device;
    uint32_t slot;              /* pending while some are under way */
    ns_t through;               /* when it was asked last, and is to know; < 0: never */
    struct blk_request *first, *last;
};

static inline struct doorbell doorbell_of(const struct blkdev *device, uint32_t slot)
{
    return (struct doorbell){ .device = device, .slot = slot, .through = -1 };
}
/* False: the device does not know of r yet. */
bool doorbell_ring(struct kern *k, struct doorbell *b, struct blk_request *r);
/* The entry is due. */
void doorbell_due(struct kern *k, struct doorbell *b);
/* Now all are known to it, whenever they would have been: something happens to it. */
void doorbell_hurry(struct kern *k, struct doorbell *b);

#endif
