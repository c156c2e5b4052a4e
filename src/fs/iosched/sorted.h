/* sorted.h - queued requests in the order of a key. For iosched/ only.
 *
 * One array, found by bisection and shifted to make room: with the hundreds of requests
 * that a queue holds, that is quicker than any tree, and as flat as can be. Equal keys
 * keep the order in which they came.
 */
#ifndef FS_IOSCHED_SORTED_H
#define FS_IOSCHED_SORTED_H

#include <ossim/iosched.h>

#include <string.h>

struct sorted_item {
    uint64_t key;
    uint64_t arrived;           /* number in the order of arrival, from 1 */
    uint32_t slot, cylinder;
};

struct sorted {
    uint32_t n, slots;
    uint64_t arrivals;
    size_t memory;              /* where the array is, from here: state may be moved */
};

/* As many as there are slots. */
static inline struct sorted_item *sorted_items(const struct sorted *s)
{
    return (struct sorted_item *)(void *)((uintptr_t)s + s->memory);
}

/* By slot. */
static inline uint64_t *sorted_keys(const struct sorted *s)
{
    return (uint64_t *)(void *)(sorted_items(s) + s->slots);
}

static inline const struct sorted_item *sorted_at(const struct sorted *s, uint32_t at)
{
    return sorted_items(s) + at;
}

static inline size_t sorted_size(uint32_t slots)
{
    return slots * (sizeof(struct sorted_item) + sizeof(uint64_t));
}

/* In `memory` of sorted_size bytes, aligned for uint64_t, in the same block as s. */
static inline void sorted_init(struct sorted *s, void *memory, uint32_t slots)
{
    s->memory = (uintptr_t)memory - (uintptr_t)s;
    s->slots = slots;
}

/* The first index whose key is not below `key`. */
static inline uint32_t sorted_from(const struct sorted *s, uint64_t key)
{
    uint32_t low = 0, high = s->n;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (sorted_at(s, mid)->key < key)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The first index whose cylinder is not below `cylinder`, where keys are sectors. */
static inline uint32_t sorted_from_cylinder(const struct sorted *s, uint32_t cylinder)
{
    uint32_t low = 0, high = s->n;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (sorted_at(s, mid)->cylinder < cylinder)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static inline void sorted_add(struct sorted *s, const struct iosched_request *r,
                              uint64_t key)
{
    uint32_t at = key == UINT64_MAX ? s->n : sorted_from(s, key + 1);
    struct sorted_item *item = sorted_items(s) + at;

    memmove(item + 1, item, (s->n - at) * sizeof *item);
    *item = (struct sorted_item){ key, ++s->arrivals, r->slot, r->cylinder };
    sorted_keys(s)[r->slot] = key;
    s->n++;
}

static inline uint32_t sorted_take(struct sorted *s, uint32_t at)
{
    struct sorted_item *item = sorted_items(s) + at;
    uint32_t slot = item->slot;

    s->n--;
    memmove(item, item + 1, (s->n - at) * sizeof *item);
    return slot;
}

/* Where a queued slot stands. */
static inline uint32_t sorted_find(const struct sorted *s, uint32_t slot)
{
    uint32_t at = sorted_from(s, sorted_keys(s)[slot]);

    while (sorted_at(s, at)->slot != slot)
        at++;
    return at;
}

static inline void sorted_remove(struct sorted *s, uint32_t slot)
{
    sorted_take(s, sorted_find(s, slot));
}

#endif
