/* search.c - tables that a library finds things in. */
#include <errno.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- a hash table, the only one: open addressing, linear ---- */

static ENTRY *table;
static size_t table_size, entries, most;

int hcreate(size_t n)
{
    if (table)
        return 0;
    most = n;
    table_size = n + n / 4 + 1;
    table = calloc(table_size, sizeof *table);
    return table != NULL;
}

void hdestroy(void)
{
    free(table);
    table = NULL;
    entries = 0;
}

ENTRY *hsearch(ENTRY item, ACTION action)
{
    uint32_t hash = 2166136261u;                /* FNV-1a */
    size_t i;

    for (const char *s = item.key; *s; s++)
        hash = (hash ^ (unsigned char)*s) * 16777619u;
    for (i = hash % table_size; table[i].key; i = (i + 1) % table_size)
        if (strcmp(table[i].key, item.key) == 0)
            return &table[i];
    if (action == FIND || entries >= most) {
        errno = action == FIND ? ESRCH : ENOMEM;
        return NULL;
    }
    entries++;
    table[i] = item;
    return &table[i];
}

/* ---- a binary tree, not balanced ---- */

struct tree { const void *key; struct tree *left, *right; };

typedef int compare_fn(const void *, const void *);

/* The slot that has the key, or would have it. */
static struct tree **slot_of(const void *key, struct tree **at, struct tree **above, compare_fn *compare)
{
    *above = NULL;
    while (*at) {
        int c = compare(key, (*at)->key);

        if (c == 0)
            break;
        *above = *at;
        at = c < 0 ? &(*at)->left : &(*at)->right;
    }
    return at;
}

void *tsearch(const void *key, void **root, compare_fn *compare)
{
    struct tree *above, **at = root ? slot_of(key, (struct tree **)root, &above, compare) : NULL;

    if (at && !*at && (*at = calloc(1, sizeof **at)))
        (*at)->key = key;
    return at ? *at : NULL;
}

void *tfind(const void *key, void *const *root, compare_fn *compare)
{
    struct tree *above, *top = root ? *root : NULL;

    return *slot_of(key, &top, &above, compare);
}

/* The node above the one that goes; the root itself has none, but something that is not NULL
 * must be answered. */
void *tdelete(const void *key, void **root, compare_fn *compare)
{
    struct tree *above, **at, *old;

    if (!root)
        return NULL;
    at = slot_of(key, (struct tree **)root, &above, compare);
    old = *at;
    if (!old)
        return NULL;
    if (old->left && old->right) {              /* the next greater one takes its place */
        struct tree **next = &old->right;

        while ((*next)->left)
            next = &(*next)->left;
        old->key = (*next)->key;
        at = next;
        old = *at;
    }
    *at = old->left ? old->left : old->right;
    free(old);
    return above ? above : (void *)root;
}

static void walk(const struct tree *t, void (*visit)(const void *, VISIT, int), int depth)
{
    if (!t->left && !t->right) {
        visit(t, leaf, depth);
        return;
    }
    visit(t, preorder, depth);
    if (t->left)
        walk(t->left, visit, depth + 1);
    visit(t, postorder, depth);
    if (t->right)
        walk(t->right, visit, depth + 1);
    visit(t, endorder, depth);
}

void twalk(const void *root, void (*visit)(const void *node, VISIT when, int depth))
{
    if (root)
        walk(root, visit, 0);
}

void tdestroy(void *root, void (*drop)(void *key))
{
    struct tree *t = root;

    if (!t)
        return;
    tdestroy(t->left, drop);
    tdestroy(t->right, drop);
    drop((void *)(uintptr_t)t->key);
    free(t);
}

/* ---- an array ---- */

void *lfind(const void *key, const void *base, size_t *n, size_t size, compare_fn *compare)
{
    const char *at = base;

    for (size_t i = 0; i < *n; i++, at += size)
        if (compare(key, at) == 0)
            return (void *)(uintptr_t)at;
    return NULL;
}

void *lsearch(const void *key, void *base, size_t *n, size_t size, compare_fn *compare)
{
    void *found = lfind(key, base, n, size, compare);

    return found ? found : memcpy((char *)base + (*n)++ * size, key, size);
}

/* ---- a queue ---- */

struct link { struct link *next, *prev; };

void insque(void *element, void *before)
{
    struct link *e = element, *b = before;

    e->next = b ? b->next : NULL;
    e->prev = b;
    if (b)
        b->next = e;
    if (e->next)
        e->next->prev = e;
}

void remque(void *element)
{
    struct link *e = element;

    if (e->next)
        e->next->prev = e->prev;
    if (e->prev)
        e->prev->next = e->next;
}
