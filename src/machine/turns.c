/* turns.c - a tournament. */
#include "turns.h"

void turns_build(struct turns *t, struct arena *a, uint32_t n)
{
    uint32_t leaves = 1;

    while (leaves < n)
        leaves *= 2;
    struct due *node = arena_array(a, struct due, 2 * leaves);
    if (!a->base)
        return;
    *t = (struct turns){ node, leaves };
    for (uint32_t i = 0; i < leaves; i++)
        node[leaves + i] = (struct due){ NS_MAX, due_place(TURN_AFTER, i) };
    for (uint32_t i = leaves - 1; i > 0; i--)
        node[i] = node[2 * i];
}

/* Where somebody else won before and wins again, all above is as it was. */
void turns_set(struct turns *t, const struct due *d)
{
    struct due *node = t->node, best = *d;
    uint32_t i = t->leaves + due_order(d);

    if (best.at == NS_MAX && node[i].at == NS_MAX)
        return;
    node[i] = best;
    while (i > 1) {
        const struct due *rival = &node[i ^ 1];

        i /= 2;
        if (due_earlier(rival, &best)) {
            best = *rival;
            if (node[i].at == best.at && node[i].place == best.place)
                return;
        }
        node[i] = best;
    }
}

struct due turns_second(const struct turns *t)
{
    struct due second = { NS_MAX, due_place(TURN_AFTER, UINT32_MAX) };

    for (uint32_t i = t->leaves + due_order(&t->node[1]); i > 1; i /= 2)
        if (due_earlier(&t->node[i ^ 1], &second))
            second = t->node[i ^ 1];
    return second;
}
