/* matmul.c - the product of integer matrices, 120 x 120: loads and multiplications. */
#include "bench.h"

enum { N = 120, ROUNDS = 12 };

static u32 a[N][N], b[N][N], c[N][N];

static void multiply(void)
{
    for (u32 i = 0; i < N; i++)
        for (u32 k = 0; k < N; k++) {
            u32 sum = 0;

            for (u32 j = 0; j < N; j++)
                sum += a[i][j] * b[j][k];
            c[i][k] = sum;
        }
}

u32 run(void)
{
    u32 sum = 0;

    for (u32 i = 0; i < N; i++)
        for (u32 k = 0; k < N; k++) {
            a[i][k] = i * 3 + k;
            b[i][k] = i ^ k;
        }
    for (u32 i = 0; i < ROUNDS; i++)
        multiply();
    for (u32 i = 0; i < N; i++)
        for (u32 k = 0; k < N; k++)
            sum = sum * 31 + c[i][k];
    return sum;
}

BENCH(0)
