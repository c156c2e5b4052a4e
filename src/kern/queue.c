/* queue.c - the queues of tasks that may run, and who stands in them afresh. */
#include <kern/kern.h>

#include <sim/check.h>

static inline void enqueue(struct kern *k, tid_t tid, unsigned queue, enum sched_why why)
{
    struct task *t = &k->task[tid];
    struct sched_task view;

    DCHECK(k->sched.on_queue[tid] == QUEUE_NONE);
    DCHECK(t->state != TASK_DEAD && t->state != TASK_ZOMBIE && queue < k->sched.nqueues);
    task_view(k, tid, &view);
    t->state = TASK_RUNNABLE;
    t->why = (uint8_t)why;
    k->nqueued++;
    k->view[queue].nqueued++;
    if (queue < k->first_queued)
        k->first_queued = queue;
    k->resched = true;
    sched_enqueue(&k->sched, queue, &view, why, k->engine->now);
    if (k->nharts > 1 && !k->config->global_queue)
        balance_arm(k);
}

void queue_return(struct kern *k, tid_t tid, unsigned queue, enum sched_why why)
{
    enqueue(k, tid, queue, why);
}

/* May a task that is queued for this reason oust somebody? Where a queue serves one hart,
 * those who come from that hart stand behind whoever is picked next. */
static bool claims(const struct kern *k, enum sched_why why)
{
    return queue_is_shared(k) || why == SCHED_NEW || why == SCHED_WOKEN ||
           why == SCHED_CHANGED || why == SCHED_MIGRATED;
}

void queue_put(struct kern *k, tid_t tid, unsigned queue, enum sched_why why)
{
    struct task *t = &k->task[tid];

    enqueue(k, tid, queue, why);
    if (!sched_may_preempt(&k->sched) || t->flags & TASK_FRESH || !claims(k, why))
        return;
    t->flags |= TASK_FRESH;
    waitq_add(k, &k->fresh, tid);
}

void queue_remove(struct kern *k, tid_t tid)
{
    unsigned queue = k->sched.on_queue[tid];

    DCHECK(queue != QUEUE_NONE && k->task[tid].state == TASK_RUNNABLE);
    sched_remove(&k->sched, tid);
    queue_left(k, queue);
}

/* The first task of a queue that may run on hart h; those before it, which may not, go
 * back to where they were. */
tid_t queue_give_away(struct kern *k, unsigned queue, unsigned h)
{
    tid_t first = TID_NONE, tid = TID_NONE;

    while (k->view[queue].nqueued) {
        tid = sched_pull(&k->sched, queue, h, k->engine->now);
        if (tid == TID_NONE)
            break;
        queue_left(k, queue);
        if (task_may_run_on(k, tid, h))
            break;
        k->task[tid].next = first;
        first = tid;
        tid = TID_NONE;
    }
    while (first != TID_NONE) {         /* the last one taken goes back first */
        tid_t next = k->task[first].next;

        queue_return(k, first, queue, SCHED_PREEMPTED);
        first = next;
    }
    return tid;
}

void task_changed(struct kern *k, tid_t tid)
{
    struct task *t = &k->task[tid];

    if (t->state == TASK_RUNNING) {
        k->hart[t->hart].recheck = k->recheck = k->resched = true;
    } else if (t->state == TASK_RUNNABLE) {
        unsigned queue = k->sched.on_queue[tid];

        queue_remove(k, tid);
        queue_put(k, tid, queue, SCHED_CHANGED);
    }
}

void balance_arm(struct kern *k)
{
    ns_t interval = k->config->balance_interval, now = k->engine->now;

    if (interval && !engine_pending(k->engine, k->balance_slot))
        engine_set(k->engine, k->balance_slot, now + interval - now % interval,
                   PEND_BALANCE);
}
