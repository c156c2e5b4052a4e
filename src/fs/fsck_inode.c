/* fsck_inode.c - the journal, the orphans, and pass 1: inodes and their blocks. */
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

/* A time as small as an inode's number would be taken for a link of the orphans' list. */
static uint32_t deletion_time(const struct check *c)
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

/* ---- the journal ---- */

/* Pointers in a row: `n` from `ptr` on, for log blocks from `at` on. False: a hole, or a
 * block of the groups' own, which an empty journal must not be written over. */
static bool add_runs(struct check *c, const uint32_t *ptr, uint32_t at, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct journal_run *r = c->nruns ? &c->runs[c->nruns - 1] : NULL;

        if (!block_good(c, ptr[i]) || is_used(c, ptr[i]))
            return false;
        if (r && r->block + r->len == ptr[i])
            r->len++;
        else if (c->nruns == JOURNAL_RUNS)
            return false;
        else
            c->runs[c->nruns++] = (struct journal_run){ at + i, ptr[i], 1 };
    }
    return true;
}

static bool map_journal(struct check *c, struct ext2_inode *in)
{
    uint64_t len = file_size(in) / c->bs;

    if (kind_of(in->mode) != EXT2_FT_REG || len < 64 || len >= c->nblocks)
        return false;
    for (uint32_t i = 0, n; i < len; i += n) {
        const uint32_t *ptr = pointer_of(c, in, i);

        n = i < EXT2_NDIRECT ? EXT2_NDIRECT - i : c->nptrs;
        n = n < len - i ? n : (uint32_t)len - i;
        if (!ptr || !add_runs(c, ptr, i, n))
            return false;
    }
    return true;
}

static uint32_t log_map(void *self, uint32_t log_block)
{
    const struct check *c = self;

    for (uint32_t i = 0; i < c->nruns; i++)
        if (log_block - c->runs[i].at < c->runs[i].len)
            return c->runs[i].block + (log_block - c->runs[i].at);
    return 0;
}

static int log_read(void *self, uint32_t block, const uint8_t **data)
{
    *data = block_at(self, block);
    return 0;
}

static int log_write(void *self, uint32_t block, const uint8_t *data, bool escaped)
{
    struct check *c = self;
    uint8_t *to = block_at(c, block);
    uint32_t magic = be32(JBD_MAGIC);

    touch(c, to);
    memmove(to, data, c->bs);
    if (escaped)
        memcpy(to, &magic, sizeof magic);
    return 0;
}

static void replay(struct check *c, struct jbd_super *jb)
{
    const struct journal_io io = { log_read, log_write, log_map, c };
    struct recovery r;

    if (!recovery_init(&r, jb, c->bs, c->nblocks, c->revokes, JOURNAL_REVOKES))
        return;
    if (recovery_run(&r, &io))
        wrong(c, FSCK_JOURNAL_LOG, EXT2_JOURNAL_INO, 0, 0, 0);
    c->f->replayed = r.replayed;
    touch(c, jb);
    jb->start = 0;
    jb->sequence = be32(r.end);
}

static void drop_journal(struct check *c)
{
    touch(c, c->sb);
    c->sb->feature_compat &= ~(uint32_t)EXT3_COMPAT_HAS_JOURNAL;
    c->sb->feature_incompat &= ~(uint32_t)EXT3_INCOMPAT_RECOVER;
    c->sb->journal_inum = 0;
    c->sb->jnl_backup_type = 0;
    memset(c->sb->jnl_blocks, 0, sizeof c->sb->jnl_blocks);
    touch(c, inode_at(c, EXT2_JOURNAL_INO));
    memset(inode_at(c, EXT2_JOURNAL_INO), 0, c->isize);
}

static void empty_journal(struct check *c, struct jbd_super *jb)
{
    touch(c, jb);
    memset(jb, 0, c->bs);
    *jb = (struct jbd_super){
        .h = { be32(JBD_MAGIC), be32(JBD_SUPER_V2), 0 }, .block_size = be32(c->bs),
        .maxlen = be32((uint32_t)(inode_at(c, EXT2_JOURNAL_INO)->size / c->bs)),
        .first = be32(1), .sequence = be32(1), .nr_users = be32(1),
    };
    memcpy(jb->uuid, c->sb->uuid, sizeof jb->uuid);
}

static void check_backup(struct check *c, const struct ext2_inode *in)
{
    uint32_t copy[17];

    memcpy(copy, in->block, sizeof in->block);
    copy[15] = in->size_high;
    copy[16] = in->size;
    if (c->sb->jnl_backup_type == 1 && memcmp(copy, c->sb->jnl_blocks, sizeof copy) != 0 &&
        wrong(c, FSCK_JOURNAL_BACKUP, EXT2_JOURNAL_INO, 0, 0, 0)) {
        touch(c, c->sb);
        memcpy(c->sb->jnl_blocks, copy, sizeof copy);
    }
}

bool check_journal(struct check *c)
{
    bool flag = c->sb->feature_incompat & EXT3_INCOMPAT_RECOVER;
    struct jbd_super *jb;

    if (!(c->sb->feature_compat & EXT3_COMPAT_HAS_JOURNAL))
        return true;
    if (c->sb->journal_inum != EXT2_JOURNAL_INO ||
        !map_journal(c, inode_at(c, EXT2_JOURNAL_INO))) {
        if (wrong(c, FSCK_JOURNAL_INODE, EXT2_JOURNAL_INO, 0, 0, 0))
            drop_journal(c);
        return true;
    }
    jb = (void *)block_at(c, c->runs[0].block);
    if (!jbd_super_good(jb, c->bs, c->runs[c->nruns - 1].at + c->runs[c->nruns - 1].len)) {
        if (wrong(c, FSCK_JOURNAL_SUPER, EXT2_JOURNAL_INO, c->runs[0].block, 0, 0))
            empty_journal(c, jb);
        return true;
    }
    if (jb->start && !flag)
        wrong(c, FSCK_JOURNAL_FLAG, EXT2_JOURNAL_INO, 0, 0, 0);
    replay(c, jb);
    if (!geometry_holds(c))
        return false;
    if (flag || (c->sb->feature_incompat & EXT3_INCOMPAT_RECOVER)) {
        touch(c, c->sb);
        c->sb->feature_incompat &= ~(uint32_t)EXT3_INCOMPAT_RECOVER;
    }
    check_backup(c, inode_at(c, EXT2_JOURNAL_INO));
    return true;
}

/* ---- orphans: their deletion goes on; that is no fault ---- */

/* In a bitmap of group g, whose counts and the superblock's will change. False: it was not
 * marked. */
static bool unmark(struct check *c, uint32_t g, uint32_t bitmap, uint32_t bit)
{
    uint8_t *map = block_at(c, bitmap);

    if (!bit_test(map, bit))
        return false;
    touch(c, map);
    touch(c, group_at(c, g));
    touch(c, c->sb);
    bit_clear(map, bit);
    return true;
}

static void give_back(struct check *c, uint32_t block)
{
    uint32_t g = (block - c->first) / c->per_group, bit = (block - c->first) % c->per_group;

    if (!unmark(c, g, group_at(c, g)->block_bitmap, bit))
        return;
    group_at(c, g)->free_blocks_count++;
    c->sb->free_blocks_count++;
}

/* Blocks from `keep` on go, but none of the groups' own: nothing else is marked as used
 * before pass 1. How many went. */
static uint32_t cut_tree(struct check *c, uint32_t *ptr, unsigned level, uint64_t first,
                         uint64_t keep)
{
    uint64_t span = 1;
    uint32_t n = 0;

    if (!block_good(c, *ptr) || is_used(c, *ptr))
        return 0;
    for (unsigned i = 1; i < level; i++)
        span *= c->nptrs;
    for (uint32_t i = c->nptrs; level && i-- && first + (i + 1) * span > keep;)
        n += cut_tree(c, (uint32_t *)(void *)block_at(c, *ptr) + i, level - 1,
                      first + i * span, keep);
    if (first < keep)
        return n;
    give_back(c, *ptr);
    touch(c, ptr);
    *ptr = 0;
    return n + 1;
}

static void cut_inode(struct check *c, struct ext2_inode *in, uint64_t keep)
{
    uint64_t p = c->nptrs;
    const uint64_t first[] = { 0, EXT2_NDIRECT, EXT2_NDIRECT + p, EXT2_NDIRECT + p + p * p };
    const uint64_t size[] = { 0, p, p * p, p * p * p };
    uint32_t n = 0;

    touch(c, in);
    for (unsigned level = 3; level; level--)
        if (first[level] + size[level] > keep)
            n += cut_tree(c, &in->block[EXT2_NDIRECT - 1 + level], level, first[level], keep);
    for (uint32_t i = EXT2_NDIRECT; i-- > keep;)
        n += cut_tree(c, &in->block[i], 0, i, keep);
    in->blocks -= n * (c->bs / 512) < in->blocks ? n * (c->bs / 512) : in->blocks;
}

static void drop_orphan_attr(struct check *c, struct ext2_inode *in)
{
    struct ext2_xattr_header *h;

    if (!block_good(c, in->file_acl) || is_used(c, in->file_acl))
        return;
    h = (void *)block_at(c, in->file_acl);
    touch(c, h);
    if (h->magic == EXT2_XATTR_MAGIC && h->refcount > 1)
        h->refcount--;
    else
        give_back(c, in->file_acl);
    in->file_acl = 0;
}

static void delete_orphan(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    uint32_t g = (ino - 1) / c->ipg, bit = (ino - 1) % c->ipg;

    if (file_has_blocks(c, in))
        cut_inode(c, in, 0);
    touch(c, in);
    drop_orphan_attr(c, in);
    in->dtime = deletion_time(c);
    if (!unmark(c, g, group_at(c, g)->inode_bitmap, bit))
        return;
    group_at(c, g)->free_inodes_count++;
    c->sb->free_inodes_count++;
    if (kind_of(in->mode) == EXT2_FT_DIR)
        group_at(c, g)->used_dirs_count--;
}

void check_orphans(struct check *c)
{
    uint32_t ino = c->sb->last_orphan, n = 0;

    if (!ino)
        return;
    touch(c, c->sb);
    while (ino) {
        struct ext2_inode *in;

        if (ino < c->first_ino || ino > c->ninodes || n++ > c->ninodes ||
            !kind_of((in = inode_at(c, ino))->mode)) {
            wrong(c, FSCK_ORPHAN_LIST, ino, 0, 0, 0);
            break;
        }
        uint32_t next = in->dtime;

        touch(c, in);
        in->dtime = 0;
        if (in->links_count)
            cut_inode(c, in, (file_size(in) + c->bs - 1) / c->bs);
        else
            delete_orphan(c, ino, in);
        c->f->norphans++;
        ino = next;
    }
    c->sb->last_orphan = 0;
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
