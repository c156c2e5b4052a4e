/* greedy.c - wants more memory for its queue than any machine has. */
#define NAME "greedy"
#define STATE_SIZE state_size
#include "honest.h"

static size_t state_size(const struct sched_params *p)
{
    return (size_t)p->max_tasks << 50;
}

HONEST_OPS;
