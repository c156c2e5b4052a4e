/* quicksort.c - 100,000 numbers sorted, five times: branches hard to foresee. */
#include "bench.h"

enum { N = 100000, ROUNDS = 5 };

static u32 v[N];

static void sort(u32 *lo, u32 *hi)
{
    while (lo < hi) {
        u32 pivot = lo[(hi - lo) / 2];
        u32 *i = lo, *j = hi;

        while (i <= j) {
            while (*i < pivot)
                i++;
            while (*j > pivot)
                j--;
            if (i <= j) {
                u32 t = *i;

                *i++ = *j;
                *j-- = t;
            }
        }
        if (j - lo < hi - i) {
            sort(lo, j);
            lo = i;
        } else {
            sort(i, hi);
            hi = j;
        }
    }
}

u32 run(void)
{
    u32 x = 12345, sum = 0;

    for (u32 r = 0; r < ROUNDS; r++) {
        for (u32 i = 0; i < N; i++) {
            x = x * 1664525 + 1013904223;
            v[i] = x >> 4;
        }
        sort(v, v + N - 1);
        for (u32 i = 1; i < N; i++)
            sum += v[i - 1] > v[i];
    }
    return sum;
}

BENCH(0)
