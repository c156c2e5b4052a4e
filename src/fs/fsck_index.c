/* fsck_index.c - the index of a folder: a tree of hashes over blocks that are good without it.
 *
 * Source: Linux, "Documentation/filesystems/ext4/directory.rst", "Hash Tree Directories"; the
 * hashes: fs/ext4/hash.c. The file system here never uses an index and drops it with the
 * first change, so a bad one is only unmarked.
 */
#include <fs/fsck_int.h>

#include <string.h>

enum { LEGACY, HALF_MD4, TEA, UNSIGNED };       /* unsigned: three more */
enum { ROOT_INFO = 24, NODE_ENTRIES = 8, LEVELS = 2, LAST_HASH = 0xfffffffe };

struct index {
    struct check *c;
    struct ext2_inode *in;
    uint32_t n;                 /* blocks of the folder */
    unsigned version;
};

/* ---- hashes ---- */

static uint32_t char_at(const char *name, uint32_t i, bool is_unsigned)
{
    return is_unsigned ? (uint32_t)(uint8_t)name[i] : (uint32_t)(int32_t)(signed char)name[i];
}

static uint32_t hash_legacy(const char *name, uint32_t len, bool is_unsigned)
{
    uint32_t h0 = 0x12a3fe2d, h1 = 0x37abe8f9;

    for (uint32_t i = 0; i < len; i++) {
        uint32_t h = h1 + (h0 ^ char_at(name, i, is_unsigned) * 7152373);

        if (h & 0x80000000)
            h -= 0x7fffffff;
        h1 = h0;
        h0 = h;
    }
    return h0 << 1;
}

/* At most n words of a name, padded with its length. */
static void pack(const char *name, uint32_t len, uint32_t *words, uint32_t n, bool is_unsigned)
{
    uint32_t pad = (len | len << 8) * 0x10001, at = 0;

    for (uint32_t w = 0; w < n; w++) {
        words[w] = pad;
        for (uint32_t i = 0; i < 4 && at < len; i++)
            words[w] = char_at(name, at++, is_unsigned) + (words[w] << 8);
    }
}

static uint32_t turn(uint32_t x, unsigned by)
{
    return x << by | x >> (32 - by);
}

/* MD4's rounds with half of its input. */
static void half_md4(uint32_t s[4], const uint32_t in[8])
{
    static const struct { uint32_t add; uint8_t by[4], word[8]; } rounds[3] = {
        { 0, { 3, 7, 11, 19 }, { 0, 1, 2, 3, 4, 5, 6, 7 } },
        { 013240474631, { 3, 5, 9, 13 }, { 1, 3, 5, 7, 0, 2, 4, 6 } },
        { 015666365641, { 3, 9, 11, 15 }, { 3, 7, 2, 6, 1, 5, 0, 4 } },
    };
    uint32_t v[4] = { s[0], s[1], s[2], s[3] };

    for (unsigned r = 0; r < 3; r++)
        for (unsigned i = 0; i < 8; i++) {
            uint32_t *a = &v[-i & 3], x = v[(1 - i) & 3], y = v[(2 - i) & 3], z = v[(3 - i) & 3];
            uint32_t f = r == 0   ? z ^ (x & (y ^ z))
                         : r == 1 ? (x & y) + ((x ^ y) & z)
                                  : x ^ y ^ z;

            *a = turn(*a + f + in[rounds[r].word[i]] + rounds[r].add, rounds[r].by[i & 3]);
        }
    for (unsigned i = 0; i < 4; i++)
        s[i] += v[i];
}

static void tea(uint32_t s[4], const uint32_t in[4])
{
    uint32_t sum = 0, x = s[0], y = s[1];

    for (unsigned i = 0; i < 16; i++) {
        sum += 0x9e3779b9;
        x += ((y << 4) + in[0]) ^ (y + sum) ^ ((y >> 5) + in[1]);
        y += ((x << 4) + in[2]) ^ (x + sum) ^ ((x >> 5) + in[3]);
    }
    s[0] += x;
    s[1] += y;
}

static uint32_t hash_name(const struct index *x, const char *name, uint32_t len)
{
    const uint32_t *seed = x->c->sb->hash_seed;
    uint32_t s[4] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 }, in[8];
    bool is_unsigned = x->version >= UNSIGNED;
    unsigned version = x->version % UNSIGNED, step = version == TEA ? 16 : 32;

    if (version == LEGACY)
        return hash_legacy(name, len, is_unsigned) & ~1u;
    if (seed[0] | seed[1] | seed[2] | seed[3])
        memcpy(s, seed, sizeof s);
    for (uint32_t at = 0; at < len; at += step) {
        pack(name + at, len - at, in, step / 4, is_unsigned);
        version == TEA ? tea(s, in) : half_md4(s, in);
    }
    return (version == TEA ? s[0] : s[1]) & ~1u;
}

/* ---- the tree ---- */

static uint8_t *index_block(const struct index *x, uint32_t lblock)
{
    const uint32_t *ptr = pointer_of(x->c, x->in, lblock);

    return ptr && block_good(x->c, *ptr) ? block_at(x->c, *ptr) : NULL;
}

/* A block's hashes are between `from` and `to`; first and last of a tree have no bound. */
struct bounds { uint32_t from, to; bool first, last; };

static bool leaf_good(const struct index *x, uint32_t lblock, struct bounds b)
{
    uint8_t *data = index_block(x, lblock);
    const struct ext2_dirent *e;

    for (uint32_t at = 0; data && at < x->c->bs; at += e->rec_len) {
        e = good_entry(x->c, data, at);
        if (!e)
            return true;        /* a fault of its own */
        if (!e->ino || !e->name_len)
            continue;
        uint32_t h = hash_name(x, e->name, e->name_len);

        if ((!b.first && h < b.from) || (!b.last && h > b.to))
            return false;
    }
    return true;
}

struct slot { uint32_t hash, block; };  /* in the first one: how many there may be, and are */

static bool node_good(struct index *x, uint8_t *data, uint32_t at, unsigned level,
                      struct bounds b);

static bool child_good(struct index *x, uint32_t lblock, unsigned level, struct bounds b)
{
    uint8_t *data;

    if (lblock >= x->n || bit_test(x->c->marks, lblock))
        return false;
    bit_set(x->c->marks, lblock);
    if (!level)
        return leaf_good(x, lblock, b);
    data = index_block(x, lblock);
    if (!data)
        return false;
    const struct ext2_dirent *e = (const void *)data;

    return !e->ino && e->rec_len == x->c->bs && !e->name_len &&
           node_good(x, data, NODE_ENTRIES, level - 1, b);
}

static bool node_good(struct index *x, uint8_t *data, uint32_t at, unsigned level,
                      struct bounds b)
{
    const struct slot *slot = (const void *)(data + at);
    uint32_t most = slot->hash & 0xffff, n = slot->hash >> 16, before = 0;

    if (most != (x->c->bs - at) / sizeof *slot || n > most)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        struct bounds child = { i ? slot[i].hash & ~1u : b.from,
                                i + 1 < n ? slot[i + 1].hash & ~1u : b.to,
                                i == 0 && b.first, i + 1 == n && b.last };

        if ((i && child.from < before) ||
            !child_good(x, slot[i].block & 0x0fffffff, level, child))
            return false;
        before = i ? child.from : 0;
    }
    return true;
}

static bool index_good(struct index *x)
{
    const uint8_t *info;
    uint8_t *data = index_block(x, 0);
    uint32_t none;

    if (!data)
        return false;
    info = data + ROOT_INFO;    /* reserved word; version, length, levels, flags */
    memcpy(&none, info, sizeof none);
    if (none || info[4] > TEA || info[5] < 8 || info[5] % 4 || info[6] >= LEVELS || info[7] & 1)
        return false;
    x->version = info[4] + (x->c->sb->flags & EXT2_FLAGS_UNSIGNED_HASH ? UNSIGNED : 0u);
    memset(x->c->marks, 0, x->n / 8 + 1);
    bit_set(x->c->marks, 0);
    if (!node_good(x, data, (uint32_t)ROOT_INFO + info[5], info[6],
                   (struct bounds){ 0, LAST_HASH, true, true }))
        return false;
    for (uint32_t l = 0; l < x->n; l++)
        if (!bit_test(x->c->marks, l))
            return false;
    return true;
}

void check_index(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    struct index x = { .c = c, .in = in, .n = in->size / c->bs };

    if (!(in->flags & EXT2_INDEX_FL) || !x.n || x.n >= c->nblocks || index_good(&x) ||
        !wrong(c, FSCK_DIR_INDEX, ino, 0, 0, 0))
        return;
    touch(c, in);
    in->flags &= ~(uint32_t)EXT2_INDEX_FL;
}
