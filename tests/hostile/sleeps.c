/* sleeps.c - waits in enqueue for what never comes, using no CPU time. */
#define NAME "sleeps"
#define ENQUEUE enqueue
#include "honest.h"

#include <unistd.h>

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    honest_enqueue(rq, t, why, now);
    for (;;)
        pause();
}

HONEST_OPS;
