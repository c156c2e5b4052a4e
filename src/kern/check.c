/* check.c - what must hold between two steps. */
#include <kern/thread.h>

/* Harts and the tasks that run on them agree, and so do the counts. */
static bool harts_agree(const struct kern *k)
{
    uint32_t idle = 0;

    for (unsigned h = 0; h < k->nharts; h++) {
        tid_t tid = k->hart[h].running;

        idle += tid == TID_NONE;
        if (k->view[h].running != tid || (tid != TID_NONE && k->task[tid].hart != h))
            return false;
    }
    return idle == k->nidle;
}

/* A task stands in a queue of waiters only if that queue has it. */
static bool waiters_agree(const struct kern *k)
{
    for (tid_t t = 0; t < k->ntasks; t++) {
        const struct waitq *q = k->task[t].waits_in;

        if (q && (q->first == TID_NONE || k->task[q->last].next != TID_NONE))
            return false;
        if (k->task[t].state == TASK_RUNNING && q && q != &k->fresh)
            return false;
    }
    return true;
}

bool kern_check(const struct kern *k)
{
    return harts_agree(k) && waiters_agree(k) && engine_check(k->engine) &&
           (!k->programs || mm_check(&k->programs->mm));
}
