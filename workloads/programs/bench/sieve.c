/* sieve.c - the primes below 200,000 by the sieve of Eratosthenes: byte stores. */
#include <stdint.h>

enum { LIMIT = 200000, ROUNDS = 60 };

static uint8_t composite[LIMIT];

static uint32_t sieve(void)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < LIMIT; i++)
        composite[i] = 0;
    for (uint32_t i = 2; i < LIMIT; i++) {
        if (composite[i])
            continue;
        n++;
        for (uint32_t k = i + i; k < LIMIT; k += i)
            composite[k] = 1;
    }
    return n;
}

static uint32_t run(void)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < ROUNDS; i++)
        n = sieve();
    return n;
}

int main(void)
{
    return run() != 17984;
}
