/* stranger.c - picks task 0, queued or not. */
#define NAME "stranger"
#define PICK pick
#include "honest.h"

static tid_t pick(void *rq, ns_t now)
{
    honest_pick(rq, now);
    return 0;
}

HONEST_OPS;
