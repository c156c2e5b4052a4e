/* kern/spin.h - waiting for a lock without giving up the hart; spin.c.
 *
 * Only for: spin.c sync.c body_burst.c
 */
#ifndef KERN_SPIN_H
#define KERN_SPIN_H

#include <kern/kern.h>

/* The running task wants the lock. False: it does not wait so, or not any longer. True: its
 * hart has a stop at the latest when it is to sleep. */
bool spin_begin(struct kern *k, tid_t tid, uint32_t lock);
/* It waits so no longer, whatever comes next; nothing, if it does not. */
void spin_end(struct kern *k, tid_t tid);
/* It has got the lock, and goes on with its script at once. It runs on a hart that is on. */
void spin_won(struct kern *k, tid_t tid);
/* Who has spun the longest for this lock, of those that run; TID_NONE. */
tid_t spin_winner(struct kern *k, uint32_t lock);

/* The lock that a task spins for. */
static inline uint32_t spin_lock(const struct kern *k, tid_t tid)
{
    return task_process(k, tid)->steps[k->task[tid].own].object;
}

static inline bool spin_waits_for(const struct kern *k, tid_t tid, uint32_t lock)
{
    return k->task[tid].flags & TASK_SPINS && spin_lock(k, tid) == lock;
}

#endif
