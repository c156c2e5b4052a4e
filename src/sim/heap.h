/* sim/heap.h - blocks of any size inside one block of memory.
 *
 * For observers that must go back with a machine: what they keep lives here, and a
 * snapshot takes the whole block along. Sizes are rounded up to powers of two, and what
 * is freed serves the next of its size; nothing is ever merged. Not for what comes and
 * goes in many sizes, and not for the core, which has an arena.
 */
#ifndef SIM_HEAP_H
#define SIM_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap;

/* Make a heap in `size` zeroed bytes at mem, aligned to 64. */
struct heap *heap_init(void *mem, size_t size);
/* Bytes from the start of the block that were ever in use; borrowed, always up to date. */
const size_t *heap_used(const struct heap *h);

/* n bytes, aligned to 16, not zeroed; NULL: no room. */
void *heap_take(struct heap *h, size_t n);
/* n x size bytes, zeroed; NULL: no room. What was never used before is not touched. */
void *heap_take_zeroed(struct heap *h, size_t n, size_t size);
/* As realloc, with p NULL too; NULL: no room, and p stays. n > 0. */
void *heap_resize(struct heap *h, void *p, size_t n);
/* p NULL: nothing. */
void heap_give(struct heap *h, void *p);

#endif
