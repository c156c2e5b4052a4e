/* bad-syntax.c - does not compile. */
#define NAME "bad-syntax"
#define PICK pick
#include "honest.h"

static tid_t pick(void *rq, ns_t now)
{
    return honest_pick(rq, now)
}

HONEST_OPS;
