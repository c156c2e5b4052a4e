/* fs/ondisk.h - ext2 revision 1 and the JBD2 journal as they lie on the disk.
 *
 * Sources: D. Poirier, "The Second Extended File System: Internal Layout"; Linux,
 * "Documentation/filesystems/ext4/journal.rst". ext2 is little-endian, as host and
 * guest are, so structs are laid over blocks; the journal is big-endian: be32(), be16().
 */
#ifndef FS_ONDISK_H
#define FS_ONDISK_H

#include <stdint.h>

enum { EXT2_MAGIC = 0xef53, EXT2_SUPER_AT = 1024, EXT2_SUPER_SIZE = 1024 };
enum { EXT2_VALID = 1, EXT2_ERRORS = 2 };               /* s_state */
enum { EXT2_BAD_INO = 1, EXT2_ROOT_INO = 2, EXT2_USER_QUOTA_INO = 3, EXT2_GROUP_QUOTA_INO = 4,
       EXT2_RESIZE_INO = 7, EXT2_JOURNAL_INO = 8, EXT2_FIRST_INO = 11 };
enum { EXT2_NDIRECT = 12, EXT2_IND = 12, EXT2_DIND = 13, EXT2_TIND = 14, EXT2_NPTRS = 15,
       EXT2_FAST_SYMLINK = 60 };

enum {                                                  /* features */
    EXT2_COMPAT_PREALLOC = 1, EXT2_COMPAT_IMAGIC = 2, EXT3_COMPAT_HAS_JOURNAL = 4,
    EXT2_COMPAT_EXT_ATTR = 8, EXT2_COMPAT_RESIZE_INODE = 0x10, EXT2_COMPAT_DIR_INDEX = 0x20,
    EXT2_INCOMPAT_FILETYPE = 2, EXT3_INCOMPAT_RECOVER = 4,
    EXT2_RO_SPARSE_SUPER = 1, EXT2_RO_LARGE_FILE = 2,
};
enum { EXT2_INDEX_FL = 0x1000, EXT2_IMMUTABLE_FL = 0x10, EXT2_APPEND_FL = 0x20 };  /* i_flags */
enum { EXT4_IMAGIC_FL = 0x2000, EXT4_ENCRYPT_FL = 0x800, EXT4_EXTENTS_FL = 0x80000,
       EXT4_INLINE_FL = 0x10000000, EXT4_CASEFOLD_FL = 0x40000000 };    /* not supported */
enum { EXT2_FLAGS_UNSIGNED_HASH = 2 };                  /* s_flags */
enum { EXT2_BG_INODE_UNINIT = 1, EXT2_BG_BLOCK_UNINIT = 2 };    /* bg_flags */
enum { EXT2_OS_LINUX = 0, EXT2_OS_HURD = 1 };                              /* s_creator_os */
enum { EXT2_EXTRA_ISIZE = 32 };                         /* what a big inode has, as of today */

struct ext2_super {
    uint32_t inodes_count, blocks_count, r_blocks_count, free_blocks_count;
    uint32_t free_inodes_count, first_data_block, log_block_size, log_frag_size;
    uint32_t blocks_per_group, frags_per_group, inodes_per_group, mtime, wtime;
    uint16_t mnt_count, max_mnt_count, magic, state, errors, minor_rev_level;
    uint32_t lastcheck, checkinterval, creator_os, rev_level;
    uint16_t def_resuid, def_resgid;
    uint32_t first_ino;
    uint16_t inode_size, block_group_nr;
    uint32_t feature_compat, feature_incompat, feature_ro_compat;
    uint8_t uuid[16];
    char volume_name[16], last_mounted[64];
    uint32_t algo_bitmap;
    uint8_t prealloc_blocks, prealloc_dir_blocks;
    uint16_t reserved_gdt_blocks;
    uint8_t journal_uuid[16];
    uint32_t journal_inum, journal_dev, last_orphan;
    uint32_t hash_seed[4];
    uint8_t def_hash_version, jnl_backup_type;
    uint16_t desc_size;
    uint32_t default_mount_opts, first_meta_bg, mkfs_time, jnl_blocks[17];
    uint32_t high_counts[3];        /* of ext4 */
    uint16_t min_extra, want_extra;
    uint32_t flags;
    uint8_t unused1[372 - 356];
    uint8_t log_groups_per_flex, unused4[576 - 373];
    uint32_t quota[2];              /* inodes: of users, groups */
    uint8_t unused2[620 - 584];
    uint32_t quota_project;
    uint8_t unused3[640 - 624];
    uint32_t orphan_file;
    uint8_t unused5[1024 - 644];    /* checksums */
};
_Static_assert(sizeof(struct ext2_super) == 1024, "as ext2 has it");

struct ext2_group {
    uint32_t block_bitmap, inode_bitmap, inode_table;
    uint16_t free_blocks_count, free_inodes_count, used_dirs_count, flags;
    uint32_t unused[2];
    uint16_t table_unused, checksum;
};
_Static_assert(sizeof(struct ext2_group) == 32, "as ext2 has it");

struct ext2_inode {
    uint16_t mode, uid;
    uint32_t size, atime, ctime, mtime, dtime;
    uint16_t gid, links_count;
    uint32_t blocks, flags, osd1, block[EXT2_NPTRS], generation, file_acl, size_high, faddr;
    uint8_t frag, fsize;
    uint16_t file_acl_high, uid_high, gid_high;
    uint32_t unused2;
};
_Static_assert(sizeof(struct ext2_inode) == 128, "as ext2 has it");

struct ext2_dirent {
    uint32_t ino;
    uint16_t rec_len;
    uint8_t name_len, type;
    char name[];
};
enum { EXT2_FT_UNKNOWN, EXT2_FT_REG, EXT2_FT_DIR, EXT2_FT_CHR, EXT2_FT_BLK, EXT2_FT_FIFO,
       EXT2_FT_SOCK, EXT2_FT_LNK, EXT2_FT_MAX };
#define EXT2_REC_LEN(name_len) (((unsigned)(name_len) + 8 + 3) & ~3u)

struct ext2_xattr_header { uint32_t magic, refcount, blocks, hash, unused[4]; };
#define EXT2_XATTR_MAGIC 0xea020000u

/* ---- the journal: all big-endian ---- */

#define JBD_MAGIC 0xc03b3998u
enum { JBD_DESCRIPTOR = 1, JBD_COMMIT = 2, JBD_SUPER_V1 = 3, JBD_SUPER_V2 = 4,
       JBD_REVOKE = 5 };
enum { JBD_TAG_ESCAPE = 1, JBD_TAG_SAME_UUID = 2, JBD_TAG_DELETED = 4, JBD_TAG_LAST = 8 };
enum { JBD_INCOMPAT_REVOKE = 1, JBD_INCOMPAT_CSUM = 0x18 /* of its superblock, too */,
       JBD_INCOMPAT_KNOWN = 0x3f /* to Linux */ };
enum { JBD_MIN_BLOCKS = 1024, JBD_UUID_SIZE = 16 };

struct jbd_header { uint32_t magic, type, sequence; };
struct jbd_tag { uint32_t block; uint16_t checksum, flags; };
struct jbd_revoke { struct jbd_header h; uint32_t count; };      /* count: bytes, header too */
struct jbd_super {
    struct jbd_header h;
    uint32_t block_size, maxlen, first, sequence, start, err;
    uint32_t feature_compat, feature_incompat, feature_ro_compat;
    uint8_t uuid[16];
    uint32_t nr_users, dynsuper, max_transaction, max_trans_data;
    uint8_t checksum_type, unused1[3];
    uint32_t unused2[42], checksum;
    uint8_t users[16 * 48];
};
_Static_assert(sizeof(struct jbd_super) == 1024, "as JBD2 has it");

static inline uint32_t be32(uint32_t v)
{
    return __builtin_bswap32(v);
}
static inline uint16_t be16(uint16_t v)
{
    return __builtin_bswap16(v);
}

/* Do copies of superblock and descriptors stand in group g, under sparse_super? */
static inline int ext2_sparse_has_super(uint32_t g)
{
    if (g <= 1)
        return 1;
    for (uint32_t base = 3; base <= 7; base += 2) {
        uint32_t n = g;

        while (n % base == 0)
            n /= base;
        if (n == 1)
            return 1;
    }
    return 0;
}

static inline int bit_test(const uint8_t *map, uint32_t i)
{
    return map[i >> 3] >> (i & 7) & 1;
}
static inline void bit_set(uint8_t *map, uint32_t i)
{
    map[i >> 3] = (uint8_t)(map[i >> 3] | 1u << (i & 7));
}
static inline void bit_clear(uint8_t *map, uint32_t i)
{
    map[i >> 3] = (uint8_t)(map[i >> 3] & ~(1u << (i & 7)));
}

#endif
