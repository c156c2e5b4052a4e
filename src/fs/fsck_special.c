/* fsck_special.c - inodes that have a number instead of a name: bad blocks, the blocks kept for
 * more groups, quotas, the journal.
 *
 * Of those that are not in use ext2 says nothing but that they are free; what is checked of
 * them is what e2fsck checks, field by field, so that both call the same images clean.
 */
#include <fs/fsck_int.h>

#include <string.h>

enum { BOOT_LOADER = 5 };

static void clear(struct check *c, struct ext2_inode *in)
{
    touch(c, in);
    memset(in, 0, sizeof *in);
}

/* ---- bad blocks: nobody may have them ---- */

static bool visit_bad(struct walk *w, uint32_t *ptr, unsigned level, uint64_t lblock)
{
    struct check *c = w->c;

    (void)lblock;
    /* A block of the groups' own is not given up for what a list says of it. */
    if (!block_good(c, *ptr) || is_used(c, *ptr)) {
        if (wrong(c, FSCK_BAD_BLOCK, w->ino, *ptr, 0, 0)) {
            touch(c, ptr);
            *ptr = 0;
        }
        return false;
    }
    set_used(c, *ptr);
    bit_set(c->seen, *ptr - c->first);  /* who else has it gets a copy */
    return level > 0;
}

static void check_bad_blocks(struct check *c)
{
    struct ext2_inode *in = inode_at(c, EXT2_BAD_INO);
    struct walk w = { .c = c, .ino = EXT2_BAD_INO, .in = in, .visit = visit_bad };

    if ((in->mode || in->uid || in->gid || in->links_count || in->file_acl ||
         in->flags & (EXT4_INLINE_FL | EXT4_EXTENTS_FL)) &&
        wrong(c, FSCK_BAD_INODE, EXT2_BAD_INO, 0, 0, 0))
        clear(c, in);
    walk_blocks(&w);
}

/* ---- blocks behind the descriptors, kept for more of them ---- */

static uint32_t nreserved(const struct check *c)
{
    return c->sb->reserved_gdt_blocks;
}

static bool has_copies(const struct check *c, uint32_t g)
{
    return group_span(c->sb, g).front > 0;
}

/* The pointers of one such block: to where it would be in the groups that have copies. */
static bool copies_good(struct check *c, uint32_t block)
{
    const uint32_t *ptr = (const void *)block_at(c, block);
    uint32_t n = 0;

    for (uint32_t g = 1; g < c->ngroups && n < c->nptrs; g++)
        if (has_copies(c, g) && ptr[n++] != block + g * c->per_group)
            return false;
    for (; n < c->nptrs; n++)
        if (ptr[n])
            return false;
    return true;
}

static uint32_t ncopies(const struct check *c)
{
    uint32_t n = 0;

    for (uint32_t g = 1; g < c->ngroups; g++)
        n += has_copies(c, g);
    return n < c->nptrs ? n : c->nptrs;
}

static uint32_t ndescs(const struct check *c)
{
    return (c->ngroups * (uint32_t)sizeof(struct ext2_group) + c->bs - 1) / c->bs;
}

static uint32_t resize_sectors(const struct check *c)
{
    return (1 + nreserved(c) * (1 + ncopies(c))) * (c->bs / 512);
}

/* As the library of e2fsprogs lays it out (lib/ext2fs/res_gdt.c): block i of those reserved,
 * behind `descs` of descriptors, is number (descs + i) of a doubly indirect block. */
static bool resize_tree_good(struct check *c, const struct ext2_inode *in)
{
    uint32_t descs = ndescs(c), n = nreserved(c);
    const uint32_t *ptr = (const void *)block_at(c, in->block[EXT2_DIND]);

    for (uint32_t i = 0; i < c->nptrs; i++) {
        uint32_t k = (i + c->nptrs - descs % c->nptrs) % c->nptrs;
        uint32_t should = k < n ? c->first + 1 + descs + k : 0;

        if (ptr[i] != should || (should && !copies_good(c, should)))
            return false;
    }
    return true;
}

static bool resize_good(struct check *c, const struct ext2_inode *in)
{
    for (uint32_t i = 0; i < EXT2_NPTRS; i++)
        if (i != EXT2_DIND && in->block[i])
            return false;
    uint64_t p = c->nptrs, least = (EXT2_NDIRECT + p + p * (ndescs(c) % c->nptrs)) * c->bs;

    if (in->file_acl >= c->first && in->file_acl < c->nblocks && in->file_acl)
        return false;
    return kind_of(in->mode) == EXT2_FT_REG && in->links_count &&
           block_good(c, in->block[EXT2_DIND]) &&
           !is_used(c, in->block[EXT2_DIND]) && in->blocks == resize_sectors(c) &&
           file_size(in) >= (nreserved(c) ? least : 0) && file_size(in) <= longest_file(c) &&
           resize_tree_good(c, in);
}

static void check_resize(struct check *c)
{
    struct ext2_inode *in = inode_at(c, EXT2_RESIZE_INO);

    if (c->sb->feature_compat & EXT2_COMPAT_RESIZE_INODE) {
        if (resize_good(c, in)) {
            set_used(c, in->block[EXT2_DIND]);
            bit_set(c->seen, in->block[EXT2_DIND] - c->first);
        } else {
            c->resize_lost = wrong(c, FSCK_RESIZE_INODE, EXT2_RESIZE_INO, 0, 0, 0);
        }
        return;
    }
    for (uint32_t i = 0; i < EXT2_NPTRS; i++)
        if (in->block[i]) {
            if (wrong(c, FSCK_RESIZE_INODE, EXT2_RESIZE_INO, 0, 0, 0))
                clear(c, in);
            return;
        }
    check_unused(c, EXT2_RESIZE_INO);
}

static void fill_copies(struct check *c, uint32_t block)
{
    uint32_t *ptr = (void *)block_at(c, block), n = 0;

    touch(c, ptr);
    memset(ptr, 0, c->bs);
    for (uint32_t g = 1; g < c->ngroups && n < c->nptrs; g++)
        if (has_copies(c, g))
            ptr[n++] = block + g * c->per_group;
}

/* When it is known which blocks are free. */
void make_resize(struct check *c)
{
    struct ext2_inode *in = inode_at(c, EXT2_RESIZE_INO);
    uint32_t descs = ndescs(c), block, *ptr;
    uint64_t p = c->nptrs, size = (EXT2_NDIRECT + p + p * p) * c->bs;

    if (!c->resize_lost)
        return;
    block = grab_block(c);
    if (!block) {
        c->f->nleft++;
        return;
    }
    clear(c, in);
    in->mode = FS_IFREG | 0600;
    in->links_count = 1;
    in->size = (uint32_t)size;
    in->size_high = (uint32_t)(size >> 32);
    in->blocks = resize_sectors(c);
    in->block[EXT2_DIND] = block;
    in->atime = in->mtime = in->ctime = c->f->seconds;
    ptr = (void *)block_at(c, block);
    for (uint32_t i = 0; i < nreserved(c); i++) {
        ptr[(descs + i) % c->nptrs] = c->first + 1 + descs + i;
        fill_copies(c, c->first + 1 + descs + i);
    }
}

/* ---- the others ---- */

/* Quotas are a feature that is not supported: then their inodes are free, as a journal's is
 * that is not there. */
void check_kept_free(struct check *c, uint32_t ino)
{
    struct ext2_inode *in = inode_at(c, ino);

    if ((in->links_count || in->blocks || in->block[0]) &&
        wrong(c, FSCK_SPECIAL_INODE, ino, 0, 0, 0))
        clear(c, in);
}

/* No mode, so no blocks, whatever stands there. */
void check_unused(struct check *c, uint32_t ino)
{
    struct ext2_inode *in = inode_at(c, ino);
    uint8_t kind = kind_of(in->mode);

    if ((ino == BOOT_LOADER     ? kind == EXT2_FT_DIR
         : ino == EXT2_RESIZE_INO ? in->mode && kind != EXT2_FT_REG
                                : in->mode != 0) &&
        wrong(c, FSCK_SPECIAL_INODE, ino, 0, 0, 0)) {
        touch(c, in);
        in->mode = 0;
    }
    check_attr(c, ino, in);
    check_contents(c, ino, in);
}

static void check_journal_inode(struct check *c)
{
    struct ext2_inode *in = inode_at(c, EXT2_JOURNAL_INO);

    if (!c->nruns || !(c->sb->feature_compat & EXT3_COMPAT_HAS_JOURNAL)) {
        check_kept_free(c, EXT2_JOURNAL_INO);
        return;
    }
    check_attr(c, EXT2_JOURNAL_INO, in);
    check_contents(c, EXT2_JOURNAL_INO, in);
}

void check_special(struct check *c)
{
    for (uint32_t ino = 1; ino < c->first_ino; ino++) {
        struct ext2_inode *in = inode_at(c, ino);

        bit_set(c->inode_used, ino - 1);
        check_low_dtime(c, ino, in);
        check_special_flags(c, ino, in, ino != EXT2_USER_QUOTA_INO && ino != EXT2_GROUP_QUOTA_INO &&
                                            (ino != EXT2_JOURNAL_INO || in->links_count));
        if (ino == EXT2_BAD_INO)
            check_bad_blocks(c);
        else if (ino == EXT2_ROOT_INO)
            check_inode(c, ino);
        else if (ino == EXT2_USER_QUOTA_INO || ino == EXT2_GROUP_QUOTA_INO)
            check_kept_free(c, ino);
        else if (ino == EXT2_RESIZE_INO)
            check_resize(c);
        else if (ino == EXT2_JOURNAL_INO)
            check_journal_inode(c);
        else
            check_unused(c, ino);
    }
}
