/* view.c - a task as policies see it, and as people do. */
#include <kern/body.h>

/* What an entry's tasks look like before they have arrived. */
void view_of_entry(const struct process_config *p, struct sched_task *out)
{
    *out = (struct sched_task){
        .tid = p->first, .nice = p->nice, .priority = p->priority, .hart = HART_NONE,
        .tickets = p->tickets, .affinity = p->affinity, .period = p->period,
        .relative_deadline = p->deadline ? p->deadline : p->period,
        .deadline = p->deadline ? p->deadline : p->period ? p->period : NS_MAX,
    };
}

/* The urgency that `donor` lends, written over a view. */
static void lend_view(const struct kern *k, tid_t donor, struct sched_task *out)
{
    const struct task *t = &k->task[donor];
    struct sched_task lent;
    const struct process_config *p =    /* a ceiling may not have arrived yet */
        &k->config->processes[config_process_of(k->config, donor)];

    view_of_entry(p, &lent);
    out->priority = lent.priority;
    out->nice = lent.nice;
    out->period = lent.period;
    out->relative_deadline = lent.relative_deadline;
    /* The deadline of the donor's job; under a ceiling, whose task need not have one, that
     * of one which came together with the owner's: it must not change while it is lent. */
    ns_t deadline = lent.deadline == NS_MAX ? NS_MAX : out->release + lent.deadline;
    if (k->config->locks != LOCKS_CEILING && t->state != TASK_UNBORN && t->rt != NO_RT &&
        k->rt[t->rt].active)
        deadline = rt_job_deadline(k, &k->rt[t->rt]);
    if (deadline < out->deadline)
        out->deadline = deadline;
}

uint64_t task_affinity(const struct kern *k, tid_t tid)
{
    return k->task[tid].flags & TASK_PINNED ? body_of(k, tid)->affinity(k, tid)
                                            : task_process(k, tid)->affinity;
}

/* Is all that is to be seen of it in its entry, and in its own record? */
static inline bool is_plain(const struct kern *k, const struct task *t)
{
    return !t->lent && t->rt == NO_RT && !(t->flags & TASK_PINNED) &&
           !k->body[t->body]->view && !(k->sched.ops->flags & SCHED_GANGS);
}

/* The rest, written over that. */
static void view_rest(const struct kern *k, const struct task *t, tid_t tid,
                      struct sched_task *out)
{
    if (t->flags & TASK_PINNED)
        out->affinity = task_affinity(k, tid);
    if (t->rt != NO_RT) {
        out->release = rt_job_release(k, &k->rt[t->rt]);
        out->deadline = rt_job_deadline(k, &k->rt[t->rt]);
    }
    if (k->body[t->body]->view)
        k->body[t->body]->view(k, tid, out);
    if (t->lent)
        lend_view(k, task_donor(k, tid), out);
    if (k->sched.ops->flags & SCHED_GANGS)
        out->priority = (int32_t)t->process;
}

/* As much of the present burst as policies are to know. */
static inline ns_t known_burst(const struct kern *k, const struct task *t)
{
    if (k->config->knowledge == KNOW_ORACLE)
        return t->left == NS_MAX ? 0 : t->left;
    if (k->config->knowledge != KNOW_ESTIMATE)
        return 0;
    ns_t later = task_estimate(k, (tid_t)(t - k->task));

    return later > t->burst_ran ? later - t->burst_ran : 1;
}

void task_view(const struct kern *k, tid_t tid, struct sched_task *out)
{
    const struct task *t = &k->task[tid];
    const struct process_config *p = &k->config->processes[t->process];

    *out = (struct sched_task){
        .tid = tid, .nice = p->nice, .priority = p->priority, .tickets = p->tickets,
        .hart = t->hart, .affinity = p->affinity, .arrival = t->arrival,
        .received = t->received, .burst = known_burst(k, t), .period = p->period,
        .relative_deadline = p->deadline ? p->deadline : p->start_deadline,
        .release = t->arrival, .deadline = NS_MAX,
    };
    if (!is_plain(k, t))
        view_rest(k, t, tid, out);
}

void task_facts(const struct kern *k, tid_t tid, struct task_facts *out)
{
    *out = (struct task_facts){ .pid = (int32_t)tid + 1, .named_by = tid,
                                .leader = tid };
    if (k->task[tid].state != TASK_UNBORN && body_of(k, tid)->facts)
        body_of(k, tid)->facts(k, tid, out);
}
