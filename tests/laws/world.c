/* world.c - see world.h. */
#include "world.h"

#include "../suite.h"
#include <sched/registry.h>
#include <sim/config.h>

#include <stdio.h>
#include <string.h>

rng_t dice;

int64_t draw(int64_t from, int64_t to)
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

void some_world(struct world *w, const struct sched_ops *ops)
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
