/* tree.c - see tree.h. */
#include "tree.h"

#include <fs/ondisk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

struct image { const uint8_t *bytes; const struct ext2_super *sb; uint32_t bs; };

static const struct ext2_inode *inode_of(const struct image *im, uint32_t ino)
{
    uint32_t g = (ino - 1) / im->sb->inodes_per_group, i = (ino - 1) % im->sb->inodes_per_group;
    const struct ext2_group *gd =
        (const void *)(im->bytes + (uint64_t)(im->sb->first_data_block + 1) * im->bs);

    return (const void *)(im->bytes + (uint64_t)gd[g].inode_table * im->bs +
                          (uint64_t)i * im->sb->inode_size);
}

/* Direct and single indirect are enough for these scenarios; others are zeros here. */
static const uint8_t *block_of(const struct image *im, const struct ext2_inode *in, uint64_t l)
{
    static const uint8_t zero[4096];
    uint32_t b = 0;

    if (l < 12)
        b = in->block[l];
    else if (l < 12 + im->bs / 4 && in->block[12])
        memcpy(&b, im->bytes + (uint64_t)in->block[12] * im->bs + (l - 12) * 4, 4);
    return b ? im->bytes + (uint64_t)b * im->bs : zero;
}

static uint64_t hash_more(uint64_t h, const uint8_t *data, uint64_t n)
{
    uint64_t word;

    for (uint64_t i = 0; i + 8 <= n; i += 8) {
        memcpy(&word, data + i, 8);
        h = (h ^ word) * 1099511628211u;
    }
    for (uint64_t i = n & ~7ull; i < n; i++)
        h = (h ^ data[i]) * 1099511628211u;
    return h;
}

uint64_t tree_hash(const uint8_t *data, uint64_t n)
{
    return hash_more(14695981039346656037u, data, n);
}

uint64_t tree_hash_link(const uint8_t *target, uint64_t n)
{
    uint64_t h = 0;

    for (uint64_t i = 0; i < n; i++)
        h = h * 31 + target[i];
    return h;
}

static uint64_t hash_of(const struct image *im, const struct ext2_inode *in)
{
    uint64_t h = 14695981039346656037u;
    uint32_t type = in->mode & 0170000;

    if (type == 0120000 && !in->blocks)
        return tree_hash_link((const uint8_t *)in->block, in->size < 60 ? in->size : 0);
    if (type != 0100000 && type != 0120000)
        return 0;
    for (uint64_t at = 0; at < in->size; at += im->bs)
        h = hash_more(h, block_of(im, in, at / im->bs),
                      in->size - at < im->bs ? in->size - at : im->bs);
    return h;
}

static void read_folder(struct tree *t, const struct image *im, uint32_t ino, const char *path)
{
    const struct ext2_inode *dir = inode_of(im, ino);

    for (uint32_t l = 0; l < dir->size / im->bs; l++) {
        const uint8_t *data = block_of(im, dir, l);

        for (uint32_t at = 0; at < im->bs;) {
            const struct ext2_dirent *e = (const void *)(data + at);

            at += e->rec_len ? e->rec_len : im->bs;
            if (!e->ino || e->name[0] == '.' || (e->name_len == 10 && e->name[0] == 'l'))
                continue;
            if (t->count == TREE_MAX)
                return;
            const struct ext2_inode *in = inode_of(im, e->ino);
            struct node *n = &t->n[t->count++];

            snprintf(n->path, sizeof n->path, "%s/%.*s", path, e->name_len, e->name);
            n->mode = in->mode;
            n->nlink = in->links_count;
            n->size = (in->mode & 0170000) == 0040000 ? 0 : in->size;
            n->hash = hash_of(im, in);
            if ((in->mode & 0170000) == 0040000)
                read_folder(t, im, e->ino, n->path);
        }
    }
}

void tree_read(struct tree *t, const uint8_t *image)
{
    struct image im = { .bytes = image, .sb = (const void *)(image + 1024) };

    im.bs = 1024u << im.sb->log_block_size;
    t->count = 0;
    read_folder(t, &im, EXT2_ROOT_INO, "");
}

static const struct node *find(const struct tree *t, const char *path)
{
    for (unsigned i = 0; i < t->count; i++)
        if (!strcmp(t->n[i].path, path))
            return &t->n[i];
    return NULL;
}

static bool node_same(const struct node *a, const struct node *b, bool loose)
{
    return a && b && a->mode == b->mode && a->nlink == b->nlink && a->size == b->size &&
           (loose || a->hash == b->hash);
}

bool tree_same(const struct tree *a, const struct tree *b, bool loose)
{
    bool same = a->count == b->count;

    for (unsigned i = 0; same && i < a->count; i++)
        same = node_same(&a->n[i], strcmp(a->n[i].path, b->n[i].path) ? find(b, a->n[i].path)
                                                                     : &b->n[i], loose);
    return same;
}

const char *tree_difference(const struct tree *a, const struct tree *b)
{
    for (unsigned i = 0; i < a->count; i++)
        if (!node_same(&a->n[i], find(b, a->n[i].path), false))
            return a->n[i].path;
    for (unsigned i = 0; i < b->count; i++)
        if (!find(a, b->n[i].path))
            return b->n[i].path;
    return "(none)";
}
