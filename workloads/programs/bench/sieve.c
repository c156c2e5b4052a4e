/* sieve.c - the primes below 200,000 by the sieve of Eratosthenes: byte stores. */
#include "bench.h"

enum { LIMIT = 200000, ROUNDS = 60 };

static u8 composite[LIMIT];

static u32 sieve(void)
{
    u32 n = 0;

    for (u32 i = 0; i < LIMIT; i++)
        composite[i] = 0;
    for (u32 i = 2; i < LIMIT; i++) {
        if (composite[i])
            continue;
        n++;
        for (u32 k = i + i; k < LIMIT; k += i)
            composite[k] = 1;
    }
    return n;
}

u32 run(void)
{
    u32 n = 0;

    for (u32 i = 0; i < ROUNDS; i++)
        n = sieve();
    return n;
}

BENCH(17984)
