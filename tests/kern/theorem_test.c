/* What the papers prove of lock protocols on one hart, over random tasks with nested
 * sections in any order:
 *
 *   pcp            a job waits for a lock once at most
 *   ceiling, srp   a job that has begun never waits for one; it waits once at most to
 *                  begin (under edf equals may come between)
 *   all three      no deadlock; a response is at most what the analysis allows with one
 *                  section of a less urgent task (Sha, Rajkumar, Lehoczky 1990; Baker 1991)
 *
 * and on several harts, where none of this holds, that no law of audit is broken. */
#include "../suite.h"
#include "simulate.h"

#include <sim/rng.h>
#include <stat/audit.h>

#include <stdio.h>
#include <string.h>

enum { MS = 1000000, MAX_TASKS = 6, LOCKS = 4, RUNS = 300 };

struct plan {
    int period, cpu, offset;
    int longest[LOCKS];         /* of the outermost sections that take this lock */
    char script[2048];
};

static rng_t dice;

static int draw(int from, int to)
{
    return from + (int)rng_below(&dice, (uint64_t)(to - from + 1));
}

static int add_cpu(struct plan *p, int from)
{
    size_t n = strlen(p->script);
    int cpu = draw(from, 2);

    if (cpu)
        snprintf(p->script + n, sizeof p->script - n, "%s{\"cpu\":%d}", n ? "," : "", cpu);
    p->cpu += cpu;
    return cpu;
}

static void add_lock(struct plan *p, const char *what, int lock)
{
    size_t n = strlen(p->script);

    snprintf(p->script + n, sizeof p->script - n, "%s{\"%s\":\"L%d\"}", n ? "," : "", what,
             lock);
}

/* A section, perhaps with others in it; its length. */
static int add_section(struct plan *p, int depth, unsigned taken, unsigned *all)
{
    int lock = draw(0, LOCKS - 1), length = 0;

    if (taken >> lock & 1)
        return 0;
    *all |= 1u << lock;
    add_lock(p, "lock", lock);
    length += add_cpu(p, depth == 0);
    while (depth < 2 && draw(0, 1)) {
        length += add_section(p, depth + 1, taken | 1u << lock, all);
        length += add_cpu(p, 0);
    }
    add_lock(p, "unlock", lock);
    return length;
}

static void some_plan(struct plan *p)
{
    memset(p, 0, sizeof *p);
    add_cpu(p, 0);
    for (int i = draw(0, 2); i > 0; i--) {
        unsigned all = 0;
        int length = add_section(p, 0, 0, &all);

        for (int l = 0; l < LOCKS; l++)
            if (all >> l & 1 && length > p->longest[l])
                p->longest[l] = length;
        add_cpu(p, 0);
    }
    add_cpu(p, 1);              /* what needs no time at the end would cost a dispatch */
}

/* Different periods, shortest first: rm's order is the order of numbers. */
static int some_plans(struct plan *p)
{
    int n = draw(2, MAX_TASKS), last = 0;

    for (int i = 0; i < n; i++) {
        some_plan(&p[i]);
        p[i].period = last = draw(last + 1, last + 8) + p[i].cpu;
        p[i].offset = draw(0, 9);
    }
    return n;
}

static void write_json(char *json, size_t size, const struct plan *p, int n,
                       const char *policy, const char *locks, int cpus, bool global)
{
    size_t used = (size_t)snprintf(json, size, "{\"ossim\":1,\"machine\":{\"cpus\":%d},"
        "\"kernel\":{\"scheduler\":\"%s\",\"locks\":\"%s\",\"runqueues\":\"%s\"},"
        "\"processes\":[", cpus, policy, locks, global ? "global" : "per-hart");

    for (int i = 0; i < n; i++)
        used += (size_t)snprintf(json + used, size - used, "%s{\"name\":\"t%d\",\"priority\":%d,"
                                 "\"arrival\":%d,\"period\":%d,\"jobs\":12,\"bursts\":[%s]}",
                                 i ? "," : "", i, i, p[i].offset, p[i].period, p[i].script);
    snprintf(json + used, size - used, "]}");
}

/* One section of a less urgent task that can hold i up. */
static int blocking(const struct plan *p, int n, int i)
{
    int worst = 0;

    for (int l = 0; l < LOCKS; l++) {
        bool reaches = false;   /* is the ceiling as urgent as i? */

        for (int k = 0; k <= i; k++)
            reaches |= p[k].longest[l] > 0 || (p[k].longest[l] == 0 &&
                       strstr(p[k].script, (char[]){ '"', 'L', (char)('0' + l), '"', 0 }));
        for (int k = i + 1; reaches && k < n; k++)
            if (p[k].longest[l] > worst)
                worst = p[k].longest[l];
    }
    return worst;
}

/* Response-time analysis (Audsley et al. 1993); 0: past the period. */
static int bound(const struct plan *p, int n, int i)
{
    int b = blocking(p, n, i), r = 0, next = p[i].cpu + b;

    while (next != r && next <= p[i].period) {
        r = next;
        next = p[i].cpu + b;
        for (int k = 0; k < i; k++)
            next += (r + p[k].period - 1) / p[k].period * p[k].cpu;
    }
    return next <= p[i].period ? next : 0;
}

static void check_waits(const struct simulation *s, int n, bool gated, bool once,
                        const char *json)
{
    int waits[MAX_TASKS] = { 0 };

    for (size_t i = 0; i < s->nevents; i++) {
        const struct event *e = &s->events[i];

        if (e->kind == EV_JOB_FINISH)
            waits[e->tid] = 0;
        if (e->kind != EV_BLOCK || e->a != WAIT_LOCK)
            continue;
        if (gated)
            ck_assert_msg(e->b == UINT32_MAX, "task %u waits inside at %g: %s", e->tid,
                          (double)e->at / MS, json);
        ck_assert_msg(++waits[e->tid] <= 1 || !once, "task %u of %d waits again at %g: %s", e->tid, n,
                      (double)e->at / MS, json);
    }
}

static void check_responses(const struct simulation *s, const struct plan *p, int n,
                            const char *json)
{
    for (size_t i = 0; i < s->nevents; i++) {
        const struct event *e = &s->events[i];
        int t = (int)e->tid;

        if (e->kind != EV_JOB_FINISH || !bound(p, n, t))
            continue;
        ns_t release = (p[t].offset + (e->a - 1) * p[t].period) * (ns_t)MS;
        ck_assert_msg(e->at - release <= bound(p, n, t) * (ns_t)MS,
                      "task %d took %g, at most %d: %s", t, (double)(e->at - release) / MS,
                      bound(p, n, t), json);
    }
}

static void one_hart(const char *policy, const char *locks, bool theorem)
{
    for (uint64_t seed = 0; seed < RUNS; seed++) {
        struct plan p[MAX_TASKS];
        struct simulation s;
        char json[16384];

        dice = rng_stream(seed, "theorem", 0);
        int n = some_plans(p);
        write_json(json, sizeof json, p, n, policy, locks, 1, false);
        simulate(&s, json);
        ck_assert_msg(s.end == MACHINE_DONE, "%s", json);
        ck_assert_uint_eq(simulation_count(&s, EV_DEADLOCK), 0);
        check_waits(&s, n, locks[0] != 'p', theorem, json);
        if (theorem)
            check_responses(&s, p, n, json);
        simulate_close(&s);
    }
}

START_TEST(pcp_blocks_once)
{
    one_hart("rm", "pcp", true);
    one_hart("priority", "pcp", true);
}
END_TEST

START_TEST(ceilings_never_wait)
{
    one_hart("rm", "ceiling", true);
    one_hart("priority", "ceiling", true);
    one_hart("edf", "ceiling", false);
}
END_TEST

START_TEST(srp_never_waits)
{
    one_hart("rm", "srp", true);
    one_hart("dm", "srp", true);
    one_hart("edf", "srp", false);
}
END_TEST

/* Locks in any order may deadlock; every decision is complete all the same. */
START_TEST(several_harts_keep_the_laws)
{
    static const char *const policy[] = { "rm", "edf", "priority", "srtf", "llf", "mlfq" };
    static const char *const locks[] = { "none", "pip", "pcp", "ceiling", "srp" };

    for (uint64_t seed = 0; seed < RUNS; seed++) {
        struct plan p[MAX_TASKS];
        struct simulation s;
        char json[16384];

        dice = rng_stream(seed, "harts", 0);
        int n = some_plans(p);
        write_json(json, sizeof json, p, n, policy[draw(0, 5)], locks[seed % 5],
                   draw(2, 8), draw(0, 1));
        simulate_open(&s, json);
        struct audit *a = audit_create(s.config);
        stream_subscribe(machine_stream(s.machine), audit_kinds, audit_event, a);
        audit_ask(a, peek_ousts, s.machine);
        machine_watch_decisions(s.machine, audit_decided, a);
        s.end = machine_run(s.machine, NS_MAX, 0);
        ck_assert_msg(s.end == MACHINE_DONE ||
                      (s.end == MACHINE_STUCK && simulation_count(&s, EV_DEADLOCK)),
                      "%d: %s", s.end, json);
        if (s.end == MACHINE_DONE)
            ck_assert_msg(audit_finish(a) == 0, "%s: %s", json,
                          audit_finding(a, LAW_OUSTS)->text);
        audit_destroy(a);
        simulate_close(&s);
    }
}
END_TEST

SUITE(theorem, 60, pcp_blocks_once, ceilings_never_wait, srp_never_waits,
      several_harts_keep_the_laws)
