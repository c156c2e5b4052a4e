/* decimal.h - floating point as exact decimal digits, for printf; by integers alone, so
 * that a program which prints no fractions carries no floating-point arithmetic.
 *
 * A decimal is a row of limbs, nine digits each: limb[point] holds the units.
 */
#ifndef LIBC_DECIMAL_H
#define LIBC_DECIMAL_H
#include <stddef.h>
#include <stdint.h>

/* m * 2^exp; m is little-endian. */
struct real {
    enum { REAL_FINITE, REAL_INFINITE, REAL_NAN } kind;
    int negative, exp;
    int fraction, least;        /* bits of the fraction; exponent of a subnormal 1.x */
    uint32_t m[4];
};

struct decimal {
    uint32_t *limb;
    int first, end, point;      /* limbs [first, end); first <= point < end */
};

enum { DECIMAL_DIGITS = 9 };

struct real __real_double(uint64_t bits);
struct real __real_quad(const uint32_t bits[4]);

/* How many limbs r takes. */
size_t __decimal_room(const struct real *r);
/* All digits of r, into limb, which has that many. */
void __decimal_make(struct decimal *d, const struct real *r, uint32_t *limb);
/* The power of ten of the first digit that is not 0; 0 for 0. */
int __decimal_exponent(const struct decimal *d);
/* To a multiple of 10^power, to the nearest, ties to even. */
void __decimal_round(struct decimal *d, int power);
/* 0 to 9: the digit of 10^power. */
unsigned __decimal_digit(const struct decimal *d, int power);
#endif
