/* stat/powerbook.h - over time: what each hart drew and ran at, and what each guest waited for.
 *
 * A subscriber of bounded size: the run so far in at most POWERBOOK_COLUMNS columns of one
 * width. When it gets longer than they reach, two become one and the width doubles. Sums are
 * exact: all columns together are the energy (stat/energy.h) and the steal time of the run, but
 * for what the kernel under a guest works itself on its behalf (switches, exits).
 */
#ifndef STAT_POWERBOOK_H
#define STAT_POWERBOOK_H

#include <ossim/event.h>
#include <sim/config.h>
#include <sim/heap.h>

enum { POWERBOOK_COLUMNS = 256 };

struct powerbook;

/* Is there anything to keep: power tables, or guests? */
static inline bool powerbook_wanted(const struct config *c)
{
    return c->power || c->vm;
}

/* The config is borrowed. heap: see stat/memory.h. NULL: no memory. */
struct powerbook *powerbook_create(struct heap *heap, const struct config *c);
void powerbook_destroy(struct powerbook *b);

extern const event_set powerbook_kinds;
void powerbook_event(void *book, const struct event *e);

/* All up to `now` is counted, which is not before the last event. */
void powerbook_settle(struct powerbook *b, ns_t now);
/* As of then: how many columns there are, and how wide each is; the last one ends now. */
unsigned powerbook_columns(const struct powerbook *b, ns_t *width);

struct power_column {
    double joules, watts;       /* watts: the mean */
    double mhz;                 /* the mean while it had a task; NAN: it had none */
};
struct power_column powerbook_hart(const struct powerbook *b, unsigned hart, unsigned column);
/* ns that the guest's CPUs, all together, wanted a real one and had none, or might have
 * none for their cap. */
ns_t powerbook_steal(const struct powerbook *b, unsigned guest, unsigned column);

#endif
