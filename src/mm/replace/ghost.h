/* mm/replace/ghost.h - keys of pages that have gone, in two lists, oldest first.
 *
 * For policies that learn from what comes back. Flat memory of a size known beforehand;
 * finding a key is one look into an array where keys are dense, and a few into a hash
 * table (open addressing, at most half full) where they are not.
 */
#ifndef MM_REPLACE_GHOST_H
#define MM_REPLACE_GHOST_H

#include <ossim/replace.h>

#define GHOST_NONE UINT32_MAX

struct ghost {
    uint64_t key;
    uint32_t next, prev;        /* within its list, or among the free */
    uint32_t list;              /* 0 or 1 */
};

struct ghosts {
    struct ghost *of;
    uint32_t *where;            /* by key, or by hash: ghost + 1; 0: none */
    uint32_t mask;              /* of the hash table; 0: `where` goes by key */
    uint32_t free;
    struct { uint32_t head, tail, n; } list[2];
};

/* Bytes for room ghosts, room >= 1; keys are below nkeys, or anything if that is 0. */
size_t ghosts_size(uint32_t room, uint64_t nkeys);
/* mem: so many bytes, zeroed, 8-aligned; kept. */
void ghosts_init(struct ghosts *g, void *mem, uint32_t room, uint64_t nkeys);

uint32_t ghosts_find(const struct ghosts *g, uint64_t key);
/* As the newest of the list; key is not there yet. Without room, an oldest one goes. */
void ghosts_add(struct ghosts *g, unsigned list, uint64_t key);
void ghosts_drop(struct ghosts *g, uint32_t ghost);
/* The list is not empty. */
void ghosts_drop_oldest(struct ghosts *g, unsigned list);

#endif
