/* fsck_journal.c - before pass 1: the journal is replayed, and orphans are deleted. */
#include <fs/fsck_int.h>

#include <string.h>

/* ---- the journal ---- */

/* Pointers in a row: `n` from `ptr` on, for log blocks from `at` on. False: a hole, or a
 * block of the groups' own, which an empty journal must not be written over. */
static bool add_runs(struct check *c, const uint32_t *ptr, uint32_t at, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct journal_run *r = c->nruns ? &c->runs[c->nruns - 1] : NULL;

        if (!block_good(c, ptr[i]) || is_used(c, ptr[i]))
            return false;
        bit_set(c->marks, ptr[i] - c->first);
        if (r && r->block + r->len == ptr[i])
            r->len++;
        else if (c->nruns == JOURNAL_RUNS)
            return false;
        else
            c->runs[c->nruns++] = (struct journal_run){ at + i, ptr[i], 1 };
    }
    return true;
}

/* Are the blocks that its pointers stand in none of the log's own? */
static bool log_apart(const struct check *c, const struct ext2_inode *in)
{
    uint32_t dind = in->block[EXT2_DIND];
    const uint32_t *ptr;

    if (block_good(c, in->block[EXT2_IND]) && bit_test(c->marks, in->block[EXT2_IND] - c->first))
        return false;
    if (!block_good(c, dind))
        return true;
    if (bit_test(c->marks, dind - c->first))
        return false;
    ptr = (const void *)block_at(c, dind);
    for (uint32_t i = 0; i < c->nptrs; i++)
        if (block_good(c, ptr[i]) && bit_test(c->marks, ptr[i] - c->first))
            return false;
    return true;
}

static bool map_journal(struct check *c, struct ext2_inode *in)
{
    uint64_t len = file_size(in) / c->bs;

    c->nruns = 0;
    memset(c->marks, 0, c->nblocks / 8 + 1);
    if (kind_of(in->mode) != EXT2_FT_REG || !in->links_count || len < JBD_MIN_BLOCKS ||
        len >= c->nblocks)
        return false;
    for (uint32_t i = 0, n; i < len; i += n) {
        const uint32_t *ptr = pointer_of(c, in, i);

        n = i < EXT2_NDIRECT ? EXT2_NDIRECT - i : c->nptrs;
        n = n < len - i ? n : (uint32_t)len - i;
        if (!ptr || !add_runs(c, ptr, i, n))
            return false;
    }
    /* A part of a block more has to be there, too. */
    const uint32_t *last = file_size(in) % c->bs ? pointer_of(c, in, (uint32_t)len) : NULL;

    return file_size(in) % c->bs == 0 || (last && block_good(c, *last));
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

static void copy_inode(const struct ext2_inode *in, uint32_t copy[17])
{
    memcpy(copy, in->block, sizeof in->block);
    copy[15] = in->size_high;
    copy[16] = in->size;
}

static void check_backup(struct check *c, const struct ext2_inode *in)
{
    uint32_t copy[17];

    copy_inode(in, copy);
    if (c->sb->jnl_backup_type == 1 && memcmp(copy, c->sb->jnl_blocks, sizeof in->block) != 0 &&
        wrong(c, FSCK_JOURNAL_BACKUP, EXT2_JOURNAL_INO, 0, 0, 0)) {
        touch(c, c->sb);
        memcpy(c->sb->jnl_blocks, copy, sizeof copy);
    }
}

/* The journal's inode as the superblock keeps it: there may be data in the log. */
static bool restore_inode(struct check *c)
{
    struct ext2_inode *in = inode_at(c, EXT2_JOURNAL_INO), kept = *in;
    const uint32_t *copy = c->sb->jnl_blocks;

    if (c->sb->jnl_backup_type != 1)
        return false;
    kept.mode = FS_IFREG | 0600;
    kept.links_count = 1;
    memcpy(kept.block, copy, sizeof kept.block);
    kept.size_high = copy[15];
    kept.size = copy[16];
    if (!map_journal(c, &kept))
        return false;
    if (!wrong(c, FSCK_JOURNAL_RESTORED, EXT2_JOURNAL_INO, 0, 0, 0))
        return true;            /* what is behind it can be looked at all the same */
    touch(c, in);
    *in = kept;
    return true;
}

/* No journal, so nothing may say that there is one. */
static void check_no_journal(struct check *c)
{
    struct ext2_super *sb = c->sb;

    if ((sb->journal_inum || sb->feature_incompat & EXT3_INCOMPAT_RECOVER) &&
        wrong(c, FSCK_SUPER_JOURNAL, 0, 0, sb->journal_inum, 0)) {
        touch(c, sb);
        sb->journal_inum = sb->journal_dev = 0;
        sb->feature_incompat &= ~(uint32_t)EXT3_INCOMPAT_RECOVER;
    }
}

static uint32_t log_length(const struct check *c)
{
    CHECK(c->nruns);
    return c->runs[c->nruns - 1].at + c->runs[c->nruns - 1].len;
}

/* A log that begins nowhere, or is too short for one: it is the inode that says how long it is,
 * and what it holds is replayed. */
static void check_log_bounds(struct check *c, struct jbd_super *jb)
{
    if (jbd_first_good(jb) || !wrong(c, FSCK_JOURNAL_FIRST, EXT2_JOURNAL_INO, 0, be32(jb->first),
                                     be32(jb->maxlen)))
        return;
    touch(c, jb);
    jb->first = be32(1);
    if (!jbd_first_good(jb))
        jb->maxlen = be32(log_length(c));
}

/* Fields of the second version in a superblock of the first; several users of one log. */
static void check_journal_fields(struct check *c, struct jbd_super *jb)
{
    bool v1 = be32(jb->h.type) == JBD_SUPER_V1;
    uint8_t *from = (uint8_t *)&jb->feature_compat;

    if ((v1 ? jb->feature_compat || jb->feature_incompat || jb->feature_ro_compat || jb->nr_users
            : be32(jb->nr_users) > 1) &&
        wrong(c, FSCK_JOURNAL_FIELDS, EXT2_JOURNAL_INO, 0, 0, 0)) {
        touch(c, jb);
        memset(from, 0, c->bs - (size_t)(from - (uint8_t *)jb));
    }
    check_log_bounds(c, jb);
}

static bool find_journal(struct check *c)
{
    if (c->sb->journal_inum != EXT2_JOURNAL_INO &&
        wrong(c, FSCK_SUPER_JOURNAL, 0, 0, c->sb->journal_inum, 0)) {
        touch(c, c->sb);
        c->sb->journal_inum = EXT2_JOURNAL_INO;
    }
    struct ext2_inode *in = inode_at(c, EXT2_JOURNAL_INO);

    /* A log in the way of its own pointers is better than none. */
    return (map_journal(c, in) && log_apart(c, in)) || restore_inode(c) || map_journal(c, in);
}

/* True: its log may be replayed. */
static bool check_journal_super(struct check *c, struct jbd_super *jb)
{
    if (be32(jb->h.type) == JBD_SUPER_V1 || be32(jb->h.type) == JBD_SUPER_V2)
        check_journal_fields(c, jb);
    struct jbd_super longest = *jb;

    if (!jbd_first_good(jb))    /* as was said already */
        longest.maxlen = be32(log_length(c));
    if (jbd_super_good(&longest, c->bs, log_length(c)))
        return jbd_first_good(jb);
    if (wrong(c, FSCK_JOURNAL_SUPER, EXT2_JOURNAL_INO, c->runs[0].block, 0, 0))
        empty_journal(c, jb);
    return false;
}

static bool has_uuid(const struct ext2_super *sb)
{
    for (size_t i = 0; i < sizeof sb->journal_uuid; i++)
        if (sb->journal_uuid[i])
            return true;
    return false;
}

/* Then nothing can be said of what its log holds. */
bool journal_elsewhere(const struct ext2_super *sb)
{
    return sb->feature_compat & EXT3_COMPAT_HAS_JOURNAL && !sb->journal_inum && has_uuid(sb);
}

/* Fields that say where a journal is, and an inode that is one. False: there is no journal. */
static bool has_journal(struct check *c)
{
    if (has_uuid(c->sb) && wrong(c, FSCK_SUPER_EXTERNAL, 0, 0, 0, 0)) {
        touch(c, c->sb);
        memset(c->sb->journal_uuid, 0, sizeof c->sb->journal_uuid);
    }
    if (!(c->sb->feature_compat & EXT3_COMPAT_HAS_JOURNAL)) {
        check_no_journal(c);
        return false;
    }
    if (find_journal(c))
        return true;
    if (wrong(c, FSCK_JOURNAL_INODE, EXT2_JOURNAL_INO, 0, 0, 0))
        drop_journal(c);
    return false;
}

/* Features of JBD2 that are not supported change what stands in a log, and nothing else. */
static bool log_foreign(const struct jbd_super *jb)
{
    return jb->h.magic == be32(JBD_MAGIC) && jb->h.type == be32(JBD_SUPER_V2) &&
           (be32(jb->feature_incompat) & ~(uint32_t)JBD_INCOMPAT_REVOKE || jb->feature_ro_compat);
}

/* Nothing is in the log, and its superblock can be read all the same. */
static bool log_foreign_known(const struct jbd_super *jb)
{
    uint32_t bad = ~(uint32_t)JBD_INCOMPAT_KNOWN | JBD_INCOMPAT_CSUM;

    return !(be32(jb->feature_incompat) & bad) && !jb->feature_ro_compat;
}

const char *check_journal(struct check *c)
{
    bool flag = c->sb->feature_incompat & EXT3_INCOMPAT_RECOVER;
    struct jbd_super *jb;

    if (!has_journal(c))
        return NULL;
    jb = (void *)block_at(c, c->runs[0].block);
    if (log_foreign(jb) && (jb->start || !log_foreign_known(jb)))
        return "its journal has features that are not supported";
    if (!log_foreign(jb) && check_journal_super(c, jb)) {
        if (jb->start && !flag)
            wrong(c, FSCK_JOURNAL_FLAG, EXT2_JOURNAL_INO, 0, 0, 0);
        replay(c, jb);
    }
    if (!geometry_holds(c))
        return "what the journal held damaged the superblock or the groups";
    if (flag || (c->sb->feature_incompat & EXT3_INCOMPAT_RECOVER)) {
        touch(c, c->sb);
        c->sb->feature_incompat &= ~(uint32_t)EXT3_INCOMPAT_RECOVER;
    }
    check_backup(c, inode_at(c, EXT2_JOURNAL_INO));
    return NULL;
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

    if (file_has_blocks(in))
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
