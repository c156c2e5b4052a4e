/* null.c - reads through a null pointer, once a task has used up a quantum. */
#define NAME "null"
#define ENQUEUE enqueue
#include "honest.h"

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    const struct sched_task *volatile nobody = NULL;

    honest_enqueue(rq, why == SCHED_EXPIRED ? nobody : t, why, now);
}

HONEST_OPS;
