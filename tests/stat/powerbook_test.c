/* powerbook_test.c - columns over time add up to what the run drew and its guests waited for. */
#include "../suite.h"

#include <sim/rng.h>
#include <stat/energy.h>
#include <stat/powerbook.h>

#include <math.h>
#include <stdlib.h>

enum { MS = 1000000, CPUS = 3 };

static const struct opp opps[] = { { 1000, 200000 }, { 2000, 1000000 } };
static const struct idle_state idle[] = { { .name = "wfi", .uw = 50000, .entry = 5000 } };

static struct config two_speeds(struct cpu_config cpus[CPUS])
{
    for (unsigned h = 0; h < CPUS; h++)
        cpus[h] = (struct cpu_config){ .mhz = 2000, .clock = h, .opps = opps, .nopps = 2,
                                       .idle = idle, .nidle = 1 };
    return (struct config){ .cpus = cpus, .ncpus = CPUS, .ntasks = CPUS, .power = true,
                            .governor = GOV_ONDEMAND };
}

/* What a hart does next: works, idles, changes its frequency. */
static struct event next_event(rng_t *dice, unsigned h, int state[CPUS], ns_t at)
{
    struct event e = { .at = at, .hart = (uint16_t)h, .tid = h };

    if (state[h] && rng_below(dice, 2)) {
        e.kind = EV_FREQUENCY;
        e.a = rng_below(dice, 2) ? 2000 : 1000;
        return e;
    }
    e.kind = (uint16_t)(state[h] == 2 ? EV_IDLE_EXIT : state[h] == 1 ? EV_DESCHED : EV_DISPATCH);
    state[h] = state[h] == 0 ? 1 : 0;
    return e;
}

static double joules_of(const struct powerbook *b, unsigned h, unsigned n)
{
    double sum = 0;

    for (unsigned i = 0; i < n; i++)
        sum += powerbook_hart(b, h, i).joules;
    return sum;
}

START_TEST(columns_add_up)
{
    for (unsigned seed = 0; seed < 60; seed++) {
        rng_t dice = rng_stream(seed, "powerbook", 0);
        struct cpu_config cpus[CPUS];
        struct config c = two_speeds(cpus);
        struct powerbook *b = powerbook_create(NULL, &c);
        struct energy *e = energy_create(NULL, &c);
        int state[CPUS] = { 0 };
        ns_t at = 0, width;

        for (unsigned i = 0; i < 400; i++) {
            at += (ns_t)rng_below(&dice, seed % 2 ? 50 * MS : 3000);
            struct event ev = next_event(&dice, (unsigned)rng_below(&dice, CPUS), state, at);

            powerbook_event(b, &ev);
            energy_event(e, &ev);
        }
        at += 12345;
        powerbook_settle(b, at);
        unsigned n = powerbook_columns(b, &width);
        ck_assert_uint_le(n, POWERBOOK_COLUMNS);
        ck_assert(width == 1000 || n > POWERBOOK_COLUMNS / 2 - 1);
        ck_assert(n * width >= at && (n - 1) * width < at);
        for (unsigned h = 0; h < CPUS; h++) {
            struct hart_energy whole;

            energy_hart(e, h, at, &whole);
            ck_assert_double_eq_tol(joules_of(b, h, n), whole.joules, 1e-12);
        }
        powerbook_destroy(b);
        energy_destroy(e);
    }
}
END_TEST

/* Half a column at 200 mW, then half at 1 W; then it sleeps: on the way at 1 W, and then 50 mW. */
START_TEST(means_by_hand)
{
    struct cpu_config cpus[CPUS];
    struct config c = two_speeds(cpus);
    struct powerbook *b = powerbook_create(NULL, &c);
    const struct event all[] = {
        { .kind = EV_DISPATCH, .at = 0, .hart = 0, .tid = 0 },
        { .kind = EV_FREQUENCY, .at = 32000, .hart = 0, .tid = 0, .a = 2000 },
        { .kind = EV_DESCHED, .at = 64000, .hart = 0, .tid = 0, .a = STOP_BLOCKED },
        { .kind = EV_IDLE, .at = 64000, .hart = 0, .tid = TID_NONE, .a = 0 },
    };
    ns_t width;

    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        powerbook_event(b, &all[i]);
    powerbook_settle(b, 256 * 64000);
    ck_assert_uint_eq(powerbook_columns(b, &width), 256);
    ck_assert_int_eq(width, 64000);
    ck_assert_double_eq_tol(powerbook_hart(b, 0, 0).watts, .6, 1e-12);
    ck_assert_double_eq_tol(powerbook_hart(b, 0, 0).mhz, 1500, 1e-9);
    ck_assert_double_eq_tol(powerbook_hart(b, 0, 1).watts, (5 * 1. + 59 * .05) / 64, 1e-12);
    ck_assert(isnan(powerbook_hart(b, 0, 1).mhz));
    ck_assert_double_eq_tol(powerbook_hart(b, 1, 7).watts, 0, 1e-12);
    powerbook_destroy(b);
}
END_TEST

/* A guest's two CPUs: one wants a real one from 10 to 25 us, the other from 20 on. */
START_TEST(steal_by_hand)
{
    struct process_config procs[2] = { { .count = 1, .first = 0 }, { .count = 2, .first = 1 } };
    struct guest_config guest = { .process = 1 };
    struct vm_config vm = { .nguests = 1, .guest = &guest };
    struct cpu_config cpu = { .mhz = 1000 };
    struct config c = { .cpus = &cpu, .ncpus = 1, .ntasks = 3, .processes = procs,
                        .nprocesses = 2, .vm = &vm };
    struct powerbook *b = powerbook_create(NULL, &c);
    const struct event all[] = {
        { .kind = EV_ARRIVE, .at = 0, .tid = 0 },
        { .kind = EV_ARRIVE, .at = 10000, .tid = 1 },
        { .kind = EV_ARRIVE, .at = 20000, .tid = 2 },
        { .kind = EV_DISPATCH, .at = 25000, .hart = 0, .tid = 1 },
    };
    ns_t width, sum = 0;

    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        powerbook_event(b, &all[i]);
    powerbook_settle(b, 30500);
    ck_assert_uint_eq(powerbook_columns(b, &width), 31);
    ck_assert_int_eq(width, 1000);
    ck_assert_int_eq(powerbook_steal(b, 0, 9), 0);
    ck_assert_int_eq(powerbook_steal(b, 0, 10), 1000);
    ck_assert_int_eq(powerbook_steal(b, 0, 22), 2000);
    ck_assert_int_eq(powerbook_steal(b, 0, 25), 1000);
    ck_assert_int_eq(powerbook_steal(b, 0, 30), 500);
    for (unsigned i = 0; i < 31; i++)
        sum += powerbook_steal(b, 0, i);
    ck_assert_int_eq(sum, 15000 + 10500);
    powerbook_destroy(b);
}
END_TEST

SUITE(powerbook, 10, columns_add_up, means_by_hand, steal_by_hand)
