/* Several harts, one queue: against a simulator that goes through time step by step and
 * gives the harts to the most urgent, over random workloads. Nobody is as urgent as
 * another, so that no rule about ties matters. */
#include "../suite.h"
#include "simulate.h"

#include <sim/rng.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNIT = 1000, MAX_TASKS = 12, MAX_JOBS = 16, RUNS = 150 };     /* UNIT: steps a ms */

enum kind { RM, DM, EDF, SRTF };
static const char *const name[] = { "rm", "dm", "edf", "srtf" };

struct twin {                   /* all times in ms, but cpu and left in steps */
    int arrival, period, deadline, cpu, njobs;
    int number;                 /* deadlines differ by as many microseconds */
    int done, left, finish[MAX_JOBS];
    bool running;
};

static rng_t dice;

static int draw(int from, int to)
{
    return from + (int)rng_below(&dice, (uint64_t)(to - from + 1));
}

/* Smaller is more urgent. */
static int rank(const struct twin *t, enum kind kind)
{
    switch (kind) {
    case RM: return t->period;
    case DM: return t->deadline * UNIT + t->number;
    case EDF: return (t->arrival + t->done * t->period + t->deadline) * UNIT + t->number;
    case SRTF: break;
    }
    return t->left;
}

static bool before(const struct twin *a, const struct twin *b, enum kind kind)
{
    int x = rank(a, kind), y = rank(b, kind);

    return x != y ? x < y : a->running > b->running;
}

static bool ready(const struct twin *t, int now)
{
    return t->done < t->njobs && (t->arrival + t->done * t->period) * UNIT <= now;
}

/* One step: the first `harts` of those who are ready have it. */
static void step(struct twin *t, int n, int harts, enum kind kind, int now, int grain)
{
    bool chosen[MAX_TASKS] = { false };

    for (int h = 0; h < harts; h++) {
        int best = -1;

        for (int i = 0; i < n; i++)
            if (!chosen[i] && ready(&t[i], now) && (best < 0 || before(&t[i], &t[best], kind)))
                best = i;
        if (best >= 0)
            chosen[best] = true;
    }
    for (int i = 0; i < n; i++) {
        t[i].running = chosen[i];
        if (!chosen[i] || (t[i].left -= grain))
            continue;
        t[i].finish[t[i].done++] = now + grain;
        t[i].left = t[i].cpu;
        t[i].running = false;
    }
}

static void compare(const struct twin *t, int n, int harts, enum kind kind)
{
    struct simulation s;
    char json[4096];
    size_t used = (size_t)snprintf(json, sizeof json, "{\"ossim\":1,\"machine\":{\"cpus\":%d},"
        "\"kernel\":{\"scheduler\":\"%s\",\"runqueues\":\"global\"},\"processes\":[",
        harts, name[kind]);
    int finished[MAX_TASKS] = { 0 };

    for (int i = 0; i < n; i++) {
        used += (size_t)snprintf(json + used, sizeof json - used, "%s{\"name\":\"t%d\","
                                 "\"arrival\":%d,", i ? "," : "", i, t[i].arrival);
        used += kind == SRTF
            ? (size_t)snprintf(json + used, sizeof json - used,
                               "\"bursts\":[{\"cpu\":\"%dus\"}]}", t[i].cpu)
            : (size_t)snprintf(json + used, sizeof json - used, "\"period\":%d,\"deadline\""
                               ":%d.%03d,\"cpu\":\"%dus\",\"jobs\":%d}", t[i].period,
                               t[i].deadline, t[i].number, t[i].cpu, t[i].njobs);
    }
    strcat(json, "]}");
    simulate(&s, json);
    ck_assert_int_eq(s.end, MACHINE_DONE);
    for (size_t i = 0; i < s.nevents; i++) {
        const struct event *e = &s.events[i];

        if (e->kind != (kind == SRTF ? EV_EXIT : EV_JOB_FINISH))
            continue;
        int want = t[e->tid].finish[finished[e->tid]++];
        ck_assert_msg(e->at == (ns_t)want * 1000, "task %u, job %d: %g us, expected %d: %s",
                      e->tid, finished[e->tid], (double)e->at / 1000, want, json);
    }
    for (int i = 0; i < n; i++)
        ck_assert_int_eq(finished[i], t[i].njobs);
    simulate_close(&s);
}

static void some_tasks(struct twin *t, int n, enum kind kind)
{
    memset(t, 0, sizeof *t * (size_t)n);
    for (int i = 0; i < n; i++) {
        t[i].number = i;
        t[i].arrival = draw(0, 3) ? draw(0, 12) : 0;
        t[i].period = 3 + 2 * draw(0, 9) * MAX_TASKS / n + i;
        for (int k = 0; k < i; k++)
            if (t[k].period == t[i].period)
                t[i].period++, k = -1;
        t[i].cpu = kind == SRTF ? 10 * draw(1, 20 * UNIT / 10) : draw(1, t[i].period) * UNIT;
        t[i].left = t[i].cpu;
        t[i].deadline = draw(t[i].cpu / UNIT + 1, 2 * t[i].period);
        t[i].njobs = kind == SRTF ? 1 : draw(1, MAX_JOBS);
    }
}

static void one_run(enum kind kind, uint64_t seed)
{
    struct twin t[MAX_TASKS];
    int n, harts, live = 1, grain = kind == SRTF ? 10 : UNIT;  /* nothing happens between */

    dice = rng_stream(seed, name[kind], 0);
    n = draw(3, MAX_TASKS);
    harts = draw(2, n < 8 ? n : 8);
    some_tasks(t, n, kind);
    for (int now = 0; live; now += grain) {
        step(t, n, harts, kind, now, grain);
        live = 0;
        for (int i = 0; i < n; i++)
            live += t[i].done < t[i].njobs;
    }
    compare(t, n, harts, kind);
}

START_TEST(rate_monotonic)
{
    for (uint64_t seed = 0; seed < RUNS; seed++)
        one_run(RM, seed);
}
END_TEST

START_TEST(deadline_monotonic)
{
    for (uint64_t seed = 0; seed < RUNS; seed++)
        one_run(DM, seed);
}
END_TEST

START_TEST(earliest_deadline)
{
    for (uint64_t seed = 0; seed < RUNS; seed++)
        one_run(EDF, seed);
}
END_TEST

START_TEST(shortest_remaining)
{
    for (uint64_t seed = 0; seed < RUNS; seed++)
        one_run(SRTF, seed);
}
END_TEST

SUITE(global, 60, rate_monotonic, deadline_monotonic, earliest_deadline, shortest_remaining)
