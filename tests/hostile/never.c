/* never.c - has tasks in line and picks none of them. */
#define NAME "never"
#define PICK pick
#include "honest.h"

static tid_t pick(void *rq, ns_t now)
{
    (void)rq, (void)now;
    return TID_NONE;
}

HONEST_OPS;
