/* matrix.c - the sum of a matrix, by rows or by columns.
 *
 *     ossim run workloads/locality.json
 *
 * Both loops add the same numbers. C keeps a matrix row by row, so that the one goes through
 * memory from end to end, and the other jumps a row's length at each step: look at the page
 * faults and the TLB misses of each. Arguments: rows or columns, and the size.
 *
 * Source: Bryant, O'Hallaron, "Computer Systems: A Programmer's Perspective", chapter "The
 * Memory Hierarchy", Locality.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t by_rows(const uint32_t *m, int n)
{
    uint32_t sum = 0;

    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            sum += m[i * n + j];
    return sum;
}

static uint32_t by_columns(const uint32_t *m, int n)
{
    uint32_t sum = 0;

    for (int j = 0; j < n; j++)
        for (int i = 0; i < n; i++)
            sum += m[i * n + j];
    return sum;
}

int main(int argc, char **argv)
{
    int n = argc > 2 ? atoi(argv[2]) : 128, columns = argc > 1 && !strcmp(argv[1], "columns");
    uint32_t *m = n > 0 && n <= 4096 ? malloc((size_t)n * (size_t)n * sizeof *m) : NULL;

    if (!m) {
        fprintf(stderr, "matrix: wants a size from 1 to 4096, and memory for it\n");
        return 1;
    }
    for (int i = 0; i < n * n; i++)
        m[i] = (uint32_t)i;
    printf("%s: %u\n", columns ? "columns" : "rows",
           (unsigned)(columns ? by_columns(m, n) : by_rows(m, n)));
    return 0;
}
