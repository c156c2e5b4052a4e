/* quicksort.c - sorts numbers from a fixed random sequence, and checks the result. */
#include <stdint.h>
#include <stdio.h>

enum { N = 20000 };
static uint32_t a[N];

static void sort(uint32_t *low, uint32_t *high)
{
    while (low < high) {
        uint32_t pivot = low[(high - low) / 2], *i = low, *j = high;

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
        sort(low, j);
        low = i;
    }
}

int main(void)
{
    uint32_t x = 12345, sum = 0, after = 0;

    for (int i = 0; i < N; i++) {
        x = x * 1664525 + 1013904223;
        a[i] = x;
        sum += x;
    }
    sort(a, a + N - 1);
    for (int i = 0; i < N; i++) {
        after += a[i];
        if (i > 0 && a[i - 1] > a[i]) {
            printf("out of order at %d\n", i);
            return 1;
        }
    }
    printf("%d numbers sorted, sum %s, least %u, greatest %u\n", N,
           sum == after ? "kept" : "LOST", (unsigned)a[0], (unsigned)a[N - 1]);
    return sum != after;
}
