/* twice.c - picks the first in line and forgets to take it off. */
#define NAME "twice"
#define PICK pick
#include "honest.h"

static tid_t pick(void *rq, ns_t now)
{
    (void)now;
    return honest_first(rq);
}

HONEST_OPS;
