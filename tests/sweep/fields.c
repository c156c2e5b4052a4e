/* fields.c - every field of an ext2 image that a check reads, and values to put there. */
#include "sweep.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct field { const char *name; unsigned offset, size; };
#define FIELD(type, f) { #f, offsetof(struct type, f), sizeof ((struct type *)0)->f }
#define S(f) FIELD(ext2_super, f)
#define G(f) FIELD(ext2_group, f)
#define I(f) FIELD(ext2_inode, f)

static const struct field of_super[] = {
    S(inodes_count), S(blocks_count), S(r_blocks_count), S(free_blocks_count),
    S(free_inodes_count), S(first_data_block), S(log_block_size), S(log_frag_size),
    S(blocks_per_group), S(frags_per_group), S(inodes_per_group), S(mtime), S(wtime),
    S(mnt_count), S(max_mnt_count), S(magic), S(state), S(errors), S(minor_rev_level),
    S(lastcheck), S(checkinterval), S(creator_os), S(rev_level), S(def_resuid), S(def_resgid),
    S(first_ino), S(inode_size), S(block_group_nr), S(feature_compat), S(feature_incompat),
    S(feature_ro_compat), { "uuid", 104, 4 }, { "volume_name", 120, 4 }, S(algo_bitmap),
    S(prealloc_blocks), S(prealloc_dir_blocks), S(reserved_gdt_blocks),
    { "journal_uuid", 208, 4 }, S(journal_inum), S(journal_dev), S(last_orphan),
    { "hash_seed", 236, 4 }, S(def_hash_version), S(jnl_backup_type), S(desc_size),
    S(default_mount_opts), S(first_meta_bg), S(mkfs_time),
};

static const struct field of_group[] = {
    G(block_bitmap), G(inode_bitmap), G(inode_table), G(free_blocks_count),
    G(free_inodes_count), G(used_dirs_count), G(flags), G(table_unused), G(checksum),
};

static const struct field of_inode[] = {
    I(mode), I(uid), I(size), I(atime), I(ctime), I(mtime), I(dtime), I(gid), I(links_count),
    I(blocks), I(flags), I(osd1), I(generation), I(file_acl), I(size_high), I(faddr), I(frag),
    I(fsize), I(file_acl_high), I(uid_high), I(gid_high), I(unused2),
};

struct fields {
    const struct layout *l;
    void (*fn)(void *ctx, const struct spot *s);
    void *ctx;
    char of[NAME / 2];          /* what the fields that come now are part of */
};

static void say(struct fields *f, const char *name, uint64_t at, unsigned size, bool big_endian,
                bool is_bits)
{
    struct spot s = { .at = at, .size = size, .big_endian = big_endian, .is_bits = is_bits };

    if (at + size > f->l->size)
        return;
    snprintf(s.name, sizeof s.name, "%s %s", f->of, name);
    f->fn(f->ctx, &s);
}

static void say_fields(struct fields *f, const struct field *fields, size_t n, uint64_t at)
{
    for (size_t i = 0; i < n; i++)
        say(f, fields[i].name, at + fields[i].offset, fields[i].size, false,
            fields[i].size <= 2 || strstr(fields[i].name, "fea") || strstr(fields[i].name, "fla"));
}
#define SAY_FIELDS(f, table, at) say_fields(f, table, sizeof table / sizeof *table, at)

/* What has no names: `step` bytes each. */
static void say_bytes(struct fields *f, uint64_t at, unsigned from, unsigned to, unsigned size,
                      unsigned step, bool big_endian)
{
    char name[32];

    for (unsigned o = from; o < to; o += step) {
        snprintf(name, sizeof name, "byte %u", o);
        say(f, name, at + o, size, big_endian, size == 1);
    }
}

/* ---- what an image has ---- */

static void supers(struct fields *f)
{
    const struct layout *l = f->l;

    strcpy(f->of, "superblock");
    SAY_FIELDS(f, of_super, EXT2_SUPER_AT);
    say_bytes(f, EXT2_SUPER_AT, 268, 1024, 4, 4, false);
    for (uint32_t g = 1; g < l->ngroups; g++) {
        uint64_t at = ((uint64_t)l->sb->first_data_block + (uint64_t)g * l->sb->blocks_per_group) *
                      l->bs;

        if (((const struct ext2_super *)(const void *)(l->bytes + at))->magic != EXT2_MAGIC)
            continue;
        snprintf(f->of, sizeof f->of, "copy in group %u", g);
        SAY_FIELDS(f, of_super, at);
        say_bytes(f, at + l->bs, 0, 96, 4, 4, false);
    }
}

static void groups(struct fields *f)
{
    const struct layout *l = f->l;

    for (uint32_t g = 0; g < l->ngroups && g < 3; g++) {
        snprintf(f->of, sizeof f->of, "group %u", g);
        SAY_FIELDS(f, of_group, (uint64_t)((uint8_t *)&l->gd[g] - l->bytes));
        strcat(f->of, " block bitmap");
        say_bytes(f, (uint64_t)l->gd[g].block_bitmap * l->bs, 0, 40, 1, 3, false);
        say_bytes(f, (uint64_t)l->gd[g].block_bitmap * l->bs, 47, l->bs, 1, l->bs / 17, false);
        snprintf(f->of, sizeof f->of, "group %u inode bitmap", g);
        say_bytes(f, (uint64_t)l->gd[g].inode_bitmap * l->bs, 0, 40, 1, 3, false);
        say_bytes(f, (uint64_t)l->gd[g].inode_bitmap * l->bs, 47, l->bs, 1, l->bs / 17, false);
    }
}

static void pointers(struct fields *f, const struct ext2_inode *in)
{
    const struct layout *l = f->l;
    size_t n = strlen(f->of);

    for (unsigned level = 1; level <= 3; level++) {
        uint32_t b = in->block[EXT2_NDIRECT - 1 + level], below = 0;

        if (!b || b >= l->sb->blocks_count)
            continue;
        snprintf(f->of + n, sizeof f->of - n, " pointers of level %u,", level);
        say_bytes(f, (uint64_t)b * l->bs, 0, 16, 4, 4, false);
        say_bytes(f, (uint64_t)b * l->bs, 16, l->bs, 4, l->bs / 20 * 4, false);
        for (uint32_t i = 0; i < l->bs / 4 && !below; i++)
            memcpy(&below, l->bytes + (uint64_t)b * l->bs + i * 4, 4);
        if (level == 1 || below >= l->sb->blocks_count)
            continue;
        strcat(f->of, " below");
        say_bytes(f, (uint64_t)below * l->bs, 0, l->bs, 4, l->bs / 8, false);
    }
    f->of[n] = '\0';
}

static void folder(struct fields *f, uint32_t ino, const struct ext2_inode *in)
{
    const struct layout *l = f->l;

    for (unsigned i = 0; i < 4; i++) {
        uint64_t at = (uint64_t)in->block[i] * l->bs;
        unsigned nth = 0;

        for (uint32_t o = 0; at && o + 8 <= l->bs; nth++) {
            const struct ext2_dirent *e = (const void *)(l->bytes + at + o);

            snprintf(f->of, sizeof f->of, "folder %u block %u entry %u", ino, i, nth);
            if (nth < 5 || e->rec_len + o >= l->bs) {
                say(f, "inode", at + o, 4, false, false);
                say(f, "rec_len", at + o + 4, 2, false, true);
                say(f, "name_len", at + o + 6, 1, false, true);
                say(f, "type", at + o + 7, 1, false, true);
                say_bytes(f, at + o, 8, 11, 1, 1, false);
            }
            o += e->rec_len < 8 ? l->bs : e->rec_len;
        }
        snprintf(f->of, sizeof f->of, "folder %u index", ino);
        if (i == 0 && in->flags & EXT2_INDEX_FL) {
            say_bytes(f, at, 24, 32, 1, 1, false);
            say_bytes(f, at, 32, 80, 2, 2, false);
        }
    }
}

static void one_inode(struct fields *f, uint32_t ino)
{
    const struct layout *l = f->l;
    struct ext2_inode *in = layout_inode(l, ino);
    uint64_t at = (uint64_t)((uint8_t *)in - l->bytes);
    unsigned type = in->mode >> 12;

    snprintf(f->of, sizeof f->of, "inode %u of type %u", ino, type);
    SAY_FIELDS(f, of_inode, at);
    say_bytes(f, at, offsetof(struct ext2_inode, block), offsetof(struct ext2_inode, generation), 4, 4,
              false);
    if (l->isize > 128)
        say_bytes(f, at, 128, 176, 2, 2, false);
    if (in->file_acl && in->file_acl < l->sb->blocks_count) {
        strcat(f->of, " attributes");
        say_bytes(f, (uint64_t)in->file_acl * l->bs, 0, 96, 4, 4, false);
        snprintf(f->of, sizeof f->of, "inode %u of type %u", ino, type);
    }
    if (type == 8 || type == 4)
        pointers(f, in);
    if (type == 4)
        folder(f, ino, in);
    else if (type == 10 && in->size >= EXT2_FAST_SYMLINK)
        say_bytes(f, (uint64_t)in->block[0] * l->bs, 0, 260, 1, 40, false);
}

/* Those that have a number instead of a name, a few of each type, a few that are free. */
static void inodes(struct fields *f)
{
    const struct layout *l = f->l;
    unsigned of_type[16] = { 0 };

    for (uint32_t ino = 1; ino <= l->sb->inodes_count; ino++) {
        const struct ext2_inode *in = layout_inode(l, ino);
        unsigned type = in->mode >> 12;

        if (ino <= EXT2_FIRST_INO || ino == l->sb->inodes_count ||
            (in->links_count && of_type[type]++ < (type == 8 || type == 4 ? 6 : 3)) ||
            (!in->links_count && of_type[0]++ < 4))
            one_inode(f, ino);
    }
}

static void journal(struct fields *f)
{
    const struct layout *l = f->l;
    const struct ext2_inode *in = layout_inode(l, EXT2_JOURNAL_INO);

    if (!(l->sb->feature_compat & EXT3_COMPAT_HAS_JOURNAL))
        return;
    for (unsigned i = 0; i < EXT2_NDIRECT; i++) {
        snprintf(f->of, sizeof f->of, "journal block %u", i);
        say_bytes(f, (uint64_t)in->block[i] * l->bs, 0, i ? 64 : 1024, 4, 4, true);
    }
}

void fields_each(const struct layout *l, void (*fn)(void *ctx, const struct spot *s), void *ctx)
{
    struct fields f = { .l = l, .fn = fn, .ctx = ctx };

    supers(&f);
    groups(&f);
    inodes(&f);
    journal(&f);
}

/* ---- what to put there ---- */

static uint64_t swapped(uint64_t v, const struct spot *s)
{
    return !s->big_endian ? v : s->size == 4 ? be32((uint32_t)v) : be16((uint16_t)v);
}

unsigned field_values(const struct layout *l, const struct spot *s, rng_t *r, uint64_t v[VALUES])
{
    uint64_t old = 0, most = s->size == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * s->size) - 1;
    unsigned n = 0, bits = 8 * s->size;

    memcpy(&old, l->bytes + s->at, s->size);
    old = swapped(old, s);
    const uint64_t always[] = { 0, 1, most, old + 1, old - 1, 2, 11, 12, l->bs, '.', '/' };
    const uint64_t numbers[] = {
        l->sb->blocks_count, l->sb->blocks_count - 1, 0x7fffffff, l->gd[0].inode_table,
        l->gd[0].block_bitmap, l->sb->first_data_block, l->sb->inodes_count + 1, old + l->bs,
        14, 100, old + 2, old - 2, old + 3,
    };

    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        v[n++] = always[i];
    for (size_t i = 0; s->size == 4 && i < sizeof numbers / sizeof *numbers; i++)
        v[n++] = numbers[i];
    for (unsigned i = 0; i < (s->is_bits ? bits : 4); i++)
        v[n++] = old ^ UINT64_C(1) << (s->is_bits ? i : rng_below(r, bits));
    v[n++] = rng_next(r);
    v[n++] = rng_below(r, l->sb->blocks_count);
    for (unsigned i = 0; i < n; i++)
        v[i] = swapped(v[i] & most, s);
    return n;
}
