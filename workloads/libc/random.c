/* random.c - chance. random() and rand() give glibc's numbers: an additive feedback
 * generator, r[i] = r[i-3] + r[i-31], as random(3) and "The GNU C Library", "BSD Random
 * Number Functions", describe it. The 48-bit family is POSIX's "drand48", to the bit. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "internal.h"

/* Kinds of state by size: how many words, and how far apart the two are. */
static const struct { unsigned bytes, degree, apart; } kinds[] = {
    { 8, 0, 0 }, { 32, 7, 3 }, { 64, 15, 1 }, { 128, 31, 3 }, { 256, 63, 1 },
};

static int32_t first[32] = { 3 };
static int32_t *state = first;  /* [0]: kind + 5 * place; then the words */
static unsigned degree = 31, apart = 3, front, rear, seeded;
static int lock;

static int32_t step(void)
{
    uint32_t sum;

    if (!degree)                /* 8 bytes: a linear congruence */
        return state[1] = (int32_t)(((uint32_t)state[1] * 1103515245u + 12345u) & 0x7fffffff);
    sum = (uint32_t)state[1 + front] + (uint32_t)state[1 + rear];
    state[1 + front] = (int32_t)sum;
    front = (front + 1) % degree;
    rear = (rear + 1) % degree;
    return (int32_t)(sum >> 1);
}

/* The words by Park and Miller's minimal standard, 310 of the results thrown away. */
static void seed(unsigned with)
{
    int32_t word = (int32_t)(with ? with : 1);

    seeded = 1;
    state[1] = word;
    if (!degree)
        return;
    for (unsigned i = 1; i < degree; i++) {
        int32_t high = word / 127773, low = word % 127773;

        word = 16807 * low - 2836 * high;
        if (word < 0)
            word += 2147483647;
        state[1 + i] = word;
    }
    front = apart;
    rear = 0;
    for (unsigned i = 0; i < degree * 10; i++)
        step();
}

long random(void)
{
    long r;

    __lock(&lock);
    if (!seeded)
        seed(1);
    r = step();
    __unlock(&lock);
    return r;
}

void srandom(unsigned with)
{
    __lock(&lock);
    seed(with);
    __unlock(&lock);
}

int rand(void) { return (int)random(); }
void srand(unsigned with) { srandom(with); }

static void use(int32_t *words, unsigned kind)
{
    state = words;
    degree = kinds[kind].degree;
    apart = kinds[kind].apart;
}

static char *leave(unsigned kind)
{
    if (!seeded)
        seed(1);
    state[0] = (int32_t)(kind + 5 * rear);
    return (char *)state;
}

static unsigned kind_now(void)
{
    unsigned k = 0;

    while (kinds[k].degree != degree)
        k++;
    return k;
}

char *initstate(unsigned with, char *words, size_t n)
{
    unsigned k = 4;
    char *old;

    if (n < 8) {
        errno = EINVAL;
        return NULL;
    }
    while (kinds[k].bytes > n)
        k--;
    __lock(&lock);
    old = leave(kind_now());
    use((int32_t *)words, k);
    seed(with);
    leave(k);
    __unlock(&lock);
    return old;
}

char *setstate(char *words)
{
    int32_t *w = (int32_t *)words;
    unsigned k = (unsigned)w[0] % 5;
    char *old;

    __lock(&lock);
    old = leave(kind_now());
    use(w, k);
    rear = (unsigned)w[0] / 5;
    front = degree ? (rear + apart) % degree : 0;
    __unlock(&lock);
    return old;
}

/* Three steps of a linear congruence, 11, 10 and 10 bits of each. */
int rand_r(unsigned *with)
{
    unsigned next = *with, r = 0;

    for (int i = 0; i < 3; i++) {
        next = next * 1103515245u + 12345u;
        r = i ? r << 10 ^ (next / 65536 % 1024) : next / 65536 % 2048;
    }
    *with = next;
    return (int)r;
}

/* ---- x' = a x + c mod 2^48 ---- */

static unsigned short own[3], before[3];
static uint64_t factor = 0x5deece66dull;
static unsigned summand = 0xb;

static uint64_t step48(unsigned short x[3])
{
    uint64_t v = (uint64_t)x[2] << 32 | (uint64_t)x[1] << 16 | x[0];

    v = (v * factor + summand) & 0xffffffffffffull;
    x[0] = (unsigned short)v;
    x[1] = (unsigned short)(v >> 16);
    x[2] = (unsigned short)(v >> 32);
    return v;
}

/* 1.fraction from the bits, less 1. */
double erand48(unsigned short x[3])
{
    union { uint64_t bits; double value; } u;

    u.bits = (uint64_t)0x3ff << 52 | step48(x) << 4;
    return u.value - 1.0;
}

long nrand48(unsigned short x[3]) { return (long)(step48(x) >> 17); }
long jrand48(unsigned short x[3]) { return (long)(int32_t)(step48(x) >> 16); }
double drand48(void) { return erand48(own); }
long lrand48(void) { return nrand48(own); }
long mrand48(void) { return jrand48(own); }

unsigned short *seed48(unsigned short x[3])
{
    memcpy(before, own, sizeof before);
    memcpy(own, x, sizeof own);
    factor = 0x5deece66dull;
    summand = 0xb;
    return before;
}

void srand48(long with)
{
    unsigned short x[3] = { 0x330e, (unsigned short)with, (unsigned short)((uint32_t)with >> 16) };

    seed48(x);
}

void lcong48(unsigned short x[7])
{
    memcpy(own, x, sizeof own);
    factor = (uint64_t)x[5] << 32 | (uint64_t)x[4] << 16 | x[3];
    summand = x[6];
}
