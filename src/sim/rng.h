/* sim/rng.h - named streams of random numbers, and distributions in integers.
 *
 * A stream is derived from the run's seed and a name, so that adding a process
 * does not disturb the others. log and exp are fixed point, since libm differs
 * between machines: the same seed gives the same run everywhere.
 */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <sim/config.h>
#include <stdint.h>

/* A stream is its 64-bit state: SplitMix64 (Steele, Lea, Flood: "Fast Splittable
 * Pseudorandom Number Generators", OOPSLA 2014). */
typedef uint64_t rng_t;

/* The stream `name`, element `index`, of a run with this seed. Pure. */
rng_t rng_stream(uint64_t seed, const char *name, uint64_t index);

uint64_t rng_next(rng_t *r);
/* 0 .. n - 1, without bias; n >= 1. */
uint64_t rng_below(rng_t *r, uint64_t n);

/* A drawn value, >= 0, clamped to about 146 years when a tail runs away. */
int64_t dist_draw(const struct dist *d, rng_t *r);

/* Natural logarithm of x / 2^32, and exp(x / 2^32), as 32.32 fixed point; errors
 * are below 2^-28 relative. x > 0 for the logarithm; exp saturates at INT64_MAX. */
int64_t fixed_log(uint64_t x);
int64_t fixed_exp(int64_t x);

#endif
