/* tree.h - what is in an image, read in the plainest way there is: a double of the file
 * system's own reading, and a judge from outside. */
#ifndef TESTS_CRASH_TREE_H
#define TESTS_CRASH_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TREE_MAX = 64 };

struct tree {
    struct node { char path[56]; uint32_t mode, nlink; uint64_t size, hash; } n[TREE_MAX];
    unsigned count;
    char text[256];
};

/* lost+found and '.' and '..' left out; in the order of the folders' entries. */
void tree_read(struct tree *t, const uint8_t *image);
/* How contents are told apart; short links have another hash. */
uint64_t tree_hash(const uint8_t *data, uint64_t n);
uint64_t tree_hash_link(const uint8_t *target, uint64_t n);
/* loose: contents of files may differ, sizes not. */
bool tree_same(const struct tree *a, const struct tree *b, bool loose);
/* The first path that differs. */
const char *tree_difference(const struct tree *a, const struct tree *b);

/* e2fsck -fy on the image, in a process of its own; each tenth is checked again. What it had
 * to say that was not expected ("": nothing) comes later, with the tag; at the latest from
 * e2fsck_all, after which nothing of it is left. */
typedef void e2fsck_said(void *ctx, uint32_t tag, const char *why);
void e2fsck_begin(const uint8_t *image, uint64_t size, bool twice, uint32_t tag,
                  e2fsck_said *said, void *ctx);
void e2fsck_all(e2fsck_said *said, void *ctx);

#endif
