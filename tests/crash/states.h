/* states.h - which images were there already, by a sum over their blocks: an image is known
 * from another by what differs from the base. */
#ifndef TESTS_CRASH_STATES_H
#define TESTS_CRASH_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct states {
    uint64_t *block;            /* of the base, by 1 KiB */
    uint64_t base;              /* their sum */
    uint64_t *table;            /* sums of what was seen; 0: empty */
    size_t size, n;             /* size: a power of two */
};

void states_init(struct states *s, const uint8_t *base, uint64_t size);
void states_free(struct states *s);
/* Block k of the base has changed. */
void states_rebase(struct states *s, uint32_t k, const uint8_t *base);
/* The sum of an image that differs from that with `sum` in block k alone, which the latter
 * has as the base does. */
uint64_t states_moved(const struct states *s, uint64_t sum, uint32_t k, const uint8_t *image);
/* False: it was there. */
bool states_add(struct states *s, uint64_t sum);

#endif
