/* trail.c - the past of frequencies and idle states. */
#include <tui/trail.h>

enum { WEIGHED = 64 };          /* pieces of a column that are looked at */

void trail_begin(struct trail *t, const struct config *c, unsigned hart)
{
    track_clear(&t->track);
    t->opp = config_first_opp(c, hart);
    t->state = -1;
    t->works = false;
}

/* One task after another at the same point is one piece. */
static bool goes_on(struct track *k, ns_t at, uint32_t value)
{
    struct piece *last = k->n ? &k->v[k->n - 1] : NULL;

    if (!last || last->value != value || (last->to != at && last->to != NS_MAX))
        return false;
    last->to = NS_MAX;
    return true;
}

static void note(struct trail *t, const struct cpu_config *c, ns_t at, uint32_t limit)
{
    if (t->works && goes_on(&t->track, at, t->opp))
        return;
    if (t->works)
        track_begin(&t->track, at, 0, t->opp, limit);
    else if (t->state >= 0)
        track_begin(&t->track, at, c->idle[t->state].entry, TRAIL_IDLE + (uint32_t)t->state,
                    limit);
    else
        track_end(&t->track, at);
}

void trail_event(struct trail *t, const struct config *c, const struct event *e, uint32_t limit)
{
    const struct cpu_config *cpu = &c->cpus[e->hart];

    switch (e->kind) {
    case EV_DISPATCH:  t->works = true; t->state = -1; break;
    case EV_DESCHED:   t->works = false; break;
    case EV_IDLE:      t->state = (int32_t)e->a; break;
    case EV_IDLE_EXIT: t->state = -1; break;
    case EV_FREQUENCY:
        for (uint32_t i = 0; i < cpu->nopps; i++)
            if (cpu->opps[i].mhz == (uint64_t)e->a)
                t->opp = i;
        if (!t->works)          /* an idle hart draws the same as before */
            return;
        break;
    default: return;
    }
    note(t, cpu, e->at, limit);
}

static ns_t overlap(ns_t a, ns_t b, ns_t from, ns_t to)
{
    a = a > from ? a : from;
    b = b < to ? b : to;
    return b > a ? b - a : 0;
}

/* uW x ns in a piece's part of [from, to). */
static __int128 drawn(const struct piece *p, const struct cpu_config *c, uint32_t opp, ns_t from,
                      ns_t to)
{
    __int128 busy = c->nopps ? c->opps[opp].uw : 0;

    if (p->value < TRAIL_IDLE)
        return busy * overlap(p->from, p->to, from, to);
    return busy * overlap(p->from, p->work < p->to ? p->work : p->to, from, to) +
           (__int128)c->idle[p->value - TRAIL_IDLE].uw * overlap(p->work, p->to, from, to);
}

struct trail_mean trail_mean(const struct trail *t, const struct cpu_config *c, ns_t from,
                             ns_t to, uint32_t *hint)
{
    const struct track *k = &t->track;
    struct trail_mean mean = { 0, 0 };
    __int128 energy = 0, cycles = 0;
    ns_t works = 0;
    uint32_t i = *hint = track_after(k, *hint, from), opp = 0;

    for (unsigned seen = 0; i < k->n && k->v[i].from < to && seen < WEIGHED; i++, seen++) {
        const struct piece *p = &k->v[i];

        if (p->value < TRAIL_IDLE) {
            opp = p->value;
            ns_t span = overlap(p->from, p->to, from, to);

            works += span;
            cycles += (__int128)(c->nopps ? c->opps[opp].mhz : c->mhz) * span;
        }
        energy += drawn(p, c, opp, from, to);
    }
    if (to > from)
        mean.uw = (uint32_t)(energy / (to - from));
    if (works)
        mean.mhz = (uint32_t)(cycles / works);
    return mean;
}
