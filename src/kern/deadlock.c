/* deadlock.c - a cycle of tasks, each waiting for a lock that the next one holds.
 *
 * With one unit of each lock, a cycle in the wait-for graph is a deadlock, and since a
 * task waits for one lock at a time, looking along the chain from the task that began to
 * wait finds it: Silberschatz et al., "Deadlock Detection", "Single Instance of Each
 * Resource Type".
 */
#include <kern/kern.h>

#include <stddef.h>

uint32_t sync_waits_at(const struct kern *k, tid_t tid)
{
    const struct waitq *q = k->task[tid].waits_in;

    if (k->task[tid].cause != WAIT_LOCK || !q || q == &k->gate)
        return UINT32_MAX;
    const char *lock = (const char *)q - offsetof(struct lock, wait);
    return (uint32_t)((const struct lock *)(const void *)lock - k->lock);
}

/* The task that tid waits for, TID_NONE if it waits for no lock. */
static tid_t waits_for(const struct kern *k, tid_t tid)
{
    uint32_t lock = sync_waits_at(k, tid);

    return lock == UINT32_MAX ? TID_NONE : k->lock[lock].owner;
}

void deadlock_look(struct kern *k, tid_t tid)
{
    tid_t t = waits_for(k, tid);

    for (uint32_t hops = 0; t != TID_NONE && t != tid; hops++) {
        if (hops > k->config->nlocks)
            return;             /* a cycle further on, said when it closed */
        t = waits_for(k, t);
    }
    if (t != tid)
        return;
    do {
        kern_say(k, EV_DEADLOCK, HART_NONE, t, aside_object(&k->aside, t), waits_for(k, t));
        t = waits_for(k, t);
    } while (t != tid);
}
