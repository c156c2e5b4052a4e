/* fsck_inode.c - pass 1: inodes and their blocks. */
#include <fs/fsck_int.h>

#include <string.h>

enum { BAD_FLAGS = 0x10000000 | 0x80000 | 0x40000 | 0x200000 | 0x800 };    /* of ext4 */

uint8_t kind_of(uint32_t mode)
{
    static const uint8_t kinds[16] = { [1] = EXT2_FT_FIFO, [2] = EXT2_FT_CHR,
                                       [4] = EXT2_FT_DIR, [6] = EXT2_FT_BLK,
                                       [8] = EXT2_FT_REG, [10] = EXT2_FT_LNK,
                                       [12] = EXT2_FT_SOCK };

    return kinds[mode >> 12 & 15];
}

uint64_t file_size(const struct ext2_inode *in)
{
    return in->size | (kind_of(in->mode) == EXT2_FT_REG ? (uint64_t)in->size_high << 32 : 0);
}

bool file_has_blocks(const struct check *c, const struct ext2_inode *in)
{
    uint8_t kind = kind_of(in->mode);

    return kind == EXT2_FT_REG || kind == EXT2_FT_DIR ||
           (kind == EXT2_FT_LNK && in->blocks != (in->file_acl ? c->bs / 512 : 0));
}

uint32_t deletion_time(const struct check *c)
{
    return c->f->seconds > c->ninodes ? c->f->seconds : c->ninodes + 1;
}

void clear_inode(struct check *c, uint32_t ino)
{
    struct ext2_inode *in = inode_at(c, ino);

    touch(c, in);
    memset(in, 0, c->isize);
    in->dtime = deletion_time(c);
    c->kind[ino] = 0;
    bit_clear(c->inode_used, ino - 1);
}

/* ---- trees ---- */

static void walk_tree(struct walk *w, uint32_t *ptr, unsigned level, uint64_t lblock)
{
    uint64_t span = 1;
    uint32_t *below;

    if (!*ptr || !w->visit(w, ptr, level, lblock) || level == 0)
        return;
    for (unsigned i = 1; i < level; i++)
        span *= w->c->nptrs;
    below = (uint32_t *)(void *)block_at(w->c, *ptr);
    for (uint32_t i = 0; i < w->c->nptrs; i++)
        if (below[i])
            walk_tree(w, &below[i], level - 1, lblock + i * span);
}

void walk_blocks(struct walk *w)
{
    uint64_t p = w->c->nptrs, at = EXT2_NDIRECT;

    for (uint32_t i = 0; i < EXT2_NDIRECT; i++)
        walk_tree(w, &w->in->block[i], 0, i);
    for (unsigned level = 1; level <= 3; level++) {
        walk_tree(w, &w->in->block[EXT2_NDIRECT - 1 + level], level, at);
        at += level == 1 ? p : level == 2 ? p * p : 0;
    }
}

uint32_t *pointer_of(const struct check *c, struct ext2_inode *in, uint32_t lblock)
{
    uint32_t n = lblock, span = c->nptrs, *ptr;
    unsigned level = 1;

    if (n < EXT2_NDIRECT)
        return &in->block[n];
    n -= EXT2_NDIRECT;
    for (; level < 3 && n >= span; level++) {
        n -= span;
        span *= c->nptrs;
    }
    ptr = &in->block[EXT2_NDIRECT - 1 + level];
    while (level--) {
        span /= c->nptrs;
        if (!block_good(c, *ptr))
            return NULL;
        ptr = (uint32_t *)(void *)block_at(c, *ptr) + n / span % c->nptrs;
    }
    return ptr;
}

/* ---- pass 1 ---- */

static bool visit_first(struct walk *w, uint32_t *ptr, unsigned level, uint64_t lblock)
{
    struct check *c = w->c;

    /* An indirect block that has another owner already is no indirect block of this. */
    if (!block_good(c, *ptr) || (level && is_used(c, *ptr))) {
        if (wrong(c, FSCK_INODE_BLOCK, w->ino, *ptr, 0, 0)) {
            touch(c, ptr);
            *ptr = 0;
        }
        return false;
    }
    w->nblocks++;
    if (level == 0)
        w->last = lblock + 1;
    if (!is_used(c, *ptr)) {
        set_used(c, *ptr);
        return true;
    }
    bit_set(c->shared, *ptr - c->first);
    c->nshared++;
    return true;
}

static uint64_t longest(const struct check *c)
{
    uint64_t p = c->nptrs, bytes = (EXT2_NDIRECT + p + p * p + p * p * p) * c->bs;

    return bytes < (uint64_t)UINT32_MAX * 512 ? bytes : (uint64_t)UINT32_MAX * 512;
}

static void check_size(struct check *c, uint32_t ino, struct ext2_inode *in, uint64_t last)
{
    uint64_t size = file_size(in), should = size, least = last * c->bs;

    if (kind_of(in->mode) == EXT2_FT_DIR)
        should = last ? least : c->bs;
    else if ((size + c->bs - 1) / c->bs < last || size > longest(c))
        should = least;
    if (size == should || !wrong(c, FSCK_INODE_SIZE, ino, 0, size, should))
        return;
    touch(c, in);
    in->size = (uint32_t)should;
    if (kind_of(in->mode) == EXT2_FT_REG)
        in->size_high = (uint32_t)(should >> 32);
}

static void check_attr(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    const struct ext2_xattr_header *h;

    if (!in->file_acl)
        return;
    h = block_good(c, in->file_acl) ? (void *)block_at(c, in->file_acl) : NULL;
    if (h && h->magic == EXT2_XATTR_MAGIC) {
        set_used(c, in->file_acl);
        bit_set(c->seen, in->file_acl - c->first);
        return;
    }
    if (wrong(c, FSCK_INODE_ATTR, ino, in->file_acl, 0, 0)) {
        touch(c, in);
        in->file_acl = 0;
    }
}

static void check_fields(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    uint8_t kind = kind_of(in->mode);
    uint32_t bad = in->flags & BAD_FLAGS;

    if (kind != EXT2_FT_DIR || !(c->sb->feature_compat & EXT2_COMPAT_DIR_INDEX))
        bad |= in->flags & EXT2_INDEX_FL;
    if (bad && wrong(c, FSCK_INODE_FLAGS, ino, 0, bad, 0)) {
        touch(c, in);
        in->flags &= ~bad;
    }
    if ((in->faddr || in->frag || in->fsize || (kind != EXT2_FT_REG && in->size_high)) &&
        wrong(c, FSCK_INODE_FRAGMENT, ino, 0, 0, 0)) {
        touch(c, in);
        in->faddr = in->frag = in->fsize = 0;
        in->size_high = kind == EXT2_FT_REG ? in->size_high : 0;
    }
    if (in->dtime && wrong(c, FSCK_INODE_DTIME, ino, 0, in->dtime, 0)) {
        touch(c, in);
        in->dtime = 0;
    }
}

/* The length of a link's target as it stands there; 0: none. */
static size_t target_length(const struct check *c, const struct ext2_inode *in)
{
    if (!file_has_blocks(c, in))
        return strnlen((const char *)in->block, EXT2_FAST_SYMLINK);
    if (!block_good(c, in->block[0]))
        return 0;
    return strnlen((const char *)block_at(c, in->block[0]), c->bs);
}

static bool link_good(const struct check *c, const struct ext2_inode *in)
{
    size_t max = file_has_blocks(c, in) ? c->bs : EXT2_FAST_SYMLINK;

    return in->size && in->size < max && target_length(c, in) == in->size;
}

static void check_contents(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    struct walk w = { .c = c, .ino = ino, .in = in, .visit = visit_first };
    uint8_t kind = kind_of(in->mode);

    if (file_has_blocks(c, in))
        walk_blocks(&w);
    else if (kind != EXT2_FT_LNK && in->size && wrong(c, FSCK_INODE_SPECIAL, ino, 0, in->size, 0)) {
        touch(c, in);
        in->size = 0;
    }
    if (kind == EXT2_FT_REG || kind == EXT2_FT_DIR)
        check_size(c, ino, in, w.last);
    uint32_t should = (w.nblocks + (in->file_acl != 0)) * (c->bs / 512);

    if (in->blocks != should && wrong(c, FSCK_INODE_BLOCKS, ino, 0, in->blocks, should)) {
        touch(c, in);
        in->blocks = should;
    }
}

static void check_inode(struct check *c, uint32_t ino)
{
    struct ext2_inode *in = inode_at(c, ino);

    if (!in->links_count) {
        if (in->mode && !in->dtime && ino >= c->first_ino &&
            wrong(c, FSCK_INODE_DELETED, ino, 0, 0, 0)) {
            touch(c, in);
            in->dtime = deletion_time(c);
        }
        return;
    }
    if (!kind_of(in->mode) ||
        (kind_of(in->mode) == EXT2_FT_LNK && !link_good(c, in))) {
        if (wrong(c, kind_of(in->mode) ? FSCK_INODE_LINK : FSCK_INODE_MODE, ino, 0, in->mode, 0))
            clear_inode(c, ino);
        else
            bit_set(c->inode_used, ino - 1);
        return;
    }
    bit_set(c->inode_used, ino - 1);
    c->kind[ino] = kind_of(in->mode);
    check_fields(c, ino, in);
    check_attr(c, ino, in);
    check_contents(c, ino, in);
}

/* Of reserved inodes only the root and the journal have a shape that is known here. */
static void check_reserved(struct check *c)
{
    const struct ext2_inode *resize = inode_at(c, EXT2_RESIZE_INO);

    for (uint32_t ino = 1; ino < c->first_ino; ino++)
        bit_set(c->inode_used, ino - 1);
    if (c->sb->feature_compat & EXT2_COMPAT_RESIZE_INODE &&
        block_good(c, resize->block[EXT2_DIND]))
        set_used(c, resize->block[EXT2_DIND]);
    if (c->nruns && c->sb->feature_compat & EXT3_COMPAT_HAS_JOURNAL)
        check_inode(c, EXT2_JOURNAL_INO);
    c->kind[EXT2_JOURNAL_INO] = 0;
    check_inode(c, EXT2_ROOT_INO);
}

void check_inodes(struct check *c)
{
    check_reserved(c);
    for (uint32_t ino = c->first_ino; ino <= c->ninodes; ino++)
        check_inode(c, ino);
    if (c->kind[EXT2_ROOT_INO] != EXT2_FT_DIR &&
        wrong(c, FSCK_ROOT_MISSING, EXT2_ROOT_INO, 0, 0, 0) && !make_root(c))
        c->f->nleft++;
}

/* ---- blocks with two owners ---- */

static bool visit_shared(struct walk *w, uint32_t *ptr, unsigned level, uint64_t lblock)
{
    struct check *c = w->c;
    uint32_t copy;

    (void)lblock;
    if (!block_good(c, *ptr))
        return false;
    if (level || !bit_test(c->shared, *ptr - c->first))
        return true;
    if (!bit_test(c->seen, *ptr - c->first)) {
        bit_set(c->seen, *ptr - c->first);
        return true;
    }
    if (wrong(c, FSCK_BLOCK_SHARED, w->ino, *ptr, 0, 0)) {
        copy = grab_block(c);
        if (copy)
            memcpy(block_at(c, copy), block_at(c, *ptr), c->bs);
        touch(c, ptr);
        *ptr = copy;            /* without room: a hole, for the block may be a bitmap */
    }
    return true;
}

void check_shared(struct check *c)
{
    for (uint32_t ino = EXT2_ROOT_INO; c->nshared && ino <= c->ninodes; ino++) {
        struct ext2_inode *in = inode_at(c, ino);
        struct walk w = { .c = c, .ino = ino, .in = in, .visit = visit_shared };

        if ((c->kind[ino] || ino == EXT2_JOURNAL_INO) && in->links_count &&
            file_has_blocks(c, in))
            walk_blocks(&w);
    }
}
