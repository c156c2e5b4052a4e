/* fs/fsck_int.h - shared by the files of fsck. */
#ifndef FS_FSCK_INT_H
#define FS_FSCK_INT_H

#include <fs/fs.h>
#include <fs/fsck.h>
#include <fs/group.h>
#include <fs/journal.h>
#include <fs/ondisk.h>
#include <sim/check.h>

struct check {
    struct fsck *f;
    struct ext2_super *sb;
    uint32_t bs, nblocks, ninodes, first, per_group, ipg, ngroups, isize, first_ino, nptrs;
    bool filetype, dotdots_counted;
    uint8_t *used, *shared;     /* by block - first: found in use; by more than one */
    uint8_t *seen;              /* the same: of shared ones, whether one owner has it */
    uint8_t *inode_used, *connected;    /* by inode - 1; connected: to the root */
    uint8_t *kind;              /* by inode: enum of EXT2_FT_*, 0: free */
    uint16_t *links;            /* by inode: names found */
    uint32_t *parent;           /* by inode: which folder has an entry for this folder */
    uint32_t *dotdot;           /* by inode: what the folder's '..' says */
    uint8_t *attrs, *attrs_twice;       /* by block - first: attributes; of several inodes */
    uint8_t *marks;             /* of one inode, by block: pointers; of a folder: in its index */
    uint32_t nshared, nattrs, lost_found, search;
    bool large;                 /* there is a file of 2 GiB or more */
    bool resize_lost;           /* the inode of blocks kept for descriptors is to be made anew */
    struct journal_run runs[JOURNAL_RUNS];
    uint32_t nruns;
    struct revoke *revokes;
};

static inline uint8_t *block_at(const struct check *c, uint32_t block)
{
    DCHECK(block < c->nblocks);
    return c->f->image + (uint64_t)block * c->bs;
}

static inline struct ext2_group *group_at(const struct check *c, uint32_t g)
{
    return (struct ext2_group *)(void *)block_at(c, c->first + 1) + g;
}

static inline bool block_good(const struct check *c, uint32_t block)
{
    return block > c->first && block < c->nblocks;
}

static inline struct ext2_inode *inode_at(const struct check *c, uint32_t ino)
{
    uint32_t g = (ino - 1) / c->ipg, i = (ino - 1) % c->ipg;

    DCHECK(ino && ino <= c->ninodes);
    return (void *)(block_at(c, group_at(c, g)->inode_table) + (uint64_t)i * c->isize);
}

/* Say what is wrong. True: it is to be repaired. */
bool wrong(struct check *c, enum fsck_fault fault, uint32_t ino, uint32_t block, uint64_t is,
           uint64_t should);
/* This block is going to change. */
void touch(struct check *c, const void *bytes);
/* A block that nobody has, zeroed and marked; 0: none. */
uint32_t grab_block(struct check *c);
uint32_t grab_inode(struct check *c);

uint64_t file_size(const struct ext2_inode *in);
bool file_has_blocks(const struct ext2_inode *in);

/* Visit every pointer of an inode's tree, children before what is behind them. */
struct walk {
    struct check *c;
    uint32_t ino;
    struct ext2_inode *in;
    /* Called with the pointer (not 0) and how many levels are below it. False: do not
     * go down. It may change *ptr. */
    bool (*visit)(struct walk *w, uint32_t *ptr, unsigned level, uint64_t lblock);
    uint64_t last;              /* of the data blocks, plus 1 */
    uint32_t nblocks;           /* all blocks, indirect ones too */
    bool changed;
};
void walk_blocks(struct walk *w);

static inline bool is_used(const struct check *c, uint32_t block)
{
    return bit_test(c->used, block - c->first);
}
static inline void set_used(struct check *c, uint32_t block)
{
    if (block >= c->first)
        bit_set(c->used, block - c->first);
}

/* The superblock, about to change, and of a revision that has features. */
struct ext2_super *need_revision(struct check *c);
/* Superblock and groups are still those that the check began with, and can be used. */
bool geometry_holds(const struct check *c);
uint8_t kind_of(uint32_t mode);
/* A time as small as an inode's number would be taken for a link of the orphans' list. */
uint32_t deletion_time(const struct check *c);
/* Make it a free inode. */
void clear_inode(struct check *c, uint32_t ino);
/* Where the pointer to block `lblock` stands; NULL: an indirect block is missing. */
uint32_t *pointer_of(const struct check *c, struct ext2_inode *in, uint32_t lblock);
bool make_root(struct check *c);

/* The entry at `at` of a folder's block, if it and its name lie in the block and leave room
 * for the next: what was not repaired may stand there, so whoever walks asks. NULL: no. */
struct ext2_dirent *good_entry(const struct check *c, uint8_t *data, uint32_t at);

/* The parts of pass 1 for one inode. */
uint64_t longest_file(const struct check *c);
void check_inode(struct check *c, uint32_t ino);
void check_low_dtime(struct check *c, uint32_t ino, struct ext2_inode *in);
/* Of an inode without a name. */
void check_special_flags(struct check *c, uint32_t ino, struct ext2_inode *in, bool index);
void check_contents(struct check *c, uint32_t ino, struct ext2_inode *in);
void check_unused(struct check *c, uint32_t ino);
/* It should be free, but stay nobody's. */
void check_kept_free(struct check *c, uint32_t ino);
void check_attr(struct check *c, uint32_t ino, struct ext2_inode *in);
void check_extra(struct check *c, uint32_t ino, struct ext2_inode *in);
void copy_shared_attr(struct check *c, uint32_t ino);
void check_index(struct check *c, uint32_t ino, struct ext2_inode *in);

/* The superblock, or a copy that is better, or what it must have been; where it is in *at. False:
 * there is none. */
bool super_find(const uint8_t *image, uint64_t size, struct ext2_super *sb, uint64_t *at);
/* Can a file system of so many bytes be worked on by what it says? */
bool super_fits(const struct ext2_super *sb, uint64_t size);
/* It has, though its revision has none. */
bool super_has_features(const struct ext2_super *sb);
void super_revise(struct ext2_super *sb);
bool groups_usable(const struct check *c);

bool journal_elsewhere(const struct ext2_super *sb);

void check_super(struct check *c);
/* When groups can be used. */
void check_super_inodes(struct check *c);
void check_groups(struct check *c);
/* NULL, or why nothing more can be said. */
const char *check_journal(struct check *c);
void check_orphans(struct check *c);
void check_special(struct check *c);
void check_inodes(struct check *c);
void check_shared(struct check *c);
void check_attr_refs(struct check *c);
void make_resize(struct check *c);
void check_folders(struct check *c);
void check_connection(struct check *c);
void check_links(struct check *c);
void check_bitmaps(struct check *c);

#endif
