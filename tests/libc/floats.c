/* floats.c - arithmetic, comparison and conversion of double and float: what the compiler's
 * run-time library does, or for clang ours. */
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

static double of_bits(uint64_t b) { double d; memcpy(&d, &b, sizeof d); return d; }
static float float_of(uint32_t b) { float f; memcpy(&f, &b, sizeof f); return f; }
static void say(double d) { uint64_t b; memcpy(&b, &d, sizeof b); printf("%llx ", d != d ? 1 : (long long)b); }
static void say_float(float f) { uint32_t b; memcpy(&b, &f, sizeof b); printf("%x ", f != f ? 1 : b); }

static double some(void)
{
    static const double odd[] = { 0, 1, -1, 0.5, 1e308, 5e-324, 1.0 / 0, 3, 2e-308, 1e16, 4503599627370497.5 };

    chance(2);
    switch (chance(4)) {
    case 0: return of_bits(state);
    case 1: return odd[chance(sizeof odd / sizeof *odd)];
    default: return of_bits((state & 0x800fffffffffffffu) | (uint64_t)(1023 - 30 + chance(60)) << 52);
    }
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 3000;

    for (int i = 0; i < count; i++) {
        double x = some(), y;
        float f, g;

        y = some();
        f = chance(3) ? float_of((uint32_t)state) : (float)x;
        g = chance(3) ? float_of((uint32_t)(state >> 16)) : (float)y;
        say(x + y), say(x - y), say(x * y), say(x / y), say(f);
        printf("%d%d%d%d%d%d ", x < y, x <= y, x == y, x != y, x > y, x >= y);
        say_float(f + g), say_float(f - g), say_float(f * g), say_float(f / g), say_float((float)x);
        if (x > -2e9 && x < 2e9)
            printf("%d ", (int)x);
        if (x > -9e18 && x < 9e18)
            printf("%lld ", (long long)x);
        if (x >= 0 && x < 1.8e19)
            printf("%llu ", (unsigned long long)x);
        say((double)(int64_t)state), say((double)state), say((double)(int32_t)state);
        say_float((float)(int64_t)state), say_float((float)state);
        printf("\n");
    }
    return 0;
}
