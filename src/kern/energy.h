/* kern/energy.h - energy-aware placement, for policies with SCHED_BY_ENERGY. */
#ifndef KERN_ENERGY_H
#define KERN_ENERGY_H

#include <kern/power.h>

/* The power that the harts of one clock draw together on average, in the unit of `power`:
 * they are used for `used` in all, at an operating point that offers `capacity` (the same
 * unit) and draws `power`. Rounded down. */
uint64_t energy_of_clock(uint64_t used, uint32_t capacity, uint32_t power);

/* The hart where the waking task tid costs the least; HART_NONE: nobody can tell, or the
 * machine is too busy to save. */
unsigned energy_cheapest_hart(struct kern *k, tid_t tid);

#endif
