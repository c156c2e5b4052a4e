/* structs.c - records copied, compared and linked, in the manner of Dhrystone. */
#include "bench.h"

struct record {
    struct record *next;
    u32 kind, value;
    char name[32];
    u32 history[6];
};

static struct record pool[8];

BENCH_MEMORY

__attribute__((noinline)) static int same_name(const struct record *a,
                                               const struct record *b)
{
    for (u32 i = 0; i < sizeof a->name; i++) {
        if (a->name[i] != b->name[i])
            return 0;
        if (!a->name[i])
            return 1;
    }
    return 1;
}

__attribute__((noinline)) static u32 update(struct record *r, u32 round)
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
        return (u32)same_name(n, r);
    default:
        return n->history[n->kind];
    }
}

u32 run(void)
{
    static const char name[] = "ossim's record number one";
    u32 sum = 0;

    for (u32 i = 0; i < 8; i++) {
        pool[i].next = &pool[(i + 1) % 8];
        for (u32 k = 0; k < sizeof name; k++)
            pool[i].name[k] = name[k];
    }
    for (u32 i = 0; i < 400000; i++)
        sum = sum * 7 + update(&pool[i % 7], i);
    return sum;
}

BENCH(0)
