/* turns.c - a tournament. */
#include "turns.h"

void turns_build(struct turns *t, struct arena *a, uint32_t n)
{
    uint32_t leaves = 1;

    while (leaves < n)
        leaves *= 2;
    struct due *due = arena_array(a, struct due, leaves);
    uint32_t *winner = arena_array(a, uint32_t, 2 * leaves);
    if (!a->base)
        return;
    *t = (struct turns){ due, winner, leaves };
    for (uint32_t i = 0; i < leaves; i++) {
        due[i] = (struct due){ NS_MAX, TURN_AFTER, i };
        winner[leaves + i] = i;
    }
    for (uint32_t i = leaves - 1; i > 0; i--)
        winner[i] = winner[2 * i];
}

void turns_set(struct turns *t, const struct due *d)
{
    t->due[d->order] = *d;
    for (uint32_t i = (t->leaves + d->order) / 2; i > 0; i /= 2) {
        uint32_t a = t->winner[2 * i], b = t->winner[2 * i + 1];

        t->winner[i] = due_earlier(&t->due[b], &t->due[a]) ? b : a;
    }
}

struct due turns_second(const struct turns *t)
{
    struct due second = { NS_MAX, TURN_AFTER, UINT32_MAX };

    for (uint32_t i = t->leaves + t->winner[1]; i > 1; i /= 2) {
        const struct due *loser = &t->due[t->winner[i ^ 1]];

        if (due_earlier(loser, &second))
            second = *loser;
    }
    return second;
}
