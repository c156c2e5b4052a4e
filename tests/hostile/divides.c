/* divides.c - divides by the length of a queue that has just become empty. */
#define NAME "divides"
#define QUANTUM quantum
#include "honest.h"

static ns_t quantum(const void *rq, tid_t tid)
{
    const struct honest *h = rq;
    volatile ns_t queued = 0;

    (void)tid;
    for (tid_t t = 0; t < h->max_tasks; t++)
        queued = queued + (h->ticket[t] != 0);
    return 6000000 / queued;
}

HONEST_OPS;
