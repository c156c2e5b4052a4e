/* kern/aside.h - what only some tasks ever have.
 *
 * Beside struct task, which all of a million tasks have: columns by tid in which 0 is how
 * everybody begins. Nobody writes there before something differs, so that pages of a column
 * that no task needs are never touched, and take no memory.
 */
#ifndef KERN_ASIDE_H
#define KERN_ASIDE_H

#include <sim/arena.h>
#include <sim/config.h>
#include <sim/rng.h>

struct kern;

struct aside {
    rng_t *rng;                 /* its stream; 0: nothing was drawn yet */
    ns_t *estimate;             /* 1 + that of the next burst; 0: none ended yet */
    uint64_t *carry;            /* work done beyond burst_ran, in ns / fastest */
    uint32_t *object;           /* 1 + the lock or channel that it waits for */
    tid_t *donor;               /* whose urgency it runs with, if task.lent */
};

void aside_layout(struct kern *k, struct arena *a);
/* The slot is another task's now. */
void aside_forget(struct kern *k, tid_t tid);

/* UINT32_MAX: for nothing that has a number. */
static inline uint32_t aside_object(const struct aside *s, tid_t tid)
{
    return s->object[tid] - 1;
}
static inline void aside_set_object(struct aside *s, tid_t tid, uint32_t object)
{
    if (s->object[tid] != object + 1)
        s->object[tid] = object + 1;
}

/* The task's own random numbers; a number of its, drawn if it is not fixed. */
rng_t *task_rng(struct kern *k, tid_t tid);
int64_t task_draw(struct kern *k, tid_t tid, const struct dist *d);

/* Whose urgency it has; its own tid: nobody lends it any. */
tid_t task_donor(const struct kern *k, tid_t tid);
void task_set_donor(struct kern *k, tid_t tid, tid_t donor);

/* What its bursts so far let expect of the next one, for `knowledge: estimate`; the present
 * one has ended after so long. */
ns_t task_estimate(const struct kern *k, tid_t tid);
void task_learn(struct kern *k, tid_t tid, ns_t burst);

#endif
