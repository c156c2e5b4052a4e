/* sys_sched.c - what programs say about their own scheduling.
 *
 * The values become the task's attributes (program_view), so a policy sees them whatever
 * it is: nice, a priority (99 - that of FIFO and RR, as Linux numbers them inside), or
 * period and deadline. What it makes of them is its own affair.
 */
#include <kern/thread.h>

/* Does yielding end the thread's job? */
static bool yield_ends_job(struct sysc *c)
{
    return task_rt(c->k, c->t->tid) && task_process(c->k, c->t->tid)->job_yields;
}

int32_t sys_sched_yield(struct sysc *c)
{
    struct thread *t = c->t;
    ns_t now = c->k->engine->now;

    if (c->r->state == REQUEST_SENT) {
        if (t->sched_policy == G_SCHED_DEADLINE)
            t->release = c->r->until;
        return 0;
    }
    if (t->sched_set && t->sched_policy == G_SCHED_DEADLINE && t->release + t->period > now) {
        c->r->until = t->release + t->period;
        return sysc_wait(c, WAIT_RELEASE, UINT32_MAX, NULL, c->r->until);
    }
    request_sent(c->r);
    if (yield_ends_job(c)) {
        t->job = JOB_YIELDED;
        rt_job_done(c->k, t->tid);
    } else {
        task_yield(c->k, t->tid);
    }
    return SYS_WAIT;
}

static struct thread *target(struct sysc *c, uint32_t pid)
{
    return pid ? thread_by_pid(c->k, (int32_t)pid) : c->t;
}

static uint32_t policy_of(const struct thread *t)
{
    return t->sched_set ? t->sched_policy : (uint32_t)G_SCHED_OTHER;
}

static int32_t nice_of(const struct kern *k, const struct thread *t)
{
    return t->sched_set ? t->nice : task_process(k, t->tid)->nice;
}

static int32_t attr_check(const struct gabi_sched_attr *a)
{
    bool real_time = a->policy == G_SCHED_FIFO || a->policy == G_SCHED_RR;

    if (a->policy > G_SCHED_DEADLINE || a->policy == 4)
        return -G_EINVAL;
    if (real_time ? a->priority < 1 || a->priority > 99 : a->priority != 0)
        return -G_EINVAL;
    if (a->policy != G_SCHED_DEADLINE)
        return 0;
    if (!a->runtime || a->runtime > a->deadline || a->deadline > INT64_MAX / 4 ||
        a->period > INT64_MAX / 4 || (a->period && a->deadline > a->period))
        return -G_EINVAL;
    return 0;
}

static void attr_apply(struct sysc *c, struct thread *t, const struct gabi_sched_attr *a)
{
    t->nice = a->nice < -20 ? -20 : a->nice > 19 ? 19 : a->nice;
    t->sched_set = true;
    t->sched_policy = a->policy;
    t->rt_priority = a->priority;
    t->runtime = (ns_t)a->runtime;
    t->deadline = (ns_t)a->deadline;
    t->period = (ns_t)(a->period ? a->period : a->deadline);
    t->release = c->k->engine->now;
    task_changed(c->k, t->tid);
}

static bool may_schedule(const struct sysc *c, const struct thread *t)
{
    return ids_may_schedule(proc_ids(c->p), proc_ids(proc_of(c->ps, t)));
}

/* sched(7), "Privileges and resource limits", where all of these are 0: who is not root may
 * only be nicer, and only to processes of the same user. */
static int32_t may_set(const struct sysc *c, const struct thread *t,
                       const struct gabi_sched_attr *a)
{
    bool fair = a->policy != G_SCHED_FIFO && a->policy != G_SCHED_RR &&
                a->policy != G_SCHED_DEADLINE;

    if (ids_root(proc_ids(c->p)))
        return 0;
    return may_schedule(c, t) && fair && a->nice >= nice_of(c->k, t)
               ? 0 : -G_EPERM;
}

static int32_t set_scheduler(struct sysc *c, uint32_t pid, int32_t policy, uint32_t param)
{
    struct gabi_sched_attr a = { 0 };
    struct thread *t = target(c, pid);
    uint32_t priority;
    int32_t err;

    if (!param || (int32_t)pid < 0)
        return -G_EINVAL;
    if ((err = copy_in(c, &priority, param, sizeof priority)))
        return err;
    if (!t)
        return -G_ESRCH;
    a.nice = nice_of(c->k, t);
    a.policy = policy < 0 ? policy_of(t) : (uint32_t)policy & ~0x40000000u;
    a.priority = priority;
    if (a.policy == G_SCHED_DEADLINE)
        return -G_EINVAL;
    if ((err = attr_check(&a)) || (err = may_set(c, t, &a)))
        return err;
    attr_apply(c, t, &a);
    return 0;
}

int32_t sys_sched_setparam(struct sysc *c)
{
    return set_scheduler(c, c->a[0], -1, c->a[1]);
}

int32_t sys_sched_setscheduler(struct sysc *c)
{
    return (int32_t)c->a[1] < 0 ? -G_EINVAL
                                : set_scheduler(c, c->a[0], (int32_t)c->a[1], c->a[2]);
}

int32_t sys_sched_getscheduler(struct sysc *c)
{
    const struct thread *t = target(c, c->a[0]);

    if ((int32_t)c->a[0] < 0)
        return -G_EINVAL;
    return t ? (int32_t)policy_of(t) : -G_ESRCH;
}

int32_t sys_sched_getparam(struct sysc *c)
{
    const struct thread *t = target(c, c->a[0]);

    if ((int32_t)c->a[0] < 0 || !c->a[1])
        return -G_EINVAL;
    return t ? copy_out(c, c->a[1], &t->rt_priority, sizeof t->rt_priority) : -G_ESRCH;
}

int32_t sys_sched_setattr(struct sysc *c)
{
    struct gabi_sched_attr a;
    struct thread *t = target(c, c->a[0]);
    int32_t err;

    if (!c->a[1] || (int32_t)c->a[0] < 0 || c->a[2])
        return -G_EINVAL;
    if ((err = copy_in(c, &a, c->a[1], sizeof a)))
        return err;
    if (a.size && a.size < sizeof a)
        return -G_E2BIG;
    if (!t)
        return -G_ESRCH;
    if ((err = attr_check(&a)) || (err = may_set(c, t, &a)))
        return err;
    attr_apply(c, t, &a);
    return 0;
}

int32_t sys_sched_getattr(struct sysc *c)
{
    const struct thread *t = target(c, c->a[0]);
    struct gabi_sched_attr a = { .size = sizeof a };

    if (!c->a[1] || (int32_t)c->a[0] < 0 || c->a[2] < sizeof a || c->a[3])
        return -G_EINVAL;
    if (!t)
        return -G_ESRCH;
    a.policy = policy_of(t);
    a.nice = nice_of(c->k, t);
    a.priority = t->rt_priority;
    if (a.policy == G_SCHED_DEADLINE) {
        a.runtime = (uint64_t)t->runtime;
        a.deadline = (uint64_t)t->deadline;
        a.period = (uint64_t)t->period;
    }
    return copy_out(c, c->a[1], &a, sizeof a);
}

static uint64_t harts(const struct kern *k)
{
    return k->nharts < 64 ? (UINT64_C(1) << k->nharts) - 1 : UINT64_MAX;
}

/* Within what the workload allows its process, as Linux has it within a cpuset. One queue
 * for all harts serves whoever comes: then only the whole set can be asked for. */
int32_t sys_sched_setaffinity(struct sysc *c)
{
    struct thread *t = target(c, c->a[0]);
    uint64_t mask = 0, may;
    int32_t err;

    if (c->r->state == REQUEST_SENT)
        return 0;
    if ((err = copy_in(c, &mask, c->a[2], c->a[1] < sizeof mask ? c->a[1] : sizeof mask)))
        return err;
    if (!t)
        return -G_ESRCH;
    if (!may_schedule(c, t))
        return -G_EPERM;
    may = task_process(c->k, t->tid)->affinity & harts(c->k);
    mask &= may;
    if (!mask || (c->k->config->global_queue && mask != may))
        return -G_EINVAL;
    t->affinity = mask;
    c->k->task[t->tid].flags |= TASK_PINNED;
    kern_say(c->k, EV_AFFINITY, HART_NONE, t->tid, (int64_t)mask, 0);
    if (mask >> c->k->task[t->tid].hart % 64 & 1) {
        task_changed(c->k, t->tid);
        return 0;
    }
    request_sent(c->r);
    task_move(c->k, t->tid);
    return t == c->t ? SYS_WAIT : 0;
}

int32_t sys_sched_getaffinity(struct sysc *c)
{
    const struct thread *t = target(c, c->a[0]);
    uint64_t mask;

    if (!t)
        return -G_ESRCH;
    if (c->a[1] < sizeof mask || c->a[1] & 3)
        return -G_EINVAL;
    mask = task_affinity(c->k, t->tid) & harts(c->k);
    int32_t err = copy_out(c, c->a[2], &mask, sizeof mask);
    return err ? err : (int32_t)sizeof mask;
}

int32_t sys_sched_get_priority_max(struct sysc *c)
{
    if (c->a[0] == G_SCHED_FIFO || c->a[0] == G_SCHED_RR)
        return 99;
    return c->a[0] <= G_SCHED_DEADLINE && c->a[0] != 4 ? 0 : -G_EINVAL;
}

int32_t sys_sched_get_priority_min(struct sysc *c)
{
    int32_t max = sys_sched_get_priority_max(c);

    return max > 0 ? 1 : max;
}

int32_t sys_sched_rr_get_interval(struct sysc *c)
{
    ns_t q = c->k->policy->params.quantum;
    struct gabi_timespec64 ts = { q / 1000000000, q % 1000000000 };

    return target(c, c->a[0]) ? copy_out(c, c->a[1], &ts, sizeof ts) : -G_ESRCH;
}

/* --- nice --- */

static void nice_apply(struct sysc *c, struct thread *t, int32_t nice)
{
    if (!t->sched_set) {
        t->sched_set = true;
        t->sched_policy = G_SCHED_OTHER;
    }
    t->nice = nice;
    task_changed(c->k, t->tid);
}

int32_t sys_setpriority(struct sysc *c)
{
    int32_t nice = (int32_t)c->a[2];
    struct thread *t = target(c, c->a[1]);

    if (c->a[0] != G_PRIO_PROCESS)
        return -G_EINVAL;
    if (!t)
        return -G_ESRCH;
    nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
    if (!may_schedule(c, t))
        return -G_EPERM;
    if (!ids_root(proc_ids(c->p)) && nice < nice_of(c->k, t))
        return -G_EACCES;       /* setpriority(2): a nice value cannot be taken back */
    nice_apply(c, t, nice);
    return 0;
}

int32_t sys_getpriority(struct sysc *c)
{
    const struct thread *t = target(c, c->a[1]);

    if (c->a[0] != G_PRIO_PROCESS)
        return -G_EINVAL;
    return t ? 20 - nice_of(c->k, t) : -G_ESRCH;
}
