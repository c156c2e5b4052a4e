/* fsck_attr.c - extended attributes, in a block of their own or behind the inode.
 *
 * Source: Linux, "Documentation/filesystems/ext4/attributes.rst". What is damaged goes as a
 * whole: nobody can say which of a list's entries are still what somebody wrote.
 */
#include <fs/fsck_int.h>

#include <string.h>

struct entry { uint8_t name_len, index; uint16_t at; uint32_t inode, size, hash; };

/* Bytes of a block that are taken already: entries and values may not lie over each other. */
struct region { uint8_t taken[4096 / 8]; const uint8_t *base; uint32_t size, values; bool block; };

static bool take(struct region *r, uint32_t at, uint32_t n)
{
    if (at > r->size || n > r->size - at)
        return false;
    for (uint32_t i = at; i < at + n; i++) {
        if (bit_test(r->taken, i))
            return false;
        bit_set(r->taken, i);
    }
    return true;
}

static uint32_t padded(uint32_t n)
{
    return (n + 3) & ~3u;
}

static uint32_t hash_of(const struct entry *e, const uint8_t *name, const uint8_t *value)
{
    uint32_t h = 0, word;

    for (uint32_t i = 0; i < e->name_len; i++)
        h = (h << 5 ^ h >> 27) ^ name[i];
    for (uint32_t i = 0; i < e->size; i += 4) {
        memcpy(&word, value + i, sizeof word);
        h = (h << 16 ^ h >> 16) ^ word;
    }
    return h;
}

/* Its name and value lie in the region, apart from all others. A value in an inode is a feature
 * that is not supported; a name without a prefix e2fsck minds in a block only (pass1.c,
 * check_ext_attr). */
static bool entry_good(struct region *r, uint32_t at, const struct entry *e)
{
    uint32_t value = r->values + e->at;

    if (!take(r, at, padded((uint32_t)sizeof *e + e->name_len)) ||
        (r->block && !e->index) || e->inode)
        return false;
    if (e->size > r->size || (r->block && e->at + e->size > r->size) ||
        (e->size && !take(r, value, padded(e->size))))
        return false;
    /* Behind an inode it may be missing. */
    return (!r->block && !e->hash) ||
           e->hash == hash_of(e, r->base + at + sizeof *e, r->base + value);
}

/* A list of entries that ends in a word of zeros. */
static bool list_good(struct region *r, uint32_t at)
{
    struct entry e;
    uint32_t end;

    if (!take(r, 0, at))
        return false;
    for (;; at += padded((uint32_t)sizeof e + e.name_len)) {
        if (r->size - at < sizeof end)
            return false;
        memcpy(&end, r->base + at, sizeof end);
        if (!end)
            return take(r, at, sizeof end);
        if (r->size - at < sizeof e)
            return false;
        memcpy(&e, r->base + at, sizeof e);
        if (!entry_good(r, at, &e))
            return false;
    }
}

static bool block_holds_attrs(const struct check *c, uint32_t block)
{
    const struct ext2_xattr_header *h = (const void *)block_at(c, block);
    struct region r = { .base = (const void *)h, .size = c->bs, .block = true };

    return h->magic == EXT2_XATTR_MAGIC && h->blocks == 1 && list_good(&r, sizeof *h);
}

/* The first who names a block of attributes marks it; who has the same ones may share it. */
static bool claim(struct check *c, uint32_t block)
{
    if (bit_test(c->attrs, block - c->first)) {
        bit_set(c->attrs_twice, block - c->first);
        return true;
    }
    if (!block_holds_attrs(c, block))
        return false;
    bit_set(c->attrs, block - c->first);
    c->nattrs++;
    if (is_used(c, block)) {
        bit_set(c->shared, block - c->first);
        c->nshared++;
    }
    set_used(c, block);
    return true;
}

void check_attr(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    bool may = c->sb->feature_compat & EXT2_COMPAT_EXT_ATTR && in->file_acl >= c->first &&
               in->file_acl < c->nblocks;

    if (!in->file_acl || (may && block_good(c, in->file_acl) && claim(c, in->file_acl)))
        return;
    if (!may && ino < c->first_ino && ino != EXT2_ROOT_INO)
        return;                 /* nobody looks */
    if (wrong(c, FSCK_INODE_ATTR, ino, in->file_acl, 0, 0)) {
        touch(c, in);
        in->file_acl = 0;
    }
}

/* ---- behind an inode ---- */

void check_extra(struct check *c, uint32_t ino, struct ext2_inode *in)
{
    uint8_t *extra = (uint8_t *)in + sizeof *in;
    uint32_t room = c->isize - (uint32_t)sizeof *in, magic;
    uint16_t size;

    if (!room)
        return;
    memcpy(&size, extra, sizeof size);
    if (size && (size < 4 || size > room || size % 4) &&
        wrong(c, FSCK_INODE_EXTRA, ino, 0, size, 0)) {
        size = EXT2_EXTRA_ISIZE;
        touch(c, extra);
        memcpy(extra, &size, sizeof size);
    }
    if (size % 4 || size >= room - 4)
        return;
    memcpy(&magic, extra + size, sizeof magic);
    if (magic != EXT2_XATTR_MAGIC)
        return;
    struct region r = { .base = extra + size, .size = room - size, .values = 4 };

    if (!list_good(&r, 4) && wrong(c, FSCK_INODE_ATTR_IN, ino, 0, 0, 0)) {
        touch(c, extra);
        memset(extra + size, 0, sizeof magic);
    }
}

/* ---- how many share a block ---- */

static bool has_attr(const struct check *c, uint32_t ino, uint32_t block)
{
    return bit_test(c->inode_used, ino - 1) && inode_at(c, ino)->file_acl == block;
}

static void check_refs(struct check *c, uint32_t ino, uint32_t block)
{
    struct ext2_xattr_header *h = (void *)block_at(c, block);
    uint32_t n = 0;

    if (h->refcount == 1 && !bit_test(c->attrs_twice, block - c->first))
        return;
    for (; ino <= c->ninodes; ino++)
        n += has_attr(c, ino, block);
    if (h->refcount != n && wrong(c, FSCK_ATTR_REFS, 0, block, h->refcount, n)) {
        touch(c, h);
        h->refcount = n;
    }
}

/* After shared blocks have been copied: each block of attributes once, by its first inode. */
void check_attr_refs(struct check *c)
{
    for (uint32_t ino = 1; c->nattrs && ino <= c->ninodes; ino++) {
        uint32_t block = inode_at(c, ino)->file_acl;

        if (!block_good(c, block) || !has_attr(c, ino, block) ||
            !bit_test(c->attrs, block - c->first))
            continue;
        bit_clear(c->attrs, block - c->first);
        c->nattrs--;
        check_refs(c, ino, block);
    }
}

/* A block that is also somebody's data: all who have it as attributes get one copy. */
void copy_shared_attr(struct check *c, uint32_t ino)
{
    uint32_t block = inode_at(c, ino)->file_acl, copy;

    if (!block_good(c, block) || !has_attr(c, ino, block) ||
        !bit_test(c->attrs, block - c->first) || !bit_test(c->shared, block - c->first) ||
        !wrong(c, FSCK_BLOCK_SHARED, ino, block, 0, 0))
        return;
    copy = grab_block(c);
    if (copy) {
        memcpy(block_at(c, copy), block_at(c, block), c->bs);
        bit_set(c->attrs, copy - c->first);
        if (bit_test(c->attrs_twice, block - c->first))
            bit_set(c->attrs_twice, copy - c->first);
    }
    for (uint32_t i = ino; i <= c->ninodes; i++)
        if (has_attr(c, i, block)) {
            touch(c, inode_at(c, i));
            inode_at(c, i)->file_acl = copy;
        }
}
