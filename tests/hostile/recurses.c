/* recurses.c - runs out of stack. */
#pragma GCC diagnostic ignored "-Winfinite-recursion"
#define NAME "recurses"
#define PICK pick
#include "honest.h"

static tid_t deeper(void *rq, ns_t now, volatile char *above)
{
    volatile char here[4096];

    here[0] = above ? (char)(above[0] + 1) : 0;
    tid_t found = deeper(rq, now + here[0], here);
    return found ^ (unsigned char)here[0];      /* no tail call */
}

static tid_t pick(void *rq, ns_t now)
{
    return deeper(rq, now, NULL);
}

HONEST_OPS;
