/* matmul.c - the product of integer matrices, 120 x 120: loads and multiplications. */
#include <stdint.h>

enum { N = 120, ROUNDS = 12 };

static uint32_t a[N][N], b[N][N], c[N][N];

static void multiply(void)
{
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t k = 0; k < N; k++) {
            uint32_t sum = 0;

            for (uint32_t j = 0; j < N; j++)
                sum += a[i][j] * b[j][k];
            c[i][k] = sum;
        }
}

static uint32_t run(void)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < N; i++)
        for (uint32_t k = 0; k < N; k++) {
            a[i][k] = i * 3 + k;
            b[i][k] = i ^ k;
        }
    for (uint32_t i = 0; i < ROUNDS; i++)
        multiply();
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t k = 0; k < N; k++)
            sum = sum * 31 + c[i][k];
    return sum;
}

int main(void)
{
    return run() != 1972752512u;
}
