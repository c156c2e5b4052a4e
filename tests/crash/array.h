/* array.h - the power cut of a whole array, after every single write of one of its drives. */
#ifndef TESTS_CRASH_ARRAY_H
#define TESTS_CRASH_ARRAY_H

#include "record.h"

struct array_kind {
    const char *name;
    uint32_t level, members, failed;    /* failed: from 1; 0: none */
    bool rebuild;
};

/* The image that there is when the power is back and the array has made itself whole, as
 * far as it can; valid for the call. mark: syncs that were over. */
typedef void array_cut(void *self, uint8_t *image, uint32_t at, unsigned mark);

/* Over all cuts: rows that did not agree when the power was back; arrays that were not whole
 * after that, so that a drive that were lost then would come back wrong. */
struct array_sum { uint64_t stale, torn; };

/* Play s once more, on an array whose drives complete what they have in any order, and show
 * each cut. r, v: as record_trees left them; r's events become those of the drives. log: each
 * drive's is written to LOG.KIND.NUMBER; or NULL. */
struct array_sum array_play(struct record *r, const struct scenario *s,
                            const struct array_kind *kind, struct volume *v, const char *log,
                            array_cut *cut, void *self);

#endif
