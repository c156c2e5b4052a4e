/* lend.c - frames of a machine that its guests lend each other by their balloons; see vcpu.h.
 *
 * Where the machine has as many as it says, one that wants frames back has to wait until
 * others' balloons have grown by them. All together never want more than there are (checked as
 * a workload is loaded), so it waits for those alone whose kernels do not find what to give.
 */
#include "vcpu.h"

#include <kern/balloon.h>
#include <sim/check.h>

static bool counted(const struct machine *m)
{
    return m->kern.config->vm->counted;
}

void lend_start(struct machine *m)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < m->nguests; i++) {
        struct guest *g = &m->guest[i];

        g->granted = g->config->frames - g->config->balloon;
        sum += g->granted;
    }
    CHECK(!counted(m) || sum <= m->kern.config->memory.frames);
    m->spare = counted(m) ? m->kern.config->memory.frames - sum : 0;
}

/* There is something for those who wait; each asks when its kernel gets to it. */
static void offer(struct machine *m, ns_t now)
{
    guests_clock_to(m, now);
    for (uint32_t i = 0; i < m->nguests; i++) {
        struct guest *g = &m->guest[i];
        struct kern *k = &g->machine.kern;

        if (g->over || !k->balloon || k->balloon->target == k->balloon->wanted)
            continue;
        engine_set(&g->machine.engine, k->balloon_slot,
                   now > g->machine.engine.now ? now : g->machine.engine.now, PEND_TIMER);
        guest_rouse(g);
    }
}

uint32_t lend_balloon(void *self, uint32_t n, uint32_t wanted)
{
    struct guest *g = self;
    struct machine *m = g->host;
    uint32_t all = g->config->frames, has = all - n;

    if (!counted(m))
        return wanted;
    if (g->granted > has) {
        m->spare += g->granted - has;
        g->granted = has;
        offer(m, g->machine.engine.now);
    }
    if (g->granted < all - wanted) {
        uint64_t want = all - wanted - g->granted, got = want < m->spare ? want : m->spare;

        m->spare -= got;
        g->granted += (uint32_t)got;
    }
    return all - g->granted > wanted ? all - g->granted : wanted;
}

void lend_all(struct guest *g)
{
    if (!counted(g->host) || !g->granted)
        return;
    g->host->spare += g->granted;
    g->granted = 0;
    offer(g->host, g->machine.engine.now);
}
