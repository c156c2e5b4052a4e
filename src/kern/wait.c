/* wait.c - timers of single tasks, and lists of those that wait for one another. */
#include <kern/kern.h>

void wait_for(struct kern *k, tid_t tid, enum wait_cause cause, ns_t ns)
{
    ns_t now = k->engine.now;

    task_block(k, tid, cause, UINT32_MAX);
    engine_set(&k->engine, k->first_task_slot + tid, ns < NS_MAX - now ? now + ns : NS_MAX,
               PEND_WAKE);
}

void waiters_append(struct kern *k, tid_t *first, tid_t *last, tid_t tid)
{
    k->task[tid].next = TID_NONE;
    if (*first == TID_NONE)
        *first = tid;
    else
        k->task[*last].next = tid;
    *last = tid;
}

void waiters_remove(struct kern *k, tid_t *first, tid_t *last, tid_t tid)
{
    tid_t before = TID_NONE;

    for (tid_t t = *first; t != TID_NONE; before = t, t = k->task[t].next) {
        if (t != tid)
            continue;
        if (before == TID_NONE)
            *first = k->task[t].next;
        else
            k->task[before].next = k->task[t].next;
        if (*last == tid)
            *last = before;
        return;
    }
}

tid_t waiters_take(struct kern *k, tid_t *first, tid_t *last)
{
    tid_t t = *first;

    if (t != TID_NONE)
        waiters_remove(k, first, last, t);
    return t;
}
