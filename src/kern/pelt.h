/* kern/pelt.h - how much of the fastest hart something used lately.
 *
 * Per-entity load tracking as Linux has it (Documentation/scheduler/schedutil.rst, "PELT"):
 * time is cut into periods of 1024 us (2^20 ns); the share of a period in which it ran,
 * times the speed that it had, counts half as much 32 periods later. A value is exact at the
 * end of each period, and stands until the end of the next one.
 */
#ifndef KERN_PELT_H
#define KERN_PELT_H

#include <ossim/types.h>

enum { PELT_ONE = 1 << 20,      /* busy all the time on the fastest hart */
       PELT_PERIOD = 1 << 20 }; /* ns */

struct pelt {
    ns_t at;                    /* it is known up to here */
    uint32_t value;             /* 0 .. PELT_ONE, as of the last whole period */
    uint32_t part;              /* of the present period: what will be added, before decay */
};

/* From p->at to `to` it ran at `rate` (0: not at all, PELT_ONE: on the fastest hart). */
void pelt_pass(struct pelt *p, ns_t to, uint32_t rate);

/* `value` after so many periods without running. */
uint32_t pelt_decay(uint32_t value, uint64_t periods);

#endif
