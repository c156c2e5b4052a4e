/* outcome_test.c - what is left of a run in which anything may fail at any time.
 *
 * A hundred random faults of every model, each in a random world of calls: the run ends as
 * the model allows, obeys the laws, and is the same however it is cut. And where nothing
 * fails, nothing costs anything and nobody is a process, no model changes the schedule.
 */
#include "../suite.h"
#include "models.h"
#include "simulate.h"

#include <machine/inside.h>
#include <sim/rng.h>
#include <stat/audit.h>
#include <stat/names.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = 100, TASKS = 6 };

static rng_t dice;

static unsigned draw(unsigned n)
{
    return (unsigned)rng_below(&dice, n);
}

/* --- random worlds, as text --- */

static char text[1 << 14];

__attribute__((format(printf, 1, 2)))
static void put(const char *format, ...)
{
    size_t n = strlen(text);
    va_list ap;

    va_start(ap, format);
    vsnprintf(text + n, sizeof text - n, format, ap);
    va_end(ap);
}

static const char *some_service(void)
{
    return service_name(1 + draw(SERVICES - 1));
}

static void some_steps(void)
{
    unsigned times = 1 + draw(6);

    put("{\"repeat\": %u, \"do\": [{\"cpu\": %u}", times, 1 + draw(4));
    for (unsigned n = 1 + draw(3); n; n--)
        switch (draw(4)) {
        case 0:  put(", {\"sleep\": %u}", 1 + draw(9)); break;
        case 1:  put(", {\"io\": %u}, {\"cpu\": 1}", 1 + draw(5)); break;
        default:
            put(", {\"call\": \"%s\"", some_service());
            put(", \"cpu\": %u", draw(3));
            put(", \"bytes\": %u}", draw(500));
            break;
        }
    put("]}");
}

static void some_processes(void)
{
    put("\"processes\": [");
    for (unsigned i = 0; i < TASKS; i++) {
        put("%s{\"name\": \"p%u\", \"arrival\": %u", i ? ", " : "", i, draw(20));
        put(", \"priority\": %u, \"bursts\": [", draw(5));
        some_steps();
        put("]}");
    }
    put("]");
}

/* Up to the processes; `more`: further members of "kernel". */
static void begin(const char *costs, const char *structure, const char *more)
{
    static const char *const policies[] = { "rr:quantum=3", "priority", "mlfq", "fair", "fcfs" };
    unsigned seed = draw(1000000), cpus = 1 + draw(3), policy = draw(5);

    snprintf(text, sizeof text, "{\"ossim\": 1, \"seed\": %u, \"machine\": {\"cpus\": %u, "
             "\"costs\": {%s}}, \"kernel\": {\"scheduler\": \"%s\", \"structure\": %s%s}, ",
             seed, cpus, costs, policies[policy], structure, more);
}

/* --- runs that end as they may --- */

static const char dear[] = "\"syscall\": 3000, \"context_switch\": 20000, \"crossing\": {\"call\": 100, "
    "\"layer\": 2000, \"gate\": 5000, \"check\": 1000, \"message\": 30000, \"copy\": 700}";

static enum service bug;        /* the one service of the present world that has one */

static enum service service_called(const char *name)
{
    unsigned s = SERVICE_PROC;

    while (strcmp(service_name(s), name) != 0)
        ck_assert_uint_lt(++s, SERVICES);
    return (enum service)s;
}

/* It says that it can touch what the model lets it; an attacker may have gone on by the bug. */
static void check_said(const struct model *m, const struct peek_fault *f, const char *what)
{
    enum service at = service_called(f->service);
    uint32_t own = may_touch(m, at, true), held = may_hold(m, at, true);

    if (strcmp(f->kind, "attack") != 0)
        ck_assert_msg(f->reachable == own, "%s: %s reaches %x, not %x", what, f->service,
                      f->reachable, own);
    else
        ck_assert_msg(f->reachable == held || f->reachable == (held | may_hold(m, bug, true)),
                      "%s: an attacker in %s reaches %x", what, f->service, f->reachable);
    ck_assert_msg(!(f->corrupted & ~f->reachable), "%s: %x corrupted of %x", what, f->corrupted,
                  f->reachable);
}

/* What a fault takes with it. */
static void check_fault(const struct model *m, const struct peek_fault *f, const char *what)
{
    uint32_t lost = f->lost, allowed = 0, all = EVERYBODY & ~1u;

    check_said(m, f, what);
    for (unsigned s = SERVICE_PROC; s < SERVICES; s++)
        if (f->reachable >> s & 1)
            allowed |= behind_walls(m, (enum service)s);
    ck_assert_msg((lost & ~allowed) == 0, "%s: lost %x of %x", what, lost, allowed);
    ck_assert_msg(f->panic == (lost >> SERVICE_PROC & 1), "%s: without its scheduler", what);
    ck_assert_msg(!f->panic || (lost & all) == (allowed & all), "%s: a kernel in parts", what);
    ck_assert_msg(m->servers || f->repaired == NS_MAX, "%s: who repaired it?", what);
    ck_assert_msg(f->processes_lost <= TASKS, "%s: %u processes", what, f->processes_lost);
    ck_assert_msg(!f->processes_lost || f->panic || f->reachable & 1 || f->frames, "%s: "
                  "processes beyond reach are lost", what);
    ck_assert_msg(f->work_lost == 0 || f->processes_lost, "%s: whose work?", what);
}

static bool over(const struct machine *m, tid_t tid)
{
    struct peek_task t;

    peek_task(m, tid, &t);
    return t.state == TASK_DEAD || t.state == TASK_ZOMBIE;
}

static void check_end(const struct model *m, const struct simulation *s, const char *what)
{
    bool panic = false;
    struct peek_fault f;

    for (unsigned i = 0; peek_fault(s->machine, i, &f); i++) {
        check_fault(m, &f, what);
        panic |= f.panic;
    }
    ck_assert_msg(s->end == (panic ? MACHINE_PANIC : MACHINE_DONE), "%s: ended as %d", what, s->end);
    for (tid_t tid = 0; !panic && tid < TASKS; tid++)
        ck_assert_msg(over(s->machine, tid), "%s: task %u is left", what, tid);
}

static void drawn_faults(void)
{
    unsigned count = 1 + draw(3), to = 1 + draw(60);

    put("\"faults\": {\"count\": %u, \"from\": 0, \"to\": %u}, ", count, to);
}

static const char *some_bug(char *buf, size_t size)
{
    const char *service = some_service();

    bug = service_called(service);
    snprintf(buf, size, ", \"bugs\": [{\"service\": \"%s\", \"takes\": %u}]", service,
             1 + draw(9));
    return buf;
}

static struct audit *listen(struct simulation *s)
{
    struct audit *a = audit_create(s->config);

    ck_assert_ptr_nonnull(a);
    stream_subscribe(machine_stream(s->machine), audit_kinds, audit_event, a);
    return a;
}

static void laws_held(struct audit *a, const char *what)
{
    if (audit_finish(a))
        for (unsigned law = 0; law < LAW_COUNT; law++)
            ck_assert_msg(!audit_finding(a, law)->times, "%s: %s: %s", what, law_text(law),
                          audit_finding(a, law)->text);
    audit_destroy(a);
}

/* The same run, stopped at random times, and looked at between. */
static void cut(uint64_t hash, ns_t end, const char *what)
{
    struct simulation s;

    simulate_open(&s, text);
    while (!machine_over(s.machine)) {
        machine_run(s.machine, machine_now(s.machine) + (ns_t)rng_below(&dice, (uint64_t)end / 4 + 2), 0);
        ck_assert(kern_check(&s.machine->kern));
    }
    ck_assert_msg(stream_hash(machine_stream(s.machine)) == hash, "%s: cut, it differs", what);
    simulate_close(&s);
}

static void one_run(const struct model *m, unsigned i)
{
    struct simulation s;
    struct audit *a;
    char what[120];

    begin(dear, m->json, some_bug(what, sizeof what));
    drawn_faults();
    some_processes();
    put("}");
    simulate_open(&s, text);
    a = listen(&s);
    s.end = machine_run(s.machine, NS_MAX, 0);
    snprintf(what, sizeof what, "%s, run %u", m->name, i);
    ck_assert(kern_check(&s.machine->kern));
    check_end(m, &s, what);
    laws_held(a, what);
    cut(stream_hash(machine_stream(s.machine)), machine_now(s.machine), what);
    simulate_close(&s);
}

START_TEST(faults_end_as_the_model_allows)
{
    dice = rng_stream(1, "outcome", 0);
    for (unsigned m = 0; m < MODELS; m++)
        for (unsigned i = 0; i < RUNS; i++)
            one_run(&models[m], i);
}
END_TEST

/* --- models that cost nothing --- */

static uint64_t hash_of(const char *json)
{
    struct simulation s;

    simulate(&s, json);
    uint64_t hash = stream_hash(machine_stream(s.machine));
    ck_assert_int_eq(s.end, MACHINE_DONE);
    simulate_close(&s);
    return hash;
}

/* Calls of `driver`s from the user skip layers, which costs nothing either. */
START_TEST(without_costs_and_servers_nothing_differs)
{
    static const char *const free[] = {
        "\"layered\"", "\"rings\"", "{\"model\": \"rings\", \"hardware\": false}",
        "{\"model\": \"monolithic\", \"wall\": false}", "{\"model\": \"microkernel\", \"servers\": []}",
        "{\"model\": \"hybrid\", \"placement\": {\"file\": \"kernel\", \"tty\": \"kernel\"}}",
    };
    char rest[sizeof text];

    dice = rng_stream(2, "outcome", 0);
    for (unsigned i = 0; i < 60; i++) {
        rng_t same;

        text[0] = 0;
        some_processes();
        snprintf(rest, sizeof rest, "%s", text);
        same = dice;
        begin("", "\"monolithic\"", "");
        put("%s}", rest);
        uint64_t want = hash_of(text);
        for (unsigned m = 0; m < sizeof free / sizeof *free; m++) {
            dice = same;
            begin("", free[m], "");
            put("%s}", rest);
            ck_assert_msg(hash_of(text) == want, "world %u under %s: %s", i, free[m], text);
        }
    }
}
END_TEST

SUITE(outcome, 120, faults_end_as_the_model_allows, without_costs_and_servers_nothing_differs)
