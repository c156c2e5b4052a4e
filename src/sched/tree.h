/* sched/tree.h - a search tree of tasks, linked by number, that can carry sums.
 *
 * A treap (Aragon, Seidel: "Randomized Search Trees", FOCS 1989) whose priorities are
 * hashes of the task numbers, so that they need no room and the same tasks always make
 * the same tree. The owner's record of a task begins with a struct tree_link. What a
 * record says about its whole subtree (a sum of tickets, a least time) is kept right by
 * the owner's `gather`, called from the bottom up wherever something changed. Adding and
 * taking off are O(log n) expected.
 *
 * Everything is inline and takes a constant struct tree_kind, so that the compiler sees
 * through the calls.
 */
#ifndef SCHED_TREE_H
#define SCHED_TREE_H

#include <ossim/types.h>
#include <sim/check.h>

struct tree_link { tid_t left, right, parent; };        /* TID_NONE: none */

struct tree_kind {
    size_t size;                                        /* of a record */
    bool (*before)(const void *tasks, tid_t a, tid_t b);        /* a strict order */
    void (*gather)(void *tasks, tid_t tid);     /* from tid's own and its children's */
};

static inline struct tree_link *tree_at(const struct tree_kind *k, void *tasks, tid_t tid)
{
    return (struct tree_link *)(void *)((uint8_t *)tasks + k->size * tid);
}

/* murmur3's finalizer */
static inline uint32_t tree_priority(tid_t tid)
{
    uint32_t h = tid + 0x9e3779b9u;

    h = (h ^ h >> 16) * 0x85ebca6bu;
    h = (h ^ h >> 13) * 0xc2b2ae35u;
    return h ^ h >> 16;
}

/* Let `to` hang where `from` hangs. */
static inline void tree_replace(const struct tree_kind *k, void *tasks, tid_t *root,
                                tid_t parent, tid_t from, tid_t to)
{
    if (parent == TID_NONE)
        *root = to;
    else if (tree_at(k, tasks, parent)->left == from)
        tree_at(k, tasks, parent)->left = to;
    else
        tree_at(k, tasks, parent)->right = to;
    if (to != TID_NONE)
        tree_at(k, tasks, to)->parent = parent;
}

/* Rotate tid above its parent. */
static inline void tree_rise(const struct tree_kind *k, void *tasks, tid_t *root,
                             tid_t tid)
{
    struct tree_link *n = tree_at(k, tasks, tid);
    tid_t down = n->parent;
    struct tree_link *d = tree_at(k, tasks, down);
    tid_t middle;

    DCHECK(down != TID_NONE && (d->left == tid || d->right == tid));
    tree_replace(k, tasks, root, d->parent, down, tid);
    if (d->left == tid) {
        middle = n->right;
        d->left = middle;
        n->right = down;
    } else {
        middle = n->left;
        d->right = middle;
        n->left = down;
    }
    d->parent = tid;
    if (middle != TID_NONE)
        tree_at(k, tasks, middle)->parent = down;
    k->gather(tasks, down);
}

static inline void tree_add(const struct tree_kind *k, void *tasks, tid_t *root,
                            tid_t tid)
{
    struct tree_link *n = tree_at(k, tasks, tid);
    tid_t parent = TID_NONE, at = *root;
    bool left = false;

    while (at != TID_NONE) {
        struct tree_link *a = tree_at(k, tasks, at);

        parent = at;
        left = k->before(tasks, tid, at);
        at = left ? a->left : a->right;
    }
    *n = (struct tree_link){ TID_NONE, TID_NONE, parent };
    if (parent == TID_NONE)
        *root = tid;
    else if (left)
        tree_at(k, tasks, parent)->left = tid;
    else
        tree_at(k, tasks, parent)->right = tid;
    while (n->parent != TID_NONE && tree_priority(n->parent) < tree_priority(tid))
        tree_rise(k, tasks, root, tid);
    for (at = tid; at != TID_NONE; at = tree_at(k, tasks, at)->parent)
        k->gather(tasks, at);
}

static inline void tree_remove(const struct tree_kind *k, void *tasks, tid_t *root,
                               tid_t tid)
{
    struct tree_link *n = tree_at(k, tasks, tid);

    while (n->left != TID_NONE && n->right != TID_NONE)
        tree_rise(k, tasks, root, tree_priority(n->left) > tree_priority(n->right)
                                  ? n->left : n->right);
    DCHECK(n->left == TID_NONE || n->right == TID_NONE);
    tree_replace(k, tasks, root, n->parent, tid,
                 n->left != TID_NONE ? n->left : n->right);
    for (tid_t at = n->parent; at != TID_NONE; at = tree_at(k, tasks, at)->parent)
        k->gather(tasks, at);
}

#endif
