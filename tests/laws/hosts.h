/* hosts.h - random machines for guests, drawn as configs. */
#ifndef TESTS_LAWS_HOSTS_H
#define TESTS_LAWS_HOSTS_H

#include "world.h"

enum { MAX_GUESTS = 4 };

struct host {
    struct config c;
    struct cpu_config cpus[16];
    struct opp opps[16][3];
    struct process_config procs[MAX_GUESTS];
    struct step end;
    struct vm_config vm;
    struct guest_config guest[MAX_GUESTS];
};

const struct sched_ops *some_policy(void);
/* ncpus harts of 1 GHz, without guests. */
void make_host(struct host *h, uint32_t ncpus, const struct sched_ops *ops);
/* Room for one more guest, whose CPUs may run on `affinity`. */
void add_guest(struct host *h, const struct config *c, uint64_t affinity);
/* Two guests with caps, tickets and priorities, on 1 to 4 harts. */
void make_pair(struct host *h, struct world w[2]);
void some_exits(struct host *h);
/* Harts of unlike speeds, some of which a governor changes; the n guests' follow them. */
void unlike_harts(struct host *h, struct world *w, unsigned n);
/* Nothing of its own takes a kernel time, and it is not cut off, which says nothing. */
void only_tasks(struct config *c);

#endif
