/* math.c - math.h over random arguments: name, argument, bits of the result, a line each.
 * math.py compares with the host's: the first kind must be the same, the second within one
 * unit in the last place. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252u;

static uint32_t chance(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % n;
}

static double of_bits(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof d);
    return d;
}

static double some(void)
{
    static const double odd[] = { 0, 0.5, 1, 1.5, 2, 2.5, 3, 1e300, 1e-300, 5e-324, INFINITY, 0.1, 10, 100,
                                  1e22, 710, -745.2, 0x1p52, 0x1p53, 4503599627370497.5, 3.141592653589793 };
    double d;

    chance(2);
    switch (chance(4)) {
    case 0: d = of_bits(state); break;
    case 1: d = odd[chance(sizeof odd / sizeof *odd)]; break;
    default: d = of_bits((state & 0x800fffffffffffffu) | (uint64_t)(1023 - 12 + chance(20)) << 52);
    }
    return d != d ? 1 : chance(2) ? -d : d;
}

static void say(const char *name, double x, double y, double r)
{
    uint64_t b;

    memcpy(&b, &r, sizeof b);
    printf("%s %a %a %016" PRIx64 "\n", name, x, y, r != r ? 1 : b);
}

#define EXACT(f) say("=" #f, x, 0, f(x))
#define EXACT2(f) say("=" #f, x, y, f(x, y))
#define NEAR(f) say("~" #f, x, 0, f(x))
#define NEAR2(f) say("~" #f, x, y, f(x, y))

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 300;

    for (int i = 0; i < count; i++) {
        double x = some(), y = some(), z = some(), whole;
        int e = (int)chance(3000) - 1500;

        EXACT(sqrt), EXACT(floor), EXACT(ceil), EXACT(trunc), EXACT(round), EXACT(rint), EXACT(fabs);
        EXACT(logb);
        EXACT2(fmod), EXACT2(remainder), EXACT2(copysign), EXACT2(nextafter), EXACT2(fdim);
        if (x != y)
            EXACT2(fmax), EXACT2(fmin);
        say("=ldexp", x, e, ldexp(x, e));
        whole = frexp(x, &e);
        say("=frexp", x, 0, whole);
        say("=frexp_e", x, 0, isfinite(x) ? e : 0);
        say("=modf", x, 0, modf(x, &whole));
        say("=fma", x, y, fma(x, y, z));
        say("=fma2", x, y, fma(x, y, -x * y));
        say("=float", x, y, (float)x * (float)y + (float)(x / y));
        say("=int", x, 0, fabs(x) < 1e9 ? (double)lround(x) + (double)(int)x + (double)(long long)(x * 8) : 0);
        NEAR(exp), NEAR(exp2), NEAR(expm1), NEAR(log), NEAR(log2), NEAR(log10), NEAR(log1p), NEAR(cbrt);
        NEAR(sin), NEAR(cos), NEAR(tan), NEAR(atan), NEAR(asin), NEAR(acos);
        NEAR(sinh), NEAR(cosh), NEAR(tanh), NEAR(asinh), NEAR(acosh), NEAR(atanh);
        NEAR(erf), NEAR(erfc), NEAR(tgamma), NEAR(lgamma);
        NEAR2(pow), NEAR2(atan2), NEAR2(hypot);
    }
    return 0;
}
