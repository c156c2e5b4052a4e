/* job.c - what a job's number says: its release and its deadline; nothing moves here. */
#include <kern/kern.h>

bool rt_wanted(const struct process_config *p)
{
    return p->period || p->deadline || p->start_deadline;
}

ns_t rt_release_of(const struct kern *k, const struct rt *rt, uint64_t job)
{
    const struct process_config *p = task_process(k, rt->tid);

    return k->task[rt->tid].arrival + (ns_t)(job - 1) * p->period;
}

ns_t rt_deadline_of(const struct kern *k, const struct rt *rt, uint64_t job)
{
    const struct process_config *p = task_process(k, rt->tid);
    ns_t d = p->deadline ? p->deadline : p->period;

    return d ? rt_release_of(k, rt, job) + d : NS_MAX;
}

ns_t rt_job_release(const struct kern *k, const struct rt *rt)
{
    return rt_release_of(k, rt, rt->job ? rt->job : 1);
}

ns_t rt_job_deadline(const struct kern *k, const struct rt *rt)
{
    const struct process_config *p = task_process(k, rt->tid);

    if (!p->period && !p->deadline)
        return k->task[rt->tid].arrival + p->start_deadline;
    return rt_deadline_of(k, rt, rt->job ? rt->job : 1);
}

int64_t rt_load(const struct process_config *p)
{
    __int128 total = 0;
    int64_t factor = 1;

    for (uint32_t i = 0; i < p->nsteps; i++) {
        const struct step *s = &p->steps[i];

        /* Inner loops multiply; this is a measure for placing, not a bound. */
        if (s->kind == STEP_LOOP && factor < 1000000)
            factor *= (int64_t)(s->count < 1000 ? s->count : 1000);
        else if (s->kind == STEP_CPU && s->len.kind == DIST_CONST)
            total += (__int128)s->len.a * factor;
    }
    if (p->period == 0)
        return 0;
    if (total / p->period >= 1000)
        return 1000000000;
    return (int64_t)(total * 1000000 / p->period);
}
