/* sweep.h - images damaged one field at a time, and at random, judged by fsck and by e2fsck.
 * For tests/sweep only. */
#ifndef TESTS_SWEEP_SWEEP_H
#define TESTS_SWEEP_SWEEP_H

#include <fs/fsck.h>
#include <fs/ondisk.h>
#include <host/judge.h>
#include <sim/rng.h>

/* An undamaged image. */
struct layout {
    uint8_t *bytes;
    uint64_t size;
    struct ext2_super *sb;
    struct ext2_group *gd;
    uint32_t bs, isize, ngroups;
};

struct ext2_inode *layout_inode(const struct layout *l, uint32_t ino);

/* ---- fields.c: what can be damaged ---- */

enum { NAME = 160 };
struct spot {
    char name[NAME];
    uint64_t at;                /* bytes from the image's start */
    unsigned size;              /* bytes: 1, 2, 4 or 8 */
    bool big_endian, is_bits;   /* is_bits: every bit of it means something else */
};

/* Superblock and copies, descriptors, bitmaps, inodes with all that hangs on them, journal. */
void fields_each(const struct layout *l, void (*fn)(void *ctx, const struct spot *s), void *ctx);
/* Values worth trying there; at most VALUES. Those that it has already are among them. */
enum { VALUES = 96 };
unsigned field_values(const struct layout *l, const struct spot *s, rng_t *r,
                      uint64_t v[VALUES]);

/* ---- files.c: what is still there ---- */

struct files {
    uint64_t *contents;         /* by inode, with type and size; 0: it has no name */
    uint64_t *entry;            /* hashes of folder, name and inode; sorted */
    uint32_t nentries;          /* at most ENTRIES */
};
enum { ENTRIES = 4096 };
/* Memory stays, for the next image. */
void files_read(const struct layout *l, const uint8_t *image, struct files *f);
bool files_have(const struct files *f, uint64_t entry);
/* Do folders from `ino` up by '..' go round, instead of to the root? */
bool files_go_round(const struct layout *l, const uint8_t *image, uint32_t ino);

/* ---- verdict.c: one damaged image ---- */

enum { EXCEPTIONS = 11 };       /* numbered as in fs/fsck.h; 0: e2fsck itself gives up */
struct tally { uint64_t cases, damaged, failed, tolerated[EXCEPTIONS]; };

struct court {
    const struct layout *good;
    struct judge *judge;
    struct tally *tally;
    const char *image_name, *case_name;
    uint8_t *damaged, *work, *left;             /* each of the image's size */
    struct files before, ours, theirs;
};
void verdict(struct court *c);

#endif
