/* loops.c - the second pick never returns. */
#define NAME "loops"
#define PICK pick
#include "honest.h"

static tid_t pick(void *rq, ns_t now)
{
    static volatile unsigned calls;

    if (calls++ > 0)
        for (;;)
            calls = 1;
    return honest_pick(rq, now);
}

HONEST_OPS;
