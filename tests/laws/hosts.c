/* hosts.c - see hosts.h. */
#include "hosts.h"

#include "../suite.h"
#include <sched/registry.h>

#include <stdio.h>
#include <string.h>

const struct sched_ops *some_policy(void)
{
    unsigned n = 0;

    while (sched_builtin(n))
        n++;
    return sched_builtin((unsigned)draw(0, n - 1));
}

void add_guest(struct host *h, const struct config *c, uint64_t affinity)
{
    uint32_t i = h->vm.nguests++;
    struct process_config *p = &h->procs[i];

    *p = (struct process_config){ .count = c->ncpus, .first = h->c.ntasks, .tickets = 100,
                                  .affinity = affinity, .steps = &h->end, .nsteps = 1,
                                  .guest = (uint16_t)(i + 1) };
    snprintf(p->name, sizeof p->name, "g%u", i);
    h->guest[i] = (struct guest_config){ .config = c, .process = i };
    snprintf(h->guest[i].name, sizeof h->guest[i].name, "g%u", i);
    h->c.ntasks += c->ncpus;
    h->c.nprocesses++;
}

void make_host(struct host *h, uint32_t ncpus, const struct sched_ops *ops)
{
    struct diag d;

    memset(h, 0, sizeof *h);
    h->end.kind = STEP_END;
    h->vm.guest = h->guest;
    h->vm.mode = VM_HARDWARE;
    h->vm.cap_period = 10 * MS;
    h->c = (struct config){ .name = "host", .about = "", .source = "", .file = "host",
        .time_unit = MS, .unit_name = "ms", .ncpus = ncpus, .cpus = h->cpus,
        .smp_skew = 1000, .knowledge = KNOW_NONE, .processes = h->procs,
        .stop_at = NS_MAX, .vm = &h->vm };
    for (unsigned i = 0; i < 16; i++)
        h->cpus[i].mhz = 1000;
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        h->c.costs.insn[i] = 1;
    ck_assert(!policy_parse(&h->c.policy, ops, "", MS, &d));
}

void some_exits(struct host *h)
{
    for (unsigned e = 0; e < VM_EXITS; e++) {
        h->vm.exits[e] = (uint8_t)draw(0, 3);
        h->vm.cycles[e] = h->vm.exits[e] * (uint32_t)draw(0, 5000);
    }
}

void make_pair(struct host *h, struct world w[2])
{
    some_world(&w[0], some_policy());
    some_world(&w[1], some_policy());
    make_host(h, (uint32_t)draw(1, 4), some_policy());
    h->c.global_queue = draw(0, 1);
    for (unsigned i = 0; i < 2; i++) {
        add_guest(h, &w[i].c, UINT64_MAX);
        h->guest[i].cap = draw(0, 2) ? 0 : (uint32_t)draw(5, 150);
        h->procs[i].tickets = (uint32_t)draw(1, 300);
        h->procs[i].priority = (int32_t)draw(0, 3);
    }
}

void unlike_harts(struct host *h, struct world *w, unsigned n)
{
    for (unsigned i = 0; i < h->c.ncpus; i++) {
        struct cpu_config *cpu = &h->cpus[i];
        uint32_t mhz = (uint32_t)draw(1, 40) * 50;

        *cpu = (struct cpu_config){ .mhz = mhz, .clock = i };
        if (draw(0, 1)) {
            for (unsigned p = 0; p < 3; p++)
                h->opps[i][p] = (struct opp){ mhz * (p + 1), 100000 * (p + 1) };
            cpu->mhz = mhz * 3;
            cpu->opps = h->opps[i];
            cpu->nopps = 3;
            cpu->transition = draw(0, 1) * 20000;
            h->c.power = true;
        }
    }
    h->c.governor = (uint8_t)draw(GOV_PERFORMANCE, GOV_SCHEDUTIL);
    h->c.governor_rate_limit = NS_MAX;
    for (unsigned i = 0; i < n; i++)
        w[i].c.parts = config_parts_of(&h->c);
}

void only_tasks(struct config *c)
{
    c->costs.context_switch = c->costs.migration = 0;
    c->stop_at = NS_MAX;
}
