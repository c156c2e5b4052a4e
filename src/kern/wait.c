/* wait.c - timers of single tasks, and queues of those that wait for the same thing. */
#include <kern/kern.h>

#include <sim/check.h>

void wait_for(struct kern *k, tid_t tid, enum wait_cause cause, ns_t ns)
{
    ns_t now = k->engine->now;

    task_block(k, tid, cause, UINT32_MAX);
    engine_set(k->engine, k->first_task_slot + tid, ns < NS_MAX - now ? now + ns : NS_MAX,
               PEND_WAKE);
}

void waitq_add(struct kern *k, struct waitq *q, tid_t tid)
{
    struct task *t = &k->task[tid];

    CHECK(!t->waits_in);
    t->waits_in = q;
    t->next = TID_NONE;
    if (q->first == TID_NONE)
        q->first = tid;
    else
        k->task[q->last].next = tid;
    q->last = tid;
}

void waitq_leave(struct kern *k, tid_t tid)
{
    struct task *t = &k->task[tid];
    struct waitq *q = t->waits_in;
    tid_t before = TID_NONE;

    if (!q)
        return;
    for (tid_t i = q->first; i != tid; before = i, i = k->task[i].next)
        CHECK(i != TID_NONE);
    if (before == TID_NONE)
        q->first = t->next;
    else
        k->task[before].next = t->next;
    if (q->last == tid)
        q->last = before;
    t->waits_in = NULL;
    t->next = TID_NONE;
}

tid_t waitq_take(struct kern *k, struct waitq *q)
{
    tid_t tid = q->first;

    if (tid != TID_NONE)
        waitq_leave(k, tid);
    return tid;
}

void waitq_wake(struct kern *k, struct waitq *q)
{
    while (q->first != TID_NONE)
        task_wake(k, q->first);
}
