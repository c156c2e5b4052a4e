/* sync.c - locks, and the protocols against priority inversion.
 *
 *   none     first come, first served
 *   pip      priority inheritance: the owner runs with the urgency of whom it blocks
 *   pcp      priority ceiling: besides, a lock is refused unless the task is more urgent
 *            than the ceiling of every lock that others hold
 *   ceiling  immediate ceiling: the owner runs with the lock's ceiling at once, and goes
 *            before an equal that has not begun
 *   srp      stack resource policy: a job may start only above the ceiling of every lock
 *            that others hold, and then never blocks
 *
 * Sha, Rajkumar, Lehoczky, "Priority Inheritance Protocols: An Approach to Real-Time
 * Synchronization" (1990), for pip and pcp; Baker, "A Stack-Based Resource Allocation
 * Policy for Realtime Processes" (1990), for srp. The ceiling of a lock is the most
 * urgent task whose script ever locks it. "Urgency" is lent by letting policies see the
 * donor's attributes in place of the owner's, so that every policy knows inheritance
 * without a word about it.
 *
 * On one hart, with tasks that do not suspend themselves and a policy without quanta, the
 * papers' theorems hold: under pcp a job waits once at most, for one critical section of
 * one less urgent task; under ceiling and srp it never waits once it has begun; and under
 * all three nobody is deadlocked.
 *
 * Differs from the papers: with several harts a lock can be contended under `ceiling` and
 * `srp` too; the task then waits, and its owner inherits nothing.
 */
#include <kern/spin.h>

#include <sim/check.h>

enum { NO_LOCK = UINT32_MAX };

static enum lock_protocol protocol(const struct kern *k)
{
    return k->config->locks;
}

void sync_layout(struct kern *k, struct arena *a)
{
    const struct config *c = k->config;

    if (!c->nlocks)
        return;
    struct lock *lock = arena_array(a, struct lock, c->nlocks);
    uint32_t *held = arena_array(a, uint32_t, c->ntasks);
    if (!a->base)
        return;
    k->lock = lock;
    k->held = held;
    for (uint32_t i = 0; i < c->nlocks; i++)
        lock[i] = (struct lock){ .owner = TID_NONE, .wait = WAITQ_EMPTY,
                                 .next_held = NO_LOCK, .ceiling = TID_NONE,
                                 .ceiling_urgency = INT64_MAX };
    for (tid_t t = 0; t < c->ntasks; t++)
        held[t] = NO_LOCK;
}

void sync_ceilings(struct kern *k)
{
    for (uint32_t i = 0; i < k->config->nlocks; i++) {
        k->lock[i].ceiling = TID_NONE;
        k->lock[i].ceiling_urgency = INT64_MAX;
    }
    for (uint32_t p = 0; p < k->config->nprocesses; p++) {
        const struct process_config *pc = &k->config->processes[p];
        struct sched_task view;

        view_of_entry(pc, &view);
        int64_t urgency = sched_urgency(&k->sched, &view);
        for (uint32_t i = 0; i < pc->nsteps; i++) {
            if (pc->steps[i].kind != STEP_LOCK)
                continue;
            struct lock *l = &k->lock[pc->steps[i].object];
            if (l->ceiling == TID_NONE || urgency < l->ceiling_urgency) {
                l->ceiling = pc->first;
                l->ceiling_urgency = urgency;
            }
        }
    }
}

/* --- whose urgency --- */

static int64_t urgency_of(const struct kern *k, tid_t tid)
{
    struct sched_task view;

    task_view(k, tid, &view);
    return sched_urgency(&k->sched, &view);
}

bool sync_more_urgent(const struct kern *k, tid_t a, tid_t b)
{
    struct sched_task x, y;

    task_view(k, a, &x);
    task_view(k, b, &y);
    if (k->sched.ops->flags & SCHED_BY_DEADLINE && x.deadline != y.deadline)
        return x.deadline < y.deadline;
    return sched_urgency(&k->sched, &x) < sched_urgency(&k->sched, &y);
}

/* The ceiling at which tid runs; itself, if it is more urgent. (The task of a ceiling may
 * not have arrived yet: only its urgency is known.) */
static tid_t best_ceiling(const struct kern *k, tid_t tid)
{
    int64_t urgency = urgency_of(k, tid);
    tid_t best = tid;

    for (uint32_t i = k->held[tid]; i != NO_LOCK; i = k->lock[i].next_held)
        if (k->lock[i].ceiling_urgency < urgency) {
            urgency = k->lock[i].ceiling_urgency;
            best = k->lock[i].ceiling;
        }
    return best;
}

/* The most urgent of those that lend tid their urgency: itself, or a task that waits for a
 * lock of its, or a ceiling. */
static tid_t best_donor(struct kern *k, tid_t tid)
{
    tid_t best = tid;

    CHECK(k->held);             /* tasks of the workload alone have locks */
    task_set_donor(k, tid, tid);
    if (protocol(k) == LOCKS_CEILING)
        return best_ceiling(k, tid);
    for (uint32_t i = k->held[tid]; i != NO_LOCK; i = k->lock[i].next_held)
        for (tid_t w = k->lock[i].wait.first; w != TID_NONE; w = k->task[w].next)
            if (sync_more_urgent(k, w, best))
                best = task_donor(k, w);
    return best;
}

static bool inherits(const struct kern *k)
{
    return protocol(k) != LOCKS_NONE && protocol(k) != LOCKS_SRP;
}

/* Work out tid's donor afresh. Is it another? */
static bool set_donor(struct kern *k, tid_t tid)
{
    tid_t old = task_donor(k, tid), donor = best_donor(k, tid);

    task_set_donor(k, tid, donor);
    if (donor == old)
        return false;
    kern_say(k, EV_INHERIT, HART_NONE, tid, donor, 0);
    return true;
}

/* ...and that of whoever it waits for, and so on. */
static void renew(struct kern *k, tid_t tid)
{
    for (uint32_t hops = 0; inherits(k) && hops <= k->config->nlocks; hops++) {
        if (tid == TID_NONE || !set_donor(k, tid))
            return;
        task_changed(k, tid);
        uint32_t lock = sync_waits_at(k, tid);
        if (lock == NO_LOCK)
            return;
        tid = k->lock[lock].owner;
    }
}

/* --- taking and giving --- */

static void take(struct kern *k, tid_t tid, uint32_t lock)
{
    struct lock *l = &k->lock[lock];

    CHECK(l->owner == TID_NONE);
    l->owner = tid;
    l->next_held = k->held[tid];
    k->held[tid] = lock;
    kern_say(k, EV_LOCK, HART_NONE, tid, lock, 0);
    if (inherits(k) && set_donor(k, tid) && k->task[tid].state != TASK_RUNNING)
        task_changed(k, tid);   /* more urgent: one that runs goes on */
}

/* Under pcp: the lock, held by another, whose ceiling keeps tid out; NO_LOCK: none. */
static uint32_t barring_lock(const struct kern *k, tid_t tid)
{
    uint32_t worst = NO_LOCK;

    for (uint32_t i = 0; i < k->config->nlocks; i++) {
        const struct lock *l = &k->lock[i];

        if (l->owner == TID_NONE || l->owner == tid)
            continue;
        if (worst == NO_LOCK || l->ceiling_urgency < k->lock[worst].ceiling_urgency)
            worst = i;
    }
    if (worst != NO_LOCK && urgency_of(k, tid) < k->lock[worst].ceiling_urgency)
        return NO_LOCK;
    return worst;
}

/* What keeps tid from `lock` now: the lock itself, another under pcp, or NO_LOCK. */
static uint32_t obstacle(const struct kern *k, tid_t tid, uint32_t lock)
{
    if (k->lock[lock].owner != TID_NONE)
        return lock;
    return protocol(k) == LOCKS_PCP ? barring_lock(k, tid) : (uint32_t)NO_LOCK;
}

bool sync_lock(struct kern *k, tid_t tid, uint32_t lock)
{
    uint32_t by = obstacle(k, tid, lock);

    CHECK(lock < k->config->nlocks && k->task[tid].state == TASK_RUNNING);
    if (by == NO_LOCK) {
        take(k, tid, lock);
        return true;
    }
    task_block(k, tid, WAIT_LOCK, lock);
    waitq_add(k, &k->lock[by].wait, tid);
    renew(k, k->lock[by].owner);
    deadlock_look(k, tid);
    return false;
}

static tid_t most_urgent_waiter(const struct kern *k, const struct lock *l)
{
    tid_t best = l->wait.first;

    if (protocol(k) == LOCKS_NONE || best == TID_NONE)
        return best;
    for (tid_t w = k->task[best].next; w != TID_NONE; w = k->task[w].next)
        if (sync_more_urgent(k, w, best))
            best = w;
    return best;
}

/* Under pcp all that the lock kept waiting, for itself or for another, try again when they
 * run next: they are handed nothing, since a more urgent task may want it before they get
 * to run. Whom another lock bars waits there instead: that is still the same wait. */
static void let_try_again(struct kern *k, struct lock *l)
{
    struct waitq all = l->wait;
    tid_t next;

    l->wait = WAITQ_EMPTY;
    for (tid_t w = all.first; w != TID_NONE; w = next) {
        uint32_t by = obstacle(k, w, aside_object(&k->aside, w));

        next = k->task[w].next;
        k->task[w].waits_in = NULL;
        if (by == NO_LOCK) {
            k->task[w].own--;
            k->task[w].flags |= TASK_ASKED;
            task_wake(k, w);
        } else {
            waitq_add(k, &k->lock[by].wait, w);
            renew(k, k->lock[by].owner);
        }
    }
}

/* A lock is free: the most urgent of those that wait for it gets it. */
static void hand_over(struct kern *k, uint32_t lock)
{
    struct lock *l = &k->lock[lock];
    tid_t w = spin_winner(k, lock);

    if (w != TID_NONE) {                /* it is there before one that has to be woken */
        take(k, w, lock);
        spin_won(k, w);
        return;
    }
    w = most_urgent_waiter(k, l);
    if (w == TID_NONE)
        return;
    CHECK(aside_object(&k->aside, w) == lock);   /* only pcp keeps tasks at another's lock */
    waitq_leave(k, w);
    take(k, w, lock);
    task_wake(k, w);
}

void sync_look_again(struct kern *k, tid_t tid)
{
    uint32_t lock = spin_lock(k, tid);

    if (!spin_waits_for(k, tid, lock) || k->lock[lock].owner != TID_NONE)
        return;
    take(k, tid, lock);
    spin_won(k, tid);
}

/* --- the gate --- */

/* Is it no more urgent than somebody else is who could run and has a lock? */
static bool behind_an_owner(const struct kern *k, tid_t tid)
{
    for (uint32_t i = 0; i < k->config->nlocks; i++) {
        tid_t owner = k->lock[i].owner;

        if (owner != TID_NONE && owner != tid && k->task[owner].state != TASK_SLEEPING &&
            !sync_more_urgent(k, tid, owner))
            return true;
    }
    return false;
}

bool sync_may_start(const struct kern *k, tid_t tid)
{
    if (!k->lock || k->task[tid].flags & TASK_JOB_STARTED)
        return true;
    if (protocol(k) == LOCKS_CEILING)
        return k->nharts > 1 || !behind_an_owner(k, tid);
    return protocol(k) != LOCKS_SRP || barring_lock(k, tid) == NO_LOCK;
}

void sync_gate(struct kern *k, tid_t tid)
{
    struct task *t = &k->task[tid];

    if (t->flags & TASK_FRESH) {        /* its link is needed for the gate */
        waitq_leave(k, tid);
        t->flags &= (uint8_t)~TASK_FRESH;
    }
    task_sleep(k, tid, WAIT_LOCK, NO_LOCK);
    waitq_add(k, &k->gate, tid);
}

static void open_gate(struct kern *k)
{
    for (tid_t t = k->gate.first, next; t != TID_NONE; t = next) {
        next = k->task[t].next;
        if (sync_may_start(k, t))
            task_wake(k, t);
    }
}

static void give(struct kern *k, tid_t tid, uint32_t lock)
{
    struct lock *l = &k->lock[lock];
    uint32_t *link = &k->held[tid];

    CHECK(l->owner == tid);
    while (*link != lock) {
        CHECK(*link != NO_LOCK);
        link = &k->lock[*link].next_held;
    }
    *link = l->next_held;
    l->next_held = NO_LOCK;
    l->owner = TID_NONE;
    kern_say(k, EV_UNLOCK, HART_NONE, tid, lock, 0);
    if (protocol(k) == LOCKS_PCP)
        let_try_again(k, l);    /* before: the owner may lose no urgency by it */
    renew(k, tid);
    if (protocol(k) != LOCKS_PCP)
        hand_over(k, lock);
    open_gate(k);
}

bool sync_unlock(struct kern *k, tid_t tid, uint32_t lock)
{
    if (k->lock[lock].owner == tid) {
        give(k, tid, lock);
        return true;
    }
    kern_say(k, EV_BAD_UNLOCK, k->task[tid].hart, tid, lock, 0);
    kern_finish(k, KERN_BAD_UNLOCK);
    return false;
}

void sync_release_all(struct kern *k, tid_t tid)
{
    if (!k->lock || tid >= k->config->ntasks)
        return;
    if (k->task[tid].state == TASK_SLEEPING && k->task[tid].cause == WAIT_LOCK) {
        k->task[tid].cause = WAIT_NONE;
        waitq_leave(k, tid);
        for (uint32_t i = 0; i < k->config->nlocks; i++)
            if (k->lock[i].owner != TID_NONE)
                renew(k, k->lock[i].owner);
    }
    while (k->held[tid] != NO_LOCK)
        give(k, tid, k->held[tid]);
}
