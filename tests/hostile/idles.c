/* idles.c - says that it may leave harts idle, and never lets anybody run. */
#define NAME "idles"
#define FLAGS SCHED_MAY_IDLE
#define PICK pick
#include "honest.h"

static tid_t pick(void *rq, ns_t now)
{
    (void)rq, (void)now;
    return TID_NONE;
}

HONEST_OPS;
