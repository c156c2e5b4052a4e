/* quicksort.c - 100,000 numbers sorted, five times: branches hard to foresee. */
#include <stdint.h>

enum { N = 100000, ROUNDS = 5 };

static uint32_t v[N];

static void sort(uint32_t *lo, uint32_t *hi)
{
    while (lo < hi) {
        uint32_t pivot = lo[(hi - lo) / 2];
        uint32_t *i = lo, *j = hi;

        while (i <= j) {
            while (*i < pivot)
                i++;
            while (*j > pivot)
                j--;
            if (i <= j) {
                uint32_t t = *i;

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

static uint32_t run(void)
{
    uint32_t x = 12345, sum = 0;

    for (uint32_t r = 0; r < ROUNDS; r++) {
        for (uint32_t i = 0; i < N; i++) {
            x = x * 1664525 + 1013904223;
            v[i] = x >> 4;
        }
        sort(v, v + N - 1);
        for (uint32_t i = 1; i < N; i++)
            sum += v[i - 1] > v[i];
    }
    return sum;
}

int main(void)
{
    return run() != 0;
}
