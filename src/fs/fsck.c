/* fsck.c - the frame of the check: superblock, groups, bitmaps. */
#include <fs/fsck_int.h>

#include <string.h>

/* ---- saying it ---- */

static const char *const texts[] = {
#define FAULT(name, text) text,
#include <fs/fsck.def>
#undef FAULT
};

static size_t put_number(char *buf, size_t n, size_t size, uint64_t v)
{
    char digits[24];
    size_t k = 0;

    do
        digits[k++] = (char)('0' + v % 10);
    while (v /= 10);
    while (k && n + 1 < size)
        buf[n++] = digits[--k];
    return n;
}

void fsck_text(const struct fsck_found *f, char *buf, size_t size)
{
    size_t n = 0;

    for (const char *p = texts[f->fault]; *p && n + 1 < size; p++) {
        if (*p != '$') {
            buf[n++] = *p;
            continue;
        }
        p++;
        n = put_number(buf, n, size, *p == 'i'   ? f->ino
                                     : *p == 'b' ? f->block
                                     : *p == 'v' ? f->is
                                                 : f->should);
    }
    buf[n] = '\0';
}

bool wrong(struct check *c, enum fsck_fault fault, uint32_t ino, uint32_t block, uint64_t is,
           uint64_t should)
{
    const struct fsck_found found = { fault, ino, block, is, should };

    c->f->nfound++;
    c->f->nleft += !c->f->repair;
    if (c->f->found)
        c->f->found(c->f->self, &found);
    return c->f->repair;
}

void touch(struct check *c, const void *bytes)
{
    uint64_t at = (uint64_t)((const uint8_t *)bytes - c->f->image);

    CHECK(at < c->f->size);     /* nothing else may change */
    if (c->f->touch)
        c->f->touch(c->f->self, (uint32_t)(at / c->bs), c->bs);
}

struct carver { uint8_t *base; size_t at; };

/* NULL while measuring. */
static void *carve(struct carver *k, size_t n)
{
    size_t at = k->at;

    k->at += (n + 7) & ~(size_t)7;
    return k->base ? k->base + at : NULL;
}

/* The tables of a check; with c NULL, their size. */
static size_t lay_out(struct check *c, const struct ext2_super *sb, uint8_t *memory)
{
    static struct check const none;
    struct check spare = none;
    struct carver at = { memory, 0 };
    uint32_t nblocks = sb->blocks_count, ninodes = sb->inodes_count;

    if (!c)
        c = &spare;
    c->used = carve(&at, nblocks / 8 + 1);
    c->shared = carve(&at, nblocks / 8 + 1);
    c->seen = carve(&at, nblocks / 8 + 1);
    c->attrs = carve(&at, nblocks / 8 + 1);
    c->attrs_twice = carve(&at, nblocks / 8 + 1);
    c->marks = carve(&at, nblocks / 8 + 1);
    c->inode_used = carve(&at, ninodes / 8 + 1);
    c->connected = carve(&at, ninodes / 8 + 1);
    c->kind = carve(&at, ninodes + 1);
    c->links = carve(&at, 2 * ((size_t)ninodes + 1));
    c->parent = carve(&at, 4 * ((size_t)ninodes + 1));
    c->dotdot = carve(&at, 4 * ((size_t)ninodes + 1));
    if (sb->feature_compat & EXT3_COMPAT_HAS_JOURNAL)
        c->revokes = carve(&at, JOURNAL_REVOKES * sizeof *c->revokes);
    return at.at;
}

size_t fsck_memory(const uint8_t *image, uint64_t size)
{
    struct ext2_super sb;
    uint64_t at;

    return super_find(image, size, &sb, &at) ? lay_out(NULL, &sb, NULL) : 0;
}

static void take_geometry(struct check *c)
{
    const struct ext2_super *sb = c->sb;

    c->bs = 1024u << sb->log_block_size;
    c->nblocks = sb->blocks_count;
    c->ninodes = sb->inodes_count;
    c->first = sb->first_data_block;
    c->per_group = sb->blocks_per_group;
    c->ipg = sb->inodes_per_group;
    c->ngroups = c->ninodes / c->ipg;
    c->isize = sb->rev_level ? sb->inode_size : 128;
    c->first_ino = sb->rev_level ? sb->first_ino : EXT2_FIRST_INO;
    c->nptrs = c->bs / 4;
    c->filetype = sb->rev_level && sb->feature_incompat & EXT2_INCOMPAT_FILETYPE;
}

/* ---- groups ---- */

/* Replaying a journal may have written anywhere: is it still the file system that was opened? */
bool geometry_holds(const struct check *c)
{
    struct check now = { .sb = c->sb };

    if (!super_fits(c->sb, c->f->size))
        return false;
    take_geometry(&now);
    return now.bs == c->bs && now.nblocks == c->nblocks && now.ninodes == c->ninodes &&
           now.first == c->first && now.per_group == c->per_group && now.ipg == c->ipg &&
           now.isize == c->isize && groups_usable(c);
}

/* The groups' own blocks are in use, and nobody else's. */
static void mark_fronts(struct check *c)
{
    memset(c->used, 0, c->nblocks / 8 + 1);
    for (uint32_t g = 0; g < c->ngroups; g++) {
        struct group_span s = group_span(c->sb, g);
        const struct ext2_group *gd = group_at(c, g);

        for (uint32_t i = 0; i < s.front; i++)
            set_used(c, s.start + i);
        set_used(c, gd->block_bitmap);
        set_used(c, gd->inode_bitmap);
        for (uint32_t i = 0; i < s.table; i++)
            set_used(c, gd->inode_table + i);
    }
    memcpy(c->seen, c->used, c->nblocks / 8 + 1);
}

/* ---- taking what is free, for repairs ---- */

uint32_t grab_block(struct check *c)
{
    for (; c->search < c->nblocks; c->search++)
        if (!is_used(c, c->search)) {
            uint32_t b = c->search;

            CHECK(block_good(c, b));
            set_used(c, b);
            touch(c, block_at(c, b));
            memset(block_at(c, b), 0, c->bs);
            return b;
        }
    wrong(c, FSCK_NO_ROOM, 0, 0, 0, 0);
    c->f->nleft += c->f->repair;
    return 0;
}

uint32_t grab_inode(struct check *c)
{
    for (uint32_t ino = c->first_ino; ino <= c->ninodes; ino++)
        if (!c->kind[ino] && ino != c->sb->quota_project) {
            touch(c, inode_at(c, ino));
            memset(inode_at(c, ino), 0, c->isize);
            bit_set(c->inode_used, ino - 1);
            return ino;
        }
    return 0;
}

/* ---- bitmaps and counts ---- */

static bool same_bits(const uint8_t *have, const uint8_t *want, uint32_t from, uint32_t n,
                      uint32_t *first)
{
    uint32_t i = 0;

    if (from % 8 == 0) {
        if (memcmp(have, want + from / 8, n / 8) == 0)
            i = n & ~7u;
    }
    for (; i < n; i++)
        if (bit_test(have, i) != bit_test(want, from + i)) {
            *first = i;
            return false;
        }
    return true;
}

static void copy_bits(uint8_t *have, const uint8_t *want, uint32_t from, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        bit_test(want, from + i) ? bit_set(have, i) : bit_clear(have, i);
}

static bool padding_set(const uint8_t *map, uint32_t from, uint32_t bits)
{
    for (uint32_t i = from; i < bits; i++)
        if (i % 8 == 0 && map[i / 8] == 0xff)
            i += 7;
        else if (!bit_test(map, i))
            return false;
    return true;
}

static void set_padding(struct check *c, uint8_t *map, uint32_t from)
{
    touch(c, map);
    for (uint32_t i = from; i < c->bs * 8; i++)
        bit_set(map, i);
}

/* Bits of a word, by halves: the compiler's own would be a call. */
static uint32_t count_bits(uint64_t x)
{
    x -= x >> 1 & 0x5555555555555555;
    x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return (uint32_t)(x * 0x0101010101010101 >> 56);
}

static uint32_t count_clear(const uint8_t *map, uint32_t n)
{
    uint32_t clear = 0, i = 0;
    uint64_t word;

    for (; i + 64 <= n; i += 64) {
        memcpy(&word, map + i / 8, sizeof word);
        clear += count_bits(~word);
    }
    for (; i < n; i++)
        clear += !bit_test(map, i);
    return clear;
}

static void check_block_bitmap(struct check *c, uint32_t g, uint32_t n)
{
    uint32_t start = g * c->per_group, first = 0;
    uint8_t *map = block_at(c, group_at(c, g)->block_bitmap);

    if (!same_bits(map, c->used, start, n, &first) &&
        wrong(c, FSCK_BITMAP_BLOCKS, 0, c->first + start + first, g, 0)) {
        touch(c, map);
        copy_bits(map, c->used, start, n);
    }
    if (!padding_set(map, n, c->bs * 8) && wrong(c, FSCK_BITMAP_PADDING, 0, 0, g, 0))
        set_padding(c, map, n);
}

static void check_inode_bitmap(struct check *c, uint32_t g)
{
    uint8_t *map = block_at(c, group_at(c, g)->inode_bitmap);
    uint32_t first = 0;

    if (!same_bits(map, c->inode_used, g * c->ipg, c->ipg, &first) &&
        wrong(c, FSCK_BITMAP_INODES, g * c->ipg + first + 1, 0, g, 0)) {
        touch(c, map);
        copy_bits(map, c->inode_used, g * c->ipg, c->ipg);
    }
    if (!padding_set(map, c->ipg, c->bs * 8) && wrong(c, FSCK_BITMAP_PADDING, 0, 0, g, 0))
        set_padding(c, map, c->ipg);
}

static uint32_t count_dirs(const struct check *c, uint32_t g)
{
    uint32_t n = 0;

    for (uint32_t ino = g * c->ipg + 1; ino <= (g + 1) * c->ipg; ino++)
        n += c->kind[ino] == EXT2_FT_DIR;
    return n;
}

static void check_count(struct check *c, uint16_t *field, uint32_t should,
                        enum fsck_fault fault)
{
    if (*field != should && wrong(c, fault, 0, 0, *field, should)) {
        touch(c, field);
        *field = (uint16_t)should;
    }
}

void check_bitmaps(struct check *c)
{
    uint32_t free_blocks = 0, free_inodes = 0;

    for (uint32_t g = 0; g < c->ngroups; g++) {
        struct ext2_group *gd = group_at(c, g);
        uint32_t start = c->first + g * c->per_group;
        uint32_t n = c->nblocks - start < c->per_group ? c->nblocks - start : c->per_group;
        uint32_t blocks = count_clear(c->used + g * c->per_group / 8, n);
        uint32_t inodes = count_clear(c->inode_used + g * c->ipg / 8, c->ipg);

        check_block_bitmap(c, g, n);
        check_inode_bitmap(c, g);
        check_count(c, &gd->free_blocks_count, blocks, FSCK_GROUP_FREE_BLOCKS);
        check_count(c, &gd->free_inodes_count, inodes, FSCK_GROUP_FREE_INODES);
        check_count(c, &gd->used_dirs_count, count_dirs(c, g), FSCK_GROUP_DIRS);
        free_blocks += blocks;
        free_inodes += inodes;
    }
    CHECK(free_blocks < c->nblocks && free_inodes < c->ninodes);
    touch(c, c->sb);
    if (c->sb->free_blocks_count != free_blocks &&
        wrong(c, FSCK_SUPER_FREE_BLOCKS, 0, 0, c->sb->free_blocks_count, free_blocks))
        c->sb->free_blocks_count = free_blocks;
    if (c->sb->free_inodes_count != free_inodes &&
        wrong(c, FSCK_SUPER_FREE_INODES, 0, 0, c->sb->free_inodes_count, free_inodes))
        c->sb->free_inodes_count = free_inodes;
    c->f->nblocks_used = c->nblocks - free_blocks;
    c->f->nfiles = c->ninodes - free_inodes;
}

/* ---- all of it ---- */

static bool give_up(struct fsck *f, const char *why)
{
    f->unusable = why;
    f->nleft++;
    return false;
}

/* The superblock as it was found to be: in the image, if it is to be repaired. */
static bool take_super(struct check *c, const struct ext2_super *found, uint64_t at)
{
    uint32_t block = (uint32_t)(at / c->bs);

    if (!memcmp(c->sb, found, sizeof *found))
        return true;
    enum fsck_fault fault = at != EXT2_SUPER_AT ? FSCK_SUPER_BACKUP
                            : found->reserved_gdt_blocks != c->sb->reserved_gdt_blocks
                                ? FSCK_SUPER_FRONT : FSCK_SUPER_INODES;

    if (!wrong(c, fault, 0, block, c->sb->reserved_gdt_blocks, found->reserved_gdt_blocks))
        return give_up(c->f, "its superblock is damaged (that can be repaired)");
    touch(c, c->sb);
    *c->sb = *found;
    return true;
}

static bool open_super(struct check *c, void *memory, size_t size)
{
    struct fsck *f = c->f;
    struct ext2_super found;
    uint64_t at;

    if (!super_find(f->image, f->size, &found, &at))
        return give_up(f, "there is no superblock that can be used");
    if (feature_refuse(&found, FEATURE_CHECK, f->features))
        return give_up(f, f->features);
    if (journal_elsewhere(&found))
        return give_up(f, "its journal is on another drive");
    if (size < lay_out(c, &found, memory))
        return give_up(f, "there is not enough memory");
    c->sb = (void *)(f->image + EXT2_SUPER_AT);
    memset(memory, 0, c->revokes ? (size_t)((uint8_t *)c->revokes - (uint8_t *)memory) : size);
    c->bs = 1024u << found.log_block_size;
    if (!take_super(c, &found, at))
        return false;
    if (!super_has_features(c->sb))
        return true;
    if (!wrong(c, FSCK_SUPER_REVISION, 0, 0, 0, 0))
        return give_up(f, "it is of revision 0 and has features (that can be repaired)");
    touch(c, c->sb);
    super_revise(c->sb);
    return super_fits(c->sb, f->size) ||
           give_up(f, "there is no superblock that can be used");
}

bool fsck(struct fsck *f, void *memory, size_t memory_size)
{
    struct check c = { .f = f };

    f->nfound = f->nleft = f->replayed = f->norphans = 0;
    f->unusable = NULL;
    if (!open_super(&c, memory, memory_size))
        return false;
    take_geometry(&c);
    f->ninodes = c.ninodes;
    f->nblocks = c.nblocks;
    f->block_size = c.bs;
    check_super(&c);
    check_groups(&c);
    if (!groups_usable(&c))
        return give_up(f, "its groups are damaged (that can be repaired)");
    check_super_inodes(&c);
    mark_fronts(&c);
    const char *why = check_journal(&c);

    if (why)
        return give_up(f, why);
    f->was_clean = c.sb->state & EXT2_VALID;
    c.search = c.first + 1;
    mark_fronts(&c);            /* where they stand now */
    check_orphans(&c);
    check_inodes(&c);
    check_shared(&c);
    check_attr_refs(&c);
    make_resize(&c);
    check_folders(&c);
    check_connection(&c);
    check_links(&c);
    check_bitmaps(&c);
    if (f->repair) {
        touch(&c, c.sb);
        c.sb->state = (uint16_t)((c.sb->state | EXT2_VALID) & ~EXT2_ERRORS);
    }
    return true;
}
