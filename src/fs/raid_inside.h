/* fs/raid_inside.h - an array as its own files know it.
 *
 * Only for: raid.c raid_peek.c
 */
#ifndef FS_RAID_INSIDE_H
#define FS_RAID_INSIDE_H

#include <fs/raid.h>

enum { PIECES = 32, MEMBERS = 16, NOBODY = UINT32_MAX };

enum kind { FREE, READ, READ_OTHERS, WRITE_ALL, WRITE_OLD, WRITE_OTHERS, WRITE_NEW, FILL_READ,
            FILL_WRITE, SYNC_READ, SYNC_WRITE, FLUSH };

struct piece {
    uint8_t kind;               /* enum kind: what is in flight */
    uint8_t status;
    bool holds;                 /* its row: nobody else reads or writes that */
    uint32_t waiting;           /* members that have not answered */
    uint32_t nsectors, member, parity;
    uint64_t sector;            /* on the member */
    uint64_t row, last_row;     /* it lies in: one, but for mirrors */
    uint8_t *data;              /* the submitter's; NULL: time only */
    struct blk_request *parent; /* NULL: filling */
    struct blk_request child[MEMBERS];
    uint8_t *buffer;            /* one chunk for each member, if there are contents */
};

struct row_set { uint8_t *map; uint32_t n; };   /* a bit a row; how many */

struct raid {
    const struct disk_config *c;
    struct blkdev member[MEMBERS];
    uint32_t n, chunk, gone;    /* gone: the member that is missing; NOBODY */
    uint64_t rows, filled;      /* filled: rows of the replaced member */
    bool filling;               /* a piece is at it, or makes a row whole */
    struct row_set torn;        /* rows that a power cut may have left half-written */
    struct blk_sink sink;
    struct piece *piece;
    struct blk_request *line, *line_end;        /* not all of their pieces have begun */
    struct blk_request *refused;        /* told at the next step */
    uint64_t cut;               /* sectors of the first in line that have */
    uint64_t reads;             /* for turns among mirrors */
    uint8_t *zeros;             /* a chunk of them, if there are contents */
    ns_t now;
    bool wake;                  /* filling is to begin */
    struct blk_stats stats;
};

/* Has the member that row: is it there, or filled so far? */
static inline bool is_there(const struct raid *r, uint32_t member, uint64_t row)
{
    return member != r->gone || row < r->filled;
}

static inline void xor_into(uint8_t *to, const uint8_t *from, uint32_t nsectors)
{
    for (size_t i = 0; i < (size_t)nsectors * BLK_SECTOR; i++)
        to[i] ^= from[i];
}

/* As struct blkdev_ops has them. */
bool raid_peek(const void *self, uint64_t sector, uint32_t nsectors, void *buf);
bool raid_poke(void *self, uint64_t sector, uint32_t nsectors, const void *buf);

#endif
