/* wait.c - queues of those that wait for the same thing. */
#include <kern/kern.h>

#include <sim/check.h>

void waitq_add(struct kern *k, struct waitq *q, tid_t tid)
{
    struct task *t = &k->task[tid];

    CHECK(!t->waits_in && t->state != TASK_DEAD);
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

    DCHECK(tid == TID_NONE || k->task[tid].waits_in == q);
    if (tid != TID_NONE)
        waitq_leave(k, tid);
    return tid;
}
