/* world.h - random workloads, drawn as configs. */
#ifndef TESTS_LAWS_WORLD_H
#define TESTS_LAWS_WORLD_H

#include <sim/config.h>
#include <sim/rng.h>

enum { MS = 1000000, MAX_PROCS = 8, MAX_STEPS = 24 };

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

extern rng_t dice;              /* set it first: what is drawn follows from it */

int64_t draw(int64_t from, int64_t to);
/* Tasks that compute, block, yield, lock and talk, periodic tasks with every on_miss,
 * changes of policy, one queue or many; 1 to 8 harts, under ops or another policy. */
void some_world(struct world *w, const struct sched_ops *ops);

#endif
