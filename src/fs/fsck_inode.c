/* fsck_inode.c - pass 1: inodes and their blocks. */
#include <fs/fsck_int.h>

#include <string.h>

#define LARGE 0x80000000u            /* bytes; from here on the superblock has to say so */

enum { BAD_FLAGS = EXT4_CASEFOLD_FL | EXT4_EXTENTS_FL | EXT4_INLINE_FL | EXT4_ENCRYPT_FL |
                   EXT4_IMAGIC_FL };

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

bool file_has_blocks(const struct ext2_inode *in)
{
    uint8_t kind = kind_of(in->mode);

    /* A short target stands in the inode; what it counts as blocks may be damaged. */
    return kind == EXT2_FT_REG || kind == EXT2_FT_DIR ||
           (kind == EXT2_FT_LNK && in->size >= EXT2_FAST_SYMLINK);
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

enum { BAD_PTRS = 12 };

/* A block full of what is no pointer is no block of pointers, nor is one with three of them that
 * are half of it, like a folder's: it is left as it is, since it may be somebody's data. */
static bool is_indirect(const struct check *c, uint32_t block)
{
    const uint32_t *ptr = (const void *)block_at(c, block);
    uint32_t bad = 0, n = 0;

    for (uint32_t i = 0; i < c->nptrs; i++) {
        n += ptr[i] != 0;
        bad += ptr[i] && !block_good(c, ptr[i]);
    }
    return bad < BAD_PTRS && (bad < 3 || 2 * bad < n);
}

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

/* A log has no blocks behind its end: one there is no reason to make it longer. (A block of
 * pointers that are all 0 may stay.) */
static bool is_behind_log(const struct walk *w, unsigned level, uint64_t lblock)
{
    return !level && w->ino == EXT2_JOURNAL_INO && lblock * w->c->bs >= file_size(w->in);
}

/* A block of pointers of the groups' own, or one that was met in this tree already, is none. One
 * of another inode gets a copy later, with all that is below: nobody can tell here whose it was.
 * When more blocks have two owners than there are, no copies would have room: so a tree in which
 * everything is everybody's is not walked for ever. */
static bool indirect_good(const struct check *c, uint32_t block)
{
    uint32_t i = block - c->first;

    return !bit_test(c->seen, i) && !bit_test(c->marks, i) &&
           (!bit_test(c->used, i) || c->nshared < c->nblocks) && is_indirect(c, block);
}

static bool visit_first(struct walk *w, uint32_t *ptr, unsigned level, uint64_t lblock)
{
    struct check *c = w->c;

    if (!block_good(c, *ptr) || is_behind_log(w, level, lblock) ||
        (level && !indirect_good(c, *ptr))) {
        if (wrong(c, FSCK_INODE_BLOCK, w->ino, *ptr, 0, 0)) {
            touch(c, ptr);
            *ptr = 0;
        }
        return false;
    }
    if (kind_of(w->in->mode) == EXT2_FT_LNK && (level || lblock)) {
        if (wrong(c, FSCK_INODE_LONG_LINK, w->ino, *ptr, 0, 0)) {
            touch(c, ptr);
            *ptr = 0;
        }
        return false;
    }
    w->nblocks++;
    if (level == 0)
        w->last = lblock + 1;
    else
        bit_set(c->marks, *ptr - c->first);
    if (!is_used(c, *ptr)) {
        set_used(c, *ptr);
        return true;
    }
    bit_set(c->shared, *ptr - c->first);
    c->nshared++;
    return true;
}

/* The marks of a walk, for the next one. */
static bool visit_unmark(struct walk *w, uint32_t *ptr, unsigned level, uint64_t lblock)
{
    struct check *c = w->c;

    (void)lblock;
    if (!level || !block_good(c, *ptr) || !bit_test(c->marks, *ptr - c->first))
        return false;
    bit_clear(c->marks, *ptr - c->first);
    return level > 1;
}

static void unmark_indirect(struct check *c, struct ext2_inode *in)
{
    struct walk w = { .c = c, .in = in, .visit = visit_unmark };

    walk_blocks(&w);
}

uint64_t longest_file(const struct check *c)
{
    uint64_t p = c->nptrs, bytes = (EXT2_NDIRECT + p + p * p + p * p * p) * c->bs;

    return bytes < (uint64_t)UINT32_MAX * 512 ? bytes : (uint64_t)UINT32_MAX * 512;
}

/* A file's last block may lie just behind its end: it was allocated and not yet written to. */
static void check_size(struct check *c, uint32_t ino, struct ext2_inode *in, uint64_t last)
{
    uint64_t size = in->size | (uint64_t)in->size_high << 32, should = size;

    if (kind_of(in->mode) == EXT2_FT_DIR) {
        size = in->size;
        should = last ? last * c->bs : c->bs;
    } else if ((last && size < (last - 1) * c->bs) || size > longest_file(c)) {
        should = last * c->bs;
    }
    if (size == should || !wrong(c, FSCK_INODE_SIZE, ino, 0, size, should))
        return;
    touch(c, in);
    in->size = (uint32_t)should;
    if (kind_of(in->mode) != EXT2_FT_DIR)
        in->size_high = (uint32_t)(should >> 32);
}

static void drop_flags(struct check *c, uint32_t ino, struct ext2_inode *in, uint32_t bad)
{
    if (!(in->flags & bad) || !wrong(c, FSCK_INODE_FLAGS, ino, 0, in->flags & bad, 0))
        return;
    touch(c, in);
    in->flags &= ~bad;
}

void check_special_flags(struct check *c, uint32_t ino, struct ext2_inode *in, bool index)
{
    uint32_t bad = EXT4_CASEFOLD_FL;

    if (kind_of(in->mode) == EXT2_FT_REG || in->links_count || ino == EXT2_JOURNAL_INO)
        bad |= EXT4_EXTENTS_FL;
    if (kind_of(in->mode) == EXT2_FT_REG)
        bad |= EXT4_INLINE_FL;
    if (kind_of(in->mode) != EXT2_FT_DIR && index && ino != EXT2_BAD_INO)
        bad |= EXT2_INDEX_FL;
    drop_flags(c, ino, in, bad);
}

static void check_flags(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    uint8_t kind = kind_of(in->mode);
    uint32_t bad = BAD_FLAGS;

    if (kind != EXT2_FT_DIR || !(c->sb->feature_compat & EXT2_COMPAT_DIR_INDEX))
        bad |= EXT2_INDEX_FL;
    if (kind != EXT2_FT_DIR && kind != EXT2_FT_REG)
        bad |= EXT2_IMMUTABLE_FL | EXT2_APPEND_FL;
    drop_flags(c, ino, in, bad);
}

static void check_fields(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    bool high = c->sb->creator_os != EXT2_OS_HURD && in->file_acl_high;
    bool is_file = kind_of(in->mode) == EXT2_FT_REG;

    check_flags(c, ino, in);
    if ((in->faddr || in->frag || in->fsize || high || (!is_file && in->size_high)) &&
        wrong(c, FSCK_INODE_FRAGMENT, ino, 0, 0, 0)) {
        touch(c, in);
        in->faddr = in->frag = in->fsize = 0;
        in->file_acl_high = high ? 0 : in->file_acl_high;
        in->size_high = is_file ? in->size_high : 0;
    }
    if (in->dtime && wrong(c, FSCK_INODE_DTIME, ino, 0, in->dtime, 0)) {
        touch(c, in);
        in->dtime = 0;
    }
}

/* What is left of a list of orphans that broke: a time so early that it is an inode's number. */
void check_low_dtime(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    bool young = (c->sb->wtime && c->sb->wtime <= c->ninodes) ||
                 (c->sb->mtime && c->sb->mtime <= c->ninodes);

    if (!in->dtime || in->dtime >= c->ninodes || young ||
        !wrong(c, FSCK_INODE_ORPHAN, ino, 0, in->dtime, 0))
        return;
    touch(c, in);
    in->dtime = in->links_count ? 0 : deletion_time(c);
}

/* ---- a folder by what its first block says ---- */

static bool only_free_blocks(const struct check *c, const struct ext2_inode *in, bool *device)
{
    *device = true;
    for (uint32_t i = 0; i < EXT2_NPTRS; i++) {
        if (!in->block[i])
            continue;
        if (!block_good(c, in->block[i]) || is_used(c, in->block[i]))
            return false;
        *device = *device && i < 4;
    }
    return in->block[0] != 0;
}

static bool has_dots(const struct check *c, uint32_t ino, uint32_t block)
{
    const uint8_t *data = block_at(c, block);
    const struct ext2_dirent *dot = (const void *)data, *up;

    if (dot->name_len != 1 || dot->name[0] != '.' || dot->ino != ino || dot->rec_len < 12 ||
        dot->rec_len % 4 || dot->rec_len >= c->bs - 12)
        return false;
    up = (const void *)(data + dot->rec_len);
    return up->name_len == 2 && up->name[0] == '.' && up->name[1] == '.' && up->rec_len >= 12 &&
           up->rec_len % 4 == 0;
}

/* A mode that is damaged must not cost a folder and all that is in it. */
static void check_is_folder(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    uint8_t kind = kind_of(in->mode);
    bool device;

    if (kind == EXT2_FT_DIR || kind == EXT2_FT_REG || kind == EXT2_FT_LNK ||
        !only_free_blocks(c, in, &device))
        return;
    if ((kind == EXT2_FT_CHR || kind == EXT2_FT_BLK) && in->links_count == 1 && device)
        return;
    if (!has_dots(c, ino, in->block[0]) || !wrong(c, FSCK_INODE_IS_DIR, ino, 0, 0, 0))
        return;
    touch(c, in);
    in->mode = (uint16_t)(FS_IFDIR | (in->mode & 07777));
}

/* The length of a link's target as it stands there; 0: none. */
static size_t target_length(const struct check *c, const struct ext2_inode *in)
{
    if (!file_has_blocks(in))
        return strnlen((const char *)in->block, EXT2_FAST_SYMLINK);
    if (!block_good(c, in->block[0]))
        return 0;
    return strnlen((const char *)block_at(c, in->block[0]), c->bs);
}

static bool link_good(const struct check *c, const struct ext2_inode *in)
{
    return in->size && in->size < c->bs && target_length(c, in) == in->size;
}

void check_contents(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    struct walk w = { .c = c, .ino = ino, .in = in, .visit = visit_first };
    uint8_t kind = kind_of(in->mode);

    if (file_has_blocks(in)) {
        walk_blocks(&w);
        unmark_indirect(c, in);
    } else if (kind && kind != EXT2_FT_LNK && in->size &&
             wrong(c, FSCK_INODE_SPECIAL, ino, 0, in->size, 0)) {
        touch(c, in);
        in->size = 0;
    }
    if (kind == EXT2_FT_REG || kind == EXT2_FT_DIR || !kind)
        check_size(c, ino, in, w.last);
    c->large |= kind == EXT2_FT_REG && file_size(in) >= LARGE;
    bool attr = block_good(c, in->file_acl) && bit_test(c->attrs, in->file_acl - c->first);
    uint32_t should = (w.nblocks + attr) * (c->bs / 512);

    if (in->blocks != should && wrong(c, FSCK_INODE_BLOCKS, ino, 0, in->blocks, should)) {
        touch(c, in);
        in->blocks = should;
    }
}

/* No link: the inode is free, or was deleted. */
static void check_deleted(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    if (in->mode && !in->dtime && wrong(c, FSCK_INODE_DELETED, ino, 0, 0, 0)) {
        touch(c, in);
        in->dtime = deletion_time(c);
    }
}

void check_inode(struct check *c, uint32_t ino)
{
    struct ext2_inode *in = inode_at(c, ino);

    if (!in->links_count) {
        check_deleted(c, ino, in);
        return;
    }
    check_is_folder(c, ino, in);
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
    check_extra(c, ino, in);
    check_attr(c, ino, in);
    check_contents(c, ino, in);
}

void check_inodes(struct check *c)
{
    memset(c->marks, 0, c->nblocks / 8 + 1);
    check_special(c);
    for (uint32_t ino = c->first_ino; ino <= c->ninodes; ino++) {
        check_low_dtime(c, ino, inode_at(c, ino));
        if (ino == c->sb->quota_project && !inode_at(c, ino)->links_count) {
            bit_set(c->inode_used, ino - 1);    /* as e2fsck, feature or not */
            check_kept_free(c, ino);
        } else {
            check_inode(c, ino);
        }
    }
    if (c->large && !(c->sb->feature_ro_compat & EXT2_RO_LARGE_FILE) &&
        wrong(c, FSCK_SUPER_LARGE_FILE, 0, 0, 0, 0))
        need_revision(c)->feature_ro_compat |= EXT2_RO_LARGE_FILE;
    if (c->kind[EXT2_ROOT_INO] != EXT2_FT_DIR &&
        wrong(c, FSCK_ROOT_MISSING, EXT2_ROOT_INO, 0, 0, 0) && !make_root(c))
        c->f->nleft++;
}

/* ---- blocks with two owners ---- */

static bool visit_shared(struct walk *w, uint32_t *ptr, unsigned level, uint64_t lblock)
{
    struct check *c = w->c;
    uint32_t copy;

    (void)level, (void)lblock;
    if (!block_good(c, *ptr))
        return false;
    if (!bit_test(c->shared, *ptr - c->first))
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
    return *ptr != 0;
}

void check_shared(struct check *c)
{
    for (uint32_t ino = EXT2_ROOT_INO; c->nshared && ino <= c->ninodes; ino++) {
        struct ext2_inode *in = inode_at(c, ino);
        struct walk w = { .c = c, .ino = ino, .in = in, .visit = visit_shared };

        if ((c->kind[ino] || (ino == EXT2_JOURNAL_INO && c->nruns)) && in->links_count &&
            file_has_blocks(in))
            walk_blocks(&w);
    }
    for (uint32_t ino = 1; c->nshared && c->nattrs && ino <= c->ninodes; ino++)
        copy_shared_attr(c, ino);
}
