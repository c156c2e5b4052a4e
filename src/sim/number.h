/* sim/number.h - numbers as users write them, read exactly: never through a double. */
#ifndef SIM_NUMBER_H
#define SIM_NUMBER_H

#include <ossim/types.h>

/* A decimal number (digits, optional sign, decimals, exponent), times `scale`, as a
 * whole number. False if there is no number, the result is not whole or does not fit.
 * *end is after the last character read (at text if there was none). */
bool decimal_parse(const char *text, int64_t scale, int64_t *out, const char **end);

/* A time >= 0: a decimal number, bare (in units of time_unit ns) or with a suffix ns us
 * ms s. A value that is no whole number of ns, or past NS_MAX, is false. */
bool time_parse(const char *text, ns_t time_unit, ns_t *out, const char **end);

#endif
