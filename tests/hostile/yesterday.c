/* yesterday.c - asks to be woken in the past. */
#define NAME "yesterday"
#define TIMER timer
#include "honest.h"

static ns_t timer(void *rq, ns_t now)
{
    (void)rq;
    return now > 0 ? now - 1 : 1000000;
}

HONEST_OPS;
