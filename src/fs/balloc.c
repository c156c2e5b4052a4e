/* balloc.c - who gets which block and which inode: near what belongs together.
 *
 * Source: Card, Ts'o, Tweedie, "Design and Implementation of the Second Extended Filesystem":
 * a file's blocks in its inode's group, its inode in its folder's, folders spread out.
 */
#include <fs/inside.h>

#include <sim/check.h>

/* ---- bits ---- */

/* First clear bit in from .. n - 1, or n. */
static uint32_t find_clear(const uint8_t *map, uint32_t from, uint32_t n)
{
    for (uint32_t i = from; i < n;) {
        if ((i & 7) == 0 && map[i >> 3] == 0xff)
            i += 8;
        else if (bit_test(map, i))
            i++;
        else
            return i;
    }
    return n;
}

static uint32_t group_blocks(const struct fs *fs, uint32_t g)
{
    uint32_t start = fs->first_data + g * fs->per_group;

    return fs->nblocks - start < fs->per_group ? fs->nblocks - start : fs->per_group;
}

/* ---- what an allocation changes ---- */

/* A group's bitmap, its descriptor and the superblock, to be edited together. */
struct ledger {
    uint8_t *map;
    struct ext2_group *gd;
    struct ext2_super *sb;
};

static int ledger_edit(struct fs *fs, uint32_t g, bool inodes, struct ledger *l)
{
    const struct ext2_group *seen;
    int err = group_get(fs, g, &seen);

    if (!err)
        err = tx_edit(fs, inodes ? seen->inode_bitmap : seen->block_bitmap, TX_META, 0,
                      &l->map);
    if (!err)
        err = group_edit(fs, g, &l->gd);
    return err ? err : super_edit(fs, &l->sb);
}

/* ---- blocks ---- */

/* A free block of group g, from bit `from` on and round; not one whose freeing is not
 * committed, since a crash would give it back to its old owner. n: none. */
static uint32_t find_block(const struct fs *fs, const uint8_t *map, uint32_t g,
                           uint32_t from)
{
    uint32_t n = group_blocks(fs, g), start = fs->first_data + g * fs->per_group;

    for (int round = 0; round < 2; round++, from = 0)
        for (uint32_t i = find_clear(map, from, n); i < n; i = find_clear(map, i + 1, n))
            if (!block_set_has(&fs->freed, start + i) && !block_set_has(&fs->freeing, start + i))
                return i;
    return n;
}

static int take_block(struct fs *fs, uint32_t g, uint32_t bit)
{
    struct ledger l;
    int err = ledger_edit(fs, g, false, &l);

    if (err)
        return err;
    if (!l.gd->free_blocks_count || !l.sb->free_blocks_count)
        return fs_damaged(fs, "free blocks are counted wrong");
    CHECK(bit < group_blocks(fs, g) && !bit_test(l.map, bit));  /* it was nobody's */
    bit_set(l.map, bit);
    l.gd->free_blocks_count--;
    l.sb->free_blocks_count--;
    return 0;
}

static int try_group(struct fs *fs, uint32_t g, uint32_t from, uint32_t *block)
{
    const struct ext2_group *gd;
    const uint8_t *map;
    int err = group_get(fs, g, &gd);

    *block = 0;
    if (err || !gd->free_blocks_count)
        return err;
    err = tx_get(fs, gd->block_bitmap, &map);
    if (err)
        return err;
    uint32_t bit = find_block(fs, map, g, from);

    if (bit == group_blocks(fs, g))
        return 0;
    *block = fs->first_data + g * fs->per_group + bit;
    return block_valid(fs, *block) ? take_block(fs, g, bit)
                                   : fs_damaged(fs, "a bitmap gives away the superblock");
}

int block_alloc(struct fs *fs, uint32_t goal, uint32_t *block)
{
    const struct ext2_super *sb;
    int err = super_get(fs, &sb);

    if (err)
        return err;
    if (!sb->free_blocks_count ||
        (fs->tx.op->uid && sb->free_blocks_count <= sb->r_blocks_count))
        return -FS_ENOSPC;
    if (!block_valid(fs, goal))
        goal = fs->first_data;
    uint32_t g = (goal - fs->first_data) / fs->per_group;
    uint32_t from = (goal - fs->first_data) % fs->per_group;

    for (uint32_t i = 0; i < fs->ngroups; i++, from = 0) {
        err = try_group(fs, (g + i) % fs->ngroups, from, block);
        if (err || *block)
            return err;
    }
    if (!fs->freed.n && !fs->freeing.n)
        return -FS_ENOSPC;
    /* What was freed can be had when that is committed. */
    journal_start(fs, JOURNAL_COMMIT);
    return op_wait(fs, NEED_ANY);
}

int block_free(struct fs *fs, uint32_t block)
{
    uint32_t g = (block - fs->first_data) / fs->per_group;
    uint32_t bit = (block - fs->first_data) % fs->per_group;
    struct ledger l;
    int err;

    if (!block_valid(fs, block))
        return fs_damaged(fs, "a file has a block that is none");
    err = ledger_edit(fs, g, false, &l);
    if (err)
        return err;
    if (!bit_test(l.map, bit))
        return fs_damaged(fs, "a block is freed twice");
    bit_clear(l.map, bit);
    l.gd->free_blocks_count++;
    l.sb->free_blocks_count++;
    tx_free(fs, block);
    return 0;
}

/* ---- inodes ---- */

/* Folders of the root go where most room is; others stay with their parent. */
static int choose_group(struct fs *fs, uint32_t parent, bool dir, uint32_t *best)
{
    uint32_t most = 0;

    *best = (parent - 1) / fs->inodes_per_group;
    if (!dir || parent != EXT2_ROOT_INO)
        return 0;
    for (uint32_t g = 0; g < fs->ngroups; g++) {
        const struct ext2_group *gd;
        int err = group_get(fs, g, &gd);

        if (err)
            return err;
        if (gd->free_inodes_count && gd->free_blocks_count > most) {
            most = gd->free_blocks_count;
            *best = g;
        }
    }
    return 0;
}

static int take_inode(struct fs *fs, uint32_t g, uint32_t bit, bool dir)
{
    struct ledger l;
    int err = ledger_edit(fs, g, true, &l);

    if (err)
        return err;
    if (!l.gd->free_inodes_count || !l.sb->free_inodes_count)
        return fs_damaged(fs, "free inodes are counted wrong");
    CHECK(!bit_test(l.map, bit));
    bit_set(l.map, bit);
    l.gd->free_inodes_count--;
    l.sb->free_inodes_count--;
    l.gd->used_dirs_count = (uint16_t)(l.gd->used_dirs_count + dir);
    return 0;
}

int inode_alloc(struct fs *fs, uint32_t parent, bool dir, uint32_t *ino)
{
    uint32_t first;
    int err = choose_group(fs, parent, dir, &first);

    for (uint32_t i = 0; !err && i < fs->ngroups; i++) {
        uint32_t g = (first + i) % fs->ngroups;
        uint32_t from = g == 0 ? fs->first_ino - 1 : 0;
        const struct ext2_group *gd;
        const uint8_t *map;

        err = group_get(fs, g, &gd);
        if (err || !gd->free_inodes_count)
            continue;
        err = tx_get(fs, gd->inode_bitmap, &map);
        if (err)
            continue;
        uint32_t bit = find_clear(map, from, fs->inodes_per_group);

        if (bit == fs->inodes_per_group)
            continue;
        *ino = g * fs->inodes_per_group + bit + 1;
        CHECK(*ino >= fs->first_ino && *ino <= fs->ninodes);
        return take_inode(fs, g, bit, dir);
    }
    return err ? err : -FS_ENOSPC;
}

int inode_free(struct fs *fs, uint32_t ino, bool dir)
{
    uint32_t g = (ino - 1) / fs->inodes_per_group, bit = (ino - 1) % fs->inodes_per_group;
    struct ledger l;
    CHECK(ino >= fs->first_ino && ino <= fs->ninodes);
    int err = ledger_edit(fs, g, true, &l);

    if (err)
        return err;
    if (!bit_test(l.map, bit))
        return fs_damaged(fs, "an inode is freed twice");
    (void)tx_lost(fs, ino);     /* nobody can ask for it any more */
    bit_clear(l.map, bit);
    l.gd->free_inodes_count++;
    l.sb->free_inodes_count++;
    if (dir && l.gd->used_dirs_count)
        l.gd->used_dirs_count--;
    return 0;
}
