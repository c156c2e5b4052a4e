/* fs/store.h - what is on a medium: the sectors that were written, over an image.
 *
 * The image is only read. What changes is kept in blocks of 4 KiB, numbered in the order
 * of their first write, so that a snapshot of the arena has little to compare. Nothing
 * here takes time.
 */
#ifndef FS_STORE_H
#define FS_STORE_H

#include <ossim/types.h>
#include <sim/arena.h>

enum { STORE_BLOCK = 4096 };

struct store {
    uint64_t nsectors;
    const uint8_t *image;
    uint64_t image_size;
    uint32_t *where;            /* by block: number in `block` + 1; 0: as in the image */
    uint8_t *block;
    uint32_t nblocks;           /* changed ones */
};

/* Room for all sectors to be changed. The image is borrowed for the store's life; past
 * its end, and without one, all is zero. */
void store_init(struct store *s, struct arena *a, uint64_t nsectors, const uint8_t *image,
                uint64_t image_size);
/* False: not all of it is on the medium. */
bool store_read(const struct store *s, uint64_t sector, uint32_t nsectors, void *buf);
bool store_write(struct store *s, uint64_t sector, uint32_t nsectors, const void *buf);
/* Zeros, from here on. */
bool store_discard(struct store *s, uint64_t sector, uint32_t nsectors);

#endif
