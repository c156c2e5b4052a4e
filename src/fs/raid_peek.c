/* raid_peek.c - the bytes of an array at once, at no cost: of what is missing, what the others
 * say it is. */
#include <fs/raid_inside.h>

#include <string.h>

/* One sector of a member, or what the others say it is. */
static bool peek_sector(const struct raid *r, uint32_t member, uint64_t row, uint64_t sector,
                        uint8_t *buf)
{
    uint8_t other[BLK_SECTOR];

    if (is_there(r, member, row))
        return blk_peek(&r->member[member], sector, 1, buf);
    memset(buf, 0, BLK_SECTOR);
    for (uint32_t m = 0; m < r->n; m++) {
        if (m == member)
            continue;
        if (!blk_peek(&r->member[m], sector, 1, other))
            return false;
        xor_into(buf, other, 1);
    }
    return true;
}

bool raid_peek(const void *self, uint64_t sector, uint32_t nsectors, void *buf)
{
    const struct raid *r = self;

    if (sector > r->c->nsectors || nsectors > r->c->nsectors - sector)
        return false;
    for (uint32_t i = 0; i < nsectors; i++) {
        struct raid_place at = raid_locate(r, sector + i);

        if (r->c->level == 1 && !is_there(r, at.member, at.row))
            at.member = 1;
        if (!peek_sector(r, at.member, at.row, at.sector, (uint8_t *)buf + i * BLK_SECTOR))
            return false;
    }
    return true;
}

/* One sector, with the parity that goes with it. */
static bool poke_sector(struct raid *r, const struct raid_place *at, const uint8_t *new)
{
    uint8_t old[BLK_SECTOR], parity[BLK_SECTOR];

    if (at->parity == NOBODY)
        return blk_poke(&r->member[at->member], at->sector, 1, new);
    if (!peek_sector(r, at->member, at->row, at->sector, old))
        return false;
    if (is_there(r, at->parity, at->row)) {
        if (!blk_peek(&r->member[at->parity], at->sector, 1, parity))
            return false;
        xor_into(parity, old, 1);
        xor_into(parity, new, 1);
        if (!blk_poke(&r->member[at->parity], at->sector, 1, parity))
            return false;
    }
    return !is_there(r, at->member, at->row)
           || blk_poke(&r->member[at->member], at->sector, 1, new);
}

bool raid_poke(void *self, uint64_t sector, uint32_t nsectors, const void *buf)
{
    struct raid *r = self;
    bool ok = sector <= r->c->nsectors && nsectors <= r->c->nsectors - sector;

    for (uint32_t i = 0; ok && i < nsectors; i++) {
        struct raid_place at = raid_locate(r, sector + i);
        const uint8_t *new = (const uint8_t *)buf + i * BLK_SECTOR;

        ok = poke_sector(r, &at, new);
        for (uint32_t m = 1; r->c->level == 1 && ok && m < r->n; m++)
            ok = blk_poke(&r->member[m], at.sector, 1, new);
    }
    return ok;
}
