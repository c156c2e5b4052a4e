/* mm/replace/arc.h - what ARC decides, apart from how its lists are kept.
 *
 * Megiddo, Modha, "ARC: A Self-Tuning, Low Overhead Replacement Cache", FAST 2003, figure 4:
 * the target is the size that T1 should have.
 */
#ifndef MM_REPLACE_ARC_H
#define MM_REPLACE_ARC_H

#include <ossim/replace.h>

/* The target has fractions, as the paper's p. One is what all numbers up to 24 divide, so
 * that small examples come out exactly. */
#define ARC_ONE INT64_C(5354228880)

/* The target, 0 .. capacity ARC_ONEs, after a key came back from B1 (from: 0) or B2 (1).
 * mine, others: keys in that list, >= 1, and in the other one. */
static inline int64_t arc_learn(int64_t target, unsigned from, int64_t mine, int64_t others,
                                slot_t capacity)
{
    int64_t step = others > mine ? others * ARC_ONE / mine : ARC_ONE;
    int64_t max = capacity * ARC_ONE;

    target += from == 0 ? step : -step;
    return target < 0 ? 0 : target > max ? max : target;
}

/* From which list a page goes: 0 T1, 1 T2. t1: pages in T1; again: the one that needs the
 * room comes back from B2. */
static inline unsigned arc_from(int64_t target, int64_t t1, bool again)
{
    int64_t n = t1 * ARC_ONE;

    return n > 0 && (n > target || (again && n == target)) ? 0 : 1;
}

/* Must the oldest key of B1, of B2 go? The numbers are those in each list. */
static inline bool arc_cut_b1(uint64_t t1, uint64_t b1, slot_t capacity)
{
    return b1 > 0 && t1 + b1 > capacity;
}
static inline bool arc_cut_b2(uint64_t t, uint64_t b1, uint64_t b2, slot_t capacity)
{
    return b2 > 0 && t + b1 + b2 > 2 * (uint64_t)capacity;
}

#endif
