/* The laws, over random workloads under every policy, on 1 to 8 harts.
 *
 * Workloads are drawn as configs, not as text: tasks that compute, block, yield, lock and
 * talk, periodic tasks with every on_miss, changes of policy, one queue or many. Every
 * run is audited, and run again in other strides for the same hash.
 */
#include "../suite.h"

#include <machine/machine.h>
#include <machine/peek.h>
#include <sched/registry.h>
#include <sim/rng.h>
#include <stat/audit.h>
#include <stat/metrics.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS = 1000000, MAX_PROCS = 8, MAX_STEPS = 24, RUNS_PER_POLICY = 400 };

struct world {
    struct config c;
    struct cpu_config cpus[8];
    struct process_config procs[MAX_PROCS];
    struct step steps[MAX_PROCS][MAX_STEPS];
    struct timed_event events[2];
    struct policy_config other;
    const char *lock_names[3], *channel_names[2];
    int64_t choices[3];
};

static rng_t dice;

static int64_t draw(int64_t from, int64_t to)
{
    return from + (int64_t)rng_below(&dice, (uint64_t)(to - from + 1));
}

/* Every second time with parameters of its own. */
static void set_policy(struct policy_config *p, const struct sched_ops *ops)
{
    static const char *const spec[] = {
        "sjf:burst=estimate", "srtf:burst=estimate", "rr:quantum=3", "rr:requeue=expired-first",
        "priority:quantum=3", "priority:aging=4", "priority:aging=3:quantum=2:order=high",
        "priority:preemptive=0:aging=2", "mlfq:quantum=1/2/4:boost=20:bump=1",
        "mlfq:quantum=2:io=reset:bump=1", "mlfq:demote=contended:preemptive=0:boost=7",
        "mlfq:requeue=arrivals-first:bump=1", "stride:quantum=2", "edf:preemptive=0",
        "llf:granularity=3", "fair:latency=4:granularity=1:wakeup=0", "eevdf:slice=1",
    };
    enum { NSPECS = sizeof spec / sizeof *spec };
    const char *params = "";
    struct diag diag;
    size_t n = strlen(ops->name), first = (size_t)draw(0, 2 * NSPECS - 1);

    for (size_t i = 0; first < NSPECS && i < NSPECS && !*params; i++) {
        const char *s = spec[(first + i) % NSPECS];

        if (strncmp(s, ops->name, n) == 0 && s[n] == ':')
            params = s + n + 1;
    }
    ck_assert_msg(policy_parse(p, ops, params, MS, &diag) == ERR_OK, "%s", diag.text);
}

static struct dist some_length(struct world *w)
{
    switch (draw(0, 4)) {
    case 0: return (struct dist){ .kind = DIST_EXP, .a = draw(1, 9) * MS };
    case 1: return (struct dist){ .kind = DIST_UNIFORM, .a = 0, .b = draw(1, 9) * MS };
    case 2: return (struct dist){ .kind = DIST_CHOICE, .choices = w->choices, .nchoices = 3 };
    default: return (struct dist){ .kind = DIST_CONST, .a = draw(0, 8) * MS };
    }
}

/* Locks are always taken in one order and given back, so that no run gets stuck; a
 * sender never waits, and receivers ask for no more than was sent before by themselves. */
static void some_steps(struct world *w, unsigned p, bool periodic)
{
    struct step *s = w->steps[p];
    unsigned n = 0;
    bool loop = !periodic && draw(0, 2) == 0;

    if (loop)
        s[n++] = (struct step){ .kind = STEP_LOOP, .count = (uint64_t)draw(1, 3) };
    for (int64_t i = draw(1, 4); i > 0; i--) {
        uint32_t object = (uint32_t)draw(0, 1);

        s[n++] = (struct step){ .kind = STEP_CPU, .len = some_length(w) };
        switch (periodic ? draw(3, 5) : draw(0, 6)) {
        case 0: s[n++] = (struct step){ .kind = STEP_IO, .len = some_length(w) }; break;
        case 1: s[n++] = (struct step){ .kind = STEP_SLEEP, .len = some_length(w) }; break;
        case 2: s[n++] = (struct step){ .kind = STEP_YIELD }; break;
        case 3:
            s[n++] = (struct step){ .kind = STEP_LOCK, .object = object };
            s[n++] = (struct step){ .kind = STEP_CPU, .len = some_length(w) };
            s[n++] = (struct step){ .kind = STEP_UNLOCK, .object = object };
            break;
        case 4:
            s[n++] = (struct step){ .kind = STEP_SEND, .object = object };
            s[n++] = (struct step){ .kind = STEP_RECV, .object = object };
            break;
        default: break;
        }
    }
    if (loop)
        s[n++] = (struct step){ .kind = STEP_NEXT, .object = 1 };
    s[n++] = (struct step){ .kind = STEP_END };
    w->procs[p].steps = s;
    w->procs[p].nsteps = n;
    w->procs[p].repeat_depth = loop;
}

static void some_process(struct world *w, unsigned p)
{
    struct process_config *pc = &w->procs[p];
    bool periodic = draw(0, 3) == 0;

    *pc = (struct process_config){ .count = (uint32_t)draw(1, 5), .first = w->c.ntasks,
        .arrival = draw(0, 20) * MS, .priority = (int32_t)draw(0, 4),
        .nice = (int32_t)draw(-5, 5), .tickets = (uint32_t)draw(1, 300),
        .affinity = UINT64_MAX };
    snprintf(pc->name, sizeof pc->name, "p%u", p);
    if (draw(0, 2) == 0) {
        pc->arrival_gaps = true;
        pc->gap = some_length(w);
    }
    if (periodic) {
        pc->period = draw(5, 40) * MS;
        pc->deadline = draw(1, 50) * MS;
        pc->jobs = (uint64_t)draw(1, 6);
        pc->on_miss = (enum on_miss)draw(0, 2);
    } else if (draw(0, 5) == 0) {
        pc->deadline = draw(1, 30) * MS;
        pc->on_miss = (enum on_miss)draw(0, 1);
    } else if (draw(0, 6) == 0) {
        pc->start_deadline = draw(1, 30) * MS;
    }
    if (!w->c.global_queue && draw(0, 4) == 0)
        pc->affinity = UINT64_C(1) << draw(0, w->c.ncpus - 1);
    some_steps(w, p, periodic);
    w->c.ntasks += pc->count;
}

static void some_world(struct world *w, const struct sched_ops *ops)
{
    memset(w, 0, sizeof *w);
    for (unsigned i = 0; i < 3; i++)
        w->choices[i] = draw(0, 9) * MS;
    w->c = (struct config){ .name = "random", .about = "", .source = "", .file = "random",
        .time_unit = MS, .unit_name = "ms", .seed = rng_next(&dice),
        .ncpus = (uint32_t)draw(1, 8), .cpus = w->cpus, .smp_skew = 1000,
        .global_queue = draw(0, 1), .knowledge = (enum knowledge)draw(0, 2),
        .locks = (enum lock_protocol)draw(0, 4), .nlocks = 2, .nchannels = 2,
        .lock_names = w->lock_names, .channel_names = w->channel_names,
        .channel_capacity = UINT32_MAX, .processes = w->procs,
        .nprocesses = (uint32_t)draw(1, MAX_PROCS), .stop_at = NS_MAX };
    bool unequal = draw(0, 3) == 0;
    w->lock_names[0] = w->channel_names[0] = "x";
    w->lock_names[1] = w->channel_names[1] = "y";
    for (unsigned i = 0; i < 8; i++)
        w->cpus[i].mhz = unequal ? (uint32_t)draw(1, 3000) : 1000;
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        w->c.costs.insn[i] = 1;
    if (draw(0, 2) == 0)
        w->c.costs.context_switch = (uint32_t)draw(1, 2 * MS);
    if (draw(0, 3) == 0)
        w->c.costs.migration = (uint32_t)draw(1, MS);
    set_policy(&w->c.policy, ops);
    for (unsigned p = 0; p < w->c.nprocesses; p++)
        some_process(w, p);
    if (draw(0, 3) == 0) {
        unsigned n = 0;

        while (sched_builtin(n))
            n++;
        set_policy(&w->other, sched_builtin((unsigned)draw(0, n - 1)));
        w->events[0] = (struct timed_event){ .at = draw(0, 30) * MS, .policy = &w->other };
        w->events[1] = (struct timed_event){ .at = draw(31, 60) * MS,
                                             .policy = &w->c.policy };
        w->c.events = w->events;
        w->c.nevents = 2;
    }
    if (draw(0, 5) == 0)
        w->c.stop_at = draw(1, 80) * MS;
}

/* Kernel time by the events alone: each stretch's own, of which what had not passed when
 * it ended does not count. */
struct meter { ns_t from[8], announced[8], passed; };

static void meter_event(void *ctx, const struct event *e)
{
    struct meter *m = ctx;

    if (e->kind == EV_DISPATCH) {
        m->from[e->hart] = e->at;
        m->announced[e->hart] = e->a;
    }
    for (unsigned h = 0; h < 8; h++)
        if (e->kind == EV_END || (e->kind == EV_DESCHED && e->hart == h)) {
            ns_t stretch = e->at - m->from[h];

            m->passed += stretch < m->announced[h] ? stretch : m->announced[h];
            m->announced[h] = 0;
        }
}

/* Shares of the time up to the last finish: exact where all finished, or none did. */
static void shares_hold(struct metrics *metrics, const struct config *c, ns_t now,
                        const struct meter *meter)
{
    struct run_metrics r;
    struct task_metrics t;
    ns_t cpu = 0;

    ck_assert(metrics_run(metrics, now, &r));
    if (r.finished != r.tasks && r.finished + r.jobs_finished)
        return;
    for (size_t i = 0; i < metrics_ntasks(metrics); i++) {
        metrics_task(metrics, i, now, &t);
        cpu += t.cpu;
    }
    double all = (double)r.makespan * c->ncpus;

    ck_assert_double_eq_tol(r.cpu_user * all, (double)cpu, 1 + all * 1e-12);
    ck_assert_double_eq_tol(r.cpu_kernel * all, (double)meter->passed, 1 + all * 1e-12);
}

/* Run it, audited when asked; its hash. stride 0: in one go. */
static uint64_t run(const struct config *c, ns_t stride, bool audited)
{
    size_t size = machine_size(c);
    void *mem = aligned_alloc(4096, size);
    struct audit *audit = audited ? audit_create(c) : NULL;
    struct metrics *metrics = audited ? metrics_create(c) : NULL;

    struct meter meter = { { 0 }, { 0 }, 0 };

    memset(mem, 0, size);
    struct machine *m = machine_init(mem, size, c, true);
    if (audited) {
        stream_subscribe(machine_stream(m), audit_kinds, audit_event, audit);
        audit_ask(audit, peek_ousts, m);
        machine_watch_decisions(m, audit_decided, audit);
        stream_subscribe(machine_stream(m), metrics_kinds, metrics_event, metrics);
        stream_subscribe(machine_stream(m), EVENTS_ALL, meter_event, &meter);
    }
    enum machine_end end;
    do
        end = machine_run(m, stride ? machine_now(m) + stride : NS_MAX, 0);
    while (end == MACHINE_RUNNING);
    /* Two tasks may each wait for the other's message: both sent before, so no. */
    ck_assert_msg(end == MACHINE_DONE || end == MACHINE_STOPPED, "%s ended with %d",
                  c->policy.spec, end);
    if (audited) {
        audit_finish(audit);
        for (unsigned law = 0; law < LAW_COUNT; law++) {
            const struct audit_finding *f = audit_finding(audit, (enum law)law);

            ck_assert_msg(f->times == 0, "%s%s%s, %u cpus, %s: %s: task %u: %s at %g ms",
                          c->policy.spec, c->nevents ? " and " : "",
                          c->nevents ? c->events[0].policy->spec : "", c->ncpus, c->global_queue ? "global" : "per hart",
                          law_text((enum law)law), f->tid, f->text, (double)f->at / 1e6);
        }
        ck_assert(metrics_ok(metrics));
        ck_assert(metrics_check(metrics, machine_now(m)));
        machine_stop(m);
        shares_hold(metrics, c, machine_now(m), &meter);
        audit_destroy(audit);
        metrics_destroy(metrics);
    }
    uint64_t hash = stream_hash(machine_stream(m));
    free(mem);
    return hash;
}

START_TEST(every_policy_keeps_the_laws)
{
    static struct world w;

    for (unsigned i = 0; sched_builtin(i); i++)
        for (unsigned n = 0; n < RUNS_PER_POLICY; n++) {
            dice = rng_stream(n, sched_builtin(i)->name, 0);
            some_world(&w, sched_builtin(i));
            uint64_t hash = run(&w.c, 0, true);
            ck_assert_uint_eq(hash, run(&w.c, 777777, false));
        }
}
END_TEST

SUITE(laws, 60, every_policy_keeps_the_laws)
