/* sched/weight.h - what a nice value is worth, as Linux has it.
 *
 * The numbers of sched_prio_to_weight (Linux, kernel/sched/core.c): nice 0 is 1024,
 * and each step is a factor of about 1.25, so that one step up or down moves about
 * 10 % of the CPU between two tasks.
 */
#ifndef SCHED_WEIGHT_H
#define SCHED_WEIGHT_H

#include <ossim/types.h>

enum { WEIGHT_NICE_0 = 1024 };

static inline uint32_t weight_of_nice(int32_t nice)
{
    static const uint32_t weight[40] = {
        88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
         9548,  7620,  6100,  4904,  3906,  3121,  2501,  1991,  1586,  1277,
         1024,   820,   655,   526,   423,   335,   272,   215,   172,   137,
          110,    87,    70,    56,    45,    36,    29,    23,    18,    15,
    };

    return weight[nice < -20 ? 0 : nice > 19 ? 39 : nice + 20];
}

/* x * num / den without overflow on the way, saturating; x >= 0, den > 0. */
static inline ns_t ns_scale(ns_t x, uint64_t num, uint64_t den)
{
    unsigned __int128 r = (unsigned __int128)(uint64_t)x * num;

    if (r >> 64 == 0)
        return (uint64_t)r / den > INT64_MAX ? NS_MAX : (ns_t)((uint64_t)r / den);
    r /= den;
    return r > INT64_MAX ? NS_MAX : (ns_t)r;
}

#endif
