/* matmul.c - product of two matrices of integers, in two orders of the loops.
 *
 * Look for: both do the same work, but one walks memory across the rows; compare
 * the TLB misses once the matrices are larger than the TLB reaches (argument: the size).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void multiply(const int32_t *a, const int32_t *b, int32_t *c, int n, int by_rows)
{
    for (int i = 0; i < n * n; i++)
        c[i] = 0;
    for (int x = 0; x < n; x++)
        for (int y = 0; y < n; y++)
            for (int z = 0; z < n; z++) {
                int i = by_rows ? x : z, j = by_rows ? z : y, k = by_rows ? y : x;

                c[i * n + j] += a[i * n + k] * b[k * n + j];
            }
}

static uint32_t checksum(const int32_t *c, int n)
{
    uint32_t h = 2166136261u;

    for (int i = 0; i < n * n; i++)
        h = (h ^ (uint32_t)c[i]) * 16777619u;
    return h;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 48;
    size_t size = (size_t)n * (size_t)n * sizeof(int32_t);
    int32_t *a = malloc(size), *b = malloc(size), *c = malloc(size);
    uint32_t rows, columns;

    if (n < 1 || n > 1024 || !a || !b || !c) {
        fprintf(stderr, "matmul: wants a size from 1 to 1024, and memory for it\n");
        return 1;
    }
    for (int i = 0; i < n * n; i++) {
        a[i] = i % 17 - 8;
        b[i] = i % 23 - 11;
    }
    multiply(a, b, c, n, 1);
    rows = checksum(c, n);
    multiply(a, b, c, n, 0);
    columns = checksum(c, n);
    printf("%d x %d: %08x by rows, %08x by columns\n", n, n, (unsigned)rows, (unsigned)columns);
    return rows != columns;
}
