/* race_clock.c - vector clocks. */
#include <stat/race_clock.h>

#include <stdlib.h>
#include <string.h>

static bool reserve(struct race_clock *c, uint32_t n)
{
    uint32_t room = c->room ? c->room : 4;

    while (room < n)
        room *= 2;
    if (room != c->room) {
        uint64_t *more = realloc(c->at, room * sizeof *more);

        if (!more)
            return false;
        c->at = more;
        c->room = room;
    }
    if (c->n < n) {
        memset(c->at + c->n, 0, (n - c->n) * sizeof *c->at);
        c->n = n;
    }
    return true;
}

bool vclock_set(struct race_clock *c, uint32_t i, uint64_t value)
{
    if (!reserve(c, i + 1))
        return false;
    c->at[i] = value;
    return true;
}

bool vclock_join(struct race_clock *c, const struct race_clock *d)
{
    if (d->n && !reserve(c, d->n))
        return false;
    for (uint32_t i = 0; i < d->n; i++)
        if (c->at[i] < d->at[i])
            c->at[i] = d->at[i];
    return true;
}

bool vclock_copy(struct race_clock *c, const struct race_clock *d)
{
    if (d->n && !reserve(c, d->n))
        return false;
    c->n = d->n;
    if (d->n)
        memcpy(c->at, d->at, d->n * sizeof *c->at);
    return true;
}

void vclock_clear(struct race_clock *c)
{
    free(c->at);
    *c = (struct race_clock){ 0 };
}
