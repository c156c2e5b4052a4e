/* stat/membook.h - page faults, resident and working sets over time.
 *
 * A subscriber of bounded size: at most MEMBOOK_SAMPLES, evenly spread. When they are full,
 * every second one goes, and from then on half as many are taken. Counts are of all events
 * up to the sample, so that what goes takes no fault along. What events do not say it asks
 * the machine through a function, which changes nothing.
 */
#ifndef STAT_MEMBOOK_H
#define STAT_MEMBOOK_H

#include <ossim/event.h>
#include <sim/memory_view.h>

enum { MEMBOOK_SAMPLES = 512 };

struct memory_counts { uint64_t minor, major, swap_in, swap_out, evictions; };

struct memory_sample {
    ns_t at;
    struct memory_counts sum;   /* since the beginning */
    struct memory_now now;
};

struct membook {
    memory_ask_fn *ask;         /* NULL: nobody can be asked */
    void *machine;
    struct memory_counts sum;
    ns_t gap, next;             /* a sample is taken from `next` on, then `gap` later */
    uint32_t n;
    struct memory_sample sample[MEMBOOK_SAMPLES];
};

extern const event_set membook_kinds;

/* b is zeroed. */
void membook_begin(struct membook *b, memory_ask_fn *ask, void *machine);
void membook_event(void *book, const struct event *e);
/* What was counted up to `at`, as far as samples tell: by the last one at or before it; from
 * the last sample on, all. */
struct memory_counts membook_counts(const struct membook *b, ns_t at);
/* The last sample at or before `at`; NULL: there is none. */
const struct memory_sample *membook_at(const struct membook *b, ns_t at);

#endif
