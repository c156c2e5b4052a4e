/* energy.c - where a waking task costs the least energy.
 *
 * Linux, Documentation/scheduler/sched-energy.rst: of each clock's harts the one with the most
 * spare capacity is a candidate, and so is the hart where the task ran last; for each the
 * energy of all clocks is estimated as it would be with the task there; the least wins, the
 * last hart on ties. Not while some hart is used over 80%: then the load is spread.
 * Without its uclamp and its limits by temperature.
 */
#include <kern/energy.h>

uint64_t energy_of_clock(uint64_t used, uint32_t capacity, uint32_t power)
{
    return used * power / capacity;
}

/* As fits_capacity() there: 80% of the hart. */
static bool fits(uint64_t used, uint64_t capacity)
{
    return used * 1280 < capacity * 1024;
}

static const struct cpu_config *cpu_of(const struct kern *k, unsigned h)
{
    return &k->config->cpus[h];
}

static uint32_t top_capacity(const struct kern *k, unsigned h)
{
    uint32_t n = cpu_of(k, h)->nopps;

    return power_capacity(k, h, n ? n - 1 : 0);
}

/* What hart h is used for, with the task if it stands there, and else without it. */
static uint64_t used_with(struct kern *k, unsigned h, tid_t tid, bool there)
{
    uint64_t used = power_used_of_hart(k, h), own = power_used_by_task(k, tid);

    if (k->task[tid].hart == h)
        used -= own < used ? own : used;
    return there ? used + own : used;
}

static bool overutilized(struct kern *k)
{
    for (unsigned h = 0; h < k->nharts; h++)
        if (!fits(power_used_of_hart(k, h), top_capacity(k, h)))
            return true;
    return false;
}

/* What the harts of a clock draw while the task stands on hart `at`: the busiest of them
 * sets the frequency for all. */
static uint64_t draw(struct kern *k, unsigned clock, tid_t tid, unsigned at)
{
    const struct cpu_config *c = cpu_of(k, clock);
    uint64_t sum = 0, most = 0;
    uint32_t opp = 0;

    for (unsigned h = clock; h < k->nharts; h++)
        if (cpu_of(k, h)->clock == clock) {
            uint64_t used = used_with(k, h, tid, h == at);

            sum += used;
            most = used > most ? used : most;
        }
    if (!c->nopps)
        return 0;
    while (opp + 1 < c->nopps && power_capacity(k, clock, opp) < most)
        opp++;
    return energy_of_clock(sum, power_capacity(k, clock, opp), c->opps[opp].uw);
}

static uint64_t draw_all(struct kern *k, tid_t tid, unsigned at)
{
    uint64_t sum = 0;

    for (unsigned h = 0; h < k->nharts; h++)
        if (cpu_of(k, h)->clock == h)
            sum += draw(k, h, tid, at);
    return sum;
}

/* Of the harts of a clock the one with the most room for the task; HART_NONE: none. */
static unsigned roomiest(struct kern *k, unsigned clock, tid_t tid)
{
    unsigned best = HART_NONE;
    uint64_t most = 0;

    for (unsigned h = clock; h < k->nharts; h++) {
        uint64_t with, capacity = top_capacity(k, h);

        if (cpu_of(k, h)->clock != clock || !task_may_run_on(k, tid, h))
            continue;
        with = used_with(k, h, tid, true);
        if (fits(with, capacity) && (best == HART_NONE || capacity - with > most)) {
            best = h;
            most = capacity - with;
        }
    }
    return best;
}

unsigned energy_cheapest_hart(struct kern *k, tid_t tid)
{
    unsigned last = k->task[tid].hart, best = HART_NONE;
    uint64_t least = UINT64_MAX;

    if (!k->power || overutilized(k))
        return HART_NONE;
    if (last != HART_NONE && task_may_run_on(k, tid, last) &&
        fits(used_with(k, last, tid, true), top_capacity(k, last))) {
        best = last;
        least = draw_all(k, tid, last);
    }
    for (unsigned clock = 0; clock < k->nharts; clock++) {
        unsigned h = cpu_of(k, clock)->clock == clock ? roomiest(k, clock, tid) : HART_NONE;
        uint64_t one = h == HART_NONE ? UINT64_MAX : draw_all(k, tid, h);

        if (one < least) {
            least = one;
            best = h;
        }
    }
    return best;
}
