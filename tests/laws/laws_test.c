/* The laws, over random workloads under every policy, on 1 to 8 harts.
 *
 * Workloads are drawn as configs, not as text: tasks that compute, block, yield, lock and
 * talk, periodic tasks with every on_miss, changes of policy, one queue or many. Every
 * run is audited, and run again in other strides for the same hash.
 */
#include "../suite.h"
#include "world.h"

#include <machine/machine.h>
#include <machine/peek.h>
#include <sched/registry.h>
#include <stat/audit.h>
#include <stat/metrics.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS_PER_POLICY = 400 };

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
