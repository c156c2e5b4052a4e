/* store.c - changed blocks over an image. */
#include <fs/store.h>

#include <sim/blkdev.h>
#include <sim/check.h>
#include <string.h>

void store_init(struct store *s, struct arena *a, uint64_t nsectors, const uint8_t *image,
                uint64_t image_size)
{
    uint64_t blocks = (nsectors * BLK_SECTOR + STORE_BLOCK - 1) / STORE_BLOCK;

    *s = (struct store){ .nsectors = nsectors, .image = image,
                         .image_size = image ? image_size : 0 };
    s->where = arena_array(a, uint32_t, blocks);
    s->block = arena_take(a, blocks * STORE_BLOCK, STORE_BLOCK);
}

static bool inside(const struct store *s, uint64_t sector, uint32_t nsectors)
{
    return sector <= s->nsectors && nsectors <= s->nsectors - sector;
}

/* What the image has at `at`, zeros past its end. */
static void from_image(const struct store *s, uint64_t at, uint8_t *buf, size_t n)
{
    size_t have = at >= s->image_size ? 0
                  : s->image_size - at < n ? (size_t)(s->image_size - at) : n;

    if (have)
        memcpy(buf, s->image + at, have);
    memset(buf + have, 0, n - have);
}

/* How much of n bytes from `at` on lies in one block. */
static size_t part(uint64_t at, uint64_t n)
{
    uint64_t left = STORE_BLOCK - at % STORE_BLOCK;

    return (size_t)(n < left ? n : left);
}

bool store_read(const struct store *s, uint64_t sector, uint32_t nsectors, void *buf)
{
    uint64_t at = sector * BLK_SECTOR, left = (uint64_t)nsectors * BLK_SECTOR;
    uint8_t *to = buf;

    if (!inside(s, sector, nsectors))
        return false;
    while (left > 0) {
        size_t n = part(at, left);
        uint32_t where = s->where[at / STORE_BLOCK];

        if (where)
            memcpy(to, s->block + (size_t)(where - 1) * STORE_BLOCK + at % STORE_BLOCK, n);
        else
            from_image(s, at, to, n);
        at += n, to += n, left -= n;
    }
    return true;
}

/* The changed block that byte `at` is in; made, if it is the first change to it. */
static uint8_t *block_of(struct store *s, uint64_t at)
{
    uint32_t *where = &s->where[at / STORE_BLOCK];

    if (!*where) {
        CHECK(s->nblocks * (uint64_t)STORE_BLOCK < s->nsectors * BLK_SECTOR);
        *where = ++s->nblocks;
        from_image(s, at - at % STORE_BLOCK,
                   s->block + (size_t)(*where - 1) * STORE_BLOCK, STORE_BLOCK);
    }
    return s->block + (size_t)(*where - 1) * STORE_BLOCK;
}

bool store_write(struct store *s, uint64_t sector, uint32_t nsectors, const void *buf)
{
    uint64_t at = sector * BLK_SECTOR, left = (uint64_t)nsectors * BLK_SECTOR;
    const uint8_t *from = buf;

    if (!inside(s, sector, nsectors))
        return false;
    while (left > 0) {
        size_t n = part(at, left);

        memcpy(block_of(s, at) + at % STORE_BLOCK, from, n);
        at += n, from += n, left -= n;
    }
    return true;
}

bool store_discard(struct store *s, uint64_t sector, uint32_t nsectors)
{
    uint64_t at = sector * BLK_SECTOR, left = (uint64_t)nsectors * BLK_SECTOR;

    if (!inside(s, sector, nsectors))
        return false;
    while (left > 0) {
        size_t n = part(at, left);

        if (s->where[at / STORE_BLOCK] || at - at % STORE_BLOCK < s->image_size)
            memset(block_of(s, at) + at % STORE_BLOCK, 0, n);
        at += n, left -= n;
    }
    return true;
}
