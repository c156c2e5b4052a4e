/* regtree.h - a pattern as a tree; for regcomp.c, which makes it, and regexec.c. */
#ifndef LIBC_REGTREE_H
#define LIBC_REGTREE_H
#include <regex.h>

enum kind {
    RE_EMPTY, RE_SET, RE_CAT, RE_ALT, RE_REPEAT, RE_GROUP, RE_BACK,
    RE_BEGIN, RE_END, RE_WORD_EDGE, RE_NO_EDGE, RE_WORD_BEGIN, RE_WORD_END,
};

struct node {
    enum kind kind;
    int left, right;            /* nodes; of a set its place in `sets` */
    int min, max;               /* RE_REPEAT; max -1: none */
    int group;                  /* RE_GROUP, RE_BACK: which */
};

struct set { unsigned char has[32]; };  /* a bit a byte */

struct __regex {
    struct node *nodes;
    struct set *sets;
    int nnodes, nsets, root, ngroups;
    unsigned referred;          /* groups 1 to 9 that a \1 to \9 refers to, as bits */
    int flags;
};
#endif
