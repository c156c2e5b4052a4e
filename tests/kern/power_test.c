/* Utilization, governors, idle states and energy-aware placement, against values worked
 * out by hand. */
#include "../suite.h"
#include "simulate.h"

#include <kern/energy.h>
#include <kern/power.h>
#include <machine/inside.h>
#include <sim/rng.h>
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

/* Schedutil asks for the high point at 80 ms (below), which is there 150 later, and before that
 * for the low one, when A is back from its sleep: nothing changes, at 230 or ever. */
START_TEST(a_clock_that_stays_does_not_change)
{
    struct simulation s;
    char json[2048];

    snprintf(json, sizeof json, "{\"ossim\":1,\"machine\":{\"cpus\":[{" A73 ",\"transition\":150}]},"
             "\"kernel\":{\"governor\":\"schedutil\",\"governor_rate_limit\":0,\"scheduler\":"
             "\"fcfs\"},\"processes\":[{\"name\":\"A\",\"bursts\":[{\"cpu\":40.5},{\"io\":100},"
             "{\"cpu\":10},{\"io\":200},{\"cpu\":1}]}]}");
    simulate(&s, json);
    ck_assert_uint_eq(simulation_count(&s, EV_FREQUENCY), 0);
    ck_assert_int_eq(simulation_finish(&s, "A"), (81 + 100 + 20 + 200 + 2) * MS);
    simulate_close(&s);
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

/* A keeps its clock high up to 140 (as above) and is gone; that its hart was used that much is
 * no reason to go on so for B, which has done nothing yet: 2 ms for 1. */
START_TEST(schedutil_asks_those_that_work)
{
    struct simulation s;

    simulate(&s, "{\"ossim\":1,\"machine\":{\"cpus\":[{\"cluster\":\"c\"," A73 "},{\"cluster\":\"c\"," A73
             "}]},\"kernel\":{\"governor\":\"schedutil\",\"governor_rate_limit\":0,\"scheduler\":"
             "\"fcfs\"},\"processes\":[{\"name\":\"A\",\"affinity\":[0],\"cpu\":100},"
             "{\"name\":\"B\",\"arrival\":140.5,\"affinity\":[1],\"cpu\":1}]}");
    ck_assert_int_eq(simulation_finish(&s, "A"), 140 * MS);
    ck_assert_int_eq(simulation_finish(&s, "B"), (ns_t)(142.5 * MS));
    simulate_close(&s);
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

#define STEPS "\"opps\":[{\"mhz\":1000,\"mw\":200},{\"mhz\":1500,\"mw\":400}," \
              "{\"mhz\":1850,\"mw\":700},{\"mhz\":2000,\"mw\":1000}]"

/* Busy for 8 of 10 ms is not over 80%: it gets 1000 + 0.8 x 1000 MHz, of which 1850 is the next.
 * Back a ms earlier it is looked at no sooner, and then was busy for 9. */
START_TEST(ondemand_in_between)
{
    costs("{" STEPS "}", "ondemand", "{\"name\":\"A\",\"bursts\":[{\"cpu\":4},{\"io\":2},"
          "{\"cpu\":9.25}]}", 20 * MS, .008 * .2 + .010 * .7);
    costs("{" STEPS "}", "ondemand", "{\"name\":\"A\",\"bursts\":[{\"cpu\":4},{\"io\":1},"
          "{\"cpu\":10}]}", (ns_t)(19.5 * MS), .009 * .2 + .0095 * 1.0);
    /* 3 of 10 ms: 1300 MHz; that is not there, 1500 is. */
    costs("{" STEPS "}", "ondemand", "{\"name\":\"A\",\"bursts\":[{\"cpu\":1.5},{\"io\":7},"
          "{\"cpu\":6}]}", 18 * MS, .003 * .2 + .008 * .4);
}
END_TEST

/* What is asked for is what the busiest of a clock's harts needs, whoever is looked at last: B,
 * which needs less, takes nothing from A. Of
 * its 20 ms of work A does 5 in the first 10, and the other 15 at 2000 MHz. */
START_TEST(ondemand_asks_for_the_busiest)
{
    struct simulation s;
    char json[2048];

    simulate(&s, machine(json, sizeof json, "{\"cluster\":\"c\"," STEPS "},{\"cluster\":\"c\"," STEPS
                         "}", "ondemand", "{\"name\":\"A\",\"affinity\":[0],\"cpu\":20},"
                         "{\"name\":\"B\",\"affinity\":[1],\"bursts\":[{\"repeat\":4,\"do\":["
                         "{\"cpu\":1},{\"io\":8}]}]}"));
    ck_assert_int_eq(simulation_finish(&s, "A"), 25 * MS);
    simulate_close(&s);
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

/* --- where a waking task goes: the document's rule, once more and slowly --- */

static uint32_t top_of(const struct kern *k, unsigned h)
{
    return power_capacity(k, h, k->config->cpus[h].nopps - 1);
}

static bool has_room(uint64_t used, uint32_t capacity)
{
    return used * 100 * 1280 < (uint64_t)capacity * 100 * 1024;
}

/* What hart h is used for if the task stands on hart `at`. */
static uint64_t used_if(struct kern *k, unsigned h, tid_t tid, unsigned at)
{
    uint64_t own = power_used_by_task(k, tid), used = power_used_of_hart(k, h);

    if (k->task[tid].hart == h)
        used = used > own ? used - own : 0;
    return h == at ? used + own : used;
}

static uint64_t energy_if(struct kern *k, tid_t tid, unsigned at)
{
    uint64_t sum = 0;

    for (unsigned clock = 0; clock < k->nharts; clock++) {
        const struct cpu_config *c = &k->config->cpus[clock];
        uint64_t all = 0, most = 0;
        uint32_t opp = 0;

        for (unsigned h = 0; h < k->nharts; h++)
            if (k->config->cpus[h].clock == clock) {
                uint64_t one = used_if(k, h, tid, at);

                all += one;
                most = one > most ? one : most;
            }
        for (opp = 0; opp < c->nopps - 1 && power_capacity(k, clock, opp) < most; opp++)
            ;
        sum += c->clock == clock ? all * c->opps[opp].uw / power_capacity(k, clock, opp) : 0;
    }
    return sum;
}

/* Every hart is a candidate that has the most room of its clock, or had the task last. */
static unsigned best_hart(struct kern *k, tid_t tid)
{
    unsigned best = HART_NONE, last = k->task[tid].hart;
    uint64_t least = UINT64_MAX;

    for (unsigned h = 0; h < k->nharts; h++)
        if (!has_room(power_used_of_hart(k, h), top_of(k, h)))
            return HART_NONE;
    for (unsigned h = 0; h < k->nharts; h++) {
        uint64_t with = used_if(k, h, tid, h);
        bool first = true;

        if (!task_may_run_on(k, tid, h) || !has_room(with, top_of(k, h)))
            continue;
        for (unsigned o = 0; o < k->nharts; o++)
            if (k->config->cpus[o].clock == k->config->cpus[h].clock && o != h &&
                task_may_run_on(k, tid, o)) {
                uint64_t other = used_if(k, o, tid, o);

                first &= with < other || (with == other && h < o) || !has_room(other, top_of(k, o));
            }
        uint64_t cost = energy_if(k, tid, h);
        if ((h == last && cost <= least) || (first && cost < least)) {
            best = h;
            least = cost;
        }
    }
    return best;
}

/* Two little harts and one or two big ones, each kind with a clock; tasks of all loads. */
static void some_phone(char *json, size_t size, unsigned seed)
{
    rng_t r = rng_stream(seed, "phone", 0);
    int n = 0;

#define PUT(...) n += snprintf(json + n, size - (size_t)n, __VA_ARGS__)
    PUT("{\"ossim\":1,\"machine\":{\"cpus\":[");
    for (unsigned h = 0; h < 3 + seed % 2; h++)
        PUT("%s{\"cluster\":\"%s\",\"dmips\":%u,\"opps\":[{\"mhz\":500,\"mw\":%u},{\"mhz\":1000,"
            "\"mw\":%u},{\"mhz\":2000,\"mw\":%u}]}", h ? "," : "", h < 2 ? "little" : "big",
            h < 2 ? 400 : 1024, h < 2 ? 20 : 100, h < 2 ? 60 : 300, h < 2 ? 200 : 1100);
    PUT("]},\"kernel\":{\"scheduler\":\"eas\",\"governor\":\"schedutil\"},\"processes\":[");
    for (unsigned i = 0; i < 6; i++)
        PUT("%s{\"name\":\"t%u\",\"bursts\":[{\"repeat\":40,\"do\":[{\"cpu\":%g},{\"io\":%g}]}]%s}",
            i ? "," : "", i, .05 * (double)(1 + rng_below(&r, 60)), 1 + (double)rng_below(&r, 15),
            i == 5 ? ",\"affinity\":[1,2]" : "");
    PUT("]}");
#undef PUT
}

START_TEST(eas_chooses_as_the_document_says)
{
    static char json[4096];
    unsigned kinds[5] = { 0 }, spread = 0, moved = 0;

    for (unsigned seed = 0; seed < 40; seed++) {
        struct simulation s;

        some_phone(json, sizeof json, seed);
        simulate_open(&s, json);
        struct kern *k = &s.machine->kern;
        while (machine_run(s.machine, machine_now(s.machine) + 1777777, 0) == MACHINE_RUNNING)
            for (tid_t t = 0; t < k->ntasks; t++) {
                if (k->task[t].state != TASK_SLEEPING)
                    continue;
                unsigned want = best_hart(k, t);

                ck_assert_uint_eq(energy_cheapest_hart(k, t), want);
                kinds[want == HART_NONE ? 4 : want]++;
                spread += want == HART_NONE;
                moved += want != HART_NONE && want != k->task[t].hart;
            }
        simulate_close(&s);
    }
    ck_assert_msg(kinds[0] > 50 && kinds[1] > 50 && kinds[2] > 50 && spread > 50 && moved > 50,
                  "%u %u %u %u %u, %u moved", kinds[0], kinds[1], kinds[2], kinds[3], spread, moved);
}
END_TEST

SUITE(power, 10, pelt_halves, pelt_adds_up, linux_example_2, race_and_pace,
      ondemand_looks_every_10_ms, ondemand_in_between, ondemand_asks_for_the_busiest,
      a_clock_that_stays_does_not_change, transitions_take_time, idle_states_cost,
      idle_states_are_learned, schedutil_leaves_a_clock_alone,
      schedutil_asks_those_that_work, its_default_is_linux_s, work_a_mhz, clusters_share_a_clock, eas_saves,
      eas_chooses_as_the_document_says)
