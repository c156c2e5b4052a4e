/* control.c - load control: the medium-term scheduler.
 *
 * What a process needs is estimated by the most pages that it used in any window so far
 * (Denning's working set, at its fullest). When a page has to be read back and all that the
 * processes in memory need together (of a new one, as much as the neediest) is more than there is, the newest of them leaves as a
 * whole, at its next reference, and comes back when what it needs fits again. So those that
 * stay run as if they were alone, and nobody is killed. A process that never ends can keep
 * another out for ever: there is no turn-taking.
 *
 * Source: Denning, "Working Sets Past and Present", IEEE TSE 6 (1980), load control;
 * Silberschatz, Galvin, Gagne, "Operating System Concepts", medium-term scheduler.
 */
#include "memory.h"

static bool in_memory(const struct kern *k, tid_t tid)
{
    const struct toucher *w = &k->memory->toucher[tid];
    enum task_state s = (enum task_state)k->task[tid].state;

    return w->peak && !w->suspended && !w->marked && s != TASK_UNBORN && s != TASK_DEAD;
}

enum { KNOWN = 4 };             /* windows after which a process is known */

/* What it needs; of one that is hardly known, what the neediest so far needs. */
static uint32_t estimate(const struct kern *k, const struct toucher *w)
{
    return w->windows < KNOWN && w->peak < k->memory->neediest ? k->memory->neediest
                                                               : w->peak;
}

/* What those in memory need, how many they are, and the newest of them. */
static uint64_t need(const struct kern *k, uint32_t *n, tid_t *newest)
{
    uint64_t sum = 0;

    *n = 0;
    *newest = TID_NONE;
    for (tid_t tid = 0; tid < k->config->ntasks; tid++) {
        if (!in_memory(k, tid))
            continue;
        sum += estimate(k, &k->memory->toucher[tid]);
        ++*n;
        if (*newest == TID_NONE || k->task[tid].arrival >= k->task[*newest].arrival)
            *newest = tid;
    }
    return sum;
}

/* The task sleeps, in no queue: it is out from here on. */
static void put_out(struct kern *k, tid_t tid)
{
    struct toucher *w = &k->memory->toucher[tid];

    kern_say(k, EV_SUSPEND, HART_NONE, tid, w->resident, 0);
    w->marked = false;
    w->suspended = true;
    waitq_add(k, &k->memory->suspended, tid);
    touch_release(k, tid, NS_MAX);
}

void control_suspend(struct kern *k, tid_t tid)
{
    task_block(k, tid, WAIT_MEMORY, UINT32_MAX);
    put_out(k, tid);
}

void control_fault(struct kern *k)
{
    struct memory *m = k->memory;
    tid_t newest;
    uint32_t n;

    while (need(k, &n, &newest) > k->config->memory.frames && n > 1) {
        m->toucher[newest].marked = true;
        if (k->task[newest].waits_in == &m->waiting) {
            waitq_leave(k, newest);     /* it need not have its frame first */
            put_out(k, newest);
        }
    }
}

void control_resume(struct kern *k)
{
    struct memory *m = k->memory;
    tid_t first, newest;
    uint32_t n;

    while ((first = m->suspended.first) != TID_NONE) {
        uint64_t all = need(k, &n, &newest) + estimate(k, &m->toucher[first]);

        if (n && all > k->config->memory.frames)
            return;
        m->toucher[first].suspended = false;
        kern_say(k, EV_RESUME, HART_NONE, first, m->toucher[first].peak, 0);
        task_wake(k, first);
    }
}
