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
        due[i] = (struct due){ NS_MAX, i, TURN_AFTER };
        winner[leaves + i] = i;
    }
    for (uint32_t i = leaves - 1; i > 0; i--)
        winner[i] = winner[2 * i];
}

/* Where somebody else won before and wins again, all above is as it was. */
void turns_set(struct turns *t, const struct due *d)
{
    const struct due *best = &t->due[d->order];
    uint32_t who = d->order;

    t->due[who] = *d;
    for (uint32_t i = t->leaves + who; i > 1; i /= 2) {
        uint32_t rival = t->winner[i ^ 1];

        if (due_earlier(&t->due[rival], best)) {
            if (t->winner[i / 2] == rival)
                return;
            who = rival;
            best = &t->due[who];
        }
        t->winner[i / 2] = who;
    }
}

struct due turns_second(const struct turns *t)
{
    struct due second = { NS_MAX, UINT32_MAX, TURN_AFTER };

    for (uint32_t i = t->leaves + t->winner[1]; i > 1; i /= 2) {
        const struct due *loser = &t->due[t->winner[i ^ 1]];

        if (due_earlier(loser, &second))
            second = *loser;
    }
    return second;
}
