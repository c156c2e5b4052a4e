/* structs.c - records copied, compared and linked, in the manner of Dhrystone. */
#include <stdint.h>
#include <string.h>

struct record {
    struct record *next;
    uint32_t kind, value;
    char name[32];
    uint32_t history[6];
};

static struct record pool[8];

__attribute__((noinline)) static int same_name(const struct record *a,
                                               const struct record *b)
{
    for (uint32_t i = 0; i < sizeof a->name; i++) {
        if (a->name[i] != b->name[i])
            return 0;
        if (!a->name[i])
            return 1;
    }
    return 1;
}

__attribute__((noinline)) static uint32_t update(struct record *r, uint32_t round)
{
    struct record *n = r->next;

    *n = *r;
    n->next = r == &pool[7] ? &pool[1] : r + 2 > &pool[7] ? &pool[0] : r + 2;
    n->value = r->value + round;
    n->kind = (n->kind + 1) % 5;
    n->history[round % 6] = n->value;
    n->name[8] = (char)('a' + n->kind);
    switch (n->kind) {
    case 0:
        return n->value;
    case 1:
        return n->history[0] ^ n->history[1];
    case 2:
        return (uint32_t)same_name(n, r);
    default:
        return n->history[n->kind];
    }
}

static uint32_t run(void)
{
    static const char name[] = "ossim's record number one";
    uint32_t sum = 0;

    for (uint32_t i = 0; i < 8; i++) {
        pool[i].next = &pool[(i + 1) % 8];
        for (uint32_t k = 0; k < sizeof name; k++)
            pool[i].name[k] = name[k];
    }
    for (uint32_t i = 0; i < 400000; i++)
        sum = sum * 7 + update(&pool[i % 7], i);
    return sum;
}

int main(void)
{
    return run() != 379866858u;
}
