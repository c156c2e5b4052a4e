/* formats/pool.h - memory that is given back all at once. */
#ifndef FORMATS_POOL_H
#define FORMATS_POOL_H

#include <stddef.h>

struct pool {
    struct pool_block *blocks;  /* the newest first */
};

/* `size` zeroed bytes, aligned for anything; NULL when there is no memory. Starts
 * from a zeroed struct pool. */
void *pool_take(struct pool *p, size_t size);
/* A NUL-terminated copy of n bytes. */
char *pool_copy(struct pool *p, const char *text, size_t n);
void pool_free(struct pool *p);

#define pool_array(p, type, n) ((type *)pool_take((p), sizeof(type) * (size_t)(n)))

#endif
