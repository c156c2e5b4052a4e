/* bad-link.c - calls a function that exists nowhere. */
#define NAME "bad-link"
#define PICK pick
#include "honest.h"

tid_t favourite_task(void *rq);

static tid_t pick(void *rq, ns_t now)
{
    (void)now;
    return favourite_task(rq);
}

HONEST_OPS;
