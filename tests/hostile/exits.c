/* exits.c - ends the whole process as if all were well. */
#define NAME "exits"
#define PICK pick
#include "honest.h"

#include <stdlib.h>

static tid_t pick(void *rq, ns_t now)
{
    if (now > 0)
        exit(0);
    return honest_pick(rq, now);
}

HONEST_OPS;
