/* sjf.c - shortest job first: the shortest next CPU burst, run to its end. */
#include "shortest.h"

static const struct sched_param params[] = { SHORTEST_PARAMS };

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct shortest *s = rq;

    shortest_enqueue(rq, t, why, now);
    if (why == SCHED_PREEMPTED) {       /* never by us: it goes on before all others */
        heap_remove(&s->heap, s->nodes, t->tid);
        s->nodes[t->tid].key = -1;
        heap_add(&s->heap, s->nodes, t->tid);
    }
}

const struct sched_ops sched_sjf = {
    .abi = SCHED_ABI, .name = "sjf",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, "
              "\"Shortest-Job-First Scheduling\"",
    .about = "shortest job first, not preemptive",
    .params = params,
    .state_size = shortest_state_size, .task_size = shortest_task_size,
    .init = shortest_init, .enqueue = enqueue, .pick = shortest_pick,
    .remove = shortest_remove, .ran = shortest_ran,
};
