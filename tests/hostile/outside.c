/* outside.c - picks a task that does not exist. */
#define NAME "outside"
#define PICK pick
#include "honest.h"

static tid_t pick(void *rq, ns_t now)
{
    return honest_pick(rq, now) + 1000000;
}

HONEST_OPS;
