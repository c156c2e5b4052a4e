/* no-time.c - gives a quantum of nothing. */
#define NAME "no-time"
#define QUANTUM quantum
#include "honest.h"

static ns_t quantum(const void *rq, tid_t tid)
{
    (void)rq, (void)tid;
    return 0;
}

HONEST_OPS;
