/* search.h - hash table, binary tree, linear search, linked queue of POSIX. */
#ifndef SEARCH_H
#define SEARCH_H
#include <stddef.h>
typedef struct entry { char *key; void *data; } ENTRY;
typedef enum { FIND, ENTER } ACTION;
typedef enum { preorder, postorder, endorder, leaf } VISIT;
int hcreate(size_t n);
ENTRY *hsearch(ENTRY item, ACTION action);
void hdestroy(void);
void *tsearch(const void *key, void **root, int (*compare)(const void *, const void *));
void *tfind(const void *key, void *const *root, int (*compare)(const void *, const void *));
void *tdelete(const void *key, void **root, int (*compare)(const void *, const void *));
void twalk(const void *root, void (*visit)(const void *node, VISIT when, int depth));
void tdestroy(void *root, void (*drop)(void *key));
void *lsearch(const void *key, void *base, size_t *n, size_t size, int (*compare)(const void *, const void *));
void *lfind(const void *key, const void *base, size_t *n, size_t size, int (*compare)(const void *, const void *));
void insque(void *element, void *before);
void remque(void *element);
#endif
