/* idles-on.c - the same, and it asks for another millisecond each time. */
#define NAME "idles-on"
#define FLAGS SCHED_MAY_IDLE
#define PICK pick
#define TIMER timer
#include "honest.h"

static tid_t pick(void *rq, ns_t now)
{
    (void)rq, (void)now;
    return TID_NONE;
}

static ns_t timer(void *rq, ns_t now)
{
    (void)rq;
    return now + 1000000;
}

HONEST_OPS;
