/* sjf.c - shortest job first: the shortest next CPU burst, run to its end. */
#include "shortest.h"

static const struct policy_param params[] = { SHORTEST_PARAMS };

const struct sched_ops sched_sjf = {
    .abi = SCHED_ABI, .name = "sjf",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, "
              "\"Shortest-Job-First Scheduling\"",
    .about = "shortest job first, not preemptive",
    .params = params,
    .state_size = shortest_state_size, .task_size = shortest_task_size,
    .init = shortest_init, .enqueue = shortest_enqueue, .pick = shortest_pick,
    .remove = shortest_remove, .ran = shortest_ran, .explain = shortest_explain,
};
