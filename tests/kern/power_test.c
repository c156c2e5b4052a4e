/* Utilization, governors, idle states and energy-aware placement, against values worked
 * out by hand. */
#include "../suite.h"
#include "simulate.h"

#include <kern/energy.h>
#include <stat/energy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS = 1000000 };

/* Half of what is missing comes every 32 periods; half of what there is goes. */
START_TEST(pelt_halves)
{
    struct pelt p = { 0 };
    ns_t half = 32 * (ns_t)PELT_PERIOD;

    pelt_pass(&p, half, PELT_ONE);
    ck_assert_int_le(abs((int)p.value - PELT_ONE / 2), 2);
    pelt_pass(&p, 2 * half, PELT_ONE);
    ck_assert_int_le(abs((int)p.value - PELT_ONE / 4 * 3), 2);
    pelt_pass(&p, 3 * half, 0);
    ck_assert_int_le(abs((int)p.value - PELT_ONE / 8 * 3), 2);
    pelt_pass(&p, 100 * half, 0);
    ck_assert_uint_eq(p.value, 0);
}
END_TEST

/* However the same time is cut up, the same comes out (but for rounding). */
START_TEST(pelt_adds_up)
{
    for (unsigned seed = 1; seed < 200; seed++) {
        struct pelt whole = { 0 }, cut = { 0 };
        ns_t to = (ns_t)(seed * 7919 % 90) * PELT_PERIOD + seed * 5003, at = 0;
        uint32_t rate = PELT_ONE / (1 + seed % 7);

        while (at < to) {
            at += 1 + (ns_t)(seed * 104729 % 900000) + at % 77;
            pelt_pass(&cut, at < to ? at : to, rate);
        }
        pelt_pass(&whole, to, rate);
        ck_assert_int_le(abs((int)whole.value - (int)cut.value), 400);
    }
}
END_TEST

/* Linux, Documentation/scheduler/sched-energy.rst, Example 2: P (200) wakes up; CPU0 was
 * used for 400 with it, CPU1 for 100, CPU2 for 600, CPU3 for 500. */
START_TEST(linux_example_2)
{
    uint64_t there = energy_of_clock(200 + 300, 341, 150) + energy_of_clock(600 + 500, 768, 800);
    uint64_t big = energy_of_clock(200 + 100, 341, 150) + energy_of_clock(600 + 700, 768, 800);
    uint64_t stays = energy_of_clock(400 + 100, 512, 300) + energy_of_clock(600 + 500, 768, 800);

    ck_assert_uint_eq(there, 1364);
    ck_assert_uint_eq(big, 1485);
    ck_assert_uint_eq(stays, 1437);
}
END_TEST

#define A73 "\"opps\":[{\"mhz\":1000,\"mw\":200},{\"mhz\":2000,\"mw\":1000}]"
#define IDLE "\"idle\":[{\"name\":\"wfi\",\"mw\":50,\"exit\":\"0.1ms\"}," \
             "{\"name\":\"off\",\"mw\":1,\"entry\":1,\"exit\":2,\"residency\":10}]"

static char *machine(char *buf, size_t size, const char *cpus, const char *governor,
                     const char *processes)
{
    snprintf(buf, size, "{\"ossim\":1,\"machine\":{\"cpus\":[%s]},\"kernel\":{\"governor\":"
             "\"%s\",\"scheduler\":\"fcfs\"},\"processes\":[%s]}", cpus, governor, processes);
    return buf;
}

/* Joules of a run, and its end in microseconds. */
static double joules(const char *json, ns_t *end)
{
    struct simulation s;
    struct energy *e;
    double sum;

    simulate(&s, json);
    e = energy_create(NULL, s.config);
    for (size_t i = 0; i < s.nevents; i++)
        if (EVENT_BIT(s.events[i].kind) & energy_kinds)
            energy_event(e, &s.events[i]);
    *end = s.events[s.nevents - 1].at;
    sum = energy_joules(e, *end);
    energy_destroy(e);
    simulate_close(&s);
    return sum;
}

static void costs(const char *cpus, const char *governor, const char *processes,
                  ns_t end, double want)
{
    char json[2048];
    ns_t at;
    double got = joules(machine(json, sizeof json, cpus, governor, processes), &at);

    ck_assert_int_eq(at, end);
    ck_assert_double_eq_tol(got, want, 1e-12);
}

#define A "{\"name\":\"A\",\"bursts\":[{\"cpu\":10}]}"

/* 10 ms of the fast hart: 10 ms at 1 W, or 20 ms at .2 W. */
START_TEST(race_and_pace)
{
    costs("{" A73 "}", "performance", A, 10 * MS, .010 * 1.0);
    costs("{" A73 "}", "powersave", A, 20 * MS, .020 * .2);
}
END_TEST

/* Ondemand finds the first 10 ms busy, in which half of the work was done: 5 ms more. */
START_TEST(ondemand_looks_every_10_ms)
{
    costs("{" A73 "}", "ondemand", A, 15 * MS, .010 * .2 + .005 * 1.0);
}
END_TEST

/* The new frequency is there 3 ms after it was asked for: 1.5 ms of work in them, 3.5 left. */
START_TEST(transitions_take_time)
{
    costs("{" A73 ",\"transition\":3}", "ondemand", A, (ns_t)(16.5 * MS),
          .013 * .2 + .0035 * 1.0);
}
END_TEST

/* A cpu 10, out for 5, cpu 1. Nobody knows how long it idles first: it goes to `off`, which
 * takes 1 ms at 1 W, then 4 ms at 1 mW; out of it takes 2 ms. */
START_TEST(idle_states_cost)
{
    costs("{" A73 "," IDLE "}", "performance",
          "{\"name\":\"A\",\"bursts\":[{\"cpu\":10},{\"io\":5},{\"cpu\":1}]}", 18 * MS,
          .010 + .001 + .004 * .001 + .002 + .001);
}
END_TEST

/* The second time it idles like the first, 5 ms, for which `wfi` does; the third time
 * for 30 ms: after 10 ms in `wfi` it sinks. */
START_TEST(idle_states_are_learned)
{
    costs("{" A73 "," IDLE "}", "performance",
          "{\"name\":\"A\",\"bursts\":[{\"cpu\":10},{\"io\":5},{\"cpu\":1},{\"io\":5},{\"cpu\":1},"
          "{\"io\":30},{\"cpu\":1}]}", (ns_t)(18 + 5 + 1 + 30 + 2 + 1) * MS + MS / 10,
          .010 + .001 + .004 * .001 + .002 + .001         /* as before */
          + .005 * .05 + .0001 + .001                     /* wfi for 5 ms */
          + .010 * .05 + .001 + .019 * .001 + .002 + .001);       /* wfi, off, and out */
}
END_TEST

/* Half of the speed is not enough when it was used for 80% of it: 77.9 ms after the start,
 * which the tick at 80 ms finds (used = 512 (1 - 2^(-t / 33.55 ms)) > 512 / 1.25). There are 60
 * of 100 ms of work left. After 200 ms of sleep the low point would do, and is asked for when
 * the task is there again, at 340, if so long after the last change it may be, or else at the
 * first tick at which it may be. */
static ns_t ends_with_limit(const char *limit)
{
    struct simulation s;
    char json[2048];

    snprintf(json, sizeof json, "{\"ossim\":1,\"machine\":{\"cpus\":[{" A73 "}]},\"kernel\":{"
             "\"governor\":\"schedutil\",%s\"scheduler\":\"fcfs\"},\"processes\":[{\"name\":\"A\","
             "\"bursts\":[{\"cpu\":100},{\"io\":200},{\"cpu\":10}]}]}", limit);
    simulate(&s, json);
    ns_t end = simulation_finish(&s, "A");
    simulate_close(&s);
    return end;
}

START_TEST(schedutil_leaves_a_clock_alone)
{
    ck_assert_int_eq(ends_with_limit("\"governor_rate_limit\":0,"), 360 * MS);
    ck_assert_int_eq(ends_with_limit("\"governor_rate_limit\":260,"), 360 * MS);
    ck_assert_int_eq(ends_with_limit("\"governor_rate_limit\":260.001,"), 356 * MS);
    ck_assert_int_eq(ends_with_limit("\"governor_rate_limit\":500,"), 350 * MS);
    ck_assert_int_eq(ends_with_limit(""), 360 * MS);
}
END_TEST

START_TEST(its_default_is_linux_s)
{
    struct cpu_config cpus[2] = { { .transition = 300000 }, { .transition = 0 } };
    struct config c = { .cpus = cpus, .ncpus = 2, .governor_rate_limit = NS_MAX };

    ck_assert_int_eq(config_rate_limit(&c, 0), 450000);
    ck_assert_int_eq(config_rate_limit(&c, 1), MS);
}
END_TEST

/* A hart of half the work a MHz takes twice as long, at its own power. */
START_TEST(work_a_mhz)
{
    costs("{" A73 "},{\"dmips\":512," A73 "}", "performance",
          "{\"name\":\"A\",\"affinity\":[1],\"bursts\":[{\"cpu\":10}]}", 20 * MS, .020 * 1.0);
}
END_TEST

/* Harts of a cluster change together: B drives A's clock up too. */
START_TEST(clusters_share_a_clock)
{
    struct simulation s;
    char json[2048];
    unsigned both = 0;

    simulate(&s, machine(json, sizeof json, "{\"cluster\":\"c\"," A73 "},{\"cluster\":\"c\"," A73
                         "}", "ondemand", A));
    for (size_t i = 0; i < s.nevents; i++)
        if (s.events[i].kind == EV_FREQUENCY && s.events[i].at == 10 * MS)
            both |= 1u << s.events[i].hart;
    ck_assert_uint_eq(both, 3);
    ck_assert_int_eq(simulation_finish(&s, "A"), 15 * MS);
    simulate_close(&s);
}
END_TEST

/* Light periodic work wakes up on the little hart under eas; without it, where there is
 * least to do: the first. */
static unsigned hart_of_light_work(const char *policy)
{
    char json[2048];
    struct simulation s;
    unsigned last = HART_NONE;

    snprintf(json, sizeof json, "{\"ossim\":1,\"machine\":{\"cpus\":[{\"kind\":\"big\"," A73 "},"
             "{\"kind\":\"little\",\"dmips\":512,\"opps\":[{\"mhz\":1000,\"mw\":30},{\"mhz\":2000,"
             "\"mw\":150}]}]},\"kernel\":{\"scheduler\":\"%s\",\"governor\":\"schedutil\"},"
             "\"processes\":[{\"name\":\"L\",\"bursts\":[{\"repeat\":50,\"do\":[{\"cpu\":1},"
             "{\"io\":9}]}]}]}", policy);
    simulate(&s, json);
    for (size_t i = 0; i < s.nevents; i++)
        if (s.events[i].kind == EV_DISPATCH)
            last = s.events[i].hart;
    simulate_close(&s);
    return last;
}

START_TEST(eas_saves)
{
    ck_assert_uint_eq(hart_of_light_work("fair"), 0);
    ck_assert_uint_eq(hart_of_light_work("eas"), 1);
}
END_TEST

SUITE(power, 10, pelt_halves, pelt_adds_up, linux_example_2, race_and_pace,
      ondemand_looks_every_10_ms, transitions_take_time, idle_states_cost,
      idle_states_are_learned, schedutil_leaves_a_clock_alone, its_default_is_linux_s, work_a_mhz, clusters_share_a_clock, eas_saves)
