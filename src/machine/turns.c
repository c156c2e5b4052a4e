/* turns.c - a tournament. */
#include "turns.h"

#include <sim/check.h>

void turns_build(struct turns *t, struct arena *a, uint32_t n, uint32_t atonce)
{
    uint32_t leaves = 1;

    while (leaves < atonce)
        leaves *= 2;
    struct due *node = arena_array(a, struct due, 2 * leaves);
    uint32_t *leaf = arena_array(a, uint32_t, n), *spare = arena_array(a, uint32_t, leaves);
    if (!a->base)
        return;
    *t = (struct turns){ node, leaf, spare, leaves, leaves };
    for (uint32_t i = 0; i < n; i++)
        leaf[i] = 0;
    for (uint32_t i = 0; i < leaves; i++)
        spare[i] = leaves + i;
    for (uint32_t i = 1; i < 2 * leaves; i++)
        node[i] = due_never(0);
}

static uint32_t take_leaf(struct turns *t, uint32_t order)
{
    CHECK(t->nspare > 0);
    return t->leaf[order] = t->spare[--t->nspare];
}

static void leave_leaf(struct turns *t, uint32_t order)
{
    t->spare[t->nspare++] = t->leaf[order];
    t->leaf[order] = 0;
}

/* Where somebody else won before and wins again, all above is as it was. */
void turns_set(struct turns *t, const struct due *d)
{
    struct due *node = t->node, best = *d;
    uint32_t order = due_order(d), i = t->leaf[order];

    if (best.at == NS_MAX) {
        if (!i)
            return;
        leave_leaf(t, order);
    } else if (!i) {
        i = take_leaf(t, order);
    }
    node[i] = best;
    while (i > 1) {
        const struct due *rival = &node[i ^ 1];
        bool other = due_earlier(rival, &best);

        i /= 2;
        if (other && node[i].at == rival->at && node[i].place == rival->place)
            return;
        best.at = other ? rival->at : best.at;
        best.place = other ? rival->place : best.place;
        node[i] = best;
    }
}

struct due turns_second(const struct turns *t)
{
    struct due second = due_never(UINT32_MAX);

    for (uint32_t i = t->leaf[due_order(&t->node[1])]; i > 1; i /= 2)
        if (due_earlier(&t->node[i ^ 1], &second))
            second = t->node[i ^ 1];
    return second;
}
