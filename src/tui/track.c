/* track.c - pieces in time order, kept in one growing array. */
#include <tui/track.h>

#include <sim/check.h>
#include <stat/memory.h>
#include <string.h>

enum { COLUMN_PIECES = 4 };     /* how many of a column's pieces are weighed */

void track_end(struct track *t, ns_t at)
{
    struct piece *last = t->n ? &t->v[t->n - 1] : NULL;

    if (!last || last->to != NS_MAX)
        return;
    if (at <= last->from)
        t->n--;
    else
        last->to = at;
}

static void drop_oldest_half(struct track *t)
{
    uint32_t gone = t->n - t->n / 2;

    t->lost = t->v[gone - 1].to;
    memmove(t->v, t->v + gone, (t->n - gone) * sizeof *t->v);
    t->n -= gone;
}

void track_begin(struct track *t, ns_t at, ns_t overhead, uint32_t value,
                 uint32_t limit)
{
    track_end(t, at);
    CHECK(!t->n || t->v[t->n - 1].to <= at);    /* in the order of time */
    if (t->n == t->capacity && t->n < limit) {
        uint32_t capacity = t->capacity ? t->capacity * 2 : 16;
        struct piece *v;

        if (capacity > limit)
            capacity = limit;
        v = memory_resize(t->heap, t->v, capacity * sizeof *v);
        if (v) {
            t->v = v;
            t->capacity = capacity;
        }
    }
    if (t->n && t->n == t->capacity)
        drop_oldest_half(t);
    if (t->n < t->capacity)
        t->v[t->n++] = (struct piece){ at, NS_MAX, at + overhead, value };
}

void track_clear(struct track *t)
{
    t->n = 0;
    t->lost = 0;
}

void track_free(struct track *t)
{
    memory_free(t->heap, t->v);
    *t = (struct track){ .heap = t->heap };
}

/* The first piece from index i on that ends after `at`: steps that double, then
 * halves, since the next column is mostly near. */
uint32_t track_after(const struct track *t, uint32_t i, ns_t at)
{
    uint32_t step = 1, low = i, high;

    while (low + step <= t->n && t->v[low + step - 1].to <= at) {
        low += step;
        step *= 2;
    }
    high = low + step <= t->n ? low + step - 1 : t->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (t->v[middle].to <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

ns_t track_time(const struct track *t, uint32_t value, ns_t from, ns_t to)
{
    ns_t sum = 0;

    for (uint32_t i = track_after(t, 0, from); i < t->n && t->v[i].from < to; i++) {
        const struct piece *p = &t->v[i];
        ns_t a = p->from > from ? p->from : from, b = p->to < to ? p->to : to;

        if (p->value == value && b > a)
            sum += b - a;
    }
    return sum;
}

struct column track_column(const struct track *t, ns_t from, ns_t to, ns_t now,
                           uint32_t *hint)
{
    struct column best = { COLUMN_EMPTY, 0, 0 };
    ns_t longest = 0, filled = 0;
    uint32_t i = *hint = track_after(t, *hint, from), seen = 0;

    for (; i < t->n && t->v[i].from < to && seen < COLUMN_PIECES; i++, seen++) {
        const struct piece *p = &t->v[i];
        ns_t end = p->to < now ? p->to : now;
        ns_t a = p->from > from ? p->from : from, b = end < to ? end : to;

        if (b <= a)
            continue;
        filled += b - a;
        if (b - a > longest) {
            longest = b - a;
            best = (struct column){ COLUMN_ONE, p->value, i };
        }
    }
    if (best.kind == COLUMN_EMPTY || (to - from - filled > filled && now >= to
                                      && seen < COLUMN_PIECES))
        best.kind = COLUMN_EMPTY;
    else if (seen >= COLUMN_PIECES && longest <= (to - from) / 2)
        best.kind = COLUMN_MANY;
    return best;
}
