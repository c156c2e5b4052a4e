/* fsck_super.c - the superblock, its copies, and where the groups' own blocks lie. */
#include <fs/fsck_int.h>

#include <string.h>

enum { DESC_MAX = 1024, DAY = 86400 /* seconds: clocks may differ */ };

/* ---- the superblock and its copies ---- */

/* More reserved than there may be: one of the two numbers is wrong. It is the reserve if the
 * other one is just what there is room for. */
static bool reserve_fits(const struct ext2_super *sb, uint64_t size)
{
    uint64_t bs = 1024u << sb->log_block_size;

    return sb->r_blocks_count <= sb->blocks_count / 2 ||
           (sb->blocks_count <= size / bs && sb->blocks_count + 1 > size / bs);
}

static bool sizes_fit(const struct ext2_super *sb, uint64_t size)
{
    uint32_t bs = 1024u << sb->log_block_size;

    return sb->log_frag_size == sb->log_block_size &&
           sb->frags_per_group == sb->blocks_per_group && sb->desc_size <= DESC_MAX &&
           !(sb->desc_size & (sb->desc_size - 1)) && sb->log_groups_per_flex < 32 &&
           sb->reserved_gdt_blocks <= bs / 4 && sb->first_data_block == (bs == 1024) &&
           sb->blocks_count > sb->first_data_block + 8 &&
           (uint64_t)sb->blocks_count * bs <= size && reserve_fits(sb, size) &&
           sb->blocks_per_group % 8 == 0 &&
           sb->blocks_per_group <= bs * 8 && sb->blocks_per_group >= 64;
}

bool super_fits(const struct ext2_super *sb, uint64_t size)
{
    if (sb->magic != EXT2_MAGIC || sb->rev_level > 1 || sb->log_block_size > 2 ||
        !sb->blocks_per_group || !sb->inodes_per_group || !sizes_fit(sb, size))
        return false;
    uint32_t bs = 1024u << sb->log_block_size, isize = sb->rev_level ? sb->inode_size : 128;
    uint64_t groups = ((uint64_t)sb->blocks_count - sb->first_data_block +
                       sb->blocks_per_group - 1) / sb->blocks_per_group;

    return sb->inodes_per_group <= bs * 8 && sb->inodes_per_group % 8 == 0 &&
           isize >= 128 && isize <= bs && !(isize & (isize - 1)) &&
           sb->inodes_per_group % (bs / isize) == 0 &&
           sb->inodes_count == groups * sb->inodes_per_group &&
           sb->inodes_count > EXT2_FIRST_INO &&
           (!sb->rev_level || (sb->first_ino >= EXT2_FIRST_INO &&
                               sb->first_ino <= sb->inodes_count)) &&
           sb->first_data_block + 1 + (groups * 32 + bs - 1) / bs +
                   sb->inodes_per_group / (bs / isize) < sb->blocks_count;
}

/* Are all groups where they may be, by the descriptors in block `at` and on? */
static bool groups_sound(const uint8_t *image, const struct ext2_super *sb, uint32_t at)
{
    const struct ext2_group *gd =
        (const void *)(image + ((uint64_t)at << (10 + sb->log_block_size)));

    for (uint32_t g = 0; g < sb->inodes_count / sb->inodes_per_group; g++) {
        struct group_span s = group_span(sb, g);

        if (!group_sound(&s, &gd[g]))
            return false;
    }
    return true;
}

/* The copy in a group of that many blocks, if it can be used; where it is in *at. */
static const struct ext2_super *copy_in(const uint8_t *image, uint64_t size, unsigned log,
                                        uint32_t per_group, uint64_t *at)
{
    uint32_t bs = 1024u << log;

    if (per_group < 64 || per_group > bs * 8)
        return NULL;
    for (uint32_t g = 1; g < 8; g += 2) {
        const struct ext2_super *sb;

        *at = ((uint64_t)(log == 0) + (uint64_t)g * per_group) * bs;
        sb = (const void *)(image + *at);
        if (*at + sizeof *sb > size)
            return NULL;
        if (super_fits(sb, size) && sb->log_block_size == log && sb->blocks_per_group == per_group)
            return sb;
    }
    return NULL;
}

/* Where the superblock says that they are, and where mke2fs puts them. */
static const struct ext2_super *copy_find(const uint8_t *image, uint64_t size, uint64_t *at)
{
    const struct ext2_super *sb = (const void *)(image + EXT2_SUPER_AT), *found = NULL;

    if (sb->magic == EXT2_MAGIC && sb->log_block_size <= 2)
        found = copy_in(image, size, sb->log_block_size, sb->blocks_per_group, at);
    for (unsigned log = 0; log <= 2 && !found; log++)
        found = copy_in(image, size, log, 8192u << log, at);
    for (unsigned log = 0; log <= 2 && !found; log++)
        for (uint32_t n = 64; n < 8192u << log && !found; n *= 2)
            found = copy_in(image, size, log, n, at);
    return found;
}

/* Is the inode bitmap of the first group one of that many inodes: as many clear bits as the group
 * counts, and all set behind them? */
static bool bitmap_of(const uint8_t *image, const struct ext2_super *sb)
{
    uint32_t bs = 1024u << sb->log_block_size, clear = 0;
    const struct ext2_group *gd = (const void *)(image + (sb->first_data_block + 1) * (size_t)bs);
    const uint8_t *map = image + (uint64_t)gd->inode_bitmap * bs;

    for (uint32_t i = 0; i < bs * 8; i++) {
        if (i >= sb->inodes_per_group && !bit_test(map, i))
            return false;
        clear += !bit_test(map, i);
    }
    return clear == gd->free_inodes_count;
}

/* Inodes of a group and inodes of all groups contradict each other and there is no copy: the
 * bitmap tells which of the two is right. Bits behind its end are set, as those of inodes in use
 * are, so of two numbers that fit it is the smaller one. */
static bool mend_inodes(const uint8_t *image, uint64_t size, struct ext2_super *sb)
{
    const struct ext2_super *is = (const void *)(image + EXT2_SUPER_AT);
    uint64_t left = (uint64_t)is->blocks_count - is->first_data_block, groups;

    if (is->magic != EXT2_MAGIC || is->log_block_size > 2 || !is->blocks_per_group)
        return false;
    groups = (left + is->blocks_per_group - 1) / is->blocks_per_group;
    uint32_t of_all = groups ? (uint32_t)(is->inodes_count / groups) : 0;
    bool less = of_all < is->inodes_per_group;
    const uint32_t ways[] = { less ? of_all : is->inodes_per_group,
                              less ? is->inodes_per_group : of_all };

    for (unsigned i = 0; i < 2; i++) {
        *sb = *is;
        sb->inodes_per_group = ways[i];
        sb->inodes_count = (uint32_t)groups * ways[i];
        if (super_fits(sb, size) && groups_sound(image, sb, sb->first_data_block + 1) &&
            bitmap_of(image, sb))
            return true;
    }
    return false;
}

/* Blocks kept for more groups, of which there are too many for the groups to be where they are,
 * and there is no copy: the groups are right, and all of what is in them. */
static void mend_kept(const uint8_t *image, struct ext2_super *sb)
{
    const struct ext2_group *gd =
        (const void *)(image + ((sb->first_data_block + (size_t)1) << (10 + sb->log_block_size)));
    uint32_t was = sb->reserved_gdt_blocks, kept = 0;

    for (uint32_t g = 0; g < sb->inodes_count / sb->inodes_per_group; g++) {
        struct group_span s = group_span(sb, g);
        uint32_t before = gd[g].block_bitmap - s.start, fixed = s.front - was;

        if (!s.front)
            continue;
        /* Both bitmaps are where mkfs puts them: it is not one of them that is wrong. */
        if (before < fixed || before >= s.front || gd[g].inode_bitmap != gd[g].block_bitmap + 1 ||
            (g && before - fixed != kept))
            return;
        kept = before - fixed;
    }
    sb->reserved_gdt_blocks = (uint16_t)kept;
    if (!groups_sound(image, sb, sb->first_data_block + 1))
        sb->reserved_gdt_blocks = (uint16_t)was;
}

/* By the descriptors, or by their copy that stands behind this one. */
static bool copy_sound(const uint8_t *image, const struct ext2_super *copy, uint64_t where)
{
    return groups_sound(image, copy, copy->first_data_block + 1) ||
           groups_sound(image, copy, (uint32_t)(where >> (10 + copy->log_block_size)) + 1);
}

/* What never changes in the life of a file system. */
static bool same_shape(const struct ext2_super *a, const struct ext2_super *b)
{
    return a->inodes_count == b->inodes_count && a->blocks_count == b->blocks_count &&
           a->blocks_per_group == b->blocks_per_group && a->rev_level == b->rev_level &&
           a->inodes_per_group == b->inodes_per_group && a->first_ino == b->first_ino &&
           a->inode_size == b->inode_size && a->reserved_gdt_blocks == b->reserved_gdt_blocks;
}

bool super_find(const uint8_t *image, uint64_t size, struct ext2_super *sb, uint64_t *at)
{
    const struct ext2_super *is = (const void *)(image + EXT2_SUPER_AT), *copy;
    uint64_t where = 0;

    if (size < EXT2_SUPER_AT + sizeof *is)
        return false;
    bool fits = super_fits(is, size);

    *at = EXT2_SUPER_AT;
    *sb = *is;
    if (fits && groups_sound(image, is, is->first_data_block + 1))
        return true;
    copy = copy_find(image, size, &where);
    /* Groups that are nowhere by this one, and just where they should be by a copy that says
     * something else: it is the superblock that is damaged, and not each of its groups. */
    if (copy && (!fits || (!same_shape(is, copy) && copy_sound(image, copy, where)))) {
        *at = where;
        *sb = *copy;
        sb->block_group_nr = 0;
        return true;
    }
    if (fits && sb->feature_compat & EXT2_COMPAT_RESIZE_INODE)
        mend_kept(image, sb);
    return fits || mend_inodes(image, size, sb);
}

bool super_has_features(const struct ext2_super *sb)
{
    return !sb->rev_level && (sb->feature_compat || sb->feature_incompat || sb->feature_ro_compat);
}

void super_revise(struct ext2_super *sb)
{
    uint32_t bs = 1024u << sb->log_block_size;

    if (sb->rev_level)
        return;
    sb->rev_level = 1;
    if (sb->inode_size < 128 || sb->inode_size > bs || sb->inode_size & (sb->inode_size - 1))
        sb->inode_size = 128;
    if (sb->first_ino < EXT2_FIRST_INO || sb->first_ino > sb->inodes_count)
        sb->first_ino = EXT2_FIRST_INO;
}

struct ext2_super *need_revision(struct check *c)
{
    touch(c, c->sb);
    super_revise(c->sb);
    return c->sb;
}

/* ---- its fields ---- */

/* Is it one that is there for something else? */
static bool has_other_use(const struct check *c, uint32_t ino)
{
    return ino <= EXT2_ROOT_INO ||
           (ino < c->first_ino && ino != EXT2_USER_QUOTA_INO && ino != EXT2_GROUP_QUOTA_INO);
}

/* An inode of orphans that is something else is wrong only where it is in use. */
static bool orphans_elsewhere(const struct check *c, uint32_t ino)
{
    return ino > EXT2_ROOT_INO && ino <= c->ninodes && ino != EXT2_JOURNAL_INO &&
           inode_at(c, ino)->links_count;
}

static bool quota_elsewhere(const struct check *c, uint32_t ino)
{
    return ino && (ino > c->ninodes || has_other_use(c, ino) ||
                   (ino >= c->first_ino && inode_at(c, ino)->links_count));
}

/* Quotas and a file of orphans are no features that are supported: an inode that is in use
 * otherwise is none of them. */
void check_super_inodes(struct check *c)
{
    struct ext2_super *sb = c->sb;
    uint32_t *const fields[] = { &sb->quota[0], &sb->quota[1], &sb->quota_project,
                                 &sb->orphan_file };

    for (unsigned i = 0; i < sizeof fields / sizeof *fields; i++) {
        uint32_t ino = *fields[i];
        bool named = fields[i] == &sb->orphan_file ? orphans_elsewhere(c, ino)
                                                   : quota_elsewhere(c, ino);

        if (named && wrong(c, FSCK_SUPER_NAMES, 0, 0, ino, 0)) {
            touch(c, sb);
            *fields[i] = 0;
        }
    }
}

static void check_extra_size(struct check *c, uint16_t *size)
{
    uint32_t room = c->isize - (uint32_t)sizeof(struct ext2_inode);

    if (room && *size && (*size < 4 || *size > room || *size % 4) &&
        wrong(c, FSCK_SUPER_EXTRA, 0, 0, *size, 0)) {
        touch(c, c->sb);
        *size = EXT2_EXTRA_ISIZE;
    }
}

static void check_time(struct check *c, uint32_t *time)
{
    if (!c->f->now || *time <= c->f->now + (uint64_t)DAY ||
        !wrong(c, FSCK_SUPER_TIME, 0, 0, *time, c->f->now))
        return;
    touch(c, c->sb);
    *time = c->f->now;
}

void check_super(struct check *c)
{
    struct ext2_super *sb = c->sb;

    if (sb->r_blocks_count > sb->blocks_count / 2 &&
        wrong(c, FSCK_SUPER_RESERVED, 0, 0, sb->r_blocks_count, sb->blocks_count / 2)) {
        touch(c, sb);
        sb->r_blocks_count = 0;
    }
    if (sb->reserved_gdt_blocks && !(sb->feature_compat & EXT2_COMPAT_RESIZE_INODE) &&
        wrong(c, FSCK_SUPER_KEPT, 0, 0, sb->reserved_gdt_blocks, 0)) {
        touch(c, sb);
        sb->reserved_gdt_blocks = 0;
    }
    if (sb->creator_os == EXT2_OS_HURD && sb->feature_incompat & EXT2_INCOMPAT_FILETYPE &&
        wrong(c, FSCK_SUPER_HURD, 0, 0, 0, 0)) {
        touch(c, sb);
        sb->creator_os = EXT2_OS_LINUX;
    }
    check_time(c, &sb->mtime);
    check_time(c, &sb->wtime);
    check_extra_size(c, &sb->min_extra);
    check_extra_size(c, &sb->want_extra);
}

/* ---- groups ---- */

static void set_place(struct check *c, uint32_t *field, uint32_t to)
{
    touch(c, field);
    *field = to;
}

/* What the copy of group g's descriptor says, if that can be; else where mkfs puts it. */
static uint32_t proper_place(const struct check *c, uint32_t g, const struct group_span *s,
                             unsigned part)
{
    struct group_span other = group_span(c->sb, 1);
    uint64_t at = ((uint64_t)other.start + 1) * c->bs + g * sizeof(struct ext2_group);

    if (c->ngroups > 1 && other.front && at + sizeof(struct ext2_group) <= c->f->size) {
        struct ext2_group copy = *(const struct ext2_group *)(const void *)(c->f->image + at);

        if (group_sound(s, &copy))
            return *group_part(&copy, part);
    }
    return group_default(s, part);
}

static bool place_part(struct check *c, uint32_t g, const struct group_span *s, unsigned part)
{
    static const enum fsck_fault faults[] = { FSCK_GROUP_BLOCK_BITMAP, FSCK_GROUP_INODE_BITMAP,
                                              FSCK_GROUP_TABLE };
    uint32_t *field = group_part(group_at(c, g), part), at = proper_place(c, g, s, part);

    /* Of two in one place that one goes which is not where mkfs put it. */
    if (*field == at || !group_misplaced(s, group_at(c, g), part) ||
        !wrong(c, faults[part], 0, *field, g, at))
        return false;
    set_place(c, field, at);
    return true;
}

/* Flags of checksummed groups, which say that a bitmap or the end of a table was never written. */
static void check_flags(struct check *c, uint32_t g)
{
    struct ext2_group *gd = group_at(c, g);

    if ((gd->flags & (EXT2_BG_INODE_UNINIT | EXT2_BG_BLOCK_UNINIT) || gd->table_unused) &&
        wrong(c, FSCK_GROUP_FLAGS, 0, 0, g, 0)) {
        touch(c, gd);
        gd->flags &= (uint16_t)~(EXT2_BG_INODE_UNINIT | EXT2_BG_BLOCK_UNINIT);
        gd->table_unused = 0;
    }
}

/* A part that is outside its group or in another goes where it belongs. It may meet one there
 * that was nowhere in its way before: that one then goes home, too. */
void check_groups(struct check *c)
{
    for (uint32_t g = 0; g < c->ngroups; g++) {
        struct group_span s = group_span(c->sb, g);

        for (bool moved = true; moved;) {
            moved = false;
            for (unsigned part = 0; part < GROUP_PARTS; part++)
                moved |= place_part(c, g, &s, part);
        }
        check_flags(c, g);
    }
}

bool groups_usable(const struct check *c)
{
    return groups_sound(c->f->image, c->sb, c->first + 1);
}
