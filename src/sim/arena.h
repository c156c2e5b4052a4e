/* sim/arena.h - the one block of memory that a machine lives in.
 *
 * A bump allocator: nothing is ever given back, since everything in a machine
 * lives as long as it. With base NULL it only counts, so the same code that
 * lays a machine out also says how large it will be.
 */
#ifndef SIM_ARENA_H
#define SIM_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena {
    uint8_t *base;              /* NULL: measure only */
    size_t used, size;
};

/* Borrow `size` zeroed bytes at base, aligned to 64; or NULL, to measure. */
void arena_init(struct arena *a, void *base, size_t size);

/* `size` bytes, zeroed, aligned to `align` (a power of two, <= 4096). When
 * measuring the result is NULL and must not be used. Running out is our
 * mistake: the arena was measured first. */
void *arena_take(struct arena *a, size_t size, size_t align);

#define arena_array(a, type, n) \
    ((type *)arena_take((a), sizeof(type) * (size_t)(n), _Alignof(type)))

#endif
