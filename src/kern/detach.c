/* detach.c - a task is taken out of whatever it is in, and gives up what it has. */
#include <kern/kern.h>

#include <sim/check.h>

/* Out of whatever state it is in; afterwards it is nowhere. */
void task_detach(struct kern *k, tid_t tid, enum sched_stop why)
{
    struct task *t = &k->task[tid];

    if (t->state == TASK_RUNNING) {
        hart_vacate(k, t->hart, why);
    } else if (t->state == TASK_RUNNABLE) {
        hart_unhand(k, tid, why);
        queue_remove(k, tid);
    } else if (t->state == TASK_SLEEPING) {
        engine_cancel(k->engine, k->first_task_slot + tid);
    }
    waitq_leave(k, tid);        /* also the fresh ones */
    door_forget(k, tid);
    t->flags &= (uint8_t)~(TASK_FRESH | TASK_SPINS | TASK_ASKED);
    t->state = TASK_SLEEPING;   /* nobody may look for it on a hart or queue now */
    sync_release_all(k, tid);
    t->cause = WAIT_NONE;
    aside_set_object(&k->aside, tid, UINT32_MAX);
    if (t->left != NS_MAX)
        t->left = 0;
    DCHECK(!t->waits_in && k->sched.on_queue[tid] == QUEUE_NONE);
}
