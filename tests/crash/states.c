/* states.c - see states.h. */
#include "states.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1024, FIRST = 1 << 12 };

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 31) * UINT64_C(0x9E3779B97F4A7C15);
    return x ^ x >> 29;
}

static uint64_t hash(uint32_t k, const uint8_t *image)
{
    uint64_t h = k + UINT64_C(1), word;

    for (size_t at = (size_t)k * BLOCK; at < (size_t)(k + 1) * BLOCK; at += sizeof word) {
        memcpy(&word, image + at, sizeof word);
        h = mixed(h ^ word) + k;
    }
    return h;
}

void states_init(struct states *s, const uint8_t *base, uint64_t size)
{
    uint32_t n = (uint32_t)(size / BLOCK);

    *s = (struct states){ .block = calloc(n, sizeof *s->block), .size = FIRST,
                          .table = calloc(FIRST, sizeof *s->table) };
    for (uint32_t k = 0; k < n; k++)
        states_rebase(s, k, base);
}

void states_free(struct states *s)
{
    free(s->block);
    free(s->table);
}

void states_rebase(struct states *s, uint32_t k, const uint8_t *base)
{
    s->base -= s->block[k];
    s->block[k] = hash(k, base);
    s->base += s->block[k];
}

uint64_t states_moved(const struct states *s, uint64_t sum, uint32_t k, const uint8_t *image)
{
    return sum - s->block[k] + hash(k, image);
}

static bool put(struct states *s, uint64_t sum)
{
    size_t i = mixed(sum) & (s->size - 1);

    while (s->table[i] && s->table[i] != sum)
        i = (i + 1) & (s->size - 1);
    if (s->table[i] == sum)
        return false;
    s->table[i] = sum;
    return true;
}

static void grow(struct states *s)
{
    uint64_t *old = s->table;
    size_t n = s->size;

    s->size *= 2;
    s->table = calloc(s->size, sizeof *s->table);
    for (size_t i = 0; i < n; i++)
        if (old[i])
            put(s, old[i]);
    free(old);
}

bool states_add(struct states *s, uint64_t sum)
{
    if (s->n * 2 >= s->size)
        grow(s);
    bool new = put(s, sum ? sum : 1);

    s->n += new;
    return new;
}
