/* mkfs.c - an empty file system.
 *
 * Every group's own blocks (superblock copy, descriptors, bitmaps, inode table) stand at
 * its front, and what is handed out here (root, lost+found, journal) is handed out in
 * order. So a block is in use iff it is in a front or before the cursor, and no bitmap
 * has to be kept while laying out.
 */
#include <fs/mkfs.h>
#include <fs/ondisk.h>

#include <string.h>

enum { MAX_BLOCK = 4096, LOST_FOUND_INO = 11, LOST_FOUND_BYTES = 16384 };

struct layout {
    const struct blkdev *dev;
    const struct mkfs_params *p;
    uint32_t bs, nblocks, first, per_group, ngroups, ipg, table, gdt, journal;
    uint32_t cursor;            /* blocks before it are handed out */
    bool failed;                /* a poke was refused */
    struct ext2_super sb;
    struct ext2_inode journal_inode;
    _Alignas(64) uint8_t block[MAX_BLOCK];
    _Alignas(64) uint8_t indirect[3][MAX_BLOCK];    /* of the journal's tree */
    uint32_t indirect_at[3];
};

/* ---- blocks ---- */

static void put(struct layout *l, uint32_t block, const void *data)
{
    uint32_t n = l->bs / BLK_SECTOR;

    if (!l->dev->ops->poke(l->dev->self, (uint64_t)block * n, n, data))
        l->failed = true;
}

/* Blocks that are zero already are left alone, so that sparse images stay sparse. */
static void put_zero(struct layout *l, uint32_t block)
{
    static const uint8_t zero[MAX_BLOCK];
    uint8_t now[MAX_BLOCK];
    uint32_t n = l->bs / BLK_SECTOR;

    if (!l->dev->ops->peek(l->dev->self, (uint64_t)block * n, n, now) ||
        memcmp(now, zero, l->bs) != 0)
        put(l, block, zero);
}

static uint32_t group_start(const struct layout *l, uint32_t g)
{
    return l->first + g * l->per_group;
}

static uint32_t group_end(const struct layout *l, uint32_t g)
{
    return l->nblocks - group_start(l, g) < l->per_group ? l->nblocks
                                                         : group_start(l, g) + l->per_group;
}

static uint32_t front(const struct layout *l, uint32_t g)
{
    return (ext2_sparse_has_super(g) ? 1 + l->gdt : 0) + 2 + l->table;
}

static bool in_use(const struct layout *l, uint32_t block)
{
    uint32_t g = (block - l->first) / l->per_group;

    return block < l->cursor || block - group_start(l, g) < front(l, g);
}

/* The next block that is in no front; 0: there is none. */
static uint32_t take(struct layout *l)
{
    while (l->cursor < l->nblocks && in_use(l, l->cursor))
        l->cursor++;
    return l->cursor < l->nblocks ? l->cursor++ : 0;
}

/* ---- the plan ---- */

static uint32_t default_journal(uint32_t nblocks)
{
    return nblocks < 32768 ? 1024 : nblocks < 256 * 1024 ? 4096 : nblocks < 512 * 1024 ? 8192
                                                                                  : 16384;
}

static uint32_t round_up(uint64_t n, uint32_t to)
{
    return (uint32_t)((n + to - 1) / to * to);
}

static void plan_groups(struct layout *l)
{
    l->ngroups = (l->nblocks - l->first + l->per_group - 1) / l->per_group;
    l->gdt = (l->ngroups + l->bs / 32 - 1) / (l->bs / 32);

    uint64_t bytes = (uint64_t)l->nblocks * l->bs;
    uint64_t inodes = l->p->inodes ? l->p->inodes : bytes / (bytes < 512u << 20 ? 4096 : 16384);
    uint32_t per_block = l->bs / 128;

    if (inodes < 16)
        inodes = 16;
    l->ipg = round_up((inodes + l->ngroups - 1) / l->ngroups, per_block < 8 ? 8 : per_block);
    if (l->ipg > l->bs * 8)
        l->ipg = l->bs * 8;
    l->table = l->ipg / per_block;
}

static const char *plan(struct layout *l)
{
    uint64_t blocks = l->dev->nsectors * BLK_SECTOR / l->bs;

    l->first = l->bs == 1024;
    l->per_group = l->bs * 8;
    if (blocks > UINT32_MAX / 2)
        return "more than 2^31 blocks";
    l->nblocks = (uint32_t)blocks;
    if (l->nblocks < 60)
        return "fewer than 60 blocks";
    if (l->p->inodes > (uint64_t)(l->nblocks / l->per_group + 1) * l->bs * 8)
        return "more inodes than its groups can have";
    plan_groups(l);
    /* A last group that has room for little but itself is left out, as mke2fs does. */
    uint32_t last = l->ngroups - 1;

    if (last && group_end(l, last) - group_start(l, last) < front(l, last) + 50) {
        l->nblocks = group_start(l, last);
        plan_groups(l);
    }
    if (front(l, 0) + 20 >= group_end(l, 0) - group_start(l, 0))
        return "so many inodes that no room is left for data";
    l->journal = 0;
    if (l->p->journal != FS_JOURNAL_NONE) {
        l->journal = l->p->journal_blocks ? l->p->journal_blocks : default_journal(l->nblocks);
        if (l->journal < JBD_MIN_BLOCKS || l->journal > 10u << 20)
            return "a journal has 1024 to 10485760 blocks";
        if (l->journal > l->nblocks / 2)
            return "too small for a journal";
    }
    l->cursor = l->first + front(l, 0);
    return NULL;
}

/* ---- inodes ---- */

static uint32_t table_block(const struct layout *l, uint32_t ino)
{
    return l->first + front(l, 0) - l->table + (ino - 1) / (l->bs / 128);
}

static void put_inode(struct layout *l, uint32_t ino, const struct ext2_inode *in)
{
    uint32_t n = l->bs / BLK_SECTOR, at = table_block(l, ino);

    if (!l->dev->ops->peek(l->dev->self, (uint64_t)at * n, n, l->block))
        l->failed = true;
    memcpy(l->block + (ino - 1) % (l->bs / 128) * 128, in, sizeof *in);
    put(l, at, l->block);
}

static struct ext2_inode new_inode(const struct layout *l, uint32_t mode, uint32_t links)
{
    uint32_t t = l->p->seconds;

    return (struct ext2_inode){ .mode = (uint16_t)mode, .links_count = (uint16_t)links,
                                .atime = t, .mtime = t, .ctime = t };
}

static void set_entry(uint8_t *at, uint32_t ino, uint32_t rec_len, const char *name)
{
    struct ext2_dirent *e = (void *)at;

    e->ino = ino;
    e->rec_len = (uint16_t)rec_len;
    e->name_len = (uint8_t)strlen(name);
    e->type = ino ? EXT2_FT_DIR : EXT2_FT_UNKNOWN;
    memcpy(e->name, name, e->name_len);
}

static void make_root(struct layout *l)
{
    struct ext2_inode in = new_inode(l, FS_IFDIR | 0755, 3);
    uint8_t data[MAX_BLOCK] = { 0 };

    in.size = l->bs;
    in.blocks = l->bs / BLK_SECTOR;
    in.block[0] = take(l);
    set_entry(data, EXT2_ROOT_INO, 12, ".");
    set_entry(data + 12, EXT2_ROOT_INO, 12, "..");
    set_entry(data + 24, LOST_FOUND_INO, l->bs - 24, "lost+found");
    put(l, in.block[0], data);
    put_inode(l, EXT2_ROOT_INO, &in);
}

/* With room already in it, so that a repair need not find any. */
static void make_lost_found(struct layout *l)
{
    struct ext2_inode in = new_inode(l, FS_IFDIR | 0700, 2);
    uint32_t n = LOST_FOUND_BYTES / l->bs;

    if (l->nblocks < 2048)
        n = 1;
    n = n > EXT2_NDIRECT ? EXT2_NDIRECT : n;
    in.size = n * l->bs;
    in.blocks = n * (l->bs / BLK_SECTOR);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t data[MAX_BLOCK] = { 0 };

        in.block[i] = take(l);
        if (i == 0) {
            set_entry(data, LOST_FOUND_INO, 12, ".");
            set_entry(data + 12, EXT2_ROOT_INO, l->bs - 12, "..");
        } else {
            set_entry(data, 0, l->bs, "");
        }
        put(l, in.block[i], data);
    }
    put_inode(l, LOST_FOUND_INO, &in);
}

/* ---- the journal's tree, written from left to right ---- */

static void close_indirect(struct layout *l, unsigned k)
{
    if (l->indirect_at[k])
        put(l, l->indirect_at[k], l->indirect[k]);
    l->indirect_at[k] = 0;
}

/* The pointer for entry i of the indirect block at depth k (0: right above the data),
 * opened anew when its first entry comes. */
static void set_pointer(struct layout *l, uint32_t *root, unsigned depth, uint64_t i,
                        uint32_t block)
{
    uint32_t nptrs = l->bs / 4;
    uint32_t *slot = root;

    for (unsigned k = depth; k--;) {
        uint64_t span = 1;

        for (unsigned x = 0; x < k; x++)
            span *= nptrs;
        if (i % (span * nptrs) == 0) {
            close_indirect(l, k);
            memset(l->indirect[k], 0, l->bs);
            *slot = l->indirect_at[k] = take(l);
            l->journal_inode.blocks += l->bs / BLK_SECTOR;
        }
        slot = (uint32_t *)(void *)l->indirect[k] + i / span % nptrs;
    }
    *slot = block;
}

static void place_log_block(struct layout *l, uint32_t i)
{
    struct ext2_inode *in = &l->journal_inode;
    uint64_t p = l->bs / 4, at = i;
    unsigned depth = 0;

    if (i < EXT2_NDIRECT) {
        in->block[i] = take(l);
        return;
    }
    at -= EXT2_NDIRECT;
    for (uint64_t span = p; depth < 3; span *= p, depth++) {
        if (at < span)
            break;
        at -= span;
    }
    /* Opening an indirect block takes a block, which must come before the data's. */
    set_pointer(l, &in->block[EXT2_IND + depth], depth + 1, at, 0);
    uint32_t block = take(l);

    *((uint32_t *)(void *)l->indirect[0] + at % p) = block;
    put_zero(l, block);
}

static void make_journal_super(struct layout *l)
{
    struct jbd_super jb = {
        .h = { be32(JBD_MAGIC), be32(JBD_SUPER_V2), 0 }, .block_size = be32(l->bs),
        .maxlen = be32(l->journal), .first = be32(1), .sequence = be32(1),
        .nr_users = be32(1),
    };

    memcpy(jb.uuid, l->sb.uuid, sizeof jb.uuid);
    memcpy(jb.users, l->sb.uuid, sizeof l->sb.uuid);
    jb.nr_users = be32(1);
    memset(l->block, 0, l->bs);
    memcpy(l->block, &jb, sizeof jb);
    put(l, l->journal_inode.block[0], l->block);
}

static void make_journal(struct layout *l)
{
    uint64_t size = (uint64_t)l->journal * l->bs;

    l->journal_inode = new_inode(l, FS_IFREG | 0600, 1);
    for (uint32_t i = 0; i < l->journal; i++) {
        place_log_block(l, i);
        if (i < EXT2_NDIRECT)
            put_zero(l, l->journal_inode.block[i]);
    }
    for (unsigned k = 0; k < 3; k++)
        close_indirect(l, k);
    l->journal_inode.size = (uint32_t)size;
    l->journal_inode.size_high = (uint32_t)(size >> 32);
    l->journal_inode.blocks += l->journal * (l->bs / BLK_SECTOR);
    make_journal_super(l);
    put_inode(l, EXT2_JOURNAL_INO, &l->journal_inode);
    memcpy(l->sb.jnl_blocks, l->journal_inode.block, sizeof l->journal_inode.block);
    l->sb.jnl_blocks[15] = l->journal_inode.size_high;
    l->sb.jnl_blocks[16] = l->journal_inode.size;
    l->sb.jnl_backup_type = 1;
    l->sb.journal_inum = EXT2_JOURNAL_INO;
    l->sb.feature_compat |= EXT3_COMPAT_HAS_JOURNAL;
}

/* ---- superblock, groups, bitmaps ---- */

static void fill_uuid(uint8_t uuid[16], uint64_t seed)
{
    for (unsigned i = 0; i < 16; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uuid[i] = (uint8_t)(seed >> 56);
    }
    uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x40);       /* RFC 4122: version 4 */
    uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
}

static void fill_super(struct layout *l)
{
    const struct mkfs_params *p = l->p;

    l->sb = (struct ext2_super){
        .inodes_count = l->ipg * l->ngroups, .blocks_count = l->nblocks,
        .r_blocks_count = (uint32_t)((uint64_t)l->nblocks * p->reserved_percent / 100),
        .first_data_block = l->first, .log_block_size = l->bs / 2048,
        .log_frag_size = l->bs / 2048, .blocks_per_group = l->per_group,
        .frags_per_group = l->per_group, .inodes_per_group = l->ipg, .wtime = p->seconds,
        .max_mnt_count = 0xffff, .magic = EXT2_MAGIC, .state = EXT2_VALID, .errors = 1,
        .lastcheck = p->seconds, .rev_level = 1, .first_ino = EXT2_FIRST_INO,
        .inode_size = 128, .feature_incompat = EXT2_INCOMPAT_FILETYPE,
        .feature_ro_compat = EXT2_RO_SPARSE_SUPER | EXT2_RO_LARGE_FILE,
        .def_hash_version = 1, .mkfs_time = p->seconds,
    };
    fill_uuid(l->sb.uuid, p->seed);
    fill_uuid((uint8_t *)l->sb.hash_seed, p->seed + 1);
    if (p->label)
        memcpy(l->sb.volume_name, p->label, strnlen(p->label, sizeof l->sb.volume_name));
}

static uint32_t count_free(const struct layout *l, uint32_t g)
{
    uint32_t n = 0;

    for (uint32_t b = group_start(l, g) + front(l, g); b < group_end(l, g); b++)
        n += b >= l->cursor;
    return n;
}

static struct ext2_group group_of(const struct layout *l, uint32_t g)
{
    uint32_t at = group_start(l, g) + front(l, g) - l->table - 2;
    uint32_t used = g == 0 ? EXT2_FIRST_INO : 0;

    return (struct ext2_group){
        .block_bitmap = at, .inode_bitmap = at + 1, .inode_table = at + 2,
        .free_blocks_count = (uint16_t)count_free(l, g),
        .free_inodes_count = (uint16_t)(l->ipg - used),
        .used_dirs_count = g == 0 ? 2 : 0,
    };
}

static void put_bitmaps(struct layout *l, uint32_t g, const struct ext2_group *gd)
{
    memset(l->block, 0, l->bs);
    for (uint32_t i = 0; i < l->per_group; i++)
        if (group_start(l, g) + i >= group_end(l, g) || in_use(l, group_start(l, g) + i))
            bit_set(l->block, i);
    put(l, gd->block_bitmap, l->block);
    memset(l->block, 0, l->bs);
    for (uint32_t i = 0; i < l->bs * 8; i++)
        if (i >= l->ipg || (g == 0 && i < EXT2_FIRST_INO))
            bit_set(l->block, i);
    put(l, gd->inode_bitmap, l->block);
}

static void put_super(struct layout *l, uint32_t g)
{
    memset(l->block, 0, l->bs);
    l->sb.block_group_nr = (uint16_t)g;
    memcpy(l->block + (g == 0 && l->bs > 1024 ? EXT2_SUPER_AT : 0), &l->sb, sizeof l->sb);
    put(l, group_start(l, g), l->block);
}

/* One block of descriptors, into every group that has copies. */
static void put_descriptors(struct layout *l, uint32_t i)
{
    uint32_t per = l->bs / (uint32_t)sizeof(struct ext2_group);
    struct ext2_group gd[MAX_BLOCK / sizeof(struct ext2_group)] = { 0 };

    for (uint32_t k = 0; k < per && i * per + k < l->ngroups; k++)
        gd[k] = group_of(l, i * per + k);
    for (uint32_t g = 0; g < l->ngroups; g++)
        if (ext2_sparse_has_super(g))
            put(l, group_start(l, g) + 1 + i, gd);
}

static void zero_tables(struct layout *l)
{
    for (uint32_t g = 0; g < l->ngroups; g++)
        for (uint32_t i = 0, at = group_of(l, g).inode_table; i < l->table; i++)
            put_zero(l, at + i);
}

static void put_groups(struct layout *l)
{
    for (uint32_t g = 0; g < l->ngroups; g++) {
        struct ext2_group gd = group_of(l, g);

        put_bitmaps(l, g, &gd);
        l->sb.free_blocks_count += gd.free_blocks_count;
        l->sb.free_inodes_count += gd.free_inodes_count;
    }
    for (uint32_t i = 0; i < l->gdt; i++)
        put_descriptors(l, i);
    for (uint32_t g = l->ngroups; g--;)
        if (ext2_sparse_has_super(g))
            put_super(l, g);
}

int mkfs(const struct blkdev *dev, const struct mkfs_params *p, const char **why)
{
    struct layout l = { .dev = dev, .p = p, .bs = p->block_size };

    *why = "a block has 1024, 2048 or 4096 bytes";
    if (l.bs != 1024 && l.bs != 2048 && l.bs != 4096)
        return -FS_EINVAL;
    *why = plan(&l);
    if (*why)
        return -FS_ENOSPC;
    fill_super(&l);
    zero_tables(&l);
    make_root(&l);
    make_lost_found(&l);
    if (l.journal)
        make_journal(&l);
    if (l.cursor >= l.nblocks) {
        *why = "no room is left for data";
        return -FS_ENOSPC;
    }
    put_groups(&l);
    *why = l.failed ? "the device cannot be written" : NULL;
    return l.failed ? -FS_EIO : 0;
}
