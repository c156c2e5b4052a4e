/* spin.c - waiting for a lock on the hart, by looking at it again and again.
 *
 * A task that wants a lock which another has keeps its hart for config.lock_spin, in the
 * hope that the other is about to give it back, and sleeps only then (Ousterhout, "Scheduling
 * Techniques for Concurrent Systems", "two-phase blocking"). It stands in no queue: whoever
 * of them runs when the lock becomes free has it, the one that has spun the longest first;
 * one that lost its hart meanwhile finds out when it has one again.
 *
 * Spinning is CPU time like other: it costs one pending entry, and the hart is busy.
 */
#include <kern/spin.h>

bool spin_begin(struct kern *k, tid_t tid, uint32_t lock)
{
    struct task *t = &k->task[tid];

    if (!k->config->lock_spin || t->flags & TASK_SPINS || k->lock[lock].owner == TID_NONE ||
        k->lock[lock].owner == tid)
        return false;
    t->flags |= TASK_SPINS;
    t->left = k->config->lock_spin;
    hart_set_stop(k, t->hart);
    return true;
}

void spin_end(struct kern *k, tid_t tid)
{
    struct task *t = &k->task[tid];

    if (!(t->flags & TASK_SPINS))
        return;
    t->flags &= (uint8_t)~TASK_SPINS;
    kern_say(k, EV_SPIN, t->hart, tid, spin_lock(k, tid), k->config->lock_spin - t->left);
    t->left = 0;
}

void spin_won(struct kern *k, tid_t tid)
{
    struct task *t = &k->task[tid];

    hart_account(k, t->hart);
    spin_end(k, tid);
    t->own++;
    hart_set_stop(k, t->hart);
}

tid_t spin_winner(struct kern *k, uint32_t lock)
{
    tid_t best = TID_NONE;

    for (unsigned h = 0; k->config->lock_spin && h < k->nharts; h++) {
        const struct hart *hart = &k->hart[h];
        tid_t tid = hart->running;

        if (tid == TID_NONE || hart->off || hart->handed_back ||
            !spin_waits_for(k, tid, lock))
            continue;
        hart_account(k, h);
        if (best == TID_NONE || k->task[tid].left < k->task[best].left)
            best = tid;
    }
    return best;
}
