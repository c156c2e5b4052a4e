/* primes.c - the sieve of Eratosthenes. The argument is the limit (10000). */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int limit = argc > 1 ? atoi(argv[1]) : 10000, count = 0, last = 0;
    char *composite = limit >= 2 ? calloc((size_t)limit + 1, 1) : NULL;

    if (!composite) {
        fprintf(stderr, "primes: wants a limit of at least 2, and memory for it\n");
        return 1;
    }
    for (int i = 2; i <= limit; i++) {
        if (composite[i])
            continue;
        count++;
        last = i;
        for (long j = 2L * i; j <= limit; j += i)
            composite[j] = 1;
    }
    printf("%d primes up to %d, the last is %d\n", count, limit, last);
    return 0;
}
