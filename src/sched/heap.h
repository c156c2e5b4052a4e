/* sched/heap.h - a priority queue of tasks, linked by number.
 *
 * A pairing heap (Fredman, Sedgewick, Sleator, Tarjan: "The Pairing Heap: A New Form of
 * Self-Adjusting Heap", Algorithmica 1, 1986). Its nodes live in the memory that all
 * queues of a policy share: an array heap would need max_tasks slots in every queue.
 * Adding is O(1), taking the first or any other off O(log n) amortised. 32 bytes a task; 20
 * with HEAP_TIELESS defined by whoever has no ties and no data.
 *
 * Smaller keys come first; then the smaller tie; then the lower task number.
 */
#ifndef SCHED_HEAP_H
#define SCHED_HEAP_H

#include <ossim/types.h>
#include <sim/check.h>

#ifdef HEAP_TIELESS
struct heap_node {
    int64_t key;
    tid_t child, next, prev;
} __attribute__((packed, aligned(4)));

#define HEAP_TIE(node) INT64_C(0)
#else
struct heap_node {
    int64_t key, tie;           /* the owner's; constant while in a heap */
    tid_t child, next, prev;    /* first child; siblings; prev of a first child is
                                 * its parent; TID_NONE at the ends */
    int32_t data;               /* the owner's, at all times */
};

#define HEAP_TIE(node) ((node)->tie)
#endif
struct heap { tid_t root; };    /* TID_NONE: empty */

static inline void heap_init(struct heap *h)
{
    h->root = TID_NONE;
}

static inline bool heap_before(const struct heap_node *n, tid_t a, tid_t b)
{
    if (n[a].key != n[b].key)
        return n[a].key < n[b].key;
    if (HEAP_TIE(&n[a]) != HEAP_TIE(&n[b]))
        return HEAP_TIE(&n[a]) < HEAP_TIE(&n[b]);
    return a < b;
}

/* Two heaps become one: the later root is the earlier one's new first child. */
static inline tid_t heap_meld(struct heap_node *n, tid_t a, tid_t b)
{
    if (a == TID_NONE || b == TID_NONE)
        return a == TID_NONE ? b : a;
    DCHECK(a != b);
    if (heap_before(n, b, a)) {
        tid_t t = a;

        a = b, b = t;
    }
    tid_t child = n[a].child;
    if (child != TID_NONE)
        n[child].prev = b;
    n[b].next = child;
    n[b].prev = a;
    n[a].child = b;
    return a;
}

/* The children of a node that leaves become one heap: in pairs from the left, and
 * those together from the right. */
static inline tid_t heap_gather(struct heap_node *n, tid_t child)
{
    tid_t pairs = TID_NONE, root = TID_NONE;

    while (child != TID_NONE) {
        tid_t second = n[child].next;
        tid_t rest = second == TID_NONE ? TID_NONE : n[second].next;
        tid_t pair = heap_meld(n, child, second);

        n[pair].next = pairs;
        pairs = pair;
        child = rest;
    }
    while (pairs != TID_NONE) {
        tid_t rest = n[pairs].next;

        root = heap_meld(n, root, pairs);
        pairs = rest;
    }
    if (root != TID_NONE)
        n[root].next = n[root].prev = TID_NONE;
    return root;
}

/* key and tie are set already. */
static inline void heap_add(struct heap *h, struct heap_node *n, tid_t tid)
{
    n[tid].child = n[tid].next = n[tid].prev = TID_NONE;
    h->root = heap_meld(n, h->root, tid);
}

/* Take off the first; TID_NONE if there is none. */
static inline tid_t heap_take(struct heap *h, struct heap_node *n)
{
    tid_t first = h->root;

    if (first != TID_NONE)
        h->root = heap_gather(n, n[first].child);
    return first;
}

/* tid is in the heap. */
static inline void heap_remove(struct heap *h, struct heap_node *n, tid_t tid)
{
    if (tid == h->root) {
        heap_take(h, n);
        return;
    }
    tid_t prev = n[tid].prev, next = n[tid].next;
    DCHECK(prev != TID_NONE);   /* that is the root alone */
    DCHECK(n[prev].child == tid || n[prev].next == tid);
    if (n[prev].child == tid)
        n[prev].child = next;
    else
        n[prev].next = next;
    if (next != TID_NONE)
        n[next].prev = prev;
    h->root = heap_meld(n, h->root, heap_gather(n, n[tid].child));
}

#endif
