/* aborts.c - a failed assertion. */
#define NAME "aborts"
#define PICK pick
#include "honest.h"

#include <assert.h>

static tid_t pick(void *rq, ns_t now)
{
    assert(now < 2000000);
    return honest_pick(rq, now);
}

HONEST_OPS;
