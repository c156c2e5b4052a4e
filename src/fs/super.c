/* super.c - the superblock, the groups, and what concerns the whole file system. */
#include <fs/group.h>
#include <fs/inside.h>

#include <sim/check.h>
#include <string.h>

void fs_params_init(struct fs_params *p)
{
    *p = (struct fs_params){ .block_size = 1024, .cache_blocks = 256, .open_files = 128,
                             .dirty_percent = 40, .write_back = 5000000000 };
}

uint32_t fs_probe(const struct blkdev *dev)
{
    struct ext2_super sb;

    if (!dev->ops->peek(dev->self, EXT2_SUPER_AT / BLK_SECTOR, 2, &sb) ||
        sb.magic != EXT2_MAGIC || sb.log_block_size > 2)
        return 0;
    return 1024u << sb.log_block_size;
}

struct fs *fs_create(struct arena *a, const struct fs_params *p, const struct blkdev *dev,
                     const struct fs_port *port)
{
    struct fs_params fixed = *p;

    if (fixed.cache_blocks < FS_CACHE_MIN)
        fixed.cache_blocks = FS_CACHE_MIN;
    struct fs *fs = arena_array(a, struct fs, 1);
    struct held_inode *held = arena_array(a, struct held_inode, fixed.open_files);
    uint8_t *copies = arena_take(a, (size_t)TX_MAX * fixed.block_size, 64);
    size_t map = (size_t)(dev->nsectors * BLK_SECTOR / fixed.block_size + 7) / 8;
    uint8_t *freed = arena_array(a, uint8_t, map), *freeing = arena_array(a, uint8_t, map);

    if (a->base) {
        *fs = (struct fs){ .p = fixed, .dev = dev, .held = held, .freed = { freed, 0 },
                           .freeing = { freeing, 0 }, .block_size = fixed.block_size };
        fs->port = port ? *port : (struct fs_port){ 0 };
        for (unsigned i = 0; i < TX_MAX; i++)
            fs->tx.s[i].data = copies + (size_t)i * fixed.block_size;
    }
    /* When measuring there is no fs: a spare one takes its fields. */
    struct fs spare = { .p = fixed, .dev = dev };

    bcache_init(a->base ? &fs->cache : &spare.cache, a, dev, fixed.cache_blocks,
                fixed.block_size, fixed.replacement, (struct bcache_port){ fs_io_done, fs });
    journal_create(a->base ? fs : &spare, a);
    return fs;
}

/* ---- superblock and groups as blocks ---- */

static uint32_t super_block(const struct fs *fs)
{
    return fs->block_size == 1024 ? 1 : 0;
}

static uint32_t super_offset(const struct fs *fs)
{
    return fs->block_size == 1024 ? 0 : EXT2_SUPER_AT;
}

int super_get(struct fs *fs, const struct ext2_super **sb)
{
    const uint8_t *data;
    int err = tx_get(fs, super_block(fs), &data);

    if (!err)
        *sb = (const void *)(data + super_offset(fs));
    return err;
}

int super_edit(struct fs *fs, struct ext2_super **sb)
{
    uint8_t *data;
    int err = tx_edit(fs, super_block(fs), TX_META, 0, &data);

    if (!err)
        *sb = (void *)(data + super_offset(fs));
    return err;
}

int group_get(struct fs *fs, uint32_t g, const struct ext2_group **gd)
{
    const uint8_t *data;
    int err = tx_get(fs, fs->first_data + 1 + g / fs->descs_per_block, &data);

    if (!err)
        *gd = (const struct ext2_group *)(const void *)data + g % fs->descs_per_block;
    return err;
}

int group_edit(struct fs *fs, uint32_t g, struct ext2_group **gd)
{
    uint8_t *data;
    int err = tx_edit(fs, fs->first_data + 1 + g / fs->descs_per_block, TX_META, 0, &data);

    if (!err)
        *gd = (struct ext2_group *)(void *)data + g % fs->descs_per_block;
    return err;
}

bool block_valid(const struct fs *fs, uint32_t block)
{
    return block > fs->first_data && block < fs->nblocks;
}

static uint64_t file_limit(const struct fs *fs)
{
    uint64_t p = fs->nptrs, blocks = EXT2_NDIRECT + p + p * p + p * p * p;
    uint64_t by_count = (uint64_t)UINT32_MAX * BLK_SECTOR;     /* i_blocks: 32 bits */
    uint64_t bytes = blocks * fs->block_size;

    return bytes < by_count ? bytes : by_count;
}

static bool numbers_fit(const struct fs *fs, const struct ext2_super *sb)
{
    uint64_t bits = (uint64_t)fs->block_size * 8;

    return sb->log_block_size <= 2 && 1024u << sb->log_block_size == fs->block_size &&
           sb->first_data_block == (fs->block_size == 1024) &&
           sb->blocks_count > sb->first_data_block &&
           (uint64_t)sb->blocks_count * fs->block_size <= fs->dev->nsectors * BLK_SECTOR &&
           sb->blocks_per_group >= 8 && sb->blocks_per_group <= bits &&
           sb->inodes_per_group >= 8 && sb->inodes_per_group <= bits &&
           sb->free_blocks_count <= sb->blocks_count &&
           sb->free_inodes_count <= sb->inodes_count;
}

static bool inodes_fit(const struct fs *fs, const struct ext2_super *sb)
{
    uint32_t size = sb->rev_level ? sb->inode_size : 128;
    uint64_t groups = ((uint64_t)sb->blocks_count - sb->first_data_block +
                       sb->blocks_per_group - 1) / sb->blocks_per_group;

    return size >= 128 && size <= fs->block_size && !(size & (size - 1)) &&
           sb->inodes_per_group % (fs->block_size / size) == 0 &&
           sb->inodes_count == groups * sb->inodes_per_group &&
           (!sb->rev_level ||
            (sb->first_ino >= EXT2_FIRST_INO && sb->first_ino < sb->inodes_count)) &&
           groups <= sb->blocks_count / 8 + 1;
}

int super_geometry(struct fs *fs, const struct ext2_super *sb)
{
    char why[FEATURE_TEXT];

    if (sb->magic != EXT2_MAGIC) {
        fs_damaged(fs, "this is no ext2 file system");
        return -FS_EINVAL;
    }
    if (feature_refuse(sb, FEATURE_READ, why)) {
        fs_damaged(fs, why);
        return -FS_EINVAL;
    }
    if (!numbers_fit(fs, sb) || !inodes_fit(fs, sb))
        return fs_damaged(fs, "the superblock's numbers contradict each other");
    fs->nblocks = sb->blocks_count;
    fs->ninodes = sb->inodes_count;
    fs->first_data = sb->first_data_block;
    fs->per_group = sb->blocks_per_group;
    fs->inodes_per_group = sb->inodes_per_group;
    fs->ngroups = fs->ninodes / fs->inodes_per_group;
    fs->inode_size = sb->rev_level ? sb->inode_size : 128;
    fs->first_ino = sb->rev_level ? sb->first_ino : EXT2_FIRST_INO;
    fs->inodes_per_block = fs->block_size / fs->inode_size;
    fs->descs_per_block = fs->block_size / (uint32_t)sizeof(struct ext2_group);
    fs->nptrs = fs->block_size / 4;
    fs->log_ptrs = (uint32_t)__builtin_ctz(fs->nptrs);
    fs->max_size = file_limit(fs);
    fs->filetype = sb->rev_level && (sb->feature_incompat & EXT2_INCOMPAT_FILETYPE);
    return 0;
}

/* Every group's bitmaps and table stand where they may. */
static int groups_check(struct fs *fs, const struct ext2_super *sb)
{
    const struct ext2_super super = *sb;        /* reading groups may take its block away */

    for (uint32_t g = 0; g < fs->ngroups; g++) {
        const struct group_span s = group_span(&super, g);
        const struct ext2_group *gd;
        int err = group_get(fs, g, &gd);

        if (err)
            return err;
        if (!group_sound(&s, gd))
            return fs_damaged(fs, "a group's bitmaps or inode table are out of place");
    }
    return 0;
}

/* ---- the journal's inode ---- */

static int map_log_block(struct fs *fs, const struct ext2_inode *in, uint32_t at)
{
    struct journal *j = &fs->j;
    struct journal_run *r = j->nruns ? &j->runs[j->nruns - 1] : NULL;
    uint32_t block;
    int err = inode_map(fs, in, at, &block);

    if (err)
        return err;
    if (!block_valid(fs, block))
        return fs_damaged(fs, "the journal has a hole");
    if (r && r->block + r->len == block) {
        r->len++;
        return 0;
    }
    if (j->nruns == JOURNAL_RUNS)
        return fs_damaged(fs, "the journal is in too many pieces");
    j->runs[j->nruns++] = (struct journal_run){ at, block, 1 };
    return 0;
}

/* op->chunk log blocks are mapped already. */
static int journal_open(struct fs *fs)
{
    struct journal *j = &fs->j;
    struct fs_op *op = fs->tx.op;
    const struct ext2_inode *in;
    const uint8_t *data;
    int err = inode_get(fs, EXT2_JOURNAL_INO, &in);

    if (err)
        return err;
    uint64_t len = inode_size(in) / fs->block_size;

    if ((in->mode & FS_IFMT) != FS_IFREG || len < 64 || len >= fs->nblocks)
        return fs_damaged(fs, "the journal's inode is none");
    if (op->chunk == 0)
        j->nruns = 0;
    for (; op->chunk < len; op->chunk++) {
        err = map_log_block(fs, in, op->chunk);
        if (err)
            return err;
    }
    err = tx_get(fs, journal_map(j, 0), &data);
    if (err)
        return err;
    memcpy(&j->super, data, sizeof j->super);
    if (!jbd_super_good(&j->super, fs->block_size, (uint32_t)len) || !jbd_first_good(&j->super))
        return fs_damaged(fs, "the journal's superblock is damaged or has features that "
                              "are not supported");
    j->first = be32(j->super.first);
    j->maxlen = be32(j->super.maxlen);
    return 0;
}

static int recovery_read(void *self, uint32_t block, const uint8_t **data)
{
    struct fs *fs = self;

    bcache_attempt(&fs->cache);
    return tx_get(fs, block, data);
}

static int recovery_write(void *self, uint32_t block, const uint8_t *data, bool escaped)
{
    struct fs *fs = self;
    struct buf *b = bcache_take(&fs->cache, block, false, fs->now);
    uint32_t magic = be32(JBD_MAGIC);

    if (!b || b->reading || b->writing)
        return op_wait(fs, NEED_ANY);
    memcpy(b->data, data, fs->block_size);
    if (escaped)
        memcpy(b->data, &magic, sizeof magic);
    bcache_dirty(&fs->cache, b, fs->now);
    return 0;
}

static uint32_t recovery_map(void *self, uint32_t log_block)
{
    return journal_map(&((struct fs *)self)->j, log_block);
}

/* ---- mount, step by step; each step ends in an attempt of its own ---- */

enum { MOUNT_LOOK, MOUNT_REPLAY, MOUNT_REPLAYED, MOUNT_MARK = 5, MOUNT_MARKED,
       MOUNT_BEGIN = 9, MOUNT_BEGUN, MOUNT_ORPHANS = 13, MOUNT_DONE };

static int mount_look(struct fs *fs, bool read_only)
{
    const struct ext2_super *sb;
    char why[FEATURE_TEXT];
    int err = super_get(fs, &sb);

    if (!err)
        err = super_geometry(fs, sb);
    if (!err)
        err = groups_check(fs, sb);
    if (!err)
        err = super_get(fs, &sb);
    if (err)
        return err;
    fs->read_only = read_only;
    if (feature_refuse(sb, read_only ? FEATURE_READ : FEATURE_WRITE, why)) {
        fs_damaged(fs, why);
        return -FS_EROFS;
    }
    fs->tx.op->step = MOUNT_MARK;
    if (!sb->rev_level || !(sb->feature_compat & EXT3_COMPAT_HAS_JOURNAL))
        return 0;
    if (sb->journal_inum != EXT2_JOURNAL_INO)
        return fs_damaged(fs, "its journal is on another device");
    err = journal_open(fs);
    fs->j.sequence = be32(fs->j.super.sequence);
    fs->tx.op->step = err ? MOUNT_LOOK : MOUNT_MARK;
    if (!err && recovery_init(&fs->j.recovery, &fs->j.super, fs->block_size, fs->nblocks,
                              fs->j.revokes, JOURNAL_REVOKES))
        fs->tx.op->step = MOUNT_REPLAY;
    return err;
}

static int mount_replay(struct fs *fs)
{
    const struct journal_io io = { recovery_read, recovery_write, recovery_map, fs };
    int err = recovery_run(&fs->j.recovery, &io);

    if (err == -FS_EUCLEAN)
        return fs_damaged(fs, "the journal cannot be replayed");
    if (err)
        return err;
    fs->j.sequence = fs->j.recovery.end;
    fs->replayed = fs->j.recovery.replayed;
    fs->tx.op->step = MOUNT_REPLAYED;
    return 0;
}

/* The superblock says that it is in use. Only when that is on the disk the journal may say
 * that it is: a log that nobody asks to be replayed is a fault. */
static int mount_mark(struct fs *fs)
{
    const struct ext2_super *seen;
    struct ext2_super *sb;
    int err = super_get(fs, &seen);

    /* What was replayed may have changed it. */
    if (!err)
        err = super_geometry(fs, seen);
    if (!err)
        err = groups_check(fs, seen);
    if (!err && fs->read_only) {
        fs->tx.op->step = MOUNT_ORPHANS;
        return 0;
    }
    if (!err)
        err = super_edit(fs, &sb);
    if (err)
        return err;
    sb->mnt_count++;
    sb->mtime = sb->wtime = fs->tx.op->seconds;
    if (fs->j.nruns)
        sb->feature_incompat |= EXT3_INCOMPAT_RECOVER;
    else
        sb->state &= (uint16_t)~EXT2_VALID;
    err = tx_commit(fs);
    if (!err)
        fs->tx.op->step = MOUNT_MARKED;
    return err;
}

static int journal_super_edit(struct fs *fs)
{
    uint8_t *data;
    int err = tx_edit(fs, journal_map(&fs->j, 0), TX_META, 0, &data);

    if (!err)
        memcpy(data, &fs->j.super, sizeof fs->j.super);
    return err ? err : tx_commit(fs);
}

/* An empty log that begins at its first block. */
static int mount_begin(struct fs *fs)
{
    struct journal *j = &fs->j;
    int err = 0;

    if (j->nruns) {
        j->super.start = be32(j->first);
        j->super.sequence = be32(j->sequence);
        j->super.h.type = be32(JBD_SUPER_V2);
        j->super.feature_incompat |= be32(JBD_INCOMPAT_REVOKE);
        err = journal_super_edit(fs);
    }
    if (!err)
        fs->tx.op->step = MOUNT_BEGUN;
    return err;
}

static void journal_begin(struct fs *fs)
{
    struct journal *j = &fs->j;

    j->active = true;
    j->data_too = fs->p.journal_data;
    j->head = j->first;
    j->used = 0;
    j->then_place = false;
    memset(j->logged_map, 0, (fs->nblocks + 7) / 8);
    block_set_clear(&j->revoke, fs->nblocks);
    block_set_clear(&j->revoking, fs->nblocks);
    block_set_clear(&fs->freed, fs->nblocks);
    block_set_clear(&fs->freeing, fs->nblocks);
}

static int mount_orphans(struct fs *fs)
{
    for (uint32_t n = 0;; n++) {
        const struct ext2_super *sb;
        const struct ext2_inode *in;
        int err = super_get(fs, &sb);

        if (err)
            return err;
        uint32_t ino = sb->last_orphan;

        if (!ino)
            return 0;
        if (ino < EXT2_FIRST_INO || ino > fs->ninodes || n > fs->ninodes)
            return fs_damaged(fs, "the list of orphaned inodes is damaged");
        err = inode_get(fs, ino, &in);
        if (!err)
            err = in->links_count ? inode_cut(fs, ino) : inode_delete(fs, ino);
        if (err)
            return err;
    }
}

static int mount_last(struct fs *fs)
{
    int err = 0;

    if (!fs->read_only) {
        if (fs->j.nruns && !fs->j.active)
            journal_begin(fs);
        err = mount_orphans(fs);
    }
    if (!err)
        fs->tx.op->step = MOUNT_DONE;
    return err;
}

static int mount_step(struct fs *fs, bool read_only)
{
    switch (fs->tx.op->step) {
    case MOUNT_LOOK:
        return mount_look(fs, read_only);
    case MOUNT_REPLAY:
        return mount_replay(fs);
    case MOUNT_MARK:
        return mount_mark(fs);
    case MOUNT_BEGIN:
        return mount_begin(fs);
    case MOUNT_ORPHANS:
        return mount_last(fs);
    default:
        if (fs->tx.op->step < MOUNT_MARK)
            return tx_writeout(fs, 0, MOUNT_REPLAYED);
        return tx_writeout(fs, 0, fs->tx.op->step < MOUNT_BEGIN ? MOUNT_MARKED : MOUNT_BEGUN);
    }
}

bool fs_is_read_only(const struct fs *fs)
{
    return fs->read_only;
}

int fs_mount(struct fs *fs, struct fs_op *op, bool read_only)
{
    int err = op_begin(fs, op);

    if (!err && fs->mounted)
        return op_end(fs, op, -FS_EBUSY);
    if (op->step == 0) {
        fs->nblocks = 0, fs->reason[0] = '\0';
        fs->lost = (struct lost_files){ .n = 0 };
        fs->j.unplaced = false;
    }
    while (!err && op->step != MOUNT_DONE) {
        tx_next(fs);
        err = mount_step(fs, read_only);
    }
    fs->mounted = !err;
    return op_end(fs, op, err);
}

/* ---- unmount ---- */

enum { UNMOUNT_START, UNMOUNT_PLACED = 4, UNMOUNT_EMPTY = 7, UNMOUNT_EMPTIED, UNMOUNT_MARK = 11,
       UNMOUNT_MARKED, UNMOUNT_DONE = 15 };

static int unmount_start(struct fs *fs)
{
    struct journal *j = &fs->j;

    if (!j->active) {
        fs->tx.op->step = UNMOUNT_PLACED;
        return 0;
    }
    if (!journal_is_idle(j) || fs->cache.nheld || fs->cache.ndirty || j->used) {
        journal_start(fs, JOURNAL_CHECKPOINT);
        return op_wait(fs, NEED_ANY);
    }
    j->active = false;
    fs->tx.op->step = UNMOUNT_PLACED;
    return 0;
}

static int unmount_empty(struct fs *fs)
{
    int err = 0;

    if (fs->j.nruns) {
        fs->j.super.start = 0;
        fs->j.super.sequence = be32(fs->j.sequence);
        err = journal_super_edit(fs);
    }
    if (!err)
        fs->tx.op->step = UNMOUNT_EMPTIED;
    return err;
}

static int unmount_mark(struct fs *fs)
{
    struct ext2_super *sb;
    int err = super_edit(fs, &sb);

    if (err)
        return err;
    sb->wtime = fs->tx.op->seconds;
    sb->state |= EXT2_VALID;
    sb->feature_incompat &= ~(uint32_t)EXT3_INCOMPAT_RECOVER;
    err = tx_commit(fs);
    if (!err)
        fs->tx.op->step = UNMOUNT_MARKED;
    return err;
}

static int unmount_step(struct fs *fs)
{
    unsigned at = fs->tx.op->step;

    if (at == UNMOUNT_START)
        return unmount_start(fs);
    if (at == UNMOUNT_EMPTY)
        return unmount_empty(fs);
    if (at == UNMOUNT_MARK)
        return unmount_mark(fs);
    return tx_writeout(fs, 0, at < UNMOUNT_EMPTY   ? UNMOUNT_PLACED
                              : at < UNMOUNT_MARK ? UNMOUNT_EMPTIED
                                                  : UNMOUNT_MARKED);
}

/* Blocks stay in the cache, but another mount must read what is on the disk. */
static void empty_cache(struct fs *fs)
{
    for (uint32_t i = 0; i < fs->cache.nbufs; i++)
        if (!fs->cache.bufs[i].reading)
            fs->cache.bufs[i].valid = false;
    fs->j.nruns = 0;
}

int fs_unmount(struct fs *fs, struct fs_op *op)
{
    int err = op_begin(fs, op);

    if (!fs->mounted)
        err = -FS_EINVAL;
    for (uint32_t i = 0; !err && i < fs->p.open_files; i++)
        if (fs->held[i].count)
            err = -FS_EBUSY;
    while (!err && !fs->read_only && op->step != UNMOUNT_DONE) {
        tx_next(fs);
        err = unmount_step(fs);
    }
    if (err == -FS_EIO)
        fs->lost = (struct lost_files){ .n = 0 };       /* that has been said now */
    if (!err) {
        fs->mounted = false;
        empty_cache(fs);
        err = fs->j.failed ? -FS_EIO : 0;
    }
    return op_end(fs, op, err);
}

/* ---- sync ---- */

static int sync_journal(struct fs *fs)
{
    struct journal *j = &fs->j;
    struct fs_op *op = fs->tx.op;

    if (op->step == 0) {
        /* What has been changed so far is in the running transaction, or in the one before
         * it; a checkpoint that follows it changes nothing of what is promised. */
        bool committing = !journal_is_idle(j) && j->state <= J_COMMIT;

        op->mark = j->ncommits + committing + (fs->cache.nheld > 0);
        op->step = 1;
    }
    if (j->ncommits >= op->mark)
        return 0;
    journal_start(fs, JOURNAL_COMMIT);
    return op_wait(fs, NEED_ANY);
}

static int sync_op(struct fs *fs, struct fs_op *op, uint32_t ino)
{
    int err = op_begin(fs, op);

    if (!err && fs->j.failed)
        err = -FS_EIO;
    if (!err && !fs->read_only)
        err = fs->j.active ? sync_journal(fs) : tx_writeout(fs, ino, 0);
    /* The journal commits what names the data, whether or not that could be written. */
    if (!err && fs->j.active && ino && tx_lost(fs, ino))
        err = -FS_EIO;
    return op_end(fs, op, err);
}

int fs_sync(struct fs *fs, struct fs_op *op)
{
    return sync_op(fs, op, 0);
}

int fs_fsync(struct fs *fs, struct fs_op *op, uint32_t ino)
{
    return sync_op(fs, op, ino);
}

/* ---- numbers ---- */

int fs_statfs(struct fs *fs, struct fs_op *op, struct fs_statfs *st)
{
    const struct ext2_super *sb;
    int err = op_begin(fs, op);

    if (!err)
        err = super_get(fs, &sb);
    if (!err) {
        uint32_t table = fs->inodes_per_group / fs->inodes_per_block;
        uint32_t descs = (fs->ngroups + fs->descs_per_block - 1) / fs->descs_per_block;

        *st = (struct fs_statfs){
            .block_size = fs->block_size, .name_max = FS_NAME_MAX,
            .blocks = fs->nblocks - fs->first_data - fs->ngroups * (table + 2),
            .free = sb->free_blocks_count, .inodes = fs->ninodes,
            .free_inodes = sb->free_inodes_count,
        };
        st->blocks -= st->blocks > descs ? descs + 1 : 0;
        if (sb->free_blocks_count > sb->r_blocks_count)
            st->available = sb->free_blocks_count - sb->r_blocks_count;
    }
    return op_end(fs, op, err);
}
