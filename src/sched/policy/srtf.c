/* srtf.c - shortest remaining time first: sjf with preemption. A newcomer takes the
 * hart if it needs strictly less than what the running task has left. */
#include "shortest.h"

static const struct policy_param params[] = { SHORTEST_PARAMS };

static bool preempts(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    return shortest_left(rq, queued) < shortest_left(rq, running);
}

const struct sched_ops sched_srtf = {
    .abi = SCHED_ABI, .name = "srtf",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, "
              "\"Shortest-Job-First Scheduling\" (preemptive)",
    .about = "shortest remaining time first (preemptive sjf)",
    .params = params,
    .state_size = shortest_state_size, .task_size = shortest_task_size,
    .init = shortest_init, .enqueue = shortest_enqueue, .pick = shortest_pick,
    .remove = shortest_remove, .ran = shortest_ran, .preempts = preempts,
    .explain = shortest_explain,
};
