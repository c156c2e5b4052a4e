/* run.c - harts execute: bodies that have to, to find out how long they run.
 *
 * Harts execute ahead of the engine's time: harts_run() lets each go on to the next
 * pending entry, the furthest behind first, and a body that wants the kernel puts that
 * into the engine as its hart's stop, so that everything that touches the kernel happens
 * in order of time.
 */
#include <kern/body.h>

enum { CHUNK_NS = 20 * 1000 * 1000 };   /* time a hart runs without looking up */

void hart_stop_here(struct kern *k, unsigned h)
{
    ns_t at = k->hart[h].local > k->engine->now ? k->hart[h].local : k->engine->now;

    engine_set(k->engine, k->first_hart_slot + h, at,
               sched_expired_first(&k->sched) ? PEND_BURST_FIRST : PEND_BURST);
}

static bool stop_is_set(const struct kern *k, unsigned h)
{
    uint32_t at = k->engine->where[k->first_hart_slot + h];

    if (!at)
        return false;
    enum pending_class cls = pending_class_of(&k->engine->heap[at - 1]);
    return cls == PEND_BURST || cls == PEND_BURST_FIRST;
}

/* Does hart h run a body that executes? */
static bool executes(const struct kern *k, unsigned h)
{
    tid_t tid = k->hart[h].running;

    return tid != TID_NONE && !k->hart[h].handed_back && !k->hart[h].off &&
           body_of(k, tid)->run;
}

ns_t harts_next(const struct kern *k)
{
    ns_t next = NS_MAX;

    for (unsigned h = 0; h < k->nharts; h++)
        if (executes(k, h) && !stop_is_set(k, h) && k->hart[h].local < next)
            next = k->hart[h].local;
    return next;
}

/* May it execute now, without entering the kernel first? */
static bool may_run(const struct kern *k, unsigned h)
{
    tid_t tid = k->hart[h].running;

    return executes(k, h) && !body_of(k, tid)->wants_kernel(k, tid);
}

/* Tasks that must enter the kernel get their stop; the earliest bounds the others. */
static ns_t set_stops(struct kern *k, ns_t limit)
{
    for (unsigned h = 0; h < k->nharts; h++) {
        tid_t tid = k->hart[h].running;

        if (!executes(k, h) || !body_of(k, tid)->wants_kernel(k, tid))
            continue;
        if (!stop_is_set(k, h))
            hart_stop_here(k, h);
        ns_t at = k->engine->heap[k->engine->where[k->first_hart_slot + h] - 1].at;
        if (at < limit)
            limit = at;
    }
    return limit;
}

/* The hart that is furthest behind `limit`, HART_NONE if all are there; in *others where
 * the next one is. */
static unsigned furthest_behind(const struct kern *k, ns_t limit, ns_t *others)
{
    unsigned best = HART_NONE;

    *others = NS_MAX;
    for (unsigned h = 0; h < k->nharts; h++) {
        ns_t local = k->hart[h].local;

        if (local >= limit || !may_run(k, h))
            continue;
        if (best == HART_NONE || local < k->hart[best].local) {
            if (best != HART_NONE)
                *others = k->hart[best].local;
            best = h;
        } else if (local < *others) {
            *others = local;
        }
    }
    return best;
}

/* Nothing happens before the harts' local times: let the clock show it. */
static void show_time(struct kern *k, ns_t limit)
{
    ns_t now = limit;

    for (unsigned h = 0; h < k->nharts; h++)
        if (may_run(k, h) && k->hart[h].local < now)
            now = k->hart[h].local;
    if (now > k->engine->now && now != NS_MAX)
        k->engine->now = now;
}

/* Whose turn it is, and up to where; HART_NONE: all are at a limit. A turn depends on what
 * is pending and where the harts are, not on when somebody outside wants to look: one that
 * was broken off goes on first, and `until` ends only that of a hart that is alone. */
static unsigned next_turn(struct kern *k, ns_t limit, ns_t until, ns_t *to)
{
    ns_t skew = k->config->smp_skew, others;
    unsigned h = k->turn;

    if (h != HART_NONE && may_run(k, h) && k->hart[h].local < k->turn_to &&
        k->hart[h].local < limit) {
        *to = k->turn_to < limit ? k->turn_to : limit;
        return h;
    }
    k->turn = HART_NONE;
    h = furthest_behind(k, limit, &others);
    if (h == HART_NONE || k->hart[h].local >= until)
        return HART_NONE;
    *to = limit;
    if (others == NS_MAX) {
        *to = until < limit ? until : limit;
        return h;
    }
    if (others < limit - skew)
        *to = others + skew;
    k->turn = (uint16_t)h;
    k->turn_to = *to;
    return h;
}

bool harts_run(struct kern *k, ns_t limit, ns_t until)
{
    ns_t left = CHUNK_NS, to;
    bool moved = false;
    unsigned h;

    limit = set_stops(k, limit);
    while (left > 0 && (h = next_turn(k, limit, until, &to)) != HART_NONE) {
        struct hart *hart = &k->hart[h];
        ns_t from = hart->local;

        if (to - from > left)
            to = from + left;
        body_of(k, hart->running)->run(k, h, to);
        if (k->halted)
            return true;
        if (stop_is_set(k, h) && hart->local < limit)
            limit = hart->local;
        left -= hart->local - from + 1;
        moved = true;
    }
    if (left <= 0)
        show_time(k, limit < until ? limit : until);
    return moved;
}
