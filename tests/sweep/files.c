/* files.c - what is in an image, by inode, read in the plainest way there is. What contradicts
 * itself is passed over: it can be asked of any image. */
#include "sweep.h"

#include <stdlib.h>
#include <string.h>

enum { BUDGET = 20000, DEEP = 40, DIR = 4, LINK = 10, REG = 8, CHR = 2, BLK = 6 };

struct reading {
    const struct layout *l;     /* the geometry */
    const uint8_t *image;
    struct files *f;
    uint8_t *seen;
    int depth;
};

typedef void block_fn(struct reading *r, uint64_t lblock, const uint8_t *data, void *ctx);
struct walk_to { block_fn *fn; void *ctx; int budget; };

static uint64_t hash(uint64_t h, const void *data, size_t n)
{
    const uint8_t *p = data;

    for (uint64_t word; n >= sizeof word; n -= sizeof word, p += sizeof word) {
        memcpy(&word, p, sizeof word);
        h = (h ^ word) * 0x9e3779b97f4a7c15;
        h ^= h >> 29;
    }
    while (n--)
        h = (h ^ *p++) * 0x100000001b3;
    return h;
}

struct ext2_inode *layout_inode(const struct layout *l, uint32_t ino)
{
    uint32_t g = (ino - 1) / l->sb->inodes_per_group, i = (ino - 1) % l->sb->inodes_per_group;

    return (void *)(l->bytes + (uint64_t)l->gd[g].inode_table * l->bs + (uint64_t)i * l->isize);
}

static const struct ext2_inode *inode_of(const struct reading *r, uint32_t ino)
{
    const struct ext2_group *gd =
        (const void *)(r->image + ((const uint8_t *)r->l->gd - r->l->bytes));
    uint32_t g = (ino - 1) / r->l->sb->inodes_per_group;
    uint64_t at = (uint64_t)gd[g].inode_table * r->l->bs +
                  (uint64_t)((ino - 1) % r->l->sb->inodes_per_group) * r->l->isize;

    return at + sizeof(struct ext2_inode) > r->l->size ? NULL : (const void *)(r->image + at);
}

static void each_below(struct reading *r, uint32_t block, unsigned level, uint64_t lblock,
                       struct walk_to *to)
{
    const uint8_t *data = r->image + (uint64_t)block * r->l->bs;
    uint64_t span = 1;

    if (!block || block >= r->l->size / r->l->bs || --to->budget < 0)
        return;
    if (!level) {
        to->fn(r, lblock, data, to->ctx);
        return;
    }
    for (unsigned i = 1; i < level; i++)
        span *= r->l->bs / 4;
    for (uint32_t i = 0; i < r->l->bs / 4; i++)
        each_below(r, ((const uint32_t *)(const void *)data)[i], level - 1, lblock + i * span, to);
}

static void each_block(struct reading *r, const struct ext2_inode *in, block_fn *fn, void *ctx)
{
    struct walk_to to = { fn, ctx, BUDGET };
    uint64_t at = EXT2_NDIRECT, p = r->l->bs / 4;

    for (uint32_t i = 0; i < EXT2_NDIRECT; i++)
        each_below(r, in->block[i], 0, i, &to);
    for (unsigned level = 1; level <= 3; level++, at += level == 2 ? p : p * p)
        each_below(r, in->block[EXT2_NDIRECT - 1 + level], level, at, &to);
}

struct sum { uint64_t hash, size; };

/* A block of zeros and a hole are the same. */
static void sum_block(struct reading *r, uint64_t lblock, const uint8_t *data, void *ctx)
{
    struct sum *s = ctx;
    uint64_t at = lblock * r->l->bs, n, i = 0;

    if (at >= s->size)
        return;
    n = s->size - at < r->l->bs ? s->size - at : r->l->bs;
    while (i < n && !data[i])
        i++;
    if (i < n)
        s->hash += hash(lblock + 77, data, n);
}

static uint64_t contents(struct reading *r, const struct ext2_inode *in)
{
    unsigned type = in->mode >> 12;
    struct sum s = { 0, in->size | (type == REG ? (uint64_t)in->size_high << 32 : 0) };

    if (type == REG || (type == LINK && in->size >= EXT2_FAST_SYMLINK))
        each_block(r, in, sum_block, &s);
    else if (type == LINK)
        s.hash = hash(1, in->block, in->size);
    else if (type == CHR || type == BLK)
        s.hash = hash(1, in->block, 8);
    if (type == DIR)
        s.size = 0;             /* folders may be made longer and shorter */
    return hash(hash(s.hash, &s.size, sizeof s.size), &type, sizeof type) | 1;
}

static void read_entries(struct reading *r, uint64_t lblock, const uint8_t *data, void *ctx);

static void enter(struct reading *r, uint32_t folder, const struct ext2_dirent *e)
{
    const struct ext2_inode *in = inode_of(r, e->ino);

    if (!in)
        return;
    if (r->f->nentries < ENTRIES)
        r->f->entry[r->f->nentries++] = hash(folder ^ (uint64_t)e->ino << 32, e->name, e->name_len);
    if (r->seen[e->ino])
        return;
    r->seen[e->ino] = 1;
    r->f->contents[e->ino] = contents(r, in);
    if (in->mode >> 12 == DIR && r->depth < DEEP) {
        uint32_t ino = e->ino;

        r->depth++;
        each_block(r, in, read_entries, &ino);
        r->depth--;
    }
}

static bool is_dots(const struct ext2_dirent *e)
{
    return e->name[0] == '.' && (e->name_len == 1 || (e->name_len == 2 && e->name[1] == '.'));
}

static void read_entries(struct reading *r, uint64_t lblock, const uint8_t *data, void *ctx)
{
    (void)lblock;
    for (uint32_t at = 0; at + 8 <= r->l->bs;) {
        const struct ext2_dirent *e = (const void *)(data + at);

        if (e->rec_len < 8 || e->rec_len % 4 || e->rec_len > r->l->bs - at ||
            e->name_len > e->rec_len - 8)
            return;
        if (e->ino && e->ino <= r->l->sb->inodes_count && e->name_len && !is_dots(e))
            enter(r, *(const uint32_t *)ctx, e);
        at += e->rec_len;
    }
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

void files_read(const struct layout *l, const uint8_t *image, struct files *f)
{
    uint32_t n = l->sb->inodes_count, root = EXT2_ROOT_INO;
    struct reading r = { .l = l, .image = image, .f = f, .seen = calloc(n + 1, 1) };
    const struct ext2_inode *in = inode_of(&r, root);

    if (!f->contents)
        f->contents = malloc((n + 1) * sizeof *f->contents);
    if (!f->entry)
        f->entry = malloc(ENTRIES * sizeof *f->entry);
    if (!r.seen || !f->contents || !f->entry)
        abort();
    memset(f->contents, 0, (n + 1) * sizeof *f->contents);
    f->nentries = 0;
    r.seen[root] = 1;
    if (in)
        each_block(&r, in, read_entries, &root);
    free(r.seen);
    qsort(f->entry, f->nentries, sizeof *f->entry, by_value);
}

bool files_have(const struct files *f, uint64_t entry)
{
    return bsearch(&entry, f->entry, f->nentries, sizeof entry, by_value);
}

static uint32_t folder_above(const struct reading *r, uint32_t ino)
{
    const struct ext2_inode *in = ino && ino <= r->l->sb->inodes_count ? inode_of(r, ino) : NULL;
    const struct ext2_dirent *dot;

    if (!in || in->mode >> 12 != DIR || in->block[0] >= r->l->size / r->l->bs)
        return 0;
    dot = (const void *)(r->image + (uint64_t)in->block[0] * r->l->bs);
    return ((const struct ext2_dirent *)(const void *)((const uint8_t *)dot + dot->rec_len % 32))->ino;
}

bool files_go_round(const struct layout *l, const uint8_t *image, uint32_t ino)
{
    struct reading r = { .l = l, .image = image };
    uint32_t n = l->sb->inodes_count;

    while (ino && ino != EXT2_ROOT_INO && n--)
        ino = folder_above(&r, ino);
    return ino && ino != EXT2_ROOT_INO;
}
