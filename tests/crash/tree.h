/* tree.h - what is in an image, read in the plainest way there is: a double of the file
 * system's own reading. */
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

#endif
