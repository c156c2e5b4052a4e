/* check.c - what must hold between two steps. */
#include <kern/filelock.h>
#include <kern/filemap.h>
#include <kern/thread.h>

enum { CHECK_WEIGHT = 256 };    /* so many looks a step are cheap */

/* Harts and the tasks that run on them agree, and so do the counts. */
static bool harts_agree(const struct kern *k)
{
    uint32_t idle = 0;

    for (unsigned h = 0; h < k->nharts; h++) {
        tid_t tid = k->hart[h].running;

        idle += tid == TID_NONE;
        if (k->view[h].running != tid)
            return false;
        if (tid != TID_NONE && (k->task[tid].hart != h ||
            k->task[tid].state != (k->hart[h].handed_back ? TASK_RUNNABLE : TASK_RUNNING)))
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

/* Who is in a queue may run, and who may run is in one; so many are there. */
static bool queues_agree(const struct kern *k)
{
    uint32_t n = 0;

    for (tid_t t = 0; t < k->ntasks; t++) {
        bool queued = k->sched.on_queue[t] != QUEUE_NONE;

        if (queued != (k->task[t].state == TASK_RUNNABLE))
            return false;
        if (k->task[t].flags & TASK_HANDED_BACK && !queued)
            return false;
        n += queued;
    }
    for (unsigned q = 0; q < k->sched.nqueues; q++) {
        if (k->view[q].nqueued && q < k->first_queued)
            return false;
        n -= k->view[q].nqueued;
    }
    return n == 0 && sched_check(&k->sched);
}

/* A lock's owner has it in its list, and nobody else's. */
static bool locks_agree(const struct kern *k)
{
    uint32_t held = 0, owned = 0;

    for (uint32_t i = 0; i < k->config->nlocks; i++)
        owned += k->lock[i].owner != TID_NONE;
    for (tid_t t = 0; k->lock && t < k->config->ntasks; t++)
        for (uint32_t i = k->held[t]; i != UINT32_MAX; i = k->lock[i].next_held, held++)
            if (k->lock[i].owner != t || held > owned)
                return false;
    return held == owned;
}

bool kern_check(const struct kern *k)
{
    return harts_agree(k) && queues_agree(k) && waiters_agree(k) && locks_agree(k) &&
           engine_check(k->engine) &&
           (!k->programs || mem_check(k->programs->mem)) &&
           (!k->memory || memory_check(k)) && filemap_check(k) && filelocks_check(k);
}

/* Things that are looked at, about. */
static uint64_t weight_of(const struct kern *k)
{
    uint64_t weight = (uint64_t)k->ntasks * (k->sched.nqueues + 3u) + k->config->nlocks;

    if (k->programs)
        weight += mem_frames(k->programs->mem);
    if (k->memory)
        weight += k->config->memory.frames + k->config->swap.frames;
    return weight;
}

bool kern_check_step(const struct kern *k, uint64_t step)
{
    return step % (1 + weight_of(k) / CHECK_WEIGHT) || kern_check(k);
}
