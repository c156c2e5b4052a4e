/* stat/race_clock.h - vector clocks: how far each thread had come that somebody knows of.
 *
 * What is not stored is 0. Source: Mattern, "Virtual Time and Global States of Distributed
 * Systems" (1989); Flanagan and Freund, "FastTrack" (PLDI 2009), section 2.
 */
#ifndef STAT_RACE_CLOCK_H
#define STAT_RACE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct race_clock {             /* begins as all zeroes; owns `at` */
    uint64_t *at;
    uint32_t n, room;           /* known; there is room for */
};

static inline uint64_t vclock_at(const struct race_clock *c, uint32_t i)
{
    return i < c->n ? c->at[i] : 0;
}

/* False: there is no memory, and nothing has changed. */
bool vclock_set(struct race_clock *c, uint32_t i, uint64_t value);
bool vclock_join(struct race_clock *c, const struct race_clock *d);      /* the later of both */
bool vclock_copy(struct race_clock *c, const struct race_clock *d);
/* All zeroes again; what it had is freed. */
void vclock_clear(struct race_clock *c);

#endif
